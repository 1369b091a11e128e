"""Years that stand alone: "in 2014", "(2014)", "appendectomy 1987", "2010-2014", "2011: wide excision"."""

from __future__ import annotations

import re

from epicrisis.facts.date_forms import NUMBERED, YEAR, Found, free
from epicrisis.kept import lazy

_YEARS = lazy(
    r"(?:\b(?:in|from|during|between|since)\s+|\(|\A\W{0,3}|[a-z]{3}\s)(?P<a>(?:19|20)\d\d)\s?[-–—]\s?(?P<b>(?:19|20)\d\d)(?![\d/-]|\.\d)",
    re.I,
)
# "h/o breast cancer 2009 (lumpectomy)"
_DISEASES = (
    "cancer",
    "carcinoma",
    "melanoma",
    "lymphoma",
    "leukemia",
    "leukaemia",
    "myeloma",
    "sarcoma",
    "breast",
    "colon",
    "dvt",
    "stroke",
    "infarction",
)
_OPERATIONS = (
    "ectomy",
    "plasty",
    "otomy",
    "oscopy",
    "rrhaphy",
    "cabg",
    "pci",
    "tur",
    "stenting",
    "surgery",
    *_DISEASES,
)
_AFTER_WORD = (
    r"\b(?:in|since|from|until|till|during|of|by|year|early|late|mid|and|to|end\s+of|beginning\s+of|before|after|around|circa|born|spring|summer|autumn|fall|winter)[\s-]+(?:the\s+year\s+)?|\((?:(?:[a-z-]+\s+)?(?:stent\w*|surgery|operat\w+|resect\w+|transplant\w*|bypass|diagnosed|treated|cured|CABG|PCI|[a-z]+(?:ectomy|plasty|otomy|therapy|oscopy)),?\s+)?)"  # "(2014)", "(stent 2014)"
    rf"(?P<only>{YEAR})(?=[\s,.;:)–-]|\Z)(?!\s*(?:patients|cases|mg|ml|cells|m\b|g\b|U\b|IU\b|/))"
)
# "(pT2N0, 2009, s/p lumpectomy)"
_YEAR_LISTED = lazy(rf"\([^()]{{1,30}},\s(?P<only>{YEAR})(?=,)")
_YEAR_LED = lazy(rf"(?:{_AFTER_WORD}", re.I)
_YEAR_ALONE = lazy(
    rf"(?:\b(?:(?:{'|'.join(_DISEASES)})(?=\s\d{{4}}(?:\s?[(,;.)]|\s*$))|[a-z]{{3,}}(?:ectomy|plasty|otomy|oscopy|rrhaphy)|CABG|PCI|TURP?(?:-?[BP])?|stenting|surgery)\s|"  # "appendectomy 1987"
    + _AFTER_WORD,
    re.I,
)
# "2011: wide excision", "2015 left mastectomy"
_LED = lazy(
    rf"(?:[-*•]\s*)?(?P<only>{YEAR})(?=\s?[:–-]\s|[ \t]+(?!(?:FIGO|WHO|AJCC|UICC|ELN|ISUP|ICC|NCCN|ESMO|ASCO|EAU|EULAR|ACR|guidelines?|classification|criteria|edition|version|revision|update|patients?|cases?"
    r"|women|men|children|people|participants|mg|ml|m[lL]|cells?|[gmUL]|IU|U|Gy|cGy|kcal|hours?|days?|h|was|were|is|and|or|to|at|he|she|the|when|with)\b)(?:\()?[A-Za-z]{2})"
)
_EDITION = lazy(
    r"\b(?:FIGO|WHO|AJCC|UICC|ELN|ISUP|ICC|NCCN|ESMO|ASCO|Lugano|IASLC|Bethesda|TNM|CTCAE|EAU|BCLC|classification|criteria|guidelines?)\s*(?:of\s+|in\s+|,\s*|(?:stage\s+)?[IV]{1,3}[A-Ca-c]?\d?\s*)?\(?\s*\Z",
    re.I,
)
_LEADS_TO_YEAR = (
    "in", "since", "from", "until", "till", "during", "of", "by", "year", "early", "late", "mid", "and", "to", "before",
    "after", "around", "circa", "born", "spring", "summer", "autumn", "fall", "winter",
)  # fmt: skip
_YEAR_TO_YEAR = lazy(r"(?:19|20)\d\d\s?[-–—]\s?(?:19|20)\d\d")
_YEAR_APART = lazy(r"(?:19|20)(?<=[\s(-]\d\d)\d\d(?=[\s,.;:)–-]|\Z)")


def years(text: str, found: Found) -> None:
    """Add the years that stand alone."""
    dashed = "-" in text or "–" in text or "—" in text
    for m in _YEARS.finditer(text) if dashed and _YEAR_TO_YEAR.search(text) else ():
        if NUMBERED.search(text, 0, m.start("a")):
            continue  # "protocol 2010-2014"
        if int(m["a"]) <= int(m["b"]) and free(found, m.start("a"), m.end("b")):
            found[m.span("a")] = {"form": "absolute", "value": m["a"]}
            found[m.span("b")] = {"form": "absolute", "value": m["b"]}
    led = _LED.match(text) if text[0] in "12-*•" else None
    if led and free(found, *led.span("only")):
        found[led.span("only")] = {"form": "absolute", "value": led["only"]}
    if not any(_may_lead(text, m.start() - 1) for m in _YEAR_APART.finditer(text)):
        return
    for m in _YEAR_LISTED.finditer(text) if "(" in text else ():
        if free(found, *m.span("only")):
            found[m.span("only")] = {"form": "absolute", "value": m["only"]}
    alone = _YEAR_ALONE if any(word in text.lower() for word in _OPERATIONS) else _YEAR_LED
    for m in alone.finditer(text):
        span = m.span("only")
        if _EDITION.search(text, max(0, m.start() - 24), m.start("only")):
            continue  # "FIGO (2018) stage IIIC1"
        if free(found, *span):
            found[span] = {"form": "absolute", "value": m["only"]}


def _may_lead(text: str, at: int) -> bool:
    """Say whether what ends at text[at] may lead to the year behind it: a quick look."""
    if text[at] in "(-" or "(" in text:
        return True
    before = text[:at].rsplit(None, 1)
    return bool(before) and before[-1].lower().endswith((*_LEADS_TO_YEAR, *_OPERATIONS, "turp", "turb", "-b", "-p"))
