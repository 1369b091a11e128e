"""Find every term of the tables in a text: one automaton pass, token aligned.

The time depends on the text, not on the number of terms. Where terms overlap, the
leftmost and then the longest wins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from epicrisis.terminology.fold import Folded, fold_phrase, fold_text, pattern


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found at [start, end) of the text, and the concepts it may mean."""

    start: int
    end: int
    concepts: tuple[str, ...]


FOLDING = 1  # raise it when fold.py folds in another way: kept phrases are then made anew

# folded phrase -> (concept id, how it must be written, or "" where case does not matter)
Phrases = dict[str, tuple[tuple[str, str], ...]]


def phrases(names: Iterable[tuple[str, str]]) -> Phrases:
    """Fold (concept id, written form) pairs into the phrases that a lexicon looks for."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for concept, written in names:
        # short capitals (CR, ALL, MS) are words in lower case: they must stand as written
        exact = written if written.isupper() and written.isalpha() and len(written) <= 5 else ""
        phrase = fold_phrase(written)
        if phrase:
            found.setdefault(phrase, {})[concept, exact] = None
    return {phrase: tuple(meant) for phrase, meant in found.items()}


class Lexicon:
    """An Aho-Corasick automaton over the folded terms."""

    def __init__(self, known: Phrases) -> None:
        """Build from folded phrases (see `phrases`)."""
        self._phrases = known
        self._names = list(known)
        self._plain: dict[int, tuple[tuple[str, ...], int]] = {}  # what `_of_any_case` found
        self._automaton = AhoCorasick(
            [pattern(name) for name in self._names], matchkind=MatchKind.LeftmostLongest,
            implementation=Implementation.ContiguousNFA, store_patterns=False,
        )

    def find(self, text: str, folded: Folded | None = None) -> list[Hit]:
        """Return the hits in *text*, in order, without overlaps."""
        folded = folded or fold_text(text)
        words = folded.text
        hits: list[Hit] = []
        starts, ends, position = folded.starts, folded.ends, folded.position
        for index, a, _ in self._automaton.find_matches_as_indexes(words):
            first = position[a]
            known = self._plain.get(index)
            if known is None:
                known = self._plain[index] = self._of_any_case(index)
            if known[0]:
                end = ends[first + known[1]]
                hits.append(Hit(starts[first], _possessive(text, end), known[0]))
                continue
            phrase = self._names[index]
            while phrase:
                last = first + phrase.count(" ")
                start, end = starts[first], ends[last]
                concepts = self._meant(phrase, text[start:end]) if phrase in self._phrases else ()
                if concepts:
                    hits.append(Hit(start, _possessive(text, end), concepts))
                    break
                # capitals that stand in small letters are another word: a shorter term may be meant
                phrase = phrase.rpartition(" ")[0]
        return hits

    def _of_any_case(self, index: int) -> tuple[tuple[str, ...], int]:
        """Return the concepts of a phrase whose case does not matter, and its words less one."""
        phrase = self._names[index]
        found = self._phrases[phrase]
        if any(exact for _, exact in found):
            return (), 0
        return tuple(dict.fromkeys(c for c, _ in found)), phrase.count(" ")

    def lookup(self, phrase: str) -> tuple[str, ...]:
        """Return the concepts that exactly this phrase may mean."""
        return self._meant(fold_phrase(phrase), phrase)

    def _meant(self, phrase: str, written: str) -> tuple[str, ...]:
        found = self._phrases.get(phrase, ())
        return tuple(dict.fromkeys(c for c, exact in found if not exact or exact == _bare(written)))


def _bare(written: str) -> str:
    return written[:-1] if written[-1:] == "s" and written[:-1].isupper() else written


def _possessive(text: str, end: int) -> int:
    return end - 2 if text[end - 2 : end] in ("'s", "’s") else end
