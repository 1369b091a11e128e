"""From runs to lines in reading order."""

from __future__ import annotations

import statistics

from epicrisis.document.pdf_columns import blocks_of
from epicrisis.document.pdf_line import Line, rows_of
from epicrisis.document.pdf_run import Run


def lines_of(runs: list[Run]) -> list[Line]:
    """Return the lines of a page in reading order."""
    blocks = [[_line(row) for row in rows_of(block)] for block in blocks_of(_joined(runs))]
    spans = [(block[-1].y, block[0].y) for block in blocks]
    found: list[Line] = []
    for number, block in enumerate(blocks):
        left = min(line.x0 for line in block)
        right = max(line.x1 for line in block)
        low, high = spans[number]
        alone = not any(n != number and a <= high and b >= low for n, (a, b) in enumerate(spans))
        for line in block:
            line.left, line.right, line.column, line.alone = left, right, number, alone
            found.append(line)
    return found


def _line(row: list[Line]) -> Line:
    """Return a row as one line with its cells."""
    return Line(
        min(x.x0 for x in row),
        max(x.x1 for x in row),
        row[0].y,
        row[0].size,
        all(x.bold for x in row),
        [cell for x in row for cell in x.cells],
    )


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
