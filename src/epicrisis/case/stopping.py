"""When and why treatments were stopped, as the text says it of them."""

from __future__ import annotations

import re

from epicrisis.case.calendar import precedes
from epicrisis.case.class_stopped import of_class
from epicrisis.case.date_cues import NEXT_ONE
from epicrisis.case.medicine_lists import item_at
from epicrisis.case.model import Item, Span, When
from epicrisis.case.partly_stopped import labels, part_only
from epicrisis.case.story import Story
from epicrisis.case.switched import NOT_YET, switch
from epicrisis.case.why_stopped import tell_why, why_stopped
from epicrisis.facts.asserted_behind import RESUMED
from epicrisis.facts.brackets import opened, opening
from epicrisis.facts.patterns import stems
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

_STOPPED = lazy(
    r"\b(?:discontinu(?:ed|ation\s+of)|stopped|omitted|dropped|withdrawn|ceased|terminated|abandoned|(?:weaned|tapered)\s+off|interrupted\s+permanently|d/?c['’]?e?d)\b"
    # "was put on hold in May and never resumed"
    r"|\b(?:(?:put\s+|placed\s+)?on\s+hold|held|paused|withheld|suspended)\b(?=[^.;]{0,60}?\b(?:not|never)\s+(?:been\s+)?(?:resumed|re-?started|re-?introduced|re-?initiated|re-?challenged|given\s+again)\b(?!\s+(?:until|till|before)))",
    re.I,
)
_STOPS = stems(
    "put placed on hold held paused withheld suspended discontinued stopped omitted dropped withdrawn weaned tapered ceased terminated abandoned interrupted switched changed converted replaced dced dcd",
    any_end="d dc",
)
_OTHER_SUBJECT = lazy(
    r"[(;,]\s*(?!(?:was|were|had|then|later|permanently|finally|treatment|therapy|drug|both|all)\b)[a-z][\w-]*\s+(?:was\s+)?\Z",
    re.I,
)
_CLAUSE = lazy(
    r",\s+(?:and\s+)?(?:\w+ly\s+)?(?:lost|developed|received|relapsed|progressed|had|was|were|became|died|showed)\b",
    re.I,
)
_TURN = lazy(r"\b(?:when|then|thereafter|followed\s+by)\b", re.I)
_STARTED = lazy(r"\b(?:start|begun|began|initiat|commenc|introduc)\w*", re.I)
_NEXT = lazy(
    r"\b(?:and|then|followed\s+by)\b[^.;]{0,50}\b(?:start|begun|began|initiat|commenc|introduc|given|received|administered|underwent|performed)\w*"
    r"|\b(?:continued|maintained)\b",  # "A was stopped, B was continued until"
    re.I,
)
_OF_DRUGS = lazy(r"chemo(?!rad)|immuno|hormon|endocrine|targeted|systemic|treatment|regimen|medication", re.I)
_BEHIND_DRUG = lazy(r"(?:\s*[x×]\s?\d{1,2}|\s+\d[^(),;]{0,24})?\s*", re.I)
_OBJECT = lazy(
    r"\s+(?:of\s+)?(?:(?:the|her|his|both|all|oral|adjuvant|maintenance|treatment\s+with|therapy\s+with)\s+){0,3}(?:[\w-]+(?:\s+and\s+|/)){0,2}",
    re.I,
)
_WAS = lazy(r"\s+(?:was|were|had\s+to\s+be|had\s+been)\s+(?:\w+\s+)?", re.I)
_ITSELF = lazy(r"\s+(?:(?:was|were|being|had\s+been)\s+)?(?:(?:permanently|then|later|subsequently|finally)\s+)?", re.I)
# "carboplatin and paclitaxel", "nivolumab 1 mg/kg plus ipilimumab"
_JOINED = lazy(
    r"\s*(?:,|/|\+|(?:,\s*)?(?:and|plus)\b)\s*|\s\d[\d.,]*\s?(?:mg|g|AUC)(?:/(?:kg|m2|m²|d|day))?\s(?:\w+\s){0,4}?plus\s",
    re.I,
)
_SUBJECT = lazy(
    r"\b(?:drugs?|treatment|therapy|medications?|regimen|chemotherapy|(?P<immuno>immunotherapy|ICIs?)|both|combination|agents?|it|they|infusion)\b[^.;,]{0,40}\Z",
    re.I,
)

_LONGEST = 400  # code points of a regimen's name


