"""Observation: performance status, survival, and findings without a profile of their own."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.fhir import clean, whole
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.quantity import quantity
from epicrisis.mapping.spec import spec


def map_performance(item: Item, chart: Chart) -> list[Resource]:
    """Return the Observation of a performance status; "1-2" is no number and stays words."""
    data = spec("observation")
    scale = data.words("scales").get(str(item.detail.get("scale", "")).upper())
    high = item.detail.get("high")
    value = f"{item.detail.get('value') or ''}{f'-{high}' if high else ''}"
    number = whole(value)
    remarks: list[str] = []
    found = _start(item, chart, "exam", remarks)
    title = f"{item.detail.get('scale', '')} performance status".strip()
    if scale and chart.has(data, scale):
        if number is not None:
            chart.claim(found, data, scale)
        found["code"] = chart.coded(data, scale, text=title)
    else:
        found["code"] = {"text": title}
    if number is not None:
        found["valueInteger"] = number
    else:
        found["valueString"] = clean(value or item.text)
    return [chart.finish(found, item, notes=remarks)]


def map_survival(item: Item, chart: Chart) -> list[Resource]:
    """Return the Observation of a survival time, as the text counts it."""
    data = spec("observation")
    detail = item.detail
    remarks: list[str] = []
    found = _start(item, chart, "exam", remarks)
    title = data.words("survival").get(detail.get("kind", ""), data.data["survival_title"])
    since = _text(detail.get("from"))
    found["code"] = {"text": f"{title} from {since}" if since else title}
    stated = {"value": detail.get("value"), "comparator": detail.get("comparator")}
    unit = str(detail.get("ucum") or detail.get("unit") or "")
    number = quantity({**stated, "unit": data.words("units").get(unit, unit), "ucum": unit})
    if number:
        found["valueQuantity"] = number
    else:
        found["valueString"] = clean(item.text)
    therapy = chart.refs(item, "therapy", "Procedure", "MedicationStatement")
    if therapy:
        found["focus"] = therapy
    return [chart.finish(found, item, notes=remarks)]


def map_observation(item: Item, chart: Chart) -> list[Resource]:
    """Return the Observation of another finding; a denied one has the value absent."""
    common = spec("common")
    remarks: list[str] = []
    found = _start(item, chart, "exam", remarks)
    title = item.detail.get("code") or item.text
    found["code"] = chart.concept(item.concept, str(title), item.codings)
    value = clean(str(item.detail.get("value") or ""))
    number = quantity(item.detail) if item.detail.get("unit") else None
    if item.negated:
        found["valueCodeableConcept"] = chart.coded(common, "absent", text=value or "absent")
    elif number:
        found["valueQuantity"] = number
    else:
        words = value or "present"
        name = common.words("result").get(words)
        found["valueCodeableConcept"] = chart.coded(common, name, text=words) if name else {"text": words}
    specimen = chart.specimen(item)
    if specimen:
        found["specimen"] = specimen
    return [chart.finish(found, item, notes=remarks)]


def _start(item: Item, chart: Chart, category: str, remarks: list[str]) -> Resource:
    found = chart.new("Observation", item)
    found["status"] = "final"
    found["category"] = [chart.coded(spec("common"), category)]
    found["code"] = {}
    found["subject"] = chart.subject
    focus = chart.refs(item, "focus", "Condition")
    if focus:
        found["focus"] = focus
    chart.dated(found, "effective", item, remarks)
    return found


def _text(value: object) -> str:
    if isinstance(value, dict):
        return clean(str(value.get("text", "")))
    return clean(str(value)) if value else ""
