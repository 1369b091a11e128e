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
from epicrisis.case.calendar import months_between, precedes, shift
from epicrisis.case.came_before import of_what_led
from epicrisis.case.carrying import moved_on
from epicrisis.case.counted_from import admission, event
from epicrisis.case.date_cues import (
    AFTER,
    DIED,
    DIED_STEMS,
    FORMERLY,
    HAD,
    HAD_BEEN,
    HAD_BEEN_STEMS,
    HAPPENED,
    HAPPENED_STEMS,
    HISTORY,
    HISTORY_STEMS,
    LEADING,
    NAMED_ACT,
    OPERATED,
    PAST_TITLE,
    POST,
    ROSE_FROM,
    SINCE,
    THAT_WAS,
    THAT_WAS_STEMS,
    WHEN,
)
from epicrisis.case.date_lists import DatesOfEach
from epicrisis.case.medicine_lists import item_at
from epicrisis.case.model import Span, When
from epicrisis.case.neighbours import Neighbours
from epicrisis.case.tick import Tick
from epicrisis.case.told_twice import told_twice
from epicrisis.case.whose_date import whose
from epicrisis.case.years import OwnDates, completed, intended
from epicrisis.facts import Context, Fact
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

__all__ = ["Tick", "Timeline"]

# what a letter tells may have been found long before the day on which it is written
_OLDER = ("diagnosis", "metastasis", "recurrence", "procedure", "stage", "grade", "genomic")
_SOON = 6  # months: "in December 2019 ... in November ... in December" goes on to the next

