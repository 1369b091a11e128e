"""Dates as written: absolute, without a year, or relative to something told before.

Value of a `date` fact: {"form": "absolute" | "partial" | "relative", "value": the FHIR date exactly as
precise as stated, "role": "start" | "end" | "point", ...}. A partial date has "month" and maybe "day";
a relative one has "n", "unit" (d, wk, mo, a), "direction" (1 after, -1 before, 0 same) and "anchor". The
document's own date ("Letter of 22 November 2023") is "own".
Nothing is filled in here: the narrative's clock does that, and says so (case/timeline.py).
"""

from __future__ import annotations

from typing import Any

from epicrisis.facts import date_forms, date_lengths, date_years
from epicrisis.facts.context import Context
from epicrisis.facts.date_columns import tell_ends
from epicrisis.facts.date_forms import CENTURY, MONTH_WORDS, SEPARATED, TWICE_SEPARATED, Found
from epicrisis.facts.date_lengths import with_length
from epicrisis.facts.date_order import written_order
from epicrisis.facts.date_roles import tell_roles
from epicrisis.facts.date_short import led_by_months, short
from epicrisis.facts.model import Fact
from epicrisis.facts.own_date import is_own
from epicrisis.kept import lazy


def extract(context: Context) -> list[Fact]:
    """Return the date facts of the patient's sentences."""
    numbers, years, months = context.holding(SEPARATED), context.with_number(CENTURY), context.saying(MONTH_WORDS)
    twice = any(_twice_separated(context, index) for index in numbers)
    order = context.date_order or (written_order(context) if twice else None)
    facts: list[Fact] = []
    lengths = with_length(context)
    months_lead = bool(numbers) and led_by_months(context, order)
    for index, s in context.patient_sentences():
        if not (index in numbers or index in months or index in years or index in lengths):
            continue
        text = context.text[s.start : s.end]
        found = Found()
        if index in numbers:
            date_forms.numeric(text, order, found, context, twice=twice, with_year=index in years)
            short(context, text, order, found, item=_begins_item(context.text, s.start), months=months_lead)
        if index in years:
            date_forms.year_first(text, found)
        if index in months:
            date_forms.named(context, s, found, order)
        if index in years:
            date_years.years(text, found)
        if index in lengths:
            date_lengths.relative(context.small(index), found)
        if not found:
            continue
        spans = sorted(found)
        tell_roles(text, context.small(index), found)
        for i, (a, b) in enumerate(spans):
            value = found[(a, b)]
            if value["form"] == "partial" and i + 1 < len(spans) and "shared_year" not in value:
                _share_year(text, value, b, spans[i + 1], found)
            if value["form"] == "absolute" and is_own(context.text, s.start + a, s.start + b):
                value["own"] = True
            facts.append(
                context.fact(
                    "date" if value["form"] != "relative" else "date_relative", s.start + a, s.start + b, value=value
                )
            )
    tell_ends(context, facts)
    return facts


def _twice_separated(context: Context, index: int) -> bool:
    """Say whether a day of three numbers begins in a sentence ("12. 03. 2019" may be cut in two)."""
    s = context.sentences[index]
    return TWICE_SEPARATED.search(context.text, s.start, s.end + 10) is not None


def _begins_item(text: str, start: int) -> bool:
    """Say whether a sentence begins a line, or stands behind a full stop or semicolon that ends another."""
    before = text[max(0, start - 8) : start].rstrip(" \t-*•>")
    return not before or before.endswith(("\n", ".", ";"))


def _share_year(text: str, value: dict[str, Any], end: int, following: tuple[int, int], found: Found) -> None:
    """Give "February 17" of "February 17 and April 21, 2017" the year that the list states once."""
    gap = text[end : following[0]]
    if not lazy(r"\s*(?:,|and|,\s*and|&|to|or|through|until|[–—-])\s*(?:\w+\s+)?").fullmatch(gap):
        return
    later = found[following]
    if later["form"] == "absolute" and len(later["value"]) >= 7 and value["month"] <= int(later["value"][5:7]):
        value["shared_year"] = later["value"][:4]
    elif later["form"] == "partial":
        nxt = [s for s in sorted(found) if s[0] > following[0]]
        if nxt:
            _share_year(text, later, following[1], nxt[0], found)
            value["shared_year"] = later.get("shared_year")
