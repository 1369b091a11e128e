"""The day of the visit, for what was measured or judged at it: "Date of visit: 3 May 2021 ... Vitals: BP 130/80"."""

from __future__ import annotations

import re

from epicrisis.case.model import When
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

# the date of what is a visit: a letter is typed, and a patient discharged, on another day than that of the examination
_OF_VISIT = lazy(
    r"\b(?:visit|consultation|review(?:ed)?|clinic|exam(?:ination)?|service|encounter|appointment|seen)\b[^\n]{0,30}\Z",
    re.I,
)
_EXAMINED = lazy(
    r"[-•*#\s]{0,4}(?:vitals?(?:\s+signs?)?|vs|obs(?:ervations)?|o/e|on\s+exam(?:ination)?|(?:physical\s+)?exam(?:ination)?|objective|ECOG(?:\s+PS)?|(?:ECOG\s+)?performance\s+status|PS|KPS|BP|weight|wt)\b(?:[^\S\n]*(?:[:=]|\d)|[^\n:]{0,20}:)",
    re.I,
)
_OTHER_TIME = lazy(
    r"\b(?:previous(?:ly)?|prior|last|before|earlier|baseline|initial(?:ly)?|admission|presentation|diagnosis|ago|was|were|had|usual|home|nadir|highest|lowest)\b",
    re.I,
)
_FAR = 40


def of_visit(story: Story, fact: Fact) -> When | None:
    """Return the day of the visit of which a vital sign or performance status is told, marked as inferred, or None.

    The document tells that day, and the line says that it is of the examination, and of no other time.
    """
    text, timeline = story.context.text, story.timeline
    own = timeline.own_day()
    if own is None or not story.main(fact) or fact.sentence < 0:
        return None
    at = own.spans[0].start
    if at > fact.start or not _OF_VISIT.search(text, max(0, at - _FAR), at):
        return None
    line = text.rfind("\n", 0, fact.start) + 1
    if timeline.between(max(line, fact.start - REACH), fact.start) or timeline.in_sentence(fact.sentence):
        return None
    section = story.context.section_of[fact.sentence]
    if not (_EXAMINED.match(text, line, fact.end + 4) or _EXAMINED.match(f"{section.title}:")):
        return None
    if _OTHER_TIME.search(text, max(line, fact.start - REACH), fact.start):
        return None
    return When(own.value, own.spans, "date of the visit")
