"""FamilyMemberHistory of a relative; an Observation where a history is denied."""

from __future__ import annotations

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
    words = detail.get("conditionText") or (detail.get("condition") or "").rpartition("/")[2]
    condition: Resource = {"code": chart.concept(detail.get("condition"), words or item.text)}
    if decimal(detail.get("ageAtOnset")) is not None:
        age = quantity({"value": detail["ageAtOnset"], "unit": "years", "ucum": "a"})
        condition["onsetAge"] = age
    history["condition"] = [condition]
    return [chart.finish(history, item)]


def _none(item: Item, chart: Chart) -> Resource:
    """Return the Observation of a denied family history: FHIR R4 has no negative relative."""
    data = spec("family_history")
    remarks: list[str] = []
    found = chart.new("Observation", item)
    found["status"] = "final"
    found["category"] = [chart.coded(spec("common"), "social")]
    disease = item.detail.get("conditionText")
    found["code"] = {
        "text": f"Family history of {clean(disease)}" if disease else data.data["title"]
    }
    found["subject"] = chart.subject
    chart.dated(found, "effective", item, remarks)
    found["valueCodeableConcept"] = chart.coded(spec("common"), "absent", text=item.text)
    return chart.finish(found, item, notes=remarks)
