"""Which words a sentence's facts already cover; asking stays fast however many there are."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

from epicrisis.facts.model import Fact


class Covered:
    """A set of spans."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        """Start with the spans of *facts*."""
        self._spans = sorted((f.start, f.end) for f in facts)
        self._longest = max((b - a for a, b in self._spans), default=0)

    def add(self, start: int, end: int) -> None:
        """Cover [start, end)."""
        insort(self._spans, (start, end))
        self._longest = max(self._longest, end - start)

    def overlaps(self, start: int, end: int) -> bool:
        """Say whether a covered span shares a character with [start, end)."""
        i = bisect_left(self._spans, (start - self._longest, 0))
        while i < len(self._spans) and self._spans[i][0] < end:
            if self._spans[i][1] > start:
                return True
            i += 1
        return False
