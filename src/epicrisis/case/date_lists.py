"""Which dates of a sentence belong to which of its treatments, where each has its own.

"FCR in 2012, ibrutinib from 2014 to 2016 and venetoclax since 2016"; "in 2012 FCR was given, from
2014 ibrutinib". A treatment without a date shares that of the one it is joined to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from epicrisis.facts import Context, Fact
from epicrisis.kept import lazy

if TYPE_CHECKING:
    from epicrisis.case.timeline import Tick

DRUGS = ("medication", "regimen", "drug_class")
COURSES = (*DRUGS, "radiotherapy")
TREATMENTS = (*COURSES, "procedure")
_APART = lazy(r";|\b(?:then|followed|after|before|until|later|subsequently|finally|switched|replaced|progress\w*)\b")


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
    edges = [a.start for a in acts]
    groups: list[list[Tick]] = [[] for _ in acts]
    for tick in ticks:
        before = sum(1 for e in edges if e <= tick.fact.start)
        at = before - 1 if behind else before
        if 0 <= at < len(groups):
            groups[at].append(tick)
    if sum(map(bool, groups)) < 2:
        return None
    step = 1 if behind else -1
    while not groups[n] and 0 <= n + step < len(acts):
        first, last = sorted((n, n + step))
        if (acts[first].kind in DRUGS) != (acts[last].kind in DRUGS):
            break  # "hepatectomy, FOLFIRI 11/2018"
        if _APART.search(context.text, acts[first].end, acts[last].start):
            break
        n += step
    return groups[n]


def _spelled(text: str, acts: list[Fact], act: Fact) -> bool:
    """Say whether a drug stands in the brackets that spell out the regimen before it."""
    return any(
        r.kind == "regimen" and 0 < act.start - r.end < 300 and _opened(text, r.end, act.start)
        for r in acts
        if r is not act
    )


def _opened(text: str, a: int, b: int) -> bool:
    gap = text[a:b]
    return gap.lstrip().startswith("(") and gap.count("(") > gap.count(")")
