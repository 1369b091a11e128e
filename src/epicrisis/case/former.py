"""The date of a former disease: only one that stands right beside it.

"In 2020 a man with previous breast cancer (2012) had ...": what the sentence tells is of 2020, the former disease is not.
"""

from __future__ import annotations

from epicrisis.case.attached import goes_on
from epicrisis.case.model import When
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.kept import lazy

_NEAR = 8  # code points: "2012: breast cancer"
# "diagnosed in 2011 with a carcinoid tumour"
_DIAGNOSED = lazy(r"\bdiagnosed\s+(?:in|on)\s+\Z")
_WITH = lazy(r"\s(?:with|of|as)\s(?:[\w-]+\s){0,3}")


def date_beside(story: Story, fact: Fact) -> When | None:
    """Return the date that stands with a disease of the history, or None."""
    tick = story.timeline.stated(fact)
    if tick is None:
        return None
    text, date = story.context.text, tick.fact
    if date.start < fact.end:
        near = fact.start - date.end < _NEAR and "," not in text[date.end : fact.start]
        diagnosed = _DIAGNOSED.search(text, max(0, date.start - 30), date.start)
        return tick.when if near or (diagnosed and _WITH.fullmatch(text, date.end, fact.start)) else None
    return None if goes_on(text, fact.end, date.start) else tick.when
