"""Laboratory results and vital signs of the case."""

from __future__ import annotations

import re
from typing import Any

from epicrisis.case.model import Item, Span
from epicrisis.case.result_dates import date_of_result
from epicrisis.case.story import Story
from epicrisis.case.visit_day import of_visit
from epicrisis.facts import Fact
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

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


_FLUID = lazy(
    r"\b(?:CSF|cerebrospinal\s+fluid|(?:pleural|ascitic|peritoneal|synovial|pericardial)\s+fluid|urin(?:e|ary|alysis))\b",
    re.I,
)
_FLUID_WORDS = ("fluid", "csf", "urin")
_LABEL = lazy(
    r"\b(?P<of>pleural\s+effusion|ascites|effusion|drain\s+fluid)(?=\s?:)", re.I
)  # "Pleural effusion: LDH 410 U/L"
_LABELLED = lazy(r"\A\s?:(?!\s*(?:no|none|absent)\b)")
_IN_FLUID = lazy(
    r"(?:\s+(?:levels?|concentrations?))?\s+(?:in|of)\s+(?:the\s+)?(?P<fluid>" + _FLUID.pattern + ")", re.I
)
_BLOOD = lazy(r"\b(?:serum|blood|plasma|hematolog\w+)\b", re.I)
_EXAMINED = lazy(
    r"\A\W*(?:analysis|examination|studies|study|tests?|puncture|sample|chemistry|showed|revealed|was|had|contained|with|demonstrated)\b",
    re.I,
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
    when = date_of_result(story, fact) or (of_visit(story, fact) if value.get("vital") else None)
    fluid = _fluid(story, fact)
    if fluid:
        detail["specimen"] = fluid
    told = _told(story, type_, fact, detail, story.main(fact))
    spans = [Span(fact.start, fact.end)]
    spans += [Span(*value[k]) for k in ("valueSpan", "wordSpan") if value.get(k)]
    if told:
        for span in [s for s in spans if not story.places.has(told, s)]:
            story.places.tell(told, span)
        story.bind(fact, told)
        return None
    text = f"{fact.text}"
    item = story.add(type_, fact, text=text, spans=_merged(spans), when=when, negated=False, detail=detail)
    if fluid:
        story.places.rename(item, None)  # the table's code is that of blood
    return item


def _fluid(story: Story, fact: Fact) -> str | None:
    """Return the fluid in which something was measured, where it is not blood."""
    text, sentence = story.context.text, story.context.sentences[fact.sentence]
    named = f"{fact.concept} {fact.text}".lower()
    if any(word in named for word in _FLUID_WORDS) and (_FLUID.search(fact.concept or "") or _FLUID.search(fact.text)):
        return None  # the test is one of that fluid
    after = _IN_FLUID.match(text, fact.end, sentence.end)
    if after:
        return after["fluid"]
    low = max(sentence.start, fact.start - REACH)
    before = [*_FLUID.finditer(text, low, fact.start), *_LABEL.finditer(text, low, fact.start)]
    if not before or _BLOOD.search(text, before[-1].end(), fact.end):
        return None
    gap = text[before[-1].end() : fact.start]
    examined = _EXAMINED.search(gap) or _LABELLED.search(gap)
    return before[-1].group() if examined and ";" not in gap else None


def _told(story: Story, type_: str, fact: Fact, detail: dict[str, Any], main: bool) -> Item | None:
    """Return the same result told before, where *fact* only repeats it."""
    if main:  # told again in the same passage
        alike = story.places.beginning(fact.start - 399, fact.start + 400, type_)
    else:
        alike = story.places.named(type_, fact.concept)
    for item in alike:
        if item.concept != fact.concept:
            continue
        if fact.concept is None and item.text.lower() != fact.text.lower():
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
