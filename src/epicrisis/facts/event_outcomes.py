"""How a harm ended, where it is told with the harm: "grade 2 rash, which resolved", "...; both resolved"."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx

_HOW = (
    r"(?:(?:had|has|have|was|were|is|are|then|also|completely|fully|gradually|eventually|subsequently|finally|rapidly"
    r"|quickly|spontaneously|been|all|both)\s+){0,4}"
    r"(?P<how>(?:did|has|have|had)\s+not\s+(?:fully\s+|completely\s+)?(?:resolved?|recover(?:ed)?|improved?)"
    r"|(?:partially|partly)\s+(?:resolved|recovered)|resolved|recovered|subsided|disappeared|improved|persisted|resolving|ongoing)\b"
    r"(?!\s+(?:brain|bone|liver|lung|disease|tumou?r|response))"
)
_BEHIND = rx(
    rf"(?:\s?,?\s?[(\[][^()\[\]]{{1,40}}[)\]])?(?:\s*,)?\s+(?:(?:which|that|and)\s+)?{_HOW}",
    re.I,
)
_AND = rx(rf"\s*,?\s+(?:and|which|that)\s+{_HOW}", re.I)
_IN_BRACKETS = rx(
    r"\s?[(\[](?:[^()]{0,30}[,;]\s?)?(?:fully\s+|completely\s+)?(?P<how>resolved|recovered|resolving|ongoing|improved)\b",
    re.I,
)
_THEN = rx(
    r"[,;]\s+(?:fully\s+|completely\s+)?(?P<how>resolved|recovered)\b(?=\s*(?:[.,;)]|(?:on|by|in|at|d|day|within|after)\b|\Z))",
    re.I,
)
_TOGETHER = rx(
    rf"[^.;]{{0,60}}[;,]\s+(?:and\s+)?(?:both|all)\s+(?:of\s+(?:which|these|them)\s+|(?:events\s+|toxicities\s+))?{_HOW}",
    re.I,
)


def outcomes(context: Context, events: list[Fact], high: int) -> None:
    """Give each of the *events* of a sentence that ends at *high* the outcome told of it, or of all of them."""
    for n, event in enumerate(events):
        limit = min(high, events[n + 1].start) if n + 1 < len(events) else high
        at = max(event.end, _graded_behind(event, limit))
        told = _IN_BRACKETS.match(context.text, at, limit) or _BEHIND.match(context.text, at, limit)
        told = told or _after_treatment(context, event, limit) or _labelled(context, event, limit)
        if told:
            event.value["outcome"] = list(told.span("how"))
    if events:
        together = _TOGETHER.match(context.text, events[-1].end, high + 80)  # a semicolon ends a sentence
        for event in events:
            if together:
                event.value.setdefault("outcome", list(together.span("how")))


def _after_treatment(context: Context, event: Fact, high: int) -> re.Match[str] | None:
    """Return how an event ended that was treated: "colitis, treated with prednisone, resolved after 6 weeks"."""
    low, end = event.value.get("treatment") or (0, 0)
    if not event.end <= low < end <= high:
        return None
    within = _AND.search(context.text, low, end)
    if within:
        event.value["treatment"] = [low, within.start()]
    return within or _BEHIND.match(context.text, end, high)


def _labelled(context: Context, event: Fact, high: int) -> re.Match[str] | None:
    """Return how an event ended that labels its line: "CRS: onset day +2, ..., resolved day +7"."""
    if not context.text.startswith(":", event.end):
        return None
    return _THEN.search(context.text, event.end, high)


def _graded_behind(event: Fact, limit: int) -> int:
    """Return where a grade that stands behind an event ends: "colitis grade 3, resolved"."""
    span = event.value.get("gradeSpan")
    return span[1] if span and event.end <= span[0] < limit and span[0] - event.end < 16 else event.end
