"""The further values of one test that the text sets side by side: by arrows, in brackets with their days, at stages.

"PSA 4.5 (2/2018), 12.8 (6/2018)", "CEA 34 -> 12 -> 56 ng/ml", "CA-125 856 U/mL at baseline and 45
after three cycles", "AFP 3420 ng/ml, after TACE 210 ng/ml", "CEA 12.4 (prev 45.6)".
"""

from __future__ import annotations

from typing import Any

from epicrisis.facts.context import Context
from epicrisis.facts.lab_names import Test
from epicrisis.facts.lab_values import result
from epicrisis.facts.patterns import rx
from epicrisis.facts.quantity import Quantity, read_value
from epicrisis.facts.unit_codes import unit_code

_DATE = (
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[./-]\d{4}|\d{4}-\d{2}(?:-\d{2})?"
    r"|(?:\d{1,2}\s)?[A-Z][a-z]{2,8}\.?\s(?:\d{1,2},?\s)?\d{4}|(?:19|20)\d\d"
)
_DAY = rf"\s?[(\[]\s?(?:(?:in|on)\s)?(?:{_DATE}|(?:0?[1-9]|1[0-2])/\d\d)\s?[)\]]"
_IN_DAY = r"\s(?:in|on)\s(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[./]\d{4}|(?:\d{1,2}\s)?[A-Z][a-z]{2,8}\.?\s(?:\d{1,2},?\s)?\d{4}|(?:19|20)\d\d)"
_NEXT_DAY = rx(rf"(?P<day>{_DAY}|{_IN_DAY})\s*(?:[,;]\s*(?:and\s+|then\s+)?|and\s+|then\s+)(?=[<>]?\s?\d)")
_ARROW = rx(rf"(?:{_DAY})?\s*(?:→|⇒|[-–—=]{{1,2}}>)\s*(?=[<>]?\s?\d)")
_STAGE = (
    r"(?:(?:at|on)\s+(?:baseline|dx|diagnosis|presentation|admission|discharge|relapse|recurrence|progression|follow-?up|completion|the\s+end)"
    r"|(?:before|prior\s+to|after|following|during|pre-?operatively|post-?operatively|initially|pre|post))\b"
)
_NEXT_STAGE = rx(
    rf"\s*\(?{_STAGE}(?:\s+[\w-]+){{0,4}}?\)?\s*(?:,|;|,?\s+and|,?\s+then|,?\s+but)\s+(?:only\s+)?(?=[<>]?\s?\d)"
)
_AT_STAGE = rx(rf"\s*\(?{_STAGE}")
_STAGE_FIRST = rx(rf"\s*[,;]\s+(?:and\s+|but\s+)?{_STAGE}(?:\s+[^\W\d][\w-]*){{0,4}}?\s*:?\s*(?=[<>]?\s?\d)")
_PREVIOUS = rx(
    r"\s?[(\[,]\s?(?:it\s+)?(?:(?:had\s+been|was|prev(?:\.|ious(?:ly)?)?|before|last|prior|baseline|nadir|(?:up\s+|down\s+)?from)\s?:?\s+)+"
    r"(?=[<>]?\s?\d)"
)
_PREVIOUS_DAY = rx(rf"\s*(?:,|\bon\b|\bin\b)?\s*(?P<day>{_DATE})(?=\s?[)\]])")
# "68.4 kg (74 kg in January)"
_BRACKET = rx(r"\s?[(\[]\s?(?=[<>]?\s?\d)")
_IN_TIME = rx(
    r"\s(?:in|on)\s(?:early\s|late\s|mid-?\s?)?(?:\d{1,2}[./-]|\d{1,2}\.?\s[A-Z]|[A-Z][a-z]{2}|(?:19|20)\d\d)[^()\[\]]{0,20}[)\]]"
)
_CLOSES = rx(r"\s?[)\]]")
# behind a bare number of a course: "12 -> 3 cycles" goes on with something else
_ENDS = rx(r"\s*(?:[.,;:)\]|(\n→⇒]|[-–—=]{1,2}>|$|(?:and|at|after|on|in|under|by|before|post|within|during|when)\b)")
_DAY_BEHIND = rx(rf"{_DAY}|{_IN_DAY}")


