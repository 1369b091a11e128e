"""The extractors, in the order in which they run."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact

# Names are modules of this room; each has one public `extract(context)`.
ORDER = (
    "dates", "demographics", "medications", "radiotherapy", "procedures", "diagnoses", "symptoms",
    "staging", "grade", "measures", "markers", "genomics", "labs", "cell_counts", "node_counts", "vitals", "imaging", "responses",
    "survival", "performance", "adverse_events", "family_history", "allergies", "severity",
)  # fmt: skip

Extractor = Callable[[Context], list[Fact]]


@cache
def extractors() -> tuple[Extractor, ...]:
    """Return the extract functions in order."""
    return tuple(importlib.import_module(f"epicrisis.facts.{name}").extract for name in ORDER)
