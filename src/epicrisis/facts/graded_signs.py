"""Events that are told as a measured sign with a grade, and that no name tells: "grade 2 increase in blood pressure", "G1 PN"."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

WORDS = frozenset({"pn", "pressure"})
_PN = lazy(r"(?<![\w/-])PN(?![\w/-])")
_PRESSURE = lazy(
    r"\b(?:elevat(?:ed|ion)|increas(?:ed|e)|rais(?:ed|e)|rise)(?:\s+(?:of|in))?\s+(?:(?:the|his|her|systolic|arterial)\s+)*blood\s+pressure"
    r"|\bblood\s+pressure(?:\s+(?:was|were|had|has|is))?(?:\s+\w+ly)?\s+(?:elevat(?:ed|ion)|increas(?:ed|e)|raised|rose|risen|rise)\b",
    re.I,
)
_SIGNS = ((_PN, "peripheral sensory neuropathy"), (_PRESSURE, "hypertension"))
_BESIDE = lazy(r"[\s(,:-]{0,3}")
# behind a value: "rose to 180/100 mmHg (grade 3)"
_VALUE = lazy(
    r"(?:\s+(?:up\s+)?(?:to|at|of|over))?\s*(?:\d{2,3}\s?/\s?\d{2,3}(?:\s?mm\s?Hg)?)?[\s(,:-]{0,3}(?:(?:CTC(?:AE)?|of|was|to)\s*){0,2}",
    re.I,
)


def signs(context: Context, index: int, events: list[Hit], grades: list[re.Match[str]]) -> list[Hit]:
    """Return *events* of a sentence and, right beside one of its *grades*, the signs that are events with it."""
    if not grades or index not in context.saying(WORDS):
        return events
    low, high = context.sentences[index].start, context.sentences[index].end
    text = context.text[low:high]
    found = [
        Hit(low + m.start(), low + m.end(), (f"adverse_events/{event}",))
        for sign, event in _SIGNS
        for m in sign.finditer(text)
        if not any(h.start <= low + m.start() and low + m.end() <= h.end for h in events) and _graded(text, m, grades)
    ]
    return sorted([*events, *found], key=lambda h: h.start) if found else events


def _graded(text: str, sign: re.Match[str], grades: list[re.Match[str]]) -> bool:
    return any(
        (g.start() >= sign.end() and _VALUE.fullmatch(text, sign.end(), g.start()))
        or (g.end() <= sign.start() and _BESIDE.fullmatch(text, g.end(), sign.start()))
        for g in grades
    )
