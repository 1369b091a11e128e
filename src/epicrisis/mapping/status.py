"""Observation: how the cancer did (stable, progressing, in remission), as stated."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.spec import spec


def map_status(item: Item, chart: Chart) -> list[Resource]:
    """Return the Observation of a disease status."""
    data = spec("status")
    remarks: list[str] = []
    status = chart.new("Observation", item)
    chart.claim(status, data, "status")
    evidence = item.detail.get("evidence")
    if evidence in data.words("evidence") and chart.has(data, data.words("evidence")[evidence]):
        value = chart.coded(data, data.words("evidence")[evidence])
        status["extension"] = [{"url": data.url("evidence"), "valueCodeableConcept": value}]
    status["status"] = "final"
    status["code"] = chart.coded(data, "status", text="Cancer disease status")
    status["subject"] = chart.subject
    focus = chart.refs(item, "focus", "Condition")
    if focus:
        status["focus"] = focus
    # the profile knows no Period: the date of the assessment, or else the last day it held
    chart.date(status, "effectiveDateTime", item.when or item.end or item.start, item)
    status["valueCodeableConcept"] = _value(item, chart)
    therapy = chart.refs(item, "therapy", "Procedure", "MedicationStatement")
    if therapy:
        status["partOf"] = therapy
    if item.start and item.when is None and item.end:
        remarks.append(f"From {item.start.value}.")
    if item.detail.get("until"):
        remarks.append(f"Until {_text(item.detail['until'])}.")
    return [chart.finish(status, item, notes=remarks)]


def _value(item: Item, chart: Chart) -> Resource:
    data = spec("status")
    response = item.detail.get("response", "")
    words = item.detail.get("responseText") or item.text or response
    if response and response.casefold() not in words.casefold():
        words = f"{words} ({response})"
    name = None if item.negated else data.words("responses").get(response)
    if item.codings is not None:
        return chart.concept(None, words, item.codings)
    return chart.coded(data, name, text=words) if name else {"text": words}


def _text(value: object) -> str:
    return str(value.get("value", "")) if isinstance(value, dict) else str(value)
