"""Markers in a panel's lists that no table knows: they keep their text."""

from __future__ import annotations

from bisect import bisect_left

from epicrisis.facts.context import Context
from epicrisis.facts.ihc_panel import SUFFIX
from epicrisis.facts.patterns import rx
from epicrisis.terminology import Hit

_UNKNOWN = rx(
    r"(?<![\w-])(?=[A-Za-z]*[A-Z0-9])[A-Za-z]{1,10}(?:[-/]?[A-Z0-9]{1,6}){0,2}"
    r"(?:\s[A-Z]\b)?(?![\w])"
)
_NO_MARKER = frozenset(
    [
        "FIGURE",
        "FIGURES",
        "FIG",
        "FIGS",
        "TABLE",
        "HPF",
        "WHO",
        "DNA",
        "RNA",
        "IHC",
        "FISH",
        "PCR",
        "NGS",
        "HE",
        "H&E",
        "THE",
        "TUMOR",
        "TUMOUR",
        "CT",
        "MRI",
        "PET",
        "CELLS",
        "B",
        "T",
        "I",
        "II",
        "III",
        "IV",
        "A",
        "IN",
        "NO",
    ]
)
_LIST_GAP = rx(
    r"(?:\s?[(\[]\s?[^()\[\]]{1,18}\s?[)\]]|\s?[-+−–]{1,3})?\s*(?:,\s*"
    r"(?:and|or)?|;|/|and|or|&)\s*(?:the\s+)?"
)
_LIST_BEFORE = rx(r"(?:[,;/(:&]|\b(?:and|or|for|with))\s*(?:the\s+)?\Z")
_LIST_END = rx(r"\s*(?:[.,;)]|\(|and\b|or\b|was\b|were\b|$)")
_HEAD = rx(
    r"\b(?:positiv\w*|negativ\w*|immunoreactiv\w*|reactiv\w*|staining|stained|express\w*)\s+(?:for\s+|with\s+|of\s+)?(?P<names>(?:[A-Z][\w-]{1,9}\s*(?:\([\w-]{2,8}\)\s*)?(?:,\s*and|,|and|/)\s*){1,4})\Z"
)


def with_unknown(context: Context, hits: list[Hit], low: int, high: int) -> list[Hit]:
    """Return the hits of a panel with the markers that no table knows, where they stand in its
    lists.

    A word with capitals or digits between known markers is one of them; it keeps its text.
    """
    text = context.text
    known = sorted(hits, key=lambda h: h.start)
    added = _led_by_unknown(text, known[0].start, low)
    if len(hits) < 2:
        return [*added, *hits]
    starts = [h.start for h in known]
    last: Hit | None = None  # the unknown marker found before
    for m in _UNKNOWN.finditer(text, known[0].start, min(high, known[-1].end + 60)):
        at = bisect_left(starts, m.start())
        nearest = known[at - 1] if at else None
        after = known[at] if at < len(known) else None
        if (nearest and nearest.end > m.start()) or (after and after.start < m.end()):
            continue
        if m.group().upper() in _NO_MARKER or not _LIST_BEFORE.search(text, max(low, m.start() - 24), m.start()):
            continue
        if not any(h and h.end <= m.start() and _LIST_GAP.fullmatch(text, h.end, m.start()) for h in (nearest, last)):
            continue
        following = after and _LIST_GAP.fullmatch(text, m.end(), after.start)
        if following or SUFFIX.match(text, m.end(), high) or _LIST_END.match(text, m.end(), high):
            last = Hit(m.start(), m.end(), ())
            added.append(last)
    return sorted([*hits, *added], key=lambda h: h.start)


def _led_by_unknown(text: str, at: int, low: int) -> list[Hit]:
    """Return the markers that no table knows at the head of a list: "positive for KIT, DOG1 and CD34"."""
    begin = max(low, at - 60)
    list_ = _HEAD.search(text[begin:at])
    if list_ is None:
        return []
    a, b = begin + list_.start("names"), begin + list_.end("names")
    return [Hit(m.start(), m.end(), ()) for m in _UNKNOWN.finditer(text, a, b) if m.group().upper() not in _NO_MARKER]
