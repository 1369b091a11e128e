"""Read measured values as written: comparator, number, power of ten, unit, reference range.

Numbers stay decimal strings ("4.650" keeps its zero); a decimal comma becomes a point. Units
are kept as written; `unit_codes` gives them their UCUM code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from epicrisis.facts.patterns import DIGIT, rx
from epicrisis.facts.unit_codes import SUPERSCRIPT
from epicrisis.kept import lazy

NUMBER = (
    r"(?:\d{1,2}(?:,\d{2})+,\d{3}(?!,?\d)|\d{1,3}(?:[,\u00a0\u2009\u202f'’]\d{3})+(?![\d])(?:\.\d+)?|\d+(?:[.,·]\d+)?)"
)
_POWER = (
    r"(?:\$?\s*(?:[×xX✕*·∙]|\\times)\s*10\s*(?:\^|\*\*|\*|[eE(])?\s*\{?"
    r"(?:[0-9]{1,2}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})[})]?|10\s?(?:\^|\*\*|\*)\s?\{?[0-9]{1,2}\}?)"
)
_UPPER = (
    r"(?:mcg|mOsm(?:ol)?|[mu]?gm?s|gm|m?gr|[munpfkdcµμ]?g|[munpfµμ]?mol(?:es)?|[mµμuk]?I\.?U\.?|[mµμuk]?UI|[mµμuk]?U|u|units?|"
    r"(?:BAU|m?AU|RU|EU|BE|NTU|GPL|MPL)|[mµμ]?Eq|[mµμnu]?kat|[mdcµμu]?[lL]|cells?|copies|mm|beats?|"
    r"breaths?|K|k|G|T|M|Gpt|Tpt|Gpt|[mM]illion|[Tt]housand|thou|Tsd\.?|mut(?:ations?)?|"
    r"mitos[ei]s|mitotic\s+figures)"
)
_LOWER = (
    r"(?:[dmµμun]?[lL]|mcL|mm\s?\^?\{?[3³2²]\}?|mm\s?\(3\)|cu\.?\s?mm|cumm|cmm|mmc|"
    r"micro[lL]it(?:er|re)s?|(?:deci|milli)?lit(?:er|re)s?|"
    r"\d{0,3}\s?(?:HPFs?|hpfs?|high[\s-]power(?:ed)?\s+(?:microscopic\s+)?fields?)"
    r"|24\s?-?\s?h(?:ours?|rs?)?|"
    r"h(?:ours?|rs?)?|days?|d|min(?:utes?)?|seconds?|sec|s|kg|1[.,]73\s?m\s?\^?[2²]|"
    r"m\s?\^?[2²]|[mµμu]?g|mmol|mol|Mb|megabase|creatinine|Cr)"
)
_ALONE = (
    r"(?:(?:[mµ]?gm?s?|gr)\s?%|%|‰|[x×]\s?ULN\b|mm\s?\.?\s?Hg|cm\s?H2O|mm\s?H2O|kPa|[°º˚]\s?[CF]\b|℃|℉|fL|fl|"
    r"(?:(?<=\d)K|mcg|[munpkµμ]?g|[munpµμ]?mol|[nmµμ]M|mEq|[mk]?IU|[mk]?U|bpm|kilograms?|pounds?|lbs?|"
    r"cm|mm|m|inches|seconds?|secs?|s|mL|ml|dL|L|μL|µL|points?|copies|HPF)\b|"
    r"(?:degrees?\s+)?(?:Celsius|Fahrenheit|celsius)\b|million\b)"
)
_PER = r"\s?(?:/|per\b|every\b|in\b)\s?(?:each\s+)?"
UNIT = (
    rf"(?:(?:{_POWER}\s?\$?\s?)?(?:{_UPPER})?(?:{_PER}{_LOWER}(?![A-Za-z0-9])){{1,2}}"
    rf"|{_POWER}(?:\s?{_ALONE})?|{_ALONE})"
)
_COMPARATOR = {
    "<": "<",
    ">": ">",
    "≤": "<=",
    "≥": ">=",
    "⩽": "<=",
    "⩾": ">=",
    "<=": "<=",
    ">=": ">=",
    "less than": "<",
    "under": "<",
    "below": "<",
    "lower than": "<",
    "more than": ">",
    "greater than": ">",
    "above": ">",
    "over": ">",
    "higher than": ">",
    "exceeding": ">",
    "at least": ">=",
    "at most": "<=",
}
_CMP = (
    r"(?:<=|>=|[<>≤≥⩽⩾]|(?:less|lower|more|greater|higher)\s+than|under\b|below\b|above\b|over\b|"
    r"exceeding\b|at\s+(?:least|most)\b)"
)
# between the two ends of a range a unit is any short word: the full grammar twice would double
# the cost
_SHORT_UNIT = r"(?:[a-zA-Zµμ%°]{1,8}(?:/[a-zA-Z0-9µμ^]{1,6})?)"
_VALUE = rx(
    rf"(?P<sign>{_CMP})?\s*\$?(?P<n>(?<![\w.,]){NUMBER})"
    rf"(?:\s?{_SHORT_UNIT}?\s?(?:[-–—~]|to\b)\s?(?P<n2>{NUMBER})(?![\d/]))?"
    rf"(?:[ ]{{2,8}}(?={UNIT})|\s?\[(?=[A-Za-zµμ%/0-9.^]{{1,12}}\])|\s?-?)(?P<u>{UNIT})?"  # "25 [ng/mL]"; blanks where marks of Markdown were: "**12.5** ng/mL"
)
_FIRST_DIGIT = lazy(r"\d(?<![\w.,]\d)")
_COMPARED = rx(rf"{_CMP}\s*\Z")
_CMP_ENDS = frozenset("<>=≤≥⩽⩾nrwegt")  # the last letters of _CMP
_CMP_LONGEST = 19  # "greater than" with four blanks twice
# "2 × 10^-2", "5x10-3", "10^-4", "10⁻⁴": without the sign of a power "10-4" is a range
_SMALL = rx(
    rf"(?:(?P<n>{NUMBER})\s?[×xX*·]\s?10\s?(?:\^\s?\(?|\()?\s?|10\s?(?:\^\s?\(?|(?=⁻)))[-−–⁻]\s?"
    r"(?P<e>[1-9]|[¹²³⁴⁵⁶⁷⁸⁹])\)?(?!\w|\.\d|%)"
)
_RANGE = rx(
    rf"(?:(?P<low>{NUMBER})\s?{_SHORT_UNIT}?\s?(?:[-–—~−]|to\b|and\b)\s?(?P<high>{NUMBER})"
    rf"|(?P<sign>{_CMP}|up\s+to\b)\s?(?P<one>{NUMBER}))\s?(?P<u>{UNIT})?"
)
_NORMAL = (
    r"(?:(?:the\s+)?(?:laboratory\s+)?(?:(?:normal|reference|ref\.?|nl\.?|nv|N\b|norm\b|cut-?off)"
    r"(?:\s+(?:range|values?|limits?|interval|level|levels|is|are|being|to))*|RR\b|RI\b|NR\b|"
    r"upper\s+(?:limit\s+of\s+normal|normal\s+limit)|ULN)(?:\s*\((?:ULN|normal)\))?)"
)
_REFERENCE = rx(
    rf"\s*[,;]?\s*[(\[]?\s*(?:[,;]\s*)?{_NORMAL}\s*[,:=]?\s*(?:of\s+|from\s+"
    rf"|between\s+|was\s+|is\s+)?"
)
# one number after these words is the upper end
_LIMIT = rx(
    rf"\s*[,;]?\s*[(\[]?\s*(?:(?:the\s+)?upper\s+(?:limit\s+of\s+normal|normal\s+limit|reference\s+limit)|ULN|cut-?off(?:\s+(?:value|level))?)"
    rf"\s*[,:=]?\s*(?:of\s+|was\s+|is\s+)?(?P<one>{NUMBER})(?!\s?[-–—])\s?(?P<u>{UNIT})?"
)
_OPEN = lazy(r"\s?[(\[]\s?")
_CELL = lazy(r"\s{0,3}\|\s{0,3}")
_CLOSE = lazy(r"\s?[)\]]")
_CELL_END = lazy(r"\s{0,3}(?:\||$)")
_DEGREE = rx(r"\b(?:slightly|mildly|moderately|markedly|significantly|much|far|somewhat)\s+\Z", re.I)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value as the text has it; `value2` is the upper end of a range."""

    start: int
    end: int
    value: str
    value2: str | None
    comparator: str | None
    unit: str | None


