"""Where the words of a text stand, so that what needs a word is looked for only where it is."""

from __future__ import annotations

from collections import defaultdict


class WordIndex:
    """Where the words of a text stand."""

    def __init__(self, words: list[str], owners: list[int]) -> None:
        """Take the words, or their beginnings, and the sentence of each."""
        places: dict[str, list[int]] = defaultdict(list)
        for n, word in enumerate(words):
            places[word].append(n)
        self._places = places
        self._known = set(places)
        self._owners = owners
        self._asked: dict[frozenset[str], set[int]] = {}

    def sentences_of(self, words: frozenset[str]) -> set[int]:
        """Return the sentences that have one of *words*."""
        found = self._asked.get(words)
        if found is None:
            owners, places = self._owners, self._places
            found = self._asked[words] = {owners[n] for word in self._known & words for n in places[word]}
        return found

    def words_of(self, words: frozenset[str]) -> list[int]:
        """Return which of the words are one of *words*."""
        places = self._places
        return sorted([n for word in self._known & words for n in places[word]])
