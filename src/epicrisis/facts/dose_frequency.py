"""How often a drug is given: "twice daily", "q3w", "every other day", "bid", "1-0-1", as FHIR Timing.repeat counts it."""

from __future__ import annotations

import re
from typing import Any

from epicrisis.facts.dose_numbers import NUMBER, number
from epicrisis.kept import lazy

FREQUENCY = lazy(
    rf"(?P<times>once|twice|thrice|{NUMBER}\s*(?:times|x|×))\s*(?:a|per|each|every|/|in\s+a)?\s*(?P<each>daily|day|d\b|weekly|week|monthly|month)"
    rf"|(?:\bonce\s+)?every\s+(?P<every>{NUMBER}|other|second|third)?\s*[\s-]*(?P<unit>hours?|hrs?|h\b|days?|d\b|weeks?|wks?|months?|morning|evening|night)"
    r"|\bq\s?\.?\s?(?P<q>\d{1,2})\s?-?\s?(?P<qu>hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|m)\b(?!\s*[-–]\s*\d)"
    # the full stop behind "qhs" is the sentence's, that behind "b.i.d." its own
    r"|\b(?P<latin>(?:o|q|b)\.\s?d\.?|b\.\s?i\.\s?d\.?|t\.\s?i\.\s?d\.?|t\.\s?d\.\s?s\.?|q\.\s?i\.\s?d\.?|q\.\s?o\.\s?d\.?|q\.\s?h\.\s?s\.?|p\.\s?r\.\s?n\.?"
    r"|od|qd|bid|bd|tid|tds|qid|qod|qhs|qw|biw|tiw|prn|nocte|mane)(?![\w])"
    r"|\b(?P<nth>\d{1,2}|two|three|four|five|six|eight|ten|twelve)(?:-(?P<nu>week|month|hour|day)ly|\s(?P<nh>hour)ly)\b"
    r"|\b(?P<ly>(?:bi|tri)?-?weekly|fortnightly|daily|nightly|monthly|hourly|annually|yearly)\b"
    r"|(?:\ba|\bper|/)\s*(?P<per>day|week|month|d)\b"
    r"|\b(?P<grid>[0-3½](?:-[0-3½]){2,3})\b"
    r"|\b(?P<cont>continuous(?:ly)?(?:\s+infusion)?)\b",
    re.I,
)
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


def frequency(m: re.Match[str]) -> dict[str, Any] | None:
    """Return what a match of `FREQUENCY` says: text, count, period and its unit."""
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
    if m["nth"]:
        unit = _CODE[(m["nu"] or m["nh"])[0]]
        return {"text": text, "count": "1", "period": number(m["nth"]), "periodUnit": "mo" if unit == "m" else unit}
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
