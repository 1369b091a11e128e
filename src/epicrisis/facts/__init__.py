"""Every fact quotes its span and says what the text says; no code, no guess."""

from __future__ import annotations

from epicrisis.document.model import Document
from epicrisis.facts.assertion import assert_all
from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patient import mark
from epicrisis.facts.registry import extractors
from epicrisis.terminology import Terminology, load

__all__ = ["Context", "Fact", "extract", "extract_with_context"]


def extract(document: Document, terminology: Terminology | None = None, *, date_order: str | None = None) -> list[Fact]:
    """Return the facts of *document* in the order of the text.

    `date_order` (dmy, mdy or ymd) settles dates that the text leaves open.
    """
    return extract_with_context(document, terminology, date_order=date_order)[1]


def extract_with_context(
    document: Document, terminology: Terminology | None = None, *, date_order: str | None = None
) -> tuple[Context, list[Fact]]:
    """Return the prepared text beside the facts, for the rooms above."""
    context = Context(document, terminology or load())
    context.date_order = date_order
    mark(context)
    facts: list[Fact] = []
    for extractor in extractors():
        facts += extractor(context)
    assert_all(context, facts)
    facts.sort(key=lambda f: (f.start, f.end, f.kind, f.concept or ""))
    return context, facts
