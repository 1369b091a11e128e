"""A fact: what the text says at one place, and how it says it.

Kinds: age, sex, vital, diagnosis, symptom, site, metastasis, recurrence, stage, grade, measure,
procedure, radiotherapy, medication, regimen, drug_class, dosage, lab, marker, genomic,
imaging, pathology, response, survival, adverse_event, family_history, allergy, performance,
date, severity, outcome.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Fact:
    """One mention. Offsets are code points of the document; `text` is exactly that slice."""

    kind: str
    start: int
    end: int
    text: str
    concept: str | None = None  # "drugs/anlotinib": table and term; None keeps the text only
    value: dict[str, Any] = field(default_factory=dict)  # kind-specific, see the extractor's docstring
    negated: bool = False
    certainty: str = "stated"  # stated | suspected | refuted
    status: str = "done"  # done | planned | declined | hypothetical | historical
    subject: str = "patient"  # patient | family | other
    section: str = "body"
    sentence: int = -1  # index of the sentence it stands in
