"""Lines of a page, and rows of what stands level."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Line:
    """A line in its column; `cells` are its runs where wide gaps part them."""

    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    cells: list[str]
    left: float = 0.0  # of the column
    right: float = 0.0
    column: int = 0  # counts columns and bands in reading order
    alone: bool = True  # no other column stands beside its own

    @property
    def text(self) -> str:
        """The words of the line."""
        return " ".join(self.cells)


def rows_of(lines: list[Line]) -> list[list[Line]]:
    """Return what stands level together, from top to bottom and from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: -one.y):
        last = rows[-1][-1] if rows else None
        if last and abs(last.y - line.y) < 0.4 * max(last.size, line.size):
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda one: one.x0)
    return rows
