"""Results that tests share: "AST and ALT were 45 and 60 U/L, respectively", "elevated AST and ALT"."""

from __future__ import annotations

import re
from typing import Any

from epicrisis.facts import resultwords
from epicrisis.facts.brackets import opened
from epicrisis.facts.context import Context
from epicrisis.facts.lab_names import Test
from epicrisis.facts.lab_values import reaches, result
from epicrisis.facts.patterns import rx
from epicrisis.facts.quantity import Quantity, find_values, read_reference
from epicrisis.kept import lazy

_WERE = rx(r"\b(?:were|are)\b[^.;]*\Z", re.I)
_RESPECTIVELY = rx(r"\brespectively\b", re.I)
_BRACKET = rx(r"\s*\([^()]{2,60}\)")
_SLASH_VALUE = rx(r"\s*(?:/|,|and|,\s*and)\s*(?:(?:only|about|approximately|around|nearly|almost)\s+)?")


def share(context: Context, tests: list[Test], low: int, high: int, *, comma: bool) -> None:
    """Give the tests of one sentence the values and words that they have in common."""
    for group in _groups(context, tests):
        if len(group) == 1:
            _series(context, group[0], high, comma)
        _respectively(context, group, high, comma)
        _words(context, group, low, high)


def _groups(context: Context, tests: list[Test]) -> list[list[Test]]:
    """Return runs of tests that stand in one list."""
    groups: list[list[Test]] = []
    for test in tests:
        if groups:
            last = groups[-1][-1]
            if _listed(context.text[max(last.end, last.after) : test.hit.start]):
                groups[-1].append(test)
                continue
        groups.append([test])
    return groups


def _listed(gap: str) -> bool:
    words = resultwords.load()
    plain = lazy(r"\([^()]{0,60}\)").sub(" ", gap)
    if not lazy(r"[\w\s,/&+()\[\]:.-]*").fullmatch(plain) or ";" in plain or lazy(r"\.\s").search(plain):
        return False
    tokens = lazy(r"[^\W_]+(?:-[^\W_]+)?").findall(plain.lower())
    return len(tokens) <= 6 and all(t in words.listing or t.isdigit() for t in tokens)


def _respectively(context: Context, group: list[Test], limit: int, comma: bool) -> None:
    """Share out "CEA, AFP and CA 19-9 were 3.6 ng/mL, 26.7 ng/mL and 8.1 U/mL, respectively"."""
    pending: list[Test] = []
    for test in group:
        pending.append(test)
        if not test.value:
            continue
        if "valueSpan" not in test.value:  # a word: "sCR, MRD neg (10^-5)"
            pending = []
        if len(pending) > 1:
            first = test.value["valueSpan"]
            values = find_values(context.text, first[0], min(limit, first[0] + 75 * len(pending)), comma=comma)
            span = context.text[first[0] : min(limit, first[0] + 90 * len(pending))]
            chain = _chain(context.text, values)
            if _RESPECTIVELY.search(span) and 1 < len(chain) < len(pending):
                pending = pending[-len(chain) :]
            slash = "/" in context.text[pending[0].end : pending[1].hit.start]
            # "AST and ALT were 45 and 60 U/L" goes without saying so
            paired = len(chain) == len(pending) and _WERE.search(context.text, test.end, first[0])
            if len(chain) >= len(pending) and (_RESPECTIVELY.search(span) or slash or paired):
                unit = next((v.unit for v in reversed(chain[: len(pending)]) if v.unit), None)
                for one, value in zip(pending, chain, strict=False):
                    shared = (
                        value
                        if value.unit
                        else Quantity(
                            value.start,
                            value.end,
                            value.value,
                            value.value2,
                            value.comparator,
                            unit,
                        )
                    )
                    kept = {k: v for k, v in test.value.items() if k in ("interpretation", "wordSpan")}
                    one.value = result(context, one.hit, shared) | kept
                    one.after = value.end
                    reference = read_reference(context.text, value.end, min(limit, value.end + 60), comma=comma)
                    if reference:
                        one.value.update(reference[1])
                        one.after = reference[0]
            elif _RESPECTIVELY.search(span):
                for one in pending:  # which value is whose cannot be said
                    one.value = {k: v for k, v in one.value.items() if k in ("interpretation", "wordSpan")}
        pending = []


