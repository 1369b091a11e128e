"""MedicationStatement: what the patient took, how, why, and why it was stopped."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.fhir import clean
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.dosage import dosages
from epicrisis.mapping.spec import spec

_STATUS = {
    "done": "completed",
    "ongoing": "active",
    "stopped": "stopped",
    "on-hold": "on-hold",
    "not-done": "not-taken",
}


def map_medication(item: Item, chart: Chart) -> list[Resource]:
    """Return the MedicationStatement of a drug."""
    data = spec("medication")
    remarks: list[str] = []
    statement = chart.new("MedicationStatement", item)
    regimens = chart.linked(item, "regimen")
    partof = chart.refs_to(regimens, "Procedure")
    if partof:
        statement["partOf"] = partof
    statement["status"] = "not-taken" if item.negated else _STATUS.get(item.status, "unknown")
    reason = _stopped(item, chart)
    if reason and statement["status"] in ("stopped", "on-hold", "not-taken", "completed"):
        statement["statusReason"] = [reason]
    kind = item.detail.get("class")
    if kind in data.words("classes"):
        statement["category"] = {"text": data.words("classes")[kind]}
    statement["medicationCodeableConcept"] = chart.concept(item.concept, item.text, item.codings)
    statement["subject"] = chart.subject
    chart.dated(statement, "effective", item, remarks)
    reasons = chart.refs(item, "reason", "Condition", "Observation", "DiagnosticReport")
    if reasons:
        statement["reasonReference"] = reasons
    # the cycles of a regimen are those of its drugs
    cycles = item.detail.get("cycles") or next((r.detail["cycles"] for r in regimens if r.detail.get("cycles")), None)
    doses = dosages(item, chart, cycles)
    if doses:
        statement["dosage"] = doses
    for name, label in (("response", "Response"), ("line", "Line of therapy")):
        if item.detail.get(name):
            remarks.append(f"{label}: {clean(str(item.detail[name]))}.")
    if cycles and item.detail.get("dosages"):
        remarks.append(f"Cycles: {cycles}.")
    return [chart.finish(statement, item, notes=remarks)]


def _stopped(item: Item, chart: Chart) -> Resource | None:
    """Return why it was stopped: the reason's words, its own code, and mCODE's class of reasons."""
    stated = item.detail.get("stopReason")
    if not stated:
        return None
    data = spec("medication")
    key = stated.get("concept")
    reason = chart.concept(key, stated.get("text", ""))
    kind = data.words("stop_domains").get((key or "").partition("/")[0])
    response = chart.attr(key, "status") if (key or "").startswith("responses/") else ""
    kind = data.words("stop_responses").get(response, kind)
    if kind and chart.has(data, kind):
        reason["coding"] = [*reason.get("coding", ()), *chart.coded(data, kind)["coding"]]
    spans = chart.evidence(stated.get("spans") or ())
    if spans:
        reason["extension"] = spans
    return reason
