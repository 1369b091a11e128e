"""The columns of a page, and what runs across them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from epicrisis.document.pdf_line import Line, rows_of
from epicrisis.kept import lazy

_DEPTH = 4  # columns within columns
_WORDY = 18  # signs: a cell of a table has fewer, a line of a column has more
_UNENDED = lazy(r"[^.:;!?]$")


def blocks_of(lines: list[Line]) -> list[list[Line]]:
    """Return the columns and bands of a page in reading order."""
    blocks: list[list[Line]] = []
    _order(lines, blocks, 0)
    return blocks


def _order(lines: list[Line], blocks: list[list[Line]], depth: int) -> None:
    """Append blocks in reading order: across the gutter first what spans it, band by band."""
    gutter = _gutter(lines) if depth < _DEPTH else None
    if gutter:
        _split(lines, *gutter, blocks, depth)
        return
    parts = _parts(lines) if depth < _DEPTH else []
    if len(parts) > 1:  # an abstract across the page above two columns
        for part in parts:
            _order(part, blocks, depth + 1)
    elif lines:
        blocks.append(lines)


def _split(lines: list[Line], low: float, high: float, blocks: list[list[Line]], depth: int) -> None:
    """Append the two sides of a gutter, and the bands across it between them."""
    sides: tuple[list[Line], list[Line]] = ([], [])
    band: list[Line] = []

    def flush() -> None:
        for side in sides:
            if side:
                _order(list(side), blocks, depth + 1)
            side.clear()

    for row, across in _bands(rows_of(lines), low, high):
        if across:
            flush()
            band += row
            continue
        if band:
            blocks.append(band)
            band = []
        for line in row:
            sides[0 if (line.x0 + line.x1) / 2 < (low + high) / 2 else 1].append(line)
    flush()
    if band:
        blocks.append(band)


def _bands(rows: list[list[Line]], low: float, high: float) -> Iterator[tuple[list[Line], bool]]:
    """Yield each row, and whether it runs across the gutter: a title, or the rows of a wide table."""
    left, right = min(x.x0 for row in rows for x in row), max(x.x1 for row in rows for x in row)
    cells = [_is_cells(row, low, high, 0.6 * (low - left), 0.6 * (right - high)) for row in rows]
    for n, row in enumerate(rows):
        crosses = any(x.x0 < low - 1 and x.x1 > high + 1 for x in row)
        beside = (n > 0 and cells[n - 1]) or (n + 1 < len(rows) and cells[n + 1])
        yield row, crosses or (cells[n] and beside)


def _is_cells(row: list[Line], low: float, high: float, *widths: float) -> bool:
    """Say whether a row looks like one of a table that stands on both sides of a gutter."""
    sides = ([x for x in row if x.x1 <= high + 1], [x for x in row if x.x0 >= low - 1])
    short = all(x.x1 - x.x0 < width for side, width in zip(sides, widths, strict=True) for x in side)
    return len(row) > 2 and all(sides) and short


def _parts(lines: list[Line]) -> list[list[Line]]:
    """Return the parts of a page from top to bottom where wide lines and lines side by side take turns."""
    rows = rows_of(lines)
    if len(rows) < 8:
        return []
    width = max(x.x1 for x in lines) - min(x.x0 for x in lines)
    parts: list[tuple[bool, list[Line]]] = []
    at = 0
    while at < len(rows):
        end = at
        while end < len(rows) and not any(x.x1 - x.x0 > 0.65 * width for x in rows[end]):
            end += 1
        narrow = end - at >= 4 and sum(len(row) > 1 for row in rows[at:end]) >= 3
        end = max(end, at + 1)
        part = [line for row in rows[at:end] for line in row]
        if parts and not narrow and not parts[-1][0]:
            parts[-1][1].extend(part)
        else:
            parts.append((narrow, part))
        at = end
    return [part for _, part in parts]


def _gutter(lines: list[Line]) -> tuple[float, float] | None:
    """Return the white strip between two columns of running text, or beside them, if there is one."""
    if len(lines) < 6:
        return None
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
    allowed = max(1, max(cover) * 0.2)
    strips: list[tuple[int, int]] = []
    at = int(width * 0.06)
    stop = int(width * 0.94)
    while at < stop:
        end = at
        while end < stop and cover[end] <= allowed:
            end += 1
        if end - at >= 6:
            strips.append((at, end))
        at = end + 1
    for low, high in sorted(strips, key=lambda s: s[0] - s[1])[:12]:
        if _parts_columns(lines, left + low, left + high):
            return left + low, left + high
    return None


def _parts_columns(lines: list[Line], low: float, high: float) -> bool:
    """Say whether a strip parts columns, and not the cells of a table."""
    sides = ([x for x in lines if x.x1 <= high], [x for x in lines if x.x0 >= low])
    if not all(sides):
        return False
    rows = [rows_of(side) for side in sides]
    prose = [_is_prose(side) for side in rows]
    if all(prose) and min(map(len, rows)) >= 3:
        running = [_goes_on(side) for side in rows]
        many = min(map(len, rows)) >= 4 and len(lines) >= 10
        return all(running) or (any(running) and many)
    if not any(prose):
        return False
    text, beside = (rows[0], rows[1]) if prose[0] else (rows[1], rows[0])
    return len(beside) >= 3 and len(text) >= 3 and not _level(beside, text)  # a sidebar beside a letter


def _is_prose(rows: list[list[Line]]) -> bool:
    """Say whether most words stand in lines that fill their column, as prose does and a table does not."""
    edge = min(row[0].x0 for row in rows)
    full = max(x.x1 for row in rows for x in row) - edge
    if full < 80:
        return False
    said = filled = 0
    for row in rows:
        signs = sum(len(x.text) for x in row)
        said += signs
        if sum(x.x1 - x.x0 for x in row) > 0.6 * full and signs >= _WORDY * len(row):
            filled += signs
    return filled >= 0.6 * said


def _goes_on(rows: list[list[Line]]) -> bool:
    """Say whether a sentence goes on from one line to the next, as it seldom does in a table."""
    return any(
        below[0].text[:1].isalpha() and not below[0].text[:1].isupper() and _UNENDED.search(above[-1].text[-3:])
        for above, below in pairwise(rows)
    )


def _level(rows: list[list[Line]], others: list[list[Line]]) -> bool:
    """Say whether rows stand level with others, as the cells of a table do."""
    heights = [row[0].y for row in others]
    return sum(any(abs(row[0].y - y) < 1 for y in heights) for row in rows) > 0.5 * len(rows)
