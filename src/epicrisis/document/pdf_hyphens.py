"""Lines joined into paragraphs: whether a hyphen at a line's end belongs to the word."""

from __future__ import annotations

from collections.abc import Iterable

from epicrisis.kept import lazy

_HYPHEN = lazy(r"(\w+)[-\u2010]$")
_WORD = lazy(r"\w+")
_BEGUN = lazy(r"\s*\w+")
_COMPOUND = lazy(r"(?=\b([^\W\d_]+[-\u2010\u2011][^\W\d_]+)\b)")
_LONG = 6  # letters: two words of their own, and not "under-went", "with-out"
# Parts of compounds that keep their hyphen where a line ends inside them.
_FIRST = frozenset(
    {
        "non", "follow", "well", "low", "high", "long", "short", "self", "half", "mid", "large",
        "small", "ill", "cross", "end", "old", "so", "first", "second", "third", "one", "two",
        "three", "four", "five", "six", "full", "right", "left", "double", "single", "x", "t", "b",
        "alpha", "beta", "gamma", "kappa", "nab", "dose", "castration", "platinum", "hormone",
        "estrogen", "oestrogen", "androgen", "progesterone", "microsatellite", "mismatch", "triple",
        "poorly", "moderately", "fine", "signet", "whole",
    }
)  # fmt: skip
_SECOND = frozenset(
    {
        "up", "old", "guided", "related", "based", "induced", "free", "positive", "negative",
        "dose", "line", "year", "month", "week", "day", "grade", "like", "term", "risk", "weighted",
        "type", "enhanced", "associated", "cell", "stage", "time", "sided", "rays", "ray", "scan",
        "olds", "specific", "dependent", "directed", "targeted", "mediated", "containing",
        "sparing", "resistant", "refractory", "stable", "deficient", "proficient", "sensitive",
        "receptor", "mutant", "mutated", "rearranged", "amplified", "expressing", "naive", "treated",
        "responsive", "dense", "bloc", "blocker", "blockers", "fetoprotein", "tipiracil",
        "deruxtecan", "emtansine", "vedotin", "govitecan", "labelled", "labeled", "derived",
        "driven", "confirmed", "proven", "limiting", "threatening", "preserving", "conserving",
        "bearing", "eluting", "assisted", "matched", "adjusted", "modified",
    }
)  # fmt: skip
# What is no word of its own: "un-stable", "con-dense", "pre-treated", "base-line" are one word.
_PREFIXES = frozenset(
    {
        "a", "base", "chemo", "con", "de", "dis", "for", "hyper", "hypo", "im", "in", "inter", "intra",
        "mis", "on", "out", "per", "photo", "pre", "radio", "re", "semi", "sub", "super", "un", "under",
    }
)  # fmt: skip
_WHOLE = frozenset({"alphabet", "betamethasone", "betaxolol", "betahistine", "gammopathy", "gammopathies", "doses"})


class Joiner:
    """Joins lines into a paragraph; the document's own words settle what a hyphen means."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: set[str] = set()
        self._compounds: set[str] = set()
        broken = False
        for line in lines:
            folded = line.casefold()
            whole = _BEGUN.sub("", folded, count=1) if broken else folded
            broken = folded.endswith(("-", "\u2010"))
            whole = whole.rpartition(" ")[0] if broken else whole
            self._words.update(_WORD.findall(whole))  # "chemo-" and "therapy" at the seam of two lines are none
            self._compounds.update(c.replace("\u2010", "-").replace("\u2011", "-") for c in _COMPOUND.findall(whole))

    def join(self, lines: list[str]) -> str:
        """Return the lines as one text."""
        parts = [lines[0]]
        for line in lines[1:]:
            last = parts[-1]
            cut = _HYPHEN.search(last.rpartition(" ")[2])
            following = _WORD.match(line)
            if last.endswith("\u00ad") or (cut and following and not self._keeps(cut.group(1), following.group())):
                parts[-1] = last[:-1]
            elif not (following and (cut or last.endswith(("/", "\u2013")))):
                parts.append(" ")
            parts.append(line)
        return "".join(parts)

    def _keeps(self, first: str, second: str) -> bool:
        """Say whether "first-" + "second" is a compound with a hyphen of its own."""
        if not (first.isalpha() and second.isalpha()) or not second[:1].islower():
            return True
        if first.isupper() or first[1:].lower() != first[1:]:
            return True
        first, second = first.casefold(), second.casefold()
        if f"{first}-{second}" in self._compounds:
            return True
        if first + second in self._words or first + second in _WHOLE:
            return False
        if first in _FIRST or first.endswith("mab"):  # "trastuzumab-deruxtecan"
            return len(second) > 1
        if second in _SECOND and first not in _PREFIXES:
            return True
        apart = first in self._words and second in self._words
        return apart and min(len(first), len(second)) >= _LONG  # "platinum" and "sensitivity" of the same text
