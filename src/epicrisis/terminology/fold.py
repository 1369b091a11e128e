"""Fold words so that written variants meet: case, accents, British spelling, plurals.

The same folding is applied to the terms of the tables and to the narrative, token by
token, so offsets never move.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TypeVar

from epicrisis.kept import lazy

_Asked = TypeVar("_Asked")
_Made = TypeVar("_Made")

# A word: letters and digits; a possessive 's belongs to it and is dropped by fold().
_WORD = lazy(r"[^\W_]+(?:['’]s\b)?")
_WORDS = lazy(f"({_WORD.pattern})")
_ASCII_WORDS = lazy(r"([A-Za-z0-9]+(?:['’]s\b)?)")  # the same, for texts without other letters in half the time
_FOREIGN = lazy(r"[^\W_\x00-\x7f]")
_WORD_END = "."  # so that a term never ends, nor swallows text, within a word
_STOP = "|"  # stands where punctuation ends a phrase: no term reaches across it
# what may stand between two words of one term
_JOIN = lazy(r"[\s\-‐-―−/'’*_·.\u00ad\u200b]*\Z")
_BREAKS = lazy(r"[ \t]*\r?\n[ \t]*(?:\r?\n\s*)+")


class Remembered(dict[_Asked, _Made]):
    """What a function makes of single words, or of sets of them, each worked out once; full, it begins anew.

    `map(remembered.__getitem__, words)` takes half the time of a function with an `lru_cache`.
    """

    def __init__(self, function: Callable[[_Asked], _Made], most: int = 65536) -> None:
        """Remember what *function* makes of *most* words."""
        super().__init__()
        self._function = function
        self._most = most

    def __missing__(self, word: _Asked) -> _Made:
        """Work out what has not been asked for."""
        if len(self) >= self._most:
            self.clear()
        made = self[word] = self._function(word)
        return made


def fold(word: str) -> str:
    """Return the folded form of one word."""
    return _FOLDED[word]


def _fold(word: str) -> str:
    if not word.isascii():
        word = unicodedata.normalize("NFKD", word)
        word = "".join(c for c in word if not unicodedata.combining(c)).replace("’", "'")
    word = word.lower()
    if word.endswith("'s"):
        word = word[:-2]
    if len(word) > 3:
        word = word.replace("ae", "e").replace("oe", "e").replace("tumour", "tumor")
        word = word.replace("isation", "ization").replace("fibre", "fiber").replace("colour", "color")
        if word.endswith("stases"):
            return word[:-2] + "is"
        if word.endswith("s") and not word.endswith(("ss", "us", "is")) and not word[-2].isdigit():
            word = word[:-1]
    return word


_FOLDED = Remembered(_fold)


def fold_phrase(phrase: str) -> str:
    """Return the folded form of a term: its words, joined by single spaces."""
    return " ".join(fold(m.group()) for m in _WORD.finditer(phrase))


def pattern(phrase: str) -> str:
    """Return a folded phrase as it stands in a folded text."""
    return f" {phrase.replace(' ', _WORD_END + ' ')}{_WORD_END}"


@dataclass(slots=True)
class Folded:
    """A text as folded words; `position` maps an offset of `text` to a word's index."""

    text: str
    starts: list[int]
    ends: list[int]
    position: dict[int, int]
    words: list[str]
    written: list[str]  # the words before they were folded
    breaks: list[int]  # the words before which a phrase ends


def fold_text(text: str) -> Folded:
    """Fold a whole text; linear in its length."""
    # gaps and words in turn; what follows goes over lists, not over words, wherever it can
    parts = (_WORDS if _FOREIGN.search(text) else _ASCII_WORDS).split(text)
    gaps, written = parts[0::2], parts[1::2]
    words = list(map(_FOLDED.__getitem__, written))
    bounds = list(accumulate(map(len, parts)))
    starts, ends = bounds[0:-1:2], bounds[1::2]
    odd = [i for i, gap in enumerate(gaps) if gap != " " and 0 < i < len(words)]
    breaks = []
    for i in odd:
        joins = _joins(gaps[i]) if len(gaps[i]) < 9 else None
        if not (_joined(text, ends[i - 1], starts[i]) if joins is None else joins):
            breaks.append(i)
    shown = list(words)
    for i in breaks:
        shown[i] = f"{_STOP} {words[i]}"
    at = list(accumulate([len(word) + 2 for word in shown], initial=0))
    for i in breaks:
        at[i] += 2
    folded = f" {f'{_WORD_END} '.join(shown)}{_WORD_END}" if words else ""
    return Folded(folded, starts, ends, dict(zip(at, range(len(words)), strict=False)), words, written, breaks)


@lru_cache(maxsize=4096)
def _joins(gap: str) -> bool | None:
    """Say whether words with *gap* between them may belong to one term, or None where it depends on the words."""
    if gap in (".", " + ") or (_BREAKS.search(gap) and _JOIN.match(gap)):
        return None
    return gap == "+" or ("." not in gap and _JOIN.match(gap) is not None)  # "7+3", "A+AVD"


def _joined(text: str, a: int, b: int) -> bool:
    """Say whether the words around text[a:b] may belong to one term."""
    gap = text[a:b]
    if gap == "+" or (gap == " + " and text[a - 1].isdigit() and text[b].isdigit()):
        return True
    if not _JOIN.match(gap):
        return False
    if "." in gap:
        # "p.o.", "10.5": a full stop inside a term is short and without white space
        return gap == "." and (text[a - 1].isdigit() or not text[a - 2 : a - 1].isalpha())
    # a blank line ends a phrase, unless a page break fell into the middle of a sentence
    return not _BREAKS.search(gap) or text[b].islower()
