"""Abbreviations that a text defines itself: "leiomyosarcoma (LMS)", "LMS (leiomyosarcoma)".

The text's own meaning wins over that of the tables, everywhere in the document.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_DEFINED = lazy(r"\(\s*(?:also\s+(?:known\s+as|called)\s+)?[\"“']?([A-Z][A-Za-z0-9-]{1,7})[\"”']?\s*[);,]")
_LEVELS = lazy(r"[A-Z]\d{1,2}-[A-Z]?\d{1,2}")  # "sacral chordoma (S3-S5)": where it is


def expand(text: str, hits: list[Hit]) -> list[Hit]:
    """Return *hits* with those of the abbreviations that *text* defines."""
    if "(" not in text:
        return hits
    by_end = {h.end: h for h in hits}
    meant: dict[str, tuple[str, ...]] = {}
    for m in _DEFINED.finditer(text):
        short = m.group(1)
        before = text[m.start() - 1 : m.start()]
        hit = by_end.get(m.start() - 1 if before.isspace() else m.start())
        if (
            hit
            and short not in meant
            and sum(c.isupper() for c in short) > 1
            and not _LEVELS.fullmatch(short)
            and _stands_for(short, text[hit.start : hit.end])
        ):
            meant[short] = hit.concepts
    if not meant:
        return hits
    words = lazy(r"(?<![\w-])(" + "|".join(map(re.escape, sorted(meant, key=len, reverse=True))) + r")s?(?![\w-])")
    found = [Hit(m.start(), m.end(), meant[m.group(1)]) for m in words.finditer(text)]
    starts = [f.start for f in found]
    kept = []
    for h in hits:
        i = bisect_left(starts, h.end) - 1
        over = found[i] if i >= 0 and found[i].end > h.start else None
        # a longer term that holds the abbreviation ("HCC recurrence") stays
        if over is None or (h.end - h.start) > (over.end - over.start):
            kept.append(h)
    taken = sorted((h.start, h.end) for h in kept)
    fresh = [f for f in found if not _covered(taken, f)]
    return sorted(kept + fresh, key=lambda h: h.start)


def _covered(taken: list[tuple[int, int]], hit: Hit) -> bool:
    i = bisect_left(taken, (hit.end, 0)) - 1
    return i >= 0 and taken[i][1] > hit.start


def _stands_for(short: str, words: str) -> bool:
    """Say whether the letters of *short* occur in order in *words*, from its first letter on."""
    letters = [c.lower() for c in short if c.isalpha()]
    rest = words.lower()
    initials = "".join(w[0] for w in lazy(r"[a-z0-9]+").findall(rest))
    if not letters or letters[0] not in initials:
        return False
    at = 0
    for c in letters:
        at = rest.find(c, at) + 1
        if at == 0:
            return letters[-1] == "s" and c == "s"
    return True
