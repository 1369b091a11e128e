"""What repeats at the edges of pages: running heads, page numbers, the foot of a letter."""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from itertools import pairwise

from epicrisis.document.layout import OF_PATIENT
from epicrisis.document.pdf_line import Line
from epicrisis.kept import lazy

_EDGE = 3  # lines at the top and the bottom of a page among which furniture is sought
_LEVEL = 3.0  # points: a running head stands at one height
_COUNT = r"\d{1,4}(?:\s*(?:of|/|von|de|sur|di)\s*\d{1,4})?"
_NUMBER = rf"[-\u2013|]?\s*(?:(?:page|pag\.?|p\.|seite|s\.)\s*)?{_COUNT}\s*[-\u2013|]?"
_PAGE = lazy(rf"(?!(?:19|20)\d\d$){_NUMBER}", re.I)  # and no year, as of a list of visits
_PAGE_IN = lazy(rf"\b(?:page|seite|pag\.)\s*{_COUNT}\b", re.I)
_CLOCK = lazy(r"\b\d{1,2}:\d\d(?::\d\d)?(?:\s*[ap]m\b)?", re.I)
_PRINTED = lazy(r"\b(?:print|generat|creat|retriev|download|gedruckt|ausdruck|erstellt)", re.I)
_FACT = lazy(  # a day, an amount
    r"\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{1,2}\.? [A-Z][a-z]{2,8}\.? (?:19|20)\d\d\b"
    r"|\d\s?(?:[mn\u00b5\u03bc]?g|m?l|mm|cm|iu|gy|%)(?:\b|/|$)",
    re.I,
)


def without_furniture(pages: list[list[Line]]) -> tuple[list[Line], int]:
    """Return the lines without what repeats at the edges of pages; who it is about stays once."""
    places = [_edges(page) for page in pages]
    heights: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for sides in places:
        for key, y in {(_key(line), line.y) for side in sides for line in side}:
            heights[key].append(y)
    often = max(2, min(4, round(len(pages) * 0.3)))
    out: set[int] = set()
    told: set[tuple[str, ...]] = set()
    for page, sides in zip(pages, places, strict=True):
        for side in sides:
            for outermost, line in enumerate(side):
                key = _key(line)
                number = not outermost and bool(_PAGE.fullmatch(line.text)) and len(page) > 2
                if not number and sum(abs(y - line.y) < _LEVEL for y in heights[key]) < often:
                    break  # furniture stands outside of everything else
                if number or key in told or not _tells(line.text):
                    out.add(id(line))
                told.add(key)
    return [line for page in pages for line in page if id(line) not in out], len(out)


def _tells(text: str) -> bool:
    """Say whether a running head says something of the case, which is kept once."""
    return bool(OF_PATIENT.search(text) or (_FACT.search(text) and not _PRINTED.search(text)))


def _edges(page: list[Line]) -> tuple[list[Line], list[Line]]:
    """Return the first and the last lines that stand apart from the text, each from the edge inwards."""
    by_height = sorted(page, key=lambda one: -one.y)
    gaps = [a.y - b.y for a, b in pairwise(by_height) if a.y - b.y > 0.5 * a.size]
    usual = statistics.median(gaps) if gaps else 0.0
    size = statistics.median(line.size for line in page) if page else 0.0
    top = _apart(by_height, usual, size)
    rest = by_height[len(top) :]
    return top, _apart(rest[::-1], usual, size)


def _apart(lines: list[Line], usual: float, size: float) -> list[Line]:
    """Return the lines at an edge before the first wide gap; smaller print needs none."""
    if len(lines) == 1:  # what stands sideways in the margin
        return lines
    for at in range(min(_EDGE, len(lines) - 1), 0, -1):
        if abs(lines[at - 1].y - lines[at].y) > 1.4 * usual:
            return lines[:at]
    small = 0
    while small < min(_EDGE, len(lines)) and lines[small].size < 0.93 * size:
        small += 1
    return lines[:small]


def _key(line: Line) -> tuple[str, ...]:
    """Return what is the same in the running heads of several pages: all but the number of the page.

    "Cycle 1: oxaliplatin" and "Cycle 4: oxaliplatin" differ in more than that.
    """
    cells = [_PAGE_IN.sub("#", " ".join(cell.split())) for cell in line.cells]
    if _PRINTED.search(line.text):
        cells = [_CLOCK.sub(":", cell) for cell in cells]
    return tuple(sorted("#" if len(line.cells) > 1 and _PAGE.fullmatch(cell) else cell.casefold() for cell in cells))
