"""Husbands, wives, partners and friends: what they have is theirs, and runs in no family."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy

MAY = stems(
    "husband wife partner spouse boyfriend girlfriend fiance fiancee roommate flatmate colleague housemate friend donor neighbour neighbor"
)
_WHO = r"(?:husband|wife|partner|spouse|boyfriend|girlfriend|fianc[eé]e?|roommate|flatmate|housemate|colleague|neighbou?r|friend|donor)"
# "her husband had lung cancer", "lives with her husband, who has dementia"
_HAS = lazy(
    rf"\b{_WHO}(?:\s+of\s+(?:his|hers|theirs))?(?:\s?\([^()]{{0,30}}\))?\s?,?\s+(?:(?:who|also|recently|previously|himself|herself|and\s+\w+)\s+){{0,2}}"
    r"(?:(?:is|was|has|had|have|were)\s+(?!concerned|worried|present|told|informed|noticed|noted|called|called|aware|asked|accompan|unable|involved|seen\s+with)"
    r"|(?:died|d\.(?=\s(?:\d|of\b))|developed|suffer\w*|tested|underwent|received|contracted|passed)\b)",
    re.I,
)
# "his wife, a nurse with hypothyroidism, administered filgrastim"
_WITH = lazy(rf"\b{_WHO},\s+an?\s+(?:[\w-]+\s+){{1,3}}with\s+[^,;.]*", re.I)
_OWN = lazy(
    r";|\b(?:the|our|this)\s+patient\b|\b(?:but|and|while|whereas)\s+(?:he|she)\b|,\s+(?:and\s+)?(?:he|she)\s+(?:was|is|has|had|himself|herself|presented|developed|underwent)\b",
    re.I,
)
_THEIRS = frozenset(
    {
        "diagnosis",
        "symptom",
        "metastasis",
        "recurrence",
        "adverse_event",
        "procedure",
        "medication",
        "drug_class",
        "regimen",
        "radiotherapy",
        "stage",
        "outcome",
        "genomic",
        "marker",
        "lab",
    }
)


def stretches(context: Context, low: int, high: int) -> list[tuple[int, int]]:
    """Return the stretches of the sentence [low, high) that tell what a companion of the patient has."""
    found = []
    found += [m.span() for m in _WITH.finditer(context.text, low, high)]
    for m in _HAS.finditer(context.text, low, high):
        end = _OWN.search(context.text, m.end(), high)
        found.append((m.start(), end.start() if end else high))
    return found


def theirs(fact: Fact, told: list[tuple[int, int]]) -> bool:
    """Say whether a fact stands where a companion's lot is told."""
    return fact.kind in _THEIRS and any(a <= fact.start < b for a, b in told)
