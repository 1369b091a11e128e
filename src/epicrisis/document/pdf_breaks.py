"""Where a paragraph ends, and where a line ends that was meant to end there."""

from __future__ import annotations

import statistics
from itertools import pairwise

from epicrisis.document.headings import kind_of
from epicrisis.document.pdf_line import Line
from epicrisis.kept import lazy

GOES_ON, NEW_LINE, NEW_PARAGRAPH = range(3)

_TAIL = 24  # signs at the end of a line that say whether it is finished
_AROUND = 8  # lines before and after that tell how wide the text is set
_BULLET = lazy(r"[\u2022\u25cf\u25aa\u25a0\u25a1\u2610\u2611\u2612\u2023\uf0b7]\s?|\[[ x]\]\s")
_ITEM = lazy(r"[\u2022\u25cf\u25aa\u2023*\u2013-]\s|\(?\d{1,2}[.)]\s")
_LABEL = lazy(r"[A-Z][^\s:.;,!?|]*(?:[ ][^\s:.;!?|]+){0,5}:\s+\S")
# "the treatment with", "mid-", "CEA,": no line is meant to end here
_OPEN_END = lazy(
    r"(?:[-\u2010\u2013/,(&+=<>]|\b(?:an?|the|of|and|or|with|without|in|on|at|for|to|by|from|was|were|is|are|had|has"
    r"|have|been|be|that|than|as|under|after|before|during|since|until|per|und|der|die|das|mit|von|Dr\.|Prof\.|no\.))$"
)
_FINISHED = lazy(r"[.:?!][\"'\u201d)\]\d,\u2013-]*$")


class Breaks:
    """Tells how each line goes on from the line before."""

    def __init__(self, lines: list[Line], body: float) -> None:
        self._body = body
        self._pitch = _pitch(lines)
        self._edges: dict[int, float] = {}
        self._listed: set[int] = set()
        for block in _blocks(lines):
            self._measure(block)

    def between(self, first: Line, last: Line, line: Line) -> int:
        """Say how *line* follows *last*, in a paragraph that began with *first*."""
        body = self._body
        if abs(last.size - line.size) > 0.06 * body or last.bold != line.bold:
            return NEW_PARAGRAPH
        if len(last.cells) > 1 or len(line.cells) > 1:
            return GOES_ON if len(last.cells) > 1 and len(line.cells) > 1 else NEW_PARAGRAPH
        finished = bool(_FINISHED.search(last.text[-_TAIL:]))
        filled = last.x1 > last.right - 0.12 * (last.right - last.left)
        down = last.y - line.y
        meant = self._meant(first, last, line, finished=finished, filled=filled)
        below = last.column == line.column or (last.alone and line.alone)
        if not 0 < down < 40 * body or not below:  # next column or page
            ended = finished and (not filled or not line.text[:1].islower())
            return NEW_PARAGRAPH if ended or meant else GOES_ON
        if self._pitch and down > 1.3 * max(self._pitch, 1.05 * line.size):
            return NEW_PARAGRAPH
        if _ITEM.match(line.text) and (finished or not filled):
            return NEW_LINE
        indented = line.x0 > line.left + 0.6 * line.size and last.x0 < line.x0 - 0.4 * line.size
        if indented and not _ITEM.match(last.text) and (finished or not filled):
            return NEW_PARAGRAPH  # the lines of an item hang below its first
        begins = _begins(line.text)
        known = kind_of(line.text.rstrip(": ")) is not None
        if not filled and begins and (known or (finished and not _LABEL.match(line.text))):
            heads = last.text.endswith(":") and not known  # "Medication at discharge:"
            return NEW_LINE if heads else NEW_PARAGRAPH
        return NEW_LINE if meant else GOES_ON

    def _meant(self, first: Line, last: Line, line: Line, *, finished: bool, filled: bool) -> bool:
        """Say whether the line before was meant to end: of a list, of a form, of an address."""
        if line.size > 1.12 * self._body or line.bold:
            return False  # a title on several lines
        text = line.text
        if _BULLET.match(text) or (_ITEM.match(text) and _ITEM.match(first.text)):
            return True
        if _OPEN_END.search(last.text[-_TAIL:]):
            return False
        room = self._has_room(last, line)
        if _LABEL.match(text) and (room or not filled or finished or _LABEL.match(first.text)):
            return True  # "Allergies: penicillin", then "Medication: oxaliplatin"
        return _begins(text) and (room or id(line) in self._listed)

    def _has_room(self, last: Line, line: Line) -> bool:
        """Say whether the first words of a line would have found room in the line before."""
        edge = self._edges.get(id(last), last.x1)
        sign = (line.x1 - line.x0) / max(1, len(line.text))
        words = " ".join(line.text.split(" ")[:2])  # a number is kept with its unit
        return last.x1 + (len(words) + 2) * sign < edge

    def _measure(self, block: list[Line]) -> None:
        """Note how far the lines of a block reach, and which of them stand in a list of lines."""
        begun = [_begins(line.text) or _BULLET.match(line.text) is not None for line in block]
        for at, line in enumerate(block):
            low, high = max(0, at - _AROUND), at + _AROUND + 1
            ends = sorted((x.x1 for x in block[low:high]), reverse=True)
            self._edges[id(line)] = ends[1] if len(ends) > 4 else ends[0]
            starts = begun[low:high]
            long = statistics.median(len(x.text) for x in block[low:high]) > 60
            short = sum(x.x1 < line.left + 0.88 * (ends[0] - line.left) for x in block[low:high])
            ragged = short >= 0.4 * len(starts)  # text fills its lines, whatever they begin with
            if ragged and len(starts) >= (5 if long else 3) and sum(starts) >= 0.8 * len(starts):
                self._listed.add(id(line))


def _begins(text: str) -> bool:
    return text[:1].isupper() or text[:1].isdigit()


def _blocks(lines: list[Line]) -> list[list[Line]]:
    """Return the lines in blocks of one column and one size, rows of tables left out."""
    blocks: list[list[Line]] = []
    for line in lines:
        last = blocks[-1][-1] if blocks else None
        if len(line.cells) > 1:
            continue
        if last and last.column == line.column and abs(last.size - line.size) < 0.5 and last.y > line.y:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _pitch(lines: list[Line]) -> float:
    gaps = [
        a.y - b.y
        for a, b in pairwise(lines)
        if a.column == b.column and abs(a.size - b.size) < 0.5 and 0 < a.y - b.y < 4 * a.size
    ]
    return statistics.median(gaps) if gaps else 0.0
