"""What a harm is laid to: the drugs that the text blames, an operation, an irradiation, a graft."""

from __future__ import annotations

import re

from epicrisis.case.beams import of_beams, of_former_therapy, with_beams
from epicrisis.case.blame import before_brackets, blamed, blamed_for_another, told_as_cause
from epicrisis.case.date_cues import COMPLICATED
from epicrisis.case.given import Given
from epicrisis.case.medicine_lists import item_at
from epicrisis.case.model import Item
from epicrisis.case.remedies import after_harm, dampens, prepares, remedy
from epicrisis.case.stopping import joined
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.facts.because import DUE_TO
from epicrisis.facts.dose_sharing import EARLIER
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.kept import lazy

_OPERATIVE = lazy(
    r"\b(?:(?:post|peri|intra)[\s-]?operativ\w*|postsurgical|surgical|anastomotic|POD\s?\d|Clavien|after\s+(?:the\s+)?(?:surgery|operation|resection|\w+ectomy))\b",
    re.I,
)
_LONG_AGO = 1200  # characters: what stands further off is not told of an event
_REMEDIES = (
    "metabolic",
    "gastrointestinal",
    "nutrition",
    "gcsf",
    "antidote",
    "antihistamine",
    "antifungal",
    "antiviral",
    "blood",
)
_RADIATION = lazy(r"radiation\b(?!\s+recall)", re.I)  # a recall is of the drug
_CELLS = lazy(r"cytokine release|effector cell")
_BLOOD = lazy(r"transfusion", re.I)
_JAW = lazy(r"osteonecrosis of (?:the )?jaw")
_LATE = lazy(r"myelodysplastic|leuka?emia|malignan|neoplasm", re.I)
_GRAFT = lazy(r"graft[\s-](?:versus|vs)[\s-]host", re.I)

_INSTEAD = lazy(
    r"\b(?:switched|changed|converted|replaced|substituted)\s+(?:[\w-]+\s+){0,3}?(?:to|by|with)\s+(?:[\w-]+\s+)?\Z",
    re.I,
)
_WHY = lazy(rf"(?<![\w/])(?:for|{DUE_TO})(?!\w)", re.I)
_ANY = lazy(r"\w")
_BEAMS_BEFORE = lazy(
    r"\b(?:radiotherapy|radiation|irradiation|RT)[\s-](?:induced|related|associated)\s+(?:[\w-]+\s+){0,2}\Z", re.I
)
_BEAMS_BEHIND = lazy(
    rf"(?:[^.;]{{0,60}}?\s(?:occurred|developed|appeared|(?:was|were)\s+(?:seen|noted|observed)))?\s+(?:after|following|from|{DUE_TO})\s+(?:the\s+)?(?:[\w-]+\s+){{0,2}}?(?:radiotherapy|irradiation|RT)\b",
    re.I,
)
# "oxaliplatin dose reduced", "dexamethasone had to be reduced"
_CHANGED = lazy(
    r"(?:\s+\d[^,;]{0,14}?)?(?:\s+(?:dose|therapy|treatment|infusion))?\s+(?:(?:was|were|is|had|to|be|been|dose|then|therefore|temporarily|permanently|first)[\s-]+){0,5}",
    re.I,
)
_LATER = lazy(r"\b(?:then|later|followed|subsequently|after|before)\b", re.I)


def suspect(story: Story, given: Given, item: Item, fact: Fact) -> None:
    """Link the drugs that the text blames: stopped for it, named in the sentence, or being given."""
    if item.links.get("suspects"):
        return
    found = with_beams(story, given, blamed_by(story, given, fact), fact)
    if found:
        item.links["suspects"] = list(dict.fromkeys(i.key for i in found))


