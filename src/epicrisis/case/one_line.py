"""Words of a narrative on one line, as items show them."""

from __future__ import annotations

from epicrisis.kept import lazy

_BROKEN = lazy(r"(?<=\w)([-‐])[ \t]*\r?\n[ \t]*(?=\w)")


def one_line(words: str) -> str:
    """Return *words* with single blanks; a word that a line's end broke keeps its hyphen alone."""
    return " ".join((_BROKEN.sub(r"\1", words) if "\n" in words else words).split())
