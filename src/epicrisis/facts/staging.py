"""Stages: TNM categories, stage groups, and the systems of single diseases.

Value: {"kind": T | N | M | group | figo | annarbor | binet | ..., "category": "T2b" | "IIIC",
"prefix": "p" | "yp" | "c",
"edition", "system", "basis": clinical | pathologic, "set": offset of the expression it belongs to,
"value"}.
A T without prefix, N or a word of staging is a vertebra or an MR sequence.
"""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.covered import Covered
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import roman, rx
from epicrisis.facts.residual import residual_tumour
from epicrisis.facts.scores import SCORES, read_scores
from epicrisis.facts.stage_context import group_concept, place, stage_concept, stage_words, system_stems
from epicrisis.facts.tnm import categories
from epicrisis.kept import lazy

# capitals, or more than one letter: "staging is" is no stage I
_ROMAN = r"(?:(?-i:IV|I{1,3}|[0-4Ⅰ-Ⅳ])|(?:iv|i{2,3})(?![a-z]))"
_STAGE = rx(
    rf"(?<![\w-])(?P<pre>(?-i:[cpf]|yp|yc))?stag(?:e|ed|ing)s?\s*(?:group(?:ing)?\s*)?(?:was\s+|is\s+"
    rf"|of\s+|as\s+|at\s+|to\s+be\s+|:\s*|=\s*|\(\s*)*(?:stage\s+)?(?P<v>{_ROMAN}\s?-?"
    rf"(?P<s>[A-Ea-e](?:[1-3](?-i:[rp])?|i{{1,2}})?|[1-3](?=\b))?)(?P<mod>(?-i:\s?[EXSB]{{1,3}}"
    rf"|\s?\([EXSBA]\)))?(?P<to>\s?(?:[-–/]|or|to)\s?(?:{_ROMAN})[A-Ea-e]?)?"
    rf"(?![\w.]*\d)(?![A-Za-z])",
    re.I,
)
_WORDED = rx(r"\b(?P<v>limited|extensive|extended)[\s-](?:stage|disease)\b", re.I)
_BASIS = rx(r"\b(?P<c>clinical(?:ly)?)\b|\b(?P<p>pathologic(?:al)?(?:ly)?|postoperative|surgical)\b", re.I)


_GRAFT = rx(r"GVHD|GvHD|graft[\s-](?:versus|vs\.?)[\s-]host", re.I)
_CATEGORY = rx(r"[TNM](?:[0-4xX]|(?<=T)(?:is|a))")


def extract(context: Context) -> list[Fact]:
    """Return stage facts: one per category, group or score."""
    facts: list[Fact] = []
    tnm = context.holding(_CATEGORY)
    named, scored = context.having(system_stems()), context.having(SCORES)
    for index, s in context.patient_sentences():
        found = categories(context, s.start, s.end) if index in tnm else []
        small = context.small(index)
        if "stag" in small or "limited" in small or "extensive" in small:
            found += _groups(context, s.start, s.end)
        facts += found
        if index in named:
            covered = Covered(found)
            facts += [f for f in _named(context, s.start, s.end) if not covered.overlaps(f.start, f.end)]
        if index in scored:
            facts += read_scores(context, s.start, s.end)
        text = context.text[s.start : s.end]
        if "R0" in text or "R1" in text or "R2" in text or "RX" in text:
            facts += residual_tumour(context, s.start, s.end)
    return _once(facts)


def _groups(context: Context, low: int, high: int) -> list[Fact]:
    text, words = context.text, stage_words()
    facts = []
    for m in _STAGE.finditer(text, low, high):
        if words["after"].match(text, m.end(), high) or words["before"].search(
            text, max(low, m.start() - 40), m.start()
        ):
            continue
        if _of_graft(context, max(low, m.start() - 120), m.start()):
            continue
        if lazy(r"stag(?:e|ing)s?\s+(?:i|0)\b(?!\s*[,.)])").match(m.group()) or lazy(
            r"\s*(?:patients\b|tumou?rs\s+(?:are|have)\b|(?:weeks|months|days|years)\b)"
        ).match(text[m.end() : high]):
            continue
        if (
            lazy(r"staging\s", re.I).match(m.group())
            and not lazy(r"staging\s*(?:was|is|:|as|of|=|\(|group)", re.I).match(m.group())
            and m["v"].isdigit()
        ):
            continue
        value: dict[str, object] = {"kind": "group", "set": m.start()}
        category = roman(lazy(r"[\s-]").sub("", m["v"]).upper())
        category = lazy(r"(?<=\d)[RP]$").sub(lambda x: x.group().lower(), category)  # FIGO's "IIIC1r": seen by imaging
        value["category"] = category
        if m["mod"]:
            value["modifier"] = m["mod"].strip(" ()").upper()
            if category.isdigit():
                value["category"] = category = category + str(value.pop("modifier"))
        if m["to"]:
            value["to"] = roman(lazy(r"[\s/–-]|or|to").sub("", m["to"]))
        place(context, value, m.span(), (low, high))
        if m["pre"]:
            value["basis"] = "clinical" if m["pre"].endswith("c") else "pathologic"  # "cStage IVB"
        if "basis" not in value:
            basis = _BASIS.search(text, max(low, m.start() - 30), m.start())
            if basis:
                value["basis"] = "clinical" if basis["c"] else "pathologic"
        value["value"] = text[m.start("v") : m.end()].strip()
        concept = group_concept(context, str(value["kind"]), category, str(value.get("modifier", "")))
        facts.append(context.fact("stage", m.start(), m.end(), concept=concept, value=value))
    for m in _WORDED.finditer(text, low, high):
        if lazy(r"small[\s-]cell|SCLC|Wegener|GPA", re.I).search(text[low:high]):
            word = "extensive" if m["v"].lower().startswith("ext") else "limited"
            value = {"kind": "valsg", "category": word, "value": word, "set": m.start()}
            facts.append(
                context.fact(
                    "stage",
                    m.start(),
                    m.end(),
                    concept=stage_concept(context, f"{word} stage"),
                    value=value,
                )
            )
    return facts


