"""Values: units that do not fit the reference range, wordings that can be read two ways."""

from __future__ import annotations

import re

from epicrisis.case.model import Case, Conflict, Item, Span
from epicrisis.case.story import Story

# mass per volume in mg/L: what one written unit is in another
_MASS = {"g/L": 1000.0, "g/dL": 10000.0, "mg/dL": 10.0, "mg/L": 1.0, "ug/mL": 1.0, "ug/L": 0.001, "ng/mL": 0.001, "mg/mL": 1000.0}
_THAN = re.compile(r"\b(?:slightly\s+|mildly\s+|somewhat\s+|a\s+little\s+)?(?:lower|higher|less|greater|below|above|more)\s+than\s+\d+(?:[.,]\d+)?\s*[^\s(]{0,10}\s*\((?:normal|reference|ref)[^)]{0,50}\)?", re.I)


def unit(story: Story, case: Case) -> list[Conflict]:
    """Report a reference range whose number belongs to another unit of the same analyte."""
    out = []
    for item in case.items:
        if item.type == "lab" and _suspicious(story, item):
            spans = [Span(min(s.start for s in item.spans), max(s.end for s in item.spans))]
            out.append(Conflict("unit-suspicious", "The reference range fits another unit of this analyte; the unit may be a slip.", spans, [item.key]))
    return out


def _suspicious(story: Story, item: Item) -> bool:
    attrs = story.context.terms.concept(item.concept).attrs if story.context.terms.concept(item.concept) else {}  # type: ignore[union-attr]
    usual, high = attrs.get("unit"), attrs.get("high")
    own, bound = item.detail.get("refUnit") or item.detail.get("ucum"), item.detail.get("refHigh")
    ucum = item.detail.get("ucum")
    if not (usual and high and bound and ucum in _MASS and usual in _MASS) or ucum == usual or own not in (None, ucum, item.detail.get("unit")):
        return False
    ratio = float(bound) * _MASS[ucum] / (float(high) * _MASS[usual])
    plain = float(bound) / float(high)
    return not 0.2 <= ratio <= 5 and 0.4 <= plain <= 2.5


def wording(story: Story, _: Case) -> list[Conflict]:
    """Report "lower than 33 (normal > 40)", where the number may be the value or a bound."""
    context = story.context
    spans = [Span(*m.span()) for _, s in context.patient_sentences() for m in _THAN.finditer(context.text, s.start, s.end)]
    return [Conflict("wording-ambiguous", "The number may be the measured value or a bound of it; it was read as the value.", [s], severity="information") for s in spans]


RULES = (unit, wording)
