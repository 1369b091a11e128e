"""Diseases of the patient: tumours with their site, metastases, recurrences, other diseases.

Values: diagnosis {"group": "cancer" | "disease", "site", "siteText", "siteSpan", "laterality", "phrase": [start, end],
"generic"}; metastasis {"site", "siteText", "word"}; recurrence {"site", "siteText"}.
"""

from __future__ import annotations

import re

from epicrisis.facts import cultures, phrase
from epicrisis.facts.context import Context
from epicrisis.facts.in_order import Stretches
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
from epicrisis.facts.recurrences import RECURRENCE, RECURRENCE_STEMS, recurrences
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_METASTASIS = lazy(
    r"\b(?:micro-?|oligo-?)?metasta(?:s[ie]s|ses|tic|tatic|si[sz]ed|si[sz]ing)\b|\bmets\b|\bcarcinomatosis\b|\bsecondar(?:y|ies)\b(?=\s+(?:deposits?|lesions?|tumou?rs?|in\b))|\b(?:tumou?r\s+)?(?:implantation|implants?|dissemination|deposits?|seeding)\b|\bspread\b(?=\s+to\b)",
    re.I,
)
_SPREADING = stems(
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
_TOO_WIDE = frozenset(
    {"sites/gastrointestinal tract", "sites/abdomen", "sites/chest"}
)  # "gastrointestinal stromal tumor" of some organ
# "carcinoma right breast"
_SIDE = lazy(r",?\s+(?:of\s+)?(?:left|right|bilateral)[\s-](?=\w)", re.I)
# "carcinoma of the breast, right side", "breast cancer (left)"
_SIDE_BEHIND = lazy(
    r"\s*(?:,\s*(?:left|right)\s+side\b|,\s*(?:left|right|bilateral)(?=\s*[,.;(\n]|\Z)|\((?:left|right|bilateral)(?:[\s-]sided?)?\))",
    re.I,
)
# "a squamous cell carcinoma (p16+) of the right tonsil"
_ASIDE = lazy(r"\s*\((?:[^()]|\([^()]{0,20}\)){1,60}\)(?=\s+(?:of|in|at)\s)")
_PLACES = lazy(r"\s*\((?:to\s+)?(?P<places>[A-Za-z ,/&+-]{3,80})\)")
_METASTATIC = lazy(r"\b(?:metastatic|metastasi[sz]ed|disseminated)\b[^.;()]{0,50}\Z", re.I)
_BETWEEN = lazy(r"(?:[\s,/&+-]|\b(?:and|only|multiple|left|right|both|the)\b)*", re.I)
_RISK = lazy(r"\b(?:anti|pro|post|pre)[\s-]*\Z", re.I)
_TIMES = lazy(r"\s+(?:pandemic|outbreak|lockdown|restrictions|crisis|era)\b", re.I)
_TEST_AFTER = lazy(
    r"[\s-]+(?:screen(?:ing)?|risks?|virus(?:es)?|scores?|study|index|panel|serolog\w+|like|antigens?|antibod(?:y|ies)|PCR|cultures?|cx|swabs?|Ag|Ab|Ig[GM]|labs|markers?|cells?|patients?|registry|surgery|treatment|chemotherapy|therapy|center|centre|department|unit|clinic|ward|team|board|research|hospital|institute|society|nests?|growth|bed|size|burden|board|necrosis|suppressor)\b",
    re.I,
)


def extract(context: Context) -> list[Fact]:
    """Return diagnosis, metastasis and recurrence facts."""
    facts: list[Fact] = []
    spreading = context.having(_SPREADING)
    recurred, named = context.having(RECURRENCE_STEMS), context.by_sentence("cancers", "diseases")
    for i, s in context.patient_sentences():
        spread = list(context.find(_METASTASIS, _SPREADING, s.start, s.end)) if i in spreading else []
        metastases: list[Fact] = []
        for m in spread:
            if m.group().lower() == "spread" and not context.hits_in(s.start, s.end, "cancers"):
                continue
            metastases += _metastases(context, m.start(), m.end(), s.start, s.end)
        facts += metastases
        covered = Stretches((f.start, f.end) for f in metastases)
        for m in context.find(RECURRENCE, RECURRENCE_STEMS, s.start, s.end) if i in recurred else ():
            facts += recurrences(context, m.start(), m.end(), s.start, s.end)
        for hit in named.get(i, ()):
            if covered.hold(hit.start, hit.end):
                continue
            fact = _diagnosis(context, hit, s.start, s.end)
            if fact:
                facts.append(fact)
                facts += _spread_in_brackets(context, fact, s.start, s.end)
    return facts


def _diagnosis(context: Context, hit: Hit, low: int, high: int) -> Fact | None:
    concept = next((c for c in hit.concepts if c.startswith("cancers/")), hit.concepts[0])
    cancer = concept.startswith("cancers/")
    if _TEST_AFTER.match(context.text, hit.end, high) and not _OF_THESE.match(context.text, hit.end, high):
        return None
    if _of_a_compound(context.text, hit):
        return None
    if context.text[hit.start : hit.end].isupper() and _other_capitals(context, hit, low, high):
        return None
    if _TIMES.match(context.text, hit.end, high):
        return None  # "because of the COVID-19 pandemic"
    if _RISK.search(context.text, max(low, hit.start - 6), hit.start):
        return None
    generic = context.terms.attr(concept, "generic") == "1"
    if generic and _TISSUE.match(context.text, hit.end, high):
        return None
    if context.terms.attr(concept, "group") in _OF_GERMS and cultures.names_a_germ(context, hit, low):
        return None
    value: dict[str, object] = {"group": "cancer" if cancer else "disease", "generic": generic}
    start, end = hit.start, hit.end
    site: Hit | None = None
    begin = phrase.left(context, start, low)
    before = [h for h in context.hits_in(begin, start, "sites") if not phrase.INVADED.match(context.text, h.end, start)]
    if before:
        site = before[-1]
    aside = _ASIDE.match(context.text, end, high)
    after = phrase.of_phrase(context, aside.end() if aside else end, high)
    if cancer and site is None and after is None:
        after = _sided(context, end, high)
    if after and (site is None or aside or lazy(r"\s+(?:of|in)\b").match(context.text[end:high])):
        site = site or after[1]
        end = after[0]
    side = phrase.laterality(context.text[begin:end])
    told = _SIDE_BEHIND.match(context.text, end, high) if cancer and not side else None
    if told:
        side, end = phrase.laterality(told.group()), told.end()
    value["phrase"] = [begin, end]
    if site:
        value["site"] = next(c for c in site.concepts if c.startswith("sites/"))
        value["siteText"] = context.text[site.start : site.end]
        value["siteSpan"] = [site.start, site.end]
    inner = phrase.inner_site(context, hit) if site is None and cancer else None
    if inner and inner[2] not in _TOO_WIDE:
        value["site"], value["siteText"], value["siteSpan"] = (
            inner[2],
            context.text[inner[0] : inner[1]],
            [inner[0], inner[1]],
        )
    if side:
        value["laterality"] = side
    return context.fact("diagnosis", start, hit.end, concept=concept, value=value)


def _of_a_compound(text: str, hit: Hit) -> bool:
    """Say whether a word is part of a fusion or of a list of drugs: "PML::RARA", "Cy/Flu"."""
    if text[hit.end : hit.end + 2] == "::" or text[max(0, hit.start - 2) : hit.start] == "::":
        return True
    beside = text[hit.start - 1 : hit.start] + text[hit.end : hit.end + 1]
    return text[hit.start : hit.end] == "Flu" and any(c in "/+-" for c in beside)


def _other_capitals(context: Context, hit: Hit, low: int, high: int) -> bool:
    """Say whether capitals that may name a disease mean something else here."""
    text = context.text
    word = text[hit.start : hit.end]
    if len(word) in (2, 3) and _STATE_OF.match(text, hit.end, high):
        return True  # "MS-stable" is no multiple sclerosis
    if text[hit.start - 1 : hit.start] == "(" and any(
        0 <= hit.start - h.end <= 2 for h in context.hits_in(max(low, hit.start - 40), hit.start, "drugs")
    ):
        return True  # "cisplatin, doxorubicin, and cyclophosphamide (CAP)" is no pneumonia
    if len(word) in (2, 3, 4) and _HYPHENED.match(text, hit.end, high):
        return True  # the HIT-MED protocol is no thrombocytopenia
    if word == "PE" and (
        _EXAMINED.match(text, hit.end, high) or _EXAMINED_ON.search(text, max(low, hit.start - 4), hit.start)
    ):
        return True  # "PE: no adenopathy" is the physical examination
    if word == "CAP" and _SCAN_OF.search(text, max(low, hit.start - 16), hit.start):
        return True  # "CT of the CAP": chest, abdomen and pelvis
    if word in ("AF", "MI") and _SHARE.match(text, hit.end, high):
        return True  # "KRAS G12D AF 34%" is the allele's frequency, "MI 80%" the invasion of the myometrium
    if word == "MM" and not _OF_PLASMA_CELLS.search(text):
        return True  # millimetres, a melanoma
    return len(word) == 2 and bool(
        _TWO_MORE.match(text, hit.end, high) or _CLASS.search(text[max(low, hit.start - 12) : hit.start])
    )  # "Sataloff TB NC" is no tuberculosis


_OF_PLASMA_CELLS = lazy(
    r"\bmyeloma\b|\bplasma\s+cells?\b|\bIg[GAD]\b|\b(?:kappa|lambda)\b|\bVGPR\b|\blenalidomide\b|\bbortezomib\b|\bdaratumumab\b|\b[KV]RD\b|\bM-(?:spike|protein)\b|\bMGUS\b",
    re.I,
)
_OF_GERMS = frozenset({"infection", "general"})
_OF_THESE = lazy(r"\s+(?:patients?|cells?|necrosis)")
_TISSUE = lazy(r"\s+(?:\w+\s+)?(?:cells?|tissue|density|diffusion|specimens?|samples?|nests?)\b")
_SHARE = lazy(r"\s*(?:of\s|[:=~≈<>])?\s*\d{1,2}(?:[.,]\d+)?\s?%")
_STATE_OF = lazy(r"-(?:stable|high|low|unstable|positive|negative|deficient)\b", re.I)
_HYPHENED = lazy(r"-(?!(?:CP|AP|BP|BC|MR|MRC)\b)[A-Z]{2,}")  # CML-CP is one in its chronic phase
_EXAMINED = lazy(
    r"\s*:|\s+(?:show|reveal|demonstrat|disclos|note|exam|finding|was\s+(?:un)?remark|was\s+normal|normal|benign\b)"
)
_EXAMINED_ON = lazy(r"\bon\s\Z", re.I)
_SCAN_OF = lazy(r"\b(?:CT|MRI|scans?|imaging)\s(?:of\s(?:the\s)?)?\Z")
_TWO_MORE = lazy(r"\s[A-Z]{2}\b")
_CLASS = lazy(r"\b(?:Sataloff|class|type|grade|Chevallier)\s+\Z", re.I)


def _sided(context: Context, at: int, high: int) -> tuple[int, Hit] | None:
    """Return (end, site hit) of the side and the place right behind a tumour's name: "carcinoma right breast"."""
    m = _SIDE.match(context.text, at, high)
    hits = context.hits_in(m.end(), min(high, m.end() + 40), "sites") if m else []
    return (hits[0].end, hits[0]) if m and hits and hits[0].start == m.end() else None


def _spread_in_brackets(context: Context, fact: Fact, low: int, high: int) -> list[Fact]:
    """Return the spread of "metastatic breast cancer (bone, liver)": brackets that hold nothing but places."""
    bracket = _PLACES.match(context.text, fact.end, high)
    if not bracket or not _METASTATIC.search(context.text, max(low, fact.start - 60), fact.start):
        return []
    a, b = bracket.span("places")
    sites = context.hits_in(a, b, "sites")
    left = context.text[a:b]
    for hit in reversed(sites):
        left = left[: hit.start - a] + left[hit.end - a :]
    if not sites or not _BETWEEN.fullmatch(left):
        return []
    return [_spread(context, hit.start, hit.end, hit, "metastasis") for hit in sites]


def _metastases(context: Context, start: int, end: int, low: int, high: int) -> list[Fact]:
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
