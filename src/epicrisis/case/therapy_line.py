"""The line of therapy that a drug was given in: "first-line A", "B as second-line treatment"."""

from __future__ import annotations

import re

from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.kept import lazy

# "first-line A, then B": the line is that of A
_NEXT_LINE = lazy(r"\b(?:then|followed\s+by|thereafter|subsequently|afterwards|later|now)\b", re.I)
_AS = lazy(r"\b(?:as|for|in)\s+(?:the\s+|a\s+|his\s+|her\s+)?\Z", re.I)
_LINE = lazy(r"\b(first|second|third|fourth|fifth|later?|1st|2nd|3rd|4th)[\s-]*line\b", re.I)


def line_of(story: Story, fact: Fact) -> re.Match[str] | None:
    """Return the line of therapy told nearest: before the drug, or behind it ("as second-line treatment")."""
    low, high = story.clause(fact)
    if "line" not in story.context.text[low:high].lower():
        return None
    found = list(_LINE.finditer(story.context.text, low, high))
    after = [m for m in found if m.start() >= fact.end and _AS.search(story.context.text, fact.end, m.start())]
    if after and not story.context.hits_in(fact.end, after[0].start(), "drugs", "regimens"):
        return after[0]
    before = [
        m for m in found if m.end() <= fact.start and not _NEXT_LINE.search(story.context.text, m.end(), fact.start)
    ]
    found = [m for m in found if m.end() > fact.start]
    return before[-1] if before else found[0] if found else None
