"""Encounter: stays in hospital and visits, only as far as stated."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.spec import spec


def map_encounter(item: Item, chart: Chart) -> list[Resource]:
    """Return the Encounter of a stay or visit."""
    data = spec("encounter")
    remarks: list[str] = []
    encounter = chart.new("Encounter", item)
    encounter["status"] = "in-progress" if item.status == "ongoing" else "finished"
    kind = data.words("classes").get(item.detail.get("class", ""), "unknown")
    encounter["class"] = dict(data.codes[kind][0])
    if item.text:
        encounter["type"] = [{"text": item.text}]
    encounter["subject"] = chart.subject
    if item.start is None and item.end is None and item.when is not None:
        period: Resource = {}
        chart.date(period, "start", item.when, item)
        encounter["period"] = period
    else:
        chart.period(encounter, "period", item, remarks)
    reasons = chart.refs(item, "reason", "Condition", "Observation", "Procedure")
    if reasons:
        encounter["reasonReference"] = reasons
    return [chart.finish(encounter, item, notes=remarks)]
