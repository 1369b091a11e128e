"""A limit told of a test is no result of it: "The cutoff for chromogranin is 100", "LDH, ULN 250 U/L"."""

from __future__ import annotations

import re

from epicrisis.facts.lab_names import Test
from epicrisis.kept import lazy

_LIMIT = (
    r"(?:cut[\s-]?offs?(?:\s(?:values?|levels?|points?|limits?))?|thresholds?(?:\s(?:values?|levels?))?"
    r"|(?:upper|lower)\s(?:normal\s)?limits?(?:\sof\s(?:the\s)?(?:normal|reference)(?:\srange)?)?|ULN|LLN"
    r"|(?:normal|reference)\s(?:ranges?|limits?|intervals?)|reference(?:\s(?:values?|levels?))?|normal\svalues?(?=\sfor\b))"
)
# "the upper limit of normal for", "a transfusion threshold of"; and not "LDH 2x ULN, CRP 98"
_OF_TEST = lazy(
    rf"(?<![x×\d]\s)(?<![x×*])(?<!times\s)(?<!times\sthe\s)\b(?:(?:ULN|LLN)(?=\s(?:for|of|in)\b)|(?!ULN|LLN){_LIMIT})\s?"
    r"(?::|\(|(?:for|of|in|was|is|at|value|level|a|an|the|our|serum|plasma|blood|urine|positivity|:|=|<|>|≤|≥|\d+(?:[.,]\d+)*|%|[\w/]*/[\w/]+)\s)*\s?\Z",
    re.I,
)
# "CEA (cutoff 5)", "LDH upper limit of normal: 250"
_BEHIND = lazy(
    rf"\s?(?:levels?\s|values?\s|positivity\s)?[(,\[:]?\s?(?:the\s|with\s(?:an?\s|the\s)?)?{_LIMIT}[\s:=]*(?:(?:is|was|being|of|for|at|up|to|below|less|than|above)\s)*[<>≤≥\s]*\Z",
    re.I,
)
_CLOSES = lazy(r"[^()\[\];.]{0,12}[)\],]\s?")
_WORDS = ("utoff", "ut-off", "ut off", "hreshold", "imit", "ULN", "LLN", "ormal", "eference")
_BEFORE = 60  # code points


def limits(text: str, start: int, low: int) -> bool:
    """Say whether the words before the test at *start*, from *low* on, tell that its limit follows."""
    begin = max(low, start - _BEFORE)
    return any(w in text[begin:start] for w in _WORDS) and _OF_TEST.search(text, begin, start) is not None


def drop_limit(text: str, test: Test, low: int) -> int | None:
    """Take from *test* a value that is its limit, and return where the next may stand; None where it keeps it.

    The sentence begins at *low*.
    """
    span = test.value.get("valueSpan")
    if span is None or span[0] < test.hit.end:
        return None
    behind = None
    if any(w in text[test.hit.end : span[0]] for w in _WORDS):
        behind = _BEHIND.match(text, test.hit.end, span[0])
    if behind is None and not limits(text, test.hit.start, low):
        return None
    test.value, test.more, test.after = {}, [], span[1]
    closed = _CLOSES.match(text, span[1]) if behind else None
    return closed.end() if closed else span[1]