def _of_graft(context: Context, low: int, at: int) -> bool:
    """Say whether a stage is that of an organ in graft-versus-host disease: "aGVHD grade II (skin stage 3, gut stage 0)"."""
    told = list(_GRAFT.finditer(context.text, low, at))
    return bool(told) and not context.hits_in(told[-1].end(), at, "cancers")


def _named(context: Context, low: int, high: int) -> list[Fact]:
    """Return stages told by the system's name without the word stage: "Dukes B", "FIGO IIIC",
    "BCLC-C", "Rai 2", "INRG L2".
    """
    text = context.text
    facts = []
    for m in context.find(stage_words()["system"], system_stems(), low, high):
        kind = m.lastgroup or "group"
        tail = _NAMED[kind].match(text, m.end(), high) if kind in _NAMED else _NAMED["other"].match(text, m.end(), high)
        if tail is None:
            continue
        if kind == "group" and not lazy(r"[\s(]*I").match(tail.group()):
            continue
        if kind == "inrg" and tail["v"].upper() not in ("L1", "L2", "M", "MS"):
            continue
        category = lazy(r"[\s-]").sub("", tail["v"]).upper()
        value: dict[str, object] = {
            "kind": kind,
            "category": category,
            "system": m.group(),
            "value": tail["v"],
            "set": m.start(),
        }
        place(context, value, (m.start(), tail.end()), (low, high))
        value["kind"] = kind
        facts.append(
            context.fact(
                "stage",
                m.start(),
                tail.end("v"),
                concept=group_concept(context, kind, category),
                value=value,
            )
        )
    return facts


_TAIL = (
    r"(?:[\s:(-]|'s|’s|stage\b|class(?:ification)?\b|group\b|staging\b"
    r"|system\b|score\b|was\b|is\b|of\b|\d{4}\)?\s){0,6}"
)
_ROMAN_TAIL = rf"{_TAIL}(?P<v>(?:IV|I{{1,3}})\s?[A-Ea-e]?[1-3]?)(?![\w])"
_NAMED = {
    "other": rx(_ROMAN_TAIL),
    "figo": rx(
        rf"{_TAIL}(?P<v>(?:IV|I{{1,3}})\s?[A-Ca-c]?[1-3]?|[1-4][ABCabc][1-3]?)"
        rf"(?![\w])"
    ),
    "dukes": rx(rf"{_TAIL}(?P<v>[A-D][1-3]?)(?![\w])"),
    "binet": rx(rf"{_TAIL}(?P<v>[A-C])(?![\w])"),
    "rai": rx(rf"{_TAIL}(?P<v>[0-4]|I{{1,3}}|IV)(?![\w])"),
    "bclc": rx(rf"{_TAIL}(?P<v>[0A-D])(?![\w])"),
    "inrg": rx(rf"{_TAIL}(?P<v>L1|L2|MS|M)(?![\w])"),
    "inss": rx(rf"{_TAIL}(?P<v>[1-3][ABab]?|4S?|IV|I{{1,3}})(?![\w])"),
    "riss": rx(rf"{_TAIL}(?P<v>I{{1,3}}|[1-3])(?![\w])"),
    "iss": rx(rf"{_TAIL}(?P<v>I{{1,3}}|[1-3])(?![\w])"),
    "group": rx(_ROMAN_TAIL),
    "annarbor": rx(rf"{_TAIL}(?P<v>(?:IV|I{{1,3}}|[1-4])\s?[ABEXS]{{0,3}})(?![\w])"),
    "irs": rx(rf"{_TAIL}(?P<v>IV|I{{1,3}}|[1-4])(?![\w])"),
    "masaoka": rx(rf"{_TAIL}(?P<v>(?:IV|I{{1,3}})[ABab]?|[1-4][ABab]?)(?![\w])"),
}


def _once(facts: list[Fact]) -> list[Fact]:
    """Drop a group that a named stage covers with the same words."""
    kept: list[Fact] = []
    for fact in sorted(facts, key=lambda f: (f.start, -f.end)):
        inside = any(
            (k.start <= fact.start and fact.end <= k.end and (k.start, k.end) != (fact.start, fact.end))
            or (k.start < fact.end and fact.start < k.end and k.value.get("category") == fact.value.get("category"))
            for k in kept[-8:]  # spans are short: only the last can reach here
        )
        if not inside:
            kept.append(fact)
    return kept
