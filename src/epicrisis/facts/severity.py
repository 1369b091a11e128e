"""Words of severity, as annotation tools count them."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy

_SEVERITY = lazy(
    r"\b(?:mild(?:ly)?|moderate(?:ly)?|severe(?:ly)?|life[\s-]threatening|massive|extensive|advanced|high-?\s?grade|low-?\s?grade|grade\s+[1-5]\b|marked(?:ly)?|slight(?:ly)?|minimal|extreme(?:ly)?)\b",
    re.I,
)

_MAY = stems(
    "mild moderate severe life massive extensive advanced high low highgrade lowgrade grade marked slight minimal extreme"
)


def extract(context: Context) -> list[Fact]:
    """Return severity facts."""
    told = context.having(_MAY)
    return [
        context.fact("severity", m.start(), m.end(), value={"value": m.group().lower()})
        for i, s in context.patient_sentences()
        if i in told
        for m in context.find(_SEVERITY, _MAY, s.start, s.end)
    ]
