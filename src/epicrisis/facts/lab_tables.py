"""Results in tables: a test on each row and a day in each column, or a day on each row and a test in each column.

Each value has the words of its own day ("daySpan"), which may name no date ("Admission"): it takes
no other's then.
"""

from __future__ import annotations

import re
from typing import Any

from epicrisis.document.grid import Cell, Table
from epicrisis.facts import resultwords
from epicrisis.facts.context import Context
from epicrisis.facts.lab_names import Test, tests_in
from epicrisis.facts.lab_symbols import symbol_of
from epicrisis.facts.lab_values import expected, result
from epicrisis.facts.quantity import Quantity, read_reference, read_value, unflagged
from epicrisis.facts.unit_codes import unit_code
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DATE = lazy(
    rf"\(?(?:\d{{1,2}}[./-]\d{{1,2}}[./-](?:\d\d){{1,2}}\.?|\d{{4}}-\d\d(?:-\d\d)?|\d{{1,2}}[./-]\d{{4}}|(?:\d{{1,2}}\.?\s)?{_MONTH}(?:\s\d{{1,2}},)?\s\d{{4}}|(?:19|20)\d\d)\)?",
    re.I,
)
_STAGE = lazy(
    r"(?:(?:at|on|pre|post|before|after|prior|initial|baseline|admission|discharge|diagnosis|presentation|relapse|recurrence|progression"
    r"|follow|last|first|current|today|nadir|peak|cycle|week|month|day|visit|c\d|d\d|w\d|m\d)\b[^|]{0,30}|\d{1,2}\s(?:weeks?|months?|days?)\b.{0,20})",
    re.I,
)
_RESULT = lazy(r"(?:results?|values?|levels?|measured)\b", re.I)
_RANGE = lazy(r"(?:normal|reference|ref\b|range|limits?)", re.I)
_UNIT = lazy(r"units?\b", re.I)
_DAYS = lazy(r"(?:date|day|time|visit|month|cycle\s+date)\b", re.I)
_UNIT_OF_NAME = lazy(r"[(\[,]\s*(?P<u>[^()\[\],]{1,20}?)\s*[)\]]?\s*\Z")
_WORD = lazy(r"\s*\**(?P<w>[A-Za-z][\w+-]{0,7})\**\s*(?:[(\[,][^|]{1,20})?\s*$")
_FLAG = lazy(r"\s*\(?(?P<w>[HL↑↓])\)?\s*$")
_LEAST = 2  # days that make a table one of a course


def read(context: Context, *, comma: bool) -> tuple[list[tuple[Test, list[dict[str, Any]]]], list[tuple[int, int]]]:
    """Return the tests of tables with their results, and the stretches of text that are read with that."""
    told: list[tuple[Test, list[dict[str, Any]]]] = []
    taken: list[tuple[int, int]] = []
    for table in context.tables if context.numbered else ():
        found = _by_column(context, table, comma) or _by_row(context, table, comma)
        if found:
            told += found
            taken.append((table.head[0].start, table.end))
    return told, taken


def _by_column(context: Context, table: Table, comma: bool) -> list[tuple[Test, list[dict[str, Any]]]]:
    """Read a table with a test on each row and a day in each column."""
    heads = table.heads(context.text)
    dated = [n for n, head in enumerate(heads) if n and _DATE.fullmatch(head)]
    days = [n for n, head in enumerate(heads) if n and (n in dated or _STAGE.match(head) or _DATE.match(head))]
    days = [n for n in days if not _RANGE.search(heads[n])]
    if len(days) < _LEAST:
        days = [n for n, head in enumerate(heads) if n and _RESULT.match(head)]
    ranges = next((n for n, head in enumerate(heads) if n and n not in days and _RANGE.search(head)), None)
    units = next((n for n, head in enumerate(heads) if n and n not in days and _UNIT.match(head)), None)
    single = len(days) < _LEAST  # "Test | Result | Unit | Range": the day is told elsewhere
    if (len(days) != 1 and single) or (single and ranges is None and units is None):
        return []
    found = []
    for row in table.rows:
        test = _test(context, row[0], comma)
        if test is None:
            continue
        unit = _unit(context, test, row[0], row[units] if units is not None else None)
        normal = _normal(context, row[ranges], comma) if ranges is not None else {}
        if unit is None and normal.get("refUnit"):
            unit = normal["refUnit"]
        values = [
            v | normal
            for n in days
            if (v := _value(context, test, row[n], None if single else table.head[n], unit, comma))
        ]
        if values:
            found.append((test, values))
    return found


