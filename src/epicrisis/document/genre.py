"""Tell an article from what a clinic writes: letters, notes, reports, and the forms of tumour boards.

The same heading means another thing in each: "Objective" is an article's aim and a note's
examination, "Background" an introduction and a letter's comorbidities, "Conclusion" what an
article teaches and what a board decides.
"""

from __future__ import annotations

import re
from dataclasses import replace

from epicrisis.document.headings import Heading, named, normalise
from epicrisis.document.model import PATIENT
from epicrisis.kept import lazy

ARTICLE, CLINIC, BOARD = "article", "clinic", "board"

# The title of a clinic's document, on one of its first lines.
_TITLED = lazy(
    r"(?P<board>(?:tumou?r|cancer|mdt|multi-?disciplinary|oncology)[\w /-]{0,24}\b(?:board|conference|meeting|form|proforma)\b|\bMDT\b)"
    r"|\b(?:discharge|progress|clinic|out-?patient|in-?patient|consult(?:ation)?|oncology|pathology|histopathology|cytology|operati(?:ve|on)"
    r"|radiology|imaging|hospital(?:i[sz]ation)?|admission|medical|doctor'?s|referral|nursing|follow-?up|visit|procedure|endoscopy|laboratory"
    r"|transfer|treatment|ct|mri|pet-ct|ultrasound)\s+(?:summary|notes?|letter|report)\b|\bhistory\s+(?:and|&)\s+physical\b|\bflow\s?sheet\b"
    r"|\bregistry\s+abstract\b",
    re.IGNORECASE,
)
_OF_BOARD = lazy(
    r"\bboard\b(?!\s+(?:decision|recommendation))|\bMDT\b(?!\s+(?:decision|recommendation))", re.IGNORECASE
)
# "CT ABDOMEN 02/14/2023"
_STUDY = lazy(
    r"\W*(?:CT|MRI?|PET(?:[-/]CT)?|US|XR|ULTRASOUND|MAMMOGRA[A-Z]+|BONE SCAN|CHEST X-?RAY)\b[A-Z /,&+-]*(?:\d[\d./-]{3,9})?\W*\Z"
)
_SALUTATION = lazy(r"^[ \t]*(?:Dear\b(?!\s+(?:Editors?|Sirs?)\b)|Re:|Ref:|To whom)", re.MULTILINE)
_CITED = lazy(r"\b(?:19|20)\d\d\b|\bet al\b|\bdoi\b")
_PERSON = lazy(r"\d[\s-]years?[\s-]old|\b(?:[Hh]e|[Ss]he|[Tt]he patient)\b")
_ADDRESSEE = lazy(
    r"[\s:]*(?:\W{0,3}\b(?:the\s+)?(?i:dr|prof|mrs?|ms|miss|gp|patient|department|dept|clinic|hospital|family|referring|records?|medical)\b"
    r"|[A-Z]\.\s|[A-Z][a-z]+,?\s+(?:[A-Z]\.?\s+)?[A-Z][a-z]+|[^\n]*(?:\bM\.?D\b|@)|\Z)"
)
_WEAK = frozenset({"introduction", "abstract", "discussion"})
# What such a heading opens in a clinic's document.
_IN_CLINICS = {"introduction": "history", "abstract": "outcome", "discussion": "outcome", "conclusion": "outcome"}
_EXAMINED = frozenset({"objective", "objectives"})
_OF_ANY = frozenset({"patient", "sex", "gender", "age", "age/sex"})  # articles have such labels too
_ASIDE = frozenset({"limitations", "strengths and limitations", "differential diagnosis"})


def complaints(text: str, headings: list[Heading]) -> list[Heading]:
    """Read "CC: dyspnea" as the chief complaint; a copy goes to somebody."""
    return [
        replace(h, kind="history")
        if h.kind == "front" and normalise(h.title) == "cc" and not _ADDRESSEE.match(text, h.end)
        else h
        for h in headings
    ]


def board_title(text: str, heading: Heading) -> bool:
    """Say whether a heading is the title of a board's form, under which all it knows stands, and not what it decided."""
    titled = heading.kind == "plan" and not heading.title[:1].isspace() and _OF_BOARD.search(heading.title)
    colon = ":" in text[heading.start : heading.end + 2].split("\n", 1)[0]
    return (
        bool(titled)
        and not colon
        and not text[: heading.start].strip(" \t\r\n#*_=-")
        and "\n" in text[heading.end :].strip()
    )


def genre(text: str, headings: list[Heading]) -> str:
    """Return what kind of document *text* with these *headings* is, "" where nothing tells."""
    if not any(h.kind for h in headings):
        return ""
    if any(_of_articles(text, h) for h in headings):
        return ARTICLE
    first = next((h.start for h in headings if h.kind), len(text))
    lines = [line.strip(" \t\r#*_=-") for line in text[: max(first, 300)].split("\n")[:12]]
    titles = [m for line in lines if len(line) < 80 and line[-1:] not in ".;" and (m := _TITLED.search(line))]
    if titles:
        return BOARD if any(m["board"] for m in titles) else CLINIC
    if any(_STUDY.match(line) for line in lines[:3]):
        return CLINIC
    if any(h.kind == "keywords" for h in headings):
        return ARTICLE
    if any(h.kind == "case" and not (named("clinic", h.title) or named("both", h.title)) for h in headings):
        return ARTICLE
    labelled = any(h.kind == "body" and normalise(h.title) not in _OF_ANY for h in headings)
    if labelled or any(named("clinic", h.title) for h in headings) or _SALUTATION.search(text, 0, 3000):
        return CLINIC
    before = [normalise(h.title) for h in headings if not _behind_patient(h, headings)]
    if "methods" in before and any(normalise(h.title) == "results" for h in headings):
        return ARTICLE
    return ARTICLE if any(_may_be_of_article(text, h, headings) for h in headings) else ""


def _may_be_of_article(text: str, heading: Heading, headings: list[Heading]) -> bool:
    """Say whether a heading is one that articles have, where nothing tells of a clinic."""
    # "Discussion: ..." is a label of board notes too, "Background" and "Objective" are some of letters and notes
    if heading.kind not in _WEAK or _of_both(heading):
        return False
    if not heading.inline:
        return True
    # "Aim: ..." opens an abstract; behind what is told of a patient it is of the visit
    return (
        heading.kind != "discussion"
        and not _behind_patient(heading, headings)
        and not _PERSON.search(text, 0, heading.start)
    )


def _behind_patient(heading: Heading, headings: list[Heading]) -> bool:
    """Say whether a heading of what a patient had stands before another."""
    return any(h.kind in PATIENT for h in headings if h.start < heading.start)


def in_clinic(heading: Heading, of: str, *, of_case: bool = False) -> str | None:
    """Return the kind that a heading of articles has elsewhere, where it has another there.

    What a board's form calls its outcome is what the board decided.

    *of_case*: it stands within a case, or behind it, where no article has its introduction.
    """
    if of == BOARD and heading.kind == "outcome" and normalise(heading.title) == "outcome":
        return "plan"
    if heading.kind not in _IN_CLINICS or (of == ARTICLE and not of_case):
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


def _of_articles(text: str, heading: Heading) -> bool:
    """Say whether only articles have such a heading."""
    if heading.kind == "references":
        return not heading.inline and _CITED.search(text, heading.end, heading.end + 600) is not None
    return named("articles", heading.title) and (not heading.inline or heading.kind in ("abstract", "methods"))


def _of_both(heading: Heading) -> bool:
    return heading.kind in ("introduction", "abstract") and named("both", heading.title)
