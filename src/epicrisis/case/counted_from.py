"""What a length of time is counted from: "three months after completion of radiotherapy", "10 days after admission"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence

from epicrisis.case.tick import Tick
from epicrisis.facts import Context, Fact
from epicrisis.kept import lazy

_THE = r"\s+(?:the\s+|her\s+|his\s+)?"
_ENDED = lazy(
    rf"{_THE}(?:(?:completion|end|cessation|conclusion|discontinuation)\s+of{_THE}|completing{_THE}|(?:last|final)\s+(?:dose|cycle|infusion|fraction|administration)\s+of{_THE})(?:\w+\s+){{0,2}}?",
    re.I,
)
_BEGUN = lazy(
    rf"{_THE}(?:(?:start|initiation|commencement|beginning|introduction)\s+of{_THE}|(?:starting|initiating|commencing|beginning){_THE}"
    rf"|first\s+(?:dose|cycle|infusion|administration)\s+of{_THE})(?:treatment\s+with\s+)?",
    re.I,
)
_ADMISSION = lazy(rf"{_THE}(?:hospital\s+)?(?:admission|hospitali[sz]ation)\b", re.I)
_ADMITTED_ON = lazy(
    r"\b(?:admitted|hospitali[sz]ed)\b[^.;]{0,60}\Z|(?<!after\s)(?<!since\s)(?<!before\s)(?<!following\s)\badmission\s*(?:on\s+|\(|,\s*)+\Z",
    re.I,
)
_WAS_ADMITTED = lazy(r"[^.;]{0,80}?\b(?:was|is|were)\s+(?:\w+ly\s+)?(?:admitted|hospitali[sz]ed)\b", re.I)
_BEAMS = lazy(r"(?:radiotherapy|radiation|irradiation|chemoradi\w+)\b", re.I)
_NEAR = 24  # code points from the words to the treatment that they name
_BACK = 12  # sentences: an admission told longer ago is another


def event(context: Context, fact: Fact, given: Sequence[Fact], stated: Callable[[Fact], Tick | None]) -> Tick | None:
    """Return the date of the beginning or the end of a treatment that *fact* is counted from.

    *given* are the treatments of the document in its order, *stated* tells the date of one.
    """
    text = context.text
    ended, begun = _ENDED.match(text, fact.end), _BEGUN.match(text, fact.end)
    m = ended or begun
    if m is None:
        return None
    named = context.hits_in(m.end(), min(len(text), m.end() + _NEAR), "drugs", "regimens", "radiotherapy")
    concepts = set(named[0].concepts) if named and named[0].start - m.end() < _NEAR // 2 else set()
    beams = _BEAMS.match(text, m.end()) is not None
    if not (concepts or beams):
        return None
    for n in range(bisect_left(given, fact.start, key=lambda f: f.start) - 1, -1, -1):
        one = given[n]
        if not (one.kind == "radiotherapy" if beams else one.concept in concepts):
            continue
        tick = stated(one)
        if tick and not tick.relative and (tick.role == "end") == bool(ended):
            return tick
    return None


def counts(text: str, date: Fact, treatment: int) -> bool:
    """Say whether the treatment that begins at *treatment* is what the length of time *date* is counted from."""
    if date.value.get("anchor") != "event" or not date.end < treatment < date.end + 90:
        return False
    m = _ENDED.match(text, date.end) or _BEGUN.match(text, date.end)
    return m is not None and treatment - m.end() < _NEAR // 2


def admission(context: Context, fact: Fact, ticks: Sequence[Tick]) -> Tick | None:
    """Return the day of the admission that *fact* is counted from, the last that was told to the day."""
    if not _ADMISSION.match(context.text, fact.end):
        return None
    for tick in reversed(ticks[-40:]):
        s = context.sentences[tick.fact.sentence]
        if fact.sentence - tick.fact.sentence > _BACK:
            return None
        if len(tick.when.value) < 10 or tick.aside or tick.relative:
            continue
        at = tick.fact.start
        led = at - s.start < 15 and _WAS_ADMITTED.match(context.text, tick.fact.end, s.end)
        if led or _ADMITTED_ON.search(context.text, max(s.start, at - 90), at):
            return tick
    return None