# "PSA at diagnosis (03/2014): 38 ng/ml"
_HEADED = rx(rf"(?:\s+{_STAGE}(?:\s+[^\W\d][\w-]*){{0,3}}?)?(?P<day>{_DAY})\s*[:=]\s*(?=[<>]?\s?\d)")

# "CA-125: 3/21 112, 6/21 54 U/mL": each value behind its day
_DAY_FIRST = rx(
    r"\s*[:,;]?\s*(?:(?:→|⇒|[-–—=]{1,2}>|[-•*])\s+)?(?:and\s+|then\s+)?(?P<day>(?:\d{1,2}[./-])?\d{1,2}[./-]\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2}|(?:0?[1-9]|1[0-2])/\d{2}"
    r"|(?:19|20)\d\d-\d\d(?:-\d\d)?|(?:\d{1,2}\s)?[A-Z][a-z]{2,8}\.?\s(?:\d{1,2},?\s)?(?:19|20)\d\d|(?:19|20)\d\d(?!-))"
    r"(?P<gap>\s*[:=]\s*|\s+)(?=[<>]?\s?\d)"
)
_COURSE = rx(
    r"(?:\s*\([\w/ ]{1,12}\))?(?:\s+(?:history|course|trend|values?|levels?|kinetics))?\s*:"
)  # "PSA history: 2018 6.7"
_ASIDE = rx(r"\s?\([^()\n\d]{1,30}\)(?=\s*(?:\n|\Z|[,;]))")  # "0.9 (nadir)"
_LIST = rx(
    r"(?:\s*\([\w/ ]{1,12}\))?(?:\s+(?:history|course|trend|values?|levels?|kinetics))?\s*:?[ \t]*(?=\n\s*(?:[-•*]\s+)?\d)"
)
_LEAST = 2  # days before values that make a course


def dated(context: Context, test: Test, stop: int, *, comma: bool) -> bool:
    """Read values that stand behind their days, and say whether there were any."""
    text = context.text
    if _LIST.match(text, test.end):
        blank = text.find("\n\n", test.end)
        stop = blank if blank >= 0 else len(text)  # "PSA course", and under it a day and a value on each line
    label = _COURSE.match(text, test.end, stop)
    at = label.end() if label else test.end
    made: list[tuple[Quantity, list[int]]] = []
    while m := _DAY_FIRST.match(text, at, stop):
        found = read_value(text, m.end(), stop, comma=comma)
        if found is None or found.value2 or (found.unit is None and not _ENDS.match(text, found.end, stop)):
            break
        made.append((found, list(m.span("day"))))
        aside = _ASIDE.match(text, found.end, stop)
        at = aside.end() if aside else found.end
    if len(made) < _LEAST:
        return False
    units = {q.unit for q, _ in made if q.unit}
    if len(units) > 1:
        return False
    unit = next(iter(units), None)
    for q, day in made:
        told = result(context, test.hit, Quantity(q.start, q.end, q.value, None, q.comparator, unit))
        if test.value:
            test.more.append(told | {"daySpan": day})
        else:
            test.value = told | {"daySpan": day}
    test.after = at
    return True


def headed(context: Context, test: Test, stop: int, *, comma: bool) -> bool:
    """Read a value behind a label that ends with its day in brackets, and say whether there is one."""
    m = _HEADED.match(context.text, test.end, stop)
    found = read_value(context.text, m.end(), stop, comma=comma) if m else None
    if m is None or found is None or not (found.unit or _ENDS.match(context.text, found.end, stop)):
        return False
    test.value = result(context, test.hit, found) | {"daySpan": list(m.span("day"))}
    test.after = found.end
    return True


