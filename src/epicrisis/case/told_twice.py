"""Lengths of time that an explicit date beside them tells too: "on postoperative day 4 (January 19, 2022)".

What is counted may be counted from something else than the clock thinks; what is written is not.
"""

from __future__ import annotations

from itertools import pairwise

from epicrisis.facts import Context, Fact
from epicrisis.kept import lazy

# "two months later, in June 2019", "POD 4 (19 January)", but not "two weeks after 5 March"
_THEN = lazy(r"\s?[,(\[–—-]\s?(?:i\.e\.,?\s)?(?:(?:in|on)\s)?(?:the\s)?(?:(?:early|late|mid)[\s-])?|\s(?:in|on)\s")
# "24 days after admission (December 11)", "four months after completion of radiotherapy, in January"
_THEN_OF_EVENT = lazy(r"(?:\s[\w-]+){1,6}\s?(?:,\s(?:in|on)\s|[(\[]\s?(?:(?:in|on)\s)?)")
# "on 19 January 2022 (POD 4)", "19 January 2022, POD 4,"
_SO_LONG = lazy(r"\s?[(\[]\s?(?:(?:at|on|i\.e\.,?)\s)?|,\s(?:(?:at|on)\s)?")
_CLOSED = lazy(r"\s?,")
_CLOSED_BEHIND = lazy(r"(?:\s[\w-]+){1,7},")  # "In March 2020, 2 weeks after the second dose, ..."
_IN_BRACKETS = lazy(r"[^()\[\]]{0,40}[)\]]")
_LEAD = 16  # "In late June 2019, after 15 months, ...": a date that opens its sentence


def told_twice(context: Context, dates: list[Fact]) -> dict[int, int]:
    """Return where the words begin that tell a date twice, by the id() of the length of time and of its date."""
    found: dict[int, int] = {}
    for one, other in pairwise(dates):
        if one.sentence != other.sentence:
            continue
        if one.kind == "date_relative" and other.value["form"] != "relative":
            event = one.value.get("anchor") == "event" and _THEN_OF_EVENT.fullmatch(context.text, one.end, other.start)
            if event or _THEN.fullmatch(context.text, one.end, other.start):
                found[id(one)] = found[id(other)] = one.start
        elif other.kind == "date_relative" and one.value["form"] != "relative" and _beside(context, one, other):
            found[id(other)] = one.start
    return found


def _beside(context: Context, date: Fact, length: Fact) -> bool:
    """Say whether a length of time stands in brackets or between commas behind its date."""
    text, gap = context.text, _SO_LONG.fullmatch(context.text, date.end, length.start)
    if gap is None:
        return False
    if gap.group().strip().startswith(","):
        opens = date.start - context.sentences[date.sentence].start < _LEAD
        closed = _CLOSED_BEHIND if length.value.get("anchor") == "event" else _CLOSED
        return opens and closed.match(text, length.end) is not None
    return _IN_BRACKETS.match(text, length.end) is not None
