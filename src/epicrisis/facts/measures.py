"""Sizes in the text: "6*8cm in size", "3.2 x 2.1 x 1.5 cm", "measuring 45 mm".

Value: {"dimensions": [{"value", "unit", "ucum"}], "approximate", "of": tumor | metastasis | node |
other, "site", "siteText",
"value"}; numbers are decimal strings. Mass and volume ("liver (6.5 kg)") are measures of other
things.
"""

from __future__ import annotations

import re

from epicrisis.facts import phrase
from epicrisis.facts.context import Context
from epicrisis.facts.measured_object import measured
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx
from epicrisis.facts.quantity import decimal, writes_comma
from epicrisis.facts.size_courses import course
from epicrisis.facts.unit_codes import unit_code
from epicrisis.kept import lazy

_N = r"\d{1,3}(?:[.,·]\d{1,2})?"
_U = r"(?:cm|mm|centimet(?:er|re)s?|millimet(?:er|re)s?|inch(?:es)?)"
_BY = r"\s?(?:[x×X*∗✕х]|by)\s?"
_UNITS = ("cm", "mm", "met", "inch")  # in small letters, of _U
_MEASURED = rx(r"\d\s?-?[cmix×*kgLl]")
# begins with a digit, so that the search runs from one to the next
_SIZE = rx(
    rf"(?P<a>\d(?<![\w.,/+-]\d)\d{{0,2}}(?:[.,·]\d{{1,2}})?)\s?-?(?P<ua>{_U})?(?:\s?\(?(?:AP|CC|TR"
    rf"|L|W|H)\)?)?(?:{_BY}(?P<b>{_N})\s?-?(?P<ub>{_U})?(?:{_BY}(?P<c>{_N})\s?-?"
    rf"(?P<uc>{_U})?)?|\s?(?:-|–|~|to)\s?(?P<r>{_N})\s?-?(?P<ur>{_U}))?"
    rf"(?!\w)(?!\s?(?:H2O|Hg|[23²³]|/\s?h))",
    re.I,
)
_OTHER = rx(
    r"(?P<n>\d(?<![\w.,/]\d)\d*(?:[.,]\d+)?)\s?-?(?P<u>kg|kilograms?|g|grams?"
    r"|L|lit(?:er|re)s?|mL|ml|cc|cm3|cm³|cm2|cm²)\b(?!\s?/)"
)
_ABOUT = rx(
    r"\b(?:about|approximately|approx\.?|around|circa|ca\.?|nearly|almost"
    r"|roughly|~|some)\s*\Z|~\s*\Z",
    re.I,
)
_DRUG = rx(
    r"\s*(?:/|per\b|daily|once|twice|every|q\d|iv\b|orally|po\b|of\s+(?:saline"
    r"|water|contrast)|of\s+\d)",
    re.I,
)
_MICRO = rx(r"\bmicro-?inva\w+[^.;]{0,30}\Z", re.I)  # its foci are no size of the tumour
_LEFT_BEHIND = rx(
    r"\bresidual\s+(?:disease|tumou?rs?|lesions?|implants?|nodules?)\s*(?:of\s+|was\s+|were\s+|\()?\s*(?:[<≤]|less\s+than|under|up\s+to|smaller\s+than|at\s+most)\s*\Z",
    re.I,
)
_UP_TO = rx(
    r"\s*\(?(?:(?:measur\w+|of|up\s+to|about|approximately|the|largest|biggest|maximum|maximal|being|with|was|were|size|diameter|in|sized)[\s,:]+){0,6}",
    re.I,
)
_EXAMINED = lazy(
    r"sites/(?:brain|liver|breast|thyroid gland|kidney|prostate|pancreas|urinary bladder|testis|uterus|ovary)"
)
# "Growth: 84 cm, 11.2 kg", "length 52 cm": the body's
_BODY = rx(r"\b(?:growth|height|ht|stature|body\s+length|OFC|head\s+circumference|waist)\b[\s:=]*(?:\w+\s+)?\Z", re.I)


def extract(context: Context) -> list[Fact]:
    """Return measure facts."""
    facts: list[Fact] = []
    comma = writes_comma(context.text)
    measured, drugs = context.holding(_MEASURED), context.by_sentence("drugs")
    for index, s in context.patient_sentences():
        if index not in measured:
            continue
        text = context.text
        line = text[s.start : s.end]
        taken, first = s.start, len(facts)
        small = context.small(index)
        for m in _SIZE.finditer(text, s.start, s.end) if any(unit in small for unit in _UNITS) else ():
            units = [m[u] for u in ("ua", "ub", "uc", "ur")]
            if m.start() < taken or not any(units):
                continue
            if m["u" + "a"] is None and m["b"] is None and m["r"] is None:
                continue
            taken = m.end()
            if _BODY.search(text, max(s.start, m.start() - 24), m.start()):
                continue
            facts += course(context, m, _size(context, m, s.start, s.end, comma), s.start)
        for m in _OTHER.finditer(text, s.start, s.end):
            if (
                _DRUG.match(text, m.end(), s.end)
                or index in drugs
                or any(f.start <= m.start() < f.end for f in facts[first:])
            ):
                continue
            if m["u"].lower() in ("g", "grams", "gram", "ml", "l", "cc") and not lazy(
                r"\b(?:weigh\w*|weight|volume|mass|blood\s+loss|of\s+ascit\w*"
                r"|fluid|effusion|drain\w*|estimated|lost|bleeding)\b",
                re.I,
            ).search(line):
                continue
            if m["u"].lower().startswith("k") and lazy(
                r"\b(?:los[st]\w*|gain\w*|weigh(?:t|ed|s)?\b(?!\s+of\s+"
                r"(?:the\s+)?(?:specimen|tumou?r|mass|spleen|liver))|lift\w*"
                r"|BMI|body)\b",
                re.I,
            ).search(line):
                continue  # body weight is read by `vitals`
            unit = m["u"]
            dimension = {"value": decimal(m["n"], comma=comma), "unit": unit}
            code = unit_code(context.terms, unit)
            if code:
                dimension["ucum"] = code
            facts.append(
                context.fact(
                    "measure",
                    m.start(),
                    m.end(),
                    value={"dimensions": [dimension], "of": "other", "value": m.group()},
                )
            )
    return facts


