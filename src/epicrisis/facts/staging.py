"""Stages: TNM categories, stage groups, and the systems of single diseases.

Value: {"kind": T | N | M | group | figo | annarbor | binet | ..., "category": "T2b" | "IIIC",
"prefix": "p" | "yp" | "c",
"edition", "system", "basis": clinical | pathologic, "set": offset of the expression it belongs to,
"value"}.
A T without prefix, N or a word of staging is a vertebra or an MR sequence.
"""

from __future__ import annotations

import re
from functools import cache

from epicrisis import resources
from epicrisis.facts.context import Context
from epicrisis.facts.covered import Covered
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx, stems_of
from epicrisis.facts.scores import read_scores
from epicrisis.kept import lazy

_T = rx(
    r"(?<![\w-])(?P<p>(?:[ymar]{0,2}[cp]|[yrua])?)T(?P<v>is(?:\s?\([^()\s]{1,8}\))?"
    r"|[0-4][a-e]?(?:i{1,3}|[1-3])?(?:mi)?|a(?![a-z])|[xX])(?P<m>\s?\((?:m|\d{1,2}"
    r"|is|s|multi)\))?(?=(?:[\s,;/]{0,3}[cpyra]{0,2}N\d)|(?:[\s,;/]{0,3}[cpyra]{0,2}N[xX])"
    r"|[\s,;.:/)\]]|$)"
)
_N = rx(
    r"(?P<p>(?:[ymar]{0,2}[cp]|[yrua])?)N(?P<v>[0-3][a-d]?(?:i{1,3})?(?:mi)?"
    r"|[xX])(?P<m>\s?\(\s?(?:sn|i[-+–]|mol[-+–]|f|\d{1,3}\s?/\s?\d{1,3}"
    r"|i[-+]\s?\(sn\))\s?\))?(?![\w-])"
)
_NM = rx(
    r"(?P<p>(?:[ymar]{0,2}[cp]|[yrua])?)N(?P<v>[0-3][a-d]?(?:i{1,3})?(?:mi)?"
    r"|[xX])(?P<m>\s?\(\s?(?:sn|i[-+–]|mol[-+–]|f|\d{1,3}\s?/\s?\d{1,3})\s?\))?"
    r"(?=[\s,;/]{0,3}[cpyra]{0,2}M[01xX])"
)
_M = rx(
    r"(?P<p>(?:[ymar]{0,2}[cp]|[yrua])?)M(?P<v>[01][a-e]?|[xX])(?P<m>\s?\("
    r"(?:[A-Z]{3}(?:,\s?[A-Z]{3}){0,5}|[01]|i\+|cy\+|mol\+)\))?(?![\w-])"
)
_GAP = rx(r"[\s,;/]{0,3}(?:and\s+)?")
_ALONE_N = rx(
    r"(?<![\w-])(?P<p>y?[cp])N(?P<v>[0-3][a-d]?(?:mi)?|[xX])(?P<m>\s?\(\s?"
    r"(?:sn|i[-+]|\d{1,3}\s?/\s?\d{1,3})\s?\))?(?![\w-])"
)
_ALONE_M = rx(r"(?<![\w-])(?P<p>y?[cp])M(?P<v>[01][a-d]?|[xX])(?![\w-])")
_T_CUE = rx(
    r"\b(?:stag(?:e|ed|ing)|TNM|categor(?:y|ized)|classified|AJCC|UICC"
    r"|classification)\b[^.;]{0,30}\Z",
    re.I,
)
_T_AFTER = rx(
    r"\s*(?:stage\b|disease\b|tumou?r\b|cancer\b|carcinoma\b|lesion\b|category\b|adenocarcinoma\b)",
    re.I,
)
_T_NOT = rx(
    r"[\s-]*(?:W\b|WI|weighted|signal|hyper|hypo|iso|sequence|MR|image"
    r"|FLAIR|relax|vertebra|level|spine|rib|body|cells?|helper|axial|sagittal"
    r"|coronal|phase|contrast|FSE|TSE|map|-|to\s+T|and\s+T[1-3]\b(?!\s*N))",
    re.I,
)
# capitals, or more than one letter: "staging is" is no stage I
_ROMAN = r"(?:(?-i:IV|I{1,3}|[0-4])|(?:iv|i{2,3})(?![a-z]))"
_STAGE = rx(
    rf"(?<![\w-])(?P<pre>(?-i:[cpf]|yp|yc))?stag(?:e|ed|ing)s?\s*(?:group(?:ing)?\s*)?(?:was\s+|is\s+"
    rf"|of\s+|as\s+|at\s+|to\s+be\s+|:\s*|=\s*|\(\s*)*(?:stage\s+)?(?P<v>{_ROMAN}\s?-?"
    rf"(?P<s>[A-Ea-e](?:[1-3](?-i:[rp])?|i{{1,2}})?|[1-3](?=\b))?)(?P<mod>(?-i:\s?[EXSB]{{1,3}}"
    rf"|\s?\([EXSBA]\)))?(?P<to>\s?(?:[-–/]|or|to)\s?(?:{_ROMAN})[A-Ea-e]?)?"
    rf"(?![\w.]*\d)(?![A-Za-z])",
    re.I,
)
# a group's numeral right behind its categories, without the word stage
_BARE_GROUP = rx(
    r"\s?(?:,\s?|;\s?|/\s?|\(\s?|-\s?|=\s?|:\s?)(?P<v>(?:IV|I{1,3})\s?(?:[A-Ca-c][1-3]?)?)(?=\s?(?:[(),.;\]]|\Z))"
)
_WORDED = rx(r"\b(?P<v>limited|extensive|extended)[\s-](?:stage|disease)\b", re.I)
_EDITION = rx(
    r"\b(?:(?P<n>\d{1,2})(?:st|nd|rd|th)|(?P<w>sixth|seventh|eighth|ninth))\s+"
    r"(?:edition|ed\.?)\b|\b(?:v(?:ersion)?|AJCC|UICC|TNM)[\s-]?(?P<v>[6-9])"
    r"(?!\w|\.\d)|\b(?P<y>20(?:0[29]|1[0-9]|2[0-4]))\b(?=\s+(?:FIGO|version"
    r"|classification|edition|revision|staging))|\b(?:AJCC|UICC|TNM)[\s,/-]{0,3}(?P<n2>[5-9])th\b|(?:FIGO|AJCC|UICC)\s*\(?"
    r"(?P<y2>(?:19|20)\d\d)\)?",
    re.I,
)
_EDITIONS = {"sixth": "6", "seventh": "7", "eighth": "8", "ninth": "9"}
_BASIS = rx(r"\b(?P<c>clinical(?:ly)?)\b|\b(?P<p>pathologic(?:al)?(?:ly)?|postoperative|surgical)\b", re.I)


