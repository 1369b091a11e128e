"""Which drugs of a sentence the cycles are told of: their length, and how many were given."""

from __future__ import annotations

import re
from typing import Any

from epicrisis.facts import dosage
from epicrisis.facts.context import Context
from epicrisis.facts.dose_sharing import AND, against, joined, shares
from epicrisis.facts.in_order import within
from epicrisis.facts.model import Fact
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

_TIMES = lazy(r"\s?[x×]", re.I)
_LEADS_ON = lazy(r"\s*(?:(?P<of>of)|with)\b")
_CLOSED = lazy(
    r"\s?[)\]](?:\s+(?:was|were)\s+(?:then\s+)?(?:given|administered|continued|repeated|delivered|applied|infused))?",
    re.I,
)
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
            if g is f or g.end > f.start or not shares(context, text, base, g, f, made, doses):
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
_OF_UNKNOWN = lazy(
    r"\s+of\s+(?!(?:RT|TACE|CT|PRRT)\b)[A-Z][A-Za-z]+\b"
)  # "6 cycles of Bev": of a drug by a name not known
_BESIDE = lazy(r"[\s(:]*(?:(?!(?:and|he|she|was|were|then)\b)[\w/-]+\s+){0,3}\(?", re.I)


def count_cycles(
    context: Context, made: list[Fact], counted: list[dict[str, Any]], doses: list[dict[str, Any]], text: str, base: int
) -> None:
    """Give each number of cycles to the drugs that it counts: the one before it, and those given together with it."""
    all_made, all_doses = made, doses
    for c in counted:
        made = within(all_made, c["span"][0] - REACH, c["span"][0] + REACH, lambda f: f.start)
        doses = within(all_doses, c["span"][0] - REACH, c["span"][0] + REACH, lambda d: d["span"][0])
        if c["what"] not in ("cycle", "course", "round", "dose", "infusion", "injection") or not made:
            continue
        before = [f for f in made if f.end <= c["span"][0]]
        after = [f for f in made if f.start >= c["span"][1] and f.start - c["span"][1] < 60]
        if _OF_UNKNOWN.match(text, c["span"][1] - base) and not (
            after and _BESIDE.fullmatch(text, c["span"][1] - base, after[0].start - base)
        ):
            continue
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
            others = [] if c["leads"] else made
            group = [f] + [g for g in others if g is not f and joined(text, base, f, g, made, doses)]
            # cycles are of what is given against the tumour, not of the tablets beside it
            group = [g for g in group if against(context, g)] or group
            if after and _TIMES.match(c["text"]) and AND.fullmatch(text, c["span"][1] - base, after[0].start - base):
                group = [f]  # "vincristine 1.5 mg/m2 x4, daunorubicin 30 mg/m2 x4 and asparaginase": each its own
            for g in group:
                g.value["cycles"] = c["n"]
                g.value["cyclesSpan"] = c["span"]


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
