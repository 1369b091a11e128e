"""The beginnings of words by which a pattern is looked for are those with which it can begin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from epicrisis.case import (
    attached,
    build_spread,
    came_before,
    carrying,
    date_cues,
    stopping,
    under_way,
    whose_date,
)

PAIRS = [
    (carrying._MOVED_ON, carrying._AWAY_STEMS),
    (carrying._MOVED, carrying._ON_STEMS),
    (date_cues.HISTORY, date_cues.HISTORY_STEMS),
    (date_cues.HAPPENED, date_cues.HAPPENED_STEMS),
    (date_cues.DIED, date_cues.DIED_STEMS),
    (date_cues.CAME, date_cues.CAME_STEMS),
    (under_way._VERB, under_way._VERB_STEMS),
    (came_before._AFTER_WHAT, came_before._AFTER_STEMS),
    (attached._PARTICIPLE, attached._PARTICIPLE_STEMS),
    (attached._RELATIVE, attached._RELATIVE_STEMS),
    (date_cues.GONE_ON, date_cues.AFTER_STEMS),
    (date_cues.DISCHARGED, whose_date._DISCHARGED_STEMS),
    (whose_date._WHO, whose_date._WHO_STEMS),
    (build_spread._LOOKS_BACK, build_spread._BACK_STEMS),
    (stopping._STOPPED, stopping._STOPS),
]
# what stands behind a word in a pattern: no letter, digit or hyphen
_NO_MORE = _parser.parse(r"(?![\w-])")[0][1]


def _beginnings(items: list[tuple[Any, Any]], word: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of up to four letters with which *items* go on from *word*, and whether these are closed."""
    if len(word) == 4:
        yield word, True
        return
    if not items:
        yield word, False
        return
    (op, value), rest = items[0], items[1:]
    if op is codes.LITERAL:
        letter = chr(value).lower()
        if letter.isalnum():
            yield from _beginnings(rest, word + letter)
        else:
            yield word, True
    elif op is codes.AT:
        if word and value is codes.AT_BOUNDARY:
            yield word, True
        else:
            yield from _beginnings(rest, word)
    elif word and op is codes.ASSERT_NOT and repr(value) == repr(_NO_MORE):
        yield word, True
    elif op in (codes.ASSERT, codes.ASSERT_NOT):
        yield from _beginnings(rest, word)
    elif op is codes.SUBPATTERN:
        yield from _beginnings([*value[3], *rest], word)
    elif op is codes.BRANCH:
        for branch in value[1]:
            yield from _beginnings([*branch, *rest], word)
    elif op in (codes.MAX_REPEAT, codes.MIN_REPEAT):
        low, high, body = value
        if low == 0:
            yield from _beginnings(rest, word)
        if high:
            yield from _beginnings([*body, *rest], word)
    elif op is codes.IN:
        for kind, one in value:
            if kind is codes.LITERAL:
                yield from _beginnings([(codes.LITERAL, one), *rest], word)
            elif kind is codes.CATEGORY and one in (codes.CATEGORY_WORD, codes.CATEGORY_DIGIT):
                yield word, False
            else:
                yield word, True
    else:
        raise ValueError(op)


@pytest.mark.parametrize(("pattern", "stems"), PAIRS, ids=lambda p: getattr(p, "pattern", "")[:20])
def test_stems_are_those_of_the_pattern(pattern: re.Pattern[str], stems: frozenset[str]) -> None:
    """Every way in which a pattern begins has its stem; a word that may go on has all that go on."""
    for word, closed in _beginnings(list(_parser.parse(pattern.pattern, re.I)), ""):
        assert word in stems, word
        assert closed or len(word) == 4 or f"{word}0" in stems, f"{word}..."
