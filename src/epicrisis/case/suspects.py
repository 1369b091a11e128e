"""What a harm is laid to: the drugs that the text blames, an operation, an irradiation, a graft."""

from __future__ import annotations

import re

from epicrisis.case.build_medications import is_blamed
from epicrisis.case.date_cues import COMPLICATED
from epicrisis.case.model import Item, Span
from epicrisis.case.story import Story
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
_ACT = ("surgery", "ablation", "embolization", "transplant", "biopsy", "endoscopy")


_INSTEAD = lazy(
    r"\b(?:switched|changed|converted|replaced|substituted)\s+(?:[\w-]+\s+){0,3}?(?:to|by|with)\s+(?:[\w-]+\s+)?\Z",
    re.I,
)
_WHY = lazy(r"\b(?:for|because\s+of|due\s+to|owing\s+to|on\s+account\s+of)\b", re.I)


def suspect(story: Story, item: Item, fact: Fact) -> None:
    """Link the drugs that the text blames: stopped for it, named in the sentence, or being given."""
    if item.links.get("suspects"):
        return
    found = _suspects(story, fact)
    if found:
        item.links["suspects"] = list(dict.fromkeys(i.key for i in found))


def _suspects(story: Story, fact: Fact) -> list[Item]:
    """Return the suspects by the first rule that speaks of the event, nearest to its words first."""
    if _GRAFT.search(fact.concept or ""):
        grafts = [
            i for i in story.typed("procedure") if i.detail.get("category") == "transplant" and i.status == "done"
        ]
        return _told_before(grafts, fact)[-1:]
    if _RADIATION.match(fact.text):
        beams = [i for i in story.typed("radiotherapy") if i.status in ("done", "stopped") and not i.negated]
        return _told_before(beams, fact)[-1:]
    therapies = [
        i
        for i in story.typed("medication", "regimen")
        if i.status in ("done", "ongoing", "stopped")
        and not i.negated
        and i.detail.get("class")
        not in ("opioid", "supportive", "antihypertensive", "antibiotic", "steroid", "antiemetic", "analgesic")
    ]
    if story.context.terms.attr(fact.concept, "immune") == "1":
        # what checkpoint inhibitors do is never laid to what it was treated with
        therapies = [i for i in therapies if not _dampens(i)] or therapies
    stopped = _stopped_for(story, therapies, fact)
    if stopped:
        return stopped
    low, high = story.clause(fact)
    blamed = [
        f
        for f in story.of("medication", "regimen", "drug_class")
        if fact.end <= f.start < high
        and (
            is_blamed(story.context.text, low, f.start)
            or _AFTER.fullmatch(story.context.text, fact.end, f.start)
            or _FROM.fullmatch(story.context.text, fact.end, f.start)
        )
    ]
    accused = [i for i in therapies if any(story.item(f) is i for f in blamed)] or [
        # "carboplatin allergy"
        i
        for i in therapies
        if any(
            story.context.text[s.end : fact.start] in (" ", "-induced ")
            and story.context.text[s.start - 1] not in "/+-"
            for s in i.spans
        )
    ]
    if accused:
        return accused
    named = [i for i in therapies if any(low <= s.start < fact.start and not _remedy(story, s, low) for s in i.spans)]
    # a drug that is told beside an event may be what it was treated with
    named = [i for i in named if i.type == "regimen" or i.detail.get("class", "chemo") in ANTITUMOUR] or [
        i for i in named if i.detail.get("class") not in _REMEDIES
    ]
    if named:
        return [i for i in named if not _taken_instead(story, i, fact)] or named
    if _OPERATIVE.search(story.context.text, low, high) or _complicates(story, fact):
        # what follows an operation is laid to it, or to nothing: never to the drug told before
        acts = _told_before([i for i in story.typed("procedure") if _operation(story, i)], fact)
        acts = [i for i in acts if i.detail.get("category") not in ("endoscopy", "biopsy")] or acts
        return [max(acts, key=lambda i: i.spans[0].start)] if acts else []
    if not story.main(fact):
        # a discussion names the drug in the sentences before, and its item stands in the case
        told = [
            f
            for f in story.of("medication", "regimen")
            if 0 < fact.start - f.start < 400 and 0 <= fact.sentence - f.sentence <= 2
        ]
        return [i for i in therapies if told and i.concept == told[-1].concept][-1:]
    return _being_given(story, therapies, fact)


def _being_given(story: Story, therapies: list[Item], fact: Fact) -> list[Item]:
    """Return what was told last before the event, where that is known to do harm and not long ago."""
    given: list[tuple[int, Item]] = []
    for i in therapies:
        if i.type == "medication" and i.detail.get("class", "chemo") not in ANTITUMOUR | {"immunosuppressant"}:
            continue  # what stands only nearby is blamed where it is known to do harm
        ends = [
            s.start
            for s in i.spans
            if s.start < fact.start
            and story.context.is_patient_section(story.context.sentence_at(s.start))
            and not _remedy(story, s, max(0, s.start - 60))
        ]
        if ends:
            given.append((max(ends), i))
    if not given:
        return []
    last = max(at for at, _ in given)
    near = [i for at, i in given if at == last or story.context.sentence_at(at) == story.context.sentence_at(last)]
    return _still_given(near) if fact.start - last < 1200 else []


def _dampens(item: Item) -> bool:
    """Say whether a drug is one that harm by the immune system is treated with."""
    return item.detail.get("class") in ("immunosuppressant", "steroid")


def _remedy(story: Story, span: Span, low: int) -> bool:
    """Say whether a drug stands in the brackets of another event: "CRS grade 2 (tocilizumab), ICANS"."""
    return any(
        low <= f.start < span.start and _GRADED.fullmatch(story.context.text, f.end, span.start)
        for f in story.of("adverse_event")
    )


def _stopped_for(story: Story, therapies: list[Item], fact: Fact) -> list[Item]:
    """Return the drugs whose stop or change the event's sentence tells."""
    if not fact.value.get("action"):
        return []
    stopped = [i for i in therapies for a, _ in i.detail.get("stopSpans", []) if _in_sentence(story, fact, a)]
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
        _operation(story, i) and any(low <= s.start < said.start() for s in i.spans) for i in story.typed("procedure")
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


def _operation(story: Story, item: Item) -> bool:
    return (
        item.status == "done"
        and not item.negated
        and item.detail.get("category") in _ACT
        and story.context.is_patient_section(story.context.sentence_at(item.spans[0].start))
    )


def _in_sentence(story: Story, fact: Fact, at: int) -> bool:
    low, high = story.clause(fact)
    return low <= at < high


def _told_before(items: list[Item], fact: Fact) -> list[Item]:
    return [i for i in items if i.spans[0].start < fact.start]
