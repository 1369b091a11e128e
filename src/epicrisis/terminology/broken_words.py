"""Words that a line's end broke ("nephrec-" and "tomy"), as pasted text has them.

The text is left as it is, for offsets count on it: it is read once more with the broken words
whole, and what is found across a break takes the place of what was found in its halves.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from epicrisis.kept import lazy
from epicrisis.terminology.hit import Hit

_ENDS = ("-\n", "-\r\n", "- \n", "‐\n", "\u00ad\n")
# a hyphen at a line's end; a blank line breaks no word
_BROKEN = lazy(r"[-‐\u00ad][ \t]*\r?\n[ \t]*(?!\s)")


@dataclass(frozen=True, slots=True)
class Mended:
    """A text without its breaks; `at` and `cut` tell how much of the original is missing from where on."""

    text: str
    at: list[int]
    cut: list[int]

    def place(self, offset: int, *, end: bool = False) -> int:
        """Return an offset of the original for one of the mended text."""
        return offset + self.cut[bisect_right(self.at, offset - end)]

    def with_whole_words(self, hits: list[Hit], found: list[Hit]) -> list[Hit]:
        """Return *hits* of the original with those of *found* that reach across a break."""
        whole = [
            Hit(self.place(hit.start), self.place(hit.end, end=True), hit.concepts)
            for hit in found
            if bisect_right(self.at, hit.start) != bisect_right(self.at, hit.end - 1)
        ]
        apart = [h for h in hits if not any(h.start < w.end and w.start < h.end for w in whole)]
        return sorted([*apart, *whole])


def words_broken(text: str) -> list[tuple[int, int]]:
    """Return where hyphens and line ends stand between small letters."""
    if not any(end in text for end in _ENDS):
        return []
    found = (m.span() for m in _BROKEN.finditer(text))
    return [(a, b) for a, b in found if a > 0 and b < len(text) and text[a - 1].islower() and text[b].islower()]


def mend(text: str, broken: list[tuple[int, int]]) -> Mended:
    """Return *text* without what stands in *broken*."""
    ends = [0, *(b for _, b in broken)]
    starts = [*(a for a, _ in broken), len(text)]
    parts = [text[a:b] for a, b in zip(ends, starts, strict=True)]
    at = list(accumulate(map(len, parts)))[:-1]
    cut = list(accumulate((b - a for a, b in broken), initial=0))
    return Mended("".join(parts), at, cut)
