"""Observation: the size of a tumour, and the BodyStructure that was measured."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from epicrisis.case.model import Item
from epicrisis.fhir import clean
from epicrisis.mapping.chart import ABSENT, Chart, Resource
from epicrisis.mapping.quantity import quantity
from epicrisis.mapping.spec import spec


def map_tumor_size(item: Item, chart: Chart) -> list[Resource]:
    """Return the tumour and its size; mCODE's profile is claimed for mm and cm only."""
    data = spec("tumor_size")
    remarks = ["The size is approximate."] if item.detail.get("approximate") else []
    sizes = sorted(_sizes(item), key=_length, reverse=True)
    size = chart.new("Observation", item)
    metric = bool(sizes) and all(s.get("code") in data.data["units"] for s in sizes)
    if metric and len(sizes) <= 3:
        chart.claim(size, data, "size")
    size["status"] = "final"
    size["category"] = [chart.coded(spec("common"), "exam")]
    size["code"] = chart.coded(data, "size", text="Tumor size")
    size["subject"] = chart.subject
    tumor = _tumor(item, chart)
    size["focus"] = [{"reference": f"urn:uuid:{tumor['id']}"}]
    chart.dated(size, "effective", item, remarks)
    size["component"] = [
        {
            "code": chart.coded(data, "longest" if n == 0 else "other", text=label),
            "valueQuantity": s,
        }
        for n, s in enumerate(sizes)
        for label in ("longest dimension" if n == 0 else "other dimension",)
    ]
    # the whole as stated, in its own order; the components say which is the longest
    size["valueString"] = _stated(item) or clean(item.text)
    if not sizes:
        del size["component"]
    return [tumor, chart.finish(size, item, notes=remarks)]


def _stated(item: Item) -> str:
    return " x ".join(f"{s['value']} {s.get('unit', '')}".strip() for s in _sizes(item))


def _sizes(item: Item) -> list[Resource]:
    stated: list[dict[str, Any]] = item.detail.get("dimensions") or []
    return [q for q in map(quantity, stated) if q]


def _length(size: Resource) -> Decimal:
    value: Decimal = size["value"]
    return value * 10 if size.get("code") == "cm" else value


def _tumor(item: Item, chart: Chart) -> Resource:
    data = spec("tumor_size")
    tumor = chart.new("BodyStructure", item, "tumor")
    chart.claim(tumor, data, "tumor")
    identifier = {
        "use": "usual",
        "type": chart.coded(data, "structure"),
        "system": data.url("identifier"),
        "value": f"urn:uuid:{tumor['id']}",
    }
    tumor["identifier"] = [identifier]
    conditions = chart.linked(item, "focus")
    site = chart.site(item.detail) or next((s for s in (chart.site(c.detail) for c in conditions) if s), None)
    if site:
        qualifiers = [e["valueCodeableConcept"] for e in site.pop("extension", ())]
        tumor["location"] = site
        if qualifiers and "coding" in qualifiers[0]:
            tumor["locationQualifier"] = qualifiers
    else:
        tumor["location"] = {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}
    # the profile allows a coded morphology only: the words stand in the description
    tumor["description"] = clean(", ".join(c.text for c in conditions)) or "tumor"
    tumor["patient"] = chart.subject
    return chart.finish(tumor, Item(item.key, "tumor", "", item.spans))
