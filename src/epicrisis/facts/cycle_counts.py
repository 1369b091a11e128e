"""How many cycles, doses or courses a text counts: "six cycles", "8 of 12 planned cycles", "R-CHOP x6"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from epicrisis.facts.dose_numbers import NUMBER, number
from epicrisis.facts.patterns import in_small_letters
from epicrisis.kept import lazy

# what small letters must have for _CYCLES
_COUNTED = ("cycle", "course", "round", "doses", "session", "infusion", "injection", "fraction")
_TIMES = lazy(r"[x×]\s?[1-9]|\d\s?[x×]")
# on small letters
_CYCLES = lazy(
    rf"\b(?P<n>\d{{1,3}}|{NUMBER}|a\s+total\s+of\s+{NUMBER}|several|multiple|first|second|third|fourth|fifth|sixth)(?:(?:\s+of\s+|\s?/\s?)(?:the\s+|all\s+)?(?:planned\s+|scheduled\s+|intended\s+)?(?:\d{{1,2}}|{NUMBER})\s+(?:planned\s+|scheduled\s+|intended\s+)?|[\s-]+(?:more\s+|further\s+|additional\s+)?)(?P<what>cycles?|courses?|rounds?|doses|sessions|infusions|injections|fractions)\b"
    # "R-CHOP x6", "FOLFOXx6", never the second edge of "5 x 4 cm" nor the name mFOLFOX6
    r"|(?:(?<=[a-z)])|(?<=m2)|(?<=m²))(?<!gy)(?<!gy\s)(?:\s[x×]\s?|(?<![a-z])[x×]\s?|(?<!fo)(?<!lo)x(?=\d)|×\s?)(?P<x>[1-9]\d?)\b(?!\s?[x×%]|[.,/-]?\d|\s?(?:mg|g|cm|mm|gy|weeks?|wks?|w|days?|d|months?|mos?|years?|yrs?|y|hours?|hrs?|h|per|daily)\b)"
    # "6x R-CHOP": counts only what stands right behind it
    r"|(?<![\w.,/×-])(?<![x×]\s)(?P<leads>[1-9]\d?)\s?[x×]\s?(?=[a-z])"
)
_OF_RADIATION = lazy(
    r"\sof\s(?:[a-z-]+\s){0,2}?(?:radiotherapy|radiation|irradiation|rt\b|brachytherapy|hemodialysis|dialysis)"
)
_LATER = lazy(r"\s(?:later|thereafter)\b")
_OF_THE_PLANNED = lazy(r"(?:\A|[.,;]\s|\bout\s)of\s(?:the\s)?(?:planned|scheduled|intended)\s+\Z")


def cycles(text: str, base: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the statements of a number of cycles: {"span", "text", "n", "what", "leads": stands before what it counts}."""
    small = in_small_letters(text)
    if not (any(word in small for word in _COUNTED) or (("x" in small or "×" in small) and _TIMES.search(small))):
        return
    for m in _CYCLES.finditer(small):
        if m["what"] and _OF_THE_PLANNED.search(small, max(0, m.start() - 24), m.start()):
            continue  # "of the planned 12 cycles of FOLFOX he received 8"
        if m["what"] and (_OF_RADIATION.match(small, m.end()) or _LATER.match(small, m.end())):
            continue  # "two cycles of radiotherapy, followed by chemotherapy", "six cycles later"
        word = (m["n"] or m["x"] or m["leads"]).replace("a total of", "").strip()
        n = number(word)
        yield {
            "span": [base + m.start(), base + m.end()],
            "text": text[m.start() : m.end()],
            "n": n if n.isdigit() else None,
            "what": (m["what"] or "cycle").rstrip("s"),
            "leads": bool(m["leads"]),
        }
