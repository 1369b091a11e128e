"""Molecular findings: variants, fusions, copy numbers, MSI, MMR, TMB, methylation, karyotype.

Value: {"gene", "change": mutation | fusion | rearrangement | amplification | deletion | wildtype |
methylation | msi | mmr |
tmb | karyotype, "variant", "hgvsP", "hgvsC", "partner", "result": present | absent | word, "value",
"unit", "percent",
"origin": germline | somatic, "method", "geneConcept", "resultSpan"}.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from epicrisis.facts.context import Context
from epicrisis.facts.covered import Covered
from epicrisis.facts.fusions import MAY_FUSION_OF, TWO_GENES, fusions
from epicrisis.facts.gene_tests import (
    MAY_IN_SITU,
    Named,
    in_situ,
    looked_for,
)
from epicrisis.facts.genes_alone import without_a_word
from epicrisis.facts.genomic_finding import absent, finding, methods, words_of_results
from epicrisis.facts.genomic_signatures import (
    MAY_BURDEN,
    MAY_KARYOTYPE,
    MAY_RECOMBINATION,
    MAY_SATELLITES,
    burden,
    karyotypes,
    recombination,
    satellites,
)
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import DIGIT, rx
from epicrisis.facts.variants import (
    HGVS_P,
    SHORT,
    exact_change,
    gene_of,
    hotspot_stems,
    hotspots,
    named_stems,
    named_variants,
)
from epicrisis.kept import lazy
from epicrisis.terminology import Hit, Terminology

_APPOSED = rx(r"[\s,-]*(?:\([^()]{0,40}\)\s*)?")
_ASKED = lazy(r"\s?\)?\s?\?")
# what a karyotype can show; the mutation told beside it was found otherwise
_SEEN_IN_KARYOTYPE = frozenset({"karyotype", "fusion", "rearrangement", "deletion", "amplification"})
# "KIT exon 9 mutations require 800 mg": said of all who have one
_IN_GENERAL = lazy(
    r"s?\s+(?:requires?|are|have|confer\w*|occurs?|predicts?|responds?|account\w*|correlat\w+|can|(?-i:may)|should|is\s+(?:associated|known|common|rare))\b",
    re.I,
)


def extract(context: Context) -> list[Fact]:
    """Return genomic facts."""
    facts: list[Fact] = []
    readers = [(reader, where) for reader, where in _readers(context) if where]
    told = set[int]().union(*(where for _, where in readers))
    for index, s in context.patient_sentences() if told else ():
        if index not in told:
            continue
        made: list[Fact] = []
        taken = Covered()
        for reader, where in readers:
            for fact in reader(context, s.start, s.end) if index in where else ():
                if _ASKED.match(context.text, fact.end):
                    fact.status = "hypothetical"  # "germline MLH1 variant? refer to genetics"
                if context.is_mixed(index) and _IN_GENERAL.match(context.text, fact.end, s.end):
                    continue
                if not taken.overlaps(fact.start, fact.end):
                    taken.add(fact.start, fact.end)
                    made.append(fact)
        for fact, method in zip(made, methods(context, made, s.start, s.end) if made else (), strict=True):
            if method and (method != "karyotype" or fact.value.get("change") in _SEEN_IN_KARYOTYPE):
                fact.value.setdefault("method", method)
            fact.value.setdefault("value", fact.value.get("variant") or fact.value.get("result"))
        facts += made
    return facts


def _readers(context: Context) -> list[tuple[Callable[[Context, int, int], list[Fact]], set[int]]]:
    """Return what reads a sentence, in order, and the sentences in which there may be something to read."""
    return [
        (fusions, context.holding(TWO_GENES) | context.having(MAY_FUSION_OF)),
        (in_situ, context.having(MAY_IN_SITU)),
        (satellites, context.having(MAY_SATELLITES)),
        (recombination, context.having(MAY_RECOMBINATION)),
        (burden, context.having(MAY_BURDEN)),
        (karyotypes, context.having(MAY_KARYOTYPE)),
        (named_variants, context.having(named_stems())),
        (_genes, set(context.by_sentence("genes", "markers"))),
        (hotspots, context.having(hotspot_stems())),
    ]


def _genes(context: Context, low: int, high: int) -> list[Fact]:
    text, words = context.text, words_of_results()
    hits = context.hits_in(low, high, "genes", "markers")
    named: list[tuple[int, int, str, str | None]] = []
    for hit in hits:
        gene = next((c for c in hit.concepts if c.startswith("genes/")), None)
        linked = context.terms.attr(hit.concepts[0], "gene") if gene is None else None
        symbol = _symbol(context, hit, gene, linked)
        end = hit.end
        inside = SHORT.search(context.text, hit.start + 2, hit.end)
        if inside and inside.end() == hit.end:
            # a stain's name that holds the variant ("BRAF V600E"): the gene is read here
            end = inside.start()
            while end > hit.start and context.text[end - 1] in " -":
                end -= 1
            symbol = linked or context.text[hit.start : end]
            gene = gene_of(context, context.text[hit.start : end])
        domain = _KINASE.match(context.text, end, high)
        named.append((hit.start, domain.end() if domain else end, symbol, gene))
    facts: list[Fact] = []
    lists = _listed(text, named)
    for group in lists:
        facts += _changes(context, group, low, high, words)
    return facts


def _symbol(context: Context, hit: Hit, gene: str | None, linked: str | None) -> str:
    if gene and (symbol := _symbol_of(context.terms, gene)):
        return symbol
    return linked or context.text[hit.start : hit.end]


_TO_CHANGE = rx(
    r"[\s:(-]*(?:(?:gene|status|oncogene|promoter|was|were|is|are|testing"
    r"|analysis|revealed|showed|a|an|the|of|with|activating|pathogenic"
    r"|likely|heterozygous|homozygous|biallelic|somatic|germline|missense"
    r"|frameshift|nonsense|sensitizing|high-level|focal|driver|exon\s?\d+"
    r"|not|no)[\s:(-]+){0,5}"
)
_CHANGE_BEFORE = rx(r"(?<![\w-])(?P<w>[\w-]+(?:[\s-]type)?)\s+(?:(?:of|in|for|involving)\s+(?:the\s+)?)?\Z")


@lru_cache(maxsize=4096)
def _symbol_of(terms: Terminology, gene: str) -> str | None:
    concept = terms.concept(gene)
    if concept is None:
        return None
    return next((c.display for c in concept.codings if "genenames" in c.system and c.display), concept.term.upper())


# "p53 (mutant pattern)", "wild-type staining"
_STAINED = rx(
    r"[\s-]*(?:type[\s-]+)?(?:immuno\w+\s+|protein\s+|overexpression\s+)?(?:patterns?|staining|expression|immuno\w+)\b",
    re.I,
)
_COPIES = rx(
    r"\b(?:cop(?:y|ies)|heterozygos\w*|LOH|chromosom\w*|NGS|sequenc\w*|FISH|arrays?|genom\w*|allel\w*|biallelic|homozygous|gene)\b",
    re.I,
)


# between the genes of a list: "EZH2 (VAF 31%), ASXL1 (VAF 28%) and SETBP1"
_JOINT = lazy(
    r"\s*(?:\(\s*(?:VAF|AF)\s*[:=]?\s*\d+(?:[.,]\d+)?\s?%\s*\)\s*)?(?:,\s*(?:and|or)?|/|and|or|nor|,\s*nor)\s*(?:the\s+)?"
)
_KINASE = rx(r"[-\s]TKD\b")  # "FLT3-TKD D835Y"


def _listed(text: str, named: list[Named]) -> list[list[Named]]:
    groups: list[list[Named]] = []
    for one in named:
        if groups and _JOINT.fullmatch(text[groups[-1][-1][1] : one[0]]):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _changes(context: Context, group: list[Named], low: int, high: int, words: dict[str, Any]) -> list[Fact]:
    """Return what the text says of a gene, or of a list of genes ("no EGFR, ALK or ROS1
    alterations").
    """
    text = context.text
    start, end = group[0][0], group[-1][1]
    if words["drug"].match(text, end, high):
        return []
    exact = exact_change(text, end, min(high, end + 90))
    if exact is None and len(group) == 1 and DIGIT.search(text, max(low, start - 45), start):
        before = SHORT.search(text, max(low, start - 32), start) or HGVS_P.search(text, max(low, start - 45), start)
        if before and lazy(r"\s*(?:(?:point\s+)?mutations?\s+(?:of|in)\s+(?:the\s+)?)?").fullmatch(
            text[before.end() : start]
        ):
            exact = (before.start(), before.end(), {"variant": before.group()})
    m = _TO_CHANGE.match(text, end, high)
    change = words["change"].match(text, m.end(), high) if m else None
    facts = []
    if exact and len(group) >= 1:
        one = group[-1]
        a, b, more = exact
        kind = "mutation"
        gap = _APPOSED.match(text, b)
        tail = words["change"].match(text, gap.end() if gap else b, high)
        if tail and tail.lastgroup in ("mutation", "wildtype"):
            b = tail.end()
        facts.append(
            finding(
                context,
                min(one[0], a),
                max(one[1], b),
                low,
                high,
                gene=one[2],
                geneConcept=one[3],
                change=kind,
                **more,
            )
        )
        group = group[:-1] if len(group) > 1 and not change else []
        if not group:
            return facts
        end = group[-1][1]  # "deletion of CDKN2A/B and TERT promoter C228T"
    if change is None:
        lead = _CHANGE_BEFORE.search(text, max(low, start - 30), start) if text[start - 1].isspace() else None
        change = words["change"].fullmatch(lead["w"]) if lead else None
        if change is None:
            return without_a_word(context, group, low, high, facts)
        kind = change.lastgroup or "mutation"
        if change.group().lower() == "loss" and _is_stain(context, group, low, high):
            return []  # "loss of MLH1/PMS2"
        a, b = (
            start - (len(text[max(low, start - 30) : start]) - (lead.start() - max(low, start - 30)))
            if lead
            else start,
            end,
        )
    else:
        kind = change.lastgroup or "mutation"
        a, b = start, change.end()
        if _STAINED.match(text, b, high) or (change.group().lower() == "loss" and _is_stain(context, group, low, high)):
            return []  # how a protein stains: the stain is read by `markers`
        if "(" in text[end : change.start()]:
            group = group[-1:]  # "WT1, PAX8 and p53 (mutated)"
            a = group[0][0]
    shared = {"change": kind}
    word = change.group().lower()
    missed = bool(lazy(r"\bnot?\b", re.I).search(m.group())) if m else False
    if kind == "wildtype" and word == "unmethylated":
        shared["change"], missed = "methylation", True
    for one in group:
        # "EGFR wild-type, ALK negative": each is told of its own
        missing = missed or (kind != "wildtype" and absent(context, a, b, low, high))
        result = "absent" if missing else "present"
        span = (a, b) if len(group) == 1 else (one[0], one[1])
        if one is group[-1] and len(group) > 1:
            span = (one[0], max(b, one[1]))
        extra = (
            {"variant": " ".join(change.group().split())}
            if kind == "mutation"
            and (one is group[-1] or not lazy(r"ITD|internal", re.I).match(change.group()))  # "NPM1 and FLT3-ITD"
            and lazy(r"exon|ITD|internal", re.I).match(change.group())
            else {}
        )
        facts.append(
            finding(
                context,
                span[0],
                span[1],
                low,
                high,
                gene=one[2],
                geneConcept=one[3],
                result=result,
                **shared,
                **extra,
            )
        )
    return looked_for(text, facts, change, (low, start, high)) if not exact else facts


def _is_stain(context: Context, group: list[Named], low: int, high: int) -> bool:
    """Say whether "BAP1 loss" is a stain's result and no copy lost."""
    if _COPIES.search(context.text, low, high):
        return False
    return bool(context.hits_in(group[-1][0], group[-1][1], "markers"))
