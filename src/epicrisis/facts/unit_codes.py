"""The UCUM code of a unit as it is written, by the table of units."""

from __future__ import annotations

from functools import lru_cache
from weakref import WeakKeyDictionary

from epicrisis.kept import lazy
from epicrisis.terminology import Terminology

SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹²³µμ×✕∙·˚º", "012345678923uuxx..°°")
_TABLES: WeakKeyDictionary[Terminology, dict[str, list[str]]] = WeakKeyDictionary()


def unit_code(terms: Terminology, written: str | None, expected: tuple[str, ...] = ()) -> str | None:
    """Return the UCUM code of a written unit; *expected* settles what one spelling may mean."""
    if not written:
        return None
    table = _TABLES.get(terms)
    if table is None:
        table = _TABLES[terms] = {}
        for concept in terms.domain("units"):
            for name in (concept.term, *concept.synonyms):
                codes = table.setdefault(_plain(name), [])
                if concept.term not in codes:
                    codes.append(concept.term)
    codes = table.get(_plain(written), [])
    for code in codes:
        if code in expected:
            return code
    plain = _plain(written)
    if not codes or len(codes) > 1:
        exact = [c for c in codes if _plain(c, case=True) == _plain(written, case=True)]
        return exact[0] if len(exact) == 1 else (codes[0] if codes and plain else None)
    return codes[0]


@lru_cache(maxsize=4096)
def _plain(unit: str, *, case: bool = False) -> str:
    word = unit.translate(SUPERSCRIPT).replace("\\times", "x")
    word = word if case else word.lower()
    word = lazy(r"\b(?:per|every|in)\b").sub("/", word)
    word = lazy(r"micro\s?lit(?:er|re)s?").sub("ul", word)
    word = lazy(r"deci\s?lit(?:er|re)s?").sub("dl", word)
    word = lazy(r"milli\s?lit(?:er|re)s?").sub("ml", word)
    word = lazy(r"lit(?:er|re)s?").sub("l", word)
    word = lazy(r"mc(?=[gl]\b)").sub("u", word).replace("1,73", "1.73")
    word = lazy(r"[\s^${}()]|\*(?=\d)|^x|(?<=\d)\*").sub("", word)
    return word.removeprefix("x").removeprefix("*")
