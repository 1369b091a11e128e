"""From lines to paragraphs: without running heads, page numbers and line-end hyphens."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from itertools import pairwise

from epicrisis.document.headings import kind_of
from epicrisis.document.pdf_layout import Line
from epicrisis.document.structure import Draft
from epicrisis.kept import lazy

_EDGE = 3  # lines at the top and the bottom of a page among which furniture is sought
_PAGE = lazy(r"(?:page|p\.|seite)?\s*[-\u2013]?\s*\d{1,4}\s*(?:(?:of|/|von)\s*\d{1,4})?\s*[-\u2013]?", re.I)
_WHO = lazy(r"\b(?:patient|name|dob|born|birth|mrn|sex|gender|age)\b", re.I)
_NUMBERED = lazy(r"(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+[A-Z]")
_ITEM = lazy(r"[\u2022\u25cf\u25aa\u2023*\u2013-]\s|\(?\d{1,2}[.)]\s")
_HYPHEN = lazy(r"(\w+)-$")
_WORD = lazy(r"\w+")
_FINISHED = lazy(r"[.:?!][\"'\u201d)\]\d,\u2013-]*$")
# Parts of compounds that keep their hyphen where a line ends inside them.
_FIRST = frozenset(
    {
        "non", "follow", "well", "low", "high", "long", "short", "self", "half", "mid", "large",
        "small", "ill", "cross", "end", "old", "so", "first", "second", "third", "one", "two",
        "three", "four", "five", "six", "full", "right", "left", "double", "single", "x", "t", "b",
    }
)  # fmt: skip
_SECOND = frozenset(
    {
        "up", "old", "guided", "related", "based", "induced", "free", "positive", "negative",
        "dose", "line", "year", "month", "week", "day", "grade", "like", "term", "risk", "weighted",
        "type", "enhanced", "associated", "cell", "stage", "time", "sided", "rays", "ray", "scan",
        "olds", "specific", "dependent", "directed", "targeted", "mediated", "containing",
        "sparing",
    }
)  # fmt: skip


def write(draft: Draft, pages: list[list[Line]]) -> None:
    """Write the pages' lines as paragraphs, headings and table rows."""
    lines, dropped = _without_furniture(pages)
    if dropped:
        draft.findings.append(f"page-furniture-left-out: {dropped} lines")
    if not lines:
        return
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    body = sizes.most_common(1)[0][0]
    joiner = _Joiner({w.casefold() for line in lines for w in _WORD.findall(line.text)})
    pitch = _pitch(lines)
    group: list[Line] = []
    for line in lines:
        if group and _breaks(group[-1], line, pitch, body):
            _emit(draft, group, body, joiner)
            group = []
        group.append(line)
    _emit(draft, group, body, joiner)


def _without_furniture(pages: list[list[Line]]) -> tuple[list[Line], int]:
    """Return the lines without what repeats at the edges of pages; who it is about stays once."""
    edges = [_edges(page) for page in pages]
    seen = Counter(key for top, end in edges for key in {_key(line) for line in (*top, *end)})
    often = max(2, min(4, round(len(pages) * 0.3)))
    out: set[int] = set()
    told: set[str] = set()
    for page, sides in zip(pages, edges, strict=True):
        for side in sides:
            for outermost, line in enumerate(side):
                key = _key(line)
                number = not outermost and bool(_PAGE.fullmatch(line.text)) and len(page) > 2
                if not number and seen[key] < often:
                    break  # furniture stands outside of everything else
                if number or key in told or not _WHO.search(line.text):
                    out.add(id(line))
                told.add(key)
    return [line for page in pages for line in page if id(line) not in out], len(out)


def _edges(page: list[Line]) -> tuple[list[Line], list[Line]]:
    """Return the first and the last lines of a page, each from the edge inwards."""
    by_height = sorted(page, key=lambda one: -one.y)
    return by_height[:_EDGE], by_height[_EDGE:][-_EDGE:][::-1]


def _key(line: Line) -> str:
    return lazy(r"\d+").sub("#", line.text).casefold()


def _pitch(lines: list[Line]) -> float:
    gaps = [
        a.y - b.y
        for a, b in pairwise(lines)
        if a.column == b.column and abs(a.size - b.size) < 0.5 and 0 < a.y - b.y < 4 * a.size
    ]
    return statistics.median(gaps) if gaps else 0.0


def _breaks(last: Line, line: Line, pitch: float, body: float) -> bool:
    """Say whether a paragraph ends between two lines."""
    if abs(last.size - line.size) > 0.06 * body or last.bold != line.bold:
        return True
    if len(last.cells) > 1 or len(line.cells) > 1:
        return not (len(last.cells) > 1 and len(line.cells) > 1)
    finished = bool(_FINISHED.search(last.text))
    filled = last.x1 > last.right - 0.12 * (last.right - last.left)
    down = last.y - line.y
    if not 0 < down < 40 * body or last.column != line.column:  # next column or page
        return finished and (not filled or not line.text[:1].islower())
    if pitch and down > 1.3 * max(pitch, 1.05 * line.size):
        return True
    if _ITEM.match(line.text) and (finished or not filled):
        return True
    indented = line.x0 > line.left + 0.6 * line.size and last.x0 < line.x0 - 0.4 * line.size
    if indented and not _ITEM.match(last.text) and (finished or not filled):
        return True  # the lines of an item hang below its first
    return (
        not filled
        and (finished or kind_of(line.text.rstrip(": ")) is not None)
        and (line.text[:1].isupper() or line.text[:1].isdigit())
    )


def _emit(draft: Draft, group: list[Line], body: float, joiner: _Joiner) -> None:
    """Write a group of lines as what it is."""
    if not group:
        return
    if len(group[0].cells) > 1 and len(group) > 1:
        draft.rows([line.cells for line in group])
        return
    text = joiner.join([line.text for line in group])
    size = group[0].size
    number = _NUMBERED.match(text)
    if len(text) <= 160 and not text.endswith((".", ";", ",")):
        large = size > 1.12 * body
        known = kind_of(text.rstrip(": "), marked=True)
        if number and (large or group[0].bold) and (known or "." in number.group(1)):
            draft.heading(text, 1 + number.group(1).count("."))
            return
        if large and (known or size > 1.25 * body):
            draft.heading(text, 1 if size > 1.3 * body else 2)
            return
        if group[0].bold and known and len(text) <= 110:
            draft.heading(text, 3 if size < 1.05 * body else 2)
            return
    draft.paragraph(text)


class _Joiner:
    """Joins lines into a paragraph; the document's own words settle what a hyphen means."""

    def __init__(self, words: set[str]) -> None:
        self._words = words

    def join(self, lines: list[str]) -> str:
        """Return the lines as one text."""
        text = lines[0]
        for line in lines[1:]:
            cut = _HYPHEN.search(text)
            following = _WORD.match(line)
            if text.endswith("\u00ad"):
                text = text[:-1] + line
            elif cut and following:
                text = (text if self._keeps(cut.group(1), following.group()) else text[:-1]) + line
            elif text.endswith(("/", "\u2013")) and following:
                text += line
            else:
                text = f"{text} {line}"
        return text

    def _keeps(self, first: str, second: str) -> bool:
        """Say whether "first-" + "second" is a compound with a hyphen of its own."""
        if not (first.isalpha() and second.isalpha()) or not second[:1].islower():
            return True
        if first.isupper() or first[1:].lower() != first[1:]:
            return True
        if (first + second).casefold() in self._words:
            return False
        return first.casefold() in _FIRST or second.casefold() in _SECOND
