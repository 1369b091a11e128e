"""Dates written short: "05/21 - 10/21: R-CHOP" (month and year), "7/6-7/21/2020" and "08.02. to 10.02.2022" (the year told once)."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.date_forms import Found, absolute, century, free
from epicrisis.kept import lazy

_TO = r"\s?(?:[-–—]|\b(?:to|until|till|through)\b)\s?"
# "7/6-7/21/2020", "6/19-6/30/23", "09.01. - 20.01.2023": day and month, then a whole date
_YEAR_ONCE = lazy(
    rf"(?<![\d./-])(?P<first>(?P<a>\d{{1,2}})(?P<sign>[/.])(?P<b>\d{{1,2}})(?<!\d\d\d)\.?){_TO}"
    r"(?P<last>(?P<c>\d{1,2})(?P=sign)(?P<d>\d{1,2})(?P=sign)(?P<y>(?:19|20)\d\d|\d\d))(?![\d/]|[.-]\d)"
)
_MONTH = r"(?:0?[1-9]|1[0-2])"
_SHORT = rf"{_MONTH}/\d\d(?![\d/]|[.,]\d)"
_RANGE = lazy(rf"(?<![\d./-])(?P<one>{_SHORT})\s?[-–—]\s?(?P<two>{_SHORT})(?!\s?-\d|\s?%)")
_LEADS = lazy(rf"[\s*•>-]{{0,4}}(?P<one>{_SHORT})(?=\s?:\s)")
_LINES = lazy(rf"(?:\A|\n|[.;]\s)[\s*•>-]{{0,4}}(?P<one>{_SHORT})\s?:\s")
_RANGES = lazy(rf"(?:\A|\n|[.;]\s)[\s*•>-]{{0,4}}(?P<one>{_SHORT})\s?[-–—]\s?(?P<two>{_SHORT})")
_MONTH_TO_MONTH = lazy(r"/\d\d\s?[-–—]\s?\d\d?/\d\d")  # begins with a sign, so that the search is quick
_BRACKETED = lazy(rf"(?<=\d|[A-Za-z%])\s?[(\[](?P<one>{_SHORT})[)\]]")
_BEFORE_SHORT = (
    r"(?P<on>\b(?:on|until|till|through|thru|by|dated)\s)|\bC\d{1,2}D\d{1,2}\s|(?<=mg\s)|(?<=Gy/\d\s)|(?<=#\s)"
    r"|\b(?:given|started|stopped|held|resumed|placed|removed|done|completed|in|from|since|last|bx|biopsy|CT|MRI|PET|scan|neutropenia)\s"
)
_ONE = lazy(rf"(?:{_BEFORE_SHORT})(?P<one>(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}}))(?![\d/%]|[.,]\d|\s?[x×-]\s?\d)", re.I)
_LABEL = lazy(
    r"(?<=[A-Za-z]\s)(?<!power\s)(?<!strength\s)(?<!score\s)(?<!sensation\s)(?P<one>(?P<a>\d{1,2})/(?P<b>\d{1,2}))(?=:\s)",
    re.I,
)
_COUNTED = lazy(
    r"\s*(?:\w+\s)?(?:nodes?|LNs?|lymph|positive|cores?|cells|metaphases|nuclei|fields|HPF|strength|pain|cycles?|doses?|weeks?|tab(?:let)?s?|pills?|points?|patients?)\b",
    re.I,
)
_MOST = 2  # years between the years that the text names and those of such a range


def short(context: Context, text: str, order: str | None, found: Found, *, item: bool, months: bool) -> None:
    """Add the dates of a sentence written short; *item*: it may begin with its date; *months*: that would be a month."""
    for m in _YEAR_ONCE.finditer(text):
        _year_once(context, m, order, found)
    if "/" not in text:
        return
    for m in _RANGE.finditer(text):
        leads = item and not text[: m.start()].strip(" -*•>\t")
        told = _range(context, m, order, leads=leads)
        if told and free(found, *m.span()):
            for name, value in zip(("one", "two"), told, strict=True):
                found[m.span(name)] = {"form": "absolute", "value": value}
    _series(context, text, order, found)
    if order in ("dmy", "mdy"):
        _days(context, text, order, found)
    led = _LEADS.match(text) if item and months else None
    month = _month_year(led["one"], context) if led else None
    if led and month and free(found, *led.span("one")):
        found[led.span("one")] = {"form": "absolute", "value": month}


def _series(context: Context, text: str, order: str | None, found: Found) -> None:
    """Add the months in brackets behind each of several values: "610 (06/22), 455 (07/22)"."""
    told = list(_BRACKETED.finditer(text))
    months = [_month_year(m["one"], context) for m in told]
    known = [m for m in months if m]
    if len(told) < 2 or len(known) < len(told) or known != sorted(set(known)):
        return
    same = len({m[:4] for m in known}) == 1  # nothing is measured on the same day of each month
    days = [tuple(map(int, m["one"].split("/"))) for m in told]
    if same or order == "dmy" or days != sorted(days):
        for m, value in zip(told, known, strict=True):
            if free(found, *m.span("one")):
                found[m.span("one")] = {"form": "absolute", "value": value}


def _days(context: Context, text: str, order: str, found: Found) -> None:
    """Add "on 3/13" and "stopped 4/21" of a document whose order is known: a day of a month, or a month of a year.

    A number above twelve tells which, where it is no year that the text may mean; so does "on".
    """
    told = [(m, m["on"] is not None) for m in _ONE.finditer(text)]
    if order == "mdy":
        told += [(m, True) for m in _LABEL.finditer(text)]  # "LN biopsy 3/11: lymphoma"
    for m, day_told in told:
        a, b = int(m["a"]), int(m["b"])
        if not free(found, *m.span("one")) or _COUNTED.match(text, m.end()):
            continue
        if order == "dmy" and b in (7, 12) and not m.group().lower().startswith("on "):
            continue  # "until 3/12", "by 5/7": months and days of British notes
        year = _month_year(m["one"], context) if 1 <= a <= 12 and len(m["b"]) == 2 else None
        day, month = (a, b) if order == "dmy" else (b, a)
        if not (1 <= month <= 12 and 1 <= day <= 31):
            if year and b > 12:  # "4/21" where days come first
                found[m.span("one")] = {"form": "absolute", "value": year}
        elif day_told or (day > 12 and not year):
            found[m.span("one")] = {"form": "partial", "month": month, "day": day}


def _range(context: Context, m: re.Match[str], order: str | None, *, leads: bool) -> tuple[str, str] | None:
    """Return a time from one month to another; 04/21 may be the 21st of April."""
    one, two = _month_year(m["one"], context), _month_year(m["two"], context)
    if one is None or two is None or one >= two:
        return None
    same = m["one"][-2:] == m["two"][-2:]  # twice the same day is not likely
    days = order == "mdy" or one[5:] == two[5:]
    return (one, two) if same or (leads and not days) or (order == "dmy" and int(one[2:4]) > 12) else None


def led_by_months(context: Context, order: str | None) -> bool:
    """Say whether the document's lines are led by months: some by a time between two, and none by what is no year."""
    if order == "mdy":
        return False
    text = context.text
    if not _MONTH_TO_MONTH.search(text) or not any(
        _range(context, m, order, leads=True) for m in _RANGES.finditer(text)
    ):
        return False
    return all(_month_year(m["one"], context) for m in _LINES.finditer(text))


