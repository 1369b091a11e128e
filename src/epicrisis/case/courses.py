"""Whether a drug that is told again is the course told before, or another one."""

from __future__ import annotations

import re

from epicrisis.case.calendar import precedes
from epicrisis.case.date_cues import NEXT_ONE
from epicrisis.case.model import Item, When
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

SWITCHED_FROM = lazy(r"\b(?:switched|changed|converted)\s+(?:[\w-]+\s+){0,3}?from\s+(?:oral\s+)?\Z", re.I)
_AGAIN = lazy(
    r"\b(?:re-?treat\w*|re-?challeng\w*|re-?introduc\w*|re-?induc\w*|(?:second|third|fourth|fifth|2nd|3rd|4th)[\s-]*line)\b",
    re.I,
)
_GOES_ON = lazy(
    r"\b(?:continu(?:e|es|ed|ing)\s+(?:with\s+|on\s+|the\s+|her\s+|his\s+)*|on\s+(?:[\w-]+[\s-]line\s+)?)\Z", re.I
)
_CHANGED = lazy(
    r"\b(?:reduc\w+|increas\w+|escalat\w+|adjust\w+|continu\w+|lower\w*|rais\w+|de-?escalat\w+|titrat\w+|changed|modified|maintain\w+)\b",
    re.I,
)
_DOSE_CHANGED = lazy(
    r"\b(?:dos(?:e|es|age)\b[^.;]{0,60}\b(?:was|were)\s+(?:\w+\s+)?(?:adjusted|reduced|increased|lowered|escalated|changed|decreased|modified|raised|titrated)|(?:was|were)\s+(?:dose[\s-])?(?:reduced|escalated|lowered|de-?escalated|titrated)\s+to|dose[\s-]reduc\w+\s+to|(?:reduced|escalated|increased|lowered|decreased)\s+to)\b",
    re.I,
)
# "temozolomide 75 mg/m2 during radiotherapy, followed by adjuvant temozolomide 150-200 mg/m2"
_THEN_PHASE = lazy(
    r"\b(?:then|followed\s+by|after\s+which|afterwards|thereafter)\b[^.;]{0,40}\b(?:adjuvant|maintenance|consolidation|monotherapy)\W+(?:\w+\W+){0,2}\Z",
    re.I,
)
_MAINTAINS = lazy(r"\s+(?:\d[\d.]*\s?m?g(?:/\w+)?\s+)?(?:\w+\s+)?(?:maintenance|consolidation)\b", re.I)
_MAINTENANCE = lazy(
    r"\b(?:maintenance|consolidation)(?:\s+(?:therapy|treatment|chemotherapy|cycles?|courses?))?\s+(?:(?:with|of)\s+)?(?:[\w-]+(?:\s[\w-]+)?,?\s(?:and|plus|\+)\s)?\Z",
    re.I,
)
STOPPED_NOW = lazy(
    r"\s+(?:(?:was|were|had\s+to\s+be)\s+)?(?:then\s+|permanently\s+|temporarily\s+|finally\s+)?(?:stopped|discontinued|ceased|withdrawn|terminated|interrupted|paused|suspended|withheld|held|(?:put\s+|placed\s+)?on\s+hold)\b",
    re.I,
)
_STOPPED_BY = lazy(
    r"\b(?:(?:he|she|patient|we|and|who)\s+(?:\w+ly\s+|had\s+)?)(?:stopped|discontinued|ceased|quit|withdrew)\s+(?:taking\s+)?(?:the\s+|her\s+|his\s+)?\Z",
    re.I,
)
_ENDED = lazy(
    r"\s+(?:(?:was|were|had\s+to\s+be)\s+)(?:then\s+|permanently\s+|finally\s+)?(?:stopped|discontinued|ceased|withdrawn|terminated)\b",
    re.I,
)
_RESUMES = lazy(
    r"\b(?:re-?start\w*|resum\w*|re-?init\w*|re-?introduc\w*|re-?challeng\w*|re-?exposure|continu\w+)\b", re.I
)
RESUMED = lazy(
    r"\s+(?:(?!was|were)[\w/-]+\s+){0,6}?(?:was|were)\s+(?:then\s+|successfully\s+|later\s+)?(?:resumed|restarted|re-?initiated|re-?introduced|re-?administered|re-?started)\b",
    re.I,
)


