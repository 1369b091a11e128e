"""Numbers behind a test that are no value of it: dates, and what stands behind a result told in words."""

from __future__ import annotations

import re

from epicrisis.facts.date_forms import ISO, NAMED, NUMERIC
from epicrisis.facts.patterns import rx
from epicrisis.facts.quantity import Quantity
from epicrisis.terminology import Hit

_SEROLOGY = rx(r"(?:positive|negative|neg|pos)\b\.?\)?\s*,\s*\Z", re.I)
_DENIED = rx(r"\b(?:negative|neg|undetectable|not\s+detected|-ve)\b", re.I)


def is_date(text: str, at: int) -> bool:
    """Say whether a number begins a whole date: "normalised by 02-JUL-2019"."""
    named = NAMED.match(text, at)
    return bool(named and (named["year"] or named["year2"])) or any(p.match(text, at) for p in (ISO, NUMERIC))


def follows_denial(test: Hit, found: Quantity, gap: str) -> bool:
    """Say whether a number only follows a negative result: "MRD neg (10^-5)", "MRD neg, 100 % donor"."""
    if _SEROLOGY.search(gap):
        return True
    residual = test.concepts[0] == "labs/minimal residual disease"
    return residual and found.comparator is None and _DENIED.search(gap) is not None
