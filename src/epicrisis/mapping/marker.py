"""Observation: tumour markers, in tissue (immunohistochemistry, FISH) and in serum."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.fhir import clean
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.loinc import fitting
from epicrisis.mapping.quantity import quantity, range_of
from epicrisis.mapping.spec import spec


def map_marker(item: Item, chart: Chart) -> list[Resource]:
    """Return the Observation of a marker."""
    data, common = spec("marker"), spec("common")
    remarks: list[str] = []
    marker = chart.new("Observation", item)
    marker["status"] = "final"
    marker["category"] = [chart.coded(common, "laboratory")]
    marker["code"] = chart.concept(item.concept, _name(item), fitting(item, chart))
    marker["subject"] = chart.subject
    focus = chart.refs(item, "focus", "Condition")
    if focus:
        marker["focus"] = focus
    chart.dated(marker, "effective", item, remarks)
    _value(marker, item, chart)
    flag = common.words("interpretation").get(item.detail.get("interpretation", ""))
    if flag:
        marker["interpretation"] = [chart.coded(common, flag)]
    method = item.detail.get("method")
    if method and method != "serum":
        marker["method"] = {"text": data.words("methods").get(method, method)}
    specimen = chart.specimen(item)
    if specimen:
        marker["specimen"] = specimen
    parts = _components(item)
    if parts:
        marker["component"] = parts
    # mCODE's profile knows no Range and asks for a value: US Core's holds both
    if "valueRange" in marker or "dataAbsentReason" in marker:
        chart.claim(marker, data, "lab")
    else:
        chart.claim(marker, data, "marker", "lab")
    if item.detail.get("clone"):
        remarks.append(f"Antibody clone: {clean(str(item.detail['clone']))}.")
    return [chart.finish(marker, item, notes=remarks)]


def _name(item: Item) -> str:
    return str(item.detail.get("name") or item.text)


def _value(marker: Resource, item: Item, chart: Chart) -> None:
    common, detail = spec("common"), item.detail
    result = detail.get("result") or ("negative" if item.negated else None)
    share = _share(item)
    number = quantity(detail)
    if number:
        marker["valueQuantity"] = number
    elif result and not (share and result == "positive" and "low" in share):
        name = common.words("result").get(result)
        marker["valueCodeableConcept"] = chart.coded(common, name, text=result) if name else {"text": clean(result)}
    elif share:
        marker["valueQuantity" if "low" not in share and "high" not in share else "valueRange"] = share
    elif detail.get("score") or detail.get("intensity") or detail.get("value"):
        marker["valueString"] = clean(str(detail.get("score") or detail.get("intensity") or detail.get("value")))
    else:
        marker["dataAbsentReason"] = chart.coded(common, "unknown")


def _share(item: Item) -> Resource | None:
    """Return the share of positive cells: a Range, or a Quantity where one number is stated."""
    low, high = item.detail.get("percentLow"), item.detail.get("percentHigh")
    if low and high and low != high:
        return range_of(low, high, "%", "%")
    one = low or high
    return (
        quantity({"value": one, "unit": "%", "ucum": "%", "comparator": item.detail.get("comparator")}) if one else None
    )


def _components(item: Item) -> list[Resource]:
    detail = item.detail
    found: list[Resource] = []
    share = _share(item)
    if share and detail.get("result"):
        kind = "valueRange" if "low" in share or "high" in share else "valueQuantity"
        if not (kind == "valueRange" and detail["result"] == "positive"):
            found.append({"code": {"text": "percentage of positive cells"}, kind: share})
    if not (detail.get("result") or share or detail.get("value")):
        return found
    words = [(n, clean(str(detail[n]))) for n in ("intensity", "score") if detail.get(n)]
    return found + [{"code": {"text": n}, "valueString": w} for n, w in words]
