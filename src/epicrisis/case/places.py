"""Where the items of a case are told: each found without a walk through all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator

from epicrisis.case.model import Item, Span

_FEW = 8  # words of an item that are as quickly looked through as looked up


class _Words:
    """What is known of an item's words; where they are many, in order and as a set."""

    __slots__ = ("kinds", "order", "spans", "starts")

    def __init__(self, order: int, kinds: tuple[str, ...]) -> None:
        self.order = order
        self.kinds = kinds
        self.starts: list[int] | None = None
        self.spans: set[tuple[int, int]] = set()


class Places:
    """The words of the items made so far, in the order of the text, and the items by their names."""

    def __init__(self) -> None:
        """Begin without an item."""
        self._items: list[Item] = []
        self._words: dict[int, _Words] = {}  # by the id() of an item: the items live as long as this does
        self._begin: dict[str, list[tuple[int, int]]] = {}  # by kind: starts of words, with the item's order
        self._new: list[tuple[tuple[str, ...], int, int]] = []  # what is not in there yet
        self._named: dict[tuple[str, str | None], list[Item]] = {}
        self._by_key: dict[str, Item] = {}
        self._worded: dict[tuple[str, str], list[Item]] = {}
        self._read = 0  # how many of the items are in these two

    def add(self, item: Item, *kinds: str) -> None:
        """Take note of an item and its words; it is found by its type, and as one of *kinds* too."""
        order, kinds = len(self._items), (item.type, *kinds)
        self._words[id(item)] = _Words(order, kinds)
        self._items.append(item)
        self._named.setdefault((item.type, item.concept), []).append(item)
        self._new += [(kinds, span.start, order) for span in item.spans]

    def tell(self, item: Item, span: Span, *, first: bool = False) -> None:
        """Add *span* to the words of an item: behind the others, or before them."""
        item.spans.insert(0 if first else len(item.spans), span)
        words = self._words[id(item)]
        self._new.append((words.kinds, span.start, words.order))
        if words.starts is not None:
            insort(words.starts, span.start)
            words.spans.add((span.start, span.end))

    def retell(self, item: Item, spans: list[Span]) -> None:
        """Let *spans* be the words of an item, and no others."""
        self._settle()
        words = self._words[id(item)]
        for kind in words.kinds:
            self._begin[kind] = [pair for pair in self._begin[kind] if pair[1] != words.order]
        words.starts, item.spans = None, []
        for span in spans:
            self.tell(item, span)

    def rename(self, item: Item, concept: str | None) -> None:
        """Give an item another concept."""
        self._named[item.type, item.concept].remove(item)
        item.concept = concept
        insort(self._named.setdefault((item.type, concept), []), item, key=self._order)

    def named(self, type_: str, concept: str | None) -> list[Item]:
        """Return the items of a type and concept, in the order in which they were made."""
        return self._named.get((type_, concept), [])

    def alike(self, type_: str, concept: str | None, text: str) -> list[Item]:
        """Return the items of a type with a concept, or with these words."""
        self._read_all()
        found = {id(i): i for i in self._worded.get((type_, text.lower()), ())}
        if concept is not None:
            found.update((id(i), i) for i in self.named(type_, concept))
        return sorted(found.values(), key=self._order)

    def keyed(self, keys: Iterable[str]) -> list[Item]:
        """Return the items with some keys, in the order in which they were made."""
        self._read_all()
        return sorted((self._by_key[key] for key in set(keys) if key in self._by_key), key=self._order)

    def has(self, item: Item, span: Span) -> bool:
        """Say whether *span* is among the words of an item."""
        if len(item.spans) <= _FEW:
            return span in item.spans
        self._sorted(item)
        return (span.start, span.end) in self._words[id(item)].spans

    def beginning(self, low: int, high: int, *kinds: str) -> list[Item]:
        """Return the items of some kinds with words that begin in [low, high), in the order in which they were made."""
        if self._new:
            self._settle()
        found: set[int] = set()
        for kind in kinds:
            begin = self._begin.get(kind, ())
            n = bisect_left(begin, (low, 0))
            while n < len(begin) and begin[n][0] < high:
                found.add(begin[n][1])
                n += 1
        return [self._items[n] for n in sorted(found)]

    def before(self, at: int, kind: str) -> Iterator[Item]:
        """Yield the items of a kind by the words that begin before *at*, the nearest first."""
        self._settle()
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
        if len(item.spans) <= _FEW:
            return max((s.start for s in item.spans if s.start <= at), default=-1)
        starts = self._sorted(item)
        n = bisect_right(starts, at)
        return starts[n - 1] if n else -1

    def ends(self, item: Item) -> tuple[int, int]:
        """Return where the first and the last words of an item begin."""
        starts = [s.start for s in item.spans] if len(item.spans) <= _FEW else self._sorted(item)
        return (starts[0], starts[-1]) if len(item.spans) > _FEW else (min(starts), max(starts))

    def _sorted(self, item: Item) -> list[int]:
        words = self._words[id(item)]
        if words.starts is None:
            words.starts = sorted(s.start for s in item.spans)
            words.spans = {(s.start, s.end) for s in item.spans}
        return words.starts

    def _order(self, item: Item) -> int:
        return self._words[id(item)].order

    def _settle(self) -> None:
        for kinds, start, order in self._new:
            for kind in kinds:
                insort(self._begin.setdefault(kind, []), (start, order))
        self._new.clear()

    def _read_all(self) -> None:
        for item in self._items[self._read :]:
            self._by_key[item.key] = item
            self._worded.setdefault((item.type, item.text.lower()), []).append(item)
        self._read = len(self._items)
