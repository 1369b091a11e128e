"""What the builders share: the facts, the clock, and the items made so far."""

from __future__ import annotations

import re
from typing import Any

from epicrisis.case.attached import outside
from epicrisis.case.begun import begun_before
from epicrisis.case.calendar import precedes
from epicrisis.case.date_cues import BREAK, BY, NEXT_ONE, OF_THE_NOUN, WHEN
from epicrisis.case.model import Item, Span, When
from epicrisis.case.one_line import one_line
from epicrisis.case.places import Places, Stretches
from epicrisis.case.timeline import Tick, Timeline
from epicrisis.case.told import Told
from epicrisis.case.under_way import changed_then, under_way
from epicrisis.facts import Context, Fact
from epicrisis.facts.brackets import opened
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

_STATUS = {
    "done": "done",
    "historical": "done",
    "planned": "planned",
    "declined": "not-done",
    "hypothetical": "hypothetical",
}

# "remains on crizotinib as of September": the date is not the start
_GOES_ON = lazy(
    r"\b(?:remain(?:s|ed)?|continu(?:es|ed|ing)|still|ongoing|currently|as\s+of|to\s+date|at\s+last\s+follow)\b", re.I
)
# "returns for cycle 14 of nivolumab on 15 September": it was begun before
_LATER_CYCLE = lazy(
    r"\b(?:(?:cycle|course|dose|infusion|week)\s+#?(?!1\b)\d{1,3}|C(?!1\b)\d{1,2}(?:D\d{1,2})?"
    r"|(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|next|\d{1,2}(?:nd|rd|th))\s+(?:cycle|course|dose|infusion|injection))"
    r"\s+(?:of\s+)?(?:[\w-]+\s+){0,2}?\Z",
    re.I,
)
_CYCLE_ON = lazy(r"\bC(?!1\b)\d{1,2}(?:D\d{1,2})?\s+(?:(?:was|given)\s+){0,2}(?:on\s+|in\s+)?\Z")
_TWO_THINGS = lazy(r"(?<![\d/.])\d{1,2}/\d{2}\s?[-–]\s?\d{1,2}/\d{2}(?![\d/])")
_ENDING = lazy(r"\b(?:complet|finish|stop|discontinu|end|taper|ceas|conclud)\w*", re.I)
_PAUSED = lazy(r"\b(?:withheld|held|paused|interrupted|suspended)\b[^.;]{0,12}\b(?:from|between)\b[^.;]*\Z", re.I)
_STILL_GIVEN = lazy(r"\s?,?\s(?:which\s)?(?:is|are)\s(?:still\s)?(?:ongoing|continu\w+|being\sgiven)\b", re.I)
_REMOVED = lazy(
    r"\b(?:excised|removed|resected|excision|resection|cured|TUR(?:-?BT?)?|transurethral|in\s+situ|non-?invasive|incidental\w*|polypectomy|mucosectomy)\b",
    re.I,
)

_NAME = 50  # code points from a stage to the tumour's name
_ADJECTIVES = lazy(r"\s(?:[\w-]+\s){0,4}")


