"""What the builders share: the facts, the clock, and the items made so far."""

from __future__ import annotations

import re
from typing import Any

from epicrisis.case.date_cues import OF_THE_NOUN
from epicrisis.case.model import Item, Span, When
from epicrisis.case.one_line import one_line
from epicrisis.case.period import period
from epicrisis.case.places import Places
from epicrisis.case.timeline import Timeline
from epicrisis.case.told import Told
from epicrisis.facts import Context, Fact
from epicrisis.facts.date_forms import SEPARATED
from epicrisis.facts.in_order import Stretches
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

_STATUS = {
    "done": "done",
    "historical": "done",
    "planned": "planned",
    "declined": "not-done",
    "hypothetical": "hypothetical",
}

_TWO_THINGS = lazy(r"(?<![\d/.])\d{1,2}/\d{2}\s?[-–]\s?\d{1,2}/\d{2}(?![\d/])")
_REMOVED = lazy(
    r"\b(?:excised|removed|resected|excision|resection|cured|TUR(?:-?BT?)?|transurethral|in\s+situ|non-?invasive|incidental\w*|polypectomy|mucosectomy)\b",
    re.I,
)

_NAME = 50  # code points from a stage to the tumour's name
_FOR = lazy(r"\s+(?:for|against)\s+(?:[\w-]+\s+){0,3}")
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

    def beside(self, index: int) -> bool:
        """Say whether sentence *index* stands in an abstract or a discussion beside the case itself."""
        return self.context.is_mixed(index) and not self._only_mixed

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
        if not carry or fact.value.get("social") or not self.main(fact) or self.timeline.in_sentence(fact.sentence):
            return None  # where a sentence tells a date of something else, an older one is not meant either
        tick = self.timeline.clock(fact)
        if tick is None or self._unread_days(fact) or fact.sentence in self.timeline.uncounted:
            return None
        if _HAD.search(self.context.text, self.clause(fact)[0], fact.start):
            return None  # "was referred in October. He had developed jaundice": before that
        reason = tick.when.inferred or "date of the statement before it"
        return When(tick.when.value, tick.when.spans, reason)

    def _unread_days(self, fact: Fact) -> bool:
        """Say whether the sentence tells days in a form that is two things ("8/18 - 11/18"): an older day is not meant."""
        if fact.sentence not in self.context.holding(SEPARATED):
            return False
        s = self.context.sentences[fact.sentence]
        return _TWO_THINGS.search(self.context.text, s.start, s.end) is not None

    def period(self, fact: Fact) -> tuple[When | None, When | None]:
        """Return start and end of a treatment as its own sentence states them."""
        return period(self.timeline, fact, self.clause(fact))

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
            told = [f for f in self.of("diagnosis", "metastasis") if not f.negated and self._is_malignant(f)]
            # "a history of stage III lung cancer": staged or come back, it is one of now
            self._tumour = any(f.status != "historical" for f in told) or (
                bool(told)
                and any(f.kind == "recurrence" or f.value["kind"] in "TNM" for f in self.of("stage", "recurrence"))
            )
        return self._tumour

    def _is_malignant(self, fact: Fact) -> bool:
        attr = self.context.terms.attr
        return fact.kind == "metastasis" or (
            fact.value.get("group") == "cancer"
            and attr(fact.concept, "behaviour") != "benign"
            and attr(fact.concept, "finding") != "1"
        )

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
            if fact.kind == "recurrence" and (within := self._named_within(here, fact)):
                return within
            nouns = _ADJECTIVES if fact.kind in OF_THE_NOUN else _FOR
            if named := self._named_behind(here, fact, nouns):
                return named
            return max(here, key=lambda i: self.places.last(i, fact.start))
        if fact.kind == "procedure" and (site := fact.value.get("site")):
            there = [i for i in primaries if i.detail.get("siteConcept") == site]
            if len(there) == 1:
                return there[0]  # "breast resection": not for the cancer of the thyroid
        now = [i for i in primaries if i.detail.get("clinicalStatus") != "historical"]
        first = (now or primaries)[0]
        for item in self.places.before(fact.start + 1, "tumour"):
            if item is first:
                break
            past = now and item.detail.get("clinicalStatus") == "historical"
            if _stands(item) and not past and not self._in_passing(item, fact):
                return item
        return first

    def _named_within(self, here: list[Item], fact: Fact) -> Item | None:
        """Return the tumour that the words of *fact* name: "recurrent ovarian cancer"."""
        return next((i for i in here if any(fact.start <= s.start < fact.end for s in i.spans)), None)

    def _named_behind(self, here: list[Item], fact: Fact, between: re.Pattern[str]) -> Item | None:
        """Return the tumour whose name goes on from *fact*: "stage IIIC serous carcinoma", "chemotherapy for lymphoma"."""
        return next(
            (
                i
                for i in here
                for s in i.spans
                if 0 <= s.start - fact.end < _NAME and between.fullmatch(self.context.text, fact.end, s.start)
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


# the verb of what had been before
_HAD = lazy(
    r"\bhad\s+(?:(?:also|already|previously|initially|first|then|recently|\w+ly)\s+)?(?!been\s+(?:well|healthy)\b)(?:been\s+)?"
    r"(?:[a-z]{3,}ed|begun|gone|undergone|taken|seen|noticed|grown|become|come|lost|felt|found|had|given|shown|risen|fallen|known)\b",
    re.I,
)


def _stands(item: Item) -> bool:
    """Say whether a condition is a primary tumour that is told for certain."""
    return item.detail.get("role") == "primary" and not item.negated and item.certainty == "stated"
