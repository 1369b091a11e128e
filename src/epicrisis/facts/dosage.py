"""Doses and schedules as written: amount, unit, per what, how often, on which days of which cycle.

`scan(text, base)` yields dosages; every number stays the decimal string that the text has
(a decimal comma becomes a point). Frequencies follow FHIR Timing.repeat: count per period
of a UCUM unit (h, d, wk, mo).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from epicrisis.facts.brackets import opened
from epicrisis.facts.patterns import in_small_letters
from epicrisis.kept import lazy

_NUM = r"\d+(?:[.,]\d+)*"
_WORDS = {w: i for i, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())}
_N = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
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
    r"|\b(?:instead\s+of|rather\s+than|not(?:\s+(?:\w+ed))?(?:\s+to)?)\s+\Z",  # "400 mg instead of 800 mg", "not escalated to 200"
    re.I,
)
_CHANGES = lazy(
    r"\b(?:increas\w+|reduc\w+|escalat\w+|lower\w+|decreas\w+|chang\w+|rais\w+|titrat\w+|taper\w+)\s+(?:\w+\s+)?from\s+\Z",
    re.I,
)
_LOW = lazy(r"\b(?:low|high|single|half)[\s-]dose\b", re.I)
# what small letters must have for _CYCLES
_COUNTED = ("cycle", "course", "round", "doses", "session", "infusion", "injection", "fraction")
_TIMES = lazy(r"[x×]\s?[1-9]|\d\s?[x×]")
_FREQUENCY = lazy(
    rf"(?P<times>once|twice|thrice|{_N}\s*(?:times|x|×))\s*(?:a|per|each|every|/|in\s+a)?\s*(?P<each>daily|day|d\b|weekly|week|monthly|month)"
    rf"|every\s+(?P<every>{_N}|other|second|third)?\s*[\s-]*(?P<unit>hours?|hrs?|h\b|days?|d\b|weeks?|wks?|months?|morning|evening|night)"
    r"|\bq\s?\.?\s?(?P<q>\d{1,2})\s?-?\s?(?P<qu>hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|m)\b(?!\s*[-–]\s*\d)"
    # the full stop behind "qhs" is the sentence's, that behind "b.i.d." its own
    r"|\b(?P<latin>(?:o|q|b)\.\s?d\.?|b\.\s?i\.\s?d\.?|t\.\s?i\.\s?d\.?|t\.\s?d\.\s?s\.?|q\.\s?i\.\s?d\.?|q\.\s?o\.\s?d\.?|q\.\s?h\.\s?s\.?|p\.\s?r\.\s?n\.?"
    r"|od|qd|bid|bd|tid|tds|qid|qod|qhs|qw|biw|tiw|prn|nocte|mane)(?![\w])"
    r"|\b(?P<ly>(?:bi|tri)?-?weekly|fortnightly|daily|nightly|monthly|hourly|annually|yearly)\b"
    r"|(?:\ba|\bper|/)\s*(?P<per>day|week|month|d)\b"
    r"|\b(?P<grid>[0-3½](?:-[0-3½]){2,3})\b"
    r"|\b(?P<cont>continuous(?:ly)?(?:\s+infusion)?)\b",
    re.I,
)
_DAYS = lazy(
    r"(?:\bon\s+)?\b(?:days?\s*|d\s?)(?P<days>\d{1,2}(?:\s*(?:-|–|~|to|through|/)\s*(?:d(?:ay)?\s?)?\d{1,2})?(?:\s*(?:,|and|&|,\s*and|/|\+)\s*(?:d(?:ay)?\s?)?\d{1,2}(?!\d|\s*(?:cycles?|courses?|doses?|mg|[x×]))(?:\s*(?:-|–|to)\s*d?\d{1,2})?)*)\b(?!\s*(?:mg|later|after|before|post))"
    r"|\bq(?P<malformed>\d{1,2}\s*[-–]\s*\d{1,2}\s*d)\b",
    re.I,
)
_CYCLE = lazy(
    rf"(?:\b(?:repeated|repeating|given|administered)\s+)?\b(?:every|q)\s*(?P<n>{_N})[\s-]*(?P<u>days?|d|weeks?|wks?|w)\b"
    rf"|\b(?:in|on|of|with|per)?\s*(?:an?\s+)?(?P<n2>{_N})[\s-](?P<u2>day|week)[\s-]+cycles?\b"
    r"|\b(?P<n3>\d{1,2})\s*(?P<u3>days?|d|weeks?)\s+(?:as|was|is|per|for|in|of)\s+(?:an?|one|each|every|1)\s+(?:treatment\s+)?(?:cycle|course)\b"
    r"|\bfor\s+two\s+weeks\s+and\s+(?:stopped|off|rest(?:ed)?)\s+(?:for\s+)?one\s+week\b|(?:\bon\s+an?\s+)?\b(?P<on>\d{1,2})[\s-]*(?:weeks?|days?)[\s-]+on\s*[/,]?\s*(?:and\s+)?(?P<off>\d{1,2})[\s-]*(?:weeks?|days?)[\s-]+off(?:\s+schedule)?\b"
    r"|(?:\bon\s+)?(?:days?\s+)?\b\d{1,2}\s+(?:out\s+)?of\s+(?:every\s+)?(?P<n4>\d{1,2})\s*(?P<u4>days)\b",
    re.I,
)
_DURATION = lazy(
    rf"(?:\b(?:for|over|during)\s+|(?:\bx|×)\s?)(?:a\s+(?:total|period)\s+of\s+|about\s+|approximately\s+)?(?P<n>\d{{1,3}}|{_N})\s*[\s-]*(?P<u>days?|weeks?|months?|years?|hours?|h|min(?:utes)?|d|wk)\b",
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
# on small letters
_CYCLES = lazy(
    rf"\b(?P<n>\d{{1,3}}|{_N}|a\s+total\s+of\s+{_N}|several|multiple|first|second|third|fourth|fifth|sixth)(?:(?:\s+of\s+|\s?/\s?)(?:the\s+|all\s+)?(?:planned\s+|scheduled\s+|intended\s+)?(?:\d{{1,2}}|{_N})\s+(?:planned\s+|scheduled\s+|intended\s+)?|[\s-]+(?:more\s+|further\s+|additional\s+)?)(?P<what>cycles?|courses?|rounds?|doses|sessions|infusions|injections|fractions)\b"
    # "R-CHOP x6", never the second edge of "5 x 4 cm"
    r"|(?:(?<=[a-z)])|(?<=m2)|(?<=m²))(?<!gy)(?<!gy\s)\s?[x×]\s?(?P<x>[1-9]\d?)\b(?!\s?[x×%]|[.,/-]?\d|\s?(?:mg|g|cm|mm|gy|weeks?|wks?|w|days?|d|months?|mos?|years?|yrs?|y|hours?|hrs?|h|per|daily)\b)"
    # "6x R-CHOP": counts only what stands right behind it
    r"|(?<![\w.,/×-])(?<![x×]\s)(?P<leads>[1-9]\d?)\s?[x×]\s?(?=[a-z])"
)
_OF_THE_PLANNED = lazy(r"(?:\A|[.,;]\s|\bout\s)of\s(?:the\s)?(?:planned|scheduled|intended)\s+\Z")

_LATIN = {
    "od": (1, 1, "d"),
    "qd": (1, 1, "d"),
    "bid": (2, 1, "d"),
    "bd": (2, 1, "d"),
    "tid": (3, 1, "d"),
    "tds": (3, 1, "d"),
    "qid": (4, 1, "d"),
    "qod": (1, 2, "d"),
    "qhs": (1, 1, "d"),
    "qw": (1, 1, "wk"),
    "biw": (2, 1, "wk"),
    "tiw": (3, 1, "wk"),
    "nocte": (1, 1, "d"),
    "mane": (1, 1, "d"),
}
_LY = {
    "daily": (1, 1, "d"),
    "nightly": (1, 1, "d"),
    "weekly": (1, 1, "wk"),
    "monthly": (1, 1, "mo"),
    "fortnightly": (1, 2, "wk"),
    "hourly": (1, 1, "h"),
    "biweekly": (1, 2, "wk"),
    "bi-weekly": (1, 2, "wk"),
    "triweekly": (1, 3, "wk"),
    "tri-weekly": (1, 3, "wk"),
    "annually": (1, 1, "a"),
    "yearly": (1, 1, "a"),
}
_CODE = {"h": "h", "d": "d", "w": "wk", "m": "mo"}


@lru_cache(maxsize=4096)
def number(word: str) -> str:
    """Return a written number as a decimal string ("33,3" -> "33.3", "1,500" -> "1500", "six" -> "6")."""
    word = word.strip()
    if word.lower() in _WORDS:
        return str(_WORDS[word.lower()])
    if lazy(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?").fullmatch(word):
        return word.replace(",", "")
    return word.replace(",", ".")


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
            found["dose"] = _dose(m)
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


def cycles(text: str, base: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the statements of a number of cycles: {"span", "text", "n", "what", "leads": stands before what it counts}."""
    small = in_small_letters(text)
    if not (any(word in small for word in _COUNTED) or (("x" in small or "×" in small) and _TIMES.search(small))):
        return
    for m in _CYCLES.finditer(small):
        if m["what"] and _OF_THE_PLANNED.search(small, max(0, m.start() - 24), m.start()):
            continue  # "of the planned 12 cycles of FOLFOX he received 8"
        word = (m["n"] or m["x"] or m["leads"]).replace("a total of", "").strip()
        n = number(word)
        yield {
            "span": [base + m.start(), base + m.end()],
            "text": text[m.start() : m.end()],
            "n": n if n.isdigit() else None,
            "what": (m["what"] or "cycle").rstrip("s"),
            "leads": bool(m["leads"]),
        }


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


