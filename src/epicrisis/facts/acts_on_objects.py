"""Acts whose word names one only together with its object: "the hernia was repaired", "removal of the stones", "a valve was implanted".

What `procedures` has found goes before. Facts are procedures without a concept, with the value of `procedures`.
"""

from __future__ import annotations

import re

from epicrisis.facts import phrase
from epicrisis.facts.context import Context
from epicrisis.facts.covered import Covered
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx, stems
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_ADVERBS = r"(?:(?:then|also|[a-z]+ly)\s+)*"
_DONE = (
    r"(?P<verb>repaired|evacuated|aspirated|clipped|coiled|decompressed|debrided|cannulated|replaced|fenestrated|extracted|curetted"
    r"|cauteri[sz]ed|coagulated|marsupiali[sz]ed|incised|reimplanted|grafted|stapled)"
)
_WAS = rx(
    rf"(?:\([^()]{{1,30}}\)\s*)?(?:was|were|had\s+been|has\s+been)\s+{_ADVERBS}{_DONE}\b(?!\s+by\s+(?:an?\s+|the\s+)?(?:tumou?r|mass|fat|fibr|scar|blasts))",
    re.I,
)
_VERBS = stems(
    "repaired evacuated aspirated clipped coiled decompressed debrided cannulated replaced fenestrated extracted curetted cauterized cauterised "
    "coagulated marsupialized marsupialised incised reimplanted grafted stapled"
)
_OF = rx(
    r"\b(?P<head>removal|extraction|retrieval|evacuation|replacement|closure|extirpation)\s+of\s+(?:(?:the|his|her|an?|both|all|this|these)\s+)?",
    re.I,
)
_HEADS = stems("removal extraction retrieval evacuation replacement closure extirpation")
_DEVICE = rx(
    r"\b(?P<what>(?:valves?|prosthes[ie]s|mesh|plates?|T-?tubes?|pacemakers?|defibrillators?|expanders?|reservoirs?|spacers?|cages?|rods?|nails?|screws?|implants?|electrodes?))"
    rf"\s+(?:\([^()]{{1,40}}\)\s*)?(?:was|were)\s+{_ADVERBS}(?P<verb>implanted|inserted|placed|deployed)\b",
    re.I,
)
_DEVICES = stems(
    "valve prosthesis mesh plate t tube ttube pacemaker defibrillator expander reservoir spacer cage rod nail screw implant electrode"
)
_TABLES = ("sites", "symptoms", "diseases", "cancers", "metastases")
_OWN = lazy(r"patient['’]s\s+", re.I)
# "removal of the femoral sheath": the place of something else
_GOES_ON = lazy(
    r"[\s-]+(?!(?:was|were|and|or|in|on|with|by|at|for|under|via|through|from|after|before|using|followed|without|is|had|which)\b)[a-z]",
    re.I,
)
_NOT_WITHIN = lazy(r"[,;.()]|\b(?:and|or|from|in)\b")
_OF_A_LAB = lazy(r"\b(?:DNA|RNA|protein)\s+\Z")


def extract(context: Context, known: list[Fact]) -> list[Fact]:
    """Return procedure facts; *known* are those that have been found."""
    facts: list[Fact] = []
    verbs, heads, devices = context.having(_VERBS), context.having(_HEADS), context.having(_DEVICES)
    if not (verbs or heads or devices):
        return facts
    taken = Covered(known)

    def add(start: int, end: int, head: str, site: Hit | None) -> None:
        own = _OWN.match(context.text, start, end)
        start = own.end() if own else start
        if not taken.overlaps(start, end):
            taken.add(start, end)
            facts.append(_fact(context, start, end, head, site))

    for i, s in context.patient_sentences():
        for hit in context.hits_in(s.start, s.end, *_TABLES) if i in verbs else ():
            gap = lazy(r"\s{1,3}").match(context.text, hit.end, s.end)
            m = _WAS.match(context.text, gap.end(), s.end) if gap else None
            if m and (m["verb"].lower() != "replaced" or hit.concepts[0].startswith("sites/")):
                add(phrase.left(context, hit.start, s.start), m.end(), m["verb"], hit)
        for m in context.find(_OF, _HEADS, s.start, s.end) if i in heads else ():
            object_ = _object(context, m.end(), s.end)
            if object_ and not _OF_A_LAB.search(context.text, s.start, m.start()):
                add(phrase.left(context, m.start(), s.start), object_.end, m["head"], object_)
        for m in context.find(_DEVICE, _DEVICES, s.start, s.end) if i in devices else ():
            add(phrase.left(context, m.start(), s.start), m.end(), m["verb"], None)
    return facts


def _object(context: Context, at: int, high: int) -> Hit | None:
    """Return what a noun phrase at *at* names of an organ or a disease, where that is its head."""
    hits = context.hits_in(at, min(high, at + 60), *_TABLES)
    if not hits:
        return None
    between = context.text[at : hits[0].start]
    if len(between.split()) > 2 or _NOT_WITHIN.search(between):
        return None
    head = hits[0]
    for hit in hits[1:]:
        if context.text[head.end : hit.start].strip():
            break
        head = hit  # "pituitary tumor"
    return None if _GOES_ON.match(context.text, head.end, high) else head


def _fact(context: Context, start: int, end: int, head: str, site: Hit | None) -> Fact:
    value: dict[str, object] = {"head": head.lower()}
    place = next((c for c in site.concepts if c.startswith("sites/")), None) if site else None
    if site and place:
        value["site"], value["siteText"] = place, context.text[site.start : site.end]
    side = phrase.laterality(context.text[start:end])
    if side:
        value["laterality"] = side
    return context.fact("procedure", start, end, value=value)
