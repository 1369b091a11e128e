"""Dates as a text writes them, with a year or without: numbers, names of months (`date_years` reads years alone).

All that is found of a sentence is kept by its place there.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from typing import Any

from epicrisis.facts.context import Context
from epicrisis.facts.patterns import stems
from epicrisis.facts.sentences import REACH, Sentence
from epicrisis.kept import lazy

MONTHS = {
    m: i
    for i, m in enumerate(
        "january february march april may june july august september october november december".split(), 1
    )
}
_ABBREVIATED = {m[:3]: i for m, i in MONTHS.items()} | {"sept": 9}
_MONTH = r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
NAMED = lazy(
    rf"\b(?=[\dJFMASOND])(?:{_DAY}[\s.\-‐-―]*(?:of\s+)?)?{_MONTH}\b\.?(?:[\s,\-‐-―/]*(?:(?P<day2>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?\b(?![./:]?\d)(?!\s+(?:of\s+)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))(?:[\s,]+(?:of\s+)?{YEAR})?|(?:of\s+|in\s+)?(?P<year2>(?:19|20)\d\d)(?!\d)|['’](?P<yy>\d\d)(?!\d)))?",
    re.I,
)
ISO = lazy(
    r"(?<![\d./-])(?P<y>(?:19|20)\d\d)([-/.])(?P<m>0?[1-9]|1[0-2])(?:\2(?P<d>[12]\d|3[01]|0?[1-9]))?(?![\d/-]|\.\d)"
)
# "2018-SEP-04", "2018-FEB": as databases write them
_YEAR_FIRST = lazy(
    rf"(?<![\w./-])(?P<y>(?:19|20)\d\d)[-/]{_MONTH}(?:[-/](?P<d>[12]\d|3[01]|0?[1-9]))?(?![\w/]|-\d)", re.I
)
# a hyphen joins digits of something else, save between two dates or before a word: "03/2021-06/2021", "08/2019-present"
_NEXT = r"(?![\d/]|-(?!\s?(?:\d{1,2}[./]\d|[A-Za-z]))|\.\d)"
NUMERIC = lazy(
    r"(?P<a>\d(?:(?<![\d./-]\d)|(?<=(?:19|20)\d\d-\d)|(?<=\.-\d)|(?<=[/.]\d\d-\d))\d?)\s?([./-])\s?(?P<b>\d{1,2})\s?\2\s?(?P<y>(?:19|20)\d\d|\d\d)"
    + _NEXT
)
_MONTH_YEAR = lazy(
    r"(?:(?<![\d./-])|(?<=(?:19|20)\d\d-))(?P<m>0?[1-9]|1[0-2])[/.](?P<y>(?:19|20)\d\d)" + _NEXT.replace(r"|\.\d", "")
)
# "03.09.-17.09.2021"
_DAY_MONTH = lazy(
    r"(?<![\d./-])(?P<d>[12]\d|3[01]|0?[1-9])\.(?P<m>1[0-2]|0?[1-9])\.?\s?[-–—]\s?(?=\d{1,2}\.\s?\d{1,2}\.\s?(?P<y>(?:19|20)\d\d))"
)
# "04-08/2021": from one month to another of that year
_MONTH_TO_MONTH = lazy(
    r"(?<![\d./#-])(?P<m>0?[1-9]|1[0-2])\s?[-–—]\s?(?P<till>(?P<m2>0?[1-9]|1[0-2])[/.](?P<y>(?:19|20)\d\d))(?![\d/.-]\d)"
)
NUMBERED = lazy(r"\b(?:nos?|nr|numbers?|protocols?|cases?|study|ref|id|version|days?)\.?:?\s*\Z", re.I)
_TO_MONTH = lazy(
    rf"\.?\s?(?:[-–—]|\b(?:to|until|till|through)\b)\s?{_MONTH.replace('?P<month>', '?:')}\b\.?,?\s(?:\d{{1,2}},?\s)?(?:19|20)\d\d",
    re.I,
)  # "Jan-Jul 2021"
_AND_MONTHS = lazy(
    rf"\.?(?:\s*(?:,\s*and\b|,|\band\b|&|/)\s*{_MONTH.replace('?P<month>', '?:')}\b\.?){{1,6}},?\s(?:19|20)\d\d", re.I
)  # "January, April and August 2015"
# "from 12 to 25 November 2020"
_FROM_DAY = lazy(
    r"\b(?:from|between)\s+(?:the\s+)?(?P<d>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?\s*(?:to|until|till|through|and|[-–—])\s*(?:the\s+)?\Z",
    re.I,
)
# a number with points is a day behind these, and may be that of a chapter elsewhere
_LEADS_DAY = lazy(
    r"\b(?:(?:on|am|from|since|until|dated?|[Bb]loods?|[Ll]abs?|CT|MRI|PET(?:[/-]CT)?|USS?|X-?ray|[Ss]can|[Bb]iopsy|[Hh]istology|[Cc]linic|[Aa]dmitted|[Dd]ischarged|[Rr]eviewed)\s+)\Z"
)
# what a sentence must have before the patterns are tried on it
SEPARATED = lazy(r"\d\s?[./-]\s?\d")
TWICE_SEPARATED = lazy(r"\d\s?[./-]\s?\d\d?\s?[./-]\s?\d\d")
CENTURY = lazy(r"(?:19|20)\d\d")
_DASH = lazy(r"[-–—]")
_PART_YEAR = lazy(r"[/.](?:19|20)\d\d")
MONTH_WORDS = frozenset([*MONTHS, *_ABBREVIATED])
_DAYS = [f"{day}{end}" for n in range(1, 32) for day in {str(n), f"{n:02}"} for end in ("", "st", "nd", "rd", "th")]
# a day or a month begins it; a month may be joined to its day or have an "'s": "5June", "May's"
_NAMED_STEMS = (
    stems(" ".join([*MONTH_WORDS, *_DAYS]))
    | {f"{month}'s"[:4] for month in MONTH_WORDS}
    | {f"{day}{month}"[:4] for month in {word[:3] for word in MONTH_WORDS} for day in _DAYS}
)


_ON = lazy(r"\bon\s+\Z", re.I)
_MONTHS_OF_A_YEAR = 12


def month_of(word: str) -> int:
    """Return the number of a month by its name or the beginning of it."""
    return MONTHS.get(word.lower()) or _ABBREVIATED[word[:3].lower()]


class Found(dict[tuple[int, int], dict[str, Any]]):
    """The dates of a sentence so far, by the extent of their words."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self._spans: list[tuple[int, int]] = []

    def __setitem__(self, span: tuple[int, int], value: dict[str, Any]) -> None:
        if span not in self:
            insort(self._spans, span)
        super().__setitem__(span, value)

    def __delitem__(self, span: tuple[int, int]) -> None:
        super().__delitem__(span)
        self._spans.remove(span)

    def free(self, a: int, b: int) -> bool:
        """Say whether nothing was found in [a, b) yet."""
        for n in range(bisect_left(self._spans, (a - REACH, 0)), len(self._spans)):
            x, y = self._spans[n]
            if x >= b:
                return True
            if a < y:
                return False
        return True


