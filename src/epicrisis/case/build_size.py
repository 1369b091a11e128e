"""Sizes of tumours and metastases of the case; sizes of organs stay out."""

from __future__ import annotations

from epicrisis.case.denied import denied
from epicrisis.case.model import Item, Span
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.kept import lazy

_SPREAD_TO = lazy(
    r"\b(?:lung|liver|brain|frontal|parietal|temporal|occipital|cerebell\w+|lymph node|adrenal gland|pleura|bone|vertebra|spine|iliac)\b"
)


def build(story: Story) -> None:
    """Make a tumor_size item of every size of a tumour, a metastasis or a node."""
    for fact in story.of("measure"):
        value = fact.value
        if value.get("of") not in ("tumor", "metastasis", "node") or denied(story, fact) or _thickness(story, fact):
            continue
        detail = {k: value[k] for k in ("dimensions", "approximate", "high", "site", "siteText", "of") if value.get(k)}
        if "siteText" in detail:
            detail["siteConcept"] = detail.pop("site", None)
            detail["site"] = detail.pop("siteText")
            detail = {k: v for k, v in detail.items() if v is not None}
        same = next(
            (
                i
                for i in (() if story.main(fact) else story.typed("tumor_size"))
                if i.detail["dimensions"] == detail["dimensions"]
            ),
            None,
        )
        if same:
            story.bind(fact, same)
            continue
        spans = [Span(fact.start, fact.end)]
        when = None if value.get("left") else story.when(fact)  # the date of a change is not that of what it was before
        item = story.add("tumor_size", fact, spans=spans, when=when, negated=False, detail=detail)
        focus = _focus(story, fact)
        if focus:
            item.links["focus"] = [focus.key]


def _thickness(story: Story, fact: Fact) -> bool:
    """Say whether the number is a stage's own ("Breslow 3.2 mm")."""
    return story.told.touch(fact.start, fact.end, "stage")


def _focus(story: Story, fact: Fact) -> Item | None:
    """Return the tumour that was measured: a metastasis told in the same sentence, or the
    primary.
    """
    if fact.value["of"] == "metastasis":
        told = [(o, story.item(o)) for o in story.told.in_sentence(fact.sentence, "metastasis")]
        near = [
            i
            for o, i in told
            if i is not None and (not fact.value.get("site") or i.detail.get("siteConcept") == fact.value["site"])
        ]
        found = near or [i for _, i in told if i is not None]
        if found:
            return found[0]
    if fact.value["of"] != "tumor":
        return None
    primary = _of_its_place(story, fact) or story.primary(fact)
    return None if primary and _elsewhere(story, fact, primary) else primary


def _of_its_place(story: Story, fact: Fact) -> Item | None:
    """Return the one primary tumour of the organ in which the size was measured, where there are several."""
    primaries = story.primaries()
    here = [i for i in primaries if fact.value.get("site") and i.detail.get("siteConcept") == fact.value["site"]]
    return here[0] if len(primaries) > 1 and len(here) == 1 else None


def _elsewhere(story: Story, fact: Fact, primary: Item) -> bool:
    """Say whether a nodule lies in an organ of metastases that is not the primary's own."""
    measured, own = fact.value.get("site"), primary.detail.get("siteConcept")
    if not measured or not own or not _SPREAD_TO.search(measured.rpartition("/")[2]):
        return False
    regions = {story.context.terms.attr(c, "group") for c in (measured, own)}
    return len(regions) == 2 or not _SPREAD_TO.search(own.rpartition("/")[2])