def steps(context: Context, test: Test, stop: int, *, comma: bool) -> None:
    """Add to *test* the values that the text tells after its first, each with what dates it or with no date."""
    text = context.text
    if not test.value.get("value") or test.more or test.value.get("value2"):
        return
    while len(test.more) < 8:
        for pattern in (_NEXT_DAY, _ARROW, _NEXT_STAGE, _STAGE_FIRST, _PREVIOUS, _BRACKET):
            m = pattern.match(text, test.after, stop)
            found = read_value(text, m.end(), stop, comma=comma) if m else None
            if m and found and _is_step(context, test, found, pattern, stop):
                if pattern is _NEXT_DAY:
                    _last(test).setdefault("daySpan", list(m.span("day")))
                _add(context, test, found, dated=pattern is _ARROW)
                if pattern is _NEXT_DAY and (day := _DAY_BEHIND.match(text, found.end, stop)):
                    _last(test)["daySpan"] = list(day.span())
                test.after = _past(context, test, found, stop) if pattern is _PREVIOUS else found.end
                break
        else:
            return


def former(context: Context, end: int, unit: str, stop: int, *, comma: bool) -> Quantity | None:
    """Return the value in brackets behind one that ends at *end*, in its unit and with its own time."""
    m = _BRACKET.match(context.text, end, stop)
    found = read_value(context.text, m.end(), stop, comma=comma) if m else None
    if found is None or found.value2 or (found.unit or "").lower() != unit.lower():
        return None
    return found if _IN_TIME.match(context.text, found.end, stop) else None


def _is_step(context: Context, test: Test, found: Quantity, pattern: object, stop: int) -> bool:
    """Say whether a number is a further value of the test: in its unit, or told just like the first."""
    text, unit = context.text, test.value.get("unit")
    if found.value2 or (found.unit and unit and found.unit.lower() != unit.lower()):
        return False
    same = found.unit is not None and unit is not None
    if pattern is _NEXT_DAY:
        return same or bool(_DAY_BEHIND.match(text, found.end, stop))
    if pattern is _NEXT_STAGE:
        return same or bool(_AT_STAGE.match(text, found.end, stop))
    if pattern is _STAGE_FIRST:
        return same
    if pattern is _BRACKET:
        return same and bool(_IN_TIME.match(text, found.end, stop))
    if pattern is _PREVIOUS:
        day = _PREVIOUS_DAY.match(text, found.end, stop)
        return bool(_CLOSES.match(text, day.end() if day else found.end, stop))
    return found.unit is not None or bool(_ENDS.match(text, found.end, stop))


def _past(context: Context, test: Test, found: Quantity, stop: int) -> int:
    """Give a former value in brackets its own day, and return where the brackets end."""
    day = _PREVIOUS_DAY.match(context.text, found.end, stop)
    if day:
        _last(test)["daySpan"] = list(day.span("day"))
    close = _CLOSES.match(context.text, day.end() if day else found.end, stop)
    return close.end() if close else found.end


def _last(test: Test) -> dict[str, Any]:
    return test.more[-1] if test.more else test.value


def _add(context: Context, test: Test, found: Quantity, *, dated: bool) -> None:
    """Append a value; only the last of values joined by arrows may have the date of the sentence."""
    units = unit_code(context.terms, found.unit) if found.unit else None
    shared = {k: v for k, v in test.value.items() if k in ("refLow", "refHigh", "refUnit", "refText")}
    if found.unit is None and test.value.get("unit"):
        shared |= {k: test.value[k] for k in ("unit", "ucum") if test.value.get(k)}
    made = result(context, test.hit, found) | shared
    if units and not test.value.get("unit"):  # "CEA 34 -> 12 -> 56 ng/ml": told once, at the end
        for one in (test.value, *test.more):
            one |= {k: made[k] for k in ("unit", "ucum") if k in made}
    if dated:
        _last(test)["course"] = "from"
    else:
        made["course"] = "from"
    test.more.append(made)
