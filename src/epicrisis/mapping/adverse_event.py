"""AdverseEvent: harm during treatment, its grade, and what is suspected of it."""

from __future__ import annotations

from typing import Any

from epicrisis.case.model import Item
from epicrisis.fhir import clean
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.harm import harm_codings
from epicrisis.mapping.spec import spec


def map_adverse_event(item: Item, chart: Chart) -> list[Resource]:
    """Return the AdverseEvent of an event that happened."""
    data = spec("adverse_event")
    remarks: list[str] = []
    event = chart.new("AdverseEvent", item)
    grades = [g for g in map(str, item.detail.get("grades") or ()) if g in data.words("grades")]
    if grades:
        value = chart.coded(
            data,
            data.words("grades")[max(grades)],
            text="grade " + "-".join(dict.fromkeys((min(grades), max(grades)))),
        )
        event["extension"] = [{"url": data.url("grade"), "valueCodeableConcept": value}]
    event["actuality"] = "actual"
    event["event"] = chart.concept(item.concept, item.text, harm_codings(item, chart))
    event["subject"] = chart.subject
    chart.date(event, "date", item.when or item.start, item)
    resulting = chart.refs(item, "condition", "Condition")
    if resulting:
        event["resultingCondition"] = resulting
    severity = _severity(item, grades)
    if severity:
        event["severity"] = chart.coded(data, severity)
    outcome = str(item.detail.get("outcome") or "")
    known = data.words("outcomes").get(outcome.casefold())
    if known:
        event["outcome"] = chart.coded(data, known, text=outcome)
    elif outcome:
        remarks.append(f"Outcome: {clean(outcome)}.")
    suspects = chart.refs(item, "suspects", "Procedure", "MedicationStatement")
    if suspects:
        event["suspectEntity"] = [{"instance": s} for s in suspects]
    event["referenceDocument"] = [chart.document]
    remarks += [f"Action taken: {a}." for a in _texts(item.detail.get("action"))]
    remarks += [f"Treatment: {t}." for t in _texts(item.detail.get("treatment"))]
    word = item.detail.get("severity")
    if word and word not in data.words("severities"):
        remarks.append(f"Severity as stated: {clean(str(word))}.")
    return [chart.finish(event, item, notes=remarks)]


def _severity(item: Item, grades: list[str]) -> str | None:
    data = spec("adverse_event")
    stated = data.words("severities").get(str(item.detail.get("severity") or "").casefold())
    if stated or not grades:
        return stated
    # R4 has no word above severe: grades 4 and 5 stand in the extension only
    return data.words("severity_of_grade").get(max(grades))


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value] if value else []
    return [t for t in (clean(str(v.get("text", "")) if isinstance(v, dict) else str(v)) for v in values) if t]
