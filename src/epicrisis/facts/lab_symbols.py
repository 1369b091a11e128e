"""Tests written as a symbol before a value: "K 5.9 mmol/L", "Ca 7.2 mg/dL", "Plt 34 K/uL".

A symbol has other meanings too: it names the test only where the value behind it has one of the
units in which the test is written (attribute `short` of `terms/labs.tsv`).
"""

from __future__ import annotations

import re
from functools import cache

from epicrisis.facts.context import Context
from epicrisis.facts.patterns import stems
from epicrisis.facts.quantity import read_value, unflagged
from epicrisis.facts.unit_codes import unit_code
from epicrisis.kept import lazy
from epicrisis.terminology import Hit, Terminology

_LEADS = lazy(r"(?:\d?[+⁺]+|[²2]\+)?(?:\s{0,2}[:=]|\s(?:was|of|is))?\s{0,3}(?=[<>]?\s?\d)")
_PAIRED = lazy(r"\bNa[+⁺]?\s?[:=]?\s?1\d\d[,;/]?\s{1,3}\Z|(?<!\d)\d[\d.,]*[,;]\s\Z")  # "Na 138 K 4.9", "Cr 1.7, K 4.2"
_FLAG = lazy(r"\s?[(\[]?[HL↑↓](?![\w/])")  # "K 5.9 (H)"


def symbols(context: Context, low: int, high: int, *, comma: bool, known: int = 0) -> list[Hit]:
    """Return the tests of text[low:high] that are told by their symbol.

    In a list of tests the unit may be left out: "WBC 5.2, Hgb 11.4, Plt 188, Cr 0.8". *known* is the number
    of tests that the sentence names in full.
    """
    found: list[Hit] = []
    tests = _known(context.terms)
    bare: list[Hit] = []
    for m in context.find(_pattern(context.terms), symbol_stems(context.terms), low, high):
        concept = tests[m.group()]
        lead = _LEADS.match(context.text, m.end(), high)
        value = read_value(context.text, lead.end(), high, comma=comma) if lead else None
        units = _units(context.terms, concept)
        if value is not None:
            value = unflagged(context.text, value, units)
        if value is not None and context.text[value.end : value.end + 1] == "+":
            continue  # "UA 2+ protein": a dipstick's pluses are no number of urate
        short = len(m.group()) == 1 and not _FLAG.match(context.text, value.end) if value else False
        if (
            value is not None
            and value.unit is None
            and concept.startswith("labs/")
            and not (short and not _PAIRED.search(context.text, low, m.start()))
        ):
            bare.append(Hit(m.start(), m.end(), (concept,)))
        if value is None or value.unit is None:
            continue
        if unit_code(context.terms, value.unit, units) in units:
            found.append(Hit(m.start(), m.end(), (concept,)))
    listed = known > 1 or (known + len(bare) + len(found) > 2 and bare)
    if not listed and known:  # "ANC 0.8, Plt 68"
        bare = [h for h in bare if h.end - h.start > 2]
    return sorted(found + bare, key=lambda h: h.start) if listed or known else found


@cache
def _known(terms: Terminology) -> dict[str, str]:
    """Return symbol -> test."""
    known: dict[str, str] = {}
    for concept in (*terms.domain("labs"), *terms.domain("markers")):
        if any("short=" in row for row in concept.rows):
            for word in filter(None, concept.attrs.get("short", "").split("|")):
                known[word] = concept.id
    return known


def symbol_of(terms: Terminology, word: str) -> str | None:
    """Return the test that a symbol stands for."""
    return _known(terms).get(word)


@cache
def symbol_stems(terms: Terminology) -> frozenset[str]:
    """Return the beginnings of the symbols, for `Context.may`."""
    return stems(" ".join(_known(terms)).replace(".", " ").replace("-", " ").replace(":", " "))


@cache
def _pattern(terms: Terminology) -> re.Pattern[str]:
    words = sorted(map(re.escape, _known(terms)), key=len, reverse=True)
    return lazy(rf"(?<![\w+/.-])(?:{'|'.join(words)})(?![\w/.-])" if words else r"(?!)")


def _units(terms: Terminology, concept: str) -> tuple[str, ...]:
    known = terms.concept(concept)
    return tuple(v for k, v in known.attrs.items() if k.startswith("unit")) if known else ()
