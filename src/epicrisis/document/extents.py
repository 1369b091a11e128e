"""How far a legend, a label's paragraph, a table or a remark reaches, and what tells something at all."""

from __future__ import annotations

import re

from epicrisis.kept import lazy

PARAGRAPH_END = lazy(r"(?:\r\n|\r|\n)[ \t\xa0]*(?:\r\n|\r|\n)|\f")
_SENTENCE_END = lazy(r"[.!?:][\"'\u201d)\]*_\d,\s]*$")
# What only a published article carries above its first heading.
PUBLISHED = lazy(
    r"\S@\S+\.\w|\bdoi\b|10\.\d{4,9}/|corresponding author|\b(?:received|accepted)\s*:",
    re.IGNORECASE,
)
_POSTSCRIPT = lazy(r"(?<=\n)[ \t]*(?:P\.?\s?S\b|N\.?B\b|(?i:addend\w+|postscript)\b)")
_SENTENCE = lazy(r"[a-z0-9)%][.!?](?:\s|$)")
_TOLD = lazy(r"\b(?:was|were|had|has|have|presented|underwent|received|showed|shows)\b|\d[\s-]years?[\s-]old")
# "Table 2. Previously reported cases of ...", "Author | Age | Treatment"
_REPORTED = lazy(
    r"\b(?:reported|published|previous|other)\s+(?:[\w-]+\s+){0,3}(?:cases|patients|reports|studies|trials)\b"
    r"|\b(?:review|summary|overview)\s+of\s+(?:the\s+)?(?:[\w-]+\s+){0,3}(?:literature|studies|trials|reports|publications)\b"
    r"|\bliterature\s+review\b|\bin\s+the\s+literature\b|\b(?:clinical|randomi[sz]ed)\s+trials\b|\bcases\s+(?:\w+\s+){0,3}reported\b",
    re.IGNORECASE,
)
_OURS = lazy(r"\b(?:our|present|this|the)\s+(?:patient|case)\b", re.IGNORECASE)
_AUTHORS = lazy(
    r"[\s|]*(?:(?:no\.?|case|#|s\.?\s?no\.?|sr\.?\s?no\.?)\s*(?:\||\t| {2,})\s*)?(?:first\s+)?authors?\b[^|\t\n]{0,30}(?:\||\t| {2,})",
    re.IGNORECASE,
)


def is_prose(paragraph: str) -> bool:
    """Say whether a paragraph tells something, unlike titles, authors and addresses."""
    if not paragraph or PUBLISHED.search(paragraph):
        return False
    sentences = len(_SENTENCE.findall(paragraph))
    told = len(paragraph) > 60 or _TOLD.search(paragraph) is not None
    return sentences > 1 or (sentences == 1 and told and paragraph.endswith("."))


def aside_end(text: str, start: int, stop: int) -> int:
    """Return where a letter goes on after its signature or a remark: at the next paragraph that tells something."""
    if more := _POSTSCRIPT.search(text, start, stop):
        return more.start()
    at = PARAGRAPH_END.search(text, start, stop)
    while at:
        end = PARAGRAPH_END.search(text, at.end(), stop)
        if is_prose(text[at.end() : end.start() if end else stop].strip()):
            return at.end()
        at = end
    return stop


def line_end(text: str, start: int, stop: int) -> int:
    """Return where the line ends in which *start* stands, if a finished line it is and another begins in capitals."""
    at = text.find("\n", start, stop)
    begun = text[at + 1 : at + 60].lstrip() if at >= 0 else ""
    finished = at >= 0 and _SENTENCE_END.search(text[start:at]) is not None and text[start:at].strip() != ""
    return at if finished and begun[:1].isupper() else stop


_NONE = lazy(r"\s*(?:none|nil|no\b|not\s+known|NK[DFEA]?A|unknown)", re.I)
_TELLS = lazy(
    r"[A-Z][^\n]*?\b(?:is|was|are|were|has|had|have|remains?|reviewed|continues?|feels|year|years?-old|today)\b"
)


def list_end(text: str, start: int, stop: int) -> int:
    """Return where a list ends that begins behind its label: with its line, if that says "none" or prose follows it."""
    at = text.find("\n", start, stop)
    if at < 0 or not text[start:at].strip():
        return stop
    return at if _NONE.match(text, start, at) or _TELLS.match(text[at + 1 :].lstrip(" \t")) else stop


def paragraph_end(text: str, start: int, stop: int, table: bool) -> int:
    """Return where the legend or table that begins at *start* ends."""
    for match in PARAGRAPH_END.finditer(text, start, stop):
        said = text[start : match.start()]
        rest = text[match.end() : stop].lstrip()
        if not said.strip():
            continue
        if table and lazy(r"[^\n]*(?:\||\t)").match(rest):
            continue  # rows follow the title
        if not table and rest[:1].islower() and not _SENTENCE_END.search(said):
            continue  # a page break inside the legend
        return match.start()
    return stop


def of_literature(text: str, start: int, end: int) -> bool:
    """Say whether a table is one of other authors' patients: by its legend, or by the head of its first column."""
    lines = text[start : min(end, start + 1500)].lstrip().split("\n", 4)
    if any(_AUTHORS.match(line) for line in lines[:4]):
        return True
    legend = "" if "|" in lines[0] else lines[0]
    return bool(_REPORTED.search(legend)) and not _OURS.search(legend)
