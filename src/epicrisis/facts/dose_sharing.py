"""Which drug of a sentence a dose or a route is told of, and which drugs share it (`cycle_sharing` tells of cycles)."""

from __future__ import annotations

import re
from typing import Any

from epicrisis.facts import dosage
from epicrisis.facts.context import Context
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.facts.in_order import within
from epicrisis.facts.model import Fact
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

_OFTEN = lazy(r"\b(?:(?:bi|tri)?-?weekly|daily|monthly)\s+(?:(?:oral|intravenous|low-dose|high-dose)\s+)?\Z", re.I)
_OFTEN_AT_ALL = ("weekly", "daily", "monthly")
AND = lazy(r"\s*(?:,|;|\band\b|\bplus\b|\+)\s*(?:and\s+)?")
_OF_DOSE = lazy(r";[^;]*\bdos(?:e|age)\b[^;]*\Z")
# "the dose was increased to 800 mg, and sunitinib was substituted": of the drug told before
_DOSE_WAS = lazy(r"\bdos(?:e|es|age|ing)\s+(?:was|were|had\s+been)\b[^.;,]*\bto\s+\Z", re.I)
_BLOOD = lazy(
    r"\s+(?:of\s+)?(?:packed|red|blood|fresh|platelets?|plasma|p?RBCs?|PRBCs?|FFP|whole|erythrocyte\w*|concentrate\w*)\b"
)
# what stands before a course: "after progression on docetaxel, cabazitaxel was started"
EARLIER = lazy(
    r"\b(?:progress\w*|failure|failed|relaps\w*|recurrence|after|following|despite|refractory|resistan\w*|intoleran\w*|instead)\b[^,.;]*\Z",
    re.I,
)
# "apixaban 2.5 mg, cromolyn 200 mg": a name that no table has stands before its own dose
_OF_ANOTHER = lazy(r"(?:[,;+/]|\b(?:and|plus|with|on)\b|->|→)\s*(?:[\w-]+\s+){0,2}[A-Za-z][\w-]*\s+\(?\Z")
# the words that lead to a dose of the drug itself
_OF_THE_DOSE = lazy(
    r"\b(?:at|an?|the|of|to|then|from|by|for|in|on|over|per|with|and|or|as|is|was|were|being|doses?|dosage|dosing|dosed|daily|weekly|monthly|once|twice"
    r"|oral|orally|intravenous\w*|iv|po|sc|subcutaneous\w*|intramuscular\w*|infusion|bolus|injection|continuous|liposomal|loading|maintenance|initial|starting|total"
    r"|cumulative|maximum|max|standard|low|high|fixed|flat|full|half|single|first|second|third|next|last|new|same|previous|current|target|day|days|week|weeks|cycle|cycles"
    r"|tablets?|capsules?|mg|only|about|approximately|around|up|later|again|now|every|after|before|until|still|mean|level|\w+ly|\w+ing|\w+ed|[A-Z]?\d\w*)\s+\(?\Z",
    re.I,
)
_NAME_BEFORE = lazy(r"\b[a-z]{5,}\s\(?\Z", re.I)
_LEADS = lazy(r"\s*(?:[\w-]+\s+){0,2}")
_NAMED = lazy(r"(?:\A\W*|[.;:,]\s+)[A-Z][a-z][\w-]{2,}\s+\Z")


def attach(context: Context, made: list[Fact], doses: list[dict[str, Any]], base: int, text: str) -> None:
    """Give each dose to the drug it is told of: the one before it, or the one right after."""
    for d in doses:
        if d.get("owned"):
            continue  # of a list of doses
        a, b = d["span"]
        near = within(made, a - REACH, a + REACH, lambda f: f.start)
        inside = next((f for f in near if f.start <= a and b <= f.end), None)
        if inside:  # "high-dose methotrexate"
            d["owned"] = True
            continue
        before = [f for f in near if f.end <= a]
        after = [f for f in near if f.start >= b]
        owner: Fact | None = None
        if _BLOOD.match(context.text, b):
            before, after = [], [f for f in after if f.start - b <= 6]  # "two units of red cells": of no other drug
        since = _since(context, before[-1], a) if before else ""
        if (
            after
            and after[0].start - b <= 14
            and not (before and "\n" in context.text[b : after[0].start])  # another line of a note
            and lazy(r"\s*(?:of\s+|oral\s+|intravenous\s+|iv\s+|tablets?\s+|daily\s+)*", re.I).fullmatch(
                context.text[b : after[0].start]
            )
        ):
            owner = after[0]
            named = before and before[-1].kind != "drug_class" and owner.kind == "drug_class"
            if named and lazy(r"[\s,(:]*").fullmatch(context.text[before[-1].end : a]):
                owner = before[-1]  # "anlotinib, 12 mg qd targeted therapy": the drug has the dose
        elif before and len(since) <= 90 and a - before[-1].end <= 250 and _same_drug(since):
            owner = before[-1]
            gap = context.text[owner.end : a]
            if owner.value.get("dosages") and not lazy(
                r"\b(?:to|then|followed|reduced|increased|escalated|after|from|and)\b"
            ).search(context.text[owner.value["dosages"][-1]["span"][1] : a]):
                owner = owner if len(gap) < 60 else None
        elif (
            not before
            and after
            and "," in context.text[b : after[0].start]
            and _NAMED.search(text, max(0, a - base - 40), a - base)
        ):
            owner = None  # "Levothyrox 75 µg, lercanidipine 10 mg": of the name that no table has
        elif (
            not _of_another(since)
            and after
            and after[0].start - b <= 40
            and not _DOSE_WAS.search(text, max(0, a - base - REACH), a - base)
            and not _of_first(context.text, doses, d, after[0], base)
        ):
            owner = after[0]
        if owner:
            d["owned"] = True
            owner.value.setdefault("dosages", []).append(d)
    routed = dosage.route(text) is not None
    for f in made:
        if not f.value.get("dosages"):
            s = dosage.schedule(text, base, f.end - base)
            if s:
                f.value["dosages"] = [s]
                f.value["schedules"] = [s]
        m = _route(context, f, made, doses, base, base + len(text)) if routed else None
        if m:
            f.value["route"] = m