def free(found: Found, a: int, b: int) -> bool:
    """Say whether nothing was found in [a, b) yet."""
    return found.free(a, b)


def numeric(
    text: str,
    order: str | None,
    found: Found,
    context: Context,
    *,
    twice: bool,
    with_year: bool,
) -> None:
    """Add the dates that are written in digits."""
    for m in ISO.finditer(text) if with_year else ():
        found[m.span()] = absolute(m["y"], m["m"], m["d"])
    for m in NUMERIC.finditer(text) if twice else ():
        if not free(found, *m.span()):
            continue
        year = m["y"]
        if len(year) == 2:
            if m[2] == "." and not _LEADS_DAY.search(text[: m.start()]):
                continue  # 1.2.10 may be a section number
            year = century(year, context)
            if not year:
                continue
        a, b = int(m["a"]), int(m["b"])
        how = "mdy" if b > 12 >= a else "dmy" if a > 12 >= b else "dmy" if m[2] == "." and not order else order
        if a == b and a <= 12:
            how = "dmy"
        if how == "ymd" or how is None:
            if 1 <= a <= 12 and 1 <= b <= 12:
                found[m.span()] = {"form": "absolute", "value": year, "ambiguous": True}
            continue
        day, month = (a, b) if how == "dmy" else (b, a)
        if 1 <= month <= 12 and 1 <= day <= 31:
            found[m.span()] = absolute(year, str(month), str(day))
    if not with_year:
        return
    dashed = _DASH.search(text) is not None
    for m in _DAY_MONTH.finditer(text) if dashed and "." in text else ():
        if free(found, m.start(), m.end("m")):
            value = {"form": "partial", "month": int(m["m"]), "day": int(m["d"]), "shared_year": m["y"]}
            found[m.start(), m.end("m")] = value
    for m in _MONTH_TO_MONTH.finditer(text) if dashed else ():
        if int(m["m"]) < int(m["m2"]) and free(found, *m.span()) and not NUMBERED.search(text, 0, m.start()):
            found[m.span("m")] = {"form": "partial", "month": int(m["m"]), "shared_year": m["y"]}
            found[m.span("till")] = absolute(m["y"], m["m2"], None)
    for m in _MONTH_YEAR.finditer(text) if _PART_YEAR.search(text) else ():
        if free(found, *m.span()):
            found[m.span()] = absolute(m["y"], m["m"], None)


