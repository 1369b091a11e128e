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


def chemoradiation(context: Context, index: int) -> list[Hit]:
    """Return the places of sentence *index* that name chemoradiotherapy, by its name or its abbreviation."""
    named = [h for h in context.by_sentence("drugs").get(index, ()) if h.concepts[0] == BOTH]
    short = [h for h in context.by_sentence("procedures").get(index, ()) if h.concepts[0] == CHEMORADIATION]
    return [*named, *(h for h in short if _is_course(context, h, index) and all(h.start != n.start for n in named))]


def _is_course(context: Context, hit: Hit, index: int) -> bool:
    """Say whether the abbreviation at *hit* is a course of treatment."""
    text, s = context.text, context.sentences[index]
    if _OF_THE_HEART.match(text, hit.end, s.end):
        return False
    return (
        "Gy" in text[s.start : s.end]
        or index in context.by_sentence("drugs")
        or _GIVEN.search(text, max(s.start, hit.start - 40), hit.start) is not None
    )
