"""Adverse events with their grade, suspected drug, and what was done."""

from __future__ import annotations

import re
from functools import lru_cache

from epicrisis.case.calendar import precedes
from epicrisis.case.given import Given
from epicrisis.case.model import Item, Span
from epicrisis.case.story import Story
from epicrisis.case.suspects import blamed_by, suspect
from epicrisis.facts import Fact, phrase
from epicrisis.kept import lazy

_SEVERITY = lazy(
    r"(?:mild|moderate|severe|persistent|transient|new|worsening|significant|marked|life-threatening|slight|grade|intermittent|progressive|acute)\s+",
    re.I,
)
_ADJECTIVE = lazy(r"[a-z-]+(?:al|ic|ar|ous|ary|oid|ive|ing|induced|related|associated)", re.I)
_ENDED = lazy(
    r"[\s,]+(?:(?:had|has|have|was|were|then|also|completely|fully|gradually|eventually|subsequently|finally|rapidly|been)\s+){0,4}(?P<how>resolved|recovered|subsided|disappeared|improved|persisted|resolving|ongoing|controlled)\b",
    re.I,
)

_SOON = 120  # code points from a complaint to the words that point back to it


def build(story: Story) -> None:
    """Add one item per event; an event told again becomes evidence of the first."""
    facts = story.of("adverse_event")
    if not facts:
        return
    given = Given(story)
    for fact in sorted(facts, key=lambda f: (not story.main(f), f.start)):
        if fact.negated or fact.status in ("planned", "declined"):
            continue
        known = _known(story, given, fact)
        if known:
            story.bind(fact, known)
            _detail(story, known, fact)
            continue
        item = story.add("adverse_event", fact, text=_name(story, fact)[0], spans=[_name(story, fact)[1]])
        item.when = story.when(fact, carry=bool(fact.value.get("action")))
        _detail(story, item, fact)
        suspect(story, given, item, fact)
    _graded_elsewhere(story, given)
    _told_after(story)


def _graded_elsewhere(story: Story, given: Given) -> None:
    """A disease that the text elsewhere calls an adverse effect is one, where it appears under treatment."""
    order: dict[str, int] = {}
    terms: dict[str | None, list[Item]] = {}
    for item in story.typed("adverse_event"):
        order[item.key] = len(order)
        terms.setdefault(_term(item.concept), []).append(item)
    for fact in story.of("diagnosis", "symptom"):
        if story.item(fact) or not story.main(fact) or fact.negated:
            continue
        alike = [i for i in terms.get(_term(fact.concept), ()) if i.detail.get("said")]
        near = story.places.beginning(fact.end + 1, fact.end + _SOON, "adverse_event")
        alike += [i for i in near if _the_same(story, i, fact)]
        event = min(alike, key=lambda i: order[i.key], default=None)
        if (
            event
            and event.spans[0].start > fact.end
            and story.context.kind(fact.sentence) in ("treatment", "outcome", "case", "body")
        ):
            a = fact.value.get("phrase", (fact.start,))[0]
            story.places.tell(event, Span(a, fact.end), first=True)
            event.text = story.words(a, fact.end)
            severity = lazy(r"\b(mild|moderate|severe|life-threatening)\b", re.I).search(
                story.context.text[a : fact.start]
            )
            if severity:
                event.detail["severity"] = severity.group(1).lower()
                event.detail.pop("grades", None)
            _detail(story, event, fact)
            suspect(story, given, event, fact)
            story._of[id(fact)] = event


def _the_same(story: Story, item: Item, fact: Fact) -> bool:
    """Say whether an event points back to a complaint right before it: "neuropathy; the neuropathy was grade 2"."""
    at = item.spans[0].start
    return (
        0 < at - fact.end < _SOON
        and story.context.text[max(0, at - 4) : at].lower() == "the "
        and _same_words(item.text, fact.text)
    )


_OPENS = lazy(r"\s?\(")


def _told_after(story: Story) -> None:
    """Take the outcome of an event from a later sentence: "The pneumonitis resolved by August"."""
    events: dict[str | None, list[Item]] = {}
    for item in story.typed("adverse_event"):
        events.setdefault(_term(item.concept), []).append(item)
    short = {i.text: i for i in story.typed("adverse_event") if i.text.isupper()}
    for fact in story.of("diagnosis", "symptom"):
        if story.item(fact) or not story.main(fact):
            continue
        same = short.get(fact.text)
        if same and same.spans[0].start < fact.start:
            story.bind(fact, same)  # "ILD was diagnosed ... without recurrence of ILD"
            if not fact.negated and (gone := _ENDED.match(story.context.text, fact.end, story.clause(fact)[1])):
                same.detail.setdefault("outcome", gone["how"])
            continue
        if fact.negated or fact.certainty != "stated":
            continue
        named = [
            i
            for i in events.get(_term(fact.concept), ())
            if _OPENS.fullmatch(story.context.text, i.spans[0].end, fact.start)
        ]
        if named:
            story.bind(fact, named[0])  # "osteonecrosis of the jaw (MRONJ)"
            continue
        ended = _ENDED.match(story.context.text, fact.end, story.clause(fact)[1])
        if not ended:
            continue
        told = reversed(events.get(_term(fact.concept), []))
        event = next((i for i in told if i.spans[-1].end < fact.start < i.spans[-1].end + 1500), None)
        if event:
            story.bind(fact, event)
            event.detail.setdefault("outcome", ended["how"])


