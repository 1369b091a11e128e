"""Which day a date is that is counted from another, or told without its year: "two months later", "in December"."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable

from epicrisis.case.calendar import leaves_year, months_between, precedes, shift
from epicrisis.case.carrying import moved_on
from epicrisis.case.counted_from import admission, event
from epicrisis.case.date_cues import (
    AFTER,
    NAMED_ACT,
    OPERATED,
)
from epicrisis.case.model import Span, When
from epicrisis.case.neighbours import Neighbours
from epicrisis.case.tick import Tick
from epicrisis.case.years import OwnDates, completed, intended
from epicrisis.facts import Context, Fact, century_years
from epicrisis.kept import lazy

_READ_TWICE = lazy(r"(?:0?[1-9]|1[0-2])[./-](?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d")
_SOON = 6  # months: "in December 2019 ... in November ... in December" goes on to the next
# what lengths of time are counted from
_BEGUN_THEN = lazy(
    r"\b(?:start|begun|began|initiat|commenc|given|receiv|administ|treat|under[wg]|perform|surg|operat|resect|\w+ectomy|transplant|diagnos|admit|present|infus|deliver|complet|discharg|introduc|switch|add(?:ed)?\b|irradiat|radio)\w*",
    re.I,
)


class Resolver:
    """What the dates of a document are, each by those told before it."""

    def __init__(
        self,
        context: Context,
        near: Neighbours,
        own: OwnDates,
        ticks: list[Tick],
        starts: list[int],
        by_sentence: dict[int, list[Tick]],
        stated: Callable[[Fact], Tick | None],
    ) -> None:
        """Take the timeline as far as it is known: its dates, where they begin, and which date a fact has."""
        self._context = context
        self._short = bool(century_years.told(context.text))
        self._near = near
        self._own = own
        self._ticks = ticks
        self._starts = starts
        self._by_sentence = by_sentence
        self._stated = stated

    def resolve(self, fact: Fact, last: Tick | None) -> Tick | None:
        """Return the day that *fact* tells, or None; *last* is the date told before it."""
        value = fact.value
        span = [Span(fact.start, fact.end)]
        role = value.get("role", "point")
        if value["form"] == "absolute":
            inferred = "day and month order undecided: year only" if value.get("ambiguous") else None
            if inferred is None and self._short:
                inferred = "century of the two-digit years"
            return Tick(fact, When(value["value"], span, inferred), role)
        if value["form"] == "partial":
            return self._partial(fact, last, span, role)
        if value["direction"] > 0 and intended(self._context, fact):
            own = self._own.at(fact.start)  # "start paclitaxel next week": from the day of the document
            moved = shift(own, value["n"], value["unit"]) if own else None
            return Tick(fact, When(moved, span, "from the document's own date"), "point", True) if moved else None
        if last is None or value.get("anchor") == "now":
            return None
        base = last
        if (
            value.get("anchor") == "clock"
            and AFTER.match(fact.text)
            and len(self._by_sentence.get(last.fact.sentence, ())) > 1
        ):
            return None  # "was started in June, with a response in August. After 14 months": after which of both?
        if (
            value.get("anchor") == "clock"
            and AFTER.match(fact.text)
            and not _BEGUN_THEN.search(self._context.text, *self._sentence(last.fact))
        ):
            return None  # "... with a dose reduction in August. After 14 months"
        if value.get("anchor") == "clock" and value["direction"] and moved_on(self._context, last, fact):
            return None  # "after eight courses she ...; two months later": two months after what cannot be counted
        if value.get("anchor") in ("event", "operation"):
            # counted from something that happened: from an operation it is known, from the rest not
            near = self._context.text[fact.end : fact.end + 30]
            anchor = None
            if value["anchor"] == "event" and not OPERATED.match(near):
                anchor = event(self._context, fact, self._near.given, self._stated) or admission(
                    self._context, fact, self._ticks
                )
            else:
                anchor = self._anchor(fact)
                if anchor and last.fact.start > anchor.fact.start and precedes(last.when.value, anchor.when.value):
                    return None  # the text has gone back to another operation
            if anchor is None:
                return None
            base = anchor
        if value.get("anchor") == "transplant":
            base = self._day_zero(fact, last)
        if value["direction"] == 0:
            moved = last.when.value[: {"d": 10, "wk": 7, "mo": 7, "a": 4}[value["unit"]]]
        else:
            moved = shift(base.when.value, value["n"] * value["direction"], value["unit"])
            if moved and base.fact.value.get("ambiguous") and _READ_TWICE.fullmatch(base.fact.text):
                if leaves_year(base.fact.text, value["n"] * value["direction"], value["unit"]):
                    return None  # "11/12/2020 ... six weeks later": in which year is not known
        own = self._own.at(fact.start)
        if moved and own and precedes(own, moved):
            return None  # behind the letter that tells of it
        if moved is None or len(moved) < 7:
            return (
                None
                if moved is None
                else Tick(fact, When(moved, span, "relative to the date told before"), "point", True)
            )
        return Tick(fact, When(moved, [*span, *base.when.spans], "relative to the date told before"), "point", True)

    def _partial(self, fact: Fact, last: Tick | None, span: list[Span], role: str) -> Tick | None:
        begun = self._ticks[-2] if len(self._ticks) > 1 and last is self._ticks[-1] and last.role == "end" else None
        opened = begun if begun is not None and begun.role == "start" else None
        found = completed(self._context, fact, last, opened, self._own.at(fact.start))
        if found is None or (last and "shared_year" not in fact.value and self._told_lately(found[0], last)):
            return None
        return Tick(fact, When(found[0], span, found[1]), role)

    def _told_lately(self, value: str, last: Tick) -> bool:
        """Say whether the same month of the year before was just told: "by December 2019 ... in January ... in December"."""
        before = f"{int(value[:4]) - 1}{value[4:7]}"
        told = any(t.when.value.startswith(before) for t in self._ticks[-4:])
        return told and months_between(last.when.value, value)[1] > _SOON

    def _anchor(self, fact: Fact) -> Tick | None:
        anchors = self._near.done
        named = NAMED_ACT.match(self._context.text, fact.end)
        name = named.group(1).lower()[:9] if named else ""
        for n in range(bisect_left(anchors, fact.start, key=lambda a: a.start) - 1, -1, -1):
            # "two years after nephrectomy": not after any other operation
            found = self._stated(anchors[n]) if name in anchors[n].text.lower() else None
            if found:
                return found
        return None

    def _sentence(self, fact: Fact) -> tuple[int, int]:
        s = self._context.sentences[fact.sentence]
        return s.start, s.end

    def _day_zero(self, fact: Fact, last: Tick) -> Tick:
        """Return the day that "day +30" is counted from: of the graft told last, else that which the days before it were."""
        grafts = self._near.grafts
        for n in range(bisect_left(grafts, fact.start, key=lambda a: a.start) - 1, -1, -1):
            found = self._stated(grafts[n])
            if found and found.fact.value.get("anchor") != "transplant":
                return found
        while last.fact.value.get("anchor") == "transplant" and len(last.when.spans) > 1:
            before = bisect_right(self._starts, last.when.spans[1].start) - 1
            last = self._ticks[before]
        return last
