"""Stains, receptors and serum tumour markers of the case."""

from __future__ import annotations

from typing import Any

from epicrisis.case.build_labs import add_result
from epicrisis.case.model import Item, Span
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.facts.in_order import Stretches

_KEPT = (
    "result",
    "percentLow",
    "percentHigh",
    "comparator",
    "intensity",
    "score",
    "scoreType",
    "clone",
    "method",
)


def build(story: Story) -> None:
    """Make a marker item of every stain and serum marker, with the tumour as focus."""
    genomic = Stretches(
        (f.start, f.end)
        for f in story.of("genomic")
        # the halves of "EWSR1-FLI1 positive" are no stains
        if f.value.get("method") not in (None, "ihc") or f.value.get("partner")
    )
    for fact in story.of("marker"):
        if genomic.touch(fact.start, fact.end):
            continue  # "negative for EGFR and ALK alterations": genes, not stains
        if fact.value.get("method") == "serum":
            item = add_result(story, "marker", fact)
            if item:
                item.detail["method"] = "serum"
        else:
            item = _stain(story, fact)
        if item:
            primary = _focus(story, fact)
            if primary:
                item.links["focus"] = [primary.key]


def _focus(story: Story, fact: Fact) -> Item | None:
    """Return the tumour that a marker tells of: PSA that of the prostate, though it be one of the past."""
    primary = story.primary(fact)
    terms = story.context.terms
    organs = {f"sites/{o}" for o in terms.listed(fact.concept, "organs")}
    site = primary.detail.get("siteConcept") if primary else None
    if fact.value.get("method") != "serum" or not organs or site is None or site in organs:
        return primary
    there = [i for i in story.primaries() if i.certainty == "stated" and i.detail.get("siteConcept") in organs]
    if there:
        before = [i for i in there if i.spans[0].start < fact.start]
        return (before or there)[-1]
    return None if terms.attr(fact.concept, "organs_only") else primary


def _stain(story: Story, fact: Fact) -> Item | None:
    value = fact.value
    detail: dict[str, Any] = {k: value[k] for k in _KEPT if value.get(k) not in (None, "")}
    spans = [Span(fact.start, fact.end)]
    if value.get("resultSpan"):
        result = Span(*value["resultSpan"])
        if result.start == fact.end or result.start == fact.end + 1:
            spans = [Span(fact.start, result.end)]
        elif result not in spans:
            spans.append(result)
    main = story.main(fact)
    # told in the same passage, or elsewhere than in the case
    near = story.places.beginning(fact.start - 399, fact.start + 400, "marker") if main else None
    alike = story.places.named("marker", fact.concept) if near is None else near
    same = next((i for i in alike if _same(i, fact, detail, main)), None)
    if same:
        for span in [s for s in spans if not story.places.has(same, s)]:
            story.places.tell(same, span)
        story.bind(fact, same)
        return None
    return story.add("marker", fact, spans=spans, when=story.when(fact), negated=False, detail=detail)


def _same(item: Item, fact: Fact, detail: dict[str, Any], main: bool) -> bool:
    """Say whether *item* is the same stain told before: in the same passage, or told again
    elsewhere.
    """
    if item.detail.get("method") == "serum" or item.concept != fact.concept:
        return False
    if item.detail.get("result") != detail.get("result") or item.detail.get("percentLow") != detail.get("percentLow"):
        return False
    if any(item.detail.get(k) and detail.get(k) and item.detail[k] != detail[k] for k in ("score", "scoreType")):
        return False  # "CPS 25", later "CPS 10"
    return not main or abs(item.spans[0].start - fact.start) < 400
