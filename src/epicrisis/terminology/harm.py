"""Find the disease or symptom that words of harm name too."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.terminology.table import Concept, Terminology

_TABLES = ("adverse_events/", "diseases/", "symptoms/")


def named_by_harm(words: str, key: str | None, terms: Terminology) -> Iterator[Concept]:
    """Yield the concepts that may lend an adverse event their codes, its own (*key*) first.

    CTCAE's codes are MedDRA's, which may not ship; and its term may say more than the words do
    ("neuropathy" is graded as peripheral sensory neuropathy), save where they are its letters (CRS).
    """
    term = key.partition("/")[2] if key else ""
    for phrase in (words, term) if words.isupper() else (words,):
        for one in (key, *terms.lexicon.lookup(phrase)):
            if one and one.startswith(_TABLES) and (concept := terms.concept(one)):
                yield concept
