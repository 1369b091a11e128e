"""Which dates of a sentence belong to which of its treatments, where each has its own.

"FCR in 2012, ibrutinib from 2014 to 2016 and venetoclax since 2016"; "in 2012 FCR was given, from
2014 ibrutinib". A treatment without a date shares that of the one it is joined to.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from epicrisis.case.attached import outside
from epicrisis.case.tick import Tick
from epicrisis.facts import Context, Fact
from epicrisis.facts.brackets import closed, opened
from epicrisis.kept import lazy

DRUGS = ("medication", "regimen", "drug_class")
COURSES = (*DRUGS, "radiotherapy")
TREATMENTS = (*COURSES, "procedure")
# "treated with re-resection (January 2020) and lomustine": the date behind an act is its own, whatever stands before
_BEHIND = lazy(r"\s(?:(?:in|on)\s|\()?", re.I)
_RIGHT_BEHIND = lazy(r"\s\(?(?:(?:from|since|until|till|in|on)\s)?", re.I)
_ENDS = lazy(r"\s*(?:[,.;)]|and\b|then\b|\Z)", re.I)
_SPELLED = 300  # code points within which brackets spell out a regimen
_WORDS = 12  # code points of what may stand between a treatment and the date right behind it
_CONCURRENT = lazy(r"\b(?:concomitant|concurrent|simultaneous)(?:ly)?\b|\bcombined\s+with\b", re.I)
_APART = lazy(
    r";|\b(?:then|followed|after|before|until|later|subsequently|finally|switched|replaced|now|currently|progress\w*)\b|\bPD\b"
)


class DatesOfEach:
    """The dates of each treatment of one sentence, where the sentence gives each its own."""

    def __init__(self, context: Context, acts: list[Fact], ticks: list[Tick]) -> None:
        """Share the *ticks* of a sentence, which are in order, among its *acts*."""
        self._acts = _apart(context.text, acts) if len(acts) > 1 and len(ticks) > 1 else []
        self._starts = [a.start for a in self._acts]
        self._shared = _shared(context, self._acts, ticks) if len(self._acts) > 1 else None

    def of(self, fact: Fact) -> list[Tick] | None:
        """Return the dates of one treatment; None where the sentence does not give each its own."""
        if self._shared is None:
            return None
        n = bisect_right(self._starts, fact.start) - 1
        return self._shared[n] if n >= 0 and fact.start < self._acts[n].end else None


def _apart(text: str, acts: list[Fact]) -> list[Fact]:
    """Return the treatments in order, without drugs that only spell out a regimen, and each word once."""
    regimens = sorted((r for r in acts if r.kind == "regimen"), key=lambda r: r.end)
    ends = [r.end for r in regimens]
    found, reached = [], -1
    for act in sorted(acts, key=lambda a: a.start):
        near = regimens[bisect_right(ends, act.start - _SPELLED) : bisect_left(ends, act.start)]
        if any(r is not act and _opened(text, r.end, act.start) for r in near):
            continue
        # a word read in two ways ("ADT", a class of drugs and an act) has one day
        if act.start >= reached:
            found.append(act)
        reached = max(reached, act.end)
    return found


def _shared(context: Context, acts: list[Fact], ticks: list[Tick]) -> list[list[Tick]] | None:
    """Return the dates of each of *acts*."""
    final = ticks[-1]  # "cancer dx 6/2014, RT 1/2015-3/2015, ADT since 1/2015": the first day is of something else
    behind = ticks[0].fact.start > acts[0].start or (final.fact.start >= acts[-1].end and final.role != "end")
    behind = (
        behind or sum(bool(_followed(context.text, a, ticks, _RIGHT_BEHIND)) for a in acts) > 1
    )  # "received interferon until 2001, imatinib 2001-2010", whatever date stands before
    edges = [a.start for a in acts]
    groups: list[list[Tick]] = [[] for _ in acts]
    tied = {} if behind else _tied(context, acts, ticks)
    for at, tick in tied.items():
        groups[at].append(tick)
    taken = {id(t) for t in tied.values()}
    for tick in ticks:
        before = bisect_right(edges, tick.fact.start)
        at = before - 1 if behind else before
        if 0 <= at < len(groups) and at not in tied and id(tick) not in taken:
            if outside(context.text, acts[at].end, tick.fact.start):
                continue
            groups[at].append(tick)
    if sum(map(bool, groups)) < 2 and not tied:
        return None
    # one without a date has that of the one that it is joined to
    step = 1 if behind else -1
    shared = list(groups)
    for n in range(len(acts) - 1, -1, -1) if behind else range(len(acts)):
        if not groups[n] and 0 <= n + step < len(acts) and _joined(context, *_in_order(acts[n], acts[n + step])):
            shared[n] = shared[n + step]
    return shared


def _in_order(one: Fact, other: Fact) -> tuple[Fact, Fact]:
    return (one, other) if one.start < other.start else (other, one)


def _joined(context: Context, first: Fact, last: Fact) -> bool:
    """Say whether two treatments have one date, where one of them has none."""
    if (first.kind in DRUGS) != (last.kind in DRUGS) and not _concurrent(context, first, last):
        return False  # "hepatectomy, FOLFIRI 11/2018"
    if closed(context.text, first.end, last.start):
        return False  # "ASCT 8/2015 (melphalan 200 mg/m2), lenalidomide 11/2015-9/2018"
    return _APART.search(context.text, first.end, last.start) is None


def _followed(text: str, act: Fact, ticks: list[Tick], between: re.Pattern[str]) -> list[Tick]:
    """Return the dates that stand right behind a treatment; *between* are the few words that may be there."""
    first = bisect_left(ticks, act.end, key=lambda t: t.fact.start)
    last = bisect_right(ticks, act.end + _WORDS, lo=first, key=lambda t: t.fact.start)
    return [t for t in ticks[first:last] if between.fullmatch(text, act.end, t.fact.start)]


def _tied(context: Context, acts: list[Fact], ticks: list[Tick]) -> dict[int, Tick]:
    """Return the dates that stand right behind an act and close what is told of it, by the act's place."""
    text = context.text
    high = context.sentences[acts[0].sentence].end
    return {
        n: tick
        for n, act in enumerate(acts)
        for tick in _followed(text, act, ticks, _BEHIND)
        if _ENDS.match(text, tick.fact.end, high)
    }


def _concurrent(context: Context, first: Fact, last: Fact) -> bool:
    """Say whether radiotherapy and a drug were given at the same time."""
    return "radiotherapy" in (first.kind, last.kind) and bool(_CONCURRENT.search(context.text, first.start, last.start))


def _opened(text: str, a: int, b: int) -> bool:
    return text[a:b].lstrip().startswith("(") and opened(text, a, b)