# what lengths of time are counted from
_BEGUN_THEN = lazy(
    r"\b(?:start|begun|began|initiat|commenc|given|receiv|administ|treat|under[wg]|perform|surg|operat|resect|\w+ectomy|transplant|diagnos|admit|present|infus|deliver|complet|discharg|introduc|switch|add(?:ed)?\b|irradiat|radio)\w*",
    re.I,
)
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
        last: Tick | None = None
        self._ahead: Tick | None = None  # the last date that no pluperfect tells
        previous_section: object = None
        self.near = Neighbours(context, facts, self._by_sentence)
        self._lines = [0, *(m.end() for m in lazy(r"\n").finditer(context.text))]
        dates = [f for f in facts if f.kind in ("date", "date_relative") and f.value.get("role") != "birth"]
        self._own = OwnDates(dates)
        twice = told_twice(context, dates)
        for fact in dates:
            section = context.section_of[fact.sentence]
            mixed = context.is_mixed(fact.sentence)
            if section is not previous_section and (
                mixed or previous_section is None or not context.is_patient_section(fact.sentence)
            ):
                last = self._ahead = None
            previous_section = section
            counted_too = fact.kind == "date_relative" and id(fact) in twice
            tick = None if counted_too else self._resolve(fact, last, self.near.done)
            if tick is None:
                if not counted_too and fact.kind == "date_relative" and fact.value.get("direction", 0) > 0:
                    self.uncounted.add(fact.sentence)
                continue
            self.ticks.append(tick)
            self._starts.append(fact.start)
            self._by_sentence.setdefault(fact.sentence, []).append(tick)
            tick.begins = twice.get(id(fact))
            tick.past = self._of_the_past(fact) and not self._went_on(tick, last)
            low = context.sentences[fact.sentence].start
            tick.tied = attached(context, low, fact.start)
            tick.led = of_what_led(context, low, fact.start, tick.role)
            tick.former = self._of_former_value(fact, low)
            before = last is not None and bool(tick.when.value) and precedes(tick.when.value, last.when.value)
            beside_it = before and context.first(THAT_WAS, THAT_WAS_STEMS, low, fact.start) is not None
            tick.recalled = before and self._recalled(low, fact.start)
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
                    self._ahead = tick
        self.near.sort_treatments(facts)
        self._stated.clear()  # what was asked for on the way was answered from the dates until then

    def _resolve(self, fact: Fact, last: Tick | None, anchors: list[Fact]) -> Tick | None:
        value = fact.value
        span = [Span(fact.start, fact.end)]
        role = value.get("role", "point")
        if value["form"] == "absolute":
            inferred = "day and month order undecided: year only" if value.get("ambiguous") else None
            return Tick(fact, When(value["value"], span, inferred), role)
        if value["form"] == "partial":
            return self._partial(fact, last, span, role)
        if value["direction"] > 0 and intended(self.context, fact):
            own = self._own.at(fact.start)  # "start paclitaxel next week": from the day of the document
            moved = shift(own, value["n"], value["unit"]) if own else None
            return Tick(fact, When(moved, span, "from the document's own date"), "point", True) if moved else None
        if last is None or value.get("anchor") == "now":
            return None
        base = last
        if value.get("anchor") == "clock" and AFTER.match(fact.text) and len(self.in_sentence(last.fact.sentence)) > 1:
            return None  # "was started in June, with a response in August. After 14 months": after which of both?
        if (
            value.get("anchor") == "clock"
            and AFTER.match(fact.text)
            and not _BEGUN_THEN.search(self.context.text, *self._sentence(last.fact))
        ):
            return None  # "... with a dose reduction in August. After 14 months"
        if value.get("anchor") == "clock" and value["direction"] and moved_on(self.context, last, fact):
            return None  # "after eight courses she ...; two months later": two months after what cannot be counted
        if value.get("anchor") in ("event", "operation"):
            # counted from something that happened: from an operation it is known, from the rest not
            near = self.context.text[fact.end : fact.end + 30]
            anchor = None
            if value["anchor"] == "event" and not OPERATED.match(near):
                anchor = event(self.context, fact, self.near.given, self.stated) or admission(
                    self.context, fact, self.ticks
                )
            else:
                anchor = self._anchor(fact, anchors)
            if anchor is None:
                return None
            base = anchor
        if value.get("anchor") == "transplant":
            base = self._day_zero(fact, last)
        if value["direction"] == 0:
            moved = last.when.value[: {"d": 10, "wk": 7, "mo": 7, "a": 4}[value["unit"]]]
        else:
            moved = shift(base.when.value, value["n"] * value["direction"], value["unit"])
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
        begun = self.ticks[-2] if len(self.ticks) > 1 and last is self.ticks[-1] and last.role == "end" else None
        opened = begun if begun is not None and begun.role == "start" else None
        if last is not None and last.recalled and len(last.when.value) == 4 and last.fact.sentence != fact.sentence:
            if not self.context.first(HAD, HAD_BEEN_STEMS, *self._sentence(fact)):
                last = self._ahead  # "A lipoma had been removed in 2005. Core biopsy on 20 January"
        found = completed(self.context, fact, last, opened, self._own.at(fact.start))
        if found is None or (last and "shared_year" not in fact.value and self._told_lately(found[0], last)):
            return None
        return Tick(fact, When(found[0], span, found[1]), role)

    def _told_lately(self, value: str, last: Tick) -> bool:
        """Say whether the same month of the year before was just told: "by December 2019 ... in January ... in December"."""
        before = f"{int(value[:4]) - 1}{value[4:7]}"
        told = any(t.when.value.startswith(before) for t in self.ticks[-4:])
        return told and months_between(last.when.value, value)[1] > _SOON

    def _anchor(self, fact: Fact, anchors: list[Fact]) -> Tick | None:
        named = NAMED_ACT.match(self.context.text, fact.end)
        name = named.group(1).lower()[:9] if named else ""
        for n in range(bisect_left(anchors, fact.start, key=lambda a: a.start) - 1, -1, -1):
            # "two years after nephrectomy": not after any other operation
            found = self.stated(anchors[n]) if name in anchors[n].text.lower() else None
            if found:
                return found
        return None

    def _sentence(self, fact: Fact) -> tuple[int, int]:
        s = self.context.sentences[fact.sentence]
        return s.start, s.end

    def _day_zero(self, fact: Fact, last: Tick) -> Tick:
        """Return the day that "day +30" is counted from: of the graft told last, else that which the days before it were."""
        grafts = self.near.grafts
        for n in range(bisect_left(grafts, fact.start, key=lambda a: a.start) - 1, -1, -1):
            found = self.stated(grafts[n])
            if found and found.fact.value.get("anchor") != "transplant":
                return found
        while last.fact.value.get("anchor") == "transplant" and len(last.when.spans) > 1:
            before = bisect_right(self._starts, last.when.spans[1].start) - 1
            last = self.ticks[before]
        return last

    def _of_the_past(self, fact: Fact) -> bool:
        """Say whether a date is told within the patient's history: it says nothing of what follows."""
        if fact.value["form"] != "absolute":
            return False
        text, low = self.context.text, self.context.sentences[fact.sentence].start
        title = self.context.section_of[fact.sentence].title
        if (
            title
            and PAST_TITLE.fullmatch(title.strip(" :"))
            and "\n" not in text[self.context.section_of[fact.sentence].start : fact.start]
        ):
            return True
        if SINCE.search(text, max(low, fact.start - 14), fact.start) and fact.start - low > 14:
            return True
        cues = list(self.context.find(HISTORY, HISTORY_STEMS, max(low, fact.start - REACH), fact.start))
        return bool(cues) and not self.context.first(HAPPENED, HAPPENED_STEMS, cues[-1].end(), fact.start)

    def _recalled(self, low: int, at: int) -> bool:
        """Say whether the pluperfect leads to a date: "he had been diagnosed with colon cancer in 2011"."""
        led = self.context.first(HAD_BEEN, HAD_BEEN_STEMS, low, at)
        return led is not None and not self.context.first(HAPPENED, HAPPENED_STEMS, led.end(), at)

    def _went_on(self, tick: Tick, last: Tick | None) -> bool:
        """Say whether "s/p" tells what came next: "biopsy 05/09/2022. s/p lumpectomy on 05/25/2022", to the day."""
        if last is None or len(tick.when.value) < 10 or not precedes(last.when.value, tick.when.value):
            return False
        low = self.context.sentences[tick.fact.sentence].start
        return POST.search(self.context.text, max(low, tick.fact.start - 80), tick.fact.start) is not None

    def _of_former_value(self, fact: Fact, low: int) -> bool:
        """Say whether a date in brackets is that of a value before the one told: "(was 655 on 3 March 2020)"."""
        text = self.context.text
        opened = text.rfind("(", max(low, fact.start - 40), fact.start)
        if opened >= 0 and FORMERLY.match(text, opened, fact.start) is not None:
            return True
        return ROSE_FROM.search(text, max(low, fact.start - 40), fact.start) is not None

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
        told = [t.when for t in self.ticks if t.fact.value.get("own") and len(t.when.value) == 10]
        return told[0] if len({when.value for when in told}) == 1 else None

    def in_sentence(self, index: int) -> list[Tick]:
        """Return the dates of one sentence."""
        return self._by_sentence.get(index, [])

    def around(self, fact: Fact) -> list[Tick]:
        """Return the dates of a fact's sentence; of one that goes on for pages, those that stand around the fact."""
        ticks, s = self.in_sentence(fact.sentence), self.context.sentences[fact.sentence]
        if s.end - s.start < REACH:
            return ticks
        first = bisect_left(ticks, fact.start - REACH, key=lambda t: t.fact.start)
        return ticks[first : bisect_left(ticks, fact.end + REACH, lo=first, key=lambda t: t.fact.start)]

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
        if not section.title[:1].isalnum() or not any(c.isdigit() for c in section.title):
            return None
        end = section.start + len(section.title) + 8  # and its marks
        i = bisect_right(self._starts, section.start - 1)
        told = [t for t in self.ticks[i : i + 2] if t.fact.start < end]
        at = self.context.text.find(section.title[:4], section.start, end)
        return told[0] if len(told) == 1 and told[0].fact.start == at and fact.start > told[0].fact.end else None

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
