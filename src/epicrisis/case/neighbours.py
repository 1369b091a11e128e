"""What a sentence tells beside its dates: treatments, operations, diseases, and which of them a date is of."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from epicrisis.case.came_before import led_to
from epicrisis.case.date_cues import (
    AFTER_CYCLES,
    EVALUATED,
    FINITE,
    LEFT_OFF,
    NEXT_ONE,
    PRECEDED,
    PRECEDED_LIST,
    SINCE,
    UNTIL,
    UP_TO,
    WAS_BEGUN,
    WENT_ON,
    WHEN,
)
from epicrisis.case.date_lists import COURSES, TREATMENTS
from epicrisis.case.tick import Tick
from epicrisis.case.under_way import another_since
from epicrisis.facts import Context, Fact
from epicrisis.facts.brackets import opened
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.kept import lazy

# "progressive disease on ipilimumab in August"
_OF_COURSE = lazy(r"\s+(?:on|under|to|with|after|despite|during|following|of|while\s+on)\s+(?:[\w-]+\s+){0,4}", re.I)
_AND_THE = lazy(r"\band\s+(?:(?:the|a|an|his|her|urgent|emergency)\s+){0,2}\Z", re.I)
# what a disease or a drug had before, told beside it
_LOOKS_BACK = lazy(
    r",\s*(?:down|up|compared|previously)\s+(?:from|with|to)?\s*[^();\n]{0,30}\b(?:in|on)\s+\Z"
    r"|\bsince\s+(?:(?:the|a|an|his|her|last)\s+)?(?:(?!\d|\w+ed\b)[\w-]+\s+){1,3}in\s+\Z",
    re.I,
)
_HAPPENED_TO_DRUG = lazy(
    r"\((?:[\w-]+\s+){0,4}?(?:held|stopped|paused|ceased|withheld|discontinued|dx['’]?d|started|weaned|last\s+taken)\s+(?:(?:in|on)\s+)?\Z",
    re.I,
)


class Neighbours:
    """The treatments, operations and diseases that stand around the dates of a document."""

    def __init__(self, context: Context, facts: list[Fact], by_sentence: dict[int, list[Tick]]) -> None:
        """Sort *facts* by the sentences that have a date (*by_sentence* gives these, in order)."""
        self.context = context
        self._dates = by_sentence
        self._acts = sorted((f for f in facts if f.kind == "procedure" and not f.negated), key=lambda f: f.start)
        self.done = [f for f in self._acts if f.status == "done"]
        self._act_starts = [f.start for f in self._acts]
        self._operations = {
            id(f)
            for f in self.done
            if context.terms.attr(f.concept, "category") in ("surgery", "transplant", "ablation")
        }
        self.given = sorted(
            (f for f in facts if f.kind in COURSES and f.status == "done" and not f.negated), key=lambda f: f.start
        )
        # what the days of a graft are counted from: "day +30"
        self.grafts = sorted(
            (
                f
                for f in facts
                if f.status == "done"
                and not f.negated
                and (
                    (f.kind == "procedure" and context.terms.attr(f.concept, "category") == "transplant")
                    or (f.kind == "medication" and context.terms.attr(f.concept, "class") == "car-t")
                )
            ),
            key=lambda f: f.start,
        )
        self._named = sorted((f.start, f.end) for f in facts if f.kind in (*TREATMENTS, "diagnosis", "metastasis"))
        # where the drugs end, and the diseases that are no tumours
        self._aside_ends = {
            f.end: f
            for f in facts
            if f.kind in ("medication", "drug_class") or (f.kind == "diagnosis" and f.value.get("group") == "disease")
        }
        self._responses = [f for f in facts if f.kind == "response"]
        self._treatments: dict[int, list[Fact]] = {}
        # sentences that tell of a number of cycles given: time went on there
        self._courses = [
            f for f in facts if f.kind in COURSES and f.status == "done" and not f.negated and self._goes_on(f)
        ]
        self._courses.sort(key=lambda f: f.sentence)
        self._course_sentences = [f.sentence for f in self._courses]

    def sort_treatments(self, facts: list[Fact]) -> None:
        """Keep the treatments of the sentences that have a date, once all dates are known."""
        for fact in facts:
            if fact.kind in TREATMENTS and fact.sentence in self._dates:
                self._treatments.setdefault(fact.sentence, []).append(fact)

    def treatments(self, index: int) -> list[Fact]:
        """Return the treatments of a dated sentence."""
        return self._treatments.get(index, [])

    def acts(self, index: int) -> list[Fact]:
        """Return the operations and other acts of a dated sentence."""
        return [f for f in self.treatments(index) if f.kind == "procedure"]

    def responses(self, index: int) -> list[Fact]:
        """Return the responses that a sentence tells."""
        return [f for f in self._responses if f.sentence == index]

    def begun_last(self, fact: Fact, at: int, *, whole: bool = False) -> bool:
        """Say whether a treatment told after *fact*, and before the date at *at*, is the one that is dated."""
        others = [
            f
            for f in self.treatments(fact.sentence)
            if fact.end <= f.start
            and f.end <= at
            and f.concept != fact.concept
            and ((f.kind in COURSES and f.kind != "drug_class") or id(f) in self._operations)
        ]
        if not others:
            return False
        low = self.context.sentences[fact.sentence].start
        if opened(self.context.text, low, fact.start):
            return False  # "chemoradiotherapy (etoposide + cisplatin; 45 Gy) in May": the date is of all
        return another_since(self.context.text, low, (fact.start, fact.end), others[-1].start, whole=whole)

    def in_brackets(self, tick: Tick, fact: Fact) -> bool:
        """Say whether a date stands in brackets that were closed before *fact*: they are another act's."""
        if fact.start < tick.fact.end:
            return False
        text = self.context.text
        close = text.find(")", tick.fact.end, fact.start)
        low = self.context.sentences[tick.fact.sentence].start
        return close >= 0 and text.rfind("(", low, tick.fact.start) > text.rfind(")", low, tick.fact.start)

    def dated_at(self, index: int, at: int) -> bool:
        """Say whether a date of sentence *index* begins at *at*."""
        return any(t.fact.start == at for t in self._dates.get(index, ()))

    def of_one_item(self, tick: Tick, low: int) -> bool:
        """Say whether a date is of one drug, or of one disease beside the tumour, and of nothing told after it.

        "Apixaban for a DVT (Dec 2020)", "metoprolol (held 4/2021 for bradycardia)", "down from 11.9 in September",
        "no infections since COVID-19 in May".
        """
        text, at = self.context.text, tick.fact.start
        if _LOOKS_BACK.search(text, max(low, at - 60), at):
            return True
        opening = text.rfind("(", max(low, at - 60), at)
        if opening < 0 or text.find(")", opening, at) >= 0:
            return False
        before = self._aside_ends.get(len(text[:opening].rstrip()))
        return before is not None or _HAPPENED_TO_DRUG.match(text, opening, at) is not None

    def named_between(self, start: int, end: int) -> bool:
        """Say whether a disease or a treatment is named in [start, end)."""
        i = bisect_left(self._named, (start, 0))
        return i < len(self._named) and self._named[i][1] <= end

    def led_to(self, fact: Fact, tick: Tick) -> bool:
        """Say whether a treatment stands in an "after ...," and the date in what the sentence goes on to tell."""
        low = self.context.sentences[fact.sentence].start
        return led_to(self.context.text, low, (fact.start, fact.end), tick.fact.start)

    def treated_between(self, fact: Fact, tick: Tick) -> bool:
        """Say whether a date is of a treatment that was begun, told between it and *fact*."""
        if tick.relative and not tick.fact.value.get("direction"):
            return False  # "in the same month": as all that was told
        return any(
            fact.end <= f.start and WAS_BEGUN.search(self.context.text, f.end, tick.fact.start)
            for f in self.treatments(fact.sentence)
            if f.end <= tick.fact.start
        )

    def course_told(self, first: int, fact: Fact) -> bool:
        """Say whether a number of cycles was told since sentence *first*, before *fact*."""
        low, high = (bisect_left(self._course_sentences, n) for n in (first, fact.sentence))
        return any(f.end <= fact.start for f in self._courses[low:high])

    def _goes_on(self, fact: Fact) -> bool:
        """Say whether a course takes time: several cycles, or a drug against the tumour that was begun."""
        if fact.value.get("cycles"):
            return int(fact.value["cycles"]) > 1
        return fact.kind == "regimen" or self.context.terms.attr(fact.concept, "class") in ANTITUMOUR

    def courses_between(self, start: int, end: int, index: int) -> bool:
        """Say whether a course is told in [start, end) of sentence *index*, and not as that of which *start* is told."""
        return any(
            (f.kind in COURSES or (id(f) in self._operations and "," in self.context.text[start : f.start]))
            and start <= f.start
            and f.end <= end
            and not _OF_COURSE.fullmatch(self.context.text, start, f.start)
            for f in self.treatments(index)
        )

    def until(self, fact: Fact, tick: Tick) -> bool:
        """Say whether a date tells until when *fact* was so; an evaluation is of that day if it still was so then."""
        text = self.context.text
        if tick.role != "end" or not UNTIL.search(text, fact.end, tick.fact.start):
            return False
        return fact.kind != "response" or WHEN.match(text, tick.fact.end) is not None

    def treated_since(self, tick: Tick, fact: Fact) -> bool:
        """Say whether a response is that to a treatment of which the date before is the beginning.

        "In October 2018 she relapsed and received carboplatin, achieving a partial response".
        """
        text = self.context.text
        if tick.role == "end":
            return False
        if tick.role == "start" and AFTER_CYCLES.match(text, fact.end):
            return True  # "six cycles from February 2019, with a partial response after the third cycle"
        given = [
            f
            for f in self.treatments(fact.sentence)
            if f.kind in COURSES and f.end <= fact.start and (tick.fact.end <= f.start or tick.role == "start")
        ]
        return bool(given) and not EVALUATED.search(text, tick.fact.end, fact.start)

    def ended_another(self, fact: Fact, tick: Tick) -> bool:
        """Say whether the end told before *fact* is that of another treatment: "watch and wait until 2013, FCR"."""
        return any(
            f.end <= tick.fact.start and UP_TO.fullmatch(self.context.text, f.end, tick.fact.start)
            for f in self.treatments(fact.sentence)
            if f is not fact
        )

    def outlived(self, fact: Fact, tick: Tick) -> bool:
        """Say whether an end is that of what went on without *fact*: "A was stopped, B was continued until May"."""
        text = self.context.text
        return any(
            fact.end <= f.start
            and f.end <= tick.fact.start
            and f.concept != fact.concept
            and LEFT_OFF.search(text, fact.end, f.start)
            and WENT_ON.search(text, f.end, tick.fact.start)
            for f in self.treatments(fact.sentence)
        )

    def of_next_one(self, fact: Fact, end: Tick, start: Tick | None) -> bool:
        """Say whether an end is that of what followed *fact*, and no start before it tells of both."""
        text = self.context.text
        if start is not None and end.fact.start - start.fact.end < 8:
            return False  # "AC followed by paclitaxel was given from April to September"
        following = NEXT_ONE.search(text, fact.end, end.fact.start)
        if following is None or opened(text, self.context.sentences[fact.sentence].start, fact.start):
            return False
        return any(
            f.kind in COURSES and following.end() <= f.start and f.end <= end.fact.start
            for f in self.treatments(fact.sentence)
        )

    def preceded(self, tick: Tick, fact: Fact) -> bool:
        """Say whether a treatment stands in an "after ..." behind the date: it was given before that day."""
        text, high = self.context.text, self.context.sentences[fact.sentence].end
        if tick.fact.sentence != fact.sentence or tick.role == "end":
            return False
        if PRECEDED.search(text, tick.fact.end, fact.start):
            return True
        return PRECEDED_LIST.search(text, tick.fact.end, fact.start) is not None and not FINITE.search(
            text, fact.end, high
        )

    def since_treated(self, fact: Fact, tick: Tick) -> bool:
        """Say whether a date tells since when a treatment is given that stands between it and *fact*."""
        low = max(fact.end, tick.fact.start - 14)
        since = SINCE.search(self.context.text, low, tick.fact.start) is not None
        opened = tick.role == "start" and tick.when.value != self._dates[fact.sentence][0].when.value
        return (since or opened) and any(
            fact.end <= f.start and f.end <= tick.fact.start for f in self.treatments(fact.sentence)
        )

    def of_act_between(self, fact: Fact, tick: Tick) -> bool:
        """Say whether an act stands between a drug or a disease and a date: "asthma and appendectomy in 1998"."""
        drug = fact.kind in ("medication", "regimen")
        if not drug and not (fact.kind == "diagnosis" and fact.value.get("group") == "disease"):
            return False
        between = self._acts[bisect_left(self._act_starts, fact.end) : bisect_right(self._act_starts, tick.fact.start)]
        return any(
            not drug or id(a) in self._operations or (a.status == "done" and self._begun(a, fact, tick))
            for a in between
            # "axicabtagene (2 x 10^6 CAR T cells/kg) was infused on": brackets tell more of the drug
            if a.end <= tick.fact.start and not opened(self.context.text, fact.end, a.start)
        )

    def _begun(self, act: Fact, fact: Fact, tick: Tick) -> bool:
        """Say whether an act between a drug and a date is what was begun: "induced rejection, and dialysis was begun in"."""
        text = self.context.text
        between = fact.end <= act.start and act.end <= tick.fact.start
        return between and bool(
            _AND_THE.search(text, fact.end, act.start) and WAS_BEGUN.search(text, act.end, tick.fact.start)
        )

    def opens(self, tick: Tick) -> bool:
        """Say whether a date opens its sentence."""
        return tick.fact.start - self.context.sentences[tick.fact.sentence].start < 15
