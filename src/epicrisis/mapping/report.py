"""DiagnosticReport: imaging studies and pathology, with what they concluded."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.fhir import clean
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.spec import spec

_RESULTS = ("marker", "grade", "histology", "observation", "genomic", "tumor_size", "lab", "stage")


def map_imaging(item: Item, chart: Chart) -> list[Resource]:
    """Return the DiagnosticReport of an imaging study."""
    return [_report(item, chart, "imaging", chart.concept(item.concept, item.text, item.codings))]


def map_pathology(item: Item, chart: Chart) -> list[Resource]:
    """Return the DiagnosticReport of a pathology examination, and the specimen it examined."""
    data = spec("report")
    code = chart.concept(item.concept, item.text, item.codings)
    if "coding" not in code:
        code["coding"] = chart.coded(data, "pathology")["coding"]
    report = _report(item, chart, "pathology", code)
    return [*_specimen(item, chart), report]


def _report(item: Item, chart: Chart, kind: str, code: Resource) -> Resource:
    data = spec("report")
    remarks: list[str] = []
    report = chart.new("DiagnosticReport", item)
    report["status"] = "final"
    report["category"] = [chart.coded(data, "radiology" if kind == "imaging" else "laboratory")]
    report["code"] = code
    report["subject"] = chart.subject
    chart.dated(report, "effective", item, remarks)
    specimen = chart.specimen(item)
    if specimen and kind == "pathology":
        report["specimen"] = [specimen]
    results = [*chart.incoming(item, "report", *_RESULTS), *chart.linked(item, "findings")]
    members = chart.refs_to(results, "Observation")
    if members:
        report["result"] = members
    conclusion = clean(str(item.detail.get("conclusion") or ""))
    if conclusion:
        report["conclusion"] = conclusion
    site = item.detail.get("site")
    if site and site.casefold() not in item.text.casefold():
        remarks.append(f"Region: {clean(site)}.")
    if (
        item.detail.get("contrast")
        and "contrast" not in item.text.casefold()
        and "enhanced" not in item.text.casefold()
    ):
        remarks.append("With contrast.")
    return chart.finish(report, item, notes=remarks)


def _specimen(item: Item, chart: Chart) -> list[Resource]:
    acts = chart.linked(item, "procedure")
    if not acts:
        return []
    data, act = spec("report"), acts[0]
    specimen = chart.new("Specimen", item, "specimen")
    chart.claim(specimen, data, "specimen")
    specimen["type"] = chart.coded(data, "tissue", text=f"Tissue from: {clean(act.text)}")
    specimen["subject"] = chart.subject
    collection: Resource = {}
    chart.date(collection, "collectedDateTime", act.when, act)
    site = chart.site(act.detail)
    if site:
        collection["bodySite"] = site
    if collection:
        specimen["collection"] = collection
    stand_in = Item(item.key, "specimen", act.text, act.spans, when=act.when)
    return [chart.finish(specimen, stand_in)]
