"""Doses and schedules as written: amount, unit, per what, how often, on which days of which cycle.

`scan(text, base)` yields dosages; every number stays the decimal string that the text has
(a decimal comma becomes a point). Frequencies follow FHIR Timing.repeat: count per period
of a UCUM unit (h, d, wk, mo).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from epicrisis.facts.brackets import opened
from epicrisis.facts.dose_frequency import FREQUENCY, frequency
from epicrisis.facts.dose_numbers import NUMBER, number
from epicrisis.kept import lazy

_NUM = r"\d+(?:[.,]\d+)*"
_UNIT = r"(?:mg|mcg|µg|μg|ug|kg|g|gr|gm|grams?|milligrams?|million\s+(?:IU|U|units?)|MU|MIU|IU|I\.U\.|U|units?|mL|ml|cc|mEq|mmol|mCi|µCi|kBq|MBq|GBq|drops?|tablets?|capsules?|tabs?|puffs?|vials?|ampoules?)"
_PER = r"(?:\s*/\s*|\s+per\s+)(?P<per>m\s?[2²]|m\^\{?2\}?|sqm|mq|square\s+met(?:er|re)|kg|body|day|d|die|dose|h|hr|hour|week|wk|min)(?:\s+body[\s-]surface(?:\s+area)?)?"
_SCHEME = lazy(r"\d\s?[-–]\s?\Z")
_AMOUNT = rf"(?P<v>\d(?<![\w.,/]\d)\d*(?:[.,]\d+)*)(?:\s*(?:mg|g|mcg|µg|IU|U)?\s*(?:-|–|to)\s*(?P<v2>{_NUM}))?[\s-]*(?P<u>{_UNIT})\b(?!\s*/\s*(?:d?[lL]|m[lL]|mmol|cm|min\b|m?g\b))(?:{_PER})?\b(?!\s*/\s*(?:d?[lL]\b|m[lL]))(?!\s*(?:/\s*24\s*h|\(\s*(?:normal|reference|ref\b|range)))(?:\s*/\s*(?P<per2>d|day|die|week|kg|h)\b)?"
_DOSE = lazy(rf"{_AMOUNT}(?P<auc>(?!))?")  # begins with a digit, so that the search runs from one to the next
# the first letters of a unit behind a number, for a quick look
_DOSED = lazy(r"\d[\s-]*(?:m[gcLlEmCi]|[µμu][gCn]|k[gB]|g(?:\b|r|m)|M[UIB]|I[U.]|U\b|c[ca]|GB|dr|ta|pu|vi|am)")
_DOSE_OR_AUC = lazy(
    rf"{_AMOUNT}"
    rf"|\b(?:AUC|area\s+under\s+the\s+(?:concentration[\s-]time\s+)?curve(?:\s*\(AUC\))?)\s*(?:of\s+|=\s*|:\s*)?(?P<auc>{_NUM})",
)
# "1.5 mg/m2 (max. 2 mg)", "a cumulative dose of 450 mg/m2": not what is given at a time
_LIMIT = lazy(
    r"\b(?:max(?:imum|imal|\.)?|capped\s+at|cumulative)(?:\s+(?:total\s+)?dose)?(?:\s+(?:of|was))?[\s:]*\Z"
    r"|\b(?:(?:cumulative|lifetime|maximum|maximal)\s+(?:[\w-]+\s+){0,2}|total\s+[\w-]+\s+)dose(?:\s+of\s+[\w-]+)?(?:\s+(?:was|is|of))?[\s:]*\Z"
    r"|,?\s(?:down|up)\s+from\s+\Z"  # "2 mg od, down from 8 mg"
    r"|\b(?:instead\s+of|rather\s+than|not(?:\s+(?:\w+ed))?(?:\s+to)?)\s+\Z",  # "400 mg instead of 800 mg", "not escalated to 200"
    re.I,
)
_GRADE = lazy(r"\.?\s?(?:[1-5]|I{1,3}|IV)\b(?![.,/]\d)")  # "platelets 68000 gr 2" is no dose
_CHANGES = lazy(
    r"\b(?:increas\w+|reduc\w+|escalat\w+|lower\w+|decreas\w+|chang\w+|rais\w+|titrat\w+|taper\w+)\s+(?:\w+\s+)?from\s+\Z",
    re.I,
)
_LOW = lazy(r"\b(?:low|high|single|half)[\s-]dose\b", re.I)
_DAYS = lazy(
    r"(?:\bon\s+)?\b(?:days?\s*|d\s?)(?P<days>\d{1,2}(?:\s*(?:-|–|~|to|through|/)\s*(?:d(?:ay)?\s?)?\d{1,2})?(?:\s*(?:,|and|&|,\s*and|/|\+)\s*(?:d(?:ay)?\s?)?\d{1,2}(?!\d|\s*(?:cycles?|courses?|doses?|mg|[x×]))(?:\s*(?:-|–|to)\s*d?\d{1,2})?)*)\b(?!\s*(?:mg|later|after|before|post))"
    r"|\bq(?P<malformed>\d{1,2}\s*[-–]\s*\d{1,2}\s*d)\b",
    re.I,
)
_CYCLE = lazy(
    rf"(?:\b(?:repeated|repeating|given|administered|once)\s+)?\b(?:every|q)\s*(?P<n>{NUMBER})[\s-]*(?P<u>days?|d|weeks?|wks?|w)\b"
    rf"|\b(?:in|on|of|with|per)?\s*(?:an?\s+)?(?P<n2>{NUMBER})[\s-](?P<u2>day|week)[\s-]+cycles?\b"
    r"|\b(?P<n3>\d{1,2})\s*(?P<u3>days?|d|weeks?)\s+(?:as|was|is|per|for|in|of)\s+(?:an?|one|each|every|1)\s+(?:treatment\s+)?(?:cycle|course)\b"
    r"|\bfor\s+two\s+weeks\s+and\s+(?:stopped|off|rest(?:ed)?)\s+(?:for\s+)?one\s+week\b|(?:\bon\s+an?\s+)?\b(?P<on>\d{1,2})[\s-]*(?:weeks?|days?)[\s-]+on\s*[/,]?\s*(?:and\s+)?(?P<off>\d{1,2})[\s-]*(?:weeks?|days?)[\s-]+off(?:\s+schedule)?\b"
    r"|(?:\bon\s+)?(?:days?\s+)?\b\d{1,2}\s+(?:out\s+)?of\s+(?:every\s+)?(?P<n4>\d{1,2})\s*(?P<u4>days)\b",
    re.I,
)
_DURATION = lazy(
    rf"(?:\b(?:for|over|during)\s+|(?:\bx|×)\s?)(?:a\s+(?:total|period)\s+of\s+|about\s+|approximately\s+)?(?P<n>\d{{1,3}}|{NUMBER})\s*[\s-]*(?P<u>days?|weeks?|months?|years?|hours?|h|min(?:utes)?|d|wk)\b",
    re.I,
)
_ROUTE = lazy(
    r"\b(?=[pisobtrn])(?:p\.?\s?o\.?|i\.?\s?v\.?|s\.?\s?c\.?|i\.?\s?m\.?|orally|oral(?:\s+administration)?|intravenous(?:ly)?|subcutaneous(?:ly)?|by\s+mouth|intrathecal(?:ly)?|intramuscular(?:ly)?|intra-?arterial(?:ly)?|topical(?:ly)?|sublingual(?:ly)?|transdermal(?:ly)?|intravesical(?:ly)?|intraperitoneal(?:ly)?|inhaled|rectal(?:ly)?|nasally|per\s+os)(?![\w])",
    re.I,
)
_GLUE = lazy(
    r"[\s,;(\[]*(?:(?:and|on|given|as|was|each|repeated|administered|a|the|body\s+surface\s+area|infusion|bolus|injection|tablets?|capsules?|then|dose|dosing|in)[\s,]+){0,3}\(?\s*",
    re.I,
)


def scan(text: str, base: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the dosages of *text*: {"span", "text", "dose"?, "frequency"?, "days"?, ...}; spans are offset by *base*."""
    taken = 0
    doses = []
    if "AUC" in text or "area" in text:
        doses = list(_DOSE_OR_AUC.finditer(text))
    elif _DOSED.search(text):
        doses = list(_DOSE.finditer(text))
    low = list(_LOW.finditer(text)) if "dose" in text or "Dose" in text or "DOSE" in text else []
    for m in sorted([*doses, *low], key=lambda m: m.start()) if low else doses:
        if m.start() < taken:
            continue
        found: dict[str, Any] = {}
        if m in doses:
            found["dose"] = None if m["u"] == "gr" and _GRADE.match(text, m.end()) else _dose(m)
            if found["dose"] is None or _LIMIT.search(text, max(0, m.start() - 50), m.start()):
                continue
            if m["v2"] and m["u"] and _CHANGES.search(text, max(0, m.start() - 30), m.start()):
                yield from _steps(text, m, found["dose"], base)
                taken = m.end()
                continue
            if m["per"] and (m["per2"] or "").lower() in ("d", "day", "die"):
                found["frequency"] = {"text": "/day", "count": "1", "period": "1", "periodUnit": "d"}
        end = _tail(text, m.end(), found)
        if m in low and len(found) == 0:
            end = m.end()
        if text[end : end + 1] == ")" and opened(text, m.start(), end):
            end += 1
        taken = end
        found["span"] = [base + m.start(), base + end]
        found["text"] = " ".join(text[m.start() : end].split())
        yield found


