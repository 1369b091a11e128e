"""A term where it was found."""

from __future__ import annotations

from typing import NamedTuple


class Hit(NamedTuple):
    """A term found at [start, end) of the text, and the concepts it may mean."""

    start: int
    end: int
    concepts: tuple[str, ...]
