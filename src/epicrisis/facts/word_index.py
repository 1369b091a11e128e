"""Where the words of a text stand, so that what needs a word is looked for only where it is."""

from __future__ import annotations

from typing import NamedTuple

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
    return WordIndex(_Sentences(places, known, owners), _Starts(places, known, starts))


class _Sentences(dict[Words, set[int]]):
    """Each answer is worked out once."""

    def __init__(self, places: dict[str, list[int]], known: Words, owners: list[int]) -> None:
        super().__init__()
        self._told = places, known, owners

    def __missing__(self, words: Words) -> set[int]:
        places, known, owners = self._told
        found = self[words] = {owners[n] for word in known & words for n in places[word]}
        return found


class _Starts(dict[Words, list[int]]):
    """The same of the places."""

    def __init__(self, places: dict[str, list[int]], known: Words, starts: list[int]) -> None:
        super().__init__()
        self._told = places, known, starts

    def __missing__(self, words: Words) -> list[int]:
        places, known, starts = self._told
        found = self[words] = sorted([starts[n] for word in known & words for n in places[word]])
        return found
