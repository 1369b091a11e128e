"""Why a treatment was stopped: the words behind "due to", "because of", "for"."""

from __future__ import annotations

import re

from epicrisis.case.model import Item
from epicrisis.case.story import Story
from epicrisis.facts.because import DUE_TO
from epicrisis.kept import lazy

_WHY = lazy(rf"(?<![\w/])(?:{DUE_TO}|because|for)\s+(?P<why>(?:[^.;]|(?<=\d)\.(?=\d)){{3,120}})", re.I)
_WHO = lazy(r"\s*(?:the\s+patient|she|he)\s+(?:had\s+)?(?:developed|experienced|suffered(?:\s+from)?)\s+", re.I)
_A_WHILE = lazy(
    r"(?:\d+|an?|one|two|three|four|several|few|some)\s+(?:\w+\s+)?(?:days?|weeks?|months?|years?|cycles?|doses?)\b",
    re.I,
)
_CUT = lazy(
    r",\s+(?:and|but|so|which)\b|\band\s+(?:then\s+)?(?:finished|completed|started|began|received|switched|continued|underwent)\b|\band\s+(?:was|were|[\w-]+(?:\s+\w+){0,4}\s+(?:was|were))\b|,\s+(?:[\w/+-]+\s+){1,6}?(?:was|were|is|are|had|has)\b|\.(?!\d)|;"
)


def why_stopped(story: Story, at: int, high: int, reach: int = 60) -> tuple[int, int] | None:
    """Return the span of the reason that is told behind *at*, not farther off than *reach*."""
    text = story.context.text
    m = _WHY.search(text, at, high)
    if not m or m.start() - at > reach:
        return None
    a, b = m.span("why")
    who = _WHO.match(text, a, b)
    if who:
        a = who.end()
    cut = _CUT.search(text, a, b)
    if cut:
        b = cut.start()
    for hit in story.context.hits_in(a, b, "drugs", "regimens"):
        if text[a : hit.start].rstrip().endswith(","):  # "stopped for heart failure, axitinib in 2015"
            b = a + len(text[a : hit.start].rstrip()) - 1
            break
    close = text.find(")", a, b)
    if close >= 0 and "(" not in text[a:close]:
        b = close  # the brackets in which all this stands
    while a < b and text[a:b].split(" ", maxsplit=1)[0].lower() in ("a", "an", "the"):
        a = text.index(" ", a) + 1
    if _A_WHILE.match(text, a, b):
        return None  # "held for two weeks"
    words = text[a:b].rstrip()
    return (a, a + len(words)) if len(words) > 2 else None


def tell_why(story: Story, item: Item, reason: tuple[int, int] | None) -> None:
    """Give a treatment the reason for which it was stopped, unless one is told already."""
    if reason:
        item.detail.setdefault("stopReason", {"text": story.words(*reason), "spans": [[*reason]]})
