"""Fusions of two genes: "EML4::ALK", "BCR-ABL1 fusion", "fusion of ETV6 and NTRK3"."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.genomic_finding import finding, words_of_results
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx, stems
from epicrisis.facts.variants import gene_of
from epicrisis.kept import lazy

# what stands between is rarer than letters: it is looked for first
TWO_GENES = rx(r"[-–—/‐:](?:(?<=[A-Z0-9].)|(?<=[A-Z0-9]\s.))(?:(?<=:):|(?<!:))\s?[A-Z][A-Z0-9]")
_FUSION = rx(
    r"(?P<a>[A-Z](?<!\w[A-Z])[A-Z0-9]{1,9}\d?)\s?(?P<sep>::|[-–—/‐])\s?(?P<b>[A-Z][A-Z0-9]{1,9}\d?)\b"
    r"(?P<after>\s*(?:gene\s+|positive\s+|oncogenic\s+)?(?:fusions?|fused"
    r"|rearrange\w*|translocat\w*|transcripts?|chimeric|chimera))?"
)
_FUSION_OF = rx(
    r"\bfusions?\s+(?:gene\s+|transcript\s+)?(?:of|between|involving)\s+"
    r"(?:the\s+)?(?P<a>[A-Z][A-Z0-9]{1,9})\s+(?:and|with|to)\s+(?P<b>[A-Z][A-Z0-9]{1,9})\b"
)
MAY_FUSION_OF = stems("fusion")
_RESULT = lazy(
    r"\s*(?:(?:was|is|were)\s+)?(?:neg(?:ative)?|pos(?:itive)?|not\s+detected|detected|absent|present)\b", re.I
)


def fusions(context: Context, low: int, high: int) -> list[Fact]:
    """Return the fusions that the sentence [low, high) tells."""
    facts, known_symbols = [], words_of_results()["fusion"]
    partners, drivers, others = (known_symbols[k] for k in ("partners", "drivers", "not_genes"))
    for m in _FUSION.finditer(context.text, low, high):
        a, b = gene_of(context, m["a"]), gene_of(context, m["b"])
        told = m["sep"] in "-–—‐" and m["a"] in partners and _RESULT.match(context.text, m.end(), high)
        sure = m["sep"] == "::" or m["after"] or told
        known = (a and b) or (m["b"] in drivers and m["a"] not in others)
        if not (sure and (a or b)) and not (
            known
            and m["sep"] in "-–—‐"
            and lazy(r"fusion|transloc|rearrang|transcript|RT-PCR|FISH|positive|by\s+NGS", re.I).search(
                context.text[max(low, m.start() - 150) : min(high, m.end() + 100)]
            )
        ):
            continue
        if m["sep"] == "/" and not m["after"]:
            continue
        facts.append(_fusion(context, m, a or b, low, high))
    if not context.may(context.sentence_at(low), MAY_FUSION_OF):
        return facts
    for m in _FUSION_OF.finditer(context.text, low, high):
        a, b = gene_of(context, m["a"]), gene_of(context, m["b"])
        if a or b:
            facts.append(_fusion(context, m, a or b, low, high))
    return facts


def _fusion(context: Context, m: re.Match[str], gene: str | None, low: int, high: int) -> Fact:
    return finding(
        context,
        m.start(),
        m.end(),
        low,
        high,
        gene=m["a"],
        partner=m["b"],
        change="fusion",
        geneConcept=gene,
        variant=f"{m['a']}::{m['b']}",
    )