@cache
def _words() -> dict[str, re.Pattern[str]]:
    data = resources.toml("cues", "staging.toml")

    def any_of(words: list[str]) -> str:
        return "|".join(w.replace(" ", r"\s+") for w in words)

    systems = "|".join(rf"(?P<{k}>\b(?:{any_of(v)})(?![\w-]*\w))" for k, v in data["system"].items())
    return {
        "figo_year": rx(r"\s*\(\s*(?P<y>(?:19|20)\d\d)\s*\)"),
        "system": rx(systems, re.I),
        "before": rx(rf"\b(?:{any_of(data['not_stage']['before'])})\s*(?:\(\w+\)\s*)?,?\s*\Z", re.I),
        "after": rx(rf"[\s,-]*(?:{any_of(data['not_stage']['after'])})\b", re.I),
    }


@cache
def _systems() -> frozenset[str]:
    data = resources.toml("cues", "staging.toml")
    return stems_of([one for listed in data["system"].values() for one in listed])


def extract(context: Context) -> list[Fact]:
    """Return stage facts: one per category, group or score."""
    facts: list[Fact] = []
    for index, s in context.patient_sentences():
        text = context.text[s.start : s.end]
        tnm = _tnm(context, s.start, s.end) if lazy(r"T(?:is|[0-4axX])|[cp][NM][0-3xX]").search(text) else []
        found = tnm
        if lazy(r"stag|limited|extensive", re.I).search(text):
            found = tnm + _groups(context, s.start, s.end)
        covered = Covered(found)
        facts += found
        if context.may(index, _systems()):
            facts += [f for f in _named(context, s.start, s.end) if not covered.overlaps(f.start, f.end)]
        facts += read_scores(context, s.start, s.end)
    return _once(facts)


def _tnm(context: Context, low: int, high: int) -> list[Fact]:
    text = context.text
    facts: list[Fact] = []
    covered = low
    for m in _T.finditer(text, low, high):
        if m.start() < covered:
            continue
        parts = [("T", m)]
        at = m.end()
        gap = _GAP.match(text, at, high)
        n = (_NM.match(text, gap.end(), high) or _N.match(text, gap.end(), high)) if gap else None
        if n:
            parts.append(("N", n))
            at = n.end()
            gap = _GAP.match(text, at, high)
        found = _M.match(text, gap.end(), high) if gap else None
        if found and (n or found["p"]):
            parts.append(("M", found))
            at = found.end()
        if len(parts) == 1 and not _alone(text, m, low, high):
            continue
        covered = at
        facts += [_category(context, kind, part, (m.start(), at), (low, high)) for kind, part in parts]
        bare = _BARE_GROUP.match(text, at, high) if n else None
        if bare:
            facts.append(_bare_group(context, bare, m.start(), (low, high)))
    taken = Covered(facts)
    for kind, pattern in (("N", _ALONE_N), ("M", _ALONE_M)):
        for m in pattern.finditer(text, low, high):
            if not taken.overlaps(m.start(), m.end()):
                facts.append(_category(context, kind, m, m.span(), (low, high)))
    return facts


