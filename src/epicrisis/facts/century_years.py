"""The century of two-digit years in a text that writes no others: "MRI 8/30/22: fracture of T9"."""

from __future__ import annotations

import re

from epicrisis.kept import lazy

_YEARS = lazy(r"[12](?<!\w[12])(?:(?<=1)9|(?<=2)0)\d\d\b")
_WHOLE = lazy(r"(?<![\d./-])\d{1,2}([/-])\d{1,2}\1(?P<y>\d\d)(?![\d/-]|\.\d)")
_BIRTH = lazy(r"\b(?:DOB|D\.O\.B\.?|born|birth(?:date)?|b\.)\W*(?:on\W+)?\Z", re.I)
_LAST, _ONE_ILLNESS = 39, 15  # "45" of a date may be of the last century; years


def named(text: str) -> set[int]:
    """Return the years that the text writes in full."""
    return {int(y) for y in _YEARS.findall(text)}


def told(text: str) -> set[int]:
    """Return the years of whole dates with two digits, where none has four and all can only be of this century; births aside.

    None where they lie too far apart for one illness.
    """
    if _YEARS.search(text):
        return set()
    years = {int(m["y"]) for m in _WHOLE.finditer(text) if not _BIRTH.search(text, max(0, m.start() - 24), m.start())}
    if not years or max(years) > _LAST or max(years) - min(years) > _ONE_ILLNESS:
        return set()
    return {2000 + y for y in years}
