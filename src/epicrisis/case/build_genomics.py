"""Molecular findings of the case."""

from __future__ import annotations

from typing import Any

from epicrisis.case.story import Story

_KEPT = (
    "gene",
    "variant",
    "hgvsC",
    "hgvsP",
    "change",
    "partner",
    "result",
    "value",
    "unit",
    "percent",
    "method",
    "origin",
)


def build(story: Story) -> None:
    """Make a genomic item of every finding; one told again adds its words."""
    made: dict[tuple[object, ...], Any] = {}
    for fact in story.of("genomic"):
        detail = {k: fact.value[k] for k in _KEPT if fact.value.get(k) not in (None, "")}
        if detail.get("value") in (detail.get("variant"), detail.get("result")):
            del detail["value"]
        if fact.negated and detail.get("result") == "present":
            detail["result"] = "absent"
        key = tuple(detail.get(k) for k in ("gene", "change", "variant", "partner", "result", "value"))
        if key in made:
            story.bind(fact, made[key])
            continue
        item = story.add("genomic", fact, when=story.when(fact), negated=False, detail=detail)
        primary = story.primary(fact)
        if primary:
            item.links["focus"] = [primary.key]
        made[key] = item
