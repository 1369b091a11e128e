"""Where the acts of a sentence are named, and what of it is named already."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort

from epicrisis.facts.sentences import REACH
from epicrisis.terminology import Hit


class Anchors(dict[int, tuple[int, Hit | None]]):
    """The end and the table's hit of each name, by its start."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self._starts: list[int] = []

    def __setitem__(self, start: int, named: tuple[int, Hit | None]) -> None:
        if start not in self:
            insort(self._starts, start)
        super().__setitem__(start, named)

    def cover(self, at: int) -> bool:
        """Say whether a name covers *at*."""
        first, last = bisect_left(self._starts, at - REACH), bisect_right(self._starts, at)
        return any(at < self[start][0] for start in self._starts[first:last])
