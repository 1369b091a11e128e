"""Find the headings of a narrative: lines, numbering, mark-up, and headings run into the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from epicrisis import resources
from epicrisis.document.model import PATIENT
from epicrisis.kept import lazy

_LINE = lazy(r"[^\r\n\f\v\x85\u2028\u2029]+")
_NUMBER = lazy(r"(?:\(?(\d{1,2}(?:\.\d{1,2}){0,3})[.)]?|([IVX]{1,5})\.)[ \t\xa0]+(?=\S)")
_MARK = lazy(r"[ \t]*(#{1,6})[ \t]+(?=\S)")
_BOLD = lazy(r"[ \t]*(\*\*\*?|__)(?=\S)(.{1,110}?)(?<=\S)\1[ \t]*:?[ \t]*$")
_CAPTION = lazy(
    r"[*_]{0,3}(?P<word>(?:supplementary |supplemental )?(?:fig(?:ure|\.)?|table|image|video))"
    r"[ \t\xa0]*(?P<no>S?\d{1,2}[A-Z]?|[IVX]{1,4})(?P<sep>[*_]{0,3}[ \t\xa0]?[.:|)\u2013\u2014-]"
    r"[*_]{0,3}(?:[ \t\xa0]+|$)|[*_]{0,3}(?=[ \t\xa0]*$)|"
    r"[*_]{0,3}[ \t\xa0]+(?=[*_]{0,2}(?-i:[A-Z(])))",
    re.IGNORECASE,
)
_RUN_IN_DOT = lazy(r"[*_]{0,3}([A-Z][A-Za-z /&-]{2,40})[*_]{0,3}[.\u2013\u2014][*_]{0,3}[ \t]+(?=\S)")
_LABEL = lazy(r"(?:^|(?<=[.!?;*])\s+)([*_]{0,3}[A-Z][^.!?;:\r\n|]{0,58})$")
_PARENTHESIS = lazy(r"\s*\([^)]*\)")
_INNER = lazy(r"\(([^()]{4,60})\)\Z")
_JOIN = lazy(r"\s*(?:,|/|&|\band\b|\bwith\b)\s*")
_JOINTS = (",", "/", "&", "and", "with")  # of _JOIN
_LONGEST = 110  # a heading line is shorter than this


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its extent in the text, what it says, and how surely it is one."""

    start: int
    end: int  # where the words under it may begin
    title: str
    kind: str | None  # None: a marked-up heading of unknown meaning
    level: int | None = None  # depth by numbering or mark-up
    inline: bool = False  # run into its paragraph
    paragraph: bool = False  # a legend: ends with its paragraph


def find(text: str) -> list[Heading]:
    """Return the headings of *text* in order, never overlapping."""
    found = [*_standing(text), *_run_in(text)]
    found.sort(key=lambda h: (h.start, h.inline, -h.end))
    kept: list[Heading] = []
    for heading in found:
        if not kept or heading.start >= kept[-1].end:
            kept.append(heading)
    return kept


def kind_of(title: str, *, marked: bool = False) -> str | None:
    """Return the kind of section a heading opens; *marked* headings may say more than a name."""
    # headings recur from text to text, lines of prose do not
    return _kind_of(title, marked) if len(title) <= 40 else _kind_of.__wrapped__(title, marked)


@lru_cache(maxsize=4096)
def _kind_of(title: str, marked: bool) -> str | None:
    names, words = _vocabulary()
    key = normalise(title)
    if not key:
        return None
    # "METHODS (Differential diagnosis, investigations and treatment)": what it stands for
    if title.endswith(")") and (inner := _INNER.search(title)) and (kind := kind_of(inner.group(1))) in PATIENT:
        return kind
    if kind := names.get(key):
        return kind
    if any(joint in key for joint in _JOINTS):
        parts = [p for p in _JOIN.split(key) if p]
        if len(parts) > 1 and all(p in names for p in parts):
            others = [names[p] for p in parts if p != "differential diagnosis"]  # "..., investigations and treatment"
            return others[0] if others else names[parts[0]]
    if marked and (hit := words.search(key)):
        return names.get("\0" + hit.group())
    return None