def _frequency(m: re.Match[str]) -> dict[str, Any] | None:
    text = " ".join(m.group().split())
    if m["times"]:
        n = {"once": "1", "twice": "2", "thrice": "3"}.get(m["times"].lower()) or number(
            lazy(r"\s|x|×").split(m["times"])[0]
        )
        return {
            "text": text,
            "count": n,
            "period": "1",
            "periodUnit": {"d": "d", "w": "wk", "m": "mo"}[m["each"][0].lower()],
        }
    if m["unit"]:
        word = (m["every"] or "one").lower()
        n = {"other": "2", "second": "2", "third": "3"}.get(word) or number(word)
        unit = m["unit"][0].lower()
        if m["unit"].lower() in ("morning", "evening", "night"):
            unit = "d"
        return {"text": text, "count": "1", "period": n, "periodUnit": _CODE[unit]}
    if m["q"]:
        return {"text": text, "count": "1", "period": m["q"], "periodUnit": _CODE[m["qu"][0].lower()]}
    if m["latin"]:
        key = m["latin"].lower().replace(".", "").replace(" ", "")
        if key == "prn":
            return {"text": text, "asNeeded": True}
        known = _LATIN.get(key)
        return (
            {"text": text, "count": str(known[0]), "period": str(known[1]), "periodUnit": known[2]} if known else None
        )
    if m["ly"]:
        known = _LY.get(m["ly"].lower())
        return (
            {"text": text, "count": str(known[0]), "period": str(known[1]), "periodUnit": known[2]} if known else None
        )
    if m["per"]:
        return {
            "text": text,
            "count": "1",
            "period": "1",
            "periodUnit": {"d": "d", "w": "wk", "m": "mo"}[m["per"][0].lower()],
        }
    if m["grid"]:
        # morning, noon and evening: "1-0-1" is twice a day; "2-0-1" tells of amounts too
        taken = m["grid"].split("-")
        if set(taken) <= {"0", "1"} and "1" in taken:
            return {"text": text, "count": str(taken.count("1")), "period": "1", "periodUnit": "d"}
    return {"text": text}


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
        frozenset("req"),
        lazy(
            r"(?=(?:\b(?:repeated|repeating)\s+)?(?:every|q)\s*(?:\d{1,2}|two|three|four|six)[\s-]*(?:weeks?|wks?|w|(?:days?|d))\b)"
            + _CYCLE.pattern,
            re.I,
        ),
        _cycle,
    ),
    ("frequency", frozenset("otfsenqbpmwdhayc/½0123456789"), _FREQUENCY, _frequency),
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
