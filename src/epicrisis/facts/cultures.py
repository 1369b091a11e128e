"""Germs that a culture grew: a result of the culture, and no disease of that name."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

GREW = lazy(
    r"\s*(?:\([^()]{0,30}\)\s*)?(?:(?:from|of|on|with|the|later|subsequently|then|also|had|again|both|initially|eventually|was|were|came|back|returned|remained)\s+){0,4}"
    r"(?:grew|growing|yield(?:ed|ing)|isolated|identified|positive\s+for|:)\s*(?!no\b)",
    re.I,
)
_GROWN = lazy(
    r"\b(?:cultures?|swabs?|isolates?|BAL|lavage)\b[^.;]{0,60}?(?:\b(?:grew|growing|growth\s+of|yield\w*|isolated|identified|showed|revealed|with|positive\s+for)\b|:)[^.;]{0,60}\Z"
    r"|\b(?:grew|growth\s+of|isolated|isolation\s+of)\s[^.;]{0,40}\Z",
    re.I,
)
_ILL = lazy(
    r"infect|itis\b|pneumonia\b|sepsis|bacter(?:a)?emia|fung(?:a)?emia|abscess|disease|tubercul|syndrome|cellul|osis\b",
    re.I,
)
_ILL_BEHIND = lazy(
    r"[\s-]+(?:\w+\s+)?(?:infections?|sepsis|bacter(?:a)?emia|pneumonia|fung(?:a)?emia|\w+itis|UTI)\b", re.I
)


def names_a_germ(context: Context, hit: Hit, low: int) -> bool:
    """Say whether words name a germ that a culture grew, rather than an infection with it."""
    text = context.text
    if _ILL.search(text, hit.start, hit.end) or _ILL_BEHIND.match(text, hit.end):
        return False
    return _GROWN.search(text, max(low, hit.start - 130), hit.start) is not None


def grown(context: Context, end: int, stop: int) -> tuple[int, int] | None:
    """Return the words that tell what a culture named before *end* grew: "grew Escherichia coli"."""
    m = GREW.match(context.text, end, stop)
    germs = context.hits_in(m.end(), min(stop, m.end() + 40), "diseases") if m else []
    if m is None or not germs:
        return None
    return m.end() - len(m.group().lstrip()), germs[0].end
