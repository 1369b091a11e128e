"""Drugs, drug classes and regimens, with the doses, routes and cycles told of them.

Value of a medication: {"dosages": [...], "route": text, "cycles": "6", "name": as written}.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from epicrisis.facts import dosage
from epicrisis.facts.concept_tables import domains_of
from epicrisis.facts.context import Context
from epicrisis.facts.cultures import tried
from epicrisis.facts.cycle_counts import cycles
from epicrisis.facts.cycle_sharing import count_cycles, share_cycle
from epicrisis.facts.dose_respectively import share_out
from epicrisis.facts.dose_sharing import attach, share_frequency
from epicrisis.facts.model import Fact
from epicrisis.facts.rechallenge import given_again
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy
from epicrisis.terminology import Hit, Terminology

_LAB_AFTER = lazy(
    r"\s*(?:levels?|concentrations?|values?|deficien\w+|assay|tests?|receptors?|(?:[\s-](?:induced|dependent|PF4)\s*)*antibod(?:y|ies)|stain\w*|uptake|washout|index|clearance|mutation|gene|analogs? receptor)\b|\s*(?:(?:was|were|of|:|=)\s*)?(?:[<>≤≥]\s*)?\d+(?:[.,]\d+)?\s*(?:(?:[mµun]?g|[mµn]?mol|U|IU|mEq)\s*/\s*d?[lL]|(?:[µunp]g|[µunp]mol|[mµu]I?U)\s*/\s*m?[lL])\b",
    re.I,
)
_PLACES = lazy(r"\b(?:post|pre)[-\s]?\Z", re.I)
# "vitamin B12 and folate were normal"
_MEASURED = lazy(
    r"\s*(?:(?:,|/|,?\s+and)\s+[a-z][\w\s]{2,20}?)?\s+(?:levels?\s+)?(?:was|were)\s+(?:all\s+|both\s+|within\s+)?(?:the\s+)?(?:normal|low|high|deficient|undetectable|(?:(?:markedly|mildly|slightly|also|not|grossly|persistently)\s+)?(?:elevated|raised|measured|checked|detectable)\b(?!\s+to\b))\b",
    re.I,
)
_LEVELS = lazy(r"\b(?:levels?|concentrations?|values?|excretion)\s+of\s+(?:\w+,?\s+(?:(?:and|or)\s+)?){0,5}\Z", re.I)
_ANSWERING = lazy(r"\b(?:sensitiv\w+|resistan\w+|response|benefit)\s+(?:to|of|from)\s+(?:an?\s+|the\s+)?\Z", re.I)
_TREATED_WITH = lazy(
    r"\b(?:treat\w*\s+with|receiv\w+|start\w*\s+on|conditioned\s+with|conditioning\s+with|salvage\w*\s+with|switched\s+to)\s+\Z",
    re.I,
)
_TREATED = lazy(r"\b(?:receiv\w+|treat\w*|given|administ\w+|start\w*|infus\w+|prescrib\w+)\b", re.I)
_COUNTED = lazy(r"(?<![\w.,/×-])(?<![x×]\s)[1-9]\d?\s?[x×]\s?\Z")  # "4x EC"
_SPELLED = lazy(r"[A-Za-z]{3,}/[A-Za-z]{3,}(?:-[A-Z])?|[A-Z][a-z]{2,}[A-Z][a-z]{2,}")
# "with doubling of calcitonin": it is measured
_CHANGED = lazy(
    r"\b(?:doubling|rise|rising|rose|increas\w+|decreas\w+|elevat\w+|normali[sz]\w+|declin\w+|drop\w*|fall|fell|high|low)\s+(?:of|in)?\s*(?:the\s+|serum\s+|his\s+|her\s+)*\Z",
    re.I,
)
_BEFORE_DOSE = lazy(r"(?<![\w-])([A-Za-z][A-Za-z0-9]{1,5})[\s(,:]{1,3}\Z")
_MASS = lazy(r"(?:m|µ|μ|u|mc)?g(?:/(?:m|kg|d)|\b)|AUC")
_NOT_GIVEN = lazy(
    r"\s*(?<=RAI)\s*(?:score\s+)?(?:of\s+)?\d{1,2}/9\b|"  # of a rejection
    r"\s*(?:\(ER\)\s*)?(?:/|,|and/or|and|or)\s*progesterone(?:\s*\(PR\))?\s+receptors?|[\s-]+(?:dependent|naive|resistan\w+|sensitiv\w+|sensitizing|refractory|eligible|in\s+situ|receptors?|independent|free|susceptib\w+)\b|\s*\d+(?:[.,]\d+)?\s*[µμnm]?g(?:\s*/\s*24\s*h)?\s*\((?:normal|reference|ref)|\s*\d+(?:[.,]\d+)*\s*[µμnm]?g\s*/\s*24",
    re.I,
)
_LAB_BEFORE = lazy(r"\b(?:serum|plasma|urinary|blood|urine|ionized|total|free|endogenous|hyper|anti)[\s-]*\Z", re.I)
_GIVEN = lazy(
    r"\b(?:receiv\w+|treat\w*|given|administ\w+|tak(?:en|ing|es)|took|start\w*|therapy|infus\w+|inject\w*|prescrib\w+|suppl\w+|on|with|mg|g|tablet|oral\w*|dose\w*|intraven\w+|discharg\w+|medication\w*|continu\w+|discontinu\w+)\b",
    re.I,
)

_DOSED = lazy(
    r"[\s,(]*\d+(?:[.,]\d+)?\s*(?:mg|g|IU|µg)\b(?!\s*/\s*d?[lL])|\s+(?:therapy|supplement|treatment|infusion)"
)
_WAS_GIVEN = lazy(
    r"(?:,?\s+(?:and\s+)?[\w-]+){0,4}\s+(?:was|were)\s+(?:also\s+)?(?:given|supplement|start|administ|prescrib|replac|substitut|added)",
    re.I,
)


_ENROLLED = lazy(
    r"\b(?:enrol\w+|registered|included|randomi[sz]ed|participat\w+)\s+(?:in|on|into|onto)\s+(?:the\s+)?\Z", re.I
)
_VALUED = lazy(r"\s*[:=]?\s*[<>]?\s?\d+(?:[.,]\d+)?\s*(?:[,;)]|\.(?!\d)|$)")


def extract(context: Context) -> list[Fact]:
    """Return medication, drug-class, regimen and dosage facts."""
    facts: list[Fact] = []
    named, combined = context.by_sentence("drugs"), context.by_sentence("regimens")
    numbered = context.numbered
    for index, s in context.patient_sentences():
        text = context.text[s.start : s.end]
        dosed = index in numbered or "dose" in text
        if not (dosed or index in named or index in combined):
            continue
        drugs = [
            h
            for h in named.get(index, ())
            if _is_drug(context, h, s.start, text) and not tried(context.text, h.start, h.end, s.start, s.end)
        ]
        regimens = []
        for known in combined.get(index, ()):
            h = _without_count(context, known)
            spelled = _spelled(context, h)
            if spelled:
                drugs += spelled
            elif _is_regimen(context, h, s.start, text):
                regimens.append(h)
        doses = list(dosage.scan(text, s.start)) if dosed else []
        drugs += _short(context, doses, s.start, text)
        if not (drugs or regimens or doses):
            continue
        made = [_medication(context, h) for h in drugs] + [_regimen(context, h) for h in regimens]
        made = made or given_again(context, index)
        made = _without_inner(made)
        share_out(made, doses, s.start, text)
        attach(context, made, doses, s.start, text)
        share_frequency(context, made, doses, s.start, text)
        share_cycle(context, made, doses, s.start, text)
        led = {f.start for f in made if f.kind == "regimen"}
        counted = [
            c
            for c in (cycles(text, s.start) if made else ())
            if c["what"] not in ("fraction",) and (not c["leads"] or c["span"][1] in led)
        ]
        count_cycles(context, made, counted, doses, text, s.start)
        facts += made
        therapy = made or (doses and _carries_dose(text))
        for d in doses:
            if therapy or lazy(r"\b(?:dose|dosage)\b", re.I).search(text):
                facts.append(
                    context.fact("dosage", d["span"][0], d["span"][1], value={**d, "owned": d.get("owned", False)})
                )
        for c in counted:
            if not any(d["span"][0] <= c["span"][0] < d["span"][1] for d in doses):
                facts.append(
                    context.fact("dosage", c["span"][0], c["span"][1], value={"cycles": c["n"], "owned": True})
                )
        for f in made:
            for d in f.value.get("schedules", []):
                facts.append(context.fact("dosage", d["span"][0], d["span"][1], value={**d, "owned": True}))
    return facts


_STAINED = lazy(
    r"\b(?:negative|positive|immunoreactive|immunopositive|immunonegative|reactive)\s+for\s+(?:[\w-]+(?:,\s+(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+)){0,6}\Z",
    re.I,
)


def _is_drug(context: Context, hit: Hit, base: int, text: str) -> bool:
    a, b = hit.start - base, hit.end - base
    concept = hit.concepts[0]
    if _STAINED.search(text, max(0, a - 100), a):
        return False  # "negative for gastrin and insulin"
    if context.terms.attr(concept, "generic") == "1" and _PLACES.search(text, max(0, a - 6), a):
        return False  # "post-chemotherapy CT" tells no chemotherapy of that day
    if _MEASURED.match(text, b):
        return bool(_TREATED.search(text, max(0, a - 25), a))
    if _NOT_GIVEN.match(text, b) or (
        context.terms.attr(concept, "generic") == "1" and _ANSWERING.search(text[max(0, a - 30) : a])
    ):
        return False
    if context.terms.attr(concept, "lab") == "1" or len(domains_of(context.meant(hit))) > 1:
        # a substance that is measured as well as given needs words of giving
        if _LAB_AFTER.match(text, b) or _LAB_BEFORE.search(text, max(0, a - REACH), a):
            return False
        shared = domains_of(context.meant(hit)) - {"drugs"}
        if shared & {"labs", "markers", "genes", "imaging"}:
            if _VALUED.match(text, b):
                return False  # "selpercatinib since 5/2021: calcitonin 120, CEA 12"
            # "DEXA" is densitometry, unless a dose stands behind it
            told = _GIVEN.search(text, max(0, a - 45), a) and not _CHANGED.search(text, max(0, a - 45), a)
            led = "imaging" not in shared and told
            return bool(led or _DOSED.match(text, b, b + 30) or _WAS_GIVEN.match(text, b))
    if _LAB_AFTER.match(text, b) or _LEVELS.search(text, max(0, a - REACH), a):
        return bool(_TREATED.search(text, max(0, a - 25), a))
    return True


def _short(context: Context, doses: list[dict[str, Any]], base: int, text: str) -> list[Hit]:
    """Return the drugs whose abbreviation means one only right before a dose: "PTX 80 mg/m2", "ASA 100 mg"."""
    found: list[Hit] = []
    for d in doses:
        unit = (d.get("dose") or {}).get("unit") or ""
        word = _BEFORE_DOSE.search(text, max(0, d["span"][0] - base - 12), d["span"][0] - base)
        drug = _shorts(context.terms).get(word[1]) if word and _MASS.match(unit) else None
        if word and drug:
            found.append(Hit(base + word.start(1), base + word.end(1), (drug,)))
    return found


@cache
def _shorts(terms: Terminology) -> dict[str, str]:
    """Return abbreviation -> drug, without those of two drugs."""
    known: dict[str, str] = {}
    for concept in terms.domain("drugs"):
        if any("short=" in row for row in concept.rows):
            for word in filter(None, concept.attrs.get("short", "").split("|")):
                known[word] = "" if word in known else concept.id
    return {word: drug for word, drug in known.items() if drug}


def _is_regimen(context: Context, hit: Hit, base: int, text: str) -> bool:
    a, b = hit.start - base, hit.end - base
    if _ENROLLED.search(text, max(0, a - 40), a):
        return False  # "was enrolled in EURAMOS-1 and received MAP"
    if lazy(r"\s+(?:diagnostic\s+)?criteria\b", re.I).match(text, b):
        return False  # "HLH-2004 criteria were fulfilled"
    if _beside(context, hit):
        return False
    if lazy(r"\b(?:stages?|grade|UICC|AJCC|FIGO|TNM)[\s:,]+(?:of\s+|is\s+|was\s+)?\Z", re.I).search(
        text, max(0, a - 40), a
    ) or lazy(r"-\d").match(text, b):
        return False
    if not any(c.isalpha() for c in text[a:b]) and "+" not in text[a:b]:
        return False
    if context.terms.attr(hit.concepts[0], "ambiguous") != "1" or lazy(r"regimen|protocol|conditioning", re.I).search(
        text, a, b
    ):
        return True
    if _SPELLED.fullmatch(text, a, b):
        return True  # "Gem/Cis", whatever "GC" means
    return bool(
        lazy(
            r"\s*(?:regimens?|chemo\w*|protocol|combination|therapy|conditioning|autograft|\(?[x×]\s?\d+(?!\s?(?:mo(?:nths?)?|wks?|weeks?|days?|yrs?|years?|/\d|[dwmy])\b|\d))",
            re.I,
        ).match(text[b : b + 20])
        or lazy(r"(?!\s+(?:after|following|at|during|despite|with)\b)[^.;]{0,25}\b(?:cycles?|courses?)\b", re.I).match(
            text[b : b + 40]
        )
        or lazy(
            r"\b(?:regimen|chemotherapy|(?:cycles?|courses?)\s+of(?:\s+(?:(?:neo)?adjuvant|induction|consolidation|palliative|salvage|first-line|second-line))?)\s+(?:of\s+|with\s+)?\(?\Z",
            re.I,
        ).search(text, max(0, a - REACH), a)
        or _COUNTED.search(text, max(0, a - 8), a)
        or (b - a > 2 and _TREATED_WITH.search(text, max(0, a - 30), a))  # "treated with CHOP"
    )


_NUMBERED = lazy(r"\s\d{1,2}\Z")
_COUNTS = lazy(r"\s*(?:cycles?|courses?|doses|rounds?)\b", re.I)


def _without_count(context: Context, hit: Hit) -> Hit:
    """Return the regimen without the number of its cycles: "FOLFOX 4 cycles" is no FOLFOX4."""
    m = _NUMBERED.search(context.text, hit.start, hit.end) if _COUNTS.match(context.text, hit.end) else None
    if m is None:
        return hit
    known = tuple(
        c for c in context.terms.lexicon.lookup(context.text[hit.start : m.start()]) if c.startswith("regimens/")
    )
    return Hit(hit.start, m.start(), known) if known else hit


def _beside(context: Context, hit: Hit) -> bool:
    """Say whether a name means something else in this text, which has none of the words that go with the regimen."""
    words = context.terms.attr(hit.concepts[0], "beside")
    return bool(words) and not context.saying(frozenset(words.split("+")))


def _medication(context: Context, hit: Hit) -> Fact:
    concept = hit.concepts[0]
    kind = "drug_class" if context.terms.attr(concept, "generic") == "1" else "medication"
    return context.fact(kind, hit.start, hit.end, concept=concept, value={})


def _regimen(context: Context, hit: Hit) -> Fact:
    return context.fact("regimen", hit.start, hit.end, concept=hit.concepts[0], value={})


def _spelled(context: Context, hit: Hit) -> list[Hit]:
    """Return the drugs of a combination that names them ("carboplatin and paclitaxel", "ADM/DTIC")."""
    found: list[Hit] = []
    at = hit.start
    for part in lazy(r"(\s*(?:[/+,&]|\band\b|\bplus\b|\bwith\b|(?<!nab)(?<!Nab)-(?=[A-Za-z]{4,}))\s*)").split(
        context.text[hit.start : hit.end]
    ):
        if part.strip(" /+,&-") and part.strip() not in ("and", "plus", "with"):
            drug = tuple(c for c in context.terms.lexicon.lookup(part) if c.startswith("drugs/"))
            if not drug:
                return []
            found.append(Hit(at, at + len(part), drug))
        at += len(part)
    return found if len(found) > 1 else []


def _without_inner(facts: list[Fact]) -> list[Fact]:
    """Keep a regimen's name and drop a drug found inside it."""
    facts.sort(key=lambda f: (f.start, -f.end))
    kept: list[Fact] = []
    for f in facts:
        if not kept or f.start >= kept[-1].end:
            kept.append(f)
    return kept


def _carries_dose(text: str) -> bool:
    return bool(
        lazy(
            r"\b(?:infus\w+|administ\w+|inject\w+|given|treat\w+|start\w+|received|reduced\s+to|increased\s+to|irradiat\w+|radio\w+|Gy)\b"
        ).search(text)
    )
