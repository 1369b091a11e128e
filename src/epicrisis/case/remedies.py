"""Drugs that an event is treated with: they are not what it is laid to."""

from __future__ import annotations

import re

from epicrisis.case.given import Given
from epicrisis.case.model import Item, Span
from epicrisis.case.story import Story
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.kept import lazy

_GRADED = lazy(r"(?:\s?,?\s?(?:grade|G|gr\.?)\s?[\dIV]+)?\s?\((?:treated\s+with\s+)?", re.I)
# "hyperlipidaemia G3 (cholesterol 9.8) -> rosuvastatin 20 mg"
_ARROWED = lazy(r"(?:→|[-=]+>)\s*(?:[A-Za-z]+\s+)?\Z")
_BOLUS = lazy(r"\s+(?:bolus|infusion)\b", re.I)
_PREPARES = lazy(r"\s+(?:pre-?medication|prophylaxis|cover(?:age)?|support)\b", re.I)


def prepares(story: Story, item: Item, span: Span) -> bool:
    """Say whether a drug is told as what another was prepared with, or a hormone as given at once: "octreotide bolus"."""
    text = story.context.text
    at_once = item.detail.get("class") == "hormone" and _BOLUS.match(text, span.end) is not None
    return at_once or _PREPARES.match(text, span.end) is not None


def dampens(item: Item) -> bool:
    """Say whether a drug is one that harm by the immune system is treated with."""
    return item.detail.get("class") in ("immunosuppressant", "steroid")


def after_harm(story: Story, span: Span) -> bool:
    """Say whether a drug against inflammation follows an event of its sentence or those before: it treats that."""
    index = story.context.sentence_at(span.start)
    return any(
        f.start < span.start and not f.negated
        for n in range(index - 3, index + 1)
        for f in story.told.in_sentence(n, "adverse_event")
    )


def remedy(story: Story, given: Given, span: Span, low: int) -> bool:
    """Say whether a drug was given against another event: "CRS grade 2 (tocilizumab)", "was treated with tocilizumab"."""
    if _ARROWED.search(story.context.text, max(low, span.start - 12), span.start) and _harmed_before(story, low, span):
        return True
    return given.is_remedy(span.start) or any(
        _GRADED.fullmatch(story.context.text, f.end, span.start)
        for f in story.told.between(low, span.start, "adverse_event")
    )


def _harmed_before(story: Story, low: int, span: Span) -> bool:
    text = story.context.text
    low = max(low, span.start - 200)
    return any(
        ";" not in text[f.end : span.start] for f in story.told.between(low, span.start, "adverse_event")
    ) and not any(
        i.detail.get("class", "chemo") in ANTITUMOUR
        for i in story.places.beginning(span.start, span.start + 1, "medication")
    )
