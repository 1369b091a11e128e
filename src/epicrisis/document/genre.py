"""Tell an article from what a clinic writes: letters, notes, reports, and the forms of tumour boards.

The same heading means another thing in each: "Objective" is an article's aim and a note's
examination, "Background" an introduction and a letter's comorbidities, "Conclusion" what an
article teaches and what a board decides.
"""

from __future__ import annotations

import re

from epicrisis.document.headings import Heading, named, normalise
from epicrisis.kept import lazy

ARTICLE, CLINIC, BOARD = "article", "clinic", "board"

# The title of a clinic's document, on one of its first lines.
_TITLED = lazy(
    r"(?P<board>(?:tumou?r|cancer|mdt|multi-?disciplinary|oncology)[\w /-]{0,24}\b(?:board|conference|meeting|form|proforma)\b|\bMDT\b)"
    r"|\b(?:discharge|progress|clinic|out-?patient|in-?patient|consult(?:ation)?|oncology|pathology|histopathology|cytology|operati(?:ve|on)"
    r"|radiology|imaging|hospital(?:i[sz]ation)?|admission|medical|doctor'?s|referral|nursing|follow-?up|visit|procedure|endoscopy|laboratory"
    r"|transfer|treatment|ct|mri|pet-ct|ultrasound)\s+(?:summary|note|letter|report)s?\b|\bhistory\s+(?:and|&)\s+physical\b|\bflow\s?sheet\b"
    r"|\bregistry\s+abstract\b",
    re.IGNORECASE,
)
_SALUTATION = lazy(r"^[ \t]*(?:Dear\b|Re:|Ref:|To whom)", re.MULTILINE)
_WEAK = frozenset({"introduction", "abstract", "discussion"})
# What such a heading opens in a clinic's document.
_IN_CLINICS = {"introduction": "history", "abstract": "outcome", "discussion": "outcome", "conclusion": "outcome"}
_EXAMINED = frozenset({"objective", "objectives"})
_ASIDE = frozenset({"limitations", "strengths and limitations", "differential diagnosis"})


def genre(text: str, headings: list[Heading]) -> str:
    """Return what kind of document *text* with these *headings* is, "" where nothing tells."""
    kinds = {h.kind for h in headings}
    if "keywords" in kinds or any(_of_articles(h) for h in headings):
        return ARTICLE
    first = next((h.start for h in headings if h.kind), len(text))
    lines = [line.strip(" \t\r#*_=-") for line in text[: max(first, 300)].split("\n")[:12]]
    titles = [m for line in lines if len(line) < 80 and line[-1:] not in ".;" and (m := _TITLED.search(line))]
    if titles:
        return BOARD if any(m["board"] for m in titles) else CLINIC
    if "case" in kinds and any(h.kind == "case" and not named("clinic", h.title) for h in headings):
        return ARTICLE
    if "body" in kinds or any(named("clinic", h.title) for h in headings) or _SALUTATION.search(text, 0, 3000):
        return CLINIC
    # "Discussion: ..." is a label of board notes too, "Background" and "Objective" are some of letters and notes
    if any(h.kind in _WEAK and not (h.kind == "discussion" and h.inline) and not _of_both(h) for h in headings):
        return ARTICLE
    return ""


def in_clinic(heading: Heading, of: str) -> str | None:
    """Return the kind that a heading of articles has in a document that is none, where it has another there."""
    if heading.kind not in _IN_CLINICS:
        return None
    title = normalise(heading.title)
    if of not in (CLINIC, BOARD) and not _of_both(heading):
        return None
    if title in _EXAMINED:
        return "examination"
    if title in _ASIDE:
        return None
    if of == BOARD and heading.kind == "conclusion":
        return "plan"
    return _IN_CLINICS[heading.kind]


def _of_articles(heading: Heading) -> bool:
    """Say whether only articles have such a heading."""
    if heading.kind == "references":
        return not heading.inline
    return named("articles", heading.title) and (not heading.inline or heading.kind == "abstract")


def _of_both(heading: Heading) -> bool:
    return heading.kind in ("introduction", "abstract") and named("both", heading.title)
