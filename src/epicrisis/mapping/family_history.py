"""FamilyMemberHistory of a relative; an Observation where a history is denied."""

from __future__ import annotations

from typing import Any

from epicrisis.case.model import Item
from epicrisis.fhir import clean, decimal
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.quantity import quantity
from epicrisis.mapping.spec import spec


def map_family_history(item: Item, chart: Chart) -> list[Resource]:
    """Return what a relative had, or that no relative had it."""
    if item.negated or item.detail.get("absent"):
        return [_none(item, chart)]
    data = spec("family_history")
    detail = item.detail
    history = chart.new("FamilyMemberHistory", item)
    history["status"] = "completed"
    history["patient"] = chart.subject
    chart.date(history, "date", item.when, item)
    relation = detail.get("relation")
    if relation or detail.get("relationText"):
        history["relationship"] = chart.concept(relation, detail.get("relationText") or "")
    else:
        history["relationship"] = chart.coded(data, "member", text="relative")
    stated = detail.get("conditions") or [_one(item)]
    history["condition"] = [_condition(c, len(stated) == 1, item, chart) for c in stated]
    return [chart.finish(history, item)]


def _one(item: Item) -> dict[str, Any]:
    """Return the only condition of an item that names it in the detail itself."""
    key = item.detail.get("condition")
    words = item.detail.get("conditionText") or (key or "").rpartition("/")[2]
    return {"text": words or item.text, "concept": key}


def _condition(stated: dict[str, Any], alone: bool, item: Item, chart: Chart) -> Resource:
    condition: Resource = {"code": chart.concept(stated.get("concept"), stated.get("text", ""))}
    # an age is that of the disease only where one disease is named
    age = item.detail.get("ageAtOnset")
    if alone and decimal(age) is not None:
        condition["onsetAge"] = quantity({"value": age, "unit": "years", "ucum": "a"})
    spans = chart.evidence(stated.get("spans") or ())
    if spans:
        condition["extension"] = spans
    return condition


def _none(item: Item, chart: Chart) -> Resource:
    """Return the Observation of a denied family history: FHIR R4 has no negative relative."""
    data = spec("family_history")
    remarks: list[str] = []
    found = chart.new("Observation", item)
    found["status"] = "final"
    found["category"] = [chart.coded(spec("common"), "social")]
    disease = item.detail.get("conditionText")
    found["code"] = {"text": f"Family history of {clean(disease)}" if disease else data.data["title"]}
    found["subject"] = chart.subject
    chart.dated(found, "effective", item, remarks)
    found["valueCodeableConcept"] = chart.coded(spec("common"), "absent", text=item.text)
    return chart.finish(found, item, notes=remarks)
