"""Performance status of the case over time."""

from __future__ import annotations

from epicrisis.case.denied import denied
from epicrisis.case.story import Story
from epicrisis.case.visit_day import of_visit


def build(story: Story) -> None:
    """Make a performance item of every status."""
    for fact in story.of("performance"):
        if denied(story, fact):
            continue
        detail = {k: fact.value[k] for k in ("scale", "value", "high") if fact.value.get(k)}
        same = next(
            (i for i in story.typed("performance") if i.detail == detail and not story.main(fact)),
            None,
        )
        if same:
            story.bind(fact, same)
            continue
        story.add("performance", fact, when=story.when(fact) or of_visit(story, fact), negated=False, detail=detail)
