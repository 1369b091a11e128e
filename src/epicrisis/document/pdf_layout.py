"""From characters on a page to lines in reading order: runs, columns, bands across columns."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field

from epicrisis.kept import lazy

Box = tuple[float, float, float, float]  # left, right, baseline, size of a character
_DEPTH = 3  # columns within columns


@dataclass(slots=True)
class Run:
    """Characters of one line without a gap; raised ones are marked when the run is closed."""

    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    parts: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    text: str = ""
    sizes: dict[float, int] = field(default_factory=dict)  # characters by their size

    def takes(self, left: float, y: float, size: float) -> bool:
        """Say whether a character at this place goes on with the run."""
        gap = left - self.x1
        if not -0.7 * self.size < gap < 1.1 * self.size:
            return False
        shift = y - self.y
        if abs(shift) < 0.12 * self.size:
            return True
        return abs(shift) < 0.6 * self.size and size < 0.85 * self.size and gap < 0.5 * self.size

    def add(self, char: str, box: Box, *, space: bool) -> None:
        """Append a character that stands at *box*."""
        left, right, y, size = box
        if not self.parts and not self.raised:
            self.y, self.size = y, size
        high = y - self.y > 0.12 * self.size and size < 0.85 * self.size
        if high:
            self.raised.append(char)
        else:
            self._lower()
            if (space and self.parts) or left - self.x1 > 0.3 * self.size:
                self.parts.append(" ")
            self.parts.append(char)
            self.sizes[size] = self.sizes.get(size, 0) + 1
        self.x1 = max(self.x1, right)

    def finish(self) -> str:
        """Close the run and return its text."""
        self._lower()
        self.text = "".join(self.parts).strip()
        if self.sizes:  # a bullet or an initial may be of another size than the words
            self.size = max(self.sizes, key=lambda size: self.sizes[size])
        return self.text

    def _lower(self) -> None:
        """Write raised characters so that they keep their meaning: 10^9, sarcoma[3]."""
        if not self.raised:
            return
        words = "".join(self.raised)
        before = self.parts[-1][-1:] if self.parts else ""
        if before.isdigit() and lazy(r"[-+\u2212]?\d{1,2}").fullmatch(words):
            self.parts.append(f"^{words}")
        elif before and lazy(r"\d{1,3}(?:[,\u2013-]\d{1,3})*").fullmatch(words):
            self.parts.append(f"[{words}]")
        else:
            self.parts.append(words)
        self.raised = []


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

    @property
    def text(self) -> str:
        """The words of the line."""
        return " ".join(self.cells)


def lines_of(runs: list[Run]) -> list[Line]:
    """Return the lines of a page in reading order."""
    blocks: list[list[Line]] = []
    _order(_joined(runs), blocks, 0)
    found: list[Line] = []
    for number, block in enumerate(blocks):
        left = min(line.x0 for line in block)
        right = max(line.x1 for line in block)
        for line in block:
            line.left, line.right, line.column = left, right, number
            found.append(line)
    return found


def _order(lines: list[Line], blocks: list[list[Line]], depth: int) -> None:
    """Append blocks in reading order: across the gutter first what spans it, band by band."""
    gutter = _gutter(lines) if depth < _DEPTH and len(lines) >= 10 else None
    if gutter is None:
        if lines:
            blocks.append(_rows(lines))
        return
    low, high = gutter
    sides: tuple[list[Line], list[Line]] = ([], [])
    band: list[Line] = []

    def flush() -> None:
        for side in sides:
            if side:
                _order(list(side), blocks, depth + 1)
            side.clear()

    for line in sorted(lines, key=lambda one: -one.y):
        if line.x0 < low - 1 and line.x1 > high + 1:
            flush()
            band.append(line)
            continue
        if band:
            blocks.append(_rows(band))
            band = []
        sides[0 if (line.x0 + line.x1) / 2 < (low + high) / 2 else 1].append(line)
    flush()
    if band:
        blocks.append(_rows(band))


def _gutter(lines: list[Line]) -> tuple[float, float] | None:
    """Return the white strip between two columns of running text, if there is one."""
    left, right = min(x.x0 for x in lines), max(x.x1 for x in lines)
    width = int(right - left) + 1
    if width < 150 or width > 5000:
        return None
    cover = [0] * (width + 2)
    for line in lines:
        cover[int(line.x0 - left)] += 1
        cover[min(width, int(line.x1 - left)) + 1] -= 1
    for at in range(1, width + 2):
        cover[at] += cover[at - 1]
    best: tuple[int, int] | None = None
    at = int(width * 0.25)
    stop = int(width * 0.75)
    allowed = max(1, max(cover) * 0.2)
    while at < stop:
        end = at
        while end < stop and cover[end] <= allowed:
            end += 1
        if end - at >= 6 and (best is None or end - at > best[1] - best[0]):
            best = (at, end)
        at = end + 1
    if best is None:
        return None
    low, high = left + best[0], left + best[1]
    for side in ([x for x in lines if x.x1 <= high], [x for x in lines if x.x0 >= low]):
        if len(side) < 4 or not _is_prose(side):
            return None
    return low, high


def _is_prose(side: list[Line]) -> bool:
    """Say whether most lines fill their column, as prose does and cells of a table do not."""
    edge = min(x.x0 for x in side)
    widths = [x.x1 - x.x0 for x in side]
    full = max(x.x1 for x in side) - edge
    return full > 80 and sum(w > 0.6 * full for w in widths) >= 0.5 * len(widths)


def _joined(runs: list[Run]) -> list[Line]:
    """Join runs that stand close in one line: a change of font parts them in the file only."""
    if not runs:
        return []
    usual = statistics.median(r.size for r in runs)
    found: list[Line] = []
    for run in sorted(runs, key=lambda r: (-round(r.y / (usual * 0.3)), r.x0)):
        for line in reversed(found[-4:]):
            gap = run.x0 - line.x1
            near = abs(run.y - line.y) < 0.35 * max(usual, run.size)
            if near and -0.5 * run.size < gap < 1.2 * run.size:
                glue = "" if gap < 0.12 * run.size else " "
                line.cells[-1] += glue + run.text
                line.x1 = max(line.x1, run.x1)
                line.bold = line.bold and run.bold
                line.size = max(line.size, run.size)
                break
        else:
            found.append(Line(run.x0, run.x1, run.y, run.size, run.bold, [run.text]))
    return found


def _rows(lines: list[Line]) -> list[Line]:
    """Return the lines of a column from top to bottom; what stands level makes one row of cells."""
    found: list[Line] = []
    for line in sorted(lines, key=lambda one: (-one.y, one.x0)):
        last = found[-1] if found else None
        if last and abs(last.y - line.y) < 0.4 * max(last.size, line.size):
            if line.x0 < last.x0:
                last.cells[:0] = line.cells
            else:
                last.cells += line.cells
            last.x0, last.x1 = min(last.x0, line.x0), max(last.x1, line.x1)
            last.bold = last.bold and line.bold
        else:
            found.append(line)
    return found
