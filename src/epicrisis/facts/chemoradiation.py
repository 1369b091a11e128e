"""Whether "CRT" is chemoradiotherapy, and not a pacemaker or the refilling of capillaries."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

BOTH = "drugs/chemoradiotherapy"
CHEMORADIATION = "procedures/chemoradiotherapy"
_OF_THE_HEART = lazy(r"-[DP]\b|\s+(?:device|pacemaker|implant\w*|time|<|>|\d)", re.I)
_GIVEN = lazy(
    r"\b(?:concurrent|concomitant|neoadjuvant|adjuvant|definitive|radical|palliative|preoperative|post-?operative|received|completed|underwent|treated\s+with"
    r"|s/p|after|following|primary)\s+(?:[\w-]+\s+){0,2}?\Z",
    re.I,
)


def chemoradiation(context: Context, low: int, high: int) -> list[Hit]:
    """Return the places of [low, high) that name chemoradiotherapy, by its name or its abbreviation."""
    named = [h for h in context.hits_in(low, high, "drugs") if h.concepts[0] == BOTH]
    short = [h for h in context.hits_in(low, high, "procedures") if h.concepts[0] == CHEMORADIATION]
    return [*named, *(h for h in short if _is_course(context, h, low, high) and all(h.start != n.start for n in named))]


def _is_course(context: Context, hit: Hit, low: int, high: int) -> bool:
    """Say whether the abbreviation at *hit*, in the sentence [low, high), is a course of treatment."""
    text = context.text
    if hit.concepts[0] != CHEMORADIATION or _OF_THE_HEART.match(text, hit.end, high):
        return False
    return (
        "Gy" in text[low:high]
        or bool(context.hits_in(low, high, "drugs"))
        or _GIVEN.search(text, max(low, hit.start - 40), hit.start) is not None
    )
