"""Disease status over time, and survival as the text counts it."""

from __future__ import annotations

import re

from epicrisis.case.model import Item, Span, When
from epicrisis.case.remedies import prepares
from epicrisis.case.story import Story
from epicrisis.case.together import TOGETHER
from epicrisis.facts import Fact
from epicrisis.facts.brackets import closed
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.kept import lazy

# "ripretinib was started after progression": it progressed under what was given before
_BEGUN_UPON = lazy(
    r"[^.;]*?\b(?:started|begun|initiated|commenced|given|administered|added|introduced|offered|substituted|switched)\s+(?:in\s+(?:\w+\s+)?\d{4}\s+)?"
    r"(?:after|upon|on|at|because\s+of|due\s+to|following)\s+(?:(?!until\b)[a-z-]+\s+){0,3}",
    re.I,
)


def build(story: Story) -> None:
    """Add responses of the tumour and statements of survival."""
    for fact in story.of("response") if story.has_tumour() else ():
        _response(story, fact)
    for fact in story.of("survival"):
        _survival(story, fact)


def _response(story: Story, fact: Fact) -> None:
    if fact.negated or fact.status in ("planned", "declined", "hypothetical") or fact.certainty == "refuted":
        return
    response = fact.value["response"]
    when = None
    if story.main(fact):
        when = _date(story, fact)
    if _known(story, fact, response, when) or _is_recurrence(story, fact, response):
        return
    if not story.main(fact) and not fact.value.get("described"):
        return
    span = _clause(story, fact) if fact.value.get("described") else Span(fact.start, fact.end)
    item = story.add("status", fact, when=when, text=story.words(span.start, span.end), spans=[span])
    item.detail.update(response=response, responseText=item.text)
    primary = story.primary(fact)
    if primary:
        item.links["focus"] = [primary.key]
    therapy = _therapy(story, fact)
    if therapy:
        item.links["therapy"] = [*_given_with(story, therapy, fact), therapy.key]
        _focus_of_therapy(story, fact, item, therapy)


def _focus_of_therapy(story: Story, fact: Fact, item: Item, therapy: Item) -> None:
    """Lay a response to the tumour that the treatment was given for, where its own sentence names none."""
    members = [i for i in story.typed("medication") if i.key in therapy.links.get("members", [])]
    reasons = {r for i in (therapy, *members) for r in i.links.get("reason", [])}
    low, high = story.clause(fact)
    named = [
        i
        for i in story.typed("condition")
        if i.detail.get("role") == "primary" and any(low <= s.start < high for s in i.spans)
    ]
    if len(reasons) == 1 and not named:
        item.links["focus"] = sorted(reasons)


def _is_recurrence(story: Story, fact: Fact, response: str) -> bool:
    """Say whether a recurrence is already told as a condition."""
    return response.lower().startswith("recur") and story.told.touch(fact.start, fact.end, "recurrence")


def _clause(story: Story, fact: Fact) -> Span:
    """Return the clause in which a change is described: it says of what."""
    low, high = story.clause(fact)
    text = story.context.text
    cuts = [
        m.end()
        for m in lazy(r"[,;:]\s+(?:and\s+)?|\b(?:showed|revealed|demonstrated)\s+").finditer(text[low : fact.start])
    ]
    start = low + cuts[-1] if cuts else low
    stop = lazy(r"[,;.](?!\d)").search(text[fact.end : high])
    end = fact.end + stop.start() if stop else high
    return Span(start, end)


def _date(story: Story, fact: Fact) -> When | None:
    ticks = story.timeline.in_sentence(fact.sentence)
    if ticks:
        own = story.timeline.stated(fact)
        if own is not None:
            # dates listed before an evaluation: the last one is nearest to it
            return own.when
    return story.when(fact, carry=False)


def _known(story: Story, fact: Fact, response: str, when: object) -> Item | None:
    main, (low, high) = story.main(fact), story.clause(fact)
    if main and fact.value.get("described"):
        return None
    for item in story.typed("status"):
        if item.detail.get("response") != response:
            continue
        repeated = not main and item.detail.get("responseText", "").lower() == fact.text.lower()
        if (
            low <= item.spans[0].start < high
            or repeated
            or (when is not None and item.when is not None and item.when == when)
        ):
            if len(item.spans) < 4:
                story.bind(fact, item)
            return item
    return None


_THERAPIES = ("medication", "regimen", "radiotherapy", "procedure")
_TO = lazy(r"\s+(?:to|with|on|under|after)\s+(?:the\s+)?")


def _therapy(story: Story, fact: Fact) -> Item | None:
    """Return the treatment that the words say ("no response to X"), or the one told last before the evaluation."""
    to = _TO.match(story.context.text, fact.end)
    best: tuple[int, Item] | None = None
    for item in story.places.beginning(to.end(), to.end() + 1, *_THERAPIES) if to else ():
        if _treats(item):
            return item
    for item in story.places.beginning(fact.start - 499, fact.start, *_THERAPIES):
        if not _treats(item):
            continue
        for span in item.spans:
            if prepares(story, item, span):
                continue  # "with octreotide premedication"
            if span.start < fact.start and fact.start - span.start < 500 and (best is None or span.start > best[0]):
                if _BEGUN_UPON.fullmatch(story.context.text, span.end, fact.start):
                    continue
                best = (span.start, item)
    return best[1] if best else None


def _given_with(story: Story, therapy: Item, fact: Fact) -> list[str]:
    """Return the keys of the drugs that are told as given with *therapy*: "carboplatin (AUC 6) and paclitaxel"."""
    if therapy.type != "medication":
        return []
    text = story.context.text
    first = max((s.start for s in therapy.spans if s.start < fact.start), default=-1)
    low = story.context.sentences[story.context.sentence_at(first)].start if first >= 0 else 0
    found: list[str] = []
    for item, end in sorted(
        (
            (i, s.end)
            for i in story.places.beginning(low, first, "medication", "regimen")
            for s in i.spans
            if low <= s.end <= first
        ),
        key=lambda p: -p[1],
    ):
        if closed(text, end, first):
            continue  # what the brackets of a regimen tell
        if not TOGETHER.fullmatch(text, end, first):
            break
        if _treats(item) and item.start == therapy.start and item.concept != therapy.concept:
            found.insert(0, item.key)
        first = next(s.start for s in item.spans if s.end == end)
    return list(dict.fromkeys(found))


def _treats(item: Item) -> bool:
    """Say whether a treatment was given against the tumour."""
    if item.negated or item.status in ("planned", "not-done") or item.links.get("regimen"):
        return False
    if item.type == "medication":
        return item.detail.get("class", "chemo") in ANTITUMOUR
    return item.type != "procedure" or item.detail.get("category") in ("ablation", "embolization", "transplant")


def _survival(story: Story, fact: Fact) -> None:
    value = fact.value
    for item in story.typed("survival"):
        if (
            item.detail["value"] == value["value"]
            and item.detail["unit"] == value["unit"]
            and item.detail["kind"] == value["kind"]
        ):
            story.bind(fact, item)
            return
    item = story.add("survival", fact)
    item.detail.update(value=value["value"], unit=value["unit"], kind=value["kind"])
