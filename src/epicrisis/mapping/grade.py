"""Observation: histologic grade, and histology with behaviour."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.fhir import clean
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.coder import is_morphology
from epicrisis.mapping.spec import spec


def map_grade(item: Item, chart: Chart) -> list[Resource]:
    """Return the Observation of a histologic grade; coded only where its scale is certain."""
    data = spec("grade")
    remarks: list[str] = []
    grade = _laboratory(item, chart, "grade", "Histologic grade", remarks)
    high = item.detail.get("high")
    value = clean(f"{item.detail.get('value') or item.text}{f'-{high}' if high else ''}")
    words = value if "grade" in value.casefold() else f"grade {value}"
    name = data.words("words").get(value.casefold())
    if item.codings is None and name:
        grade["valueCodeableConcept"] = chart.coded(data, name, text=words)
    else:
        codings = item.codings if item.codings is not None else chart.codings(item.concept)
        grade["valueCodeableConcept"] = {**({"coding": codings} if codings else {}), "text": words}
    scheme = item.detail.get("scheme")
    grade["method"] = {"text": clean(str(scheme)) if scheme else "grading system not stated"}
    return [chart.finish(grade, item, notes=remarks)]


def map_histology(item: Item, chart: Chart) -> list[Resource]:
    """Return the Observation of histology and behaviour."""
    remarks: list[str] = []
    histology = _laboratory(item, chart, "histology", "Histology and behavior", remarks)
    codings = item.codings
    if codings is None:
        codings = [c for c in chart.codings(item.concept) if is_morphology(c)]
    histology["valueCodeableConcept"] = chart.concept(item.concept, item.text, codings)
    return [chart.finish(histology, item, notes=remarks)]


def _laboratory(item: Item, chart: Chart, name: str, title: str, remarks: list[str]) -> Resource:
    data = spec("grade")
    found = chart.new("Observation", item)
    chart.claim(found, data, name)
    found["status"] = "final"
    found["category"] = [chart.coded(spec("common"), "laboratory")]
    found["code"] = chart.coded(data, name, text=title)
    found["subject"] = chart.subject
    focus = chart.refs(item, "focus", "Condition")
    if focus:
        found["focus"] = focus
    chart.dated(found, "effective", item, remarks)
    specimen = chart.specimen(item)
    if specimen:
        found["specimen"] = specimen
    return found
