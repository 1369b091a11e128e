"""Quantity: the number as written, the unit as written, UCUM where it is known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from epicrisis.fhir import clean, decimal
from epicrisis.mapping.chart import Resource
from epicrisis.mapping.spec import spec, systems

_COMPARATORS = ("<", "<=", ">=", ">")


def quantity(stated: dict[str, Any] | None) -> Resource | None:
    """Return a Quantity of {value, unit, ucum, comparator}, or None if the value is no number."""
    if not stated:
        return None
    number = decimal(str(stated.get("value", "")))
    if number is None:
        return None
    found: Resource = {"value": number}
    if stated.get("comparator") in _COMPARATORS:
        found["comparator"] = stated["comparator"]
    unit = clean(str(stated.get("unit") or ""))
    code = stated.get("ucum") or spec("common").words("units").get(unit)
    if unit or code:
        found["unit"] = unit or code
    if code:
        found["system"] = systems()["ucum"]
        found["code"] = code
    return found


def simple(number: Decimal | int, code: str) -> Resource:
    """Return a Quantity in a UCUM unit."""
    return {"value": number, "unit": code, "system": systems()["ucum"], "code": code}


def range_of(low: str | None, high: str | None, unit: str | None, ucum: str | None) -> Resource | None:
    """Return a Range, or None if neither end is a number."""
    found = {}
    for name, value in (("low", low), ("high", high)):
        end = quantity({"value": value, "unit": unit, "ucum": ucum}) if value is not None else None
        if end:
            found[name] = end
    return found or None
