"""The narrative's clock: which date a statement has, and how it is known.

A date in the statement's own clause is stated. "In the same month", "two months later" and
"in December" are read against the last date told, and say so. Findings that follow a dated
statement in the same paragraph take its date, marked as inferred; treatments never do.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from epicrisis.case.attached import attached, goes_on
from epicrisis.case.calendar import shift
from epicrisis.case.came_before import led_to, of_what_led
from epicrisis.case.carrying import moved_on
from epicrisis.case.date_cues import (
    AFTER,
    AND_DID,
    ANOTHER,
    BREAK,
    BY_PREPOSITION,
    CAME,
    COMPLICATED,
    DIAGNOSED_WITH,
    DIED,
    DISCHARGED,
    ENDS_ITEM,
    FORMERLY,
    FOUND,
    GONE_ON,
    HAPPENED,
    HARM,
    HISTORY,
    LEADING,
    MEANWHILE,
    NAMED_ACT,
    NEW_CLAUSE,
    OF_THE_NOUN,
    OPERATED,
    PAST_TITLE,
    PRESENTLY,
    RIGHT_BEHIND,
    SINCE,
    WAS_BEGUN,
    WHEN,
)
from epicrisis.case.date_lists import COURSES, TREATMENTS, own_dates
from epicrisis.case.model import Span, When
from epicrisis.case.under_way import another_since, happened_since
from epicrisis.facts import Context, Fact


@dataclass(slots=True)
class Tick:
    """A date of the text after resolution."""

    fact: Fact
    when: When
    role: str  # start | end | point
    relative: bool = False
    aside: bool = False  # looks back ("two years prior"): the clock does not go there
    tied: int | None = None  # where the words begin that tie it to the noun before them ("diagnosed in 2015")
    led: bool = (
        False  # is of what came before that which the sentence goes on to tell ("after a relapse in 2015 he ...")
    )
    past: bool = False  # belongs to what was before the illness ("a history of ... in 2009")


class Timeline:
    """The dates of a document, resolved in the order of the text."""

    def __init__(self, context: Context, facts: list[Fact]) -> None:
        """Resolve every date fact against the clock of its section."""
        self.context = context
        self.ticks: list[Tick] = []
        self._starts: list[int] = []
        self._by_sentence: dict[int, list[Tick]] = {}
        self._stated: dict[int, tuple[Fact, Tick | None]] = {}  # by id() of the fact, which is kept with it
        last: Tick | None = None
        previous_section: object = None
        self._acts = [f for f in facts if f.kind == "procedure" and not f.negated]
        anchors = [f for f in self._acts if f.status == "done"]
        self._operations = [
            f for f in anchors if context.terms.attr(f.concept, "category") in ("surgery", "transplant", "ablation")
        ]
        for fact in (f for f in facts if f.kind in ("date", "date_relative") and f.value.get("role") != "birth"):
            section = context.section_of[fact.sentence]
            mixed = context.is_mixed(fact.sentence)
            if section is not previous_section and (
                mixed or previous_section is None or not context.is_patient_section(fact.sentence)
            ):
                last = None
            previous_section = section
            tick = self._resolve(fact, last, anchors)
            if tick is None:
                continue
            self.ticks.append(tick)
            self._starts.append(fact.start)
            self._by_sentence.setdefault(fact.sentence, []).append(tick)
            tick.past = self._of_the_past(fact)
            low = context.sentences[fact.sentence].start
            tick.tied = attached(context.text, low, fact.start)
            tick.led = of_what_led(context.text, low, fact.start, tick.role)
            tick.aside = fact.value.get("direction", 0) < 0 or tick.past
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
        self._named = sorted((f.start, f.end) for f in facts if f.kind in (*TREATMENTS, "diagnosis", "metastasis"))
        self._treatments: dict[int, list[Fact]] = {}
        for fact in facts:
            if fact.kind in TREATMENTS and fact.sentence in self._by_sentence:
                self._treatments.setdefault(fact.sentence, []).append(fact)
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
        if last is None or value.get("anchor") == "now":
            return None
        base = last
        if value.get("anchor") == "clock" and value["direction"] and moved_on(self.context, last, fact):
            return None  # "after eight courses she ...; two months later": two months after what cannot be counted
        if value.get("anchor") in ("event", "operation"):
            # counted from something that happened: from an operation it is known, from the rest not
            near = self.context.text[fact.end : fact.end + 30]
            if value["anchor"] == "event" and not OPERATED.match(near):
                return None
            anchor = self._anchor(fact, anchors)
            if anchor is None:
                return None
            base = anchor
        if value["direction"] == 0:
            moved: str | None = last.when.value[: {"d": 10, "wk": 7, "mo": 7, "a": 4}[value["unit"]]]
        else:
            moved = shift(base.when.value, value["n"] * value["direction"], value["unit"])
        if moved is None or len(moved) < 7:
            return (
                None
                if moved is None
                else Tick(fact, When(moved, span, "relative to the date told before"), "point", True)
            )
        return Tick(fact, When(moved, [*span, *base.when.spans], "relative to the date told before"), "point", True)

    def _partial(self, fact: Fact, last: Tick | None, span: list[Span], role: str) -> Tick | None:
        month, day = fact.value["month"], fact.value.get("day")
        year = fact.value.get("shared_year")
        reason = "year of the date it is listed with"
        if year is None:
            if last is None:
                return None
            reason = "year of the date told before"
            known = [int(p) for p in last.when.value.split("-")]
            year = known[0]
            if len(known) > 1 and month < known[1]:
                year += 1
                reason = "year after the date told before"
        value = f"{int(year):04}-{month:02}" + (f"-{day:02}" if day else "")
        return Tick(fact, When(value, span, reason), role)

    def _anchor(self, fact: Fact, anchors: list[Fact]) -> Tick | None:
        before = [a for a in anchors if a.start < fact.start]
        named = NAMED_ACT.match(self.context.text, fact.end)
        if named:  # "two years after nephrectomy": not after any other operation
            before = [a for a in before if named.group(1).lower()[:9] in a.text.lower()]
        for a in reversed(before):
            found = self.stated(a)
            if found:
                return found
        return None

    def _of_the_past(self, fact: Fact) -> bool:
        """Say whether a date is told within the patient's history: it says nothing of what follows."""
        if fact.value["form"] != "absolute":
            return False
        text, low = self.context.text, self.context.sentences[fact.sentence].start
        title = self.context.section_of[fact.sentence].title
        if (
            PAST_TITLE.fullmatch(title.strip(" :"))
            and "\n" not in text[self.context.section_of[fact.sentence].start : fact.start]
        ):
            return True
        if SINCE.search(text, max(low, fact.start - 14), fact.start) and fact.start - low > 14:
            return True
        cues = list(HISTORY.finditer(text, low, fact.start))
        return bool(cues) and not HAPPENED.search(text, cues[-1].end(), fact.start)

    def in_sentence(self, index: int) -> list[Tick]:
        """Return the dates of one sentence."""
        return self._by_sentence.get(index, [])

    def begun_last(self, fact: Fact, at: int, *, whole: bool = False) -> bool:
        """Say whether a treatment told after *fact*, and before the date at *at*, is the one that is dated."""
        others = [
            f
            for f in self._treatments.get(fact.sentence, [])
            if fact.end <= f.start
            and f.end <= at
            and f.concept != fact.concept
            and ((f.kind in COURSES and f.kind != "drug_class") or f in self._operations)
        ]
        if not others:
            return False
        low = self.context.sentences[fact.sentence].start
        before = self.context.text[low : fact.start]
        if before.count("(") > before.count(")"):
            return False  # "chemoradiotherapy (etoposide + cisplatin; 45 Gy) in May": the date is of all
        return another_since(self.context.text, low, (fact.start, fact.end), others[-1].start, whole=whole)

    def treats(self, index: int) -> bool:
        """Say whether a dated sentence tells of a treatment."""
        return index in self._treatments

    def listed(self, fact: Fact) -> list[Tick] | None:
        """Return the dates of a treatment in a sentence that gives each treatment its own, or None."""
        return own_dates(self.context, self._treatments.get(fact.sentence, []), self.in_sentence(fact.sentence), fact)

    def leads_line(self, at: int) -> Tick | None:
        """Return the date that leads the line in which *at* stands: "March 2016: Lung metastases. Started ..."."""
        text = self.context.text
        line = text.rfind("\n", 0, at) + 1
        i = bisect_right(self._starts, at) - 1
        while i >= 0 and self.ticks[i].fact.start >= line:
            tick = self.ticks[i]
            if tick.fact.start - line < 5 and LEADING.match(text, tick.fact.end):
                ranged = i + 1 < len(self.ticks) and self.ticks[i + 1].fact.start - tick.fact.end < 5
                return None if ranged else tick  # "04/2021 - 08/2021 FOLFOX. ...": when in that time is not said
            i -= 1
        return None

    def stated(self, fact: Fact) -> Tick | None:
        """Return the date told in the fact's own clause, or in its sentence where only one is told."""
        known = self._stated.get(id(fact))
        if known is None:
            known = self._stated[id(fact)] = (fact, self._find(fact))
        return known[1]

    def _find(self, fact: Fact) -> Tick | None:
        ticks = self.in_sentence(fact.sentence)
        if not ticks:
            led = self.leads_line(fact.start)
            treated = (
                led and fact.kind == "response" and self.context.hits_in(led.fact.end, fact.start, "drugs", "regimens")
            )
            return None if treated else led  # "02/2022: relapse. Methotrexate x4. Complete response.": later
        text = self.context.text
        before = [t for t in ticks if t.fact.end <= fact.start]
        after = [t for t in ticks if t.fact.start >= fact.end]
        inside = [t for t in ticks if t.fact.start < fact.end and fact.start < t.fact.end]
        if inside:
            return inside[0]
        if before and before[-1].tied is not None and goes_on(text, before[-1].fact.end, fact.end):
            before = before[:-1]  # "a cancer diagnosed in 2015 presented with pain"
        if before and before[-1].led:
            before = before[:-1]  # "after a relapse in March 2017 he received ipilimumab"
        apart = fact.kind not in OF_THE_NOUN
        if after and apart and after[0].tied is not None and self._named_between(fact.end, after[0].tied):
            after = []  # "metastasis of the cancer treated in 2014"
        if after and fact.kind == "diagnosis" and DIAGNOSED_WITH.search(text, fact.end, after[0].fact.end + 12):
            after = []  # "hypertension, diagnosed in 2011 with a carcinoid"
        if after and RIGHT_BEHIND.fullmatch(text, fact.end, after[0].fact.start):
            return after[0]  # "liver recurrence 8/2018"
        if after and FORMERLY.search(text, fact.end, after[0].fact.start):
            after = []  # "PSA 87 ng/ml (previously 45.6 in March 2018)"
        if after and DISCHARGED.search(text, fact.end, after[0].fact.start):
            after = []  # "admitted with pneumonia and discharged on 16 May"
        if after and self._of_act_between(fact, after[0]):
            after = []  # "thiotepa, and transplantation on 20 May": the day is the transplantation's
        if after and fact.kind in COURSES and happened_since(text, fact.end, after[0].fact.start):
            after = []  # "osimertinib; developed brain metastases in May": they are of May
        if after and fact.kind in TREATMENTS and self._led_to(fact, after[0]):
            after = []  # "after nephrectomy, CT in May showed": the CT is of May
        if after and fact.kind not in TREATMENTS and self._treated_between(fact, after[0]):
            after = []  # "CT showed progression and FOLFOX was begun in May"
        if after and fact.kind not in TREATMENTS and self._since_treated(fact, after[0]):
            after = []  # "stage IV NSCLC on osimertinib since August 2019"
        if after and after[0].past and fact.kind == "symptom":
            after = []  # "a smoker with a history of a cancer that was excised in 2009"
        if after:
            gap = text[fact.end : after[0].fact.start]
            if fact.kind in (*TREATMENTS, "diagnosis") and CAME.search(gap):
                return (
                    before[-1] if before and self._covers(before[-1], fact) else None
                )  # "status post lumpectomy, presented in April 2020"
            goes_through = not BREAK.search(gap)
            if goes_through and BY_PREPOSITION.search(gap + " "):
                # "was performed in October": the date closes the clause of the fact
                opened = before and _opens(text, self.context, before[-1]) and len(gap) > 60 and "," in gap
                if not opened and not (before and fact.kind not in TREATMENTS and AND_DID.search(gap)):
                    return after[0]
            if (
                after[0].relative
                and len(gap) < (60 if not before else 25)
                and ("," not in gap or not after[0].fact.value["direction"])
                and goes_through
            ):
                return after[0]
        if before and self._covers(before[-1], fact):
            return before[-1]
        if (
            after
            and len(ticks) == 1
            and not (
                after[0].relative
                and after[0].fact.value["direction"]
                and ("," in text[fact.end : after[0].fact.start] or after[0].fact.start - fact.end > 60)
            )
            and not ANOTHER.search(text[fact.end : after[0].fact.start])
            and not (fact.kind in TREATMENTS and MEANWHILE.search(text, fact.end, after[0].fact.start))
        ):
            return after[0]
        return None

    def in_brackets(self, tick: Tick, fact: Fact) -> bool:
        """Say whether a date stands in brackets that were closed before *fact*: they are another act's."""
        if fact.start < tick.fact.end:
            return False
        text = self.context.text
        close = text.find(")", tick.fact.end, fact.start)
        low = self.context.sentences[tick.fact.sentence].start
        return close >= 0 and text.rfind("(", low, tick.fact.start) > text.rfind(")", low, tick.fact.start)

    def _named_between(self, start: int, end: int) -> bool:
        """Say whether a disease or a treatment is named in [start, end)."""
        i = bisect_left(self._named, (start, 0))
        return i < len(self._named) and self._named[i][1] <= end

    def _led_to(self, fact: Fact, tick: Tick) -> bool:
        """Say whether a treatment stands in an "after ...," and the date in what the sentence goes on to tell."""
        low = self.context.sentences[fact.sentence].start
        return led_to(self.context.text, low, (fact.start, fact.end), tick.fact.start)

    def _treated_between(self, fact: Fact, tick: Tick) -> bool:
        """Say whether a date is of a treatment that was begun, told between it and *fact*."""
        if tick.relative and not tick.fact.value.get("direction"):
            return False  # "in the same month": as all that was told
        return any(
            fact.end <= f.start and WAS_BEGUN.search(self.context.text, f.end, tick.fact.start)
            for f in self._treatments.get(fact.sentence, [])
            if f.end <= tick.fact.start
        )

    def _since_treated(self, fact: Fact, tick: Tick) -> bool:
        """Say whether a date tells since when a treatment is given that stands between it and *fact*."""
        low = max(fact.end, tick.fact.start - 14)
        return SINCE.search(self.context.text, low, tick.fact.start) is not None and any(
            fact.end <= f.start and f.end <= tick.fact.start for f in self._treatments.get(fact.sentence, [])
        )

    def _of_act_between(self, fact: Fact, tick: Tick) -> bool:
        """Say whether an act stands between a drug or a disease and a date: "asthma and appendectomy in 1998"."""
        if fact.kind in ("medication", "regimen"):
            acts = self._operations
        elif fact.kind == "diagnosis" and fact.value.get("group") == "disease":
            acts = self._acts
        else:
            return False
        return any(fact.end <= a.start and a.end <= tick.fact.start for a in acts)

    def _covers(self, tick: Tick, fact: Fact) -> bool:
        """Say whether a date told before *fact* is still meant: it opens the sentence, or its clause goes on."""
        if fact.kind in FOUND and (m := GONE_ON.search(self.context.text, tick.fact.end, fact.start)):
            if self.context.text[tick.fact.end : m.start()].strip(" ,"):
                return False  # "was started on 14 January, and after four cycles PSA fell"
        if tick.fact.sentence == fact.sentence and _opens(self.context.text, self.context, tick):
            return True
        if fact.kind in (*FOUND, "performance") and PRESENTLY.search(self.context.text, tick.fact.end, fact.start):
            return False  # "completed maintenance in March 2021 and remains in remission"
        if fact.kind in TREATMENTS and self.in_brackets(tick, fact):
            return False
        if fact.kind in HARM and COMPLICATED.search(self.context.text, tick.fact.end, fact.start):
            return False  # "was commenced on 20 May, complicated by pyrexia": when is not said
        if tick.role == "end" and fact.kind in HARM and not WHEN.match(self.context.text, tick.fact.end):
            return False  # "from February to April 2019, complicated by diarrhoea": when in that time is not said
        if tick.past and HAPPENED.search(self.context.text, tick.fact.end, fact.start):
            return False  # "melanoma excised in 2014 presented with melena"
        if fact.kind in TREATMENTS and ENDS_ITEM.match(self.context.text, tick.fact.end, fact.start):
            return False  # "resection on 20 September, chemotherapy, and radiotherapy": each date closes its item
        return not NEW_CLAUSE.search(
            self.context.text, tick.fact.end, fact.end + 40 if fact.kind in TREATMENTS else fact.end
        )

    def clock(self, fact: Fact, reach: int = 8) -> Tick | None:
        """Return the last date told before *fact* in its paragraph, not more than *reach* sentences back."""
        sentences = self.context.sentences
        i = bisect_right(self._starts, fact.start) - 1
        while i >= 0:
            tick = self.ticks[i]
            index = tick.fact.sentence
            if sentences[index].paragraph != sentences[fact.sentence].paragraph or fact.sentence - index > reach:
                return None
            if (tick.role != "end" or WHEN.match(self.context.text, tick.fact.end)) and not (
                tick.aside and index < fact.sentence
            ):
                if index < fact.sentence and DIED.search(
                    self.context.text, sentences[index].start, sentences[index].end
                ):
                    return None  # what is told after a death happened before it
                return None if moved_on(self.context, tick, fact) else tick
            i -= 1
        return None


def _opens(text: str, context: Context, tick: Tick) -> bool:
    start = context.sentences[tick.fact.sentence].start
    return tick.fact.start - start < 15