def tells(title: str) -> bool:
    """Say whether a heading's own words are facts, as in "CT: no metastases"."""
    told = _marked("told")
    key = normalise(title)
    return key in told or (any(joint in key for joint in _JOINTS) and any(part in told for part in _JOIN.split(key)))


def named(mark: str, title: str) -> bool:
    """Say whether a heading is among those that the vocabulary lists under *mark* ("clinic", "articles", "both")."""
    return normalise(title) in _marked(mark)


def normalise(title: str) -> str:
    """Return *title* without numbering, emphasis, parentheses, colon and case."""
    bare = title.replace("’", "'")
    bare = (_PARENTHESIS.sub("", bare) if "(" in bare else bare).strip(" \t\xa0*_#:.-\u2013\u2014|")
    bare = _NUMBER.sub("", bare, count=1) if bare[:1].isdigit() or bare[:1] in "(IVX" else bare
    key = " ".join(bare.casefold().split()).strip(" *_:.,-")
    stem = key.rstrip("0123456789 ")
    return stem if stem and stem != key and stem in ("case", "patient", "appendix") else key


def _standing(text: str) -> Iterator[Heading]:
    """Yield headings on lines of their own, and legends of figures and tables."""
    lines = list(_LINE.finditer(text))
    bares = [match.group().strip() for match in lines]
    bounds = [0, *(at for match in lines for at in match.span()), len(text)]
    blank = [_blank(text[a:b]) for a, b in zip(bounds[::2], bounds[1::2], strict=True)]  # before each line, and at last
    for n, (match, bare) in enumerate(zip(lines, bares, strict=True)):
        if not bare:
            continue
        line = match.group()
        apart = blank[n] or match.start() == 0 or (n > 0 and not bares[n - 1])
        if not apart and n > 0:  # a text without empty lines: the line before must be finished
            apart = bares[n - 1][-1:] in ".?!" and (bare[:1].isupper() or _numbered(bare))
        open_after = blank[n + 1] or n + 1 >= len(lines) or not bares[n + 1]
        start = match.start() + len(line) - len(line.lstrip())
        if bare[0] in "*_FfTtSsIiVv" and (caption := _caption(bare, start, apart)):
            yield caption
        elif len(bare) <= _LONGEST and (heading := _line(bare, start, apart, open_after)):
            yield heading
        elif apart and (dotted := _RUN_IN_DOT.match(bare)) and (kind := kind_of(dotted.group(1))):
            yield Heading(start, start + dotted.end(), dotted.group(1), kind, inline=True)


def _numbered(bare: str) -> bool:
    """Say whether a short line is a number and words that begin with a capital."""
    number = _NUMBER.match(bare) if bare[:1].isdigit() and len(bare) <= _LONGEST else None
    return number is not None and bare[number.end() : number.end() + 1].isupper()


def _line(bare: str, start: int, apart: bool, open_after: bool) -> Heading | None:
    """Return the heading that a short line is, if it is one."""
    mark = _MARK.match(bare) if bare[0] == "#" else None
    bold = _BOLD.match(bare) if bare[0] in "*_" else None
    rest = bare[mark.end() :] if mark else bold.group(2) if bold else bare
    number = _NUMBER.match(rest) if rest[0] in "(IVX" or rest[0].isdigit() else None
    title = (rest[number.end() :] if number else rest).strip(" \t#*_")
    if not title or bare[0] in "-\u2022\u00b7>|" or (bare[:2] == "* "):
        return None
    colon = title.endswith(":") or (bare.endswith(":"))
    title = title.rstrip(": ")
    if mark or bold:
        level = (len(mark.group(1)) if mark else 7) if not number else _depth(number)
        kind = kind_of(title, marked=True)
        if bold and kind is None and (title[-1:] in ".,;" or not apart):
            return None  # an emphasised sentence, or emphasised words of a list
        return _known(bare, start, title, kind, level)
    if title[-1:] in ".,;?!" and kind_of(title) is None:
        return None
    if number and (apart or open_after):
        kind = kind_of(title, marked=True)
        if kind and ((apart and open_after) or kind_of(title)):
            return _known(bare, start, title, kind, _depth(number))
        deep = "." in (number.group(1) or "")
        return _known(bare, start, title, None, _depth(number)) if deep and apart and open_after else None
    if number:
        return None  # an item of a numbered list
    if colon:
        kind = kind_of(title, marked=len(title) <= 60)
        return _known(bare, start, title, kind, None) if kind else None
    kind = kind_of(title) if title[:1].isupper() else None
    capitals = len(title) > 5 and title.isupper() and not tells(title)  # "DIAGNOSES", amid lines without gaps
    return _known(bare, start, title, kind, None) if kind and (apart or open_after or capitals) else None


