"""Exact changes of a gene as they are written: HGVS, short protein changes, exons, and hotspots told alone."""

from __future__ import annotations

import re
from functools import cache

from epicrisis.facts.context import Context
from epicrisis.facts.genomic_finding import finding, words_of_results
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import DIGIT, rx, stems
from epicrisis.kept import lazy

_AMINO = "Ala|Arg|Asn|Asp|Cys|Gln|Glu|Gly|His|Ile|Leu|Lys|Met|Phe|Pro|Ser|Thr|Trp|Tyr|Val|Ter"
HGVS_P = rx(
    rf"\bp\.\s?\(?(?:(?:{_AMINO})\d{{1,5}}(?:_(?:{_AMINO})\d{{1,5}})?(?:"
    rf"(?:{_AMINO}|\*|=)(?:fs(?:\*|Ter)?\d*)?|del(?:ins)?(?:{_AMINO})*"
    rf"|dup|ins(?:{_AMINO})*|fs(?:\*\d+)?)?|[A-Z]\d{{1,5}}(?:_[A-Z]\d{{1,5}})?"
    rf"(?:[A-Z*](?:fs\*?\d*)?|del(?:ins)?[A-Z]*|dup|ins[A-Z]*|fs\*?\d*)?)\)?"
)
_HGVS_C = rx(
    r"\bc\.\s?[-*]?\d{1,6}(?:[+-]\d{1,4})?(?:_[-*]?\d{1,6}(?:[+-]\d{1,4})?)?\s?"
    r"(?:[ACGT]\s?>\s?[ACGT]|del(?:ins)?[ACGT]*|dup[ACGT]*|ins[ACGT]*|inv)"
)
SHORT = rx(
    r"(?<![\w.])(?:[ACDEFGHIKLMNPQRSTVWY]\d{2,4}(?:[ACDEFGHIKLMNPQRSTVWYX*]"
    r"(?:fs\*?\d*)?|fs\*?\d*|del|_[A-Z]\d{2,4}(?:del|ins)\w{0,6}))(?!(?!-(?:mutat|mutant|positive|negative))[\w+-]*\w)"
)
_EXON = rx(
    r"\b(?:exon\s?\d{1,2}(?:\s?[-/]\s?\d{1,2})?\s+(?:in-?frame\s+)?(?:deletion"
    r"|insertion|mutation|skipping|duplication|del|ins)s?|ex(?:on)?\s?-?\d{2}\s?"
    r"(?:del|ins)\b|del(?:etion)?\s?19\b(?=[^.]{0,30}EGFR))",
    re.I,
)
_GLUE = rx(
    r"(?:[\s,:;([-]|\b(?:gene|mutations?|mutated|variant|in|exon\s?\d+"
    r"(?!\s*(?:in-?frame\s+)?(?:del|ins|mut|skip|dup))|with|a|an|the"
    r"|of|was|and|harbou?ring|pathogenic|likely|missense|frameshift"
    r"|NM_[\d.]+|activating|point|heterozygous|somatic|germline|status"
    r"|positive|for|detected|revealed|showed)\b){0,14}"
)


def gene_of(context: Context, symbol: str) -> str | None:
    """Return the concept of a gene's symbol, where the tables have it."""
    return next((c for c in context.terms.lexicon.lookup(symbol) if c.startswith("genes/")), None)


@cache
def hotspot_stems() -> frozenset[str]:
    """Return the beginnings of what `hotspots` reads, for `Context.may`."""
    return stems(" ".join(words_of_results()["hotspots"]))


def hotspots(context: Context, low: int, high: int) -> list[Fact]:
    """Return changes told without their gene ("T790M was found"); the gene is theirs where the text names it."""
    facts: list[Fact] = []
    known = words_of_results()["hotspots"]
    for m in SHORT.finditer(context.text, low, high):
        gene = known.get(m.group().upper())
        if gene:
            named = lazy(rf"\b{gene}\b").search(context.text)
            facts.append(_variant(context, m, low, high, gene if named else None))
    return facts


@cache
def named_stems() -> frozenset[str]:
    """Return the beginnings of what `named_variants` reads, for `Context.may`."""
    return stems(" ".join(words_of_results()["named_stems"]))


def named_variants(context: Context, low: int, high: int) -> list[Fact]:
    """Return variants whose name holds the gene: EGFRvIII, AR-V7."""
    return [
        _variant(context, m, low, high, gene)
        for gene, pattern in words_of_results()["named"]
        for m in pattern.finditer(context.text, low, high)
    ]


def _variant(context: Context, m: re.Match[str], low: int, high: int, gene: str | None) -> Fact:
    variant, concept = " ".join(m.group().split()), gene_of(context, gene) if gene else None
    return finding(
        context, m.start(), m.end(), low, high, gene=gene, geneConcept=concept, change="mutation", variant=variant
    )


def exact_change(text: str, at: int, limit: int) -> tuple[int, int, dict[str, str]] | None:
    """Return (start, end, {variant, hgvsP, hgvsC}) of the exact change named right after a gene."""
    if not DIGIT.search(text, at, limit):
        return None
    found: dict[str, str] = {}
    begin = end = -1
    exon = False
    while True:
        m = _GLUE.match(text, end if end > 0 else at, limit)
        position = m.end() if m else at
        one = HGVS_P.match(text, position, limit)
        if one and one.group().endswith(")") and "(" not in one.group():
            one = HGVS_P.match(text, position, one.end() - 1)  # the bracket is the sentence's own
        if one and "hgvsP" not in found:
            found["hgvsP"] = one.group().rstrip(")") if "(" not in one.group() else one.group()
        else:
            one = _HGVS_C.match(text, position, limit)
            if one and "hgvsC" not in found:
                found["hgvsC"] = one.group()
            else:
                short = SHORT.match(text, position, limit)
                one = short or _EXON.match(text, position, limit)
                if one is None or (
                    "variant" in found and not (short and exon and lazy(r"\s?[(:]?\s?").fullmatch(text, end, position))
                ):
                    break
                exon = short is None  # "exon 17 mutation (D820Y)" goes on to the exact change
                found["variant"] = " ".join(one.group().split())
        begin = one.start() if begin < 0 else begin
        end = one.end()
        if text[end : end + 1] == ")" and "(" in text[at:end]:
            end += 1
    if not found:
        return None
    found.setdefault("variant", found.get("hgvsP") or found.get("hgvsC") or "")
    return begin, end, found
