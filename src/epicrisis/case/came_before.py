"""Dates of what came before that which a sentence goes on to tell, and treatments that stand in an "after ...".

"After a relapse in March 2017 he received ipilimumab": the month is the relapse's. "After nephrectomy, CT in May
2015 showed metastases": the nephrectomy was before May.
"""

from __future__ import annotations

import re

from epicrisis.facts import Context
from epicrisis.facts.date_roles import ENDED_WHAT
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy

# "After progression in March 2017, nivolumab was started": when the noun happened, not what came after it; what is told
# of an admission or a visit is of that day all the same
_AFTER_WHAT = lazy(
    r"\b(?:(?:compared|comparison)\s+(?:with|to)\s+(?:(?:that|those|the\s+\w+)\s+(?:of|in|from)\s+|in\s+)?\Z|(?:after|following|before|prior\s+to|because\s+of|due\s+to|owing\s+to|in\s+view\s+of|despite)\s+"
    r"(?!(?:the\s+|an?\s+|his\s+|her\s+)?(?:[\w-]+\s+)?(?:admission|hospitali[sz]ation|presentation|referral|visit|arrival|consultation)\b)"
    r"(?:(?!(?:he|she|they|we|who|which|that|was|were|is|had|has|have|and|then|received|underwent|started|began|showed|revealed"
    r"|cycles?|courses?|doses?|months?|weeks?|days?|years?)\b)[\w/'’-]+\s+){1,9}\Z)",
    re.I,
)
_AFTER_STEMS = stems("compared comparison after following before prior because due owing in despite")
# "after nephrectomy, CT in May showed": the noun was before that
_LED_TO = lazy(r"\b(?:after|following)\s+(?:[\w-]+\s+){0,7}?\Z", re.I)
# "four months after completion of radiotherapy, in January 2021": four months before that month
_COUNTED_FROM = lazy(r"\b(?:days?|weeks?|months?|years?)\s+(?:after|following|since)\s+(?:[\w-]+\s+){0,7}?\Z", re.I)
_LEFT_BEHIND = lazy(r"[^.;()]*?,(?!\s*(?:\d|in|on|from|until|since)\b)", re.I)


def of_what_led(context: Context, low: int, date: int, role: str) -> bool:
    """Say whether the date at *date* is of a noun behind an "after", or of what was completed then.

    *low* is where its sentence begins; *role* what the date is of a treatment (start, end, point).
    """
    low = max(low, date - 90)
    ended = ENDED_WHAT.search(context.text, low, date) if role == "end" else None
    if ended and ended["verb"]:
        return True  # "completed FOLFOX in March 2017 and underwent hepatectomy"
    return (role == "point" or ended is not None) and context.first(_AFTER_WHAT, _AFTER_STEMS, low, date) is not None


def led_to(text: str, low: int, span: tuple[int, int], date: int) -> bool:
    """Say whether *span* stands in an "after ...," and the date behind it in what the sentence goes on to tell."""
    start, end = span
    return (
        _LED_TO.search(text, max(low, start - 60), start) is not None
        and _LEFT_BEHIND.match(text, end, date) is not None
    )


def counted_from(text: str, low: int, span: tuple[int, int], date: int) -> bool:
    """Say whether *span* is what a length of time is counted from, and the date behind a comma is that at its end."""
    start, end = span
    return "," in text[end:date] and _COUNTED_FROM.search(text, max(low, start - 60), start) is not None
