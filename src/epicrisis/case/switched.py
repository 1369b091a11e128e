"""Drugs that another took the place of: "switched from A to B", "A was changed to B"."""

from __future__ import annotations

import re

from epicrisis.case.model import Item
from epicrisis.case.story import Story
from epicrisis.case.why_stopped import tell_why, why_stopped
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

_FROM = lazy(r"\b(?:switched|changed|converted)\s+(?:[\w-]+\s+){0,3}?from\s+", re.I)
_TO = lazy(
    r"[^.;,]{0,45}?(?:\s+(?:was|were)\s+|,\s*(?:and\s+)?)(?:then\s+|later\s+|subsequently\s+)?(?:(?:switched|changed|converted)\s+to|replaced\s+(?:by|with))\b(?!\s+(?:an?\s+)?(?:\d|half\b|lower|reduced|weekly|daily))",
    re.I,
)

# "without being stopped", "omeprazole to be stopped": it is not, or not yet
NOT_YET = lazy(
    r"\b(?:without|no|not|never)\s+(?:\w+\s+){0,4}\Z|(?<!\bhad )(?<!\bneeded )(?<!\bhave )(?<!\bhas )(?<!\bhaving )\b(?:to|will)\s+be\s+(?:\w+ly\s+)?\Z",
    re.I,
)


def switch(story: Story, low: int, high: int) -> None:
    """End the drug that another took the place of: "switched from A to B", "A was changed to B"."""
    text = story.context.text
    for item in story.places.beginning(low, high, "medication", "regimen"):
        if item.status not in ("done", "ongoing") or item.negated:
            continue
        for span in item.spans:
            if not low <= span.start < high:
                continue
            near = max(low, span.start - REACH)
            led = next((m for m in _FROM.finditer(text, near, span.start) if m.end() == span.start), None)
            m = led or _TO.match(text, span.end, high)
            if m is None or NOT_YET.search(text, near, m.start()):
                continue
            if led is None and len(story.context.hits_in(span.end, m.end(), "drugs", "regimens")):
                continue
            if led is None and _goes_on_alone(story, item, m.end()):
                continue  # "CAPOX was switched to capecitabine": that goes on
            item.status = "stopped"
            item.detail.setdefault("stopSpans", [[m.start(), m.end()]])
            if (
                led is None
                and item.start
                and item.end is None
                and any(x.start >= m.end() and x.end <= high for x in item.start.spans)
            ):
                item.start, item.end = None, item.start  # the day of the change ends the first
            tell_why(story, item, why_stopped(story, m.end(), high, reach=110))
            break


def _goes_on_alone(story: Story, item: Item, at: int) -> bool:
    """Say whether a drug of a regimen is what the regimen was switched to."""
    return any(item.concept in h.concepts for h in story.context.hits_in(at, at + 40, "drugs"))
