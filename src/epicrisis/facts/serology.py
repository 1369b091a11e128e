"""Infections that a negative serology denies: "HBV negative", "negative HIV, hepatitis B and hepatitis C serology"."""

from __future__ import annotations

import re

from epicrisis.kept import lazy

_SEROLOGY = lazy(
    r"\s*(?:/\s?[A-Z][\w-]{1,8}\s?){0,4}(?:(?:infection|serolog\w+|status|test\w*|antibod\w+)\s+)?(?:was\s+|were\s+|[:=]\s*)?(?:negative|neg\b\.?|\(-\)|\(−\)|non-?reactive)(?!\s+(?:for|margin|cytolog|breast))",
    re.I,
)
_NEGATIVE_LIST = lazy(
    r"\b(?:negative|non-?reactive)\s+(?:[A-Z][\w-]*,?\s+|hepatitis\s+|[a-z]+\s+virus,?\s+|and\s+|or\s+)*\Z"
)
_OF_SEROLOGY = lazy(
    r"(?:,?\s+(?:and\s+|or\s+)?(?:[A-Z][\w-]*|hepatitis\s+[A-E]))*\s+(?:serolog\w+|antibod\w+|tests?|testing|screen\w*|PCR)\b"
    r"(?!\s+(?:was|were)\s+positive)"
)


def negative(text: str, start: int, end: int, low: int, high: int) -> bool:
    """Say whether the infection that text[start:end] names is told as negative in the sentence [low, high)."""
    if _SEROLOGY.match(text, end, high):
        return True
    return (
        _NEGATIVE_LIST.search(text, max(low, start - 60), start) is not None
        and _OF_SEROLOGY.match(text, end, high) is not None
    )
