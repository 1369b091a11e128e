"""Imaging, pathology and other examinations, with what they showed."""

from __future__ import annotations

import re

from epicrisis.case.model import Item, Span
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.kept import lazy

_NORMAL = lazy(r"\b(?:normal|unremarkable|within\s+normal\s+limits|no\s+abnormalit\w+)\b", re.I)
_POST = lazy(r"\bpost-\s?\Z", re.I)  # "post-ERCP pancreatitis" tells of no second one
_PROCEDURES = frozenset({"endoscopy", "biopsy"})


def build(story: Story) -> None:
    """Add imaging and pathology items, normal laboratory examinations and endoscopies."""
    for fact in story.of("imaging"):
        _imaging(story, fact)
    for fact in story.of("pathology"):
        if story.main(fact) and fact.value.get("findings") and not fact.negated:
            _pathology(story, fact)
    for fact in story.of("test"):
        _test(story, fact)


def _imaging(story: Story, fact: Fact) -> None:
    if not story.main(fact) or fact.status in ("planned", "declined") or fact.value.get("guides"):
        return
    a, b = fact.value.get("phrase", (fact.start, fact.end))
    when = story.when(fact, carry=bool(fact.value.get("findings")))
    if fact.negated:
        item = story.add(
            "imaging",
            fact,
            text=story.words(a, b),
            spans=[Span(a, b)],
            when=story.when(fact, carry=False),
            status="not-done",
        )
        return
    if not fact.value.get("findings"):
        if story.places.named("imaging", fact.concept) or (when is None and not fact.value.get("performed")):
            return
    item = story.add("imaging", fact, text=story.words(a, b), spans=[Span(a, b)], when=when)
    for key in ("modality", "site", "siteText", "contrast"):
        if fact.value.get(key):
            item.detail[{"site": "siteConcept", "siteText": "site"}.get(key, key)] = fact.value[key]
    _conclude(story, item, fact)


def _pathology(story: Story, fact: Fact) -> None:
    item = story.add("pathology", fact, when=story.when(fact))
    _conclude(story, item, fact)


def _conclude(story: Story, item: Item, fact: Fact) -> None:
    found = fact.value.get("findings")
    if found:
        item.detail["conclusion"] = story.words(*found)
        item.detail["conclusionSpans"] = [list(found)]


def _test(story: Story, fact: Fact) -> None:
    if not story.main(fact) or fact.negated or fact.status in ("planned", "declined"):
        return
    if _POST.search(story.context.text, max(0, fact.start - 7), fact.start):
        return
    if fact.value.get("modality") == "laboratory":
        found = fact.value.get("findings")
        if (
            found
            and fact.concept != "imaging/laboratory test"
            and not story.told.touch(fact.start, fact.end, "lab")
            and _NORMAL.search(story.context.text, *found)
            and found[1] - found[0] < 40
        ):
            item = story.add("lab", fact, when=story.when(fact), spans=[Span(fact.start, fact.end), Span(*found)])
            item.detail.update(interpretation="normal", resultText=story.words(*found))
        return
    if fact.value.get("modality") in _PROCEDURES and (
        fact.value.get("findings") or fact.value.get("performed") or story.when(fact, carry=False)
    ):
        if any(s.start < fact.end and fact.start < s.end for i in story.typed("procedure") for s in i.spans):
            return
        item = story.add("procedure", fact, when=story.when(fact, carry=False))
        item.detail["category"] = "endoscopy"
        _conclude(story, item, fact)
