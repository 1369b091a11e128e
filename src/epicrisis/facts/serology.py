"""What an answer or an exclusion behind it denies, and infections that a negative serology does: "HBV negative", "negative HIV, hepatitis B and hepatitis C serology"."""

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


# "weight loss no; fever yes", "pulmonary embolism was considered as an alternative, which was ruled out"
_ANSWERED_NO = lazy(r"\s+(?:no|nil)\s*(?=[;)\n]|\.\s*(?:\n|\Z)|\Z)", re.I)
_WHICH_EXCLUDED = lazy(
    r"(?:\s+(?:was\s+(?:\w+ly\s+)?considered\s+)?(?:as|to\s+be)\s+(?:an?\s+|the\s+)?(?:alternative|possible|potential|differential|likely)(?:\s[\w-]+){0,3})?"
    r",\s+which\s+(?:was|had\s+been|has\s+been|could\s+be)\s+(?:\w+ly\s+|then\s+|later\s+)?(?:ruled\s+out|excluded)\b",
    re.I,
)


def denied(text: str, end: int, high: int) -> bool:
    """Say whether a complaint or disease that ends at *end* is answered with no, or told as excluded."""
    return _ANSWERED_NO.match(text, end, high + 1) is not None or _WHICH_EXCLUDED.match(text, end, high) is not None


def negative(text: str, start: int, end: int, low: int, high: int) -> bool:
    """Say whether the infection that text[start:end] names is told as negative in the sentence [low, high)."""
    if _SEROLOGY.match(text, end, high):
        return True
    return (
        _NEGATIVE_LIST.search(text, max(low, start - 60), start) is not None
        and _OF_SEROLOGY.match(text, end, high) is not None
    )