@lru_cache(maxsize=4096)
def decimal(written: str, *, comma: bool = False) -> str:
    """Return a written number as a decimal string; *comma* says the text writes decimal commas."""
    word = lazy("[\u00a0\u2009\u202f'’]").sub("", written.strip()).replace("·", ".")
    if comma and lazy(r"[1-9]\d{0,2}(?:\.\d{3})+").fullmatch(word):
        return word.replace(".", "")
    if "," not in word:
        return word
    if lazy(r"[1-9]\d?(?:,\d{2})+,\d{3}").fullmatch(word):
        return word.replace(",", "")  # "1,24,000": grouped as in India
    if lazy(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?").fullmatch(word) and not (comma and word.count(",") == 1):
        return word.replace(",", "")
    return word.replace(",", ".")


@lru_cache(maxsize=4)
def writes_comma(text: str) -> bool:
    """Say whether a text writes decimal commas: it has such numbers and more of them than
    points.
    """
    if len(lazy(r",\d{1,2}(?![\d,.])").findall(text)) < 2:
        return False
    # the first digit stands before what must not stand before it: such patterns are searched faster
    commas = len(lazy(r"\d(?<![\d,.]\d)\d*,\d{1,2}(?![\d,.])\s?(?:[a-zA-Zµ%/]|$)").findall(text))
    points = len(lazy(r"\d(?<![\d,.]\d)\d*\.\d+(?![\d.])").findall(text)) if commas > 1 else 0
    return commas > 1 and commas > points


def read_value(text: str, at: int, limit: int, *, comma: bool = False) -> Quantity | None:
    """Return the value that stands exactly at *at*."""
    m = _VALUE.match(text, at, limit)
    if m is None:
        return None
    small = _SMALL.match(text, m.start("n"), limit)
    if small:  # "2 × 10^-2", "10^-4": a share of residual disease
        sign = " ".join(m["sign"].lower().split()) if m["sign"] else None
        value = decimal(small["n"] or "1", comma=comma)
        return Quantity(
            m.start("sign") if sign else m.start("n"),
            small.end(),
            str(Decimal(value).scaleb(-int(small["e"].translate(SUPERSCRIPT)))),
            None,
            _COMPARATOR.get(sign or ""),
            None,
        )
    unit, end = m["u"], m.end()
    if unit and text[m.end("u") : m.end("u") + 1].isalnum() and unit[-1:].isalnum():
        unit, end = None, m.start("u")  # the unit is only the beginning of a word
    while end > m.start() and (text[end - 1] == "-" or text[end - 1].isspace()):
        end -= 1
    sign = " ".join(m["sign"].lower().split()) if m["sign"] else None
    if sign in ("lower than", "higher than") and _DEGREE.search(text, max(0, m.start() - 16), m.start()):
        sign = None  # "slightly lower than 33 (normal > 40)" compares with the normal
    start = m.start("sign") if sign else m.start("n")
    return Quantity(
        start,
        end,
        decimal(m["n"], comma=comma),
        decimal(m["n2"], comma=comma) if m["n2"] else None,
        _COMPARATOR.get(sign or ""),
        clean_unit(unit),
    )


def find_values(text: str, at: int, limit: int, *, comma: bool = False) -> list[Quantity]:
    """Return the values of text[at:limit] from left to right."""
    return list(_values(text, at, limit, comma))


def first_value(text: str, at: int, limit: int, *, comma: bool = False) -> Quantity | None:
    """Return the first value of text[at:limit]."""
    return next(_values(text, at, limit, comma), None)


def _values(text: str, at: int, limit: int, comma: bool) -> Iterator[Quantity]:
    if not DIGIT.search(text, at, limit):
        return
    end = at
    for start in _begins(text, at, limit):
        if start < end:
            continue
        one = read_value(text, start, limit, comma=comma)
        if one:
            end = one.end
            yield one


def _begins(text: str, at: int, limit: int) -> Iterator[int]:
    """Yield where numbers begin, with what compares them: "less than 5" at its first word."""
    for m in _FIRST_DIGIT.finditer(text, at, limit):
        start = m.start()
        low = max(at, start - _CMP_LONGEST)
        if text[low:start].rstrip()[-1:] in _CMP_ENDS:
            compared = _COMPARED.search(text, low, start)
            yield compared.start() if compared else start
        else:
            yield start
        at = m.end()


def read_reference(
    text: str, at: int, limit: int, *, comma: bool = False, bare: bool = True
) -> tuple[int, dict[str, str]] | None:
    """Return (end, {refLow, refHigh, refUnit, refText}) of a reference range that begins at *at*.

    *bare* also takes "(12-16)" without a word that says it is the normal range.
    """
    m = _range_after(text, at, limit, _REFERENCE, None)
    if m is None and bare:
        m = _range_after(text, at, limit, _OPEN, _CLOSE) or _range_after(text, at, limit, _CELL, _CELL_END)
    if m is None:
        m = _LIMIT.match(text, at, limit)
        if m is None:
            return None
        upper = {"refText": " ".join(m.group().strip(" ,;([").split()), "refHigh": decimal(m["one"], comma=comma)}
        unit = clean_unit(m["u"])
        close = _CLOSE.match(text, m.end(), limit)
        return (close.end() if close else m.end()), upper | ({"refUnit": unit} if unit else {})
    found: dict[str, str] = {"refText": " ".join(m.group().split())}
    if m["low"]:
        found["refLow"] = decimal(m["low"], comma=comma)
        found["refHigh"] = decimal(m["high"], comma=comma)
    else:
        sign = _COMPARATOR.get(" ".join(m["sign"].lower().split()), "<=")
        found["refLow" if sign[0] == ">" else "refHigh"] = decimal(m["one"], comma=comma)
    unit = clean_unit(m["u"])
    if unit:
        found["refUnit"] = unit
    close = _CLOSE.match(text, m.end(), limit)
    return (close.end() if close else m.end()), found


def _range_after(
    text: str, at: int, limit: int, lead: re.Pattern[str], tail: re.Pattern[str] | None
) -> re.Match[str] | None:
    """Return the range that stands right after *lead*, and right before *tail*."""
    begin = lead.match(text, at, limit)
    m = _RANGE.match(text, begin.end(), limit) if begin else None
    if m is None or tail is None:
        return m
    end = m.end()
    return m if tail.match(text, end, max(limit, end + 1)) else None


@lru_cache(maxsize=4096)
def clean_unit(unit: str | None) -> str | None:
    """Return a unit as written, without the white space and typesetting marks around it."""
    if not unit:
        return None
    return lazy(r"\s+").sub(" ", unit.replace("\\times", "×").replace("$", "")).strip() or None


def unflagged(text: str, found: Quantity, expected: tuple[str, ...]) -> Quantity:
    """Return *found* without the unit litre where the test has none: the L of "WBC 3.1 L" says that it is low."""
    if found.unit != "L" or not expected or "L" in expected:
        return found
    end = found.start + len(text[found.start : found.end - 1].rstrip())
    return Quantity(found.start, end, found.value, found.value2, found.comparator, None)
