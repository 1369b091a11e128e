"""Time: years not written, lengths of time that the dates do not bear out, ends before starts."""

from __future__ import annotations

import re
from bisect import bisect_left

from epicrisis.case.calendar import months_between, precedes, shift
from epicrisis.case.model import Case, Conflict, Item, Span
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.kept import lazy

_LENGTH = lazy(
    r"\A[^.;]{0,12}?\b(?:for|more\s+than|over)\s+(?:more\s+than\s+)?(\d{1,2}|one|two|three|four|five|six)\s+(year|month)s?\b",
    re.I,
)
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def inferred_year(story: Story, _: Case) -> list[Conflict]:
    """Report dates whose year the narrative leaves to the reader."""
    ticks = [t for t in story.timeline.ticks if t.fact.value["form"] == "partial" and t.when.inferred]
    if not ticks:
        return []
    return [
        Conflict(
            "year-inferred",
            "Dates without a year were read by the narrative's own order.",
            [s for t in ticks for s in t.when.spans],
            severity="information",
        )
    ]


def ambiguous_date(story: Story, _: Case) -> list[Conflict]:
    """Report dates whose order of day and month nothing in the text decides."""
    ticks = [t for t in story.timeline.ticks if t.fact.value.get("ambiguous")]
    if not ticks:
        return []
    return [
        Conflict(
            "date-order-undecided",
            "Day and month can be read in two orders; only the year was taken. Settle it with --date-order.",
            [s for t in ticks for s in t.when.spans],
        )
    ]


def interval(story: Story, case: Case) -> list[Conflict]:
    """Report "33 months after radiotherapy" where both dates are told and say otherwise."""
    out = []
    for f in story.of("date_relative"):
        value = f.value
        if (
            value.get("unit") not in ("mo", "a")
            or value["direction"] != 1
            or value.get("anchor") not in ("event", "operation")
        ):
            continue
        s = story.context.sentences[f.sentence]
        stated = int(value["n"]) * (12 if value["unit"] == "a" else 1)
        before = _named(story, case, f.end, min(s.end, f.end + 60), first=True)
        after = _named(story, case, f.end + 1, s.end, first=False, condition=True)
        if before is None or after is None or before is after:
            continue
        one, two = before.start or before.when, after.when
        if one is None or two is None or len(one.value) < 7 or len(two.value) < 7 or one.value[:7] >= two.value[:7]:
            continue
        low, high = months_between(one.value, two.value)
        slack = 0 if value["unit"] == "mo" else 11
        if not low - slack <= stated <= high - 1 + slack:
            out.append(
                Conflict(
                    "interval-inconsistent",
                    "A length of time does not fit the dates told for its ends.",
                    [Span(f.start, f.end), *one.spans, *two.spans],
                    [before.key, after.key],
                )
            )
    return out


def _start(fact: Fact) -> int:
    return fact.start


def _named(story: Story, case: Case, low: int, high: int, *, first: bool, condition: bool = False) -> Item | None:
    """Return the dated item that a fact in [low, high) became."""
    for f in story.facts[bisect_left(story.facts, low, key=_start) : bisect_left(story.facts, high, key=_start)]:
        if condition and f.kind in ("recurrence", "metastasis"):
            item = story.item(f)
            if item and item.when:
                return item
        if not condition and f.kind in ("radiotherapy", "procedure", "regimen", "medication", "drug_class"):
            item = story.item(f)
            if item and (item.when or item.start):
                return item
            if lazy(r"radio|radiation", re.I).search(f.text):
                dated = [i for i in case.items if i.type == "radiotherapy" and (i.when or i.start)]
                return dated[-1] if dated else None
    return None


def duration_of_disease(story: Story, case: Case) -> list[Conflict]:
    """Report a disease "for two years" that the dates show later."""
    out = []
    for f in story.of("metastasis"):
        item = story.item(f)
        if item is None or item.when is None or not story.main(f):
            continue
        m = _LENGTH.match(story.context.text, f.end, min(f.end + 50, story.clause(f)[1]))
        if m is None:
            m = _LENGTH.match(story.context.text[f.end : f.end + 50])
        if m is None:
            continue
        n = int(m.group(1)) if m.group(1).isdigit() else _WORDS[m.group(1).lower()]
        now = next((t.when.value for t in story.timeline.ticks if t.fact.start > f.start and story.main(t.fact)), None)
        since = shift(now[:7], -n, "a" if m.group(2).lower() == "year" else "mo") if now and len(now) >= 7 else None
        if since and item.when.value[:7] > since:
            other = [s for s in item.spans if s.start != f.start]
            out.append(
                Conflict(
                    "duration-inconsistent",
                    "A disease is told to last longer than the date of its finding allows.",
                    [Span(f.start, f.end), *other, *item.when.spans],
                    [item.key],
                )
            )
    return out


def reversed_period(story: Story, case: Case) -> list[Conflict]:
    """Report a treatment that ends before it starts."""
    return [
        Conflict("period-reversed", "A treatment ends before it starts.", [*i.start.spans, *i.end.spans], [i.key])
        for i in case.items
        if i.start and i.end and precedes(i.end.value, i.start.value)
    ]


RULES = (inferred_year, ambiguous_date, interval, duration_of_disease, reversed_period)
