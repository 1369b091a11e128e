"""Where the items of a case are told, and stretches of the text: each found without a walk through all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from itertools import accumulate

from epicrisis.case.model import Item, Span


class Places:
    """The words of the items made so far, in the order of the text, and the items by their names."""

    def __init__(self) -> None:
        """Begin without an item."""
        self._items: list[Item] = []
        self._order: dict[int, int] = {}  # of an item by its id(): the items live as long as this does
        self._begin: dict[str, list[tuple[int, int]]] = {}  # by type: starts of words, with the item's order
        self._kinds: dict[int, tuple[str, ...]] = {}
        self._starts: dict[int, list[int]] = {}
        self._spans: dict[int, set[tuple[int, int]]] = {}
        self._by_key: dict[str, Item] = {}
        self._named: dict[tuple[str, str | None], list[Item]] = {}
        self._worded: dict[tuple[str, str], list[Item]] = {}
        self._read = 0  # how many of the items are in there

    def add(self, item: Item, *kinds: str) -> None:
        """Take note of an item and its words; it is found by its type, and as one of *kinds* too."""
        self._kinds[id(item)] = (item.type, *kinds)
        self._order[id(item)] = len(self._items)
        self._items.append(item)
        self._starts[id(item)] = []
        self._spans[id(item)] = set()
        self._by_key[item.key] = item
        self._named.setdefault((item.type, item.concept), []).append(item)
        for span in item.spans:
            self._note(item, span)

    def tell(self, item: Item, span: Span, *, first: bool = False) -> None:
        """Add *span* to the words of an item: behind the others, or before them."""
        item.spans.insert(0 if first else len(item.spans), span)
        self._note(item, span)

    def retell(self, item: Item, spans: list[Span]) -> None:
        """Let *spans* be the words of an item, and no others."""
        order = self._order[id(item)]
        for kind in self._kinds[id(item)]:
            self._begin[kind] = [pair for pair in self._begin[kind] if pair[1] != order]
        self._starts[id(item)], self._spans[id(item)] = [], set()
        item.spans = []
        for span in spans:
            self.tell(item, span)

    def rename(self, item: Item, concept: str | None) -> None:
        """Give an item another concept."""
        self._named[item.type, item.concept].remove(item)
        item.concept = concept
        insort(self._named.setdefault((item.type, concept), []), item, key=lambda i: self._order[id(i)])

    def named(self, type_: str, concept: str | None) -> list[Item]:
        """Return the items of a type and concept, in the order in which they were made."""
        return self._named.get((type_, concept), [])

    def alike(self, type_: str, concept: str | None, text: str) -> list[Item]:
        """Return the items of a type with a concept, or with these words."""
        for item in self._items[self._read :]:
            self._worded.setdefault((item.type, item.text.lower()), []).append(item)
        self._read = len(self._items)
        found = {self._order[id(i)] for i in self._worded.get((type_, text.lower()), ())}
        if concept is not None:
            found.update(self._order[id(i)] for i in self.named(type_, concept))
        return [self._items[n] for n in sorted(found)]

    def keyed(self, keys: Iterable[str]) -> list[Item]:
        """Return the items with some keys, in the order in which they were made."""
        found = (self._by_key.get(key) for key in set(keys))
        return sorted((i for i in found if i), key=lambda i: self._order[id(i)])

    def has(self, item: Item, span: Span) -> bool:
        """Say whether *span* is among the words of an item."""
        return (span.start, span.end) in self._spans[id(item)]

    def beginning(self, low: int, high: int, *types: str) -> list[Item]:
        """Return the items of some types with words that begin in [low, high), in the order in which they were made."""
        found: set[int] = set()
        for type_ in types:
            begin = self._begin.get(type_, ())
            found.update(n for _, n in begin[bisect_left(begin, (low, 0)) : bisect_left(begin, (high, 0))])
        return [self._items[n] for n in sorted(found)]

    def before(self, at: int, kind: str) -> Iterator[Item]:
        """Yield the items of a kind by the words that begin before *at*, the nearest first."""
        begin = self._begin.get(kind, [])
        n = bisect_left(begin, (at, 0))
        while n:
            start = begin[n - 1][0]
            first = bisect_left(begin, (start, 0), 0, n)
            yield from (self._items[order] for _, order in begin[first:n])  # of one place the first made counts
            n = first

    def begins(self, item: Item, low: int, high: int) -> bool:
        """Say whether words of an item begin in [low, high)."""
        return self.last(item, high - 1) >= low

    def last(self, item: Item, at: int) -> int:
        """Return where the last words of an item begin that begin at *at* or before; -1 if none do."""
        starts = self._starts[id(item)]
        n = bisect_right(starts, at)
        return starts[n - 1] if n else -1

    def ends(self, item: Item) -> tuple[int, int]:
        """Return where the first and the last words of an item begin."""
        starts = self._starts[id(item)]
        return starts[0], starts[-1]

    def _note(self, item: Item, span: Span) -> None:
        self._spans[id(item)].add((span.start, span.end))
        insort(self._starts[id(item)], span.start)
        for kind in self._kinds[id(item)]:
            insort(self._begin.setdefault(kind, []), (span.start, self._order[id(item)]))


class Stretches:
    """Stretches of the text, asked whether one of them holds or touches some words."""

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        """Sort them by where they begin; with each goes how far it and those before it reach."""
        ordered = sorted(stretches)
        self._starts = [a for a, _ in ordered]
        self._reach = list(accumulate((b for _, b in ordered), max))

    def hold(self, start: int, end: int) -> bool:
        """Say whether [start, end) lies in one of them."""
        n = bisect_right(self._starts, start)
        return n > 0 and self._reach[n - 1] >= end

    def touch(self, start: int, end: int) -> bool:
        """Say whether [start, end) has a word in common with one of them."""
        n = bisect_left(self._starts, end)
        return n > 0 and self._reach[n - 1] > start