def _steps(text: str, m: re.Match[str], dose: dict[str, Any], base: int) -> Iterator[dict[str, Any]]:
    """Yield the two doses of "increased from 400 to 800 mg daily": a change is no range."""
    first, last = {k: v for k, v in dose.items() if k != "high"}, {**dose, "value": dose["high"]}
    del last["high"]
    yield {"dose": first, "span": [base + m.start("v"), base + m.end("v")], "text": f"{m['v']} {m['u']}"}
    found: dict[str, Any] = {"dose": last}
    end = _tail(text, m.end(), found)
    yield {**found, "span": [base + m.start("v2"), base + end], "text": " ".join(text[m.start("v2") : end].split())}


def schedule(text: str, base: int, at: int) -> dict[str, Any] | None:
    """Return a schedule without a dose that begins at text[at:] ("daily", "q3w", "on days 1-5")."""
    found: dict[str, Any] = {}
    end = _tail(text, at, found)
    if not found.keys() & {"frequency", "days", "cycleLength"}:
        return None
    start = at
    while start < end and text[start] in " ,(;":
        start += 1
    return {**found, "span": [base + start, base + end], "text": " ".join(text[start:end].split())}


def route(text: str) -> re.Match[str] | None:
    """Return the first route of administration in *text*."""
    return _ROUTE.search(text)


