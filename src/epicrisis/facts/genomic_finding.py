"""A finding in genes as a fact: where it was found, and whether it was looked for in vain."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from epicrisis import resources
from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx
from epicrisis.facts.quantity import decimal
from epicrisis.kept import lazy

_PERCENT = rx(
    r"(?P<gap>[^.;]{0,40}?)(?:variant\s+allele\s+(?:frequency|fraction)|VAF|allele\s+frequency"
    r"|allelic\s+frequency|abundance|MAF|\b(?-i:AF))\s*(?:\(\w+\)\s*)?(?:of|was|:"
    r"|=)?\s*(?P<n>\d+(?:[.,]\d+)?)\s?%",
    re.I,
)
_NEXT_SYMBOL = rx(r"[,/]\s*(?:and\s+)?[A-Z][A-Z0-9]{2,}\b|\band\s+[A-Z][A-Z0-9]{2,}\b")


@cache
def words_of_results() -> dict[str, Any]:
    """Return the patterns of `mappings/cues/genomics.toml`: changes, what denies before and after, methods, fusions."""
    data = resources.toml("cues", "genomics.toml")

    def any_of(words: list[str]) -> str:
        return "|".join(w.replace(" ", r"[\s-]+") for w in sorted(words, key=len, reverse=True))

    changes = "|".join(rf"(?P<{k}>(?<![\w])(?:{any_of(v)})(?![\w]))" for k, v in data["change"].items())
    return {
        "change": rx(changes, re.I),
        "before": rx(
            rf"\b(?:{any_of(data['absent']['before'])})\s+(?:(?!(?:{any_of(data['absent']['until'])})\b)[\w/-]+[\s,]+"
            rf"(?:and\s+|or\s+)?){{0,5}}\Z",
            re.I,
        ),
        "after": rx(rf"[\s,]*(?:\w+\s+){{0,3}}?(?:{any_of(data['absent']['after'])})\b", re.I),
        "drug": rx(rf"[\s-]*(?:{any_of(data['not_patient']['after'])})\b", re.I),
        "hotspots": {variant: gene for gene, told in data["hotspot"].items() for variant in told},
        "named": tuple((g, rx(rf"(?<![\w])(?:{any_of(v)})(?![\w])", re.I)) for g, v in data["named_variant"].items()),
        "named_stems": [lazy(r"\W").split(w)[0] for told in data["named_variant"].values() for w in told],
        "fusion": {k: frozenset(v) for k, v in data["fusion"].items()},
        "methods": tuple((k, rx(rf"\b(?:{any_of(v)})\b", re.I)) for k, v in data["method"].items()),
    }


# "FLT3-ITD and NPM1 negative": what is said of the last is said of all
_LISTED_ON = rx(
    r"(?:\s*(?:,|/|and|or|,\s*and)\s*[A-Z][A-Z0-9]{1,9}(?:-[A-Z0-9]{2,5})?){1,6}"
    r"(?=\s(?:(?:were|was|both|all)\s){0,2}(?:negative|not\s+detected|not\s+mutated|wild|absent|undetect))"
)
_BEFORE_COMMA = rx(r"([\w/-]+),")
IS_FOUND = rx(r"\s*:?\s*(?:(?:was|is)\s+)?(?:positive|present|detected|pos\b)", re.I)
_A_VARIANT = rx(r"\s*,\s*[A-Z]\d{2,4}[A-Z]")
_REASON = rx(r"\b(?:because|due\s+to|owing\s+to|based\s+on|given)\b", re.I)
# states of the tumour's genome, which are never inherited
_OF_TUMOUR = frozenset({"msi", "tmb"})
_NOT_OF_IT = rx(
    r"\s*(?:testing|test|analysis|panel|status|origin)?\s*(?:was|is|:)?\s*(?:neg(?:ative)?\b|not\b|absent|wild|excluded|pending)",
    re.I,
)
_PARTED = rx(r"[,;]|\.\s|\n")
_LEADS_ON = rx(r"[\s:-]+[A-Za-z]")  # "KRAS G12R, MSS, germline PALB2"
# "germline PALB2 mutation, KRAS G12R"
_OTHER_FINDING = rx(
    r";|\b[A-Z][A-Z0-9]{2,}\b[^,;]{0,40}\b(?:mutation|variant|mutated|wild-?type)\b[^,;]*,|\b[A-Z][A-Z0-9]{2,},\s[A-Z][A-Z0-9]{2,}\s[A-Z]\d"
)
_OF_ORIGIN = rx(r"[gs]BRCA")  # "gBRCA1 mutated"
_ORIGIN = rx(r"\b(?P<g>germ-?line)\b|\b(?P<s>somatic)\b", re.I)


def absent(context: Context, start: int, end: int, low: int, high: int) -> bool:
    """Say whether what stands at [start, end) of the sentence [low, high) was looked for and not found."""
    words, text = words_of_results(), context.text
    m = words["before"].search(text, max(low, start - 70), start)
    if m and not _REASON.search(text, m.start(), start) and not denies_another(m.group()):
        # "FISH negative for MYC rearrangement, BCL2 rearrangement positive"
        return not ("," in m.group() and IS_FOUND.match(text, end, high))
    listed = _LISTED_ON.match(text, end, min(high, end + 70))
    if listed and _A_VARIANT.fullmatch(listed.group()) and text[end - 1].islower():
        return False  # "EGFR amplification, C797S not detected"
    m = words["after"].match(text, listed.end() if listed else end, min(high, end + 110))
    if m and lazy(r"\s*,\s*[A-Z][A-Z0-9]").match(m.group()):
        return False  # "IDH1 R132C mutation, FGFR2 fusion not detected"
    return bool(m) and not lazy(r"[,;]\s*\w+\s+(?:\w+\s+)?(?:was|were)\b").search(m.group() if m else "")


def denies_another(told: str) -> bool:
    """Say whether a denial ends with its own item of a list: "no regression, BRAF V600K"."""
    change = words_of_results()["change"]
    return any(item.islower() and not change.search(item) for item in _BEFORE_COMMA.findall(told))


def finding(context: Context, start: int, end: int, low: int, high: int, **value: object) -> Fact:
    """Return the fact, with its result, its origin (germline, somatic) and its share of reads where they are told."""
    found: dict[str, Any] = {k: v for k, v in value.items() if v is not None}
    if "result" not in found:
        found["result"] = "absent" if absent(context, start, end, low, high) else "present"
    origin = None if found.get("change") in _OF_TUMOUR else _origin(context.text, start, end, low, high)
    origin = (
        {"g": "germline", "s": "somatic"}.get(context.text[start]) if _OF_ORIGIN.match(context.text, start) else origin
    )
    if origin:
        found["origin"] = origin
    share = _PERCENT.match(context.text, end, high)
    if share and found["result"] == "present" and not _NEXT_SYMBOL.search(share["gap"]):
        found["percent"] = decimal(share["n"])
    return context.fact("genomic", start, end, concept=found.pop("geneConcept", None), value=found)


def _origin(text: str, start: int, end: int, low: int, high: int) -> str | None:
    """Return germline or somatic, where the word is told of the finding at [start, end) and not of another one."""
    told = None
    for m in _ORIGIN.finditer(text, max(low, start - 50), min(high, end + 30)):
        if _NOT_OF_IT.match(text, m.end(), high):
            continue  # "RET M918T (germline neg, somatic pos)"
        if m.start() >= end:
            if told is None and not (_PARTED.search(text, end, m.start()) and _LEADS_ON.match(text, m.end(), high)):
                told = m
            break
        if not _OTHER_FINDING.search(text, m.end(), start):
            told = m
    return None if told is None else "germline" if told["g"] else "somatic"


_SCORED = rx(r"\s*(?:score\s*)?[0-3]\s?\+")  # "HER2 IHC 2+" is of that stain alone
_TOLD_OF_LAST = rx(r"(?:\bby|\bon|\bin|\busing|\bwith|[(\[])\s*(?:the\s+)?\Z", re.I)


def methods(context: Context, made: list[Fact], low: int, high: int) -> list[str | None]:
    """Return how each finding of the sentence [low, high) was made, where the sentence says so.

    "ALK rearrangement by FISH" and "HER2 negative (IHC 1+)" speak of what stands before them,
    "NGS showed" of what comes; a method told once counts for the sentence unless brackets or a
    semicolon part it from the finding.
    """
    text = context.text
    told = sorted((m.start(), k, m) for k, p in words_of_results()["methods"] for m in p.finditer(text, low, high))
    # what tells the method of one finding by its own words ("FISH amplified") says nothing of the next
    own = [(f.start, f.end) for f in made if f.value.get("method")]
    told = [t for t in told if not (any(a <= t[0] < b for a, b in own) or _SCORED.match(text, t[2].end(), high))]
    found: list[str | None] = [None] * len(made)
    free: list[tuple[int, str, int]] = []  # where it stands, what it is, and how far it may speak
    for at, kind, _ in told:
        lead = _TOLD_OF_LAST.search(text, max(low, at - 12), at)
        before = [i for i, f in enumerate(made) if f.end <= at and ";" not in text[f.end : at]]
        last = max(before, key=lambda i: made[i].end, default=None)
        if lead and last is not None:
            if not context.hits_in(made[last].end, at, "genes", "markers"):
                found[last] = found[last] or kind
        limit = high
        if lead and lead.group()[0] in "([":
            close = lazy(r"[)\]]").search(text, at, high)
            limit = close.start() if close else high
        free.append((at, kind, limit))
    for i, fact in enumerate(made):
        if found[i] is None and free:
            near = [k for at, k, limit in free if at < fact.start < limit and ";" not in text[at : fact.start]]
            after = [
                k for at, k, limit in free if at >= fact.start and limit == high and ";" not in text[fact.end : at]
            ]
            found[i] = near[-1] if near else after[0] if after else None
    return found
