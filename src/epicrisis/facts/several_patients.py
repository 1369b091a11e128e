"""Reports of several patients: under "Case 2" stands nothing of the first one, who is the patient."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.kept import lazy

# "Case 2", "Patient No. 3", "Second case": the heading of one of several patients
_NUMBERED = lazy(
    r"\s*(?:(?:clinical\s+)?(?:case|patient)(?:\s+(?:report|presentation|description))?\s*(?:no\.?\s*|number\s+|#\s*)?(?P<n>\d{1,2}|one|two|three|four|five|six|IV|V|I{1,3})(?![\w.]*\d)\b(?=\s*(?:[:.(,–—-]|\Z|[A-Z]))|(?:case|patient)\s+(?P<l>(?-i:[A-D]))(?=\s*[:.(,–—-]|\s+(?:was|is|had|presented|underwent)\b)|(?P<o>first|second|third|fourth|fifth)\s+(?:case|patient)\s*(?:[:.–—-]|\Z))",
    re.I,
)
_COUNTED = {
    w: n
    for n, words in enumerate(
        ("one first i", "two second ii", "three third iii", "four fourth iv", "five fifth v", "six"), 1
    )
    for w in words.split()
}


def of_other_cases(context: Context) -> set[int]:
    """Return the sentences under "Case 2" and after it, where a report tells of several patients."""
    numbers: list[int | None] = []
    current: int | None = None
    previous = None
    for i, s in enumerate(context.sentences):
        section = context.section_of[i]
        if section is not previous:
            previous = section
            if not context.is_patient_section(i):
                current = None
            elif m := _NUMBERED.match(section.title):
                current = _number(m)
        if (
            context.text[s.start : s.start + 1] in "CPFSTcpfst"
            and context.is_patient_section(i)
            and (m := _NUMBERED.match(context.text, s.start, s.end))
        ):
            current = _number(m)
        numbers.append(current)
    told = {n for n in numbers if n is not None}
    if len(told) < 2:
        return set()
    context.findings.append("several-patients")
    return {i for i, n in enumerate(numbers) if n is not None and n != min(told)}


def _number(match: re.Match[str]) -> int:
    if match["l"]:
        return ord(match["l"]) - ord("A") + 1
    words = (match["n"] or match["o"]).lower()
    return int(words) if words.isdigit() else _COUNTED[words]