def _size(context: Context, m: re.Match[str], low: int, high: int, comma: bool) -> Fact:
    text = context.text
    unit = next(u for u in (m["uc"], m["ub"], m["ur"], m["ua"]) if u)
    dimensions = []
    for number, own in (("a", "ua"), ("b", "ub"), ("c", "uc")):
        if m[number]:
            written = m[own] or unit
            dimension = {"value": decimal(m[number], comma=comma), "unit": written}
            code = unit_code(context.terms, written)
            if code:
                dimension["ucum"] = code
            dimensions.append(dimension)
    value: dict[str, object] = {"dimensions": dimensions, "value": m.group()}
    if m["r"]:
        value["high"] = decimal(m["r"], comma=comma)
    if _ABOUT.search(text, max(low, m.start() - 16), m.start()):
        value["approximate"] = True
    what, words = measured(context, m.start(), m.end(), low, high)
    if what == "other" and words is None and _named_at_once(context, m.end(), high):
        what = "tumor"  # "2.4 cm classic PTC"
    if _LEFT_BEHIND.search(text, max(low, m.start() - 50), m.start()) or _MICRO.search(
        text, max(low, m.start() - 50), m.start()
    ):
        what = "other"  # "residual disease <1 cm": how well it was operated, not how large the tumour is
    value["of"] = what
    if words:
        value["objectSpan"] = list(words)
    if what in ("tumor", "metastasis"):
        sites = context.hits_in(max(low, m.start() - 50), min(high, m.end() + 70), "sites")
        near = [
            h
            for h in sites
            if not lazy(
                r"[.;]|,\s|\b(?:with|and|without|infiltrat\w*|extend\w*|invad\w*|involv\w*|encas\w*|abut\w*|compress\w*|displac\w*|adjacent|reach\w*|fixed|adher\w*|attach\w*|close)\b"
            ).search(text[m.end() : h.start] if h.start >= m.end() else text[h.end : m.start()])
        ]
        # "a 2.1 cm adrenal nodule": the organ stands within the tumour's own name
        named = [
            h
            for h in context.hits_in(m.end(), min(high, m.end() + 40), "cancers")
            if h.start - m.end() < 25 and not lazy(r"[.;,)]").search(text[m.end() : h.start])
        ]
        if not named and words and words[1] <= m.start():
            # "a lung nodule of 8 mm", "liver lesions in several segments, the largest 3.6 cm"
            named = [
                h
                for h in context.hits_in(max(low, words[0] - 30), words[1], "cancers")
                if h.start < words[0] and words[1] <= h.end and context.terms.attr(h.concepts[0], "finding") == "1"
            ]
        if not named and not near:
            # "multiple lung nodules up to 1.2 cm"
            named = [
                h
                for h in context.hits_in(max(low, m.start() - 50), m.start(), "cancers")
                if _UP_TO.fullmatch(text, h.end, m.start()) and context.terms.attr(h.concepts[0], "site")
            ][-1:]
        implied = context.terms.attr(named[0].concepts[0], "site") if named else ""
        if implied:
            value["site"] = f"sites/{implied}"
            inner = phrase.inner_site(context, named[0])
            value["siteText"] = text[slice(*inner[:2])] if inner else implied
        elif near:
            # "CT of the abdomen showed a 2 cm lesion in the pancreas": what follows places it
            site = next((h for h in near if h.start >= m.end()), near[-1])
            value["site"] = next((c for c in site.concepts if c.startswith("sites/")), None)
            value["siteText"] = text[site.start : site.end]
        else:
            _examined(context, m.start(), low, value)
    return context.fact("measure", m.start(), m.end(), value=value)


def _examined(context: Context, at: int, low: int, value: dict[str, object]) -> None:
    """Take the organ of the examination that shows it, where nothing else places it: "MRI brain: 3 lesions, largest 9 mm"."""
    for study in reversed(context.hits_in(max(low, at - 90), at, "imaging")):
        gap = context.text[study.end : at]
        organ = phrase.inner_site(context, study)
        if organ and _EXAMINED.fullmatch(organ[2]) and not context.hits_in(study.end, at, "sites") and "." not in gap:
            value["site"] = organ[2]
            value["siteText"] = context.text[organ[0] : organ[1]]
        return


def _named_at_once(context: Context, at: int, high: int) -> bool:
    """Say whether a tumour's name follows a size, with no more than two words between."""
    hits = context.hits_in(at, min(high, at + 40), "cancers")
    return (
        bool(hits)
        and lazy(
            r"\s+(?:(?!(?:of|from|and|away|with|for|to|in|on|by|at|above|below|after)\b)[A-Za-z-]+\s+){0,2}"
        ).fullmatch(context.text, at, hits[0].start)
        is not None
    )
