"""Metastases of the patient: one for each place that a word of spreading names, or one without a place.

Value: {"site", "siteText", "siteSpan", "laterality", "word"}.
"""

from __future__ import annotations

import re

from epicrisis.facts import phrase
from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

METASTASIS = lazy(
    r"\b(?:micro-?|oligo-?)?metasta(?:s[ie]s|ses|tic|tatic|si[sz]ed|si[sz]ing)\b|\bmets\b|\bcarcinomatosis\b|\bsecondar(?:y|ies)\b(?=\s+(?:deposits?|lesions?|tumou?rs?|in\b))|\b(?:tumou?r\s+)?(?:implantation|implants?|dissemination|deposits?|seeding)\b|\bspread\b(?=\s+to\b)",
    re.I,
)
SPREADING_STEMS = stems(
    "metastasis micro micrometastasis oligo oligometastasis mets carcinomatosis secondary tumor tumour implant dissemination deposit seeding spread"
)
# "metastases were found in the liver, lungs and bones"
_FOUND_IN = lazy(
    r"\s+(?:lesions?\s+)?(?:was|were|had\s+been|have\s+been)\s+(?:\w+ly\s+|then\s+|also\s+)?(?:found|detected|seen|identified|noted|present|discovered|diagnosed|confirmed|visible|demonstrated|suspected)"
    r"\s+in\s+(?:the\s+|both\s+|her\s+|his\s+)?(?=[a-z])"
)
# "MRI of the brain showed two metastases": what was scanned, where it is one organ
_SCANNED = lazy(
    r"\b(?:MRI|CT|scans?|ultraso\w+|imaging)\s+(?:scan\s+)?of\s+(?:the\s+|her\s+|his\s+)?(?P<what>brain|head|liver|spine)\s+(?:(?:was|then|also|with\s+contrast|in\s+\w+(?:\s\d{4})?)\s+)*"
    r"(?:showed|revealed|demonstrated|disclosed|detected|confirmed)\s+(?:[\w-]+\s+){0,4}\Z"
    r"|\b(?P<organ>brain|head|liver|spine)\s+(?:MRI|CT)(?:\s+scan)?(?:\s*:\s*|\s+(?:showed|revealed|demonstrated|disclosed|detected|confirmed)\s+)(?:[\w-]+\s+){0,4}\Z",
    re.I,
)
_TO = lazy(
    r"\s*(?:sites?)?\s*:\s*(?=\w)|\s*(?:\([^)]{0,20}\)\s*)?(?:lesions?\s+|deposits?\s+|nodules?\s+|disease\s+|spread\s+|tumou?rs?\s+|leiomyosarcoma\s+)?(?:to|in|into|of|at|within|involving|affecting|on|over)\s+(?:the\s+|both\s+|her\s+|his\s+|multiple\s+|a\s+|several\s+)*",
    re.I,
)
# "14/38 lymph nodes with metastases"
_BEARING = lazy(
    r"\b(?:[\w-]+\s+){0,2}?(?:lymph\s+)?nodes?\s+(?:with|had|showed|harbou?red|contained|bearing|containing)\s+(?:\w+\s+)?\Z",
    re.I,
)
_DISEASE = lazy(r"\s+(?:disease|lesions?|deposits?|foci|involvement)\b", re.I)
_BESIDE = lazy(r",|\band\b|&", re.I)
_NOT_METASTASIS = lazy(r"\b(?:work-?up|staging|risk|potential|setting)\b", re.I)
_PLACES = lazy(r"\s*\((?:to\s+)?(?P<places>[A-Za-z ,/&+-]{3,80})\)")
_CALLED = r"\b(?:metastatic|metastasi[sz]ed|disseminated)\b"
_SPREAD_WORD = lazy(_CALLED, re.I)
# "metastatic breast cancer in the liver", "to the lungs and bones": where it has spread, not where it comes from
_BEHIND = lazy(
    r"\s+(?:(?:to|in|into|involving|within|at|on)\s+)(?:(?:the|both|her|his|multiple|several)\s+)*(?=\w)", re.I
)
_METASTATIC = lazy(_CALLED + r"[^.;()]{0,50}\Z", re.I)
_BETWEEN = lazy(r"(?:[\s,/&+-]|\b(?:and|only|multiple|left|right|both|the)\b)*", re.I)


def places_of_spread(context: Context, begin: int, start: int, end: int, high: int) -> list[tuple[int, int, Hit]]:
    """Return (start, end, site hit) of the places behind a tumour that is called metastatic in [begin, start)."""
    if _SPREAD_WORD.search(context.text, begin, start) is None:
        return []
    m = _BEHIND.match(context.text, end, high)
    return phrase.site_list(context, m.end(), high) if m else []


