"""Every fact quotes its span and says what the text says; no code, no guess."""

from __future__ import annotations

from collections.abc import Sequence

from epicrisis.document.model import Document
from epicrisis.facts.assertion import assert_all
from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patient import mark, of_patient
from epicrisis.facts.registry import extractors
from epicrisis.terminology import Terminology, load

__all__ = ["Context", "Fact", "Facts", "context_of", "extract", "extract_with_context", "prepare"]


class Facts(list[Fact]):
    """The facts of one document, with the prepared text that the rooms above read too."""

    context: Context | None = None


def extract(document: Document, terminology: Terminology | None = None, *, date_order: str | None = None) -> Facts:
    """Return the facts of *document* in the order of the text.

    `date_order` (dmy, mdy or ymd) settles dates that the text leaves open.
    """
    context = prepare(document, terminology, date_order=date_order)
    facts = Facts()
    for extractor in extractors():
        facts += extractor(context)
    facts[:] = of_patient(context, facts)
    assert_all(context, facts)
    facts.sort(key=lambda f: (f.start, f.end, f.kind, f.concept or ""))
    facts.context = context
    return facts


def extract_with_context(
    document: Document, terminology: Terminology | None = None, *, date_order: str | None = None
) -> tuple[Context, list[Fact]]:
    """Return the prepared text beside the facts, for tests and tools."""
    facts = extract(document, terminology, date_order=date_order)
    return context_of(document, facts), facts


def prepare(document: Document, terminology: Terminology | None = None, *, date_order: str | None = None) -> Context:
    """Split, search and mark the text of *document*, before any extractor runs."""
    context = Context(document, terminology or load())
    context.date_order = date_order
    mark(context)
    return context


def context_of(document: Document, facts: Sequence[Fact]) -> Context:
    """Return the text that *facts* were drawn from, prepared anew where they do not carry it."""
    known = getattr(facts, "context", None)
    return known if known is not None and known.document is document else prepare(document)
