"""A document: one text, its sections, and where it came from.

Every offset in epicrisis counts Unicode code points of `Document.text`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# What a section is, in the order a case report has them. Facts come from PATIENT kinds always,
# from MIXED kinds only out of sentences that speak of the patient, and from the others never.
PATIENT = frozenset(
    {
        "case",
        "history",
        "examination",
        "laboratory",
        "imaging",
        "pathology",
        "treatment",
        "outcome",
        "plan",
        "figure",
        "table",
        "body",
        "family",
    }
)
MIXED = frozenset({"abstract", "discussion", "conclusion"})


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the text under one heading; `start` is after the heading."""

    kind: str
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A narrative as one text with sections."""

    text: str = field(repr=False)  # a log that names a document must not hold the patient's story
    name: str = "document"
    sections: tuple[Section, ...] = ()
    media_type: str = "text/plain"
    source_sha256: str = ""
    # bibliographic identity, when the source states one: title, doi, journal, authors, published
    bibliography: dict[str, str] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    # what tells it from another with the same text, such as the row's id "note-17"; it enters the resources' ids
    identity: str = ""
