"""Observation: laboratory results, with unit, reference range and interpretation."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.fhir import clean, decimal
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.loinc import fitting
from epicrisis.mapping.quantity import quantity, range_of
from epicrisis.mapping.spec import spec


def map_lab(item: Item, chart: Chart) -> list[Resource]:
    """Return the Observation of a laboratory result."""
    common = spec("common")
    detail = item.detail
    remarks: list[str] = []
    lab = chart.new("Observation", item)
    chart.claim(lab, spec("lab"), "lab")
    lab["status"] = "final"
    lab["category"] = [chart.coded(common, "laboratory")]
    lab["code"] = chart.concept(item.concept, _name(item), fitting(item, chart))
    lab["subject"] = chart.subject
    chart.dated(lab, "effective", item, remarks)
    _value(lab, item, chart)
    flag = common.words("interpretation").get(detail.get("interpretation", ""))
    if flag:
        lab["interpretation"] = [chart.coded(common, flag)]
    if detail.get("specimen"):
        remarks.append(f"Specimen: {clean(str(detail['specimen']))}.")
    reference = _reference(item)
    if reference:
        lab["referenceRange"] = [reference]
    return [chart.finish(lab, item, notes=remarks)]


def _name(item: Item) -> str:
    return str(item.detail.get("name") or item.text)


def _value(lab: Resource, item: Item, chart: Chart) -> None:
    detail, common = item.detail, spec("common")
    number = quantity(detail)
    high = detail.get("valueHigh")
    span = range_of(detail.get("value"), high, detail.get("unit"), detail.get("ucum"))
    words = clean(str(detail.get("resultText") or detail.get("interpretation") or ""))
    if item.negated and not number:
        lab["valueCodeableConcept"] = chart.coded(common, "negative", text=words or "negative")
    elif span and high and len(span) == 2:
        lab["valueRange"] = span
    elif number:
        lab["valueQuantity"] = number
    elif detail.get("value"):
        lab["valueString"] = clean(f"{detail.get('comparator') or ''}{detail['value']} {detail.get('unit') or ''}")
    elif words:
        name = common.words("result").get(detail.get("interpretation", ""))
        lab["valueCodeableConcept"] = chart.coded(common, name, text=words) if name else {"text": words}
    else:
        lab["dataAbsentReason"] = chart.coded(common, "unknown")


def _reference(item: Item) -> Resource | None:
    detail = item.detail
    unit = detail.get("refUnit") or detail.get("unit")
    ucum = detail.get("refUcum") or (detail.get("ucum") if unit == detail.get("unit") else None)
    found: Resource = {}
    for name, key in (("low", "refLow"), ("high", "refHigh")):
        if decimal(str(detail.get(key, ""))) is not None:
            end = quantity({"value": detail[key], "unit": unit, "ucum": ucum})
            if end:
                found[name] = end
    if detail.get("refText"):
        found["text"] = clean(str(detail["refText"]))
    return found or None
