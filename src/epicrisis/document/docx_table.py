"""The rows of a Word table: cells that go over several columns or rows, and rows that begin further in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from epicrisis.document.docx_words import W, is_on
from epicrisis.document.spans import Cell

# wrappers of text that has its place; `sdt` is a content control
WRAPPERS = frozenset(W + n for n in ("ins", "moveTo", "smartTag", "customXml", "sdt", "sdtContent"))
_MOST = 60  # columns that a row may begin further in


class Place(NamedTuple):
    """A cell in a row: its element (none where the row begins further in), its column, and its width in columns."""

    cell: Any
    column: int
    across: int
    above: bool  # whether it comes down from the row above


def rows(table: Any) -> Iterator[tuple[list[Place], bool]]:
    """Yield the places of each row, and whether it is marked as one of the head."""
    above: dict[int, Any] = {}
    for row in _wrapped(table, W + "tr"):
        places: list[Place] = []
        column = _number(row.find(f"{W}trPr/{W}gridBefore"), 0)
        if column:
            places.append(Place(None, 0, column, False))
        down: dict[int, Any] = {}
        for cell in _wrapped(row, W + "tc"):
            across, merged = _number(cell.find(f"{W}tcPr/{W}gridSpan"), 1), cell.find(f"{W}tcPr/{W}vMerge")
            goes_on = merged is not None and merged.get(W + "val") != "restart" and column in above
            told = above[column] if goes_on else cell
            if merged is not None:
                down[column] = told
            if places and cell.find(f"{W}tcPr/{W}hMerge") is not None and not _begins(cell):
                places[-1] = places[-1]._replace(across=places[-1].across + across)
            else:
                places.append(Place(told, column, across, goes_on))
            column += across
        above = down
        yield places, is_on(row.find(f"{W}trPr/{W}tblHeader"))


def cells(places: list[list[Place]], words: list[list[str]]) -> list[list[Cell]]:
    """Return the cells of rows that stand together; one that goes over several of them stands in the first."""
    made: list[list[Cell]] = []
    for number, row in enumerate(places):
        line = []
        for place, said in zip(row, words[number], strict=True):
            if place.above and number and _at(places[number - 1], place.column) is place.cell:
                continue
            down = number + 1
            while place.cell is not None and down < len(places) and _at(places[down], place.column) is place.cell:
                down += 1
            line.append(Cell(said, place.across, down - number))
        made.append(line)
    return made


def _at(row: list[Place], column: int) -> Any:
    return next((place.cell for place in row if place.column == column), None)


def _begins(cell: Any) -> bool:
    return bool(cell.find(f"{W}tcPr/{W}hMerge").get(W + "val") == "restart")


def _number(told: Any, default: int) -> int:
    value = told.get(W + "val", "") if told is not None else ""
    return min(int(value[:6]), _MOST + 1) if value.isascii() and value.isdecimal() else default


def _wrapped(parent: Any, tag: str) -> Iterator[Any]:
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in WRAPPERS:
            yield from _wrapped(child, tag)
