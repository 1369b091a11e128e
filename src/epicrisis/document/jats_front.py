"""What the front matter of a JATS article says of the article: title, DOI, journal, authors, date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epicrisis.document.jats_words import inline
from epicrisis.document.structure import collapse
from epicrisis.kept import lazy

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def identity(article: Element) -> dict[str, str]:
    """Return what front matter says of the article."""
    meta = article.find("{*}front/{*}article-meta")
    if meta is None:
        return {}
    title = meta.find("{*}title-group/{*}article-title")
    journal = article.find("{*}front/{*}journal-meta//{*}journal-title")
    ids = {e.get("pub-id-type"): e.text for e in meta.findall("{*}article-id")}
    names = [
        collapse(f"{n.findtext('{*}given-names') or ''} {n.findtext('{*}surname') or ''}")
        for n in meta.findall("{*}contrib-group/{*}contrib/{*}name")
    ]
    found = {
        "title": inline(title) if title is not None else "",
        "journal": inline(journal) if journal is not None else "",
        "doi": (ids.get("doi") or "").strip(),
        "pmid": (ids.get("pmid") or "").strip(),
        "authors": ", ".join(n for n in names if n),
        "published": _date(meta),
    }
    return {k: v for k, v in found.items() if v}


def _date(meta: Element) -> str:
    """Return the publication date as precisely as stated, electronic first."""
    dates = meta.findall("{*}pub-date")
    dates.sort(key=lambda d: (d.get("pub-type") or d.get("date-type") or "") not in ("epub", "pub"))
    for date in dates:
        year, month, day = (date.findtext(f"{{*}}{p}") or "" for p in ("year", "month", "day"))
        if not lazy(r"\d{4}").fullmatch(year.strip()):
            continue
        parts = [year.strip()]
        for part in (month.strip(), day.strip()):
            if not lazy(r"\d{1,2}").fullmatch(part):
                break
            parts.append(part.zfill(2))
        return "-".join(parts)
    return ""
