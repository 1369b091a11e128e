"""Cells that span columns or rows: each row gets a word in every column, and a head of several lines becomes one."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any, NamedTuple

_MOST = 60  # columns: what has more is no table of values
SHORT = 80  # characters of a cell that is told again in each of its rows


class Cell(NamedTuple):
    """The words of a cell, and over how many columns and rows it goes."""

    words: str
    across: int = 1
    down: int = 1


def cell_of(element: Any, words: str) -> Cell:
    """Return the cell of a `td` or `th` of HTML or JATS."""
    return Cell(words, _number(element.get("colspan")), _number(element.get("rowspan")))


def spread(rows: list[list[Cell]], heads: int) -> list[list[str]]:
    """Return the words of the *rows* by column; the first *heads* of them, where that is known, are the head.

    "Test" over two lines and "March 2020" over "before" and "after" become "Test | March 2020 before | March 2020
    after". The day that stands once for three rows stands in each. Where no cell spans anything, rows stay as they are.
    """
    bare = [[cell.words for cell in row] for row in rows]
    if not any(cell.across > 1 or cell.down > 1 for row in rows for cell in row):
        return bare
    width = max(sum(cell.across for cell in row) for row in rows)
    if width > _MOST:
        return bare
    titles = 0
    while titles < len(rows) - 1 and len(rows[titles]) == 1 and rows[titles][0].across > 1:
        titles += 1  # a line over the whole table is no head of its columns
    below = rows[titles:]
    heads = max(heads - titles, _head_of(below, known=heads > titles))
    grid = _grid(below, heads)
    if any(len(row) > _MOST for row in grid):
        return bare
    head = [_joined(parts) for parts in zip_longest(*grid[:heads], fillvalue="")]
    return [*bare[:titles], head, *grid[heads:]]


def _head_of(rows: list[list[Cell]], *, known: bool) -> int:
    """Return how many rows are the head of a table.

    It is as many as its first row goes down, and, unless the table says which they are (*known*), those that go on
    below it with names of columns and none of a row.
    """
    first = rows[0]
    if not any(cell.across > 1 for cell in first):
        return 1
    heads = max(cell.down for cell in first)
    while not known and heads < len(rows) - 1 and _goes_on(rows[heads]):
        heads += 1
    return heads


def _goes_on(row: list[Cell]) -> bool:
    return len(row) > 2 and not row[0].words.strip() and all(cell.words.strip() for cell in row[1:])


def _grid(rows: list[list[Cell]], heads: int) -> list[list[str]]:
    kept: dict[int, tuple[str, int]] = {}  # by column: what comes down from above, and for how many rows
    grid: list[list[str]] = []
    for number, row in enumerate(rows):
        line: list[str] = []

        def down(line: list[str] = line) -> None:
            while len(line) in kept:
                words, left = kept.pop(len(line))
                if left > 1:
                    kept[len(line)] = (words, left - 1)
                line.append(words)

        for cell in row:
            down()
            told = cell.words if len(cell.words) <= SHORT else ""
            # a cell of the head is told in each of its columns, a value in the first
            for words in (cell.words, *([told if number < heads else ""] * (cell.across - 1))):
                if cell.down > 1:
                    kept[len(line)] = (told if words else "", cell.down - 1)
                line.append(words)
        down()
        grid.append(line)
    return grid


def _joined(parts: tuple[str, ...]) -> str:
    """Return the words of a column's head, from top to bottom, each once."""
    return " ".join(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))


def _number(told: str | None) -> int:
    return max(1, min(int(told[:6]), 1000)) if told and told.isascii() and told.isdigit() else 1