def blamed_by(story: Story, given: Given, fact: Fact) -> list[Item]:
    """Return the suspects by the first rule that speaks of the event, nearest to its words first."""
    if _GRAFT.search(fact.concept or ""):
        return _told_before(given.grafts, fact)[-1:]
    operated = _complicates(story, given, fact)
    if fact.value.get("elsewhere"):
        return _acts(story, given, fact) if operated else []
    if _JAW.search(fact.concept or ""):
        hardening = [i for i in given.drugs if i.detail.get("class") == "bone"]
        if before := _told_before(hardening, fact):
            return before
    listed = item_at(story.context, fact.sentence, fact.start, named=True)
    if listed is not None:  # "aspirin, metoprolol (held for bradycardia)"; "levothyroxine (hypothyroidism)" is treated
        drugs = [i for i in story.places.beginning(*listed, "medication") if not i.negated]
        return drugs if fact.value.get("action") else []
    low, high = story.clause(fact)
    behind = _BEAMS_BEHIND.match(story.context.text, fact.end, high)
    if behind:
        named = [i for i in given.beams if any(fact.end <= s.start < behind.end() for s in i.spans)]
        return named or _told_before(given.beams, fact)[-1:]
    if _RADIATION.match(fact.text) or _BEAMS_BEFORE.search(story.context.text, low, fact.start):
        return _told_before(given.beams, fact)[-1:]
    therapies = given.therapies
    if story.context.terms.attr(fact.concept, "immune") == "1" or _CELLS.search(fact.concept or ""):
        # what checkpoint inhibitors and cells do is never laid to what it was treated with
        therapies = [i for i in therapies if not dampens(i)] or therapies
    accused = blamed(story, given, therapies, fact)
    if accused is None:
        accused = (
            _stopped_for(story, given, therapies, fact)
            or _changed_for(story, fact)
            or before_brackets(story, given, therapies, fact)
            or None
        )
    if accused is not None:
        return accused
    if _LATE.search(fact.concept or ""):
        return []  # a second cancer comes years after what may have caused it: only where the text says what
    if _kept_from(story, fact, low):
        return []  # "not fit for oxaliplatin because of residual neuropathy"
    taken = blamed_for_another(story, fact)
    if operated and not given.told(operated, fact.start, therapies):
        return _acts(story, given, fact)  # "neoadjuvant FOLFIRI followed by a resection complicated by bleeding"
    named = [
        i
        for i in given.told(low, fact.start, therapies)
        if any(
            low <= s.start < fact.start and s.start not in taken and not remedy(story, given, s, low) for s in i.spans
        )
    ]
    # a drug that is told beside an event may be what it was treated with
    named = [i for i in named if i.type == "regimen" or i.detail.get("class", "chemo") in ANTITUMOUR] or [
        i for i in named if i.detail.get("class") not in _REMEDIES
    ]
    if named:
        return [i for i in named if not _taken_instead(story, i, fact)] or named
    if _OPERATIVE.search(story.context.text, low, high) or operated:
        # what follows an operation is laid to it, or to nothing: never to the drug told before
        return _acts(story, given, fact)
    if not story.main(fact):
        # a discussion names the drug in the sentences before, and its item stands in the case
        told = [
            f
            for f in story.of("medication", "regimen")
            if 0 < fact.start - f.start < 400 and 0 <= fact.sentence - f.sentence <= 2
        ]
        return [i for i in therapies if told and i.concept == told[-1].concept][-1:]
    return _being_given(story, given, therapies, fact, taken)


def _being_given(story: Story, given: Given, therapies: list[Item], fact: Fact, taken: set[int]) -> list[Item]:
    """Return what was told last before the event, where that is known to do harm and not long ago."""
    ending: list[tuple[int, Item]] = []
    only_blamed = -1
    for i in given.told(fact.start - _LONG_AGO + 1, fact.start, therapies):
        if i.type == "medication" and i.detail.get("class", "chemo") not in ANTITUMOUR | {"immunosuppressant"}:
            continue  # what stands only nearby is blamed where it is known to do harm
        before = [s for s in i.spans if _LONG_AGO > fact.start - s.start > 0]
        told = [s for s in before if s.start not in taken and not told_as_cause(story, s)]
        if before and not told:
            only_blamed = max(only_blamed, *(s.start for s in before))
        if of_former_therapy(story, [s.start for s in before]):
            continue
        ends = [
            s.start
            for s in told
            if story.context.is_patient_section(story.context.sentence_at(s.start))
            and not remedy(story, given, s, max(0, s.start - 60))
            and not (dampens(i) and after_harm(story, s))
            and not prepares(story, i, s)
        ]
        if ends:
            ending.append((max(ends), i))
    # what is given into the fluid of the spine is blamed where nothing else was given
    ending = [(at, i) for at, i in ending if i.detail.get("route") != "routes/intrathecal"] or ending
    last = max((at for at, _ in ending), default=-1)
    if only_blamed >= last:
        return []  # what is told last is told only as the cause of another event
    near = [i for at, i in ending if at == last or story.context.sentence_at(at) == story.context.sentence_at(last)]
    near = [i for i in near if not _led_to(story, i, last)] or near
    if of_beams(fact, near, beams := _told_before(given.beams, fact)):
        return beams
    if story.context.terms.attr(fact.concept, "immune") == "1":
        # "chemoradiotherapy with cisplatin, followed by durvalumab. After the sixth dose he developed pneumonitis"
        near = [i for i in near if i.detail.get("class") == "immuno"] or near
    if _CELLS.search(fact.concept or ""):
        near = [i for i in near if i.detail.get("class") == "car-t"] or near
    return _still_given(near)