def _alone(text: str, m: re.Match[str], low: int, high: int) -> bool:
    """Say whether a T without N is a category of a tumour."""
    if _T_NOT.match(text, m.end(), high):
        return False
    if m["p"]:
        return True
    if lazy(r"\b(?:free|TSH|thyrox\w*|vertebra\w*|spine|MRI?|level|at|C\d|L\d|T\d{1,2})\b[\s,/-]*\Z", re.I).search(
        text[max(low, m.start() - 14) : m.start()]
    ):
        return False
    return bool(_T_AFTER.match(text, m.end(), high) or _T_CUE.search(text, max(low, m.start() - 50), m.start()))


def _category(context: Context, kind: str, m: re.Match[str], told: tuple[int, int], sentence: tuple[int, int]) -> Fact:
    category = kind + lazy(r"\s").sub("", m["v"])
    category = category[:-1] + "X" if category[-1] == "x" and len(category) == 2 else category
    value: dict[str, object] = {"kind": kind, "category": category, "set": told[0]}
    if m["p"]:
        value["prefix"] = m["p"]
    suffix = m.groupdict().get("m")
    if suffix:
        value["suffix"] = suffix.strip()
    _where(context, value, told, sentence)
    prefix = m["p"].replace("y", "").replace("r", "")
    if prefix in ("p", "c"):
        value["basis"] = "pathologic" if prefix == "p" else "clinical"
    value["value"] = m["p"] + category
    concept = _concept(
        context,
        *([f"{m['p']}{category}{suffix.strip()}"] if suffix else []),
        f"{m['p']}{category}",
        category,
    )
    return context.fact("stage", m.start(), m.end(), concept=concept, value=value)


def _bare_group(context: Context, m: re.Match[str], first: int, sentence: tuple[int, int]) -> Fact:
    """Return the group of "pT4bN1bM1, IVC"."""
    category = lazy(r"\s").sub("", m["v"]).upper()
    value: dict[str, object] = {"kind": "group", "category": category, "value": m["v"], "set": first}
    _where(context, value, m.span("v"), sentence)
    concept = _group_concept(context, str(value["kind"]), category)
    return context.fact("stage", m.start("v"), m.end("v"), concept=concept, value=value)


def _groups(context: Context, low: int, high: int) -> list[Fact]:
    text, words = context.text, _words()
    facts = []
    for m in _STAGE.finditer(text, low, high):
        if words["after"].match(text, m.end(), high) or words["before"].search(
            text, max(low, m.start() - 40), m.start()
        ):
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
        category = lazy(r"[\s-]").sub("", m["v"]).upper()
        category = lazy(r"(?<=\d)[RP]$").sub(lambda x: x.group().lower(), category)  # FIGO's "IIIC1r": seen by imaging
        value["category"] = category
        if m["mod"]:
            value["modifier"] = m["mod"].strip(" ()").upper()
            if category.isdigit():
                value["category"] = category = category + str(value.pop("modifier"))
        if m["to"]:
            value["to"] = lazy(r"[\s/–-]|or|to").sub("", m["to"])
        _where(context, value, m.span(), (low, high))
        if m["pre"]:
            value["basis"] = "clinical" if m["pre"].endswith("c") else "pathologic"  # "cStage IVB"
        if "basis" not in value:
            basis = _BASIS.search(text, max(low, m.start() - 30), m.start())
            if basis:
                value["basis"] = "clinical" if basis["c"] else "pathologic"
        value["value"] = text[m.start("v") : m.end()].strip()
        concept = _group_concept(context, str(value["kind"]), category, str(value.get("modifier", "")))
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
                    concept=_concept(context, f"{word} stage"),
                    value=value,
                )
            )
    return facts


def _named(context: Context, low: int, high: int) -> list[Fact]:
    """Return stages told by the system's name without the word stage: "Dukes B", "FIGO IIIC",
    "BCLC-C", "Rai 2", "INRG L2".
    """
    text = context.text
    facts = []
    for m in _words()["system"].finditer(text, low, high):
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
        _where(context, value, (m.start(), tail.end()), (low, high))
        value["kind"] = kind
        facts.append(
            context.fact(
                "stage",
                m.start(),
                tail.end("v"),
                concept=_group_concept(context, kind, category),
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


def _where(context: Context, value: dict[str, object], told: tuple[int, int], sentence: tuple[int, int]) -> None:
    """Add the system and the edition that stand beside a stage."""
    (a, b), (low, high) = told, sentence
    text = context.text
    begin, end = max(low, a - 70), min(high, b + 70)
    found = [
        m
        for m in _words()["system"].finditer(text, begin, end)
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
    m = _EDITION.search(text, begin, end) or _words()["figo_year"].match(text, b, high)
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


def _concept(context: Context, *names: str) -> str | None:
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


def _group_concept(context: Context, kind: str, category: str, modifier: str = "") -> str | None:
    name = _SYSTEM_NAMES.get(kind)
    if name is None or (category == "4S" and kind == "group"):
        return None
    category = category.rstrip("rp")
    plain = category.rstrip("AB")
    return _concept(
        context,
        f"{name} {category}{modifier}",
        f"{name} {plain}{modifier}{category[len(plain) :]}",
        *([f"{name} {category}"] if kind == "group" else []),
    )


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
