"""The narrative's clock: which date a statement has, and how it is known.

A date in the statement's own clause is stated. "In the same month", "two months later" and
"in December" are read against the last date told, and say so. Findings that follow a dated
statement in the same paragraph take its date, marked as inferred; treatments never do.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from epicrisis.case.another_line import another_line
from epicrisis.case.attached import attached
from epicrisis.case.calendar import precedes
from epicrisis.case.came_before import of_what_led
from epicrisis.case.carrying import moved_on
from epicrisis.case.date_cues import (
    AFTER,
    DIED,
    DIED_STEMS,
    HAD,
    HAD_BEEN_STEMS,
    LEADING,
    THAT_WAS,
    THAT_WAS_STEMS,
    WHEN,
)
from epicrisis.case.date_lists import DatesOfEach
from epicrisis.case.looking_back import of_former_value, of_the_past, recalled, went_on
from epicrisis.case.medicine_lists import item_at
from epicrisis.case.model import When
from epicrisis.case.neighbours import Neighbours
from epicrisis.case.resolving import Resolver
from epicrisis.case.tick import Tick
from epicrisis.case.told_twice import told_twice
from epicrisis.case.whose_date import whose
from epicrisis.case.years import OwnDates
from epicrisis.facts import Context, Fact
from epicrisis.facts.in_order import within
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

__all__ = ["Tick", "Timeline"]

# what a letter tells may have been found long before the day on which it is written
_OLDER = ("diagnosis", "metastasis", "recurrence", "procedure", "stage", "grade", "genomic")

_MANY = 40  # dates of one line: what leads it farther back leads nothing


class Timeline:
    """The dates of a document, resolved in the order of the text."""

    def __init__(self, context: Context, facts: list[Fact]) -> None:
        """Resolve every date fact against the clock of its section."""
        self.context = context
        self.ticks: list[Tick] = []
        self.uncounted: set[int] = set()  # sentences with a length of time from what has no date
        self._starts: list[int] = []
        self._by_sentence: dict[int, list[Tick]] = {}
        self._stated: dict[int, tuple[Fact, Tick | None]] = {}  # by id() of the fact, which is kept with it
        self._listed: dict[int, DatesOfEach] = {}
        self._own_day: list[When] | None = None  # asked for once the dates are told
        last: Tick | None = None
        ahead: Tick | None = None  # the last date that no pluperfect tells
        previous_section: object = None
        self.near = Neighbours(context, facts, self._by_sentence)
        self._lines = [0, *(m.end() for m in lazy(r"\n").finditer(context.text))]
        dates = [f for f in facts if f.kind in ("date", "date_relative") and f.value.get("role") != "birth"]
        resolver = Resolver(
            context, self.near, OwnDates(dates), self.ticks, self._starts, self._by_sentence, self.stated
        )
        twice = told_twice(context, dates)
        for fact in dates:
            section = context.section_of[fact.sentence]
            mixed = context.is_mixed(fact.sentence)
            if section is not previous_section and (
                mixed or previous_section is None or not context.is_patient_section(fact.sentence)
            ):
                last = ahead = None
            previous_section = section
            counted_too = fact.kind == "date_relative" and id(fact) in twice
            tick = None if counted_too else resolver.resolve(fact, self._before(fact, last, ahead))
            if tick is None:
                if not counted_too and fact.kind == "date_relative" and fact.value.get("direction", 0) > 0:
                    self.uncounted.add(fact.sentence)
                continue
            self.ticks.append(tick)
            self._starts.append(fact.start)
            self._by_sentence.setdefault(fact.sentence, []).append(tick)
            tick.begins = twice.get(id(fact))
            tick.past = of_the_past(context, fact) and not went_on(context, tick, last)
            low = context.sentences[fact.sentence].start
            tick.tied = attached(context, low, fact.start)
            tick.led = of_what_led(context, low, fact.start, tick.role)
            tick.former = of_former_value(context, fact, low)
            before = last is not None and bool(tick.when.value) and precedes(tick.when.value, last.when.value)
            beside_it = before and context.first(THAT_WAS, THAT_WAS_STEMS, low, fact.start) is not None
            tick.recalled = before and recalled(context, low, fact.start)
            looks_back = tick.past or tick.former or beside_it or self.near.of_one_item(tick, low)
            tick.aside = fact.value.get("direction", 0) < 0 or looks_back or "ofColumn" in fact.value
            counted = fact.value["form"] == "relative" and AFTER.match(
                fact.text
            )  # from the start of something, not from the date before
            if (
                not mixed
                and not tick.aside
                and not counted
                and tick.when.value
                and context.kind(fact.sentence) != "figure"
            ):
                last = tick
                if not tick.recalled:
                    ahead = tick
        self.near.sort_treatments(facts)
        self._stated.clear()  # what was asked for on the way was answered from the dates until then

    def _before(self, fact: Fact, last: Tick | None, ahead: Tick | None) -> Tick | None:
        """Return the date that gives *fact* its year: "A lipoma had been removed in 2005. Core biopsy on 20 January"."""
        if fact.value["form"] != "partial" or last is None or not last.recalled or len(last.when.value) > 4:
            return last
        s = self.context.sentences[fact.sentence]
        if last.fact.sentence == fact.sentence or self.context.first(HAD, HAD_BEEN_STEMS, s.start, s.end):
            return last
        return ahead

    def labelled(self, label: re.Pattern[str]) -> When | None:
        """Return the day that a form tells behind *label* (which ends at the day), where it tells one day only."""
        text = self.context.text
        told = [
            t.when
            for t in self.ticks
            if t.fact.value["form"] == "absolute" and label.search(text, max(0, t.fact.start - 40), t.fact.start)
        ]
        return told[0] if len({when.value for when in told}) == 1 else None

    def between(self, low: int, high: int) -> list[Tick]:
        """Return the dates told in [low, high)."""
        return self.ticks[bisect_left(self._starts, low) : bisect_left(self._starts, high)]

    def own_day(self) -> When | None:
        """Return the document's own date, where it tells one only and to the day."""
        if self._own_day is None:
            told = [t.when for t in self.ticks if t.fact.value.get("own") and len(t.when.value) == 10]
            self._own_day = told[:1] if len({when.value for when in told}) == 1 else []
        return self._own_day[0] if self._own_day else None

    def in_sentence(self, index: int) -> list[Tick]:
        """Return the dates of one sentence."""
        return self._by_sentence.get(index, [])

    def around(self, fact: Fact) -> list[Tick]:
        """Return the dates of a fact's sentence; of one that goes on for pages, those that stand around the fact."""
        ticks, s = self.in_sentence(fact.sentence), self.context.sentences[fact.sentence]
        if s.end - s.start < REACH:
            return ticks
        return within(ticks, fact.start - REACH, fact.end + REACH, lambda t: t.fact.start)

    def listed(self, fact: Fact) -> list[Tick] | None:
        """Return the dates of a treatment in a sentence that gives each treatment its own, or None."""
        if self.item(fact):
            return None
        index = fact.sentence
        if index not in self._listed:
            self._listed[index] = DatesOfEach(self.context, self.near.treatments(index), self.in_sentence(index))
        return self._listed[index].of(fact)

    def item(self, fact: Fact) -> tuple[int, int] | None:
        """Return the item of a list of medicines in which a drug stands, with which its dates stand."""
        drug = fact.kind in ("medication", "drug_class")
        return item_at(self.context, fact.sentence, fact.start) if drug else None

    def leads_line(self, at: int) -> Tick | None:
        """Return the date that leads the line in which *at* stands: "March 2016: Lung metastases. Started ..."."""
        text = self.context.text
        line = self._lines[bisect_right(self._lines, at) - 1]
        first, last = bisect_left(self._starts, line), bisect_right(self._starts, at)
        for i in range(last - 1, max(first, last - _MANY) - 1, -1):
            tick = self.ticks[i]
            # "05/2021: relapse. 06/2021: azacitidine": items of one line are led by their dates too
            leads = min(tick.fact.start - line, tick.fact.start - self.context.sentences[tick.fact.sentence].start) < 5
            if leads and LEADING.match(text, tick.fact.end):
                ranged = i + 1 < len(self.ticks) and self.ticks[i + 1].fact.start - tick.fact.end < 5
                return None if ranged else tick  # "04/2021 - 08/2021 FOLFOX. ...": when in that time is not said
        return None

    def stated(self, fact: Fact) -> Tick | None:
        """Return the date told in the fact's own clause, or in its sentence where only one is told."""
        known = self._stated.get(id(fact))
        if known is None:
            known = self._stated[id(fact)] = (fact, self._find(fact))
        return known[1]

    def _find(self, fact: Fact) -> Tick | None:
        if self.in_sentence(fact.sentence):
            ticks = self.around(fact)
            if item := self.item(fact):
                ticks = [t for t in ticks if item[0] <= t.fact.start < item[1]]
            return whose(self.near, fact, ticks) if ticks else None
        led = self.leads_line(fact.start) or self._of_title(fact)
        if led and (fact.status == "planned" or self._superseded(led, fact)):
            return None
        treated = (
            led and fact.kind == "response" and self.context.hits_in(led.fact.end, fact.start, "drugs", "regimens")
        )
        return None if treated else led  # "02/2022: relapse. Methotrexate x4. Complete response.": later

    def _superseded(self, led: Tick, fact: Fact) -> bool:
        """Say whether a later date is told since the one that leads the line: "05/2021: relapse. In August 2022 ..."."""
        i = bisect_right(self._starts, led.fact.start)
        return any(
            t.fact.sentence > led.fact.sentence and not t.aside and precedes(led.when.value, t.when.value)
            for t in self.ticks[i : bisect_right(self._starts, fact.start)]
        )

    def _of_title(self, fact: Fact) -> Tick | None:
        """Return the one date of a heading such as "2021-04-02 - Surgery", of which all under it is."""
        section = self.context.section_of[fact.sentence]
        if not section.title[:1].isalnum() or not any(map(str.isdigit, section.title)):
            return None
        end = section.start + len(section.title) + 8  # and its marks
        i = bisect_right(self._starts, section.start - 1)
        told = [t for t in self.ticks[i : i + 2] if t.fact.start < end]
        at = self.context.text.find(section.title[:4], section.start, end)
        return told[0] if len(told) == 1 and told[0].fact.start == at and fact.start > told[0].fact.end else None

    def _in_another_row(self, tick: Tick, fact: Fact) -> bool:
        """Say whether a date and a fact stand in two rows of a table: "| CA 19-9 | 95 (28 April) |", "| Bilirubin | 1.1 |"."""
        text = self.context.text
        one, two = (self._lines[bisect_right(self._lines, at) - 1] for at in (tick.fact.start, fact.start))
        return one != two and text.startswith("|", one) and text.startswith("|", two)

    def clock(self, fact: Fact, reach: int = 8) -> Tick | None:
        """Return the last date told before *fact* in its paragraph, not more than *reach* sentences back."""
        sentences = self.context.sentences
        i = bisect_right(self._starts, fact.start) - 1
        while i >= 0:
            tick = self.ticks[i]
            index = tick.fact.sentence
            if sentences[index].paragraph != sentences[fact.sentence].paragraph or fact.sentence - index > reach:
                return None
            if tick.role == "end" and not WHEN.match(self.context.text, tick.fact.end):
                return None  # "from February to April 2019": what is told next was seen in that time or after it
            if index < fact.sentence and (tick.role == "start" or self.context.kind(index) == "plan"):
                return None
            if tick.recalled and index < fact.sentence:
                return None  # "He had been diagnosed with ... in 2011. Hemoglobin was 6.8 g/dL"
            if self._in_another_row(tick, fact):
                return None
            if not (tick.aside and index < fact.sentence):
                if index < fact.sentence and self.context.first(
                    DIED, DIED_STEMS, sentences[index].start, sentences[index].end
                ):
                    return None  # what is told after a death happened before it
                if tick.fact.value.get("own") and fact.kind in _OLDER:
                    return None  # "Letter of 22 November. She has a cancer with liver metastases"
                if index < fact.sentence and another_line(self.context, tick.fact, fact):
                    return None
                if moved_on(self.context, tick, fact) or self.near.course_told(tick.fact.sentence + 1, fact):
                    return None
                return tick
            i -= 1
        return None
