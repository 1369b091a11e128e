"""Values: units that do not fit the reference range, wordings that can be read two ways."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from epicrisis import resources
from epicrisis.case.model import Case, Conflict, Item, Span
from epicrisis.case.story import Story
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy

# mass per volume in mg/L: what one written unit is in another
_MASS = {
    "g/L": 1000.0,
    "g/dL": 10000.0,
    "mg/dL": 10.0,
    "mg/L": 1.0,
    "ug/mL": 1.0,
    "ug/L": 0.001,
    "ng/mL": 0.001,
    "mg/mL": 1000.0,
}
_THAN = lazy(
    r"\b(?:slightly\s+|mildly\s+|somewhat\s+|a\s+little\s+)?(?:lower|higher|less|greater|below|above|more)\s+than\s+\d+(?:[.,]\d+)?\s*[^\s(]{0,10}\s*\((?:normal|reference|ref)[^)]{0,50}\)?",
    re.I,
)

_COMPARES = stems("normal reference ref")


def unit(story: Story, case: Case) -> list[Conflict]:
    """Report a reference range whose number belongs to another unit of the same analyte."""
    out = []
    for item in case.items:
        if item.type == "lab" and _suspicious(item):
            spans = [Span(min(s.start for s in item.spans), max(s.end for s in item.spans))]
            out.append(
                Conflict(
                    "unit-suspicious",
                    "The reference range fits another unit of this analyte; the unit may be a slip.",
                    spans,
                    [item.key],
                )
            )
    return out


def _suspicious(item: Item) -> bool:
    """Say whether the bound of the reference range is usual in another unit, and far off in the one written."""
    usual = _usual().get(item.concept or "")
    written, bound = item.detail.get("ucum"), item.detail.get("refHigh")
    if not usual or not bound or written not in _MASS or written == usual["unit"]:
        return False
    if item.detail.get("refUnit") not in (None, written, item.detail.get("unit")):
        return False
    meant = float(bound) * _MASS[written] / (float(usual["high"]) * _MASS[usual["unit"]])
    return not 0.2 <= meant <= 5 and 0.4 <= float(bound) / float(usual["high"]) <= 2.5


@cache
def _usual() -> dict[str, dict[str, Any]]:
    ranges: dict[str, dict[str, Any]] = resources.toml("cues", "ranges.toml")["high"]
    return ranges


def wording(story: Story, _: Case) -> list[Conflict]:
    """Report "lower than 33 (normal > 40)", where the number may be the value or a bound."""
    context = story.context
    spans = [
        Span(*m.span())
        for i, s in context.patient_sentences()
        if context.may(i, _COMPARES)
        for m in _THAN.finditer(context.text, s.start, s.end)
    ]
    return [
        Conflict(
            "wording-ambiguous",
            "The number may be the measured value or a bound of it; it was read as the value.",
            [s],
            severity="information",
        )
        for s in spans
    ]


RULES = (unit, wording)
