"""Whether round brackets open or close in a stretch of text."""

from __future__ import annotations


def opened(text: str, start: int, end: int) -> bool:
    """Say whether text[start:end] opens more brackets than it closes: *end* stands within them."""
    return text.count("(", start, end) > text.count(")", start, end)


def closed(text: str, start: int, end: int) -> bool:
    """Say whether text[start:end] closes more brackets than it opens: *start* stands within them."""
    return text.count(")", start, end) > text.count("(", start, end)
