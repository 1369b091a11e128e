"""Observation: TNM categories, stage groups, and the stages of other systems."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.fhir import clean
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.spec import Spec, spec


def map_stage(item: Item, chart: Chart) -> list[Resource]:
    """Return the Observation of one stage; the edition is coded only if stated."""
    data = spec("stage")
    kind = item.detail.get("kind", "group")
    remarks: list[str] = []
    stage = chart.new("Observation", item)
    focus = chart.refs(item, "focus", "Condition")
    name = _type(kind, _basis(item), data)
    stage["status"] = "final"
    stage["category"] = [chart.coded(spec("common"), "exam")]
    stage["code"] = chart.coded(data, name, text=_title(kind, item, data))
    stage["subject"] = chart.subject
    if focus:
        stage["focus"] = focus[:1]
    chart.dated(stage, "effective", item, remarks)
    stage["valueCodeableConcept"] = _value(item, kind, chart)
    stage["method"] = _method(item, kind, chart, data)
    members = chart.refs(item, "members", "Observation")
    if members:
        stage["hasMember"] = members
    _claim(stage, kind, chart, data)
    return [chart.finish(stage, item, notes=remarks)]


def _basis(item: Item) -> str:
    prefix = item.detail.get("prefix", "").lower()
    if "p" in prefix or item.detail.get("basis") == "pathologic":
        return "p"
    if "c" in prefix or item.detail.get("basis") == "clinical":
        return "c"
    return ""


def _type(kind: str, basis: str, data: Spec) -> str:
    if kind in ("T", "N", "M", "group"):
        return basis + kind
    return data.words("kinds").get(kind, "stage")


def _title(kind: str, item: Item, data: Spec) -> str:
    if kind in ("T", "N", "M"):
        return f"{item.detail.get('prefix', '')}{kind} category"
    return data.words("names").get(kind, f"{kind} stage")


def _value(item: Item, kind: str, chart: Chart) -> Resource:
    category = item.detail.get("category")
    text = item.text
    if category and kind in ("T", "N", "M"):
        text = item.detail.get("prefix", "") + category
    elif category and kind == "group":
        text = f"stage {category}"
    codings = item.codings if item.codings is not None else chart.codings(item.concept)
    return {**({"coding": codings} if codings else {}), "text": clean(text)}


def _method(item: Item, kind: str, chart: Chart, data: Spec) -> Resource:
    edition = "".join(c for c in str(item.detail.get("edition", "")) if c.isdigit())
    system = item.detail.get("system")
    named = f"{system or ''}".casefold()
    if "uicc" in named and "ajcc" not in named:
        return chart.coded(data, "uicc", text=" ".join(p for p in (system, item.detail.get("edition")) if p))
    if edition in data.words("methods"):
        return chart.coded(
            data,
            data.words("methods")[edition],
            text=" ".join(p for p in (system, f"edition {edition}") if p),
        )
    if kind in data.words("systems_of_stage"):
        return chart.coded(data, data.words("systems_of_stage")[kind], text=system or data.words("names")[kind])
    if system:
        return {"text": clean(str(system))}
    if kind in ("T", "N", "M", "group"):
        return {"text": "staging system and edition not stated"}
    return {"text": data.words("names").get(kind, kind)}


def _claim(stage: Resource, kind: str, chart: Chart, data: Spec) -> None:
    """Claim the profile whose mandatory parts are there."""
    names = []
    if kind in ("T", "N", "M"):
        names.append(kind)
    elif kind == "group" and "focus" in stage:
        names.append("group")
    elif (
        data.words("kinds").get(kind) == "lymphoma"
        and "coding" in stage["valueCodeableConcept"]
        and "coding" in stage["code"]
        and any(c["code"] in data.data["lymphoma_methods"] for c in stage["method"].get("coding", ()))
    ):
        names.append("lymphoma")
    chart.claim(stage, data, *names, "other")
