"""Procedure: a course of systemic therapy; its drugs are MedicationStatements, partOf it."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.fhir import clean
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.dosage import schedule
from epicrisis.mapping.spec import spec


def map_regimen(item: Item, chart: Chart) -> list[Resource]:
    """Return the Procedure of a regimen; it is coded as chemotherapy only if its drugs are."""
    data = spec("regimen")
    remarks: list[str] = []
    course = chart.new("Procedure", item)
    course["status"] = _status(item)
    course["category"] = {"text": data.data["category"]}
    course["code"] = _code(item, chart)
    course["subject"] = chart.subject
    chart.dated(course, "performed", item, remarks)
    reasons = chart.refs(item, "reason", "Condition", "Observation", "Procedure", "DiagnosticReport")
    if reasons:
        course["reasonReference"] = reasons
    cycles = item.detail.get("cycles")
    timing = schedule(cycles, item.detail.get("cycleLength"))
    if timing:
        course["extension"] = [{"url": data.url("schedule"), "valueTiming": timing}]
    if cycles:
        remarks.append(f"Cycles: {clean(str(cycles))}.")
    length = item.detail.get("cycleLength")
    if length and length.get("value"):
        remarks.append(f"Cycle: {length['value']} {length.get('unit', '')}.")
    if item.detail.get("line"):
        remarks.append(f"Line of therapy: {clean(str(item.detail['line']))}.")
    stop = item.detail.get("stopReason")
    if stop and course["status"] in ("stopped", "not-done"):
        course["statusReason"] = chart.concept(stop.get("concept"), stop.get("text", ""))
    return [chart.finish(course, item, notes=remarks)]


def _status(item: Item) -> str:
    if item.negated or item.status == "not-done":
        return "not-done"
    return {"ongoing": "in-progress", "stopped": "stopped"}.get(item.status, "completed")


def _code(item: Item, chart: Chart) -> Resource:
    data = spec("regimen")
    code = chart.concept(item.concept, item.text, item.codings)
    drugs = [
        *item.detail.get("drugs", ()),
        *(m.concept for m in chart.linked(item, "members") if m.concept),
    ]
    classes = {chart.attr(d, "class") for d in drugs}
    if "coding" not in code and classes == {"chemo"} and chart.has(data, "chemotherapy"):
        code["coding"] = chart.coded(data, "chemotherapy")["coding"]
    return code