def stop(story: Story) -> None:
    """Set status, end and reason of treatments that the text says were stopped."""
    text = story.context.text
    for index, s in story.context.patient_sentences():
        if story.beside(index) or not story.context.may(index, _STOPS):
            continue
        for m in story.context.find(_STOPPED, _STOPS, s.start, s.end):
            low, high = max(s.start, m.start() - REACH), min(s.end, m.end() + REACH)
            if NOT_YET.search(text, low, m.start()) or RESUMED.match(text, m.end(), high):
                continue
            if part_only(story, low, m.start()):
                continue  # "5-FU bolus omitted": the infusion went on
            targets = _targets(story, index, low, m.start(), m.end(), high)
            listed = item_at(story.context, index, m.start())
            reason = why_stopped(story, m.end(), min(high, listed[1]) if listed else high)
            when = _when(story, index, m.end(), listed)
            if when and when.spans[0].end < m.start() and NEXT_ONE.search(text, when.spans[0].end, m.start()):
                when = None  # "In March 2018 she received doxorubicin, and then docetaxel, which was stopped"
            for item in targets:
                item.status = "stopped"
                item.detail.setdefault("stopSpans", [[m.start(), m.end()]])
                if when and item.start and item.start.spans == when.spans and when.spans[0].start >= m.end():
                    item.start = None  # "lenalidomide 10 mg was stopped in 2018"
                if when and item.end is None and (item.start is None or not precedes(when.value, item.start.value)):
                    item.end = when
                tell_why(story, item, reason)
        switch(story, s.start, s.end)


def _targets(story: Story, index: int, low: int, at: int, after: int, high: int) -> list[Item]:
    """Return the treatments meant: those named in the clause, else those of the sentence before."""
    items = _going_on(story, low, high)
    if labels(story, low, at, after):
        behind = [i for i in items if any(after <= s.start < high for s in i.spans)]
        if behind:
            return behind  # "Stopped: apixaban, statin, ramipril"
    listed = item_at(story.context, index, at)
    if listed is not None:  # "sertraline 50 mg, OCP - D/C'd": nothing else of the list was
        return [i for i in items if any(listed[0] <= s.start < listed[1] for s in i.spans)]
    named = [
        i
        for i in items
        if any(
            (low <= s.start < at and not _of_other_in_brackets(story.context.text, s.end, at))
            or _object(story.context.text, after, s.start, high)
            for s in i.spans
        )
    ]
    spelled = _in_brackets(story, low, at) or of_class(story, named, at)
    if spelled:
        return spelled
    drugs = [(s, i) for i in named for s in i.spans if low <= s.start < at]
    bracket = opening(story.context.text, low, at)
    if bracket is not None and not any(s.start > bracket for s, _ in drugs):
        # "A (2020-2021), and B x4 (stopped early for pancytopenia)": B was
        before = [(s, i) for s, i in drugs if _BEHIND_DRUG.fullmatch(story.context.text, s.end, bracket)]
        if before:
            return _with_members(story, joined(story.context.text, drugs, before))
    right = [(s, i) for s, i in drugs if _ITSELF.fullmatch(story.context.text, s.end, at)]
    if right:  # "bleomycin was omitted", whatever regimen it is of; "carboplatin and paclitaxel were stopped"
        return _with_members(story, joined(story.context.text, drugs, right))
    turns = [m.end() for m in _TURN.finditer(story.context.text, low, at)]
    then = [i for i in named if turns and any(turns[-1] <= s.start < at for s in i.spans)]
    if then:
        return then  # "paclitaxel, then EC, which was stopped"
    # "ipi/nivo, colitis (infliximab), stopped": what brackets hold beside it was not
    outer = [i for i in named if not all(_closed_in(story.context.text, low, s.start, at) for s in i.spans)]
    if outer and len(outer) < len(named):
        return outer
    near = [(s, i) for s, i in drugs if at - 60 <= s.start]
    if near or named:
        # "nivolumab 1 mg/kg plus ipilimumab 3 mg/kg was given for two doses but was stopped": both
        return list({i.key: i for i in joined(story.context.text, drugs, near)}.values()) if near else named
    bare = story.context.text[max(0, low - 3) : low].rstrip().endswith(";") and not story.context.text[low:at].strip(
        " ,"
    )
    subject = _SUBJECT.search(story.context.text, low, at)
    if not bare and not subject:
        return []  # "olaparib 300 mg bd from January; stopped 10/2021" goes on with what was told
    if _another_subject(story, low, at):
        return []
    for back in (1, 2):
        if index - back < 0:
            break
        s = story.context.sentences[index - back]
        told = _going_on(story, s.start, s.end)
        if subject and subject["immuno"]:
            told = [i for i in told if i.detail.get("class") == "immuno"]
        if told:
            return _begun_last(story, told, s.start, s.end)
    return []


