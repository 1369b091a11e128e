"""The patient's facts: by kind, by sentence and by place, each found without a walk through all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import chain
from operator import itemgetter

from epicrisis.facts import Fact
from epicrisis.facts.in_order import Stretches


class Told:
    """The facts of some kinds, asked again and again while a case is built."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        """Keep *facts* by kind, in the order of the text."""
        self._by_kind: dict[str, list[tuple[int, Fact]]] = {}  # with their places among the facts
        for place, fact in enumerate(facts):
            self._by_kind.setdefault(fact.kind, []).append((place, fact))
        self._of: dict[tuple[tuple[str, ...], bool], list[Fact]] = {}
        self._by_sentence: dict[tuple[str, ...], dict[int, list[Fact]]] = {}
        self._begin: dict[tuple[str, ...], tuple[list[int], list[int]]] = {}
        self._stretches: dict[tuple[str, ...], Stretches] = {}
        self._harm: dict[int, list[Fact]] = {}

    def of(self, kinds: tuple[str, ...], *, hypothetical: bool = False) -> list[Fact]:
        """Return the facts of some kinds; the list is everybody's."""
        found = self._of.get((kinds, hypothetical))
        if found is None:
            told = _merged([self._by_kind[kind] for kind in kinds if kind in self._by_kind])
            found = self._of[kinds, hypothetical] = [f for f in told if hypothetical or f.status != "hypothetical"]
        return found

    def in_sentence(self, index: int, *kinds: str) -> Sequence[Fact]:
        """Return the facts of some kinds in one sentence."""
        known = self._by_sentence.get(kinds)
        if known is None:
            known = self._by_sentence[kinds] = {}
            for fact in self.of(kinds):
                known.setdefault(fact.sentence, []).append(fact)
        return known.get(index, ())

    def harm(self, index: int) -> list[Fact]:
        """Return the events and complaints of one sentence in order, each word once; the list is everybody's."""
        found = self._harm.get(index)
        if found is None:
            told = self.in_sentence(index, "adverse_event", "diagnosis", "symptom")
            places = {(f.start, f.end): f for f in told if f.kind != "adverse_event"}
            places |= {(f.start, f.end): f for f in told if f.kind == "adverse_event"}
            found = self._harm[index] = [places[at] for at in sorted(places)]
        return found

    def between(self, low: int, high: int, *kinds: str) -> list[Fact]:
        """Return the facts of some kinds that begin in [low, high)."""
        facts = self.of(kinds)
        if kinds not in self._begin:
            places = sorted(range(len(facts)), key=lambda n: facts[n].start)
            self._begin[kinds] = ([facts[n].start for n in places], places)
        starts, places = self._begin[kinds]
        return [facts[n] for n in sorted(places[bisect_left(starts, low) : bisect_left(starts, high)])]

    def touch(self, start: int, end: int, *kinds: str) -> bool:
        """Say whether a fact of some kinds has a word in common with [start, end)."""
        if kinds not in self._stretches:
            self._stretches[kinds] = Stretches((f.start, f.end) for f in self.of(kinds))
        return self._stretches[kinds].touch(start, end)


def _merged(lists: list[list[tuple[int, Fact]]]) -> list[Fact]:
    """Return the facts of some kinds in the order of their places."""
    found = lists[0] if len(lists) == 1 else sorted(chain.from_iterable(lists), key=itemgetter(0))
    return [fact for _, fact in found]
