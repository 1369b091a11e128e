"""The year of a date that is written without one: "in December", "April 26".

It is that of the date told before, or the year after where the month came before; the document's own date
("Letter of 22 November 2023") bounds what is told of the past, and what is planned lies behind it.
"""

from __future__ import annotations

import re

from epicrisis.case.calendar import precedes
from epicrisis.case.tick import Tick
from epicrisis.facts import Context, Fact
from epicrisis.kept import lazy

_INTENDED = lazy(
    r"\b(?:will|shall|plan(?:s|ned|ning)?|schedul\w+|appointments?|next|due|intend\w*|upcoming|to\s+(?:start|begin|commence|attend|return|be)|should|recommend\w*)\b",
    re.I,
)


class OwnDates:
    """The document's own dates: one, or that of each visit that it tells."""

    def __init__(self, dates: list[Fact]) -> None:
        """Keep those of *dates* that are the document's own, as far as they tell the day."""
        self._told = [(d.start, d.value["value"]) for d in dates if d.value.get("own") and len(d.value["value"]) == 10]

    def at(self, place: int) -> str | None:
        """Return the own date that bounds what is told at *place*: the last before it, else the latest."""
        before = [value for start, value in self._told if start < place]
        return before[-1] if before else max((value for _, value in self._told), default=None)


def completed(
    context: Context, fact: Fact, last: Tick | None, opened: Tick | None, own: str | None
) -> tuple[str, str] | None:
    """Return the value of a date without a year, and where its year comes from; None where it is not known.

    *last* is the date told before; *opened* the beginning of the time that *last* ends, if it ends one.
    """
    shared = fact.value.get("shared_year")
    if shared is not None:
        return _at(fact, int(shared)), "year of the date it is listed with"
    if own and intended(context, fact):
        year = int(own[:4])
        return _next(fact, year, own), "year from the document's own date"
    if last is None:
        return None
    known = last.when.value
    year = int(known[:4])
    if opened is not None:
        for within in range(int(opened.when.value[:4]), year + 1):
            value = _at(fact, within)
            if not precedes(value, opened.when.value) and not precedes(known, value):
                return value, "year of the time told before"
    reason = "year of the date told before"
    if len(known) > 4 and fact.value["month"] < int(known[5:7]):
        year += 1
        reason = "year after the date told before"
    value = _at(fact, year)
    if own is None or not precedes(own, value):
        return value, reason
    if known != own:
        return None  # it would lie behind the letter that tells of it
    return _at(fact, year - 1), "year from the document's own date"


def _next(fact: Fact, year: int, own: str) -> str:
    value = _at(fact, year)
    return _at(fact, year + 1) if precedes(value, own) else value


def _at(fact: Fact, year: int) -> str:
    day = fact.value.get("day")
    return f"{year:04}-{fact.value['month']:02}" + (f"-{day:02}" if day else "")


_DONE = lazy(
    r"\b(?:was|were)\s+(?:then\s+)?(?:performed|done|given|started|begun|carried\s+out|administered|completed|resected)\b|\b(?:underwent|received)\b",
    re.I,
)


def intended(context: Context, fact: Fact) -> bool:
    """Say whether the words before a date tell a plan: "we will start on 29 November"."""
    if context.kind(fact.sentence) == "plan":
        return True
    low = context.sentences[fact.sentence].start
    return _INTENDED.search(context.text, low, fact.start) is not None and not _DONE.search(
        context.text, low, fact.start
    )