def _year_once(context: Context, m: re.Match[str], order: str | None, found: Found) -> None:
    """Add both dates of a time whose year is told with its end."""
    if not free(found, *m.span("first")):
        return
    year = m["y"] if len(m["y"]) == 4 else century(m["y"], context)
    one, two = (int(m["a"]), int(m["b"])), (int(m["c"]), int(m["d"]))
    how = _order((one, two)) or (order if m["sign"] == "/" else "dmy")
    if year is None or how not in ("dmy", "mdy"):
        return
    days, months = (0, 1) if how == "dmy" else (1, 0)
    if not all(1 <= x[months] <= 12 and 1 <= x[days] <= 31 for x in (one, two)):
        return
    began = int(year) - (one[months] > two[months])
    first = {"form": "partial", "month": one[months], "day": one[days], "shared_year": str(began)}
    found[m.span("first")] = first
    last = m.span("last")
    for span in [s for s in found if s[0] < last[1] and last[0] < s[1]]:
        del found[span]  # "6/30/23" of "6/19-6/30/23" may have been read alone
    found[last] = absolute(year, str(two[months]), str(two[days]))


def _order(pairs: tuple[tuple[int, int], ...]) -> str | None:
    """Return the order that one of two dates shows by a number above twelve."""
    told = {"dmy" if a > 12 else "mdy" for a, b in pairs if max(a, b) > 12 >= min(a, b)}
    return told.pop() if len(told) == 1 else None


def _month_year(text: str, context: Context) -> str | None:
    """Return "05/21" as a month where the text names years near it."""
    month, _, two = text.partition("/")
    year = century(two, context)
    near = year is not None and any(abs(int(year) - known) <= _MOST for known in context.years)
    return f"{year}-{int(month):02}" if near else None