class Story:
    """A case in the making."""

    def __init__(self, context: Context, facts: list[Fact]) -> None:
        """Take the facts of one document; those of relatives and others stay out of `of`."""
        self.context = context
        self.facts = facts
        self.timeline = Timeline(context, facts)
        self.items: list[Item] = []
        self._of: dict[int, Item] = {}
        # the words of an allergy: its substance was not given, its reaction is not now
        allergies = Stretches(
            (f.start, max(f.end, f.value.get("reaction", [0, 0])[1]))
            for f in facts
            if f.kind == "allergy" and not f.value.get("happened")
        )
        self.told = Told(
            [f for f in facts if f.subject == "patient" and (f.kind == "allergy" or not allergies.hold(f.start, f.end))]
        )
        told = {i for i, _ in context.patient_sentences()}
        # where only an abstract tells the case, the abstract is the case
        self._only_mixed = not any(context.is_patient_section(i) and context.kind(i) != "figure" for i in told)
        self._of_case = [
            context.is_patient_section(i) and context.kind(i) != "figure" for i in range(len(context.sentences))
        ]
        self.places = Places()
        self._by_type: dict[str, list[Item]] = {}
        self._tumours: list[Item] = []  # what may be a primary
        self._keys: set[str] = set()
        self._tumour: bool | None = None

    def of(self, *kinds: str, hypothetical: bool = False) -> list[Fact]:
        """Return the patient's facts of some kinds, in the order of the text."""
        return list(self.told.of(kinds, hypothetical=hypothetical))

    def main(self, fact: Fact) -> bool:
        """Say whether *fact* stands in the case itself, not in abstract, discussion or legend."""
        return self._only_mixed or self._of_case[fact.sentence]

    def when(self, fact: Fact, *, carry: bool = True) -> When | None:
        """Return the date of *fact*: stated in its clause, or else the narrative clock's, marked as inferred."""
        listed = self.timeline.listed(fact) if fact.kind in ("procedure", "radiotherapy") else None
        tick = listed[0] if listed else self.timeline.stated(fact)
        until = tick and tick.role == "end" and not tick.reached(self.context.text)
        if tick and until and fact.kind in ("lab", "marker") and tick.fact.start > fact.end:
            return None  # "remained undetectable until 2016"
        if tick and fact.kind == "procedure" and tick.fact.start >= fact.end:
            if self.timeline.near.begun_last(fact, tick.fact.start):
                return None  # "after nephrectomy, sunitinib was started in May"
        if tick:
            return tick.when
        if not carry or not self.main(fact) or self.timeline.in_sentence(fact.sentence):
            return None  # where a sentence tells a date of something else, an older one is not meant either
        tick = self.timeline.clock(fact)
        if tick is None or self._unread_days(fact) or fact.sentence in self.timeline.uncounted:
            return None
        reason = tick.when.inferred or "date of the statement before it"
        return When(tick.when.value, tick.when.spans, reason)

    def _unread_days(self, fact: Fact) -> bool:
        """Say whether the sentence tells days in a form that is two things ("8/18 - 11/18"): an older day is not meant."""
        s = self.context.sentences[fact.sentence]
        return _TWO_THINGS.search(self.context.text, s.start, s.end) is not None

    def period(self, fact: Fact) -> tuple[When | None, When | None]:
        """Return start and end of a treatment as its own sentence states them."""
        listed = self.timeline.listed(fact)
        if listed is not None:
            start = next((t for t in listed if t.role in ("start", "point")), None)
            end = next((t for t in listed if t.role == "end"), None)
            return (start.when if start else None), (end.when if end else None)
        ticks = [t for t in self.timeline.around(fact) if not self.timeline.near.in_brackets(t, fact)]
        if ticks and (item := self.timeline.item(fact)):
            ticks = [t for t in ticks if item[0] <= t.fact.start < item[1]]
        # "(on tacrolimus) had carcinomas removed since 2007"
        ticks = [t for t in ticks if not outside(self.context.text, fact.end, t.fact.start)]
        # "FOLFOX from January to April, followed by bevacizumab"
        ticks = [t for t in ticks if not NEXT_ONE.search(self.context.text, t.fact.end, fact.start)]
        own = self.timeline.stated(fact)
        # "until progression in June 2017, when docetaxel was started": the end of one, the start of the other
        turned = [t for t in ticks if t.role != "start" and WHEN.match(self.context.text, t.fact.end)]
        start = next((t for t in ticks if t.role == "start"), None)
        ends = [t for t in ticks if t.role == "end" and not (t in turned and t.fact.start < fact.start)]
        # "completed FOLFOX in March 2017 and received bevacizumab": the end is not that of what came then
        end = next((t for t in ends if (t.fact.start >= fact.end or not t.led) and not self._by_then(t)), None)
        if end and opened(self.context.text, end.fact.end, fact.start):
            end = None  # "stopped in May for pneumonitis (prednisone 1 mg/kg)"
        if end and end.fact.start >= fact.end and self.timeline.near.outlived(fact, end):
            end = None
        if end and end.fact.start >= fact.end and self.timeline.near.of_next_one(fact, end, start):
            end = None  # "A was followed by B (15 cycles until May 2017)"
        if end and _PAUSED.search(self.context.text, fact.end, max(fact.end, end.fact.start)):
            end = None  # "was withheld from 2 March to 16 March and resumed": the end of the pause
        if end and _STILL_GIVEN.match(self.context.text, fact.end):
            end = None  # "along with letrozole, which is ongoing"
        if turned and turned[-1].fact.start < fact.start and (start is None or start.fact.end <= turned[-1].fact.start):
            start = turned[-1]
        if (
            end
            and not start
            and end.fact.end <= fact.start
            and (
                BREAK.search(self.context.text, end.fact.end, fact.end + 40)
                or self.timeline.near.ended_another(fact, end)
            )
        ):
            end = None  # "until April 2017, followed by docetaxel"
        a, b = self.clause(fact)
        if own and own.fact.start >= fact.end:
            b = own.fact.end  # "was begun in March 2019, and he remains well": begun then
        if start is None and own and own.role == "point" and not _GOES_ON.search(self.context.text, a, b):
            begun = (
                not changed_then(self.context.text, fact, own)
                and not under_way(self.context.text, a, fact.start)
                and not self._later_cycle(fact, own, a)
            )
            start = own if begun else None
        if start is None and end is not None and end.fact.start >= fact.end:
            start = begun_before(self.context.text, ticks, fact, a)
        if own and start and own.role == "point" and start.fact.end <= fact.start and fact.end <= own.fact.start:
            start = own  # "since 11/2020 relapse, irradiation 30 Gy 12/2020"
        if start and start.fact.start >= fact.end:
            whole = end is not None and 0 < end.fact.start - start.fact.end < 8
            if self.timeline.near.begun_last(fact, start.fact.start, whole=whole):
                start, end = None, None if whole else end
        if end is not None and start is not None and precedes(end.when.value, start.when.value):
            end = None
        return (start.when if start else None), (end.when if end else None)

    def _by_then(self, tick: Tick) -> bool:
        """Say whether "by June" tells of something that was reached, and not of an end."""
        text, low = self.context.text, self.context.sentences[tick.fact.sentence].start
        return BY.search(text, low, tick.fact.start) is not None and not _ENDING.search(text, low, tick.fact.start)

    def _later_cycle(self, fact: Fact, own: Tick, low: int) -> bool:
        """Say whether a date is that of a later cycle: "cycle 14 of nivolumab on", "atezolizumab, C4 on"."""
        text = self.context.text
        return _LATER_CYCLE.search(text, max(low, fact.start - 40), fact.start) is not None or (
            own.fact.start >= fact.end and _CYCLE_ON.search(text, fact.end, own.fact.start) is not None
        )

    def add(
        self, type_: str, fact: Fact, *, text: str | None = None, spans: list[Span] | None = None, **fields: Any
    ) -> Item:
        """Make an item of *fact* and keep it; the key is stable for the same text."""
        base = f"{type_}-{fact.start}"
        key, n = base, 2
        while key in self._keys:
            key, n = f"{base}-{n}", n + 1
        self._keys.add(key)
        fields.setdefault("concept", fact.concept)
        fields.setdefault("negated", fact.negated)
        fields.setdefault("certainty", fact.certainty)
        fields.setdefault("status", _STATUS.get(fact.status, "done"))
        item = Item(key, type_, one_line(text or fact.text), spans or [Span(fact.start, fact.end)], **fields)
        self.items.append(item)
        self._by_type.setdefault(type_, []).append(item)
        if type_ == "condition" and fact.value.get("group") == "cancer":
            self._tumours.append(item)
            self.places.add(item, "tumour")
        else:
            self.places.add(item)
        self._of[id(fact)] = item
        return item

    def bind(self, fact: Fact, item: Item) -> None:
        """Say that *fact* is told again by *item*, and keep its words as evidence."""
        self._of[id(fact)] = item
        span = Span(fact.start, fact.end)
        if not self.places.has(item, span):
            self.places.tell(item, span)

    def item(self, fact: Fact) -> Item | None:
        """Return the item that *fact* became."""
        return self._of.get(id(fact))

    def tellings(self, *kinds: str) -> dict[int, list[Fact]]:
        """Return the facts of some kinds by the id() of the item that they became."""
        found: dict[int, list[Fact]] = {}
        for fact in self.told.of(kinds):
            item = self._of.get(id(fact))
            if item is not None:
                found.setdefault(id(item), []).append(fact)
        return found

    def typed(self, *types: str) -> list[Item]:
        """Return the items of some types, in the order in which they were made."""
        if len(types) == 1:
            return list(self._by_type.get(types[0], ()))
        wanted = frozenset(types)
        return [i for i in self.items if i.type in wanted]

    def primaries(self) -> list[Item]:
        """Return the primary tumours, of now and of the past, that are not denied."""
        return [i for i in self._tumours if i.detail.get("role") == "primary" and not i.negated]

    def has_tumour(self) -> bool:
        """Say whether the case tells of a tumour of now: without one nothing progresses, recurs or is staged."""
        if self._tumour is None:
            self._tumour = any(
                f.kind == "metastasis"
                or (
                    f.value.get("group") == "cancer"
                    and self.context.terms.attr(f.concept, "behaviour") != "benign"
                    and self.context.terms.attr(f.concept, "finding") != "1"
                )
                for f in self.of("diagnosis", "metastasis")
                if not f.negated and f.status != "historical"
            )
        return self._tumour

    def primary(self, fact: Fact | None = None) -> Item | None:
        """Return the primary tumour that *fact* speaks of.

        That is the one its sentence names, else the one told last before it; cancers of the past
        and those told in passing (found and removed in one sentence) do not count.
        """
        primaries = [i for i in self._tumours if _stands(i)]
        if fact is None or len(primaries) < 2:
            return primaries[0] if primaries else None
        low, high = self.clause(fact)
        here = [i for i in self.places.beginning(low, high, "tumour") if _stands(i)]
        if here:
            if fact.kind in OF_THE_NOUN and (named := self._named_behind(here, fact)):
                return named
            return max(here, key=lambda i: self.places.last(i, fact.start))
        now = [i for i in primaries if i.detail.get("clinicalStatus") != "historical"]
        first = (now or primaries)[0]
        for item in self.places.before(fact.start + 1, "tumour"):
            if item is first:
                break
            past = now and item.detail.get("clinicalStatus") == "historical"
            if _stands(item) and not past and not self._in_passing(item, fact):
                return item
        return first

    def _named_behind(self, here: list[Item], fact: Fact) -> Item | None:
        """Return the tumour whose name goes on from *fact*: "stage IIIC high-grade serous ovarian carcinoma"."""
        return next(
            (
                i
                for i in here
                for s in i.spans
                if 0 <= s.start - fact.end < _NAME and _ADJECTIVES.fullmatch(self.context.text, fact.end, s.start)
            ),
            None,
        )

    def settled_after(self, fact: Fact) -> bool:
        """Say whether a tumour of now is told for certain after *fact*, which only was thought of."""
        return any(
            i.certainty == "stated"
            and i.detail.get("clinicalStatus") != "historical"
            and self.places.ends(i)[1] > fact.start
            for i in self.primaries()
        )

    def _in_passing(self, item: Item, fact: Fact) -> bool:
        first, last = (self.context.sentence_at(at) for at in self.places.ends(item))
        near = 0 if fact.kind in ("metastasis", "recurrence") else 1
        if first != last or 0 <= fact.sentence - first <= near:
            return False
        s = self.context.sentences[first]
        if self.context.terms.attr(item.concept, "site") == "skin" and self.told.in_sentence(first, "adverse_event"):
            return True  # "developed arthralgia, photosensitivity and a keratoacanthoma"
        return bool(_REMOVED.search(self.context.text, s.start, s.end))

    def clause(self, fact: Fact) -> tuple[int, int]:
        """Return the sentence of *fact*; of one that goes on for pages, what stands around the fact."""
        s = self.context.sentences[fact.sentence]
        return max(s.start, fact.start - REACH), min(s.end, fact.end + REACH)

    def words(self, start: int, end: int) -> str:
        """Return the text of [start, end) with white space collapsed."""
        return one_line(self.context.text[start:end])


def _stands(item: Item) -> bool:
    """Say whether a condition is a primary tumour that is told for certain."""
    return item.detail.get("role") == "primary" and not item.negated and item.certainty == "stated"
