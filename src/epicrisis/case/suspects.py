"""What a harm is laid to: the drugs that the text blames, an operation, an irradiation, a graft."""

from __future__ import annotations

import re

from epicrisis.case.build_medications import is_blamed
from epicrisis.case.date_cues import COMPLICATED
from epicrisis.case.model import Item, Span
from epicrisis.case.story import Story
from epicrisis.case.therapies import Group, Therapies, is_operation
from epicrisis.facts import Fact
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.kept import lazy

_OPERATIVE = lazy(
    r"\b(?:(?:post|peri|intra)[\s-]?operativ\w*|postsurgical|surgical|anastomotic|POD\s?\d|Clavien|after\s+(?:the\s+)?(?:surgery|operation|resection|\w+ectomy))\b",
    re.I,
)
_REMEDIES = (
    "metabolic",
    "gastrointestinal",
    "nutrition",
    "gcsf",
    "antidote",
    "antihistamine",
    "antifungal",
    "antiviral",
)
_RADIATION = lazy(r"radiation\b", re.I)
_AFTER = lazy(
    r"\s+(?:after|following)\s+(?:the\s+)?(?:(?:first|second|third|initial|intrathecal|intravenous|oral|high-dose|adjuvant|neoadjuvant|treatment|therapy|administration|infusion|cycles?|doses?|courses?|of|with)\s+){0,4}",
    re.I,
)
_FROM = lazy(
    r"(?:\s?,?\s?(?:grade|G|gr\.?)\s?[\dIV]+)?(?:\s?\([^()]{1,40}\))?\s+(?:from|to|under)\s+(?:the\s+)?", re.I
)  # "ototoxicity from cisplatin"
_GRADED = lazy(r"(?:\s?,?\s?(?:grade|G|gr\.?)\s?[\dIV]+)?\s?\((?:treated\s+with\s+)?", re.I)
_GRAFT = lazy(r"graft[\s-](?:versus|vs)[\s-]host", re.I)
_LONGEST = 200  # code points of a drug's name
_REACH = 1199  # code points from what was given to what it did


_INSTEAD = lazy(
    r"\b(?:switched|changed|converted|replaced|substituted)\s+(?:[\w-]+\s+){0,3}?(?:to|by|with)\s+(?:[\w-]+\s+)?\Z",
    re.I,
)
_WHY = lazy(r"\b(?:for|because\s+of|due\s+to|owing\s+to|on\s+account\s+of)\b", re.I)


def suspect(story: Story, therapies: Therapies, item: Item, fact: Fact) -> None:
    """Link the drugs that the text blames: stopped for it, named in the sentence, or being given."""
    if item.links.get("suspects"):
        return
    found = _suspects(story, therapies, fact)
    if found:
        item.links["suspects"] = list(dict.fromkeys(i.key for i in found))


def _suspects(story: Story, given: Therapies, fact: Fact) -> list[Item]:
    """Return the suspects by the first rule that speaks of the event, nearest to its words first."""
    if _GRAFT.search(fact.concept or ""):
        return _told_before(given.grafts, fact)[-1:]
    if _RADIATION.match(fact.text):
        return _told_before(given.beams, fact)[-1:]
    # what checkpoint inhibitors do is never laid to what it was treated with
    therapies = given.drugs if story.context.terms.attr(fact.concept, "immune") != "1" else given.undamped
    stopped = _stopped_for(story, therapies, fact)
    if stopped:
        return stopped
    low, high = story.clause(fact)
    blamed = [
        f
        for f in story.told.between(fact.end, high, "medication", "regimen", "drug_class")
        if is_blamed(story.context.text, low, f.start)
        or _AFTER.fullmatch(story.context.text, fact.end, f.start)
        or _FROM.fullmatch(story.context.text, fact.end, f.start)
    ]
    accused = therapies.among(i for f in blamed if (i := story.item(f))) or [
        # "carboplatin allergy"
        i
        for i in therapies.beginning(fact.start - _LONGEST, fact.start)
        if any(
            story.context.text[s.end : fact.start] in (" ", "-induced ")
            and story.context.text[s.start - 1] not in "/+-"
            for s in i.spans
        )
    ]
    if accused:
        return accused
    named = [
        i
        for i in therapies.beginning(low, fact.start)
        if any(low <= s.start < fact.start and not _remedy(story, s, low) for s in i.spans)
    ]
    # a drug that is told beside an event may be what it was treated with
    named = [i for i in named if i.type == "regimen" or i.detail.get("class", "chemo") in ANTITUMOUR] or [
        i for i in named if i.detail.get("class") not in _REMEDIES
    ]
    if named:
        return [i for i in named if not _taken_instead(story, i, fact)] or named
    if _OPERATIVE.search(story.context.text, low, high) or _complicates(story, fact):
        # what follows an operation is laid to it, or to nothing: never to the drug told before
        act = given.operation_before(fact.start)
        return [act] if act else []
    if not story.main(fact):
        # a discussion names the drug in the sentences before, and its item stands in the case
        told = [
            f
            for f in story.told.between(fact.start - 399, fact.start, "medication", "regimen")
            if 0 <= fact.sentence - f.sentence <= 2
        ]
        return therapies.named(told[-1].concept)[-1:] if told else []
    return _being_given(story, therapies, fact)


