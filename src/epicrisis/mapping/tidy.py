"""A case file may be written by hand: its strings become what FHIR may hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from epicrisis.case.model import Item, Span
from epicrisis.fhir import clean


def tidied(item: Item, words: str) -> Item:
    """Return an item whose strings FHIR may hold; one without a text has the words it points to."""
    detail = _tidy(item.detail)
    text = clean(item.text)
    if not text:
        first = item.spans[0] if item.spans else Span(0, 0)
        text = clean(words[first.start : first.end]) or item.type.replace("_", " ")
    if detail == item.detail and text == item.text:
        return item
    return replace(item, text=text, detail=detail)


def _tidy(value: Any) -> Any:
    """Clean every string of a detail; members that are empty then are absent."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        found = {}
        for key, member in value.items():
            made = clean(member) if isinstance(member, str) else _tidy(member)
            if made is not None and made != "":
                found[key] = made
        return found
    if isinstance(value, list | tuple):
        return [_tidy(v) for v in value]
    return value
