"""Dates that belong to one noun: "a prostate cancer diagnosed in 2015 developed bone metastases".

What the sentence goes on to tell, and what stands before that noun, did not happen then.
"""

from __future__ import annotations

import re

from epicrisis.facts import Context
from epicrisis.facts.brackets import closed
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy

_PARTICIPLE = lazy(
    r"\b(?:diagnosed|treated|resected|excised|removed|operated|discovered|detected|irradiated)\s+"
    r"(?:(?:initially|surgically|elsewhere|successfully|first|with\s+[\w/-]+)\s+)?(?:in|on|since|from)\s+(?:early\s+|late\s+)?\Z",
    re.I,
)
_PARTICIPLE_STEMS = stems("diagnosed treated resected excised removed operated discovered detected irradiated")
_RELATIVE = lazy(
    r"\b(?:which|that)\s+(?:was|were|had|has)\s+(?:[\w-]+\s+){1,5}?(?:in|on)\s+(?:early\s+|late\s+)?\Z", re.I
)
_RELATIVE_STEMS = stems("which that")
# "was treated in 2014" is the sentence's own verb
_FINITE = lazy(
    r"(?:\b(?:was|were|been|is|be|being|ha[ds]|have|and|then|got|but|or|he|she|we|they|patient|who|which|that)|[,;])\s+(?:(?:\w+ly|then|also|again|first)\s+){0,2}\Z",
    re.I,
)
_GOES_ON = lazy(
    r"\b(?:present(?:ed|s)|developed|had|has|was|were|is|underwent|showed|revealed|received|noticed|noted|complained|came|visited"
    r"|experienced|progressed|relapsed|started|began|died|reported|suffered|confirmed)\b",
    re.I,
)

# the sentence's own verb behind brackets
_OUTSIDE = lazy(
    r"\)[^()]*?\b(?:had|has|presented|presents|was\s+(?:admitted|referred|seen|found|diagnosed)|visited|came|consulted|attended|complained|developed|underwent|noticed|noted)\b",
    re.I,
)


# the words right before a date, without which it is tied to nothing
_LEADING_IN = ("in", "on", "since", "from", "early", "late")


def attached(context: Context, low: int, date: int) -> int | None:
    """Return where the words begin that tie the date at *date* to the noun before them, or None."""
    text, begin = context.text, max(low, date - 70)
    if not text[begin:date].rstrip().lower().endswith(_LEADING_IN):
        return None
    m = context.first(_RELATIVE, _RELATIVE_STEMS, begin, date)
    if m:
        return m.start()
    m = context.first(_PARTICIPLE, _PARTICIPLE_STEMS, begin, date)
    if m is None or m.start() - low < 4 or _FINITE.search(text, low, m.start()):
        return None
    return m.start()


def goes_on(text: str, date_end: int, at: int) -> bool:
    """Say whether the sentence's own verb stands between an attached date and *at*, the end of what is dated."""
    return _GOES_ON.search(text, date_end, at) is not None


def outside(text: str, fact_end: int, date: int) -> bool:
    """Say whether a date is told with the verb behind the brackets in which a fact stands."""
    return closed(text, fact_end, date) and _OUTSIDE.search(text, fact_end, date) is not None
