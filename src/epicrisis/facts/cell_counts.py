"""Numbers of cells told before their name: "70 % plasma cells", "24 mitoses per 10 high-power fields".

Value: that of a laboratory result (`labs`); shares are in per cent. Where the marrow or the blood is named, the
test is that of the marrow or the blood.
"""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
from epicrisis.facts.quantity import decimal
from epicrisis.facts.unit_codes import unit_code
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_NUMBER = r"\d{1,2}(?:[.,]\d{1,2})?|100"
_SHARE = lazy(
    rf"(?P<sign>[<>≥≤]\s?|(?:more|less|greater)\s+than\s+)?(?<![\d.,/–-])(?P<n>{_NUMBER})\s?%?(?:\s?(?:[-–~]|to)\s?(?P<n2>{_NUMBER}))?\s?%\s+(?:of\s+)?"
    r"(?:(?:clonal|monoclonal|polyclonal|abnormal|atypical|malignant|neoplastic|leuk[a]?emic|myeloid|lymphoid|immature|circulating|aberrant|monotypic|kappa|lambda|light[\s-]chain|restricted|CD\d+\+?|bone\s+marrow|marrow|peripheral|blood)[\s,-]+){0,3}"
    r"(?P<cell>promyelocytes|(?:myelo|lympho|mono)?blasts?(?:\s+cells)?|plasma\s*cells|plasmacytes)\b(?!\s+(?:were|was|are)\s+(?:positive|negative))",
    re.I,
)
_CELLS = stems("blast promyelocytes myeloblast lymphoblast monoblast plasma plasmacytes")
_MARROW = lazy(r"\b(?:bone\s+marrow|marrow|BM|BMA|trephine|aspirat\w+)\b", re.I)
_BLOOD = lazy(r"\b(?:peripheral|circulating|blood|smear|WBC|leu[ck]ocytes?|differential|count)\b", re.I)
_IN = lazy(r"\s+(?:\w+\s+){0,3}?(?:in|of|on)\s+(?:the\s+|her\s+|his\s+|a\s+)?(?P<place>[^,.;%\d]{1,24})", re.I)
_LONGEST = 90  # code points of a share and its adjectives
_MITOSES = lazy(
    r"(?P<sign>[<>≥≤]\s?|(?:more|less|greater)\s+than\s+)?(?<![\d.,/–-])(?P<n>\d{1,3})(?:\s?(?:[-–~]|to)\s?(?P<n2>\d{1,3}))?\s+(?:a?typical\s+)?"
    r"(?P<what>mitos[ei]s|mitotic\s+figures)\s?(?P<unit>(?:/|per\s|in\s)\s?(?:\d{1,3}\s?)?(?:HPFs?\b|high[\s-]power(?:ed)?\s+fields?|mm(?:2|²|\^2)))",
    re.I,
)
_DIVIDING = stems("mitoses mitosis mitotic")
_RATE = lazy(r"\bmitotic\s+(?:rate|count|index|activity|figures)\b[^\d.;]*\Z", re.I)
_SIGNS = {"<": "<", ">": ">", "≥": ">=", "≤": "<=", "m": ">", "g": ">", "l": "<"}


def extract(context: Context) -> list[Fact]:
    """Return the shares of blasts and plasma cells."""
    facts: list[Fact] = []
    dividing = context.having(_DIVIDING)
    for i, s in context.patient_sentences():
        if i in dividing:
            facts += _mitoses(context, s.start, s.end)
        if not context.may(i, _CELLS):
            continue
        for m in _SHARE.finditer(context.text, s.start, s.end):
            word = m["cell"].lower()
            cells = "plasma cells" if word.startswith("plasm") else "promyelocytes" if word[0] == "p" else "blasts"
            value: dict[str, object] = {
                "value": decimal(m["n"]),
                "unit": "%",
                "ucum": "%",
                "valueSpan": [m.start("n"), m.end("n2") if m["n2"] else m.end("n")],
            }
            if m["n2"]:
                value["value2"] = decimal(m["n2"])
            if m["sign"]:
                value["comparator"] = _SIGNS[m["sign"].strip()[0].lower()]
            concept = _test(context.text, s.start, m, s.end, cells)
            facts.append(context.fact("lab", m.start("cell"), m.end("cell"), concept=concept, value=value))
    return facts


def tells(text: str, test: Hit) -> bool:
    """Say whether the cells of *test* have their share right before them."""
    low = max(0, test.start - _LONGEST)
    return any(m.start("cell") <= test.start < m.end("cell") for m in _SHARE.finditer(text, low, test.end))


def _mitoses(context: Context, low: int, high: int) -> list[Fact]:
    """Return the mitoses that are counted before their name: "35 mitoses/50 HPF"."""
    facts: list[Fact] = []
    for m in _MITOSES.finditer(context.text, low, high):
        if _RATE.search(context.text, max(low, m.start() - 60), m.start()):
            continue  # "the mitotic index was 50 mitoses per 50 HPF" is read by its name
        unit = lazy(r"^in\s").sub("per ", " ".join(m["unit"].split()))
        value: dict[str, object] = {"value": m["n"], "unit": m["unit"].strip()}
        value["valueSpan"] = [m.start("n"), m.end("unit")]
        code = unit_code(context.terms, unit)
        if code:
            value["ucum"] = code
        if m["n2"]:
            value["value2"] = m["n2"]
        if m["sign"]:
            value["comparator"] = _SIGNS[m["sign"].strip()[0].lower()]
        facts.append(
            context.fact("lab", m.start("what"), m.end("what"), concept="measurements/mitotic rate", value=value)
        )
    return facts


def _test(text: str, low: int, share: re.Match[str], high: int, cells: str) -> str | None:
    """Return the test of the place that is named right behind a share, or else last before it, or else after it."""
    behind = _IN.match(text, share.end(), high)
    place = _place(text, behind.start("place"), behind.end("place")) if behind else None
    place = place or _place(text, low, share.end(), last=True) or _place(text, share.end(), high)
    if cells == "promyelocytes":
        return None
    if place == "marrow":
        return f"labs/bone marrow {cells}"
    if place == "blood":
        return "labs/blasts" if cells == "blasts" else "labs/plasma cells in blood"
    return None


def _place(text: str, low: int, high: int, *, last: bool = False) -> str | None:
    """Return whether marrow or blood is named in text[low:high], first or *last*."""
    found = [(m.start(), "marrow") for m in _MARROW.finditer(text, low, high)]
    found += [(m.start(), "blood") for m in _BLOOD.finditer(text, low, high)]
    return (max(found) if last else min(found))[1] if found else None
