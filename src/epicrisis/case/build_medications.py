"""Drugs and regimens: what was given, how, when, and why it was stopped."""

from __future__ import annotations

import re
from typing import Any

from epicrisis.case import given_that_day, lasted
from epicrisis.case.calendar import precedes
from epicrisis.case.courses import RESUMED, STOPPED_NOW, SWITCHED_FROM, stopped_by, told_before
from epicrisis.case.doses import add_dose, change_doses
from epicrisis.case.model import Item, Span
from epicrisis.case.named_for_harm import TIED, blamed, cause_of, is_blamed
from epicrisis.case.on_hold import hold
from epicrisis.case.regimen_drugs import drugs_of, named_parts, spelled_member, spelled_out
from epicrisis.case.stopping import stop
from epicrisis.case.story import Story
from epicrisis.case.therapy_line import line_of
from epicrisis.facts import Fact
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.kept import lazy

_CARE = lazy(r"\b(?:supportive|symptomatic|conservative|treatment|care|medication|medications|drugs|therapy)\Z", re.I)
_OMITTED = lazy(r"\s+(?:was|were)\s+(?:then\s+|later\s+)?(?:omitted|dropped|left\s+out)\b", re.I)
_WILL_GO_ON = lazy(
    r"\b(?:will|plans?|planned|shall|should|to)\s+(?:to\s+)?(?:\w+ly\s+)?(?:continue|remain)\b[^.;]*\Z", re.I
)


def build(story: Story) -> None:
    """Add regimens with their drugs, then single drugs, then drug classes that no drug explains."""
    facts = sorted(story.of("regimen", "medication", "drug_class"), key=lambda f: (not story.main(f), f.start))
    for fact in facts:
        if fact.kind == "regimen":
            _regimen(story, fact)
        elif fact.kind == "medication":
            _medication(story, fact)
    for fact in facts:
        if fact.kind == "drug_class":
            _drug_class(story, fact)
    change_doses(story)
    stop(story)
    hold(story)
    given_that_day.date(story)
    lasted.end(story)


def _regimen(story: Story, fact: Fact) -> None:
    known = told_before(story, fact, "regimen")
    if known:
        _again(story, known, fact)
        return
    if not story.main(fact) and fact.status != "done":
        return
    item = story.add("regimen", fact)
    _times(story, item, fact)
    _common(story, item, fact)
    drugs = drugs_of(story, fact)
    item.detail["drugs"] = [f"drugs/{d}" for d in drugs]
    stated = named_parts(story, fact)
    treated = story.primary(fact)
    for drug in drugs:
        concept = f"drugs/{drug}"
        if story.context.terms.concept(concept) is None:
            continue
        own = spelled_out(story, fact, concept)
        if own:  # "methotrexate 3.5 g/m2, procarbazine and vincristine (MPV)"
            own.links["regimen"] = [item.key]
            item.links.setdefault("members", []).append(own.key)
            continue
        span = stated.get(concept)
        member = story.add(
            "medication",
            fact,
            text=story.words(*span) if span else drug,
            concept=concept,
            spans=[Span(*span)] if span else [Span(fact.start, fact.end)],
            start=item.start,
            end=item.end,
            when=item.when,
            status=item.status,
        )
        if not span:
            member.inferred = "drug of the regimen named in the text"
        member.links["regimen"] = [item.key]
        if treated:
            member.links["reason"] = [treated.key]
        member.detail["class"] = story.context.terms.attr(concept, "class")
        for key in ("cycles", "line"):
            if key in item.detail:
                member.detail[key] = item.detail[key]
        item.links.setdefault("members", []).append(member.key)
    story._of[id(fact)] = item


def _medication(story: Story, fact: Fact) -> None:
    dropped = _left_out(story, fact)
    if dropped:
        story.bind(fact, dropped)
        return
    if spelled := spelled_member(story, fact):
        _spell_out(story, fact, *spelled)
        return
    known = cause_of(story, fact) or told_before(story, fact, "medication") or blamed(story, fact)
    if known:
        _again(story, known, fact)
        return
    if not story.main(fact) and (fact.status != "done" or fact.negated):
        return
    named = fact.value.get("named")  # "Rechallenged at 75 mg": the drug of the sentence before
    item = story.add("medication", fact, text=story.words(*named) if named else None)
    _times(story, item, fact)
    _common(story, item, fact)


def _spell_out(story: Story, fact: Fact, member: Item, regimen: Item) -> None:
    """Take a drug that stands behind its regimen's name for that regimen's own; a date between is that of all."""
    story.bind(fact, member)
    member.inferred, member.text = None, story.words(fact.start, fact.end)
    _common(story, member, fact)
    start, _ = story.period(fact)
    named = max(s.end for s in regimen.spans if s.start < fact.start)
    if start is None or start.spans[0].start < named or regimen.start or regimen.status != "done":
        return  # what stands before the name is the regimen's or nobody's
    for item in (regimen, *story.places.keyed(regimen.links.get("members", ()))):
        item.start = item.start or start


def _left_out(story: Story, fact: Fact) -> Item | None:
    """Return the drug of a regimen under way that a later cycle leaves out: it was given before."""
    if not fact.negated or not _OMITTED.match(story.context.text, fact.end):
        return None
    return next(
        (i for i in reversed(story.places.named("medication", fact.concept)) if i.status in ("done", "stopped")),
        None,
    )


