"""Of what stands in the order of the text, what stands in a stretch of it: in a list of hundreds, without looking at all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import TypeVar

_Told = TypeVar("_Told")


def within(found: list[_Told], low: int, high: int, place: Callable[[_Told], int]) -> list[_Told]:
    """Return of *found*, which is in order of *place*, what begins in [low, high)."""
    first = bisect_left(found, low, key=place)
    return found[first : bisect_left(found, high, lo=first, key=place)]


class Stretches:
    """Stretches of the text, asked whether one of them holds or touches some words."""

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        """Sort them by where they begin; with each goes how far it and those before it reach."""
        ordered = sorted(stretches)
        self._starts = [a for a, _ in ordered]
        self._reach = list(accumulate((b for _, b in ordered), max))

    def hold(self, start: int, end: int) -> bool:
        """Say whether [start, end) lies in one of them."""
        n = bisect_right(self._starts, start)
        return n > 0 and self._reach[n - 1] >= end

    def touch(self, start: int, end: int) -> bool:
        """Say whether [start, end) has a word in common with one of them."""
        n = bisect_left(self._starts, end)
        return n > 0 and self._reach[n - 1] > start
