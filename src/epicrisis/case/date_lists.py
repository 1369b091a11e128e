"""Which dates of a sentence belong to which of its treatments, where each has its own.

"FCR in 2012, ibrutinib from 2014 to 2016 and venetoclax since 2016"; "in 2012 FCR was given, from
2014 ibrutinib". A treatment without a date shares that of the one it is joined to.
"""

from __future__ import annotations

import re

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
_CONCURRENT = lazy(r"\b(?:concomitant|concurrent|simultaneous)(?:ly)?\b|\bcombined\s+with\b", re.I)
_APART = lazy(
    r";|\b(?:then|followed|after|before|until|later|subsequently|finally|switched|replaced|now|currently|progress\w*)\b|\bPD\b"
)


def own_dates(context: Context, acts: list[Fact], ticks: list[Tick], fact: Fact) -> list[Tick] | None:
    """Return the dates of one treatment of a sentence; None where the sentence does not give each its own."""
    acts = [a for a in sorted(acts, key=lambda a: a.start) if not _spelled(context.text, acts, a)]
    # a word read in two ways ("ADT", a class of drugs and an act) has one day
    acts = [a for i, a in enumerate(acts) if not any(a.start < b.end and b.start < a.end for b in acts[:i])]
    n = next((i for i, a in enumerate(acts) if a.start <= fact.start < a.end or a is fact), None)
    if n is None or len(acts) < 2 or len(ticks) < 2:
        return None
    final = ticks[-1]  # "cancer dx 6/2014, RT 1/2015-3/2015, ADT since 1/2015": the first day is of something else
    behind = ticks[0].fact.start > acts[0].start or (final.fact.start >= acts[-1].end and final.role != "end")
    behind = (
        behind or sum(any(_RIGHT_BEHIND.fullmatch(context.text, a.end, t.fact.start) for t in ticks) for a in acts) > 1
    )  # "received interferon until 2001, imatinib 2001-2010", whatever date stands before
    edges = [a.start for a in acts]
    groups: list[list[Tick]] = [[] for _ in acts]
    tied = {} if behind else _tied(context, acts, ticks)
    for at, tick in tied.items():
        groups[at].append(tick)
    for tick in ticks:
        before = sum(1 for e in edges if e <= tick.fact.start)
        at = before - 1 if behind else before
        if 0 <= at < len(groups) and at not in tied and tick not in tied.values():
            if outside(context.text, acts[at].end, tick.fact.start):
                continue
            groups[at].append(tick)
    if sum(map(bool, groups)) < 2 and not tied:
        return None
    step = 1 if behind else -1
    while not groups[n] and 0 <= n + step < len(acts):
        first, last = sorted((n, n + step))
        if (acts[first].kind in DRUGS) != (acts[last].kind in DRUGS) and not _concurrent(
            context, acts[first], acts[last]
        ):
            break  # "hepatectomy, FOLFIRI 11/2018"
        if closed(context.text, acts[first].end, acts[last].start):
            break  # "ASCT 8/2015 (melphalan 200 mg/m2), lenalidomide 11/2015-9/2018"
        if _APART.search(context.text, acts[first].end, acts[last].start):
            break
        n += step
    return groups[n]


def _tied(context: Context, acts: list[Fact], ticks: list[Tick]) -> dict[int, Tick]:
    """Return the dates that stand right behind an act and close what is told of it, by the act's place."""
    text = context.text
    high = context.sentences[acts[0].sentence].end
    return {
        n: tick
        for n, act in enumerate(acts)
        for tick in ticks
        if _BEHIND.fullmatch(text, act.end, tick.fact.start) and _ENDS.match(text, tick.fact.end, high)
    }


def _concurrent(context: Context, first: Fact, last: Fact) -> bool:
    """Say whether radiotherapy and a drug were given at the same time."""
    return "radiotherapy" in (first.kind, last.kind) and bool(_CONCURRENT.search(context.text, first.start, last.start))


def _spelled(text: str, acts: list[Fact], act: Fact) -> bool:
    """Say whether a drug stands in the brackets that spell out the regimen before it."""
    return any(
        r.kind == "regimen" and 0 < act.start - r.end < 300 and _opened(text, r.end, act.start)
        for r in acts
        if r is not act
    )


def _opened(text: str, a: int, b: int) -> bool:
    return text[a:b].lstrip().startswith("(") and opened(text, a, b)
