"""One patient's story: items in order, linked to each other and to the words.

The JSON form is public (mappings/schema/case-1.schema.json): people may write or edit it
by hand and convert from it. `docs/reference/case.md` explains every element.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from epicrisis.document.model import Document

SCHEMA = "epicrisis-case/1"


@dataclass(frozen=True, slots=True)
class Span:
    """Words of the document: code points `start` (included) to `end` (excluded)."""

    start: int
    end: int


@dataclass(slots=True)
class When:
    """A date exactly as precise as stated (YYYY, YYYY-MM or YYYY-MM-DD).

    `inferred` says why, where the narrative's clock supplied a part ("year of the sentence before").
    """

    value: str
    spans: list[Span] = field(default_factory=list)
    inferred: str | None = None


@dataclass(slots=True)
class Item:
    """One thing that happened to, was found in, or was said of the patient."""

    key: str  # unique in the case and stable: type, concept, offset
    type: str
    text: str  # the words, white space collapsed
    spans: list[Span] = field(default_factory=list)
    concept: str | None = None  # "table/term" of the terminology; None: text only
    codings: list[dict[str, str]] | None = None  # set by a person: wins over the concept's codings
    when: When | None = None  # a point in time
    start: When | None = None  # of a period
    end: When | None = None
    negated: bool = False
    certainty: str = "stated"  # stated | suspected | refuted
    status: str = "done"  # done | ongoing | stopped | on-hold (a drug) | planned | not-done | hypothetical
    inferred: str | None = None  # why, where the whole item is an inference (a regimen's drugs)
    links: dict[str, list[str]] = field(default_factory=dict)  # role -> keys of other items
    detail: dict[str, Any] = field(default_factory=dict)  # by type, see the schema
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Patient:
    """Who the narrative is about; every attribute only if stated."""

    sex: str | None = None  # male | female | other
    age: str | None = None  # decimal as written
    age_unit: str = "a"  # UCUM: a, mo, wk, d
    birth_date: When | None = None
    deceased: bool | None = None
    death_date: When | None = None
    sex_spans: list[Span] = field(default_factory=list)
    age_spans: list[Span] = field(default_factory=list)
    death_spans: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Conflict:
    """Statements that do not fit together; none of them is dropped."""

    code: str  # stage-inconsistent, survival-inconsistent, ...
    message: str  # general words, never the narrative's
    statements: list[Span] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    severity: str = "warning"  # warning | information


@dataclass(slots=True, repr=False)
class Case:
    """A patient's case drawn from one document."""

    document: Document
    patient: Patient | None = None
    items: list[Item] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    review: dict[str, Any] | None = None  # who reviewed, and what was changed

    def __repr__(self) -> str:
        """Say how much the case holds, and nothing of the patient."""
        return f"<Case: {len(self.items)} items, {len(self.conflicts)} conflicts>"
