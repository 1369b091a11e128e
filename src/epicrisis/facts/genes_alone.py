"""Genes told without a word of change: with a share of reads, tested in vain, inherited."""

from __future__ import annotations

from epicrisis.facts.context import Context
from epicrisis.facts.gene_tests import (
    Named,
    called,
    denied,
    inherited,
    tested_in_vain,
)
from epicrisis.facts.genomic_finding import finding
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx

# a share of reads tells a variant: "NPM1 type A (VAF 40%)"
_TYPED = rx(r"\s+(?:mutation\s+)?type\s[A-D]\b")
_WITH_SHARE = rx(r"\s*(?:type\s[A-D]\s*)?\(\s*(?:VAF|AF|allele\s+frequency)\s*(?:of\s+|[:=]\s*)?\d+(?:[.,]\d+)?\s?%")


def without_a_word(context: Context, group: list[Named], low: int, high: int, facts: list[Fact]) -> list[Fact]:
    """Return what is told of genes without a word of change: a share of reads, tests in vain, what is inherited."""
    typed = group[0][2] == "NPM1" and _TYPED.match(context.text, group[0][1], high) is not None
    if len(group) == 1 and (typed or _WITH_SHARE.match(context.text, group[0][1], high)):
        one = group[0]
        told = finding(context, one[0], one[1], low, high, gene=one[2], geneConcept=one[3], change="mutation")
        return [*facts, told]
    return (
        facts
        or called(context, group, high)
        or tested_in_vain(context, group, low, high)
        or denied(context, group, low, high)
        or inherited(context, group, low, high)
    )
