"""FHIR's primitive values: what a string, a decimal and a date may be."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from epicrisis.kept import lazy

# FHIR strings hold no control characters but tab and line ends; the rest breaks XML and XHTML too
_CONTROL = lazy("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DECIMAL = lazy(r"-?(?:0|[1-9]\d*)(?:\.\d+)?\Z", re.ASCII)
_DATE = lazy(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?\Z", re.ASCII)

_RECURRING = 4096  # words, numbers and dates of which a case has the same again and again


@lru_cache(_RECURRING)
def clean(text: str) -> str:
    """Return *text* as FHIR may hold it: trimmed, white space collapsed, no control characters."""
    return " ".join((text if text.isprintable() else _CONTROL.sub(" ", text)).split())


@lru_cache(_RECURRING)
def decimal(text: str | None) -> Decimal | None:
    """Return a number exactly as written ("4.650" stays 4.650), or None if it is not one."""
    if text is None:
        return None
    text = text.strip().replace("−", "-").replace("·", ".")
    if text.startswith("."):
        text = "0" + text
    text = text.lstrip("+")
    return Decimal(text) if _DECIMAL.match(text) and len(text) <= 18 else None


def whole(text: str | None) -> int | None:
    """Return a non-negative integer, or None if *text* is not one."""
    number = decimal(text)
    if number is None or number < 0 or number != number.to_integral_value() or number > 2147483647:
        return None
    return int(number)


@lru_cache(_RECURRING)
def is_date(text: str) -> bool:
    """Say whether *text* is YYYY, YYYY-MM or YYYY-MM-DD and a day of the calendar."""
    if not _DATE.match(text) or text.startswith("0000"):
        return False
    if len(text) < 10:
        return True
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
