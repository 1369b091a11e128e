"""TNM categories: "pT2 pN1a (2/15) M0", and the group told right behind them."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.covered import Covered
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx
from epicrisis.facts.stage_context import group_concept, place, stage_concept
from epicrisis.kept import lazy

_T = rx(
    r"(?<![\w-])(?P<p>(?:[ymar]{0,2}[cp]|y?mr|y?u|[yrai])?)T(?P<v>is(?:\s?\([^()\s]{1,8}\))?"
    r"|[0-4][a-e]?(?:i{1,3}|[1-3])?(?:mi)?|a(?![a-z])|[xX])(?:/T?[1-4][a-e]?(?=[\s,;]{0,3}(?:[cpy]{0,2})N))?(?P<m>\s?\((?:m|\d{1,2}"
    r"|is|s|multi)\))?(?=(?:[\s,;/]{0,3}(?:y?mr|[cpyrau]{0,2})N[\dxX]|NOM[01xXO])"
    r"|[\s,;.:/)\]]|$)"
)
_N = rx(
    r"(?P<p>(?:[ymar]{0,2}[cp]|y?mr|y?u|[yrai])?)N(?P<v>[0-3][a-d]?(?:i{1,3})?(?:mi)?"
    r"|[xX]|O(?=M[01xXO]\b))(?P<m>\s?\(\s?(?:sn|i[-+–]|mol[-+–]|f|\d{1,3}\s?/\s?\d{1,3}"
    r"|i[-+]\s?\(sn\))\s?\))?(?![\w-])"
)
_NM = rx(
    r"(?P<p>(?:[ymar]{0,2}[cp]|y?mr|y?u|[yrai])?)N(?P<v>[0-3][a-d]?(?:i{1,3})?(?:mi)?"
    r"|[xX]|O(?=M[01xXO]\b))(?P<m>\s?\(\s?(?:sn|i[-+–]|mol[-+–]|f|\d{1,3}\s?/\s?\d{1,3})\s?\))?"
    r"(?=[\s,;/]{0,3}(?:y?mr|[cpyrau]{0,2})M[01xX]|MO\b)"
)
_M = rx(
    r"(?P<p>(?:[ymar]{0,2}[cp]|y?mr|y?u|[yrai])?)M(?P<v>[01][a-e]?|[xX]|O(?<=N[0-3O]MO)|O(?<=N[0-3][a-c]MO))(?P<m>\s?\("
    r"(?:(?!I{1,3}[ABC]?\)|IV)[A-Z]{3}(?:,\s?[A-Z]{3}){0,5}|[01]|i\+|cy\+|mol\+)\))?(?![\w-])"
)
_GAP = rx(r"[\s,;/]{0,3}(?:and\s+)?")
# what may stand between N and M: "pN1a (3/15) L1 V0 R0 M0"
_BESIDE = rx(r"[\s,;/]{1,3}(?:(?:L[01xX]|V[012xX]|Pn[01xX]|R[012xX]|G[1-4])[\s,;/]{1,3}){1,5}")
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
    r"[\s-]*(?:W\b|WI\b|weighted|signal|hyper|hypo|iso|sequence|MR|image"
    r"|FLAIR|relax|vertebra|level|spine|rib|body|cells?|helper|axial|sagittal"
    r"|coronal|phase|contrast|FSE|TSE|map|-|to\s+T|and\s+T[1-3]\b(?!\s*N))",
    re.I,
)
# a group's numeral right behind its categories, without the word stage
_BARE_GROUP = rx(
    r"\s?(?:,\s?|;\s?|/\s?|\(\s?|-\s?|=\s?|:\s?)(?P<v>(?:IV|I{1,3})\s?(?:[A-Ca-c][1-3]?)?)(?=\s?(?:[(),.;\]]|\Z))"
)


def categories(context: Context, low: int, high: int) -> list[Fact]:
    """Return the TNM categories of text[low:high], and the group told right behind them."""
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
        beside = _BESIDE.match(text, at, high)
        found = (_M.match(text, gap.end(), high) if gap else None) or (
            _M.match(text, beside.end(), high) if beside else None
        )
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
    category = kind + lazy(r"\s").sub("", m["v"]).replace("O", "0")  # "T4N1MO"
    category = category[:-1] + "X" if category[-1] == "x" and len(category) == 2 else category
    value: dict[str, object] = {"kind": kind, "category": category, "set": told[0]}
    if m["p"]:
        value["prefix"] = m["p"]
    suffix = m.groupdict().get("m")
    if suffix:
        value["suffix"] = suffix.strip()
    place(context, value, told, sentence)
    prefix = m["p"].replace("y", "").replace("r", "")
    if prefix in ("p", "c"):
        value["basis"] = "pathologic" if prefix == "p" else "clinical"
    value["value"] = m["p"] + category
    concept = stage_concept(
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
    place(context, value, m.span("v"), sentence)
    concept = group_concept(context, str(value["kind"]), category)
    return context.fact("stage", m.start("v"), m.end("v"), concept=concept, value=value)