def _term(concept: str | None) -> str | None:
    """Return the term without its table: "hypertension" of the diseases and of the events is one thing."""
    return concept.rpartition("/")[2] if concept else None


def _known(story: Story, given: Given, fact: Fact) -> Item | None:
    name, term = _name(story, fact)[0], _term(fact.concept)
    for item in story.typed("adverse_event"):
        if (
            _term(item.concept) == term
            or (_same_words(item.text, name) and not _beside(story, item, fact))
            or _broader(story, item, fact)
        ) and not _another_time(story, given, item, fact):
            return item
    return None


def _another_time(story: Story, given: Given, item: Item, fact: Fact) -> bool:
    """Say whether an event came again in another year under another drug: "diarrhoea in 2016", "in 2021"."""
    if item.when is None or item.when.inferred:
        return False
    when = story.when(fact, carry=False)
    if when is None or when.inferred or when.value[:4] == item.when.value[:4]:
        return False
    told = blamed_by(story, given, fact)
    return bool(told) and not {i.key for i in told} & set(item.links.get("suspects", ()))


def _beside(story: Story, item: Item, fact: Fact) -> bool:
    """Say whether two events of the tables stand in one sentence: "neutropenia and febrile neutropenia"."""
    both = all((c or "").startswith("adverse_events/") for c in (item.concept, fact.concept))
    return both and story.context.sentence_at(item.spans[0].start) == fact.sentence


def _same_words(a: str, b: str) -> bool:
    """Say whether one name tells the other more closely: "oral mucositis", "oral mucosal ulcers"."""
    one, other = _beginnings(a), _beginnings(b)
    return bool(one and other) and (one <= other or other <= one)


@lru_cache(1024)
def _beginnings(text: str) -> frozenset[str]:
    return frozenset(w[:5] for w in lazy(r"[a-z]{4,}").findall(text.lower()))


def _broader(story: Story, item: Item, fact: Fact) -> bool:
    """Say whether two names mean one event, where one tells it of a site of the other."""
    terms = story.context.terms
    one, other = (terms.attr(c, "event") or (c or "").rpartition("/")[2] for c in (item.concept, fact.concept))
    return bool(one) and one == other


def _name(story: Story, fact: Fact) -> tuple[str, Span]:
    """Return the event's noun phrase ("oral mucosal ulcers") without its grade and severity."""
    low = max(
        story.clause(fact)[0],
        fact.value.get("gradeSpan", [0, 0])[1] if fact.value.get("gradeSpan", [0, 0])[1] <= fact.start else 0,
    )
    start = _adjectives(story, fact.start, max(low, phrase.left(story.context, fact.start, low, 2)))
    lead = _SEVERITY.match(story.context.text, start, fact.start)
    while lead:
        start = lead.end()
        lead = _SEVERITY.match(story.context.text, start, fact.start)
    return story.words(start, fact.end), Span(start, fact.end)


def _adjectives(story: Story, start: int, low: int) -> int:
    """Step left over words that say where or which ("oral mucosal"), and no others."""
    words = list(lazy(r"[\w-]+").finditer(story.context.text[low:start]))
    for word in reversed(words):
        at = low + word.start()
        if not (_ADJECTIVE.fullmatch(word.group()) or story.context.hits_in(at, low + word.end(), "sites")):
            break
        start = at
    return start


def _detail(story: Story, item: Item, fact: Fact) -> None:
    value = fact.value
    if value.get("grades") and "grades" not in item.detail and "severity" not in item.detail:
        item.detail["grades"] = value["grades"]
        item.detail["gradeSpans"] = [value["gradeSpan"]]
    elif value.get("grades") and _worsened(story, item, fact):
        item.detail["grades"] = sorted({*item.detail["grades"], *value["grades"]})
        item.detail["gradeSpans"].append(value["gradeSpan"])
    if value.get("severity") and "severity" not in item.detail and "grades" not in item.detail:
        item.detail["severity"] = value["severity"]
    for key in ("action", "treatment", "outcome"):
        if value.get(key) and key not in item.detail:
            a, b = value[key]
            item.detail[key] = story.words(a, b)
    if value.get("said"):
        item.detail["said"] = True


def _worsened(story: Story, item: Item, fact: Fact) -> bool:
    """Say whether an event is told again with its grade of a later day: "grade 3 on day 5, grade 4 on day 7"."""
    if item.when is None or "gradeSpans" not in item.detail:
        return False
    when = story.when(fact, carry=False)
    return when is not None and precedes(item.when.value, when.value)
