"""Laboratory results and vital signs of the case."""

from __future__ import annotations

from typing import Any

from epicrisis.case.model import Item, Span
from epicrisis.case.story import Story
from epicrisis.facts import Fact

_KEPT = (
    "value",
    "comparator",
    "unit",
    "ucum",
    "refLow",
    "refHigh",
    "refUnit",
    "refText",
    "interpretation",
    "resultText",
    "vital",
)


def build(story: Story) -> None:
    """Make a lab item of every result; one told again in the abstract or a legend adds its
    words.
    """
    for fact in story.of("lab"):
        if (fact.concept or "").startswith("imaging/"):
            continue  # the study's own item says what it showed
        add_result(story, "lab", fact)


def add_result(story: Story, type_: str, fact: Fact) -> Item | None:
    """Make an item of a result, or bind it to the same result told before."""
    value = fact.value
    detail: dict[str, Any] = {k: value[k] for k in _KEPT if value.get(k) not in (None, "")}
    if value.get("value2"):
        detail["valueHigh"] = value["value2"]
    if fact.negated and "value" not in detail and detail.get("interpretation") in ("high", "low", "abnormal"):
        # "no elevation of CRP" is not elevated, and no more than that
        detail["resultText"] = "not " + str(detail.get("resultText", detail["interpretation"]))
        del detail["interpretation"]
    if not any(k in detail for k in ("value", "interpretation", "resultText")):
        return None
    when = story.when(fact)
    told = _told(story, type_, fact, detail, story.main(fact))
    spans = [Span(fact.start, fact.end)]
    spans += [Span(*value[k]) for k in ("valueSpan", "wordSpan") if value.get(k)]
    if told:
        told.spans += [s for s in spans if s not in told.spans]
        story.bind(fact, told)
        return None
    text = f"{fact.text}"
    return story.add(type_, fact, text=text, spans=_merged(spans), when=when, negated=False, detail=detail)


def _told(story: Story, type_: str, fact: Fact, detail: dict[str, Any], main: bool) -> Item | None:
    """Return the same result told before, where *fact* only repeats it."""
    for item in story.typed(type_):
        if item.concept != fact.concept or (fact.concept is None and item.text.lower() != fact.text.lower()):
            continue
        same = (
            item.detail.get("value") == detail.get("value")
            and item.detail.get("interpretation") in (detail.get("interpretation"), None)
        ) or ("value" in item.detail and "value" not in detail and not main)
        near = abs(item.spans[0].start - fact.start) < 400
        if same and (not main or (near and item.detail.get("value") == detail.get("value"))):
            return item
    return None


def _merged(spans: list[Span]) -> list[Span]:
    """Return the spans in order without those inside another."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if kept and span.end <= kept[-1].end:
            continue
        kept.append(span)
    first = spans[0]
    return [first, *(s for s in kept if s != first)] if first in kept else kept
