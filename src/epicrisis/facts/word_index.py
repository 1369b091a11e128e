"""Where the words of a text stand, so that what needs a word is looked for only where it is."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from epicrisis.terminology import Remembered

Words = frozenset[str]


class WordIndex(NamedTuple):
    """By words: `sentences[words]` are those that have one of them, `starts[words]` where these begin, in order."""

    sentences: dict[Words, set[int]]
    starts: dict[Words, list[int]]


def indexed(words: list[str], starts: list[int], owners: list[int]) -> WordIndex:
    """Index the words, or their beginnings, by where they start and the sentence of each."""
    places: dict[str, list[int]] = {}
    for n, word in enumerate(words):
        if word in places:
            places[word].append(n)
        else:
            places[word] = [n]
    known = frozenset(places)
    return WordIndex(
        Remembered(partial(_sentences, places, known, owners)), Remembered(partial(_starts, places, known, starts))
    )


def _sentences(places: dict[str, list[int]], known: Words, owners: list[int], asked: Words) -> set[int]:
    return {owners[n] for word in known & asked for n in places[word]}


def _starts(places: dict[str, list[int]], known: Words, starts: list[int], asked: Words) -> list[int]:
    return sorted([starts[n] for word in known & asked for n in places[word]])