def _by_row(context: Context, table: Table, comma: bool) -> list[tuple[Test, list[dict[str, Any]]]]:
    """Read a table with a day on each row and a test in each column."""
    heads = table.heads(context.text)
    column = next((n for n, head in enumerate(heads) if _DAYS.match(head)), 0)
    dated = [r for r in table.rows if _DATE.match(context.text, r[column].start, r[column].end)]
    if not dated:
        return []
    found = []
    for n, cell in enumerate(table.head):
        test = _test(context, cell, comma) if n != column and cell.end > cell.start else None
        if test is None:
            continue
        unit = _unit(context, test, cell, None)
        values = [v for row in dated if (v := _value(context, test, row[n], row[column], unit, comma))]
        if values:
            found.append((test, values))
    return found


def _test(context: Context, cell: Cell, comma: bool) -> Test | None:
    """Return the test that a cell names."""
    index = context.sentence_at(cell.start)
    if cell.end <= cell.start or index < 0 or not context.speaks_of_patient[index]:
        return None
    inside = [t for t in tests_in(context, index, comma=comma) if cell.start <= t.hit.start and t.hit.end <= cell.end]
    test = inside[0] if inside else _symbol(context, cell)
    if test is None or context.terms.attr(test.hit.concepts[0], "vital") == "1":
        return None
    return test


def _symbol(context: Context, cell: Cell) -> Test | None:
    """Return the test whose symbol a cell holds, with a unit behind it or nothing: "Plt", "K (mmol/L)"."""
    m = _WORD.match(context.text, cell.start, cell.end)
    concept = symbol_of(context.terms, m["w"]) if m else None
    if m is None or concept is None:
        return None
    return Test(Hit(m.start("w"), m.end("w"), (concept,)), m.end("w"))


def _value(
    context: Context, test: Test, cell: Cell, day: Cell | None, unit: str | None, comma: bool
) -> dict[str, Any] | None:
    said = resultwords.find(context.text[cell.start : cell.end])
    if said and said[0][:2] == (0, cell.end - cell.start):  # "| HBsAg | negative |"
        told = {"interpretation": said[0][2], "wordSpan": [cell.start, cell.end]}
        return told | ({"daySpan": list(day)} if day else {})
    found = read_value(context.text, cell.start, cell.end, comma=comma)
    flag = None
    if found:
        found = unflagged(context.text, found, expected(context, test.hit))
        flag = _FLAG.match(context.text, found.end, cell.end)
    if found is None or (
        _DATE.fullmatch(context.text, cell.start, cell.end) and "/" in context.text[cell.start : cell.end]
    ):
        return None
    if found.unit is None and unit:
        found = Quantity(found.start, found.end, found.value, found.value2, found.comparator, unit)
    told = result(context, test.hit, found) | ({"daySpan": list(day)} if day else {})
    if flag:  # "| 45 L |"
        told |= {"interpretation": "high" if flag["w"] in "H↑" else "low", "wordSpan": list(flag.span("w"))}
    return told


def _unit(context: Context, test: Test, name: Cell, own: Cell | None) -> str | None:
    """Return the unit that a table tells once: in a column of its own, or behind the test's name."""
    if own is not None:
        written = context.text[own.start : own.end]
    else:
        m = _UNIT_OF_NAME.search(context.text, test.hit.end, name.end)
        written = m["u"] if m else ""
    return written if written and unit_code(context.terms, written) else None


def _normal(context: Context, cell: Cell, comma: bool) -> dict[str, Any]:
    found = read_reference(f"({context.text[cell.start : cell.end].strip('()[] ')})", 0, 60, comma=comma)
    return dict(found[1]) if found else {}
