"""Grades of the tumour."""

from __future__ import annotations

from epicrisis.case.denied import denied
from epicrisis.case.story import Story


def build(story: Story) -> None:
    """Make a grade item of every grade; the same grade told again adds its words."""
    for fact in story.of("grade"):
        if denied(story, fact):
            continue
        detail = {k: fact.value[k] for k in ("value", "high", "scheme") if fact.value.get(k)}
        primary = story.primary(fact)
        focus = [primary.key] if primary else []
        same = next(
            (
                i
                for i in story.typed("grade")
                if i.detail.get("value") == detail["value"] and i.links.get("focus", []) == focus
            ),
            None,
        )
        if same:
            story.bind(fact, same)
            continue
        item = story.add("grade", fact, when=story.when(fact), negated=False, detail=detail)
        if focus:
            item.links["focus"] = focus