def _drug_class(story: Story, fact: Fact) -> None:
    """Keep "antihypertensive drugs" where no drug of the sentence says which."""
    if (
        not story.main(fact)
        or _CARE.fullmatch(fact.text)
        or lazy(r"supportive|symptomatic|conservative", re.I).search(fact.text)
        or TIED.match(story.context.text, fact.end)  # "checkpoint inhibitor-related myocarditis" tells no drug
    ):
        return
    reach = 1 if lazy(r"chemo|targeted|immuno|therapy|regimen", re.I).search(fact.text) else 0
    if any(
        _says_which(story, fact, told)
        for n in range(-reach, reach + 1)
        for told in story.told.in_sentence(fact.sentence + n, "regimen", "medication")
    ):
        return
    known = [i for i in story.places.named("medication", fact.concept) if i.negated == fact.negated]
    if known and story.period(fact)[0] is None:
        _again(story, known[-1], fact)
        return
    item = story.add("medication", fact)
    _times(story, item, fact)
    _common(story, item, fact)


_BARE = lazy(
    r"\s*(?:[,.;)]|and\b|or\b)"
)  # "chemotherapy, trastuzumab": which is not said, as it is in "chemotherapy with"


def _says_which(story: Story, named: Fact, told: Fact) -> bool:
    """Say whether a drug may be one of the class that *named* is: pyridostigmine is no steroid."""
    kind = story.context.terms.attr(named.concept, "class")
    if told.kind == "regimen" or (
        kind in ANTITUMOUR and not (kind == "chemo" and _BARE.match(story.context.text, named.end))
    ):
        return True
    return story.context.terms.attr(told.concept, "class") in (kind, "", None)


_MENTIONS = 60  # of one drug: beyond, no more evidence is kept


def _again(story: Story, item: Item, fact: Fact) -> None:
    if len(item.spans) < _MENTIONS:
        story.bind(fact, item)
    if item.inferred and item.type == "medication" and fact.kind == "medication" and item.concept == fact.concept:
        item.inferred = None  # the text names the drug of the regimen too
        item.text = story.words(fact.start, fact.end)
    if not story.main(fact):
        if fact.value.get("dosages") and not item.detail.get("dosages"):
            _common(story, item, fact)
        return
    if item.start and item.end is None and story.main(fact):
        end = story.period(fact)[1]  # "remained on sorafenib until December 2018"
        planned = fact.status == "planned" or _WILL_GO_ON.search(
            story.context.text, story.clause(fact)[0], fact.start
        )  # "will continue nivolumab through 2/2022"
        if end and not planned and not precedes(end.value, item.start.value):
            item.end = end
    if (
        item.start is None
        and item.when is None
        and not RESUMED.match(story.context.text, fact.end)
        and not STOPPED_NOW.match(story.context.text, fact.end)
        and not stopped_by(story, fact)
    ):
        _times(story, item, fact)
    _common(story, item, fact)


_CHANGED_THEN = lazy(
    r"\(\s*(?:dose\s+)?(?:reduced|decreased|lowered|increased|escalated|held|paused|interrupted)\b[^()]*\Z", re.I
)


# "was put on hold on 3 May", "20 mg daily, to stop on 3 May": the day begins nothing
_HELD_THEN = lazy(
    r"\b(?:on\s+hold|held|paused|withheld|suspended|interrupted|(?:to|will|should|please)\s+(?:be\s+)?(?:stop(?:ped)?|finish(?:ed)?|end|discontinued?|ceased?))"
    r"(?:\s+(?:on|in|since|at|by|from|around|early|late|it))*\s*\Z",
    re.I,
)


def _times(story: Story, item: Item, fact: Fact) -> None:
    start, end = story.period(fact)
    low, _ = story.clause(fact)
    if is_blamed(story.context.text, low, fact.start):
        return  # "due to asparaginase" dates the event, not the drug
    if SWITCHED_FROM.search(story.context.text, low, fact.start):
        item.end = item.end or end or start  # "was switched from warfarin to apixaban in 2014"
        return
    if start and (
        _CHANGED_THEN.search(story.context.text, fact.end, start.spans[0].start)
        or _HELD_THEN.search(story.context.text, fact.end, start.spans[0].start)
    ):
        start = None  # "cabozantinib 40 mg (reduced from 60 mg for a rash in 11/2020)"
    item.start, item.end = start, end
    if fact.negated or fact.status == "declined":
        item.status = "not-done"
        item.start = item.end = None
        item.when = start


def _common(story: Story, item: Item, fact: Fact) -> None:
    detail: dict[str, Any] = item.detail
    kind = story.context.terms.attr(fact.concept, "class")
    if kind:
        detail.setdefault("class", kind)
    if fact.value.get("cycles") and not fact.negated:
        detail.setdefault("cycles", fact.value["cycles"])
        detail.setdefault("cyclesSpans", [list(fact.value["cyclesSpan"])])
    if fact.value.get("route"):
        detail.setdefault("routeText", fact.value["route"])
        route = next(
            (c for c in story.context.terms.lexicon.lookup(fact.value["route"]) if c.startswith("routes/")), None
        )
        if route:
            detail.setdefault("route", route)
    for dose in fact.value.get("dosages", []):
        add_dose(story, item, dose)
    line = line_of(story, fact)
    if line and "line" not in detail and not fact.negated:
        detail["line"] = line.group()
    if item.type == "medication" and "reason" not in item.links and detail.get("class") in ANTITUMOUR:
        primary = story.primary(fact)
        if primary:
            item.links["reason"] = [primary.key]
