"""Find every term of the tables in a text: one pass, token aligned.

The time depends on the text, not on the number of terms. Where terms overlap, the
leftmost and then the longest wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from epicrisis.terminology.broken_words import mend, words_broken
from epicrisis.terminology.fold import Folded, fold_phrase, fold_text, pattern
from epicrisis.terminology.hit import Hit

_ASKED = 20_000  # phrases of which the answer is kept
_WALKED = 3  # words per phrase that are searched before the automaton is built: it then pays within a few seconds
_hit = partial(tuple.__new__, Hit)  # half the time of its constructor: a text has hundreds
FOLDING = 3  # raise it when phrases are made in another way: kept phrases are then made anew

# folded phrase -> lines of a concept id and, where case matters, a tab and how it must be written:
# one string is read faster at a cold start than pairs are
Phrases = dict[str, str]
Lengths = dict[str, tuple[int, ...]]


def phrases(names: Iterable[tuple[str, str]]) -> Phrases:
    """Fold (concept id, written form) pairs into the phrases that a lexicon looks for."""
    found: dict[str, dict[str, None]] = {}
    for concept, written in names:
        # short capitals (CR, ALL, MS) are words in lower case: they must stand as written
        exact = written if written.isupper() and written.isalpha() and len(written) <= 5 else ""
        phrase = fold_phrase(written)
        for one in (phrase, _with_article(written, phrase)):
            if one:
                found.setdefault(one, {})[f"{concept}\t{exact}" if exact else concept] = None
    return {phrase: "\n".join(meant) for phrase, meant in found.items()}


def _with_article(written: str, phrase: str) -> str:
    """Return "head of the pancreas" for "head of pancreas": narratives put the article, tables mostly do not."""
    return phrase.replace(" of ", " of the ") if " of " in written and " of the " not in written else ""


def by_first_word(known: Phrases) -> Lengths:
    """Return how many words may follow the first word of a phrase, most first."""
    found: dict[str, set[int]] = {}
    for phrase in known:
        found.setdefault(phrase.partition(" ")[0], set()).add(phrase.count(" "))
    return {word: tuple(sorted(counts, reverse=True)) for word, counts in found.items()}


class Lexicon:
    """The folded terms, to be found in texts.

    The first texts are searched by a walk from word to word, the following ones by an
    Aho-Corasick automaton, which takes a third of the time, and the time of some hundred
    texts to build. Both find the same.
    """

    def __init__(self, known: Phrases, lengths: Lengths | None = None) -> None:
        """Take folded phrases (see `phrases`), and what `by_first_word` makes of them where it is known."""
        self._phrases = known
        self._names: list[str] = []
        self._automaton: AhoCorasick | None = None
        self._lengths = lengths
        self._searched = 0  # words
        self._asked: dict[str, tuple[str, ...]] = {}  # what `lookup` found
        self._as_asked: dict[tuple[str, str], tuple[str, ...]] = {}
        self._plain: dict[str, tuple[tuple[str, ...], int]] = {}  # what `_of_any_case` found

    def find(self, text: str, folded: Folded | None = None) -> list[Hit]:
        """Return the hits in *text*, in order, without overlaps."""
        folded = folded or fold_text(text)
        look = self._walk if self._searched < _WALKED * len(self._phrases) else self._search
        self._searched += len(folded.words)
        hits = self._hits(text, folded, look(folded))
        if broken := words_broken(text):
            mended = mend(text, broken)
            found = self._hits(mended.text, again := fold_text(mended.text), look(again))
            hits = mended.with_whole_words(hits, found)
        return hits

    def find_in_words(self, text: str) -> list[Hit]:
        """Return the hits in a few words: for them the automaton is not made."""
        folded = fold_text(text)
        return self._hits(text, folded, self._walk(folded))

    def _hits(self, text: str, folded: Folded, found: Iterable[tuple[str, int]]) -> list[Hit]:
        hits: list[Hit] = []
        starts, ends, plain = folded.starts, folded.ends, self._plain
        for phrase, first in found:
            if phrase not in plain:
                plain[phrase] = self._of_any_case(phrase)
            meant, more = plain[phrase]
            if meant:
                end = ends[first + more]
                hits.append(_hit((starts[first], _possessive(text, end) if text[end - 1] == "s" else end, meant)))
                continue
            shorter = phrase
            while shorter:
                last = first + shorter.count(" ")
                start, end = starts[first], ends[last]
                concepts = self._as_written(shorter, text[start:end])
                if concepts:
                    hits.append(Hit(start, _possessive(text, end), concepts))
                    break
                # capitals that stand in small letters are another word: a shorter term may be meant
                shorter = shorter.rpartition(" ")[0]
        return hits

    def _search(self, folded: Folded) -> list[tuple[str, int]]:
        """Return phrases and their first words by the automaton."""
        if self._automaton is None:
            self._names = list(self._phrases)
            self._automaton = AhoCorasick(
                [pattern(name) for name in self._names],
                matchkind=MatchKind.LeftmostLongest,
                implementation=Implementation.ContiguousNFA,
                store_patterns=False,
            )
        names, position = self._names, folded.position
        return [(names[index], position[a]) for index, a, _ in self._automaton.find_matches_as_indexes(folded.text)]

    def _walk(self, folded: Folded) -> Iterator[tuple[str, int]]:
        """Yield the same from word to word, the longest phrase first."""
        if self._lengths is None:
            self._lengths = by_first_word(self._phrases)
        lengths, phrases, words = self._lengths, self._phrases, folded.words
        ends = iter([*folded.breaks, len(words)])
        end = i = 0
        while i < len(words):
            while end <= i:
                end = next(ends)
            for more in lengths.get(words[i], ()):
                if i + more < end and (phrase := " ".join(words[i : i + more + 1])) in phrases:
                    yield phrase, i
                    i += more
                    break
            i += 1

    def _of_any_case(self, phrase: str) -> tuple[tuple[str, ...], int]:
        """Return the concepts of a phrase whose case does not matter, and its words less one."""
        found = self._phrases[phrase]
        return ((), 0) if "\t" in found else (tuple(found.split("\n")), phrase.count(" "))

    def lookup(self, phrase: str) -> tuple[str, ...]:
        """Return the concepts that exactly this phrase may mean."""
        found = self._asked.get(phrase)
        if found is None:
            found = self._meant(fold_phrase(phrase), phrase)
            if len(self._asked) < _ASKED:
                self._asked[phrase] = found
        return found

    def _as_written(self, phrase: str, written: str) -> tuple[str, ...]:
        """Return the same of a phrase that is folded already."""
        key = (phrase, written)
        found = self._as_asked.get(key)
        if found is None:
            found = self._meant(phrase, written) if phrase in self._phrases else ()
            if len(self._as_asked) < _ASKED:
                self._as_asked[key] = found
        return found

    def _meant(self, phrase: str, written: str) -> tuple[str, ...]:
        found = self._phrases.get(phrase)
        meant = (line.partition("\t") for line in found.split("\n")) if found else ()
        return tuple(dict.fromkeys(c for c, _, exact in meant if not exact or exact == _bare(written)))


def _bare(written: str) -> str:
    return written[:-1] if written[-1:] == "s" and written[:-1].isupper() else written


def _possessive(text: str, end: int) -> int:
    return end - 2 if text[end - 2 : end] in ("'s", "’s") else end
