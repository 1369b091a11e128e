"""What codes the words of harm have."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.fhir import clean
from epicrisis.mapping.chart import Chart

_TABLES = ("adverse_events/", "diseases/", "symptoms/")


def harm_codings(item: Item, chart: Chart) -> list[dict[str, str]]:
    """Return a person's codings, the event's own, or those that its words have as a disease or symptom.

    CTCAE's codes are MedDRA's, which may not ship; and its term may say more than the words do
    ("neuropathy" is graded as peripheral sensory neuropathy), save where they are its letters (CRS).
    """
    if item.codings is not None:
        return item.codings
    words = clean(item.text)
    term = item.concept.partition("/")[2] if item.concept else ""
    for phrase in (words, term) if words.isupper() else (words,):
        for key in (item.concept, *chart.terms.lexicon.lookup(phrase)):
            if key and key.startswith(_TABLES) and (found := chart.codings(key)):
                return found
    return []