def _going_on(story: Story, low: int, high: int) -> list[Item]:
    """Return the treatments told in [low, high) that may be stopped."""
    return [i for i in story.places.beginning(low, high, "medication", "regimen") if _goes_on(i)]


def _goes_on(item: Item) -> bool:
    return item.status in ("done", "ongoing") and not item.negated


def _another_subject(story: Story, low: int, at: int) -> bool:
    """Say whether an act that is no drug stands before the stop: "TTFields therapy was started but abandoned"."""
    return any(low <= f.start < at and not _OF_DRUGS.search(f.text) for f in story.of("procedure", "radiotherapy"))


def joined(text: str, drugs: list[tuple[Span, Item]], right: list[tuple[Span, Item]]) -> list[Item]:
    """Return what *right* holds and what is joined to it: "carboplatin and paclitaxel"."""
    while True:
        first = min(s.start for s, _ in right)
        more = [(s, i) for s, i in drugs if s.end <= first and _JOINED.fullmatch(text, s.end, first)]
        if not more:
            return [i for _, i in right]
        right = more + right


def _with_members(story: Story, items: list[Item]) -> list[Item]:
    """Return the items and the drugs of the regimens among them."""
    members = {key for i in items if i.type == "regimen" for key in i.links.get("members", ())}
    return [*items, *(i for i in story.places.keyed(members) if i.type == "medication" and i not in items)]


def _closed_in(text: str, low: int, start: int, at: int) -> bool:
    """Say whether *start* stands in brackets that close before *at*."""
    return opening(text, low, start) is not None and text.find(")", start, at) > -1


def _of_other_in_brackets(text: str, end: int, at: int) -> bool:
    """Say whether brackets behind a drug tell of something else: "FOLFIRINOX x8 (oxali dropped C7)" goes on without it."""
    return opened(text, end, at) and _OTHER_SUBJECT.search(text, end, at) is not None


def _begun_last(story: Story, told: list[Item], low: int, high: int) -> list[Item]:
    """Return the treatments of a sentence without those that gave way to another there: "progressed in May, when B"."""
    places = [(x.start, i) for i in told for x in i.spans if low <= x.start < high]
    turns = [m.end() for m in _TURN.finditer(story.context.text, low, high)]
    last = max((t for t in turns if any(at >= t for at, _ in places)), default=low)
    return [i for i in told if any(at >= last for at, j in places if j is i)]


def _in_brackets(story: Story, low: int, at: int) -> list[Item]:
    """Return the regimen, and all of its drugs, that brackets right before *at* spell out: "FOLFOX (...) was stopped"."""
    text = story.context.text
    close = text.rfind(")", low, at)
    if close < 0 or not _WAS.fullmatch(text, close + 1, at):
        return []
    begin = text.rfind("(", low, close)
    regimens = story.places.beginning(begin - _LONGEST, begin + 1, "regimen")
    head = [i for i in regimens if _goes_on(i) and any(0 <= begin - s.end <= 2 for s in i.spans)]
    members = story.places.keyed(head[-1].links.get("members", ())) if head else []
    return [head[-1], *(i for i in members if _goes_on(i))] if head else []


def _object(text: str, after: int, at: int, high: int) -> bool:
    """Say whether a drug is what was stopped: "discontinued the gefitinib", not "was stopped and gefitinib given"."""
    return after <= at < high and bool(_OBJECT.fullmatch(text, after, at))


def _when(story: Story, index: int, at: int, listed: tuple[int, int] | None) -> When | None:
    s = story.context.sentences[index]
    if listed:  # "lansoprazole - stopped, denosumab on hold since Jan 2021"
        own = [t for t in story.timeline.in_sentence(index) if at <= t.fact.start < listed[1]]
        return own[0].when if own else None
    opening = [
        t
        for t in story.timeline.in_sentence(index)
        if t.fact.start - s.start < 15 and not _STARTED.search(story.context.text, t.fact.end, at)
    ]
    after = [
        t
        for t in story.timeline.in_sentence(index)
        if 0 <= t.fact.start - at < 60 and not _NEXT.search(story.context.text, at, t.fact.start)
    ]
    if opening and after and _CLAUSE.search(story.context.text, at, after[0].fact.start):
        after = []  # "In March she stopped imatinib to become pregnant, lost her response in August"
    ticks = after or opening
    line = story.timeline.leads_line(at) if not ticks else None
    return ticks[0].when if ticks else line.when if line else None
