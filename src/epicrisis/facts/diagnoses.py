"""Diseases of the patient: tumours with their site, other diseases; metastases and recurrences beside them.

Values: diagnosis {"group": "cancer" | "disease", "site", "siteText", "siteSpan", "laterality", "phrase": [start, end],
"generic"}; metastasis {"site", "siteText", "word"}; recurrence {"site", "siteText"}.
"""

from __future__ import annotations

import re

from epicrisis.facts import cultures, phrase
from epicrisis.facts.context import Context
from epicrisis.facts.in_order import Stretches
from epicrisis.facts.metastases import METASTASIS, SPREADING_STEMS, metastases, places_of_spread, spread_of
from epicrisis.facts.model import Fact
from epicrisis.facts.recurrences import RECURRENCE, RECURRENCE_STEMS, recurrences
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

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
_ASIDE = lazy(r"\s*\((?:[^()]|\([^()]{0,20}\)){1,60}\)(?=\s+(?:of|in|at|originating|arising|located)\s)")
_RISK = lazy(r"\b(?:anti|pro|post|pre)[\s-]*\Z", re.I)
_TIMES = lazy(r"\s+(?:pandemic|outbreak|lockdown|restrictions|crisis|era)\b", re.I)
_TEST_AFTER = lazy(
    r"[\s-]+(?:screen(?:ing)?|risks?|virus(?:es)?|scores?|study|index|panel|serolog\w+|like|antigens?|antibod(?:y|ies)|PCR|cultures?|cx|swabs?|Ag|Ab|Ig[GM]|labs|markers?|cells?|patients?|registry|surgery|treatment|chemotherapy|therapy|center|centre|department|unit|clinic|ward|team|board|research|hospital|institute|society|nests?|growth|bed|size|burden|board|necrosis|suppressor)\b",
    re.I,
)


def extract(context: Context) -> list[Fact]:
    """Return diagnosis, metastasis and recurrence facts."""
    facts: list[Fact] = []
    spreading = context.having(SPREADING_STEMS)
    recurred, named = context.having(RECURRENCE_STEMS), context.by_sentence("cancers", "diseases")
    for i, s in context.patient_sentences():
        spread = list(context.find(METASTASIS, SPREADING_STEMS, s.start, s.end)) if i in spreading else []
        spreads: list[Fact] = []
        for m in spread:
            if m.group().lower() == "spread" and not context.hits_in(s.start, s.end, "cancers"):
                continue
            spreads += metastases(context, m.start(), m.end(), s.start, s.end)
        facts += spreads
        covered = Stretches((f.start, f.end) for f in spreads)
        for m in context.find(RECURRENCE, RECURRENCE_STEMS, s.start, s.end) if i in recurred else ():
            facts += recurrences(context, m.start(), m.end(), s.start, s.end)
        for hit in named.get(i, ()):
            if covered.hold(hit.start, hit.end):
                continue
            fact = _diagnosis(context, hit, s.start, s.end)
            if fact:
                facts.append(fact)
                facts += spread_of(context, fact, s.start, s.end)
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
    if after and cancer and places_of_spread(context, begin, start, end, high):
        after = None
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