def told_before(story: Story, fact: Fact, kind: str) -> Item | None:
    """Return the item that *fact* tells again: the same drug, without a start of its own."""
    same = [
        i
        for i in story.places.named(kind, fact.concept)
        if i.negated == fact.negated
        and (i.status in ("done", "ongoing", "stopped")) == (fact.status in ("done", "historical"))
    ]
    if not same:
        if (
            fact.status == "planned"
            and not fact.negated
            and _GOES_ON.search(story.context.text, max(story.clause(fact)[0], fact.start - 30), fact.start)
        ):
            # "continue cabozantinib": what is given goes on
            given = [i for i in story.places.named(kind, fact.concept) if i.status in ("done", "ongoing")]
            return given[-1] if given and not given[-1].negated else None
        if fact.status != "done" or fact.negated:
            return None
        # what was planned and is then given is one treatment
        planned = [i for i in story.places.named(kind, fact.concept) if i.status == "planned"]
        if planned and story.main(fact) and 0 <= fact.start - planned[-1].spans[-1].end < 400:
            _given(story, planned[-1], fact)
            return planned[-1]
        return None
    start, end = story.period(fact)
    low, _ = story.clause(fact)
    if _given_after_stop(story, fact, same[-1]):
        return None  # "methotrexate was stopped; she was treated with high-dose methotrexate"
    if _first_maintenance(story, fact, same):
        return None  # "lenalidomide maintenance" after an induction with it
    if STOPPED_NOW.match(story.context.text, fact.end) or stopped_by(story, fact):
        return same[-1]  # "11/2020: T-DM1 stopped" ends or interrupts the course, and begins none
    if SWITCHED_FROM.search(story.context.text, low, fact.start):
        return same[-1]
    if start is None and story.main(fact) and _AGAIN.search(story.context.text, max(low, fact.start - 60), fact.start):
        return None  # "was retreated with carboplatin" tells another course
    if start and story.main(fact) and RESUMED.match(story.context.text, fact.end):
        return next((i for i in same if i.start == start), None)
    if (
        start
        and story.main(fact)
        and fact.value.get("dosages")
        and _DOSE_CHANGED.search(story.context.text, *story.clause(fact))
    ):
        return same[-1]  # "the dose was adjusted to 10 mg in November" changes the course, and begins none
    if start is None and (_after_its_end(story, fact, same[-1]) or _another_course(story, fact, same[-1])):
        return None
    if start is None and end and story.main(fact) and same[-1].end is None and _came_back(story, same[-1], fact):
        return None  # after a relapse "received weekly paclitaxel until August 2021"
    if start is None and end and story.main(fact) and _ended_before(same[-1], end):
        return None  # "R-CHOP until April 2018; rituximab maintenance until July 2021"
    if start is None or not story.main(fact):
        return same[-1]
    for item in same:
        date = item.start or item.when
        if date and (date.value.startswith(start.value) or start.value.startswith(date.value)):
            return item
    open_ones = [
        i
        for i in same
        if i.start is None
        and i.when is None
        and not _ended_before(i, start)
        and not _dated_since(story, i, fact)
        and not _came_back(story, i, fact)
    ]
    return open_ones[-1] if open_ones and "regimen" not in open_ones[-1].links else None


def _given(story: Story, item: Item, fact: Fact) -> None:
    """Make what was planned done, with the cycles and doses that were given instead of those intended."""
    members = story.places.keyed(item.links.get("members", ()))
    for one in (item, *(m for m in members if m.status == "planned")):
        one.status = "done"
        if fact.value.get("cycles"):
            one.detail.pop("cyclesSpans", None)
            one.detail["cycles"] = fact.value["cycles"]
            if one is item:
                one.detail["cyclesSpans"] = [list(fact.value["cyclesSpan"])]
        if fact.value.get("dosages"):
            one.detail.pop("dosages", None)


def _ended_before(item: Item, when: When) -> bool:
    """Say whether the text ends a course before *when*: what is given then is another."""
    return item.end is not None and precedes(item.end.value, when.value)


def _dated_since(story: Story, item: Item, fact: Fact) -> bool:
    """Say whether other days are told between a drug and where it is told with a start: it is another course."""
    told = item.spans[-1].end
    if not story.context.is_patient_section(story.context.sentence_at(item.spans[-1].start)):
        return False  # an abstract told of it
    sentence = story.context.sentences[fact.sentence].start
    return len({t.when.value[:7] for t in story.timeline.between(told, sentence) if t.role != "end"}) > 1


def _as_maintenance(story: Story, start: int, end: int) -> bool:
    """Say whether a drug is told as a maintenance or a consolidation."""
    text = story.context.text
    return bool(_MAINTAINS.match(text, end) or _MAINTENANCE.search(text, max(0, start - 70), start))


def stopped_by(story: Story, fact: Fact) -> bool:
    """Say whether a drug is what somebody stopped: "she stopped imatinib to become pregnant"."""
    return _STOPPED_BY.search(story.context.text, max(story.clause(fact)[0], fact.start - 40), fact.start) is not None


def _given_after_stop(story: Story, fact: Fact, item: Item) -> bool:
    """Say whether a drug that was stopped for good is given anew with a dose or cycles of its own."""
    text = story.context.text
    own = fact.value.get("cycles") or any(d.get("dose") for d in fact.value.get("dosages", ()))
    return bool(
        own
        and story.main(fact)
        and story.context.sentence_at(item.spans[-1].start) < fact.sentence
        and any(_ENDED.match(text, s.end) for s in item.spans)
        and not RESUMED.match(text, fact.end)
        and not _RESUMES.search(text, max(story.clause(fact)[0], fact.start - 60), fact.start)
    )


