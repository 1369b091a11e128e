"""The date of a result: that right behind its value, or that of its clause.

"CA 125 fell from 1200 U/mL in January to 35 U/mL in June" has two values, each with its own date.
"""

from __future__ import annotations

import re

from epicrisis.case.model import Span, When
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.kept import lazy

_YEAR = lazy(r"(?:19|20)\d\d")
_BEHIND = lazy(r"\s?[,(]?\s?(?:(?:in|on|by|at|as\s+of|during)\s)?(?:the\s)?(?:(?:early|mid|late)[\s-])?", re.I)


def date_of_result(story: Story, fact: Fact) -> When | None:
    """Return the date of a laboratory or marker *fact*, or None where it is not known."""
    if day := fact.value.get("daySpan"):  # of a table's column or row
        told = next((t.when for t in story.timeline.between(*day)), None)
        bare = story.context.text[day[0] : day[1]]
        return told or (When(bare, [Span(*day)]) if _YEAR.fullmatch(bare) else None)
    if fact.value.get("series"):
        return _of_series(story, fact)
    course = fact.value.get("course")  # left ("7.1 to 9.8 g/dL" is written as one) | from | to
    behind = _behind(story, fact) if course != "left" else None
    if behind:
        return behind
    if course in ("left", "from"):
        return None  # a value that was left: the date of the change is not its own
    when = story.when(fact)
    if course == "to" and when and when.spans:
        a, b = fact.value["fromSpan"][1], fact.value["valueSpan"][0]
        if any(a <= s.start < b for s in when.spans):
            return None  # the date of the value before
    return when


def _behind(story: Story, fact: Fact) -> When | None:
    span = fact.value.get("valueSpan")
    if not span:
        return None
    for tick in story.timeline.in_sentence(fact.sentence):
        at = tick.fact.start
        until = tick.role == "end" and not tick.reached(story.context.text)
        if at >= span[1] and not until and _BEHIND.fullmatch(story.context.text, span[1], at):
            return tick.when
    return None


def _of_series(story: Story, fact: Fact) -> When | None:
    """Return the date of one of several values of a test: the sentence tells one for each, or none is known."""
    n, of = fact.value["series"]
    told = [t for t in story.timeline.in_sentence(fact.sentence) if t.fact.start > fact.value["valueSpan"][1]]
    return told[n].when if len(told) == of else None
