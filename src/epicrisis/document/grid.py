"""Tables set in a text: rows of cells, parted by bars, tabs or columns of blanks.

The first row is the head. A row with another number of cells than the head is left out: which of
its cells is missing cannot be told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from epicrisis.kept import lazy

_PARTED = {"|": lazy(r"[ \t]*\|[ \t]*"), "\t": lazy(r" *\t *"), " ": lazy(r"(?<=\S) {2,}(?=\S)")}
_RULE = lazy(r"[ \t]*\|?[ \t:|+=-]+\|?[ \t]*")
_MOST = 40  # columns


class Cell(NamedTuple):
    """Where the words of a cell stand; an empty cell has no extent."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """A head and the rows under it, each with as many cells."""

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def heads(self, text: str) -> list[str]:
        """Return the names of the columns, without marks of emphasis."""
        return [text[c.start : c.end].strip("*_ ") for c in self.head]

    @property
    def end(self) -> int:
        """Where the last row ends."""
        return self.rows[-1][-1].end


def tables(text: str) -> list[Table]:
    """Return the tables of *text* that have a head, at least one row and at least three columns."""
    found: list[Table] = []
    for sign in ("|", "\t", " "):
        if (sign if sign != " " else "   ") in text:
            found += _tables(text, sign)
    return sorted(found, key=lambda t: t.head[0].start)


def _tables(text: str, sign: str) -> list[Table]:
    found: list[Table] = []
    block: list[tuple[Cell, ...]] = []
    at = 0
    for line in [*text.split("\n"), ""]:
        cells = _cells(line.rstrip("\r"), at, sign)
        if cells:
            block.append(cells)
        elif not (block and _RULE.fullmatch(line) and line.strip()):
            found += _table(block)
            block = []
        at += len(line) + 1
    return found


def _table(block: list[tuple[Cell, ...]]) -> list[Table]:
    if len(block) < 2 or len(block[0]) < 2:
        return []
    head = block[0]
    rows = [row for row in block[1:] if len(row) == len(head)]
    if not rows and len(block[1]) == len(head) + 1:  # the column of names has no head
        head = (Cell(head[0].start, head[0].start), *head)
        rows = [row for row in block[1:] if len(row) == len(head)]
    return [Table(head, tuple(rows))] if rows and len(head) > 2 else []


def _cells(line: str, base: int, sign: str) -> tuple[Cell, ...]:
    """Return the cells of a line, none where it is no row."""
    if (sign if sign != " " else "  ") not in line or (sign != "|" and "|" in line):
        return ()
    if sign == "|" and _RULE.fullmatch(line):
        return ()
    low, high = 0, len(line.rstrip())
    if sign == " ":
        low = len(line) - len(line.lstrip())
    elif sign == "|":
        bare = line.strip()
        low = line.index("|") + 1 if bare[:1] == "|" else 0
        high = line.rindex("|") if bare[-1:] == "|" and len(bare) > 1 else high
    if high <= low:
        return ()
    edges: list[tuple[int, int]] = []
    at = low
    pattern: re.Pattern[str] = _PARTED[sign]
    for m in pattern.finditer(line, low, high):
        edges.append((at, m.start()))
        at = m.end()
    edges.append((at, high))
    if not 2 <= len(edges) <= _MOST:
        return ()
    return tuple(_trimmed(line, a, b, base) for a, b in edges)


def _trimmed(line: str, a: int, b: int, base: int) -> Cell:
    while a < b and line[a].isspace():
        a += 1
    while b > a and line[b - 1].isspace():
        b -= 1
    return Cell(base + a, base + b)
