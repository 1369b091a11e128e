"""Germs that a culture grew: a result of the culture, and no disease of that name."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.patterns import stems
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
_GROWING = stems("culture swab isolate isolation bal lavage grew growth")
_ILL = lazy(
    r"infect|itis\b|pneumonia\b|sepsis|bacter(?:a)?emia|fung(?:a)?emia|abscess|disease|tubercul|syndrome|cellul|osis\b",
    re.I,
)
_ILL_BEHIND = lazy(
    r"[\s-]+(?:\w+\s+)?(?:infections?|sepsis|bacter(?:a)?emia|pneumonia|fung(?:a)?emia|\w+itis|UTI)\b", re.I
)


# "the isolates were resistant to A, B and C", "the ceftaroline Etest": what a germ was tried against
_TRIED = lazy(
    r"\b(?:(?:non-?)?(?:resistant|susceptible|sensitive)|resistance|susceptibility|sensitivity|intermediate)\s+(?:only\s+)?(?:to|against|for)\s+[^.;]{0,200}\Z",
    re.I,
)
_NEXT_VERB = lazy(r"\b(?:was|were|received|treated|started|given|switched|so|therefore|but|he|she|we)\b", re.I)
_GERMS = lazy(
    r"\b(?:isolat\w+|strains?|organisms?|bacteri\w+|pathogens?|cultures?|germs?|bacillus|bacilli|coccus|cocci|MRSA|MSSA|fungus|fungi|yeast|species|spp|antibiogram|microb\w+)\b",
    re.I,
)
_OF_TRIAL = lazy(r"[\s-]+(?:E-?test|dis[ck]s?|MICs?|strips?|resistance|susceptibility)\b", re.I)


def tried(text: str, start: int, end: int, low: int, high: int) -> bool:
    """Say whether a drug is one that a germ was tried against, and no treatment."""
    if _OF_TRIAL.match(text, end, high):
        return True
    m = _TRIED.search(text, max(low, start - 240), start)
    return (
        m is not None and not _NEXT_VERB.search(text, m.start(), start) and _GERMS.search(text, low, high) is not None
    )


def names_a_germ(context: Context, hit: Hit, low: int) -> bool:
    """Say whether words name a germ that a culture grew, rather than an infection with it."""
    text = context.text
    if _ILL.search(text, hit.start, hit.end) or _ILL_BEHIND.match(text, hit.end):
        return False
    low = max(low, hit.start - 130)
    return context.told(_GROWING, low, hit.start) and _GROWN.search(text, low, hit.start) is not None


def grown(context: Context, end: int, stop: int) -> tuple[int, int] | None:
    """Return the words that tell what a culture named before *end* grew: "grew Escherichia coli"."""
    m = GREW.match(context.text, end, stop)
    germs = context.hits_in(m.end(), min(stop, m.end() + 40), "diseases") if m else []
    if m is None or not germs:
        return None
    return m.end() - len(m.group().lstrip()), germs[0].end
