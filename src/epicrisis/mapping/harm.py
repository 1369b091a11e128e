"""What codes the words of harm have."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.fhir import clean
from epicrisis.mapping.chart import Chart
from epicrisis.terminology.harm import named_by_harm


def harm_codings(item: Item, chart: Chart) -> list[dict[str, str]]:
    """Return a person's codings, the event's own, or those that its words have as a disease or symptom."""
    if item.codings is not None:
        return item.codings
    concepts = named_by_harm(clean(item.text), item.concept, chart.terms)
    return next((found for c in concepts if (found := chart.codings(c.id))), [])
