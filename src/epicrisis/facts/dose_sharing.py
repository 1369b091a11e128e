"""Which drug of a sentence a dose, a route or a number of cycles is told of, and which drugs share it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from typing import Any, TypeVar

from epicrisis.facts import dosage
from epicrisis.facts.context import Context
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.facts.model import Fact
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

_OFTEN = lazy(r"\b(?:(?:bi|tri)?-?weekly|daily|monthly)\s+(?:(?:oral|intravenous|low-dose|high-dose)\s+)?\Z", re.I)
_OFTEN_AT_ALL = ("weekly", "daily", "monthly")
_TIMES = lazy(r"\s?[x×]", re.I)
_LEADS_ON = lazy(r"\s*(?:(?P<of>of)|with)\b")
_AND = lazy(r"\s*(?:,|;|\band\b|\bplus\b|\+)\s*(?:and\s+)?")
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
_Told = TypeVar("_Told")
_NAME_BEFORE = lazy(r"\b[a-z]{5,}\s\(?\Z", re.I)
_LEADS = lazy(r"\s*(?:[\w-]+\s+){0,2}")
_NAMED = lazy(r"(?:\A\W*|[.;:,]\s+)[A-Z][a-z][\w-]{2,}\s+\Z")
_CLOSED = lazy(
    r"\s?[)\]](?:\s+(?:was|were)\s+(?:then\s+)?(?:given|administered|continued|repeated|delivered|applied|infused))?",
    re.I,
)


def attach(context: Context, made: list[Fact], doses: list[dict[str, Any]], base: int, text: str) -> None:
    """Give each dose to the drug it is told of: the one before it, or the one right after."""
    for d in doses:
        a, b = d["span"]
        near = _around(made, a, lambda f: f.start)
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
    return own and named and _AND.match(text, b, drug.start) is not None and _OF_THE_DOSE.search(text, low, a) is None


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
_IN_WEEKS = lazy(r"every|week|month", re.I)  # "weekly paclitaxel plus bevacizumab q2w": each has its own


def share_cycle(context: Context, made: list[Fact], doses: list[dict[str, Any]], base: int, text: str) -> None:
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
        if "value" not in cycle:
            continue  # "3 weeks on, 1 week off" is one drug's own
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
            elif "frequency" in own[-1] and "days" not in own[-1]:
                continue  # "lenvatinib 20 mg daily plus pembrolizumab 200 mg q3w"
            elif "cycleLength" not in own[-1] and not _IN_WEEKS.search(str(own[-1].get("frequency", {}).get("text"))):
                own[-1]["cycleLength"] = cycle
                own[-1]["also"] = [*own[-1].get("also", []), span]


# "six cycles adjuvant FOLFOX", but not "after 4 doses he developed pneumonitis, and prednisone was begun"
_BESIDE = lazy(r"[\s(:]*(?:(?!(?:and|he|she|was|were|then)\b)[\w/-]+\s+){0,3}\(?", re.I)


def count_cycles(
    context: Context, made: list[Fact], counted: list[dict[str, Any]], doses: list[dict[str, Any]], text: str, base: int
) -> None:
    """Give each number of cycles to the drugs that it counts: the one before it, and those given together with it."""
    all_made, all_doses = made, doses
    for c in counted:
        made = _around(all_made, c["span"][0], lambda f: f.start)
        doses = _around(all_doses, c["span"][0], lambda d: d["span"][0])
        if c["what"] not in ("cycle", "course", "round", "dose", "infusion", "injection") or not made:
            continue
        before = [f for f in made if f.end <= c["span"][0]]
        after = [f for f in made if f.start >= c["span"][1] and f.start - c["span"][1] < 60]
        near = (
            after[:1]
            if after and (c["leads"] or _counts_what_follows(text, c, base, bool(before)))
            else before[-1:] or [f for f in after[:1] if _BESIDE.fullmatch(text, c["span"][1] - base, f.start - base)]
        )
        whole = _in_brackets(made, c["span"][0], text, base)
        if whole:  # "VCD (bortezomib ...; dexamethasone 40 mg) x 4 cycles"
            for g in whole:
                g.value["cycles"] = c["n"]
                g.value["cyclesSpan"] = c["span"]
            continue
        for f in near:
            joined = [] if c["leads"] else made
            group = [f] + [g for g in joined if g is not f and _joined(text, base, f, g, made, doses)]
            # cycles are of what is given against the tumour, not of the tablets beside it
            group = [g for g in group if _against(context, g)] or group
            if after and _TIMES.match(c["text"]) and _AND.fullmatch(text, c["span"][1] - base, after[0].start - base):
                group = [f]  # "vincristine 1.5 mg/m2 x4, daunorubicin 30 mg/m2 x4 and asparaginase": each its own
            for g in group:
                g.value["cycles"] = c["n"]
                g.value["cyclesSpan"] = c["span"]


def _around(found: list[_Told], at: int, place: Callable[[_Told], int]) -> list[_Told]:
    """Return of drugs or doses, which are in order, those that stand not too far from *at*."""
    first = bisect_left(found, at - REACH, key=place)
    return found[first : bisect_left(found, at + REACH, lo=first, key=place)]


def _counts_what_follows(text: str, c: dict[str, Any], base: int, named: bool) -> bool:
    """Say whether "six cycles of/with" leads to its drug; "Taxol x 12 with", "given for 12 cycles with" look back."""
    m = _LEADS_ON.match(text, c["span"][1] - base)
    if m is None or m["of"] or not named:
        return m is not None
    return not (_TIMES.match(c["text"]) or text[: c["span"][0] - base].endswith(("for ", "after ")))


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
    if gap.strip() == "," and EARLIER.search(text, max(0, first.start - base - 60), first.start - base):
        return False  # "after progression on docetaxel, cabazitaxel was started"
    return bool(lazy(r"[\s,/+&()-]*(?:(?:and|plus|with|combined|in\s+combination)[\s,/+&()-]*)*").fullmatch(gap))