def _of_first(text: str, doses: list[dict[str, Any]], dose: dict[str, Any], drug: Fact, low: int) -> bool:
    """Say whether a dose is that of a name without a table: "sulindac 150 mg twice daily and tamoxifen 120 mg"."""
    a, b = dose["span"]
    own = any(0 <= d["span"][0] - drug.end <= 3 for d in doses)
    named = _NAME_BEFORE.search(text, max(low, a - 30), a) is not None
    return own and named and AND.match(text, b, drug.start) is not None and _OF_THE_DOSE.search(text, low, a) is None


def _same_drug(gap: str) -> bool:
    """Say whether what stands between a drug and a dose goes on with the drug: "(80 mg); the dose was raised to"."""
    if _of_another(gap):
        return False
    return ";" not in gap or _OF_DOSE.search(gap) is not None


def _of_another(gap: str) -> bool:
    """Say whether a name that no table has stands right before a dose."""
    return _OF_ANOTHER.search(gap) is not None and _OF_THE_DOSE.search(gap) is None


def _since(context: Context, drug: Fact, at: int) -> str:
    """Return the words between a drug, or the last dose that it has already, and *at*."""
    told = [d["span"][1] for d in drug.value.get("dosages", []) if d["span"][1] <= at]
    return context.text[max([drug.end, *told]) : at]


def share_frequency(context: Context, made: list[Fact], doses: list[dict[str, Any]], base: int, text: str) -> None:
    """Read "weekly carboplatin (AUC 2) and paclitaxel": how often, told before the drugs that are given together."""
    if not made:
        return
    small = context.small(made[0].sentence)
    if not any(word in small for word in _OFTEN_AT_ALL):
        return
    for f in made:
        m = _OFTEN.search(text, 0, f.start - base)
        found = dosage.schedule(text, base, m.start()) if m else None
        if not found or "frequency" not in found or found["span"][1] > f.start:
            continue
        f.value.setdefault("schedules", []).append(found)
        for g in made:
            if g is not f and (g.start < f.start or not shares(context, text, base, f, g, made, doses)):
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
    own = drug.value.get("dosages", [])
    others = (d["span"][0] for d in doses if d["span"][0] >= drug.end and d not in own)
    stop = min(high, drug.end + 45, *others)
    m = dosage.route(text[drug.end : min(stop, following)])
    if m and not (following < high and _LEADS.fullmatch(text, drug.end + m.end(), following)):
        return m.group()
    told = (*(f.end for f in made), *(d["span"][1] for d in doses))
    begin = max([low, drug.start - 25, *(end for end in told if end <= drug.start)])
    m = dosage.route(text[begin : drug.start])
    if m and text[begin + m.end() - 1 : begin + m.end() + 1].startswith(".") and _NEXT.match(text, begin + m.end()):
        return None  # "calcium gluconate i.v. Pain under oxycodone"
    return m.group() if m and _LEADS.fullmatch(text, begin + m.end(), drug.start) else None


_NEXT = lazy(r"\.?\s+[A-Z][a-z]")


def shares(
    context: Context, text: str, base: int, f: Fact, g: Fact, made: list[Fact], doses: list[dict[str, Any]]
) -> bool:
    """Say whether two drugs share what is told once: given together, and both against the tumour or neither."""
    return against(context, f) == against(context, g) and joined(text, base, f, g, made, doses)


def against(context: Context, fact: Fact) -> bool:
    """Say whether a drug or a regimen is given against the tumour."""
    return fact.kind == "regimen" or context.terms.attr(fact.concept, "class") in ANTITUMOUR


def joined(text: str, base: int, f: Fact, g: Fact, made: list[Fact], doses: list[dict[str, Any]]) -> bool:
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
    if gap.strip() == "," and EARLIER.search(text, max(0, first.start - base - 60), first.start - base):
        return False  # "after progression on docetaxel, cabazitaxel was started"
    return bool(lazy(r"[\s,/+&()-]*(?:(?:and|plus|with|combined|in\s+combination)[\s,/+&()-]*)*").fullmatch(gap))
