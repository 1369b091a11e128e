"""Drugs: names spelled in different ways, schedules and durations that do not agree."""

from __future__ import annotations

import re
from typing import Any

from epicrisis.case.model import Case, Conflict, Span
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy

_DURATION = lazy(
    r"\b(\d{1,3}|\w+)[\s-]+(month|week|year|day)s?\s+(?:of\s+(?:treatment|therapy|administration)\b|(?:after|following)\s+(?:treatment|therapy))",
    re.I,
)
_FOR = lazy(r"\bfor\s+(?:a\s+total\s+of\s+)?(\d{1,3})[\s-]+(month|week|year|day)s?\b", re.I)


_UNITS = stems("months weeks years days day")


def spelling(story: Story, _: Case) -> list[Conflict]:
    """Report a drug that is also written in a way known to be a misspelling."""
    out = []
    by_concept: dict[str, dict[str, list[Span]]] = {}
    for f in story.of("medication", hypothetical=True):
        if f.concept:
            by_concept.setdefault(f.concept, {}).setdefault(f.text.lower(), []).append(Span(f.start, f.end))
    for concept, forms in by_concept.items():
        wrong = {
            w.strip().lower() for w in lazy(r"[,+|]").split(story.context.terms.attr(concept, "misspellings"))
        } & set(forms)
        if wrong and len(forms) > 1:
            out.append(
                Conflict(
                    "name-inconsistent",
                    "One drug is written in different ways; a known misspelling was read as the drug.",
                    [s for spans in forms.values() for s in spans],
                    severity="information",
                )
            )
    return out


def schedule(story: Story, _: Case) -> list[Conflict]:
    """Report one dose of one drug that is given by different schedules."""
    out = []
    told: dict[tuple[str, str], dict[str, Span]] = {}
    for f in story.of("medication"):
        for d in f.value.get("dosages", []):
            amount = (d.get("dose") or {}).get("value")
            if (
                amount
                and f.concept
                and not _later_step(story, d)
                and (d.get("days") or d.get("frequency") or d.get("cycleLength"))
            ):
                said = "|".join(
                    str((d.get(k) or {}).get("text", d.get(k)) if isinstance(d.get(k), dict) else d.get(k))
                    for k in ("frequency", "days", "cycleLength")
                )
                told.setdefault((f.concept, amount), {}).setdefault(said, Span(*d["span"]))
    for schedules in told.values():
        if len(schedules) > 1:
            out.append(
                Conflict(
                    "schedule-inconsistent",
                    "One dose of a drug is told with different schedules.",
                    list(schedules.values()),
                )
            )
    return out


_LATER_STEP = lazy(
    r"\b(?:then|thereafter|followed\s+by|(?:increas|escalat|reduc)\w+\s+to)\s+(?:[\w-]+\s+){0,2}\Z", re.I
)
# "was paused for one week": how long it was not given
_NO_LENGTH = lazy(
    r"[;.]|surviv|\b(?:paus|held|hold|withh|interrupt|suspend|stop|discontinu|delay|postpon|omit|off|resum|restart|after|until)\w*",
    re.I,
)
_OF_CYCLE = lazy(r"\s*(?:,\s*)?(?:every|of|per|out\s+of|in\s+each|then|followed\s+by|on\b|off\b|q\d)", re.I)


def _later_step(story: Story, dose: dict[str, Any]) -> bool:
    """Say whether a dose is the next step of a schedule: "160 mg daily for 14 days, then 160 mg twice daily"."""
    at = dose["span"][0]
    return _LATER_STEP.search(story.context.text, max(0, at - 40), at) is not None


def _another(story: Story, fact: Fact, low: int, high: int) -> bool:
    """Say whether another drug stands between a drug and a length of time."""
    told = story.context.hits_in(low, high, "drugs", "regimens")
    return any(not (h.start < fact.end and fact.start < h.end) for h in told)


def duration(story: Story, case: Case) -> list[Conflict]:
    """Report different lengths of treatment with one drug."""
    context = story.context
    told: dict[str, dict[tuple[str, str], Span]] = {}
    for f in story.of("medication"):
        if not f.concept:
            continue
        if not context.may(f.sentence, _UNITS):
            continue
        s = context.sentences[f.sentence]
        for pattern in (_DURATION, _FOR):
            for m in pattern.finditer(context.text, s.start, s.end):
                gap = context.text[m.end() : f.start] if m.end() <= f.start else context.text[f.end : m.start()]
                a, b = min(m.start(), f.start), max(m.end(), f.end)
                if len(gap) <= 40 and not _NO_LENGTH.search(gap) and not _another(story, f, a, b):
                    if _OF_CYCLE.match(context.text, m.end(), s.end) or m.group(2).lower() == "day":
                        continue  # "for 7 days every 28 days" is a schedule
                    told.setdefault(f.concept, {}).setdefault((m.group(1).lower(), m.group(2).lower()), Span(a, b))
    return [
        Conflict(
            "duration-inconsistent", "Treatment with one drug is told with different lengths.", list(lengths.values())
        )
        for lengths in told.values()
        if len(lengths) > 1
    ]


RULES = (spelling, schedule, duration)
