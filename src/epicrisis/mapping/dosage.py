"""Dosage: how a drug was taken, the words first, structure where it is certain."""

from __future__ import annotations

from typing import Any

from epicrisis.case.model import Item
from epicrisis.fhir import clean, decimal, whole
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.quantity import quantity, simple

_UNITS = ("s", "min", "h", "d", "wk", "mo", "a")


def dosages(item: Item, chart: Chart, cycles: str | None) -> list[Resource]:
    """Return the Dosage elements of a medication item."""
    stated: list[dict[str, Any]] = item.detail.get("dosages") or []
    route = _route(item.detail, chart)
    found = []
    for number, dose in enumerate(stated, 1):
        dosage: Resource = {}
        if len(stated) > 1:
            dosage["sequence"] = number
        dosage["text"] = clean(_text(dose))
        timing = _timing(dose, cycles)
        extra = [f"days {dose['days']}"] if dose.get("days") else []
        if extra:
            dosage["additionalInstruction"] = [{"text": e} for e in extra]
        if timing:
            dosage["timing"] = timing
        if route:
            dosage["route"] = route
        amount = _amount(dose)
        if amount:
            dosage["doseAndRate"] = [amount]
        if not dosage["text"]:
            del dosage["text"]
        spans = chart.evidence(dose.get("spans") or ())
        if spans:
            dosage["extension"] = spans
        found.append(dosage)
    if not found and (route or cycles):
        alone: Resource = {}
        if cycles:
            alone["text"] = f"{cycles} cycles"
            timing = schedule(cycles, None)
            if timing:
                alone["timing"] = timing
        if route:
            alone["route"] = route
        found.append(alone)
    return found


def schedule(cycles: str | None, length: dict[str, Any] | None) -> Resource | None:
    """Return the Timing of a number of cycles, and of their length where it is stated."""
    repeat: Resource = {}
    count = whole(cycles)
    if count:
        repeat["count"] = count
    period = decimal(str(length.get("value"))) if length else None
    if length and period and _unit(length) in _UNITS:
        repeat |= {"frequency": 1, "period": period, "periodUnit": _unit(length)}
    return {"repeat": repeat, "code": {"text": "cycle"}} if repeat else None


def _unit(length: dict[str, Any]) -> str:
    return str(length.get("ucum") or length.get("unit") or "")


def _text(dose: dict[str, Any]) -> str:
    return str(dose.get("text") or "")


def _route(detail: dict[str, Any], chart: Chart) -> Resource | None:
    key, words = detail.get("route"), detail.get("routeText")
    if not key and not words:
        return None
    if key and "/" not in key:
        return {"text": words or key}
    return chart.concept(key, words or "")


def _timing(dose: dict[str, Any], cycles: str | None) -> Resource | None:
    frequency = dose.get("frequency") or {}
    repeat: Resource = {}
    count, period, unit = (
        whole(str(frequency.get("count", ""))),
        decimal(str(frequency.get("period", ""))),
        frequency.get("periodUnit"),
    )
    if count and period and unit in _UNITS:
        repeat |= {"frequency": count, "period": period, "periodUnit": unit}
    length = dose.get("cycleLength")
    if not repeat and length:
        timing = schedule(cycles, length)
        if timing:
            return timing
    days = dose.get("days")
    duration = dose.get("duration") or {}
    bound = decimal(str(duration.get("value", "")))
    if bound and _unit(duration) in _UNITS:
        repeat["boundsDuration"] = simple(bound, _unit(duration))
    elif repeat and days and (span := _days(days)):
        repeat["boundsDuration"] = simple(span, "d")
    timing = {"repeat": repeat} if repeat else {}
    words = frequency.get("text")
    if length and _unit(length):
        words = ", ".join(w for w in (words, f"cycle of {length.get('value')} {_unit(length)}") if w)
    if words:
        timing["code"] = {"text": clean(words)}
    return timing or None


def _days(days: str) -> int | None:
    """Return how many days "1-14" are; None for lists such as "1, 8"."""
    first, dash, last = str(days).replace("–", "-").partition("-")
    a, b = whole(first), whole(last)
    return b - a + 1 if dash and a and b and b >= a else None


def _amount(dose: dict[str, Any]) -> Resource | None:
    low = quantity(_per(dose.get("dose"), dose.get("per")))
    high = quantity(_per(dose.get("doseHigh"), dose.get("per")))
    if low and high and "comparator" not in low:
        return {"doseRange": {"low": low, "high": high}}
    return {"doseQuantity": low} if low else None


def _per(dose: dict[str, Any] | None, per: str | None) -> dict[str, Any] | None:
    if not dose or not per or "/" in str(dose.get("unit", "")):
        return dose
    joined = dict(dose)
    if dose.get("unit"):
        joined["unit"] = f"{dose['unit']}/{per}"
    if dose.get("ucum") and "/" not in str(dose["ucum"]):
        joined["ucum"] = f"{dose['ucum']}/{per}"
    return joined
