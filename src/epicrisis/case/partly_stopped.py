"""What was left out of a treatment that went on: one dose, one drug of several."""

from __future__ import annotations

import re

from epicrisis.case.story import Story
from epicrisis.kept import lazy

# "5-FU bolus omitted", "day +11 dose omitted", "(6th omitted: AKI)"
_PART_OF_IT = lazy(
    r"\b(?:bolus(?:es)?|(?:d(?:ay)?\s?\+?\s?\d{1,2}|cycle\s\d{1,2}|C\d{1,2}|last|final|one|two|evening|morning|\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth)\s+(?:doses?|infusions?|injections?|cycles?)|\d{1,2}(?:st|nd|rd|th))\s+(?:was\s+|were\s+)?\Z",
    re.I,
)
_LABEL = lazy(r"\s?:\s")
_RIGHT_BEHIND = lazy(r"\s+(?:(?:was|were|being|had\s+been)\s+)?")


def part_only(story: Story, low: int, at: int) -> bool:
    """Say whether what was omitted at *at* is a part of a course, or was not given at all: "A2VD (...; bleomycin omitted)"."""
    if _PART_OF_IT.search(story.context.text, low, at):
        return True
    told = story.told.between(at - 40, at, "medication")
    return bool(told) and told[-1].negated and _RIGHT_BEHIND.fullmatch(story.context.text, told[-1].end, at) is not None


def labels(story: Story, low: int, at: int, after: int) -> bool:
    """Say whether a word at *at* is the label of a list: "Stopped: apixaban, statin, ramipril"."""
    text = story.context.text
    return _LABEL.match(text, after) is not None and not text[low:at].strip(" \n-*•")
