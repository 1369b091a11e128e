"""Which sentences speak of this patient, and which of others.

Case sections do, unless a sentence is plainly about a cohort. In an abstract, a discussion
or a conclusion only sentences that name the patient do, and those that go on from one.
"""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact

# [9, 10] or a superscript after the full stop: whoever cites speaks of others
_CITATION = re.compile(r"\[\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\]|\(\d{1,3}(?:[,–-]\d{1,3})*\)\s*[.,;]?\s*\Z|\bet al\b")
_GENERAL = re.compile(r"\b(?:is|are|has|have|can|may|should|must|derives?|occurs?|remains?|needs?)\b")
_PAST = re.compile(r"\b(?:was|were|had|did|underwent|received|developed|showed|revealed|presented|died|survived|became|[a-z]{3,}ed)\b")
_REPORTED = re.compile(r"\b(?:we|herein|here)\b[^.]{0,20}\b(?:report|present|describe|document)", re.I)
_SOURCES = re.compile(r"^\s*(?:literature|studies|previous (?:studies|reports)|several|some|many|most)\b", re.I)


# a line of names and numbers: "DOE" is nobody's dyspnoea
_IDENTITY = re.compile(r"\s*(?:re|patient(?:'s)?(?:\s+name)?|name|dear|cc|regarding|mrn|hospital\s+(?:no|number)|nhs(?:\s+(?:no|number))?)\b\s*[:.]?\s*(?=[A-Z])|\s*dear\b", re.I)
_TITLED = re.compile(r"\b(?:Dr|Prof|Mrs?|Ms|Miss)\.?\s+[A-Z]|[A-Z][\w'’-]+,\s+[A-Z]|\b(?:DOB|born)\b|\bdate\s+of\s+birth\b", re.I)


def named(context: Context, fact: Fact) -> bool:
    """Say whether *fact* was read out of a line that names the patient or an addressee."""
    if fact.kind in ("sex", "age", "date") or fact.sentence < 0:
        return False
    s = context.sentences[fact.sentence]
    return bool(_IDENTITY.match(context.text, s.start, s.end) and _TITLED.search(context.text, s.start, s.end))


def mark(context: Context) -> None:
    """Fill `context.speaks_of_patient`, one truth value per sentence."""
    marks: list[bool] = []
    previous_section = None
    for i, s in enumerate(context.sentences):
        section = context.section_of[i]
        if section is not previous_section:
            going_on = False
            previous_section = section
        text = context.text[s.start : s.end]
        if context.is_patient_section(i):
            marks.append(not _about_others(context, i, text))
        elif context.is_mixed(i):
            new_paragraph = i == 0 or context.sentences[i - 1].paragraph != s.paragraph
            going_on = _mixed(context, i, text, going_on and not new_paragraph)
            marks.append(going_on)
        else:
            marks.append(False)
    context.speaks_of_patient = marks


def _about_others(context: Context, index: int, text: str) -> bool:
    """Say whether a sentence of a case section is about a cohort, a guideline or the literature."""
    s = context.sentences[index]
    if context.cues_in(s.start, s.end, "patient"):
        return False
    if not context.cues_in(s.start, s.end, "literature"):
        return False
    return bool(_CITATION.search(text)) or bool(_SOURCES.match(text)) or not _PAST.search(text)


def _mixed(context: Context, index: int, text: str, going_on: bool) -> bool:
    s = context.sentences[index]
    literature = bool(context.cues_in(s.start, s.end, "literature"))
    cited = bool(_CITATION.search(text))
    # "for such patients", "Asian patients": the plural is never this patient
    named = [c for c in context.cues_in(s.start, s.end, "patient") if not context.text[c.start : c.end].lower().endswith("patients")]
    if cited and not _PAST.search(text):
        return False
    if named:
        # "he" and "her" also stand in sentences about other authors' patients
        strong = any(len(context.text[c.start : c.end]) > 3 for c in named)
        return (strong or not literature) and not (cited and literature and not strong)
    if context.kind(index) == "abstract" and _REPORTED.search(text):
        return True
    if not going_on or literature or cited:
        return False
    past = _PAST.search(text)
    return bool(past) or not _GENERAL.search(text)
