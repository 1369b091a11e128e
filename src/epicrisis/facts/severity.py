"""Words of severity, as annotation tools count them."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact

_SEVERITY = re.compile(r"\b(?:mild(?:ly)?|moderate(?:ly)?|severe(?:ly)?|life[\s-]threatening|massive|extensive|advanced|high-?\s?grade|low-?\s?grade|grade\s+[1-5]\b|marked(?:ly)?|slight(?:ly)?|minimal|extreme(?:ly)?)\b", re.I)


def extract(context: Context) -> list[Fact]:
    """Return severity facts."""
    return [context.fact("severity", m.start(), m.end(), value={"value": m.group().lower()})
            for _, s in context.patient_sentences() for m in _SEVERITY.finditer(context.text, s.start, s.end)]
