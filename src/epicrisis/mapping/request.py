"""ServiceRequest and MedicationRequest: what was planned, and is not said to be done."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.spec import spec


def map_request(item: Item, chart: Chart) -> list[Resource]:
    """Return the request of a planned item."""
    medication = item.type == "medication"
    request = chart.new("MedicationRequest" if medication else "ServiceRequest", item)
    data = spec("request")
    reasons = chart.refs(item, "reason", "Condition")
    if medication and reasons:
        chart.claim(request, data, "medication")
    request["status"] = "unknown"
    request["intent"] = "plan"
    request["medicationCodeableConcept" if medication else "code"] = chart.concept(
        item.concept, item.text, item.codings
    )
    request["subject"] = chart.subject
    remarks: list[str] = []
    if not medication:
        chart.date(request, "occurrenceDateTime", item.when or item.start, item)
        site = chart.site(item.detail)
        if site:
            request["bodySite"] = [site]
    elif item.when or item.start:
        remarks.append(f"Planned for {(item.when or item.start).value}.")  # type: ignore[union-attr]
    if reasons:
        request["reasonReference"] = reasons
    return [chart.finish(request, item, notes=remarks)]
