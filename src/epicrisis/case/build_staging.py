"""Stages of the case: TNM categories, groups with their members, scores."""

from __future__ import annotations

from typing import Any

from epicrisis.case.denied import denied
from epicrisis.case.model import Item
from epicrisis.case.story import Story
from epicrisis.facts import Fact

_KEPT = (
    "kind",
    "category",
    "prefix",
    "suffix",
    "modifier",
    "edition",
    "system",
    "basis",
    "unit",
    "to",
)

_SAME = ("kind", "category", "prefix")


def build(story: Story) -> None:
    """Make a stage item of every category and group; a group links the categories told beside
    it.
    """
    made: list[tuple[Fact, Item]] = []
    alike: dict[tuple[Any, ...], dict[int, Item]] = {}  # by what makes two tellings one: the first of each sentence
    for fact in sorted(story.of("stage"), key=lambda f: (not story.main(f), f.start)):
        if denied(story, fact) or fact.certainty == "refuted":
            continue
        if fact.value["kind"] == "group" and not story.has_tumour():
            continue  # of a kidney disease, a sarcoidosis, an ulcer
        detail: dict[str, Any] = {k: fact.value[k] for k in _KEPT if fact.value.get(k) not in (None, "")}
        told = alike.setdefault(tuple(detail.get(k) for k in _SAME), {})
        # in the same or the next sentence it is one staging told twice, and so it is outside the case itself
        near = (told.get(fact.sentence + n) for n in (-1, 0, 1)) if story.main(fact) else iter(told.values())
        same = next((i for i in near if i), None)
        if same:
            story.bind(fact, same)
            made.append((fact, same))
            told.setdefault(fact.sentence, same)
            continue
        when = story.when(fact)
        item = story.add("stage", fact, when=when, negated=False, detail=detail)
        primary = _staged(story, fact)
        if primary:
            item.links["focus"] = [primary.key]
        made.append((fact, item))
        told.setdefault(fact.sentence, item)
    _members(made)


# what only a lymphoma is staged or scored by
_OF_LYMPHOMA = frozenset({"annarbor", "lugano", "cotswolds", "deauville", "ipi"})
_SOLID = frozenset(
    {"carcinoma", "sarcoma", "adenoma", "glioma", "meningioma", "melanoma", "neuroendocrine", "germ cell", "embryonal"}
)


def _staged(story: Story, fact: Fact) -> Item | None:
    """Return the tumour that a stage is of: an Ann Arbor stage is of the lymphoma, and of no carcinoma."""
    primary = story.primary(fact)
    if primary is None or fact.value["kind"] not in _OF_LYMPHOMA:
        return primary
    if _group(story, primary) not in _SOLID:
        return primary
    told = story.primaries()
    lymphomas = [i for i in told if _group(story, i) == "lymphoma"]
    return lymphomas[0] if len(lymphomas) == 1 else None


def _group(story: Story, item: Item) -> str:
    return story.context.terms.attr(item.concept, "group")


def _members(made: list[tuple[Fact, Item]]) -> None:
    categories: dict[int, list[str]] = {}
    for f, i in made:
        if f.value["kind"] in ("T", "N", "M"):
            categories.setdefault(f.sentence, []).append(i.key)
    for fact, item in made:
        if fact.value["kind"] in ("T", "N", "M") or item.detail.get("kind") not in (
            "group",
            "figo",
        ):
            continue
        beside = categories.get(fact.sentence)
        if beside:
            item.links["members"] = list(dict.fromkeys(beside))
