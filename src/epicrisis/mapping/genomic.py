"""Observation: variants, fusions, microsatellite and tumour mutational status.

The codes are those of HL7's genomics reporting; its profiles are not claimed, since mCODE
STU4 builds on an edition of them that cannot be had.
"""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.fhir import clean
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.quantity import quantity
from epicrisis.mapping.spec import spec


def map_genomic(item: Item, chart: Chart) -> list[Resource]:
    """Return the Observation of a genomic finding; an absent one is a value, not a silence."""
    data = spec("genomic")
    remarks: list[str] = []
    change = item.detail.get("change", "")
    kind = change if change in ("msi", "tmb", "mmr", "hrd") else "variant"
    found = chart.new("Observation", item)
    found["status"] = "final"
    found["category"] = [chart.coded(spec("common"), "laboratory")]
    if kind in ("mmr", "hrd"):
        found["code"] = {"text": data.words("texts")[kind]}
    else:
        found["code"] = chart.coded(data, kind, text=None if kind == "variant" else item.text)
    if kind == "variant":
        found["code"]["text"] = clean(item.text)
    found["subject"] = chart.subject
    focus = chart.refs(item, "focus", "Condition")
    if focus:
        found["focus"] = focus
    chart.dated(found, "effective", item, remarks)
    _value(found, item, kind, chart)
    if item.detail.get("method"):
        found["method"] = {"text": clean(str(item.detail["method"]))}
    specimen = chart.specimen(item)
    if specimen:
        found["specimen"] = specimen
    parts = _components(item, kind, chart)
    if parts:
        found["component"] = parts
    return [chart.finish(found, item, notes=remarks)]


def _value(found: Resource, item: Item, kind: str, chart: Chart) -> None:
    data, detail = spec("genomic"), item.detail
    number = quantity(detail)
    absent = item.negated or detail.get("result") == "absent" or detail.get("change") == "wildtype"
    if number:
        if kind == "tmb" and "code" not in number:
            number |= {"system": data.url("ucum"), "code": data.data["tmb_unit"]}
        found["valueQuantity"] = number
    elif kind == "variant":
        name = "absent" if absent else "present"
        found["valueCodeableConcept"] = chart.coded(data, name, text=name)
    else:
        # the words found may be what was denied: "no microsatellite instability" is stable
        words = data.words(kind).get(str(detail.get("result")), detail.get("result")) or item.text
        found["valueCodeableConcept"] = {"text": clean(str(words))}


def _components(item: Item, kind: str, chart: Chart) -> list[Resource]:
    data, detail = spec("genomic"), item.detail
    if kind != "variant":
        return []
    parts: list[Resource] = []
    if detail.get("gene"):
        gene = chart.concept(item.concept, str(detail["gene"]), item.codings)
        parts.append({"code": chart.coded(data, "gene"), "valueCodeableConcept": gene})
    texts = (("hgvsC", "chgvs"), ("hgvsP", "phgvs"), ("change", "change"))
    for name, code in texts:
        if detail.get(name):
            value = {"text": clean(str(detail[name]))}
            parts.append({"code": chart.coded(data, code), "valueCodeableConcept": value})
    for name, label in (("partner", "fusion partner"), ("variant", "variant as stated")):
        if detail.get(name):
            parts.append({"code": {"text": label}, "valueString": clean(str(detail[name]))})
    share = quantity({"value": detail.get("percent"), "unit": "%", "ucum": "%"})
    if share:
        parts.append({"code": {"text": data.words("texts")["share"]}, "valueQuantity": share})
    origin = detail.get("origin")
    if origin in ("somatic", "germline"):
        value = chart.coded(data, origin, text=origin)
        parts.append({"code": chart.coded(data, "source"), "valueCodeableConcept": value})
    return parts
