"""Whether harm is told as the reason why a treatment was stopped, reduced or held."""

from __future__ import annotations

import re

from epicrisis.facts.because import DUE_TO
from epicrisis.facts.brackets import opened
from epicrisis.kept import lazy

_BECAUSE = lazy(rf"(?<![\w/])(?:{DUE_TO}|because|b/c|since|caused\s+by|after|following|for)(?!\w)", re.I)
_BECAUSE_OF = lazy(
    rf"(?<![\w/]){DUE_TO}\s+(?:(?:an?|the|severe|grade\s+\w+)\s+)*(?:[\w-]+\s+){{0,3}}\Z",
    re.I,
)
_CAME_AND = lazy(
    r"[^.;,()]{3,60}?\s(?:developed|occurred|appeared|emerged|arose)(?:\s+(?:in|on)\s[\w ]{3,20}?)?,?\s+and\s+(?:the\s+)?[\w-]+(?:\s+[\w-]+)?\s+(?:was|were|had\s+to\s+be)\s+(?:\w+ly\s+)?"
)


def because(text: str, stopped: re.Match[str], at: int, drugs: list[int]) -> bool:
    """Say whether the event at *at* is the reason why a treatment was stopped or reduced; *drugs* begin there."""
    if stopped.end() <= at:
        if text.find(")", stopped.end(), at) >= 0 and opened(text, 0, stopped.start()):
            return False  # "(reduced from 60 mg for a rash), presenting with back pain"
        m = _BECAUSE.search(text, stopped.end(), at)
        if m and any(m.end() < d < at and text[:d].rstrip().endswith(",") for d in drugs):
            return False  # "A, stopped for heart failure, B in 2015 (hypertension)"
        return bool(m) and at - stopped.end() < 110 and ";" not in text[stopped.end() : at]
    between = text[at : stopped.start()]
    if len(between) < 90 and _CAME_AND.fullmatch(between):
        return True  # "pneumonitis developed and nivolumab was discontinued"
    if len(between) < 70 and ";" not in between and _BECAUSE_OF.search(text, max(0, at - 45), at):
        return True  # "because of a skin rash (grade 3), imatinib was interrupted"
    return len(between) < 90 and bool(
        lazy(
            r"\b(?:therefore|thus|so|leading\s+to|resulting\s+in|requir(?:ing|ed)|necessitat\w+|led\s+to|prompted|consequently|and\s+(?:the\s+)?(?:drug|treatment|therapy|dose))\b",
            re.I,
        ).search(between)
    )