def _dose(m: re.Match[str]) -> dict[str, Any] | None:
    if m["auc"]:
        return {"value": number(m["auc"]), "unit": "AUC"}
    unit = m["u"]
    if unit == "gr":
        unit = "g"
    if unit.lower() == "kg" or (unit == "m" and not m["per"]):
        return None
    per = (m["per"] or m["per2"] or "").lower().replace("^", "").replace("{", "").replace("}", "")
    per = (
        "m2"
        if per in ("m2", "m²", "m 2", "sqm", "mq", "square meter", "square metre")
        else "d"
        if per in ("day", "die")
        else "h"
        if per in ("hr", "hour")
        else "wk"
        if per == "week"
        else ""
        if per in ("body", "dose")
        else per
    )
    if m["v2"] and _SCHEME.search(m.string, max(0, m.start() - 4), m.start()):
        return None  # "20-10-0 mg": morning, noon and evening
    dose: dict[str, Any] = {"value": number(m["v"]), "unit": unit + (f"/{per}" if per else "")}
    if m["v2"]:
        dose["high"] = number(m["v2"])
    return dose


def _tail(text: str, at: int, found: dict[str, Any]) -> int:
    """Extend a dose to the right by its schedule; return the end."""
    end = at
    while True:
        glue = _GLUE.match(text, end)
        start = glue.end() if glue else end
        if start - end > 32 or "." in text[end:start]:
            return end
        first = text[start : start + 1].lower()
        for name, begins, pattern, reader in _PIECES:
            if name in found or first not in begins:
                continue
            m = pattern.match(text, start)
            value = reader(m) if m else None
            if m and value is not None:
                found[name] = value
                end = m.end()
                break
        else:
            return end


def _day_list(words: str) -> str:
    """Return "1through3" and "d1, d8 and d15" as "1-3" and "1,8,15"."""
    short = lazy(r"\s+|days?|(?<![a-z0-9])d(?=\d)").sub("", words.lower())
    return re.sub(r",?and|&|\+|/", ",", lazy(r"through|to|[–~]").sub("-", short)).replace(",,", ",")


def _cycle(m: re.Match[str]) -> dict[str, Any]:
    n, unit = m["n"] or m["n2"] or m["n3"] or m["n4"], m["u"] or m["u2"] or m["u3"] or m["u4"]
    value: dict[str, Any] = {"text": " ".join(m.group().split())}
    if n and unit:
        value.update(value=number(n), unit={"d": "d", "w": "wk"}[unit[0].lower()])
    return value


# with what small letters each begins: most are not tried
_PIECES = (
    (
        "days",
        frozenset("odq"),
        _DAYS,
        lambda m: {"text": " ".join(m.group().split()), "days": _day_list(m["days"] or m["malformed"])},
    ),
    (
        "cycleLength",
        frozenset("reqo"),
        lazy(
            r"(?=(?:\b(?:repeated|repeating|once)\s+)?(?:every|q)\s*(?:\d{1,2}|two|three|four|six)[\s-]*(?:weeks?|wks?|w|(?:days?|d))\b)"
            + _CYCLE.pattern,
            re.I,
        ),
        _cycle,
    ),
    ("frequency", frozenset("otfsenqbpmwdhayc/½0123456789"), FREQUENCY, frequency),
    ("cycleLength", frozenset("rgaeqiowptfsnd0123456789"), _CYCLE, _cycle),
    (
        "duration",
        frozenset("fodx×"),
        _DURATION,
        lambda m: {
            "text": " ".join(m.group().split()),
            "value": number(m["n"]),
            "unit": {"d": "d", "w": "wk", "m": "mo", "y": "a", "h": "h"}.get(m["u"][0].lower(), "d")
            if not m["u"].lower().startswith("min")
            else "min",
        },
    ),
    ("route", frozenset("pisobtrn"), _ROUTE, lambda m: {"text": m.group()}),
)
