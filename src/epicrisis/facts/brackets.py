"""Whether round brackets open or close in a stretch of text, and where."""

from __future__ import annotations


def opened(text: str, start: int, end: int) -> bool:
    """Say whether text[start:end] opens more brackets than it closes: *end* stands within them."""
    return text.count("(", start, end) > text.count(")", start, end)


def closed(text: str, start: int, end: int) -> bool:
    """Say whether text[start:end] closes more brackets than it opens: *start* stands within them."""
    return text.count(")", start, end) > text.count("(", start, end)


def opening(text: str, low: int, at: int) -> int | None:
    """Return where the brackets in which *at* stands open in text[low:at], or None: the last there closes again."""
    found = text.rfind("(", low, at)
    return found if found >= 0 and text.find(")", found, at) < 0 else None