def _first_maintenance(story: Story, fact: Fact, same: list[Item]) -> bool:
    """Say whether a drug that was given before is told as a maintenance or a consolidation for the first time."""
    return (
        story.main(fact)
        and same[-1].status in ("done", "stopped")
        and _as_maintenance(story, fact.start, fact.end)
        and not any(_as_maintenance(story, s.start, s.end) for s in same[-1].spans)
    )


def _came_back(story: Story, item: Item, fact: Fact) -> bool:
    """Say whether the disease is told to have come back or progressed since the course of *item*."""
    told = item.spans[-1].end
    return any(
        f.status == "done" and not f.negated
        for f in story.told.between(told, fact.start, "recurrence", "response")
        if f.kind == "recurrence" or f.value.get("response") in ("PD", "recurrence")
    )


def _after_its_end(story: Story, fact: Fact, item: Item) -> bool:
    """Say whether a drug is told with cycles or doses of its own when its course is over: another course."""
    own = fact.value.get("cycles") or any(d.get("dose") for d in fact.value.get("dosages", ()))
    if not own or not story.main(fact):
        return False
    tick = story.timeline.clock(fact)
    return tick is not None and _ended_before(item, tick.when)


def _another_course(story: Story, fact: Fact, item: Item) -> bool:
    """Say whether a drug is told with another dose, after an operation or with cycles of its own: given anew."""
    if not story.main(fact) or item.status not in ("done", "stopped"):
        return False
    if fact.value.get("cycles") and item.detail.get("cycles") and _came_back(story, item, fact):
        return True
    if (
        fact.value.get("cycles")
        and not item.detail.get("cycles")
        and story.context.sentence_at(item.spans[-1].start) == fact.sentence
        and NEXT_ONE.search(story.context.text, item.spans[-1].end, fact.start)
    ):
        return True  # "temozolomide during radiotherapy, followed by six cycles of temozolomide"
    if _other_route(item, fact) or _other_form(story, item, fact) or _of_another_regimen(story, item, fact):
        return True
    told = {str(d["dose"].get("value")) for d in item.detail.get("dosages", ()) if d.get("dose")}
    own = {str(d["dose"].get("value")) for d in fact.value.get("dosages", ()) if d.get("dose")}
    if not told or not own or own & told:
        return False
    if story.context.sentence_at(item.spans[-1].start) == fact.sentence:
        return bool(_THEN_PHASE.search(story.context.text, max(item.spans[-1].end, fact.start - REACH), fact.start))
    low, high = story.clause(fact)
    if _CHANGED.search(story.context.text, low, high):
        return False
    if fact.value.get("cycles") and "regimen" in item.links:
        return True  # "induction with 7+3, then two cycles of HiDAC"
    operated = any(
        not f.negated
        and f.status == "done"
        and story.context.terms.attr(f.concept, "category") in ("surgery", "transplant")
        for f in story.told.between(item.spans[-1].end, fact.start, "procedure")
    )
    return operated or bool(
        fact.value.get("cycles") and (item.detail.get("cycles") or "days" in item.detail["dosages"][0])
    )


def _other_route(item: Item, fact: Fact) -> bool:
    """Say whether one of two tellings is into the fluid of the spine and the other a dose by the body's surface."""
    spinal = ("intrathecal", "intraventricular", "intra-thecal")
    told, own = (str(r or "").lower() in spinal for r in (item.detail.get("routeText"), fact.value.get("route")))
    if told == own:
        return False
    doses = item.detail.get("dosages", ()) if own else fact.value.get("dosages", ())
    return any("/m" in str((d.get("dose") or {}).get("unit")) for d in doses)


_DEPOT = lazy(r"\b(?:LAR|depot|autogel|long-acting)\b", re.I)


def _other_form(story: Story, item: Item, fact: Fact) -> bool:
    """Say whether one of two tellings is a depot and the other is given into a vein with a dose of its own."""
    told, own = (_DEPOT.search(t) is not None for t in (item.text, story.context.text[fact.start : fact.end + 8]))
    dosed = any(d.get("dose") for d in fact.value.get("dosages", ()))
    return told and not own and dosed and str(fact.value.get("route", "")).lower().startswith(("intraven", "iv", "i.v"))


def _of_another_regimen(story: Story, item: Item, fact: Fact) -> bool:
    """Say whether a drug with a dose of its own is told after another regimen than the one it was taken from."""
    if "regimen" not in item.links or not any(d.get("dose") for d in fact.value.get("dosages", ())):
        return False
    own = item.spans[-1].end
    return _came_back(story, item, fact) and bool(story.told.between(own, fact.start, "regimen"))
