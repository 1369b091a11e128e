"""Numbers of lines in the margin of a manuscript: they are none of the text, and part its words.

"5 adenocarci-" over "6 noma" is one word, and "6" no dose.
"""

from __future__ import annotations

from itertools import pairwise

from epicrisis.document.pdf_run import Run

_FEWEST = 12  # on a page
_SHARE = 0.8  # of the lines beside them that have one


def without_line_numbers(runs: list[Run]) -> tuple[list[Run], int]:
    """Return the runs of a page without the numbers of its lines, and how many these are.

    They stand left of everything else, one beside each line, and count on; a column of a table has a head.
    """
    edge = min((run.x0 for run in runs if not _is_number(run)), default=0.0)
    inside = [run for run in runs if run.x1 < edge and _is_number(run)]
    inside.sort(key=lambda run: -run.y)
    if len(inside) < _FEWEST:
        return runs, 0
    counted = [int(run.text) for run in inside]
    steps = {b - a for a, b in pairwise(counted)}
    level = {round(run.y / max(run.size, 1.0)) for run in runs if run.x0 >= edge}
    if steps != {1} or len(inside) < _SHARE * len(level):
        return runs, 0
    dropped = {id(run) for run in inside}
    return [run for run in runs if id(run) not in dropped], len(inside)


def _is_number(run: Run) -> bool:
    return len(run.text) < 8 and run.text.strip().isdecimal()
