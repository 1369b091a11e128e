"""Rows of a treatment summary that tell dose, fractions and sum in cells: "VMAT | 180 cGy | 25 | 4500 cGy"."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, NamedTuple

from epicrisis.facts.dose_numbers import number
from epicrisis.facts.model import Fact
from epicrisis.kept import lazy

_COUNT = lazy(r"[|\t]\s*(?P<n>[1-9]\d?)\s*(?=[|\t]|\n|\Z)")
_TWO = 2  # doses of a row: that of a fraction, and the sum


class Row(NamedTuple):
    """The cells of a row whose numbers prove what they are: fractions times the dose of each are the sum."""

    total: re.Match[str]
    each: re.Match[str]
    fractions: str


def read(text: str, low: int, high: int, doses: list[re.Match[str]]) -> list[Row]:
    """Return the rows of [low, high) whose numbers fit."""
    rows: list[Row] = []
    lines: dict[int, list[re.Match[str]]] = {}
    for m in doses:
        lines.setdefault(text.rfind("\n", low, m.start()), []).append(m)
    for told in lines.values():
        if len(told) != _TWO or any(m["unit"] is None or m["f"] for m in told) or told[0]["unit"] != told[1]["unit"]:
            continue
        end = text.find("\n", told[0].end(), high)
        each, total = sorted(told, key=lambda m: Decimal(number(m["dose"])))
        for m in _COUNT.finditer(text, min(told[0].start(), told[1].start()) - 6, end if end >= 0 else high):
            if Decimal(number(each["dose"])) * int(m["n"]) == Decimal(number(total["dose"])):
                rows.append(Row(total, each, m["n"]))
                break
    return rows


def tell(rows: list[Row], courses: list[Fact]) -> None:
    """Give the course of each row its fractions."""
    by_sum = {row.total.span(): row for row in rows}
    for fact in courses:
        value: dict[str, Any] = fact.value
        row = by_sum.get(tuple(value.get("doseSpan", ()))) if fact.kind == "radiotherapy" else None
        if row:
            value["fractions"] = row.fractions
            value["fractionDose"] = {"value": number(row.each["dose"]), "unit": value["dose"]["unit"]}
