"""What shows which of day and month stands first where no date has a number above twelve.

Each rule counts only what one reading makes impossible or absurd: a weekday that does not fit, a time that ends before
it begins, a discharge before the admission, what was done after the letter that tells of it, a list of many days that
runs neither forward nor back.
"""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from typing import NamedTuple

from epicrisis.facts.own_date import is_own
from epicrisis.kept import lazy

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAME = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_NAMED_BEFORE = lazy(rf"\b(?P<name>{_DAY_NAME})\b[.,]?\s+(?:the\s+)?\Z", re.I)
_NAMED_BEHIND = lazy(rf"\s?[(,]\s?(?P<name>{_DAY_NAME})\b(?=[.,)\s])", re.I)
_TO = lazy(r"\s?(?:[-–—]|to|until|till|through)\s?", re.I)
_ADMITTED = lazy(r"\b(?:admi(?:t|tted|ssion)|D\.?O\.?A)\b[^\n\d]{0,30}\Z", re.I)
_DISCHARGED = lazy(r"\b(?:discharged?|D\.?O\.?D)\b[^\n\d]{0,30}\Z", re.I)
_TO_COME = lazy(
    r"\b(?:plan\w*|next|follow|f/?u|appointments?|review|rtc|will|schedul\w+|due|book\w*|expir\w+|valid|return|see|start(?:ing)?|begin\w*|until|till|through)\b",
    re.I,
)
_LINE = lazy(r"[ \t]*(?:[-•*>]|\d{1,2}[.)])?[ \t]*")
_LIST = 5  # days that lead their lines: so many run forward or back by chance in one of a hundred lists
_SHORT = lazy(
    r"\b(?:(?P<on>on)|(?:CT|MRI|PET(?:/CT)?|X-?ray)(?:\s(?!on\b)[a-z]+)?|bx|biopsy|given|started|admitted|discharged|placed|held)\s"
    r"(?P<a>\d{1,2})/(?P<b>\d{1,2})(?![\d/%]|[.,]\d|\s(?:\w+\s)?(?:nodes?|LNs?|cores?|cells))",
    re.I,
)
_FEW, _NEAR = 2, 4  # such days; years
_STAY, _NO_STAY = 31, 120  # days in hospital: a week, where the other reading tells of half a year
_BOTH_LATER = 2  # days behind the letter's own


class Undecided(NamedTuple):
    """A date of digits that may be read in two ways."""

    start: int
    end: int
    a: int
    b: int
    year: int

    def read(self, order: str) -> dt.date:
        """Return the day that it is in one order."""
        day, month = (self.a, self.b) if order == "dmy" else (self.b, self.a)
        return dt.date(self.year + 2000 if self.year < 100 else self.year, month, day)


def count(text: str, dates: list[Undecided], votes: dict[str, int]) -> None:
    """Add to *votes* what the text shows of the order of *dates* (in the order of the text)."""
    for rule in (_by_weekday, _by_times, _by_stay, _by_own_day, _by_list, _by_short_days):
        told = rule(text, dates)
        if told:
            votes[told] += 1


def _only(fits: dict[str, bool]) -> str | None:
    """Return the order that fits where the other does not."""
    told = [order for order, fit in fits.items() if fit]
    return told[0] if len(told) == 1 else None


def _both(test: dict[str, list[bool]]) -> str | None:
    return _only({order: all(fits) for order, fits in test.items()})


def _by_weekday(text: str, dates: list[Undecided]) -> str | None:
    fits: dict[str, list[bool]] = {"dmy": [], "mdy": []}
    for d in dates:
        m = _NAMED_BEFORE.search(text, max(0, d.start - 16), d.start) or _NAMED_BEHIND.match(text, d.end)
        if m:
            day = _WEEKDAYS.index(m["name"][:3].lower())
            for order, found in fits.items():
                found.append(d.read(order).weekday() == day)
    return _both(fits) if fits["dmy"] else None


def _by_times(text: str, dates: list[Undecided]) -> str | None:
    """Read "1/10/2020 - 2/3/2020": a time ends after it began."""
    fits: dict[str, list[bool]] = {"dmy": [], "mdy": []}
    for one, two in pairwise(dates):
        if two.start - one.end < 12 and _TO.fullmatch(text, one.end, two.start):
            for order, found in fits.items():
                found.append(one.read(order) <= two.read(order))
    return _both(fits) if fits["dmy"] else None


def _by_stay(text: str, dates: list[Undecided]) -> str | None:
    came = [d for d in dates if _ADMITTED.search(text, max(0, d.start - 50), d.start)]
    left = [d for d in dates if _DISCHARGED.search(text, max(0, d.start - 50), d.start)]
    if len(came) != 1 or len(left) != 1:
        return None
    days = {order: (left[0].read(order) - came[0].read(order)).days for order in ("dmy", "mdy")}
    if min(days.values()) >= 0 and min(days.values()) <= _STAY and max(days.values()) >= _NO_STAY:
        return "dmy" if days["dmy"] <= _STAY else "mdy"
    return _only({order: n >= 0 for order, n in days.items()})


def _by_own_day(text: str, dates: list[Undecided]) -> str | None:
    """Read what was done before the letter was written, if the letter's own date is undecided too."""
    own = [d for d in dates if is_own(text, d.start, d.end)]
    if len({d[2:] for d in own}) != 1:
        return None
    later: dict[str, int] = {}
    for order in ("dmy", "mdy"):
        day = own[0].read(order)
        later[order] = sum(d.read(order) > day and not _may_come(text, d) for d in dates)
    if min(later.values()) == 0 and max(later.values()) >= _BOTH_LATER:
        return "dmy" if later["dmy"] == 0 else "mdy"
    return None


def _may_come(text: str, date: Undecided) -> bool:
    """Say whether the words around a date may tell of what is to come."""
    low, high = max(0, date.start - 120), date.end + 60
    low = max(low, text.rfind("\n", low, date.start) + 1)
    end = text.find("\n", date.end, high)
    high = end if end >= 0 else high
    return _TO_COME.search(text, low, high) is not None


def _by_list(text: str, dates: list[Undecided]) -> str | None:
    """Read a list of days that lead their lines: it runs forward, or back."""
    led = [d for d in dates if _begins_line(text, d.start)]
    if len(led) < _LIST:
        return None
    return _only({order: _runs([d.read(order) for d in led]) for order in ("dmy", "mdy")})


def _begins_line(text: str, at: int) -> bool:
    low = max(0, at - 20)
    line = text.rfind("\n", low, at)
    return (line >= 0 or low == 0) and _LINE.fullmatch(text, line + 1 if line >= 0 else 0, at) is not None


def _by_short_days(text: str, dates: list[Undecided]) -> str | None:
    """Read "CT chest 10/30", "bx on 10/31": days without a year that one order has, where no year is near them."""
    years = {d.year + 2000 if d.year < 100 else d.year for d in dates}
    told = {"dmy": 0, "mdy": 0}
    for m in _SHORT.finditer(text):
        a, b = int(m["a"]), int(m["b"])
        if 0 < a <= 12 < b <= 31 and not any(abs(2000 + b - year) <= _NEAR for year in years):
            told["mdy"] += 1
        elif 0 < b <= 12 < a <= 31 and m["on"]:
            told["dmy"] += 1
    return _only({order: n >= _FEW for order, n in told.items()}) if min(told.values()) == 0 else None


def _runs(days: list[dt.date]) -> bool:
    return all(a <= b for a, b in pairwise(days)) or all(a >= b for a, b in pairwise(days))
