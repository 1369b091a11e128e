"""Dates told by how long before or after something they were: "two months later", "POD 3"."""

from __future__ import annotations

import re
from typing import Any

from epicrisis.facts.context import Context
from epicrisis.facts.date_forms import Found, free
from epicrisis.kept import lazy

_ONES = {
    w: i
    for i, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
}
_ONES |= {"a": 1, "an": 1, "thirty": 30, "twenty-eight": 28, "twenty-four": 24}
_N = r"(?P<n>\d{1,3}|an?|" + "|".join(sorted((k for k in _ONES if len(k) > 2), key=len, reverse=True)) + r")"
_UNIT = r"(?P<unit>days?|d|weeks?|wks?|w|months?|mos?|mths?|years?|yrs?|y)"
_PART_OF_DAY = r"night|evening|afternoon|morning"
_RELATIVE = lazy(  # on small letters
    rf"\b(?:(?:approximately|about|around|almost|nearly|just|only|some)\s+)?{_N}[\s-]+(?:and\s+a\s+half\s+)?{_UNIT}\.?\s+(?P<how>later|after(?:wards?|\s+the|\s+this|\s+that)?|thereafter|before|prior(?:\s+to)?|ago|earlier|previously|following|post(?:[\s-]?operatively)?|since|from)\b"
    rf"|\b(?P<after>after|following)\s+(?:another\s+|a\s+further\s+|the\s+following\s+)?(?P<n2>\d{{1,3}}|one|two|three|four|five|six|seven|eight|nine|ten|twelve)\s+(?P<unit2>days?|weeks?|months?|years?)\b(?!\s+of)"
    rf"|\b(?P<same>(?:(?:later|earlier)\s+)?(?:in|on|during)\s+the\s+same\s+(?P<unit3>{_PART_OF_DAY}|day|week|month|year)|the\s+same\s+(?:{_PART_OF_DAY}|day|month|year))\b"
    r"|\b(?:(?:the|on\s+the)\s+)?(?P<next>next|following|subsequent)\s+(?P<unit4>day|week|month|year)\b"
    r"|\b(?:(?:on\s+)?(?:post-?\s?operative|postop)\s+day|pod)\s*\#?(?P<pod>\d{1,3})\b"
    r"|\b(?:on\s+the\s+)?(?P<pod2>\d{1,2})(?:st|nd|rd|th)\s+(?:post-?\s?operative|postop)\s+day\b"
    r"|\b(?:on\s+)?d(?:ay)?\s*(?P<plus>\+\d{1,4})\b"
    r"|\b(?:at\s+(?:the\s+|her\s+|his\s+|a\s+)?)?(?P<fu>\d{1,3}|one|two|three|six|nine|twelve)[\s-](?P<unit5>week|month|year)s?\s+(?:of\s+)?follow[\s-]?up\b"
)
_AND_YEARS = lazy(rf"\b{_N.replace('?P<n>', '?P<y>')}\s+years?\s*(?:,\s*|\s+)(?:and\s+)?\Z", re.I)
_UNIT_CODE = {"d": "d", "w": "wk", "m": "mo", "y": "a"}
_SPANS = ("day", "week", "month", "year")
_COUNTED_DAY = lazy(r"[+dD]\d")  # "day +100", "POD3"; "5th postoperative day" has its own words
_RELATING_WORDS = frozenset(
    "later after afterward thereafter before prior ago earlier previously following post postoperatively postoperative "
    "postop since from same next subsequent pod follow followup".split()
)
_LENGTH_WORDS = frozenset(
    "night evening afternoon morning day d week wk wks w month mo mos mth year yr yrs y pod".split()
)


def relative(text: str, found: Found) -> None:
    """Add the lengths of time of a sentence, which is given in small letters, to what was *found* in it."""
    for m in _RELATIVE.finditer(text):
        if not free(found, *m.span()):
            continue
        value: dict[str, Any] = {"form": "relative"}
        years = _AND_YEARS.search(text, max(0, m.start() - 24), m.start()) if m["n"] else None
        if years and m["unit"][0] != "m":
            continue
        if m["n"]:
            how = m["how"]
            backwards = how.startswith(("before", "prior", "ago", "earlier", "previous"))
            value.update(
                n=_count(m["n"]),
                unit=_UNIT_CODE[m["unit"][0]],
                direction=-1 if backwards else 1,
                anchor="now"
                if how in ("ago", "previously")
                else "event"
                if how.startswith(("after", "before", "prior", "following", "post", "from", "since"))
                and not how.startswith("afterw")
                else "clock",
            )
            if years:  # "6 years and 2 months after": one length
                value["n"] += 12 * _count(years["y"])
                found[years.start(), m.end()] = value
                continue
        elif m["after"]:
            value.update(n=_count(m["n2"]), unit=_UNIT_CODE[m["unit2"][0]], direction=1, anchor="clock")
        elif m["same"]:
            word = m["unit3"] or m.group().split()[-1]
            unit = _UNIT_CODE[word[0]] if word in _SPANS else "d"  # "the same night"
            value.update(n=0, unit=unit, direction=0, anchor="clock")
        elif m["next"]:
            value.update(n=1, unit=_UNIT_CODE[m["unit4"][0]], direction=1, anchor="clock")
        elif m["pod"] or m["pod2"]:
            value.update(n=int(m["pod"] or m["pod2"]), unit="d", direction=1, anchor="operation")
        elif m["plus"]:
            value.update(n=int(m["plus"]), unit="d", direction=1, anchor="transplant")
        else:
            value.update(n=_count(m["fu"]), unit=_UNIT_CODE[m["unit5"][0]], direction=1, anchor="event")
        found[m.span()] = value


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _ONES.get(word.lower(), 1)


def with_length(context: Context) -> set[int]:
    """Return the sentences that may tell a length of time before or after something."""
    lengths = context.saying(_LENGTH_WORDS)
    return lengths & (context.saying(_RELATING_WORDS) | context.holding(_COUNTED_DAY)) if lengths else lengths