def _series(context: Context, test: Test, limit: int, comma: bool) -> None:
    """Read the values of one test at several times: "PSA rose to 1.2, 3.4 and 8.9 ng/mL in May, June and July"."""
    first = test.value.get("valueSpan")
    if not first or test.more or test.value.get("value2"):
        return
    chain = _chain(context.text, find_values(context.text, first[0], min(limit, first[0] + 120), comma=comma))
    if len(chain) < 2 or any(v.value2 or (v.unit is None) != (chain[0].unit is None) for v in chain[:-1]):
        return
    unit = chain[-1].unit
    if unit is None or chain[0].unit not in (None, unit) or not reaches(context.text[test.end : first[0]]):
        return
    kept = {k: v for k, v in test.value.items() if k in ("interpretation", "wordSpan", "refLow", "refHigh", "refText")}
    made = [
        result(context, test.hit, Quantity(v.start, v.end, v.value, None, v.comparator, unit)) | kept for v in chain
    ]
    for n, value in enumerate(made):
        value["series"] = [n, len(made)]
    test.value, *test.more = made
    test.after = chain[-1].end


def _chain(text: str, values: list[Quantity]) -> list[Quantity]:
    chain: list[Quantity] = []
    for value in values:
        if chain and not _SLASH_VALUE.fullmatch(text, chain[-1].end, value.start):
            gap = text[chain[-1].end : value.start]
            if opened(gap, 0, len(gap)):
                continue  # a reference range
            if not _SLASH_VALUE.fullmatch(_BRACKET.sub("", gap)):
                break
        chain.append(value)
    return chain


def _words(context: Context, group: list[Test], low: int, high: int) -> None:
    """Give a list the word before it ("elevated AST and ALT") or after it ("AST and ALT were
    normal").
    """
    text = context.text
    before = resultwords.before(text, low, group[0].hit.start)
    last = group[-1]
    after = resultwords.after(text, max(last.end, last.after), high)
    led = before
    parallel: bool | None = None
    for test in group:
        own = (
            resultwords.before(text, max(low, test.hit.start - 40), test.hit.start) if test is not group[0] else before
        )
        led = own or led
        bracketed = _in_brackets(text, test)
        if led is not own and test is not group[0] and bracketed is False and parallel:
            led = None  # "a low serum osmolality (248) and a urine osmolality of 512"
        parallel = bracketed if bracketed is not None else parallel
        if "interpretation" in test.value:
            led = None if test.value.get("value") else led
            continue
        chosen = led
        if chosen is None and (not test.value or test is last):
            chosen = after
        if chosen is None or (chosen is not own and _outside(test.value, chosen[2])):
            continue
        test.value["interpretation"] = chosen[2]
        test.value["wordSpan"] = [chosen[0], chosen[1]]


def _outside(value: dict[str, Any], word: str) -> bool:
    """Say whether a word told of a list does not fit this test: "normal" of 468 (23-105)."""
    if not value.get("value"):
        return False
    number, low, high = (
        float(v) if v and lazy(r"-?\d+(?:\.\d+)?").fullmatch(v) else None
        for v in (value["value"], value.get("refLow"), value.get("refHigh"))
    )
    if number is None:
        return False
    above = high is not None and number > high
    below = low is not None and number < low
    return (word == "normal" and (above or below)) or (word == "high" and below) or (word == "low" and above)


def _in_brackets(text: str, test: Test) -> bool | None:
    """Say whether the value of a test stands in brackets, where it has one."""
    span = test.value.get("valueSpan")
    return "(" in text[test.hit.end : span[0]] if span else None
