"""Fold words so that written variants meet: case, accents, British spelling, plurals.

The same folding is applied to the terms of the tables and to the narrative, token by
token, so offsets never move.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# A word: letters and digits; a possessive 's belongs to it and is dropped by fold().
_WORD = re.compile(r"[^\W_]+(?:['’]s\b)?")
_WORD_END = "."  # so that a term never ends, nor swallows text, within a word
_STOP = "|"  # stands where punctuation ends a phrase: no term reaches across it
# what may stand between two words of one term
_JOIN = re.compile(r"[\s\-‐-―−/'’*_·.\u00ad\u200b]*\Z")
_BREAKS = re.compile(r"[ \t]*\r?\n[ \t]*(?:\r?\n\s*)+")


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """Return the folded form of one word."""
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


def fold_text(text: str) -> Folded:
    """Fold a whole text; linear in its length."""
    starts: list[int] = []
    ends: list[int] = []
    position: dict[int, int] = {}
    parts: list[str] = []
    words: list[str] = []
    at = 0
    last = 0
    for i, m in enumerate(_WORD.finditer(text)):
        a, b = m.span()
        word = fold(text[a:b])
        if i and (a - last != 1 or text[last] != " ") and not _joined(text, last, a):
            parts.append(f"{_STOP} {word}")
            at += 2
        else:
            parts.append(word)
        position[at] = i
        words.append(word)
        at += len(word) + 2
        starts.append(a)
        ends.append(b)
        last = b
    folded = f" {f'{_WORD_END} '.join(parts)}{_WORD_END}" if parts else ""
    return Folded(folded, starts, ends, position, words)


def _joined(text: str, a: int, b: int) -> bool:
    """Say whether the words around text[a:b] may belong to one term."""
    gap = text[a:b]
    if not _JOIN.match(gap):
        return False
    if "." in gap:
        # "p.o.", "10.5": a full stop inside a term is short and without white space
        return gap == "." and (text[a - 1].isdigit() or not text[a - 2 : a - 1].isalpha())
    # a blank line ends a phrase, unless a page break fell into the middle of a sentence
    return not _BREAKS.search(gap) or text[b].islower()
