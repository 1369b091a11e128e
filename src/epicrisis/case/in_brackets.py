"""Dates in brackets that are not of what stands before them, and words that stand between an examination and its date."""

from __future__ import annotations

import re

from epicrisis.case.date_cues import AND_OTHERS, RIGHT_BEHIND
from epicrisis.facts import Context, Fact
from epicrisis.facts.brackets import opened, opening
from epicrisis.kept import lazy

_STOPPED = lazy(r"\(\s*(?!both|all)(?:\w+ly\s+)?(?:stopped|discontinued|held|paused|ceased|withheld|stop)\b", re.I)
_JOINED = lazy(r"\b(?:and|plus|with)\b|[+/]")
_OTHER_ITEM = lazy(r"[^(),;]{0,30}\)\s?,\s[^(),;]{3,40}\s")
# "MRI skull base 03.05.2021", "CT of chest/abdomen May 2021"
_PART = lazy(
    r"(?:\s(?:of\s)?[a-z]{3,}(?:[/,+&]\s?[a-z]+)*){1,3}(?=\s\(?(?:\d{1,4}[./-]\d|\d{1,2}\s[A-Z][a-z]{2}|[A-Z][a-z]{2,8}\s\d))"
)
_NEAR = 80  # code points of an item before its brackets


def of_value(context: Context, end: int, date: int) -> bool:
    """Say whether a date stands behind a value in brackets that were opened behind *end*: "(HbA1c 58, Jan 2024)"."""
    bracket = opening(context.text, end, date)
    return bracket is not None and bool(context.hits_in(bracket, date, "labs", "measurements"))


def of_item_behind(text: str, fact: Fact, date: int) -> bool:
    """Say whether a date stands in the brackets of what is listed behind *fact*.

    "pyridostigmine 60 mg, azathioprine (stopped 02/2018)", "depression (escitalopram), fibroadenoma (2002)".
    """
    bracket = opening(text, fact.end, date)
    if bracket is None:
        return False
    if _STOPPED.match(text, bracket):
        return "," in text[fact.end : bracket] and _JOINED.search(text, fact.end, bracket) is None
    other = _OTHER_ITEM.fullmatch(text, fact.end, bracket) is not None
    return other and opened(text, max(0, fact.start - _NEAR), fact.start)


def _part_imaged(text: str, end: int, date: int) -> int:
    """Return where the part of the body ends that an examination ending at *end* is of, if the date is right behind it."""
    m = _PART.match(text, end, date + 8)
    return m.end() if m and m.end() < date else end


def right_behind(text: str, fact: Fact, date: int) -> bool:
    """Say whether a date stands right behind *fact*: "liver recurrence 8/2018", "bone and liver metastases 8/2018"."""
    a, b = fact.end, date
    if fact.kind == "imaging":
        a = _part_imaged(text, a, b)
    dose = fact.value.get("doseSpan") if fact.kind == "radiotherapy" else None
    if dose and 0 < dose[0] - a < 4:
        a = dose[1]  # "irradiation 30 Gy 12/2020"
    return RIGHT_BEHIND.fullmatch(text, a, b) is not None or (
        fact.kind == "metastasis" and AND_OTHERS.fullmatch(text, a, b) is not None
    )