def _being_given(story: Story, therapies: Group, fact: Fact) -> list[Item]:
    """Return what was told last before the event, where that is known to do harm and not long ago."""
    recent = _told_last(story, therapies, fact.start - _REACH, fact)
    if not recent:
        return []
    last = story.context.sentence_at(max(at for at, _ in recent))
    return _still_given([i for _, i in _told_last(story, therapies, story.context.sentences[last].start, fact)])


def _told_last(story: Story, therapies: Group, low: int, fact: Fact) -> list[tuple[int, Item]]:
    """Return what may do harm and is told since *low*, each with where it is told last before the event."""
    given: list[tuple[int, Item]] = []
    for i in therapies.beginning(low, fact.start):
        if i.type == "medication" and i.detail.get("class", "chemo") not in ANTITUMOUR | {"immunosuppressant"}:
            continue  # what stands only nearby is blamed where it is known to do harm
        ends = [
            s.start
            for s in i.spans
            if low <= s.start < fact.start
            and story.context.is_patient_section(story.context.sentence_at(s.start))
            and not _remedy(story, s, max(0, s.start - 60))
        ]
        if ends:
            given.append((max(ends), i))
    return given


def _remedy(story: Story, span: Span, low: int) -> bool:
    """Say whether a drug stands in the brackets of another event: "CRS grade 2 (tocilizumab), ICANS"."""
    return any(
        _GRADED.fullmatch(story.context.text, f.end, span.start)
        for f in story.told.between(low, span.start, "adverse_event")
    )


def _stopped_for(story: Story, therapies: Group, fact: Fact) -> list[Item]:
    """Return the drugs whose stop or change the event's sentence tells."""
    if not fact.value.get("action"):
        return []
    stopped = therapies.stopped(*story.clause(fact))
    # "A (2018-2020, stopped for progression), B (stopped for pancytopenia)"
    return [i for i in stopped if _was_reason(i, fact)] or stopped


def _was_reason(item: Item, fact: Fact) -> bool:
    """Say whether an event stands in the words that tell why a drug was stopped."""
    spans = item.detail.get("stopReason", {}).get("spans", ())
    return any(a <= fact.start < b for a, b in spans)


def _complicates(story: Story, fact: Fact) -> bool:
    """Say whether an event is what complicated an operation of its sentence: "surgery was complicated by bleeding"."""
    low = story.context.sentences[fact.sentence].start
    said = COMPLICATED.search(story.context.text, low, fact.start)
    return said is not None and any(
        is_operation(story, i) for i in story.places.beginning(low, said.start(), "procedure")
    )


def _taken_instead(story: Story, item: Item, fact: Fact) -> bool:
    """Say whether a drug took another's place because of the event: "switched to exemestane for arthralgia"."""
    text, (low, _) = story.context.text, story.clause(fact)
    return any(
        low <= s.start < fact.start and _INSTEAD.search(text, low, s.start) and _WHY.search(text, s.end, fact.start)
        for s in item.spans
    )


def _still_given(items: list[Item]) -> list[Item]:
    """Leave out what ended before another of them began: "FOLFOX 2017, FOLFIRI 2018, now regorafenib"."""
    starts = [i.start.value for i in items if i.start]
    return [
        i
        for i in items
        if not (i.end and any(s >= i.end.value[: len(s)] and (not i.start or s > i.start.value) for s in starts))
    ] or items


def _told_before(items: list[Item], fact: Fact) -> list[Item]:
    return [i for i in items if i.spans[0].start < fact.start]
