"""Build the case of one patient from the facts of one document."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import cache

from epicrisis.case import conflicts
from epicrisis.case.build_patient import build as build_patient
from epicrisis.case.link import link
from epicrisis.case.model import Case, Patient
from epicrisis.case.story import Story
from epicrisis.document.model import Document
from epicrisis.facts import Fact, context_of

# Names are modules build_<name> of this room; later builders may link to items of earlier ones.
ORDER = (
    "primary", "radiotherapy", "medications", "procedures", "spread", "recurrences", "tests", "adverse_events",
    "staging", "grade", "size", "markers", "genomics", "labs", "performance", "findings",
    "status", "family",
)  # fmt: skip


def build_case(document: Document, facts: Sequence[Fact]) -> Case:
    """Return the case that *facts* of *document* tell: items linked, dated, conflicts named."""
    story = Story(context_of(document, facts), list(facts))
    patient = build_patient(story)
    for build in _builders():
        build(story)
    link(story)
    told = story.items or patient != Patient()
    case = Case(document, patient if told else None, sorted(story.items, key=lambda i: (_first(i.spans), i.key)))
    case.conflicts = conflicts.find(story, case)
    return case


@cache
def _builders() -> list[Callable[[Story], None]]:
    return [importlib.import_module(f"epicrisis.case.build_{name}").build for name in ORDER]


def _first(spans: Sequence[object]) -> int:
    return min((s.start for s in spans), default=0)  # type: ignore[attr-defined]
