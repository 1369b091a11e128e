"""Procedure: operations, biopsies, ablations, embolisations, transplants and the like."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.fhir import clean
from epicrisis.mapping.chart import ABSENT, CANCER, Chart, Resource, intent
from epicrisis.mapping.spec import spec


def map_procedure(item: Item, chart: Chart) -> list[Resource]:
    """Return the Procedure of an act; one that was not done says so."""
    data = spec("procedure")
    detail = item.detail
    remarks: list[str] = []
    procedure = chart.new("Procedure", item)
    undone = item.negated or item.status == "not-done"
    reasons = chart.refs(item, "reason", "Condition")
    for_cancer = any(c.detail.get("role") in CANCER for c in chart.linked(item, "reason"))
    claimed = False
    if not undone:
        surgical = detail.get("category") == "surgery" and for_cancer
        claimed = chart.claim(procedure, data, "surgical" if surgical else "other")
    partof = chart.refs(item, "partOf", "Procedure")
    if partof:
        procedure["partOf"] = partof
    procedure["status"] = (
        "not-done" if undone else {"ongoing": "in-progress", "stopped": "stopped"}.get(item.status, "completed")
    )
    category = detail.get("category")
    if category in data.words("categories"):
        procedure["category"] = chart.coded(data, data.words("categories")[category], text=category)
    elif category:
        procedure["category"] = {"text": category}
    procedure["code"] = chart.concept(item.concept, item.text, item.codings)
    procedure["subject"] = chart.subject
    if not chart.dated(procedure, "performed", item, remarks) and claimed:
        # US Core asks for the time of what was done: say that it is not known
        procedure["_performedDateTime"] = {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}
    if reasons:
        procedure["reasonReference"] = reasons
    site = chart.site(detail)
    if site:
        procedure["bodySite"] = [site]
    reports = chart.refs(item, "report", "DiagnosticReport")
    told = chart.refs_to(chart.incoming(item, "procedure", "pathology", "imaging"), "DiagnosticReport")
    if reports or told:
        procedure["report"] = [*reports, *(r for r in told if r not in reports)]
    intent(procedure, detail, chart, remarks)
    approach = detail.get("approach")
    if approach and approach.casefold() not in item.text.casefold():
        remarks.append(f"Approach: {clean(approach)}.")
    return [chart.finish(procedure, item, notes=remarks)]
