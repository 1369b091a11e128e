"""Procedure: a course of radiotherapy, with the volume that was treated."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from epicrisis.case.model import Item
from epicrisis.fhir import clean, decimal, whole
from epicrisis.mapping.chart import ABSENT, Chart, Resource, intent
from epicrisis.mapping.quantity import simple
from epicrisis.mapping.spec import Spec, spec


def map_radiotherapy(item: Item, chart: Chart) -> list[Resource]:
    """Return the course summary and its volume; doses are cGy, as mCODE asks."""
    data = spec("radiotherapy")
    detail = item.detail
    remarks: list[str] = []
    undone = item.negated or item.status == "not-done"
    course = chart.new("Procedure", item)
    claimed = not undone and chart.has(data, "course") and chart.claim(course, data, "course")
    course["status"] = "not-done" if undone else _STATUS.get(item.status, "completed")
    course["code"] = _code(item, chart)
    course["subject"] = chart.subject
    _performed(course, item, chart, remarks, claimed=claimed)
    reasons = chart.refs(item, "reason", "Condition")
    if reasons:
        course["reasonReference"] = reasons
    site = chart.site(detail)
    if site:
        course["bodySite"] = [site]
    extensions = _technique(item, chart, remarks)
    volume = _volume(item, chart) if not undone else None
    if volume:
        extensions += _dose(item, volume, data, remarks)
    if extensions:
        course["extension"] = extensions
    intent(course, detail, chart, remarks)
    for name, label in (("fractionDose", "Dose per fraction"), ("boost", "Boost"), ("boostTo", "Total with the boost")):
        words = _words(detail.get(name))
        if words:
            remarks.append(f"{label}: {words}.")
    finished = chart.finish(course, item, notes=remarks)
    return [volume, finished] if volume else [finished]


_STATUS = {"ongoing": "in-progress", "stopped": "stopped"}


def _code(item: Item, chart: Chart) -> Resource:
    code = chart.coded(spec("radiotherapy"), "course", text=item.text)
    codings = item.codings if item.codings is not None else chart.codings(item.concept)
    if codings:
        code["coding"] = [*code.get("coding", ()), *codings]
    return code


def _performed(course: Resource, item: Item, chart: Chart, remarks: list[str], *, claimed: bool) -> None:
    """Set the Period: the profile knows no dateTime, so a point in time is its start."""
    if item.start is None and item.end is None and item.when is not None:
        period: Resource = {}
        chart.date(period, "start", item.when, item)
        course["performedPeriod"] = period
    else:
        chart.period(course, "performedPeriod", item, remarks)
    if claimed and not course.get("performedPeriod"):
        course["performedPeriod"] = {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}


def _volume(item: Item, chart: Chart) -> Resource | None:
    detail = item.detail
    if not (detail.get("dose") or detail.get("fractions") or detail.get("site")):
        return None
    volume = chart.new("BodyStructure", item, "volume")
    chart.claim(volume, spec("radiotherapy"), "volume")
    site = chart.site({k: v for k, v in detail.items() if k != "laterality"})
    if site:
        volume["location"] = site
    words = [detail.get("laterality"), detail.get("site")]
    named = " ".join(w for w in words if w and w not in (detail.get("site") or "").split()[:1])
    volume["description"] = clean(named or "volume not stated")
    volume["patient"] = chart.subject
    return chart.finish(volume, Item(item.key, "volume", "", item.spans))


def _dose(item: Item, volume: Resource, data: Spec, remarks: list[str]) -> list[Resource]:
    detail = item.detail
    fractions = whole(str(detail.get("fractions", "")))
    total = _centigray(detail.get("dose"))
    found: list[Resource] = []
    if fractions:
        found.append({"url": data.url("sessions"), "valueUnsignedInt": fractions})
    elif detail.get("fractions"):
        remarks.append(f"Fractions: {clean(str(detail['fractions']))}.")
    if detail.get("dose"):
        remarks.append(f"Dose as stated: {_words(detail['dose'])}.")
    if not total and not fractions:
        return found
    reference = {"reference": f"urn:uuid:{volume['id']}"}
    parts: list[Resource] = [{"url": "volume", "valueReference": reference}]
    if total is not None:
        parts.append({"url": "totalDoseDelivered", "valueQuantity": simple(total, "cGy")})
    if fractions:
        parts.append({"url": "fractionsDelivered", "valueUnsignedInt": fractions})
    return [*found, {"url": data.url("dose"), "extension": parts}]


def _centigray(dose: dict[str, Any] | None) -> Decimal | None:
    """Return a dose in cGy, exactly; None for a unit that is not an absorbed dose."""
    number = decimal(str(dose.get("value", ""))) if dose else None
    if number is None or dose is None:
        return None
    unit = dose.get("ucum") or dose.get("unit")
    if unit == "cGy":
        return number
    # 50.4 Gy is 5040 cGy: moving the point adds no precision and loses none
    return Decimal(format(number.scaleb(2), "f")) if unit == "Gy" else None


def _technique(item: Item, chart: Chart, remarks: list[str]) -> list[Resource]:
    """Return modality and technique: coded where the modality is, else in words."""
    data = spec("radiotherapy")
    words = [_concept_words(item.detail.get(name)) for name in ("modality", "technique")]
    modality = next(
        (c for c in chart.codings(item.detail.get("modality")) if c["code"] in data.data["techniques"]),
        None,
    )
    if modality is None:
        remarks += [f"{n}: {w}." for n, w in zip(("Modality", "Technique"), words, strict=True) if w]
        return []
    allowed = data.data["techniques"][modality["code"]]
    technique = next((c for c in chart.codings(item.detail.get("technique")) if c["code"] in allowed), None)
    value: Resource = (
        {"coding": [technique], "text": words[1]}
        if technique
        else {**chart.coded(data, "other"), "text": words[1] or "technique not stated"}
    )
    parts = [
        {
            "url": data.url("modality"),
            "valueCodeableConcept": {"coding": [modality], "text": words[0]},
        },
        {"url": data.url("technique"), "valueCodeableConcept": value},
    ]
    return [{"url": data.url("both"), "extension": parts}]


def _concept_words(key: str | None) -> str:
    return (key or "").rpartition("/")[2]


def _words(stated: Any) -> str:
    if isinstance(stated, dict):
        return clean(f"{stated.get('value', '')} {stated.get('unit', '')}") or clean(str(stated.get("text", "")))
    return "" if stated is None or stated is False else "yes" if stated is True else clean(str(stated))
