"""What stands beside a stage: its system, its edition, and the concept of the tables."""

from __future__ import annotations

import re
from functools import cache

from epicrisis import resources
from epicrisis.facts.context import Context
from epicrisis.facts.patterns import any_of, rx, stems_of
from epicrisis.kept import lazy

_EDITION = rx(
    r"\b(?:(?P<n>\d{1,2})(?:st|nd|rd|th)|(?P<w>sixth|seventh|eighth|ninth))\s+"
    r"(?:edition|ed\.?)\b|\b(?:v(?:ersion)?|AJCC|UICC|TNM)[\s-]?(?P<v>[6-9])"
    r"(?!\w|\.\d)|\b(?P<y>20(?:0[29]|1[0-9]|2[0-4]))\b(?=\s+(?:FIGO|version"
    r"|classification|edition|revision|staging))|\b(?:AJCC|UICC|TNM)[\s,/-]{0,3}(?P<n2>[5-9])th\b|(?:FIGO|AJCC|UICC)\s*\(?"
    r"(?P<y2>(?:19|20)\d\d)\)?",
    re.I,
)
# one of these must stand in small letters for it
_EDITION_WORDS = ("edition", "ajcc", "uicc", "tnm", "figo", "version", "classification", "revision")
_MAY_EDITION = rx(r"h\s+ed|d\s+ed|t\s+ed|20\d\d\s+staging|v[\s-]?[6-9]")
_EDITIONS = {"sixth": "6", "seventh": "7", "eighth": "8", "ninth": "9"}


@cache
def stage_words() -> dict[str, re.Pattern[str]]:
    """Return the patterns of `mappings/cues/staging.toml`: systems, and words around what is no stage."""
    data = resources.toml("cues", "staging.toml")

    systems = "|".join(rf"(?P<{k}>\b(?:{any_of(v)})(?![\w-]*\w))" for k, v in data["system"].items())
    return {
        "figo_year": rx(r"\s*\(\s*(?P<y>(?:19|20)\d\d)\s*\)"),
        "system": rx(systems, re.I),
        "before": rx(rf"\b(?:{any_of(data['not_stage']['before'])})\s*(?:\(\w+\)\s*)?,?\s*\Z", re.I),
        "after": rx(rf"[\s,-]*(?:{any_of(data['not_stage']['after'])})\b", re.I),
    }


@cache
def system_stems() -> frozenset[str]:
    """Return the beginnings of the systems' names, for `Context.may`."""
    data = resources.toml("cues", "staging.toml")
    return stems_of([one for listed in data["system"].values() for one in listed])


def place(context: Context, value: dict[str, object], told: tuple[int, int], sentence: tuple[int, int]) -> None:
    """Add the system and the edition that stand beside a stage."""
    (a, b), (low, high) = told, sentence
    text = context.text
    begin, end = max(low, a - 70), min(high, b + 70)
    found = [
        m
        for m in context.find(stage_words()["system"], system_stems(), begin, end)
        if not (a <= m.start() < b and value["kind"] in ("T", "N", "M"))
    ]
    if value["kind"] in ("T", "N", "M"):
        found = [m for m in found if m.lastgroup == "group"]
    elif value["kind"] != "group":
        found = [m for m in found if m.lastgroup == value["kind"]]  # "INRG stage M, INSS stage 4"
    if value["kind"] == "group" and lazy(r"[IV1-4]").match(str(value.get("category", ""))):
        # "BCLC stage C (cT4N0M0, stage IIIB)": letters alone are stages of these
        found = [m for m in found if m.lastgroup not in ("bclc", "dukes", "binet", "inrg")]
    if found:
        near = min(found, key=lambda m: min(abs(m.end() - a), abs(m.start() - b)))
        between = text[near.end() : a] if near.end() <= a else text[b : near.start()]
        if not lazy(r"[;]|\.\s|\bstage\s+[IV0-4]").search(between) and len(between) < 60:
            value["system"] = " ".join(near.group().split())
            if value["kind"] == "group":
                value["kind"] = near.lastgroup or "group"
    if value["kind"] == "masaoka":
        return  # "Masaoka stage IVa (cT3N0M1a, UICC 8th edition)": the edition is that of the TNM
    small = text[begin:end].lower()
    may = any(word in small for word in _EDITION_WORDS) or _MAY_EDITION.search(small)
    m = _EDITION.search(text, begin, end) if may else None
    m = m or stage_words()["figo_year"].match(text, b, high)
    if m and ("system" in value or m.groupdict().get("n2") or "edition" in m.group().lower()):
        named = m.groupdict()
        edition = (
            named.get("n")
            or named.get("n2")
            or named.get("v")
            or named.get("y")
            or named.get("y2")
            or _EDITIONS.get((named.get("w") or "").lower())
        )
        if edition:
            value["edition"] = edition
            value["editionSpan"] = [m.start(), m.end()]


def stage_concept(context: Context, *names: str) -> str | None:
    """Return the concept of the first of some names that the table of stages has."""
    for name in names:
        key = f"staging/{name.lower()}"
        if context.terms.concept(key):
            return key
        found = [c for c in context.terms.lexicon.lookup(name) if c.startswith("staging/")]
        if found:
            return found[0]
    return None


_SYSTEM_NAMES = {
    "figo": "figo stage",
    "annarbor": "ann arbor stage",
    "binet": "binet stage",
    "rai": "rai stage",
    "riss": "r-iss stage",
    "iss": "iss stage",
    "inss": "inss stage",
    "inrg": "inrg stage",
    "bclc": "bclc stage",
    "dukes": "dukes stage",
    "masaoka": "masaoka stage",
    "durie": "durie-salmon stage",
    "irs": "irs group",
    "enneking": "enneking stage",
    "group": "stage",
}


def group_concept(context: Context, kind: str, category: str, modifier: str = "") -> str | None:
    """Return the concept of a stage group of a system, with its modifier where the table has one."""
    name = _SYSTEM_NAMES.get(kind)
    if name is None or (category == "4S" and kind == "group"):
        return None
    category = category.rstrip("rp")
    plain = category.rstrip("AB")
    return stage_concept(
        context,
        f"{name} {category}{modifier}",
        f"{name} {plain}{modifier}{category[len(plain) :]}",
        *([f"{name} {category}"] if kind == "group" else []),
    )