def spread_of(context: Context, fact: Fact, low: int, high: int) -> list[Fact]:
    """Return the spread of a tumour that is told behind it: "metastatic breast cancer (bone, liver)", "in the liver"."""
    behind = places_of_spread(context, fact.value["phrase"][0], fact.start, fact.end, high)
    if behind:
        return [_spread(context, hit.start, hit.end, hit, "metastasis") for _, _, hit in behind]
    bracket = _PLACES.match(context.text, fact.end, high)
    if not bracket or not _METASTATIC.search(context.text, max(low, fact.start - 60), fact.start):
        return []
    a, b = bracket.span("places")  # brackets that hold nothing but places
    sites = context.hits_in(a, b, "sites")
    left = context.text[a:b]
    for hit in reversed(sites):
        left = left[: hit.start - a] + left[hit.end - a :]
    if not sites or not _BETWEEN.fullmatch(left):
        return []
    return [_spread(context, hit.start, hit.end, hit, "metastasis") for hit in sites]


def metastases(context: Context, start: int, end: int, low: int, high: int) -> list[Fact]:
    """Return one fact per site that a word of spreading names, or one without a site."""
    text = context.text
    word = text[start:end].lower()
    if _NOT_METASTASIS.match(text, end + 1, high) or lazy(r"\s*-?\s*free\b", re.I).match(text, end, high):
        return []
    facts: list[Fact] = []
    before = [] if word in ("spread",) else phrase.sites_before(context, start, low)
    if before and _BESIDE.search(text, before[-1].end, start) and (m := _TO.match(text, end, high)):
        # "invasion of the retroperitoneum and multiple metastases in the omentum"
        before = [] if phrase.site_list(context, m.end(), high) else before
    if word.startswith("metastat") and not before:
        # "metastatic leiomyosarcoma", "metastatic to the liver", "metastatic lymph nodes"
        named = phrase.site_phrase(context, end, high)
        if named and len(text[end : named[1].start].split()) <= 1:
            return [_spread(context, start, named[0], named[1], word)]
        if lesion := _lesion_behind(context, end, high):
            return [_spread(context, start, *lesion, word)]
    for hit in before:
        a = hit.start if len(before) > 1 else phrase.left(context, hit.start, low, 2)
        facts.append(_spread(context, a, end if hit is before[-1] else hit.end, hit, word))
    bearing = _BEARING.search(text, max(low, start - 60), start) if not before else None
    if bearing and (held := context.hits_in(bearing.start(), bearing.end(), "sites")):
        return [_spread(context, bearing.start(), end, held[-1], word)]
    m = _FOUND_IN.match(text, end, high) or _TO.match(text, end, high)
    if m and not before:
        for a, b, hit in phrase.site_list(context, m.end(), high):
            facts.append(_spread(context, start if not facts else a, b, hit, word))
    scanned = _SCANNED.search(text, max(low, start - 120), start) if not facts and "metast" in word else None
    if scanned and (
        organ := [
            c for c in context.terms.lexicon.lookup(scanned["what"] or scanned["organ"]) if c.startswith("sites/")
        ]
    ):
        return [
            _spread(context, start, end, Hit(*scanned.span("what" if scanned["what"] else "organ"), tuple(organ)), word)
        ]
    if not facts:
        if word in (
            "spread",
            "dissemination",
            "deposits",
            "deposit",
            "implants",
            "implant",
            "seeding",
            "implantation",
        ) and not lazy(r"\s*metasta").match(text, end, high):
            return []
        if (
            word.startswith(("metastasi", "metastat"))
            and word not in ("metastasis",)
            and not word.startswith("metastatic")
        ):
            return []
        if word.startswith(("implant", "tumor impl", "tumour impl")):
            return []
        disease = _DISEASE.match(text, end, high) if word == "metastatic" else None
        facts.append(context.fact("metastasis", start, disease.end() if disease else end, value={"word": word}))
    return facts


def _lesion_behind(context: Context, at: int, high: int) -> tuple[int, Hit] | None:
    """Return (end, site hit) of a lesion right behind *at* whose name holds its site: "metastatic brain lesions"."""
    behind = context.hits_in(at, min(high, at + 40), "symptoms", "cancers")
    if not behind or context.text[at : behind[0].start].strip() or not _LUMPS.search(context.text, at, behind[0].end):
        return None
    inner = phrase.inner_site(context, behind[0])
    return (behind[0].end, Hit(inner[0], inner[1], (inner[2],))) if inner else None


_LUMPS = lazy(r"\b(?:lesions?|nodules?|mass(?:es)?|deposits?)\Z", re.I)


def _spread(context: Context, start: int, end: int, hit: Hit, word: str) -> Fact:
    site = next(c for c in hit.concepts if c.startswith("sites/"))
    known = "metastases/" + site.partition("/")[2]
    value: dict[str, object] = {
        "site": site,
        "siteText": context.text[hit.start : hit.end],
        "siteSpan": [hit.start, hit.end],
        "word": word,
    }
    side = phrase.laterality(context.text[max(0, hit.start - 12) : hit.end])
    if side:
        value["laterality"] = side
    return context.fact("metastasis", start, end, concept=known if context.terms.concept(known) else None, value=value)
