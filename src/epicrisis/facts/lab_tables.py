"""Rows of a table whose columns are days or stages: "AFP (kU/L) | 1,240 | 36 | 4" under "03/2021 | 06/2021 | 09/2021"."""

from __future__ import annotations

import re
from typing import Any

from epicrisis.facts.context import Context
from epicrisis.facts.lab_names import Test
from epicrisis.facts.lab_values import result
from epicrisis.facts.patterns import rx
from epicrisis.facts.quantity import Quantity, read_reference, read_value, unit_code
from epicrisis.kept import lazy

Cell = tuple[int, int]
_DAY = rx(
    r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d(?:-\d{2}){0,2}"
    r"|(?:\d{1,2}\.?\s)?[A-Za-z]{3,9}\.?\s(?:\d{1,2},\s)?(?:19|20)\d\d)"
)
_STAGE = rx(
    r"(?:at\s+|on\s+)?(?:admission|discharge|baseline|diagnosis|presentation|relapse|progression|initial|peak|nadir|pre\w*|post\w*|follow-?up"
    r"|day\s?[+-]?\d+|d\s?[+-]?\d+|week\s?\d+|month\s?\d+|\d+\s(?:days?|weeks?|months?)|cycle\s?\d+|C\d+(?:D\d+)?|(?:before|after)\s[\w\s]{1,25})",
    re.I,
)
_VALUE = rx(r"(?:measured\s+)?(?:value|result|level|finding)s?", re.I)
_UNIT = rx(r"(?:si\s+)?units?", re.I)
_RANGE = rx(r"(?:ref(?:erence)?|normal|norm)\b.*", re.I)
_REST = lazy(r"\s*(?:\(?(?:H|L|\+|-|↑|↓|\*)\)?)?\s*\Z")
_MOST = 40  # lines above a row in which its heading is looked for


def columns(context: Context, test: Test, *, comma: bool) -> bool:
    """Read every column of the row that *test* leads; say whether its table has columns of days or stages."""
    row = _cells(context.text, _line(context.text, test.hit.start))
    if len(row) < 3 or not any(a <= test.hit.start < b for a, b in row[:1]):
        return False
    heads = _heading(context.text, test.hit.start)
    told = [(h, c) for h, c in zip(heads, row, strict=False) if _kind(context.text, h) in ("day", "stage", "value")]
    unit = _unit(context, test, heads, row)
    shared = _reference(context, heads, row, comma)
    made: list[dict[str, Any]] = []
    for head, cell in told:
        found = read_value(context.text, cell[0], cell[1], comma=comma)
        if found is None or not _REST.match(context.text[found.end : cell[1]]):
            continue
        if found.unit is None and unit:
            found = Quantity(found.start, found.end, found.value, found.value2, found.comparator, unit)
        kind = _kind(context.text, head)
        place = {"headSpan": list(head)} if kind == "day" else {"course": "from"} if kind == "stage" else {}
        made.append(result(context, test.hit, found) | shared | place)
    if not made:
        return False
    test.value, *test.more = made
    test.after = row[-1][1]
    return True


def _line(text: str, at: int) -> Cell:
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end


def _cells(text: str, line: Cell) -> list[Cell]:
    """Return the cells of a line that is a table's row, trimmed; none for other lines."""
    low, high = line
    if text.count("|", low, high) < 2:
        return []
    cells: list[Cell] = []
    at = low
    for part in text[low:high].split("|"):
        a, b = at, at + len(part)
        at = b + 1
        while a < b and text[a].isspace():
            a += 1
        while b > a and text[b - 1].isspace():
            b -= 1
        cells.append((a, b))
    if text[low:high].lstrip().startswith("|"):
        cells = cells[1:]
    if cells and cells[-1][0] == cells[-1][1]:
        cells = cells[:-1]
    return cells


def _heading(text: str, at: int) -> list[Cell]:
    """Return the cells of the nearest line above that names what two of its columns hold, within the same table."""
    low, _ = _line(text, at)
    for _n in range(_MOST):
        if low == 0:
            return []
        line = _line(text, low - 1)
        cells = _cells(text, line)
        if not cells:
            return []
        if sum(bool(_kind(text, c)) for c in cells) > 1:
            return cells
        low = line[0]
    return []


def _kind(text: str, cell: Cell) -> str:
    """Say what a column's heading names: a day, a stage, the value, the unit, the range, or something else."""
    kinds = (("day", _DAY), ("stage", _STAGE), ("value", _VALUE), ("unit", _UNIT), ("range", _RANGE))
    for name, pattern in kinds:
        if pattern.fullmatch(text, *cell):
            return name
    return ""


def _unit(context: Context, test: Test, heads: list[Cell], row: list[Cell]) -> str | None:
    """Return the unit that stands with the test's name, or in a column of units."""
    written = [context.text[a:b] for h, (a, b) in zip(heads, row, strict=False) if _kind(context.text, h) == "unit"]
    if "/" in test.own:
        written.append(test.own)
    return next((u for u in written if unit_code(context.terms, u)), None)


def _reference(context: Context, heads: list[Cell], row: list[Cell], comma: bool) -> dict[str, str]:
    for head, (a, b) in zip(heads, row, strict=False):
        if _kind(context.text, head) == "range" and a > 1:
            found = read_reference(context.text, context.text.rfind("|", 0, a), b, comma=comma)
            return found[1] if found else {}
    return {}
