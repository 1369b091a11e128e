"""Read a published report's identity from its front matter."""

from __future__ import annotations

import re

from epicrisis.kept import lazy

_DOI = lazy(r"\b10\.\d{4,9}/[^\s\"<>,;)\]]*[^\s\"<>,;.)\]*_]")
_CITE = lazy(
    r"(?:to cite this article|how to cite(?: this article)?|cite this article(?: as)?)\s*:?\s*",
    re.I,
)
_HEADED = lazy(r"^[#*\s\d.]*(?:abstract|introduction)\b", re.I | re.M)
_PUBLISHED = lazy(
    r"\bPublished(?: online)?\s*:?[*_]{0,2}\s*(?:on )?(?:(?P<m>[A-Z][a-z]+)\.? (?P<d>\d{1,2}), |"
    r"(?P<d2>\d{1,2}) (?P<m2>[A-Z][a-z]+)\.?,? )(?P<y>\d{4})"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HEAD = 6000  # front matter stands in the first pages


def bibliography(text: str) -> dict[str, str]:
    """Return title, authors, journal, doi and published of a report; empty for a letter."""
    head = text[:_HEAD].lstrip("\ufeff")
    small = head.lower()
    cite = _CITE.search(head) if "cite this" in small or "to cite" in small else None
    doi = _DOI.search(head) if "10." in head else None
    headed = "abstract" in small or "introduction" in small
    if not cite and not doi and not (headed and _HEADED.search(head)):
        return {}
    found: dict[str, str] = {}
    title = _title(head)
    if title:
        found["title"] = title
    if cite:
        found.update(_citation(" ".join(head[cite.end() : cite.end() + 900].split()), title))
    if doi:
        found["doi"] = doi.group()
    if date := _PUBLISHED.search(head):
        month = (date["m"] or date["m2"])[:3].lower()
        if month in _MONTHS:
            day = int(date["d"] or date["d2"])
            found["published"] = f"{date['y']}-{_MONTHS.index(month) + 1:02d}-{day:02d}"
    return found


def _title(head: str) -> str:
    """Return the first line, if it reads like a title and stands apart."""
    for line in head.splitlines():
        bare = line.strip().strip("#*_ ")
        if not bare:
            continue
        ok = 15 <= len(bare) <= 300 and not lazy(r"(?:abstract|introduction)\b", re.I).match(bare)
        return bare if ok and bare[-1] not in ".:" else ""
    return ""


def _citation(cited: str, title: str) -> dict[str, str]:
    """Return authors and journal of "Authors. Title. *Journal*. Vol. ..."."""
    if not title or title not in cited:
        return {}
    authors, _, rest = cited.partition(title)
    found = {"authors": authors.strip(" .")} if authors.strip(" .") else {}
    journal = rest.lstrip(" .").split(".", 1)[0].strip(" *_")
    if 3 <= len(journal) <= 120:
        found["journal"] = journal
    return found
