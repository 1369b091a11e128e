"""Drugs that a record of one day's treatment tells as given: they were given on the day of the record.

"Chemotherapy record. Date: 2024-05-06. Given: oxaliplatin 85 mg/m2": when the treatment began is another matter.
"""

from __future__ import annotations

import re

from epicrisis.case.model import Span, When
from epicrisis.case.story import Story
from epicrisis.kept import lazy

_RECORD = lazy(
    r"\b(?:(?:chemo)?therapy|infusion|administration|treatment|medication|nursing|day\s?(?:unit|hospital|ward|clinic))\s+(?:[a-z]+\s+)?(?:records?|notes?|protocol|charts?|log|sheet)\b",
    re.I,
)
_HEAD = 200  # code points in which a record says what it is
_GIVEN_BEHIND = lazy(r"[^.;]{0,60}\b(?:given|administered|infused|injected)\b", re.I)
_GIVEN_BEFORE = lazy(
    r"(?:^|\n|[.;]\s)\W{0,4}(?:drugs?\s+)?(?:given|administered|infused)(?:\s+today)?\s?:[^\n]*\Z", re.I
)
_OTHER_TIME = lazy(
    r"\b(?:yesterday|previous(?:ly)?|prior|last|before|earlier|had|since|home|usual|next|tomorrow|cycle\s+1)\b", re.I
)


def date(story: Story) -> None:
    """Give such drugs the record's date, where they have none."""
    own = story.timeline.own_day()
    if own is None or not _RECORD.search(story.context.text, 0, _HEAD):
        return
    for item in story.typed("medication"):
        if not item.negated and item.status == "done" and not (item.start or item.end or item.when):
            if item.detail.get("dosages") and any(_given(story, span) for span in item.spans):
                item.when = When(own.value, own.spans, "date of the record")


def _given(story: Story, span: Span) -> bool:
    """Say whether the record tells that a drug was given, and no other time with it."""
    text = story.context.text
    s = story.context.sentences[story.context.sentence_at(span.start)]
    if _OTHER_TIME.search(text, s.start, s.end):
        return False
    low = max(0, span.start - 200)
    return bool(_GIVEN_BEHIND.match(text, span.end, s.end) or _GIVEN_BEFORE.search(text, low, span.start))
