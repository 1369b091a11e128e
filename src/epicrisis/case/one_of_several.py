"""Dates that close one item of several: "s/p CABG 2010, A-fib", "AML, HSCT on 10 October, presented with fever"."""

from __future__ import annotations

import re

from epicrisis.case.date_cues import CAME, CAME_STEMS, RIGHT_BEHIND
from epicrisis.case.tick import Tick
from epicrisis.facts import Context, Fact
from epicrisis.facts.brackets import opened
from epicrisis.kept import lazy

# only further items stand between: "2010, A-fib, colon ca"
_ITEMS = lazy(r"\)?\s?,\s(?:(?:[\w/-]+\s){0,3}[\w/-]+,\s)*(?:and\s)?(?:[\w/-]+\s){0,2}")
_VERB = lazy(
    r"\b(?:with|by|who|which|was|were|had|has|is|showed|revealed|developed|presented|\w{3,}ed|\w{3,}ing)\b", re.I
)
# "AML, haploidentical HSCT on": an item of its own behind a comma
_NEXT_ITEM = lazy(
    r"\s?(?:\([^()]*\)\s?)?,\s(?:s/p\s)?(?:(?!(?:with|by|which|who|was|were|for|after|in|on)\b)[\w/-]+\s){0,3}"
)
_CAME_BEHIND = lazy(r"\)?,\s(?:who\s|he\s|she\s)?")
# "hand-foot syndrome and liver recurrence was seen in": of the second alone
_AND_WAS = lazy(
    r"\band\s(?:(?:an?|the)\s)?(?:[\w-]+\s){1,4}was\s(?:\w+ly\s)?(?:seen|found|noted|detected|diagnosed|confirmed|observed|shown|documented|suspected|noticed)\b",
    re.I,
)
_PARTED = lazy(r"[,;]|\b(?:then|followed|before|until|later)\b")


def closes_item(context: Context, tick: Tick, fact: Fact, acts: list[Fact]) -> bool:
    """Say whether the date before *fact* stands right behind one of *acts* and closes what is told of it."""
    text, low = context.text, context.sentences[tick.fact.sentence].start
    act = next((a for a in acts if low <= a.start and RIGHT_BEHIND.fullmatch(text, a.end, tick.fact.start)), None)
    if act is None:
        return False
    between = text[tick.fact.end : fact.start]
    if _ITEMS.fullmatch(between) and not _VERB.search(between):
        return True
    # "AML, HSCT on 10 October 2017, presented with fever"
    came = context.first(CAME, CAME_STEMS, tick.fact.end, fact.start)
    m = _CAME_BEHIND.match(text, tick.fact.end)
    inserted = text[low : act.start].rpartition(",")[1] == ","
    return bool(came and m and came.start() == m.end() and inserted)


def of_next_item(context: Context, fact: Fact, tick: Tick, acts: list[Fact]) -> bool:
    """Say whether the date behind a disease is that of the act listed next: "AML, HSCT on 10 October 2017"."""
    return any(
        fact.end <= a.start
        and a.end <= tick.fact.start
        and _NEXT_ITEM.fullmatch(context.text, fact.end, a.start)
        and RIGHT_BEHIND.fullmatch(context.text, a.end, tick.fact.start)
        for a in acts
    )


def of_second(context: Context, fact: Fact, tick: Tick) -> bool:
    """Say whether the verb before a date is of the last of two things only: "A and B was seen in May"."""
    return _AND_WAS.search(context.text, fact.end, tick.fact.start) is not None


def of_next_response(context: Context, fact: Fact, tick: Tick, responses: list[Fact]) -> bool:
    """Say whether the date behind a response is that of another one: "SD as best response, PD 01/2022"."""
    return any(
        fact.end <= r.start and r.end <= tick.fact.start and _PARTED.search(context.text, fact.end, r.start)
        for r in responses
    )


def within_course(context: Context, tick: Tick, fact: Fact) -> bool:
    """Say whether a value stands in brackets behind the end of a course: "until 01/2017 (failure, 12% at 6 months)"."""
    return tick.role == "end" and fact.kind in ("lab", "marker") and opened(context.text, tick.fact.end, fact.start)
