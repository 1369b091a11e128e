"""Whether a date is the document's own: that of the letter, the visit, the examination or the discharge."""

from __future__ import annotations

import re

from epicrisis.kept import lazy

_PAPER = r"(?:(?!previous|prior|last|old|earlier|next)[a-z]+\s)?(?:letter|report|note|summary|record)"
_WHAT = rf"(?:{_PAPER}|visit|encounter|appointment|consultation|review|clinic|dictation|discharge|exam(?:ination)?|study|service|meeting|tumou?r\s+board|mdt)"
_LINE = r"(?:\A|\n)[\s*#>|-]{0,4}"
_PART = r"(?:\A|[\n.;|]|\s{2})[\s*#>|-]{0,4}"
_CLINIC = r"in\s(?:the\s|my\s|our\s)?(?:[\w-]+\s){0,2}(?:clinic|office|outpatients?)(?:\stoday)?"
_DAY_NAME = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s)?"
# "Date: ", "EXAM DATE: ", "Date of discharge: "; "Letter of "; "Seen today (", "Reviewed in clinic on "
_BEFORE = lazy(
    rf"{_PART}(?:(?:{_WHAT}\s+)?date|dated?\s+of\s+(?:the\s+)?{_WHAT}|date\s+dictated|dictated|discharged|typed|seen|presented)\s?:\s?(?:on\s)?{_DAY_NAME}\Z"
    rf"|{_PART}typed\s(?:on\s)?\Z"
    rf"|{_PART}(?:(?:I|we)\s)?(?:seen|saw|reviewed)\s(?:(?:him|her|this\s(?:\w+\s){{1,2}})\s?)?(?:today|{_CLINIC})\s?[,(]?\s?(?:on\s)?(?:the\s)?\Z",
    re.I,
)
_SAID = lazy(r"date|dictated|discharged|typed|seen|saw|presented|reviewed", re.I)  # one of them each form has
_TITLE = lazy(rf"{_LINE}{_WHAT}\s+(?:of|dated|from)\s?:?\s?(?:the\s)?\Z", re.I)
_ALONE = lazy(r"\s?(?:[.,:;)(]|\n|\Z)")
_REACH = 70


def is_own(text: str, start: int, end: int) -> bool:
    """Say whether the date at [start, end) is the document's own."""
    low = max(0, start - _REACH)
    if _SAID.search(text, low, start) and _BEFORE.search(text, low, start):
        return True
    # "Report of 18 July 2023" heads it; "the report of 18 July showed" tells of another
    return _TITLE.search(text, low, start) is not None and _ALONE.match(text, end) is not None
