"""Compile patterns that stay linear on any text.

Within a phrase no run of white space is long; bounding the runs keeps a pattern from trying
every way to share out a page of blanks.
"""

from __future__ import annotations

import re

from epicrisis.kept import lazy

DIGIT = lazy(r"\d")


_ONE_SIGN = {0x2160 + n: word for n, word in enumerate(("I", "II", "III", "IV", "V"))}


def roman(word: str) -> str:
    """Return *word* with numerals that are one sign ("Ⅲ") spelled in letters ("III")."""
    return word.translate(_ONE_SIGN)


def in_small_letters(text: str) -> str:
    """Return *text* in small letters, letter by letter: a pattern of small letters finds the same places in it.

    Such a pattern is faster than one that ignores case, for the engine passes over what begins with other letters.
    """
    small = text.lower()
    if len(small) != len(text):  # "İ" becomes two letters
        small = "".join(c if len(c.lower()) > 1 else c.lower() for c in text)
    return small


def stems(words: str, *, any_end: str = "") -> frozenset[str]:
    """Return what `Context.may` looks for: the first four characters of *words*, in small letters.

    A pattern can match only in a sentence that has a word with one of these beginnings: name one
    for each way it can match. Words of fewer than four letters stand for themselves; those in
    *any_end* also for words that go on ("MSI" in "MSIH").
    """
    found = {w[:4].lower() for w in words.split()}
    for w in any_end.lower().split():
        found |= {w, *(w + c for c in "abcdefghijklmnopqrstuvwxyz0123456789")}
    return frozenset(found)


def stems_of(patterns: list[str]) -> frozenset[str]:
    """Return the stems of patterns that begin with letters ("R-?ISS", "IRSG?", "Ann[ -]Arbor")."""
    found: list[str] = []
    for one in patterns:
        m = lazy(r"([A-Za-z]+)(-?)(\??)([A-Za-z]*)").match(one)
        if m is None:
            raise ValueError(f"{one}: a pattern that does not begin with letters")
        head, dash, optional, rest = m.groups()
        found.append(head)
        if optional:
            found.append(head + rest if dash else head[:-1])
    return stems(" ".join(found))


def rx(pattern: str, flags: int | re.RegexFlag = 0) -> re.Pattern[str]:
    r"""Return *pattern*, with `\s*` and `\s+` bounded to four characters; compiled when first used."""
    return lazy(pattern.replace(r"\s*", r"\s{0,4}").replace(r"\s+", r"\s{1,4}"), flags)


def any_of(words: list[str]) -> str:
    """Return what matches any of *words*, the first that does, whatever white space stands in them."""
    return "|".join(w.replace(" ", r"\s+") for w in words)