def _led_to(story: Story, item: Item, last: int) -> bool:
    """Say whether a drug is told as what came before the one at *last*: "after pazopanib, atezolizumab was started"."""
    low = story.context.sentences[story.context.sentence_at(last)].start
    return any(
        low <= s.start < last and EARLIER.search(story.context.text, low, s.start) is not None for s in item.spans
    )


def _stopped_for(story: Story, given: Given, therapies: list[Item], fact: Fact) -> list[Item] | None:
    """Return the drugs whose stop the event's sentence tells; whatever drug it is, where the event was the reason."""
    if not fact.value.get("action"):
        return None
    stopped = [i for a, i in given.stopped if _in_sentence(story, fact, a)]
    # "A (2018-2020, stopped for progression), B (stopped for pancytopenia)"
    return _harmful([i for i in stopped if _was_reason(i, fact)]) or [i for i in stopped if i in therapies] or None


def _harmful(items: list[Item]) -> list[Item]:
    """Leave out what only belongs to a regimen and is not against the tumour: the leucovorin of FOLFOX."""
    return [i for i in items if not (i.inferred and i.detail.get("class") not in ANTITUMOUR)]


def _changed_for(story: Story, fact: Fact) -> list[Item] | None:
    """Return what was reduced, held or abandoned for an event: "dexamethasone was reduced because of psychosis"."""
    at = fact.value.get("action", [None])[0]
    if at is None:
        return None
    low, _ = story.clause(fact)
    before = False
    if not _ANY.search(story.context.text, low, at) and fact.sentence:
        s = story.context.sentences[fact.sentence - 1]  # "continue denosumab; held for osteonecrosis of the jaw"
        if story.context.text[s.end - 1] == ";":
            low, at, before = s.start, s.end, True
    items = [
        (x, i)
        for i in story.places.beginning(low, at, "medication", "regimen", "procedure", "radiotherapy")
        if i.status in ("done", "ongoing", "stopped", "on-hold") and not i.negated and not _BLOOD.search(i.text)
        for x in i.spans
        if low <= x.start < at
    ]
    right = [(x, i) for x, i in items if _CHANGED.fullmatch(story.context.text, x.end, at)]
    if right:
        return _harmful(joined(story.context.text, items, right))
    if before or (items and all(i.type in ("procedure", "radiotherapy") for _, i in items)):
        return [max(items, key=lambda p: p[0].start)[1]] if items else None
    return None


def _kept_from(story: Story, fact: Fact, low: int) -> bool:
    """Say whether an event is why a drug was not given, and no drug that was given stands before it."""
    told = [f for f in story.of("medication", "regimen") if low <= f.start < fact.start]
    return bool(told) and all(
        (f.negated or f.status == "declined") and _WHY.search(story.context.text, f.end, fact.start) for f in told
    )


def _main_act(story: Story, acts: list[Item]) -> Item:
    """Return the operation told last, or the one that it was a step of: "gastrectomy with reconstruction"."""
    last = max(acts, key=lambda i: i.spans[0].start)
    at = last.spans[0].start
    low = story.context.sentences[story.context.sentence_at(at)].start
    steps = [i for i in acts if low <= i.spans[0].start < at and i.detail.get("category") == "surgery"]
    if last.detail.get("category") != "surgery" or not steps:
        return last
    main = min(steps, key=lambda i: i.spans[0].start)
    return last if _LATER.search(story.context.text, main.spans[0].end, at) else main


def _was_reason(item: Item, fact: Fact) -> bool:
    """Say whether an event stands in the words that tell why a drug was stopped."""
    spans = item.detail.get("stopReason", {}).get("spans", ())
    return any(a <= fact.start < b for a, b in spans)


def _complicates(story: Story, given: Given, fact: Fact) -> int:
    """Return where the operation stands that an event of its sentence complicated: "surgery was complicated by bleeding"."""
    low = story.context.sentences[fact.sentence].start
    said = COMPLICATED.search(story.context.text, low, fact.start)
    if said is None:
        return 0
    return max((s.start for i in given.acts for s in i.spans if low <= s.start < said.start()), default=0)


def _acts(story: Story, given: Given, fact: Fact) -> list[Item]:
    """Return the operation that was told last before an event."""
    acts = _told_before(given.acts, fact)
    acts = [i for i in acts if i.detail.get("category") not in ("endoscopy", "biopsy")] or acts
    return [_main_act(story, acts)] if acts else []


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


def _in_sentence(story: Story, fact: Fact, at: int) -> bool:
    low, high = story.clause(fact)
    return low <= at < high


def _told_before(items: list[Item], fact: Fact) -> list[Item]:
    return [i for i in items if i.spans[0].start < fact.start]