def year_first(text: str, found: Found) -> None:
    """Add "2018-SEP-04" and "2018-FEB"."""
    for m in _YEAR_FIRST.finditer(text):
        if free(found, *m.span()):
            found[m.span()] = absolute(m["y"], str(month_of(m["month"])), m["d"])


def named(context: Context, s: Sentence, found: Found, order: str | None = None) -> None:
    """Add the dates with the name of a month."""
    text, base = context.text, s.start
    for m in context.find(NAMED, _NAMED_STEMS, base, s.end):
        a, b = m.span()
        word = m["month"].lower()
        if not free(found, a - base, b - base):
            continue
        month = month_of(word)
        year = m["year"] or m["year2"]
        day = m["day"] or m["day2"]
        if m["day"] and m["day2"] and not m["year"]:
            # "5 June 12": the number after the month is not its day
            b, day = m.end("month"), m["day"]
        if order == "dmy" and m["day2"] and not (m["day"] or year) and not _ON.search(text, base, a):
            of = century(m["day2"], context) if int(m["day2"]) > _MONTHS_OF_A_YEAR else None
            if of and any(abs(int(of) - known) < 2 for known in context.years):
                year, day = of, None  # "Mar 22" of a letter that writes 18/11/21
        if year is None and day is None and not _month_in_time(text, m, s):
            continue
        if (
            year is None
            and word in ("may", "march", "mar")
            and not (m["month"][0].isupper() and (day or _month_in_time(text, m, s)))
        ):
            continue
        while b > a and text[b - 1] in " .,-–":
            b -= 1
        if year:
            found[(a - base, b - base)] = absolute(year, str(month), day)
            led = _FROM_DAY.search(text, max(base, a - 24), a) if m["day"] else None
            if led and free(found, led.start("d") - base, led.end("d") - base) and int(led["d"]) < int(m["day"]):
                found[led.start("d") - base, led.end("d") - base] = absolute(year, str(month), led["d"])
        else:
            found[(a - base, b - base)] = {"form": "partial", "month": month, "day": int(day) if day else None}


def _month_in_time(text: str, m: re.Match[str], s: Sentence) -> bool:
    """Say whether a bare month name tells a time ("in December"), not a name or a verb."""
    return m["month"][0].isupper() and bool(
        _TO_MONTH.match(text, m.end("month"), s.end)
        or _AND_MONTHS.match(text, m.end("month"), s.end)
        or lazy(
            r"\b(?:in|since|from|until|till|by|of|during|early|late|mid|to|and|on|end\s+of|beginning\s+of|through|between|before|after)[\s-]+\Z",
            re.I,
        ).search(text, s.start, m.start())
    )


def absolute(year: str, month: str | None, day: str | None) -> dict[str, Any]:
    """Return the value of a date as precise as it is told."""
    value = year
    if month:
        value += f"-{int(month):02}"
        if day and int(day) <= _last_day(int(year), int(month)):
            value += f"-{int(day):02}"
    return {"form": "absolute", "value": value}


def _last_day(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def century(two: str, context: Context) -> str | None:
    """Complete a two-digit year only where the document's four-digit years show the century."""
    for century in ("20", "19"):
        year = int(century + two)
        if any(abs(year - known) <= 15 for known in context.years):
            return century + two
    return None
