"""When a treatment ended whose beginning and length are told: "letrozole from May 2020 for six months".

Only where the words tell that it is over: what was begun for six months may have been given for longer or less.
"""

from __future__ import annotations

import re

from epicrisis.case.calendar import precedes, shift
from epicrisis.case.model import Item, When
from epicrisis.case.story import Story
from epicrisis.facts.dose_numbers import number
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

_LENGTH = r"for\s+(?:an?\s+(?:total|period|duration)\s+of\s+)?(?P<n>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s+(?P<u>weeks?|months?|years?)\b"
_WAS_GIVEN = r"(?:given|taken|administered|continued|received)"
# behind the day: ", for six months", "and was given for five months"
_BEHIND = lazy(rf"\)?,?\s+(?:(?P<given>and\s+(?:was\s+)?(?:then\s+)?{_WAS_GIVEN})\s+)?{_LENGTH}", re.I)
# before it: "for six months from"
_BEFORE = lazy(
    rf"\b{_LENGTH}(?:,?\s+(?:from|since|beginning|starting)(?:\s+(?:in|on|from))?)\s+(?:early\s+|late\s+|mid[\s-])?\Z",
    re.I,
)
_TAKEN = lazy(
    r"\b(?:received|took|had|got|completed|underwent|was\s+(?:given|treated|administered|maintained)|were\s+(?:given|administered)|used)\b[^.;]*\Z",
    re.I,
)
_BEGUN = lazy(
    r"\b(?:start\w*|beg[au]n|begin\w*|initiat\w+|commenc\w+|put|placed|prescrib\w+|plan\w*|schedul\w+|intend\w*|to\s+be|will|advis\w+|recommend\w*)\b",
    re.I,
)
# "for four months, until progression": it ended
_UNTIL = lazy(
    r"\s*,?\s*(?:until|till|when|after\s+which|and\s+(?:was\s+)?(?:then\s+)?(?:stopped|discontinued|switched))\b", re.I
)
# of a schedule, or of what goes on
_NOT_OVER = lazy(
    r"\s*,?\s*(?:and\s+)?(?:now|so\s+far|to\s+date|already|ongoing|currently|at\s+least|every|each|per|of\s+each|on\b|off\b|followed\s+by\s+(?:an?\s+|one\s+|two\s+)?(?:\w+[\s-])?(?:weeks?|break|rest)|(?:is|are|has|have|remains?|continu\w+|goes)\b)",
    re.I,
)
_STILL = lazy(
    r"\b(?:since|(?:has|have)\s+(?:been|received|taken)|ongoing|continues|remains\s+on|still|so\s+far|to\s+date|currently)\b",
    re.I,
)
_SHORT = 70  # code points from a length to its day
_UNITS = {"w": "wk", "m": "mo", "y": "a"}


def end(story: Story) -> None:
    """Set the end of treatments that began on a day and lasted for a time that are both told."""
    for item in story.typed("medication", "regimen"):
        if item.start and item.end is None and not item.negated and item.status in ("done", "stopped"):
            item.end = _end(story, item)


def _end(story: Story, item: Item) -> When | None:
    text, context = story.context.text, story.context
    start = item.start
    if start is None or start.inferred or not start.spans:
        return None
    day = start.spans[0]
    s = context.sentences[context.sentence_at(day.start)]
    name = next((x for x in item.spans if s.start <= x.start < day.start), None)
    if name is None:
        return None
    low, high = max(s.start, name.start - REACH), min(s.end, day.end + REACH)
    m = _BEHIND.match(text, day.end, high)
    told = m or _BEFORE.search(text, max(name.end, day.start - _SHORT), day.start)
    if told is None or context.hits_in(name.end, day.start, "drugs", "regimens", "procedures", "radiotherapy"):
        return None  # or told of another
    after = m.end() if m else day.end
    if _NOT_OVER.match(text, after, high) or _STILL.search(text, low, high):
        return None
    over = bool(m and m["given"]) or _UNTIL.match(text, after, high) is not None
    if not over and (not _TAKEN.search(text, low, name.start) or _BEGUN.search(text, low, day.start)):
        return None
    moved = shift(start.value, int(number(told["n"])), _UNITS[told["u"][0].lower()])
    own = story.timeline.own_day()
    if moved is None or (own and precedes(own.value, moved)):
        return None
    return When(moved, start.spans, "beginning and length told")
