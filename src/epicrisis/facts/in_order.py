"""Of what stands in the order of the text, what stands in a stretch of it: in a list of hundreds, without looking at all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import TypeVar

_Told = TypeVar("_Told")


def within(found: list[_Told], low: int, high: int, place: Callable[[_Told], int]) -> list[_Told]:
    """Return of *found*, which is in order of *place*, what begins in [low, high)."""
    first = bisect_left(found, low, key=place)
    return found[first : bisect_left(found, high, lo=first, key=place)]