def _known(bare: str, start: int, title: str, kind: str | None, level: int | None) -> Heading:
    """Return the heading; words that may be facts (dates, an unknown title) stay in its section."""
    telling = kind in (None, "body") or kind_of(title) is None or "(" in title or tells(title)
    return Heading(start, start if telling else start + len(bare), title, kind, level)


def _caption(bare: str, start: int, apart: bool) -> Heading | None:
    match = _CAPTION.match(bare)
    if not match:
        return None
    if not match.group("sep").strip(" \t\xa0*_") and not apart:
        return None  # "Figure 1 Shows" inside a paragraph broken into lines
    kind = "table" if match.group("word").lower().endswith("table") else "figure"
    title = f"{match.group('word')} {match.group('no')}".strip("*_ ")
    return Heading(start, start + match.end(), title, kind, paragraph=True)


def _run_in(text: str) -> Iterator[Heading]:
    """Yield headings that a colon closes inside a paragraph ("Case Summary: A female ...")."""
    colon = text.find(":")
    while colon >= 0:
        window = text[max(0, colon - 62) : colon]
        cut = max(window.rfind("\n"), window.rfind("\r"), window.rfind("\f"))
        at_line = cut >= 0 or colon <= 62
        window = window[cut + 1 :].lstrip() if at_line else window
        label = _LABEL.search(window)
        if label and (at_line or label.start() > 0):
            raw = label.group(1)
            kind = kind_of(raw)
            if kind:
                end = colon + 1
                while end < len(text) and text[end] in "*_ \t\xa0":
                    end += 1
                start = colon - len(raw)
                if "(" in raw or kind == "body" or tells(raw):
                    end = start
                yield Heading(start, end, raw.strip("*_ #"), kind, inline=True)
        colon = text.find(":", colon + 1)


def _depth(number: re.Match[str]) -> int:
    return 1 + (number.group(1) or "").count(".")


def _blank(gap: str) -> bool:
    """Say whether *gap*, between two lines, holds an empty line or a page break."""
    if gap == "\n":
        return False
    return gap.count("\n") > 1 or gap.count("\r") - gap.count("\r\n") > 1 or "\f" in gap


@cache
def _vocabulary() -> tuple[dict[str, str], re.Pattern[str]]:
    """Read `mappings/cues/sections.toml`: name -> kind, and a pattern of the words."""
    names: dict[str, str] = {}
    words: dict[str, str] = {}
    for kind, entry in resources.toml("cues", "sections.toml").items():
        names.update(dict.fromkeys(entry["names"], kind))
        words.update(dict.fromkeys(entry["words"], kind))
    alternatives = "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))
    names.update({"\0" + word: kind for word, kind in words.items()})
    return names, lazy(rf"(?<!\w)(?:{alternatives})(?!\w)")


@cache
def _marked(mark: str) -> frozenset[str]:
    """Return the names with a mark of their own: the names that tell, those of clinics, those of articles."""
    return frozenset(name for entry in resources.toml("cues", "sections.toml").values() for name in entry.get(mark, ()))
