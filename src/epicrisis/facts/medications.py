"""Drugs, drug classes and regimens, with the doses, routes and cycles told of them.

Value of a medication: {"dosages": [...], "route": text, "cycles": "6", "name": as written}.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from epicrisis.facts import dosage
from epicrisis.facts.context import Context
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.facts.model import Fact
from epicrisis.kept import lazy
from epicrisis.terminology import Hit, Terminology

_LAB_AFTER = lazy(
    r"\s*(?:levels?|concentrations?|values?|deficien\w+|assay|tests?|receptors?|antibod(?:y|ies)|stain\w*|uptake|washout|index|clearance|mutation|gene|analogs? receptor)\b|\s*(?:was|were|of|:|=)?\s*\d+(?:[.,]\d+)?\s*(?:[mµun]?g|[mµn]?mol|U|IU|mEq)\s*/\s*d?[lL]",
    re.I,
)
_LEVELS = lazy(r"\b(?:levels?|concentrations?|values?|excretion)\s+of\s+(?:\w+,?\s+(?:and\s+)?){0,3}\Z", re.I)
_TREATED_WITH = lazy(
    r"\b(?:treat\w*\s+with|receiv\w+|start\w*\s+on|conditioned\s+with|conditioning\s+with|salvage\w*\s+with|switched\s+to)\s+\Z",
    re.I,
)
_TREATED = lazy(r"\b(?:receiv\w+|treat\w*|given|administ\w+|start\w*|infus\w+|prescrib\w+)\b", re.I)
_DIGIT = lazy(r"\d")
_BEFORE_DOSE = lazy(r"(?<![\w-])([A-Z][A-Za-z0-9]{1,5})[\s(,:]{1,3}\Z")
_MASS = lazy(r"(?:m|µ|μ|u|mc)?g(?:/(?:m|kg|d)|\b)|AUC")
_NOT_GIVEN = lazy(
    r"[\s-]+(?:dependent|naive|resistan\w+|sensitiv\w+|sensitizing|refractory|eligible|in\s+situ|receptors?|independent|free|susceptib\w+)\b|\s*\d+(?:[.,]\d+)?\s*[µμnm]?g(?:\s*/\s*24\s*h)?\s*\((?:normal|reference|ref)|\s*\d+(?:[.,]\d+)*\s*[µμnm]?g\s*/\s*24",
    re.I,
)
_LAB_BEFORE = lazy(r"\b(?:serum|plasma|urinary|blood|urine|ionized|total|free|endogenous|hyper|anti)[\s-]*\Z", re.I)
_GIVEN = lazy(
    r"\b(?:receiv\w+|treat\w*|given|administ\w+|tak(?:en|ing|es)|took|start\w*|therapy|infus\w+|inject\w*|prescrib\w+|suppl\w+|on|with|mg|g|tablet|oral\w*|dose\w*|intraven\w+|discharg\w+|medication\w*|continu\w+|discontinu\w+)\b",
    re.I,
)
_REGIMEN_CUE = lazy(
    r"\b(?:regimens?|chemo\w*|cycles?|courses?|protocol|combination|treatment|therapy|adjuvant|neoadjuvant|line|received|given|underwent)\b",
    re.I,
)
_COMBINED = lazy(r"\s*(?:/|\+|-|–|plus|and|in\s+combination\s+with|combined\s+with|with)\s*\Z")
_INTOLERANT = lazy(r"\b(?:allerg(?:y|ic)|hypersensitiv\w+|intoleran\w+|anaphyla\w+)\b", re.I)


_OFTEN = lazy(r"\b(?:(?:bi|tri)?-?weekly|daily|monthly)\s+(?:(?:oral|intravenous|low-dose|high-dose)\s+)?\Z", re.I)
_TIMES = lazy(r"\s?[x×]", re.I)
_AND = lazy(r"\s*(?:,|;|\band\b|\bplus\b|\+)\s*(?:and\s+)?")
_OF_DOSE = lazy(r";[^;]*\bdos(?:e|age)\b[^;]*\Z")
_BLOOD = lazy(
    r"\s+(?:of\s+)?(?:packed|red|blood|fresh|platelets?|plasma|p?RBCs?|PRBCs?|FFP|whole|erythrocyte\w*|concentrate\w*)\b"
)
_LEADS = lazy(r"\s*(?:[\w-]+\s+){0,2}")
_CLOSED = lazy(
    r"\s?[)\]](?:\s+(?:was|were)\s+(?:then\s+)?(?:given|administered|continued|repeated|delivered|applied|infused))?",
    re.I,
)


def extract(context: Context) -> list[Fact]:
    """Return medication, drug-class, regimen and dosage facts."""
    facts: list[Fact] = []
    for _index, s in context.patient_sentences():
        text = context.text[s.start : s.end]
        drugs = [h for h in context.hits_in(s.start, s.end, "drugs") if _is_drug(context, h, s.start, text)]
        regimens = []
        for h in context.hits_in(s.start, s.end, "regimens"):
            spelled = _spelled(context, h)
            if spelled:
                drugs += spelled
            elif _is_regimen(context, h, s.start, text):
                regimens.append(h)
        doses = list(dosage.scan(text, s.start)) if _DIGIT.search(text) or "dose" in text else []
        drugs += _short(context, doses, s.start, text)
        if not (drugs or regimens or doses):
            continue
        made = [_medication(context, h) for h in drugs] + [_regimen(context, h) for h in regimens]
        made = _without_inner(made)
        _attach(context, made, doses, s.start, text)
        _led(context, made, doses, s.start, text)
        _share_cycle(context, made, doses, s.start, text)
        counted = [c for c in dosage.cycles(text, s.start) if made and c["what"] not in ("fraction",)]
        _count_cycles(context, made, counted, doses, text, s.start)
        facts += made
        therapy = made or _carries_dose(text)
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


def _is_drug(context: Context, hit: Hit, base: int, text: str) -> bool:
    a, b = hit.start - base, hit.end - base
    concept = hit.concepts[0]
    if _NOT_GIVEN.match(text, b) or (
        lazy(r"\b(?:sensitiv\w+|resistan\w+|response|benefit)\s+(?:to|of|from)\s+(?:an?\s+|the\s+)?\Z", re.I).search(
            text[max(0, a - 30) : a]
        )
        and context.terms.attr(concept, "generic") == "1"
    ):
        return False
    if context.terms.attr(concept, "lab") == "1" or len({c.partition("/")[0] for c in _all(context, hit)}) > 1:
        # a substance that is measured as well as given needs words of giving
        if _LAB_AFTER.match(text, b) or _LAB_BEFORE.search(text, 0, a):
            return False
        shared = {c.partition("/")[0] for c in _all(context, hit)} - {"drugs"}
        if shared & {"labs", "markers", "genes"}:
            return bool(_GIVEN.search(text, max(0, a - 45), a)) or bool(
                lazy(
                    r"[\s,(]*\d+(?:[.,]\d+)?\s*(?:mg|g|IU|µg)\b(?!\s*/\s*d?[lL])|\s+(?:therapy|supplement|treatment|infusion)"
                ).match(text[b : b + 30])
            )
    if _LAB_AFTER.match(text, b) or _LEVELS.search(text, 0, a):
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


def _all(context: Context, hit: Hit) -> tuple[str, ...]:
    found = [h for h in context.hits_in(hit.start, hit.end + 1) if h.start == hit.start]
    return found[0].concepts if found else hit.concepts


def _is_regimen(context: Context, hit: Hit, base: int, text: str) -> bool:
    a, b = hit.start - base, hit.end - base
    if lazy(r"\b(?:stages?|grade)\s+(?:of\s+|is\s+|was\s+)?\Z", re.I).search(text[:a]) or lazy(r"-\d").match(text[b:]):
        return False
    if not any(c.isalpha() for c in text[a:b]) and "+" not in text[a:b]:
        return False
    if context.terms.attr(hit.concepts[0], "ambiguous") != "1" or lazy(r"regimen|protocol", re.I).search(text, a, b):
        return True
    return bool(
        lazy(r"\s*(?:regimens?|chemo\w*|protocol|combination|therapy|\(?[x×]\s?\d)", re.I).match(text[b : b + 20])
        or lazy(r"[^.;]{0,25}\b(?:cycles?|courses?)\b", re.I).match(text[b : b + 40])
        or lazy(r"\b(?:regimen|chemotherapy|cycles?\s+of|courses?\s+of)\s+(?:of\s+|with\s+)?\(?\Z", re.I).search(
            text[:a]
        )
        or (b - a > 2 and _TREATED_WITH.search(text, max(0, a - 30), a))  # "treated with CHOP"
    )


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


def _attach(context: Context, made: list[Fact], doses: list[dict[str, Any]], base: int, text: str) -> None:
    """Give each dose to the drug it is told of: the one before it, or the one right after."""
    for d in doses:
        a, b = d["span"]
        inside = next((f for f in made if f.start <= a and b <= f.end), None)
        if inside:  # "high-dose methotrexate"
            d["owned"] = True
            continue
        before = [f for f in made if f.end <= a]
        after = [f for f in made if f.start >= b]
        owner: Fact | None = None
        if _BLOOD.match(context.text, b):
            before, after = [], [f for f in after if f.start - b <= 6]  # "two units of red cells": of no other drug
        if (
            after
            and after[0].start - b <= 14
            and lazy(r"\s*(?:of\s+|oral\s+|intravenous\s+|iv\s+|tablets?\s+|daily\s+)*", re.I).fullmatch(
                context.text[b : after[0].start]
            )
        ):
            owner = after[0]
            named = before and before[-1].kind != "drug_class" and owner.kind == "drug_class"
            if named and lazy(r"[\s,(:]*").fullmatch(context.text[before[-1].end : a]):
                owner = before[-1]  # "anlotinib, 12 mg qd targeted therapy": the drug has the dose
        elif before and a - before[-1].end <= 90 and _same_drug(context.text[before[-1].end : a]):
            owner = before[-1]
            gap = context.text[owner.end : a]
            if owner.value.get("dosages") and not lazy(
                r"\b(?:to|then|followed|reduced|increased|escalated|after|from|and)\b"
            ).search(context.text[owner.value["dosages"][-1]["span"][1] : a]):
                owner = owner if len(gap) < 60 else None
        elif after and after[0].start - b <= 40:
            owner = after[0]
        if owner:
            d["owned"] = True
            owner.value.setdefault("dosages", []).append(d)
    for f in made:
        if not f.value.get("dosages"):
            s = dosage.schedule(text, base, f.end - base)
            if s:
                f.value["dosages"] = [s]
                f.value["schedules"] = [s]
        m = _route(context, f, made, doses, base, base + len(text))
        if m:
            f.value["route"] = m


def _same_drug(gap: str) -> bool:
    """Say whether what stands between a drug and a dose goes on with the drug: "(80 mg); the dose was raised to"."""
    return ";" not in gap or _OF_DOSE.search(gap) is not None


def _led(context: Context, made: list[Fact], doses: list[dict[str, Any]], base: int, text: str) -> None:
    """Read "weekly carboplatin (AUC 2) and paclitaxel": how often, told before the drugs that are given together."""
    for f in made:
        m = _OFTEN.search(text, 0, f.start - base)
        found = dosage.schedule(text, base, m.start()) if m else None
        if not found or "frequency" not in found or found["span"][1] > f.start:
            continue
        f.value.setdefault("schedules", []).append(found)
        for g in made:
            if g is not f and (g.start < f.start or not _shares(context, text, base, f, g, made, doses)):
                continue
            own = g.value.setdefault("dosages", [])
            if not own:
                own.append(found)
            elif not own[-1].keys() & {"frequency", "days", "cycleLength"}:
                own[-1]["frequency"] = found["frequency"]
                own[-1]["also"] = [found["span"]]


def _route(
    context: Context, drug: Fact, made: list[Fact], doses: list[dict[str, Any]], low: int, high: int
) -> str | None:
    """Return how a drug was given: told after it, or right before it; not what leads to the next drug."""
    text = context.text
    following = min((f.start for f in made if f.start >= drug.end), default=high)
    stop = min(high, drug.end + 45)
    m = dosage.route(text[drug.end : min(stop, following)])
    if m and not (following < high and _LEADS.fullmatch(text, drug.end + m.end(), following)):
        return m.group()
    told = (*(f.end for f in made), *(d["span"][1] for d in doses))
    begin = max([low, drug.start - 25, *(end for end in told if end <= drug.start)])
    m = dosage.route(text[begin : drug.start])
    return m.group() if m and _LEADS.fullmatch(text, begin + m.end(), drug.start) else None


def _share_cycle(context: Context, made: list[Fact], doses: list[dict[str, Any]], base: int, text: str) -> None:
    """Give drugs that are given together the cycle that only the last names: "A (x) and B (y) every 3 weeks"."""
    for f in made:
        for d in f.value.get("dosages", [])[-1:]:
            bracket = _CLOSED.match(text, d["span"][1] - base)
            more = dosage.schedule(text, base, bracket.end()) if bracket else None
            told = d.keys() & {"frequency", "days", "cycleLength"}
            new = ("cycleLength",) if told else ("frequency", "days", "cycleLength", "duration")
            if more and "cycleLength" not in d and any(k in more for k in new):
                d.update({k: more[k] for k in new if k in more})
                d["also"] = [more["span"]]
                f.value.setdefault("schedules", []).append(more)
    for f in made:
        last = f.value.get("dosages", [])[-1:]
        if not last or "cycleLength" not in last[0]:
            continue
        cycle = last[0]["cycleLength"]
        at = text.find(cycle["text"], last[0]["span"][0] - base)
        if at < 0:
            continue
        span = [base + at, base + at + len(cycle["text"])]
        for g in made:
            if g is f or g.end > f.start or not _shares(context, text, base, g, f, made, doses):
                continue
            own = g.value.setdefault("dosages", [])
            if not own:
                own.append({"text": cycle["text"], "span": span, "cycleLength": cycle})
            elif "cycleLength" not in own[-1] and "every" not in str(own[-1].get("frequency", {}).get("text")):
                own[-1]["cycleLength"] = cycle
                own[-1]["also"] = [*own[-1].get("also", []), span]


def _count_cycles(
    context: Context, made: list[Fact], counted: list[dict[str, Any]], doses: list[dict[str, Any]], text: str, base: int
) -> None:
    for c in counted:
        if c["what"] not in ("cycle", "course", "round", "dose", "infusion", "injection") or not made:
            continue
        before = [f for f in made if f.end <= c["span"][0]]
        after = [f for f in made if f.start >= c["span"][1] and f.start - c["span"][1] < 60]
        near = (
            after[:1]
            if after and lazy(r"\s*(?:of|with)\b").match(text[c["span"][1] - base :])
            else before[-1:] or after[:1]
        )
        whole = _in_brackets(made, c["span"][0], text, base)
        if whole:  # "VCD (bortezomib ...; dexamethasone 40 mg) x 4 cycles"
            for g in whole:
                g.value["cycles"] = c["n"]
                g.value["cyclesSpan"] = c["span"]
            continue
        for f in near:
            group = [f] + [g for g in made if g is not f and _joined(text, base, f, g, made, doses)]
            # cycles are of what is given against the tumour, not of the tablets beside it
            group = [g for g in group if _against(context, g)] or group
            if after and _TIMES.match(c["text"]) and _AND.fullmatch(text, c["span"][1] - base, after[0].start - base):
                group = [f]  # "vincristine 1.5 mg/m2 x4, daunorubicin 30 mg/m2 x4 and asparaginase": each its own
            for g in group:
                g.value["cycles"] = c["n"]
                g.value["cyclesSpan"] = c["span"]


def _in_brackets(made: list[Fact], at: int, text: str, base: int) -> list[Fact]:
    """Return a regimen and the drugs spelled out in the brackets behind it, where these close right before *at*."""
    before = text[: at - base].rstrip(" ,")
    if not before.endswith(")"):
        return []
    depth, i = 0, len(before)
    while i > 0:
        i -= 1
        depth += (before[i] == ")") - (before[i] == "(")
        if depth == 0:
            break
    head = [f for f in made if f.kind == "regimen" and 0 <= base + i - f.end <= 24]
    return [head[-1], *(f for f in made if base + i < f.start < at)] if head else []


def _shares(
    context: Context, text: str, base: int, f: Fact, g: Fact, made: list[Fact], doses: list[dict[str, Any]]
) -> bool:
    """Say whether two drugs share what is told once: given together, and both against the tumour or neither."""
    return _against(context, f) == _against(context, g) and _joined(text, base, f, g, made, doses)


def _against(context: Context, fact: Fact) -> bool:
    return fact.kind == "regimen" or context.terms.attr(fact.concept, "class") in ANTITUMOUR


def _joined(text: str, base: int, f: Fact, g: Fact, made: list[Fact], doses: list[dict[str, Any]]) -> bool:
    """Say whether two drugs are given together: only other drugs, doses, commas and "and" between them."""
    first, last = (f, g) if f.start < g.start else (g, f)
    spans = [s for d in doses for s in (d["span"], *d.get("also", ()))]
    told = sorted([(o.start, o.end) for o in made] + [(a, b) for a, b in spans])
    gap, at = "", first.end
    for a, b in told:
        if at <= a and b <= last.start:
            gap += text[at - base : a - base]
            at = b
    gap += text[at - base : last.start - base]
    return bool(lazy(r"[\s,/+&()-]*(?:(?:and|plus|with|combined|in\s+combination)[\s,/+&()-]*)*").fullmatch(gap))


def _carries_dose(text: str) -> bool:
    return bool(
        lazy(
            r"\b(?:infus\w+|administ\w+|inject\w+|given|treat\w+|start\w+|received|reduced\s+to|increased\s+to|irradiat\w+|radio\w+|Gy)\b"
        ).search(text)
    )
