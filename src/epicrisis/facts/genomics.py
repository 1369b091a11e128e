"""Molecular findings: variants, fusions, copy numbers, MSI, MMR, TMB, methylation, karyotype.

Value: {"gene", "change": mutation | fusion | rearrangement | amplification | deletion | wildtype |
methylation | msi | mmr |
tmb | karyotype, "variant", "hgvsP", "hgvsC", "partner", "result": present | absent | word, "value",
"unit", "percent",
"origin": germline | somatic, "method", "geneConcept", "resultSpan"}.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from epicrisis import resources
from epicrisis.facts.context import Context
from epicrisis.facts.covered import Covered
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx, stems
from epicrisis.facts.quantity import decimal
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_AMINO = "Ala|Arg|Asn|Asp|Cys|Gln|Glu|Gly|His|Ile|Leu|Lys|Met|Phe|Pro|Ser|Thr|Trp|Tyr|Val|Ter"
_HGVS_P = rx(
    rf"\bp\.\s?\(?(?:(?:{_AMINO})\d{{1,5}}(?:_(?:{_AMINO})\d{{1,5}})?(?:"
    rf"(?:{_AMINO}|\*|=)(?:fs(?:\*|Ter)?\d*)?|del(?:ins)?(?:{_AMINO})*"
    rf"|dup|ins(?:{_AMINO})*|fs(?:\*\d+)?)?|[A-Z]\d{{1,5}}(?:_[A-Z]\d{{1,5}})?"
    rf"(?:[A-Z*](?:fs\*?\d*)?|del(?:ins)?[A-Z]*|dup|ins[A-Z]*|fs\*?\d*)?)\)?"
)
_HGVS_C = rx(
    r"\bc\.\s?[-*]?\d{1,6}(?:[+-]\d{1,4})?(?:_[-*]?\d{1,6}(?:[+-]\d{1,4})?)?\s?"
    r"(?:[ACGT]\s?>\s?[ACGT]|del(?:ins)?[ACGT]*|dup[ACGT]*|ins[ACGT]*|inv)"
)
_SHORT = rx(
    r"(?<![\w.])(?:[ACDEFGHIKLMNPQRSTVWY]\d{2,4}(?:[ACDEFGHIKLMNPQRSTVWYX*]"
    r"(?:fs\*?\d*)?|fs\*?\d*|del|_[A-Z]\d{2,4}(?:del|ins)\w{0,6}))(?![\w+-]*\w)"
)
_EXON = rx(
    r"\b(?:exon\s?\d{1,2}(?:\s?[-/]\s?\d{1,2})?\s+(?:in-?frame\s+)?(?:deletion"
    r"|insertion|mutation|skipping|duplication|del|ins)s?|ex(?:on)?\s?-?\d{2}\s?"
    r"(?:del|ins)\b|del(?:etion)?\s?19\b(?=[^.]{0,30}EGFR))",
    re.I,
)
_FUSION = rx(
    r"\b(?P<a>[A-Z][A-Z0-9]{1,9}\d?)\s?(?P<sep>::|[-–—/‐])\s?(?P<b>[A-Z][A-Z0-9]{1,9}\d?)\b"
    r"(?P<after>\s*(?:gene\s+|positive\s+|oncogenic\s+)?(?:fusions?|fused"
    r"|rearrange\w*|translocat\w*|transcripts?|chimeric|chimera))?"
)
_FUSION_OF = rx(
    r"\bfusions?\s+(?:gene\s+|transcript\s+)?(?:of|between|involving)\s+"
    r"(?:the\s+)?(?P<a>[A-Z][A-Z0-9]{1,9})\s+(?:and|with|to)\s+(?P<b>[A-Z][A-Z0-9]{1,9})\b"
)
_MSI = rx(
    r"\b(?P<high>MSI-?\s?H(?:igh)?\b|microsatellite[\s-]instab\w+(?:[\s-]high)?"
    r"(?:\s*\(MSI-?H?\))?|MSI)|\b(?P<stable>MSS\b|microsatellite[\s-]stable"
    r"|microsatellite\s+stability)|\b(?P<low>MSI-?\s?L(?:ow)?\b)",
    re.I,
)
_MMR = rx(
    r"\b(?P<d>dMMR|(?:mismatch[\s-]repair|MMR)(?:\s*\(MMR\))?(?:[\s-]protein)?[\s-]*"
    r"(?:deficien(?:t|cy)|loss)|deficient\s+(?:in\s+)?(?:mismatch[\s-]repair"
    r"|MMR))|\b(?P<p>pMMR|(?:mismatch[\s-]repair|MMR)(?:\s*\(MMR\))?(?:[\s-]protein)?[\s-]*"
    r"(?:proficien(?:t|cy)|intact)|proficient\s+(?:mismatch[\s-]repair"
    r"|MMR))",
    re.I,
)
_TMB = rx(
    r"\b(?:TMB|tumou?r\s+mutation(?:al)?\s+burden(?:\s*\(TMB\))?)(?P<mid>[\s:,="
    r"(-]*(?:(?:was|is|of|at|score|low|high|intermediate)[\s:,=(-]*){0,4})"
    r"(?:(?P<n>\d+(?:[.,]\d+)?)\s?(?P<u>(?:mut(?:ation)?s?|variants?)?\s?"
    r"(?:/|per)\s?(?:Mb|megabase)s?)?)?",
    re.I,
)
_KARYOTYPE = rx(
    r"(?<![\w(])(?:t|inv|del|dup|add|ins|der|i)\s?\((?:\d{1,2}|[XY])(?:[pq]"
    r"|;(?:\d{1,2}|[XYpq]))?(?:;(?:\d{1,2}))?\)(?:\s?\([pq][\w.;?]{1,20}\))?"
    r"|\b4[4-8]\s?,\s?X[XY]?(?:,[\w();+.?-]{2,40})?|\b(?:monosomy|trisomy)\s"
    r"(?:\d{1,2}|X)\b|\b1p\s?/\s?19q\s+co-?delet\w+|\b(?:complex|normal"
    r"|diploid)\s+karyotype\b|\bPhiladelphia\s+chromosome(?:[\s-]positive)?\b"
    r"|\b(?:del(?:etion)?\s?(?:of\s)?\(?\d{1,2}[pq]\)?|gain\s(?:of\s)?1q"
    r"(?:21)?|1q(?:21)?\s(?:gain|amplification)|17p\sdeletion)(?![\w])"
)
_PERCENT = rx(
    r"[^.;]{0,40}?(?:variant\s+allele\s+(?:frequency|fraction)|VAF|allele\s+frequency"
    r"|allelic\s+frequency|abundance|MAF)\s*(?:\(\w+\)\s*)?(?:of|was|:"
    r"|=)?\s*(?P<n>\d+(?:[.,]\d+)?)\s?%",
    re.I,
)
_ORIGIN = rx(r"\b(?P<g>germ-?line)\b|\b(?P<s>somatic)\b", re.I)
_APPOSED = rx(r"[\s,-]*(?:\([^()]{0,40}\)\s*)?")
_CAPITAL = rx(r"\b[A-Z][A-Z0-9]{2,7}\b")


# beginnings of words without which a sentence has none of these
_MAY_SATELLITES = stems("microsatellite mismatch dmmr pmmr mss", any_end="msi mmr")
_MAY_BURDEN = stems("burden", any_end="tmb")
_MAY_KARYOTYPE = stems(
    "t inv del dup add ins der i 44 45 46 47 48 monosomy trisomy 1p karyotype philadelphia deletion gain 1q 1q21 17p"
    " del0 del1 del2 del3 del4 del5 del6 del7 del8 del9"
)
_MAY_FUSION_OF = stems("fusion")


@cache
def _words() -> dict[str, Any]:
    data = resources.toml("cues", "genomics.toml")

    def any_of(words: list[str]) -> str:
        return "|".join(w.replace(" ", r"[\s-]+") for w in sorted(words, key=len, reverse=True))

    changes = "|".join(rf"(?P<{k}>(?<![\w])(?:{any_of(v)})(?![\w]))" for k, v in data["change"].items())
    return {
        "change": rx(changes, re.I),
        "before": rx(
            rf"\b(?:{any_of(data['absent']['before'])})\s+(?:[\w/-]+[\s,]+"
            rf"(?:and\s+|or\s+)?){{0,5}}\Z",
            re.I,
        ),
        "after": rx(rf"[\s,]*(?:\w+\s+){{0,3}}?(?:{any_of(data['absent']['after'])})\b", re.I),
        "drug": rx(rf"[\s-]*(?:{any_of(data['not_patient']['after'])})\b", re.I),
        "methods": tuple((k, rx(rf"\b(?:{any_of(v)})\b", re.I)) for k, v in data["method"].items()),
    }


# "KIT exon 9 mutations require 800 mg": said of all who have one
_IN_GENERAL = lazy(
    r"s?\s+(?:requires?|are|have|confer\w*|occurs?|predicts?|responds?|account\w*|correlat\w+|can|may|should|is\s+(?:associated|known|common|rare))\b",
    re.I,
)


def extract(context: Context) -> list[Fact]:
    """Return genomic facts."""
    facts: list[Fact] = []
    for index, s in context.patient_sentences():
        made: list[Fact] = []
        taken = Covered()
        for reader in (_fusions, _satellites, _burden, _karyotypes, _genes):
            for fact in reader(context, s.start, s.end):
                if context.is_mixed(index) and _IN_GENERAL.match(context.text, fact.end, s.end):
                    continue
                if not taken.overlaps(fact.start, fact.end):
                    taken.add(fact.start, fact.end)
                    made.append(fact)
        method = next(
            (k for k, p in _words()["methods"] if made and p.search(context.text, s.start, s.end)),
            None,
        )
        for fact in made:
            if method:
                fact.value.setdefault("method", method)
            fact.value.setdefault("value", fact.value.get("variant") or fact.value.get("result"))
        facts += made
    return facts


def _known(context: Context, symbol: str) -> str | None:
    return next((c for c in context.terms.lexicon.lookup(symbol) if c.startswith("genes/")), None)


def _absent(context: Context, start: int, end: int, low: int, high: int) -> bool:
    words, text = _words(), context.text
    if (m := words["before"].search(text, max(low, start - 70), start)) and not _REASON.search(text, m.start(), start):
        return True
    listed = _LISTED_ON.match(text, end, min(high, end + 70))
    m = words["after"].match(text, listed.end() if listed else end, min(high, end + 110))
    if m and lazy(r"\s*,\s*[A-Z][A-Z0-9]").match(m.group()):
        return False  # "IDH1 R132C mutation, FGFR2 fusion not detected"
    return bool(m) and not lazy(r"[,;]\s*\w+\s+(?:\w+\s+)?(?:was|were)\b").search(m.group() if m else "")


def _finding(context: Context, start: int, end: int, low: int, high: int, **value: object) -> Fact:
    found: dict[str, Any] = {k: v for k, v in value.items() if v is not None}
    if "result" not in found:
        found["result"] = "absent" if _absent(context, start, end, low, high) else "present"
    origin = _ORIGIN.search(context.text, max(low, start - 50), min(high, end + 30))
    if origin:
        found["origin"] = "germline" if origin["g"] else "somatic"
    share = _PERCENT.match(context.text, end, high)
    if share:
        found["percent"] = decimal(share["n"])
    return context.fact("genomic", start, end, concept=found.pop("geneConcept", None), value=found)


def _fusions(context: Context, low: int, high: int) -> list[Fact]:
    facts = []
    for m in _FUSION.finditer(context.text, low, high):
        a, b = _known(context, m["a"]), _known(context, m["b"])
        sure = m["sep"] == "::" or m["after"]
        if not (sure and (a or b)) and not (
            a
            and b
            and m["sep"] in "-–—‐"
            and lazy(r"fusion|transloc|rearrang|transcript|RT-PCR|FISH|positive", re.I).search(
                context.text[max(low, m.start() - 150) : min(high, m.end() + 100)]
            )
        ):
            continue
        if m["sep"] == "/" and not m["after"]:
            continue
        facts.append(_fusion(context, m, a or b, low, high))
    if not context.may(context.sentence_at(low), _MAY_FUSION_OF):
        return facts
    for m in _FUSION_OF.finditer(context.text, low, high):
        a, b = _known(context, m["a"]), _known(context, m["b"])
        if a or b:
            facts.append(_fusion(context, m, a or b, low, high))
    return facts


def _fusion(context: Context, m: re.Match[str], gene: str | None, low: int, high: int) -> Fact:
    return _finding(
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


def _satellites(context: Context, low: int, high: int) -> list[Fact]:
    text, facts = context.text, list[Fact]()
    if not context.may(context.sentence_at(low), _MAY_SATELLITES):
        return facts
    for m in _MSI.finditer(text, low, high):
        word = m.group().lower()
        result = "stable" if m["stable"] else "low" if m["low"] else None
        if m["high"]:
            after = lazy(
                r"[\s:-]*(?:\((?:MSI|MSI-H)\)\s*)?(?:(?:status|was|is|tested"
                r"|testing|of)\s+){0,3}(?P<r>high|stable|low|negative|absent"
                r"|not\s+detected)\b",
                re.I,
            ).match(text[m.end() : m.end() + 40])
            if after:
                result = after["r"].lower()
                result = "stable" if result.startswith(("negative", "absent", "not")) else result
            elif (
                ("h" in word[3:6] and word.startswith("msi"))
                or "high" in word
                or ("instab" in word and word.endswith(("high", "msi-h)")))
            ):
                result = "high"
            elif _absent(context, m.start(), m.end(), low, high):
                result = "stable"
            elif "instab" in word and lazy(
                r"\b(?:showed|revealed|with|had|demonstrated|confirmed|detected)\b", re.I
            ).search(text[low : m.start()]):
                result = "instable"
        if result:
            facts.append(_finding(context, m.start(), m.end(), low, high, change="msi", result=result))
    for m in _MMR.finditer(text, low, high):
        denied = lazy(r"\b(?:no|without)\s+\Z", re.I).search(text[max(low, m.start() - 10) : m.start()])
        result = "deficient" if m["d"] and not denied else "proficient"
        facts.append(_finding(context, m.start(), m.end(), low, high, change="mmr", result=result))
    return facts


def _burden(context: Context, low: int, high: int) -> list[Fact]:
    facts: list[Fact] = []
    if not context.may(context.sentence_at(low), _MAY_BURDEN):
        return facts
    for m in _TMB.finditer(context.text, low, high):
        word = lazy(r"low|high|intermediate", re.I).search(m["mid"] + context.text[m.end() : m.end() + 6])
        value: dict[str, object] = {
            "change": "tmb",
            "result": word.group().lower() if word else None,
        }
        end = m.end()
        if m["n"]:
            value |= {"value": decimal(m["n"]), "unit": (m["u"] or "").strip() or None}
            value["result"] = value["result"] or "measured"
        elif not word:
            continue
        while end > m.start() and context.text[end - 1] in " ,:(-":
            end -= 1
        facts.append(_finding(context, m.start(), end, low, high, **value))
    return facts


def _karyotypes(context: Context, low: int, high: int) -> list[Fact]:
    facts: list[Fact] = []
    if not context.may(context.sentence_at(low), _MAY_KARYOTYPE):
        return facts
    for m in _KARYOTYPE.finditer(context.text, low, high):
        written = m.group().rstrip(".,;")
        end = m.start() + len(written)
        words = " ".join(written.split())
        facts.append(_finding(context, m.start(), end, low, high, change="karyotype", variant=words))
    return facts


def _genes(context: Context, low: int, high: int) -> list[Fact]:
    text, words = context.text, _words()
    hits = context.hits_in(low, high, "genes", "markers")
    named: list[tuple[int, int, str, str | None]] = []
    for hit in hits:
        gene = next((c for c in hit.concepts if c.startswith("genes/")), None)
        linked = context.terms.attr(hit.concepts[0], "gene") if gene is None else None
        symbol = _symbol(context, hit, gene, linked)
        end = hit.end
        inside = _SHORT.search(context.text, hit.start + 2, hit.end)
        if inside and inside.end() == hit.end:
            # a stain's name that holds the variant ("BRAF V600E"): the gene is read here
            end = inside.start()
            while end > hit.start and context.text[end - 1] in " -":
                end -= 1
            symbol = linked or context.text[hit.start : end]
            gene = _known(context, context.text[hit.start : end])
        named.append((hit.start, end, symbol, gene))
    facts: list[Fact] = []
    lists = _listed(text, named)
    for group in lists:
        facts += _changes(context, group, low, high, words)
    return facts


def _symbol(context: Context, hit: Hit, gene: str | None, linked: str | None) -> str:
    concept = context.terms.concept(gene)
    if concept:
        return next(
            (c.display for c in concept.codings if "genenames" in c.system and c.display),
            concept.term.upper(),
        )
    return linked or context.text[hit.start : hit.end]


# "p53 (mutant pattern)", "wild-type staining"
_STAINED = rx(
    r"[\s-]*(?:type[\s-]+)?(?:immuno\w+\s+|protein\s+|overexpression\s+)?(?:patterns?|staining|expression|immuno\w+)\b",
    re.I,
)
_LOOKED_FOR = rx(
    r"\b(?:analys[ei]s|tests?|testing|tested|screen(?:ing|ed)?|sequenc\w+|examin\w+|evaluat\w+|assess\w+|investigat\w+|search\w*)\s+(?:of|for)\s+(?:the\s+|presence\s+of\s+)?\Z",
    re.I,
)
# "FLT3-ITD and NPM1 negative": what is said of the last is said of all
_LISTED_ON = rx(
    r"(?:\s*(?:,|/|and|or|,\s*and)\s*[A-Z][A-Z0-9]{1,9}(?:-[A-Z0-9]{2,5})?){1,6}"
    r"(?=\s(?:(?:were|was|both|all)\s){0,2}(?:negative|not\s+detected|not\s+mutated|wild|absent|undetect))"
)
_TEST = rx(r"\s*(?:FISH|probes?|test|assay|analys[ei]s|in\s+situ)\b", re.I)
_ANSWERED = rx(r"[^.;,]{0,40}\b(?:positive|negative|detected|found|identified|present|absent|revealed|showed)\b", re.I)
_REASON = rx(r"\b(?:because|due\s+to|owing\s+to|based\s+on|given)\b", re.I)
_COPIES = rx(
    r"\b(?:cop(?:y|ies)|heterozygos\w*|LOH|chromosom\w*|NGS|sequenc\w*|FISH|arrays?|genom\w*|allel\w*|biallelic|homozygous|gene)\b",
    re.I,
)
_Named = tuple[int, int, str, str | None]


def _listed(text: str, named: list[_Named]) -> list[list[_Named]]:
    groups: list[list[_Named]] = []
    for one in named:
        if groups and lazy(r"\s*(?:,\s*(?:and|or)?|/|and|or|nor|,\s*nor)\s*(?:the\s+)?").fullmatch(
            text[groups[-1][-1][1] : one[0]]
        ):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _changes(context: Context, group: list[_Named], low: int, high: int, words: dict[str, Any]) -> list[Fact]:
    """Return what the text says of a gene, or of a list of genes ("no EGFR, ALK or ROS1
    alterations").
    """
    text = context.text
    start, end = group[0][0], group[-1][1]
    if words["drug"].match(text, end, high):
        return []
    exact = _exact(text, end, min(high, end + 90), group[-1])
    if exact is None and len(group) == 1:
        before = _SHORT.search(text, max(low, start - 32), start) or _HGVS_P.search(text, max(low, start - 45), start)
        if before and lazy(r"\s*(?:(?:point\s+)?mutations?\s+(?:of|in)\s+(?:the\s+)?)?").fullmatch(
            text[before.end() : start]
        ):
            exact = (before.start(), before.end(), {"variant": before.group()})
    m = rx(
        r"[\s:(-]*(?:(?:gene|status|oncogene|promoter|was|were|is|are|testing"
        r"|analysis|revealed|showed|a|an|the|of|with|activating|pathogenic"
        r"|likely|heterozygous|homozygous|biallelic|somatic|germline|missense"
        r"|frameshift|nonsense|sensitizing|high-level|focal|driver|exon\s?\d+"
        r"|not|no)[\s:(-]+){0,5}"
    ).match(text, end, high)
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
            _finding(
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
    if change is None:
        lead = rx(r"(?P<w>[\w-]+(?:[\s-]type)?)\s+(?:(?:of|in|for|involving)\s+(?:the\s+)?)?\Z").search(
            text, max(low, start - 30), start
        )
        change = words["change"].fullmatch(lead["w"]) if lead else None
        if change is None:
            return facts
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
    denied = bool(lazy(r"\bnot?\b", re.I).search(m.group())) if m else False
    if kind == "wildtype" and word == "unmethylated":
        shared["change"], denied = "methylation", True
    for one in group:
        absent = denied or _absent(context, a, b, low, high)
        result = "absent" if absent else "present"
        span = (a, b) if len(group) == 1 else (one[0], one[1])
        if one is group[-1] and len(group) > 1:
            span = (one[0], max(b, one[1]))
        extra = (
            {"variant": " ".join(change.group().split())}
            if kind == "mutation" and lazy(r"exon|ITD|internal", re.I).match(change.group())
            else {}
        )
        facts.append(
            _finding(
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
    return _looked_for(text, facts, change, (low, start, high)) if not exact else facts


def _looked_for(text: str, facts: list[Fact], change: re.Match[str] | None, where: tuple[int, int, int]) -> list[Fact]:
    """Mark what was only looked for: "techniques for analysis of EGFR mutations"."""
    low, start, high = where
    if change is None:
        return facts
    # the ALK break-apart test, whatever it showed
    test = lazy(r"break", re.I).match(change.group()) and _TEST.match(text, change.end(), high)
    asked = _LOOKED_FOR.search(text, max(low, start - 40), start)
    if test or (asked and not _ANSWERED.match(text, change.end(), high)):
        for fact in facts:
            fact.status = "hypothetical"
    return facts


def _is_stain(context: Context, group: list[_Named], low: int, high: int) -> bool:
    """Say whether "BAP1 loss" is a stain's result and no copy lost."""
    if _COPIES.search(context.text, low, high):
        return False
    return bool(context.hits_in(group[-1][0], group[-1][1], "markers"))


def _exact(text: str, at: int, limit: int, _one: _Named) -> tuple[int, int, dict[str, str]] | None:
    """Return (start, end, {variant, hgvsP, hgvsC}) of the exact change named right after a gene."""
    found: dict[str, str] = {}
    begin = end = -1
    glue = rx(
        r"(?:[\s,:;([-]|\b(?:gene|mutations?|mutated|variant|in|exon\s?\d+"
        r"(?!\s*(?:in-?frame\s+)?(?:del|ins|mut|skip|dup))|with|a|an|the"
        r"|of|was|and|harbou?ring|pathogenic|likely|missense|frameshift"
        r"|NM_[\d.]+|activating|point|heterozygous|somatic|germline|status"
        r"|positive|for|detected|revealed|showed)\b){0,14}"
    )
    while True:
        m = glue.match(text, end if end > 0 else at, limit)
        position = m.end() if m else at
        one = _HGVS_P.match(text, position, limit)
        if one and "hgvsP" not in found:
            found["hgvsP"] = one.group().rstrip(")") if "(" not in one.group() else one.group()
        else:
            one = _HGVS_C.match(text, position, limit)
            if one and "hgvsC" not in found:
                found["hgvsC"] = one.group()
            else:
                one = _SHORT.match(text, position, limit) or _EXON.match(text, position, limit)
                if one is None or "variant" in found:
                    break
                found["variant"] = " ".join(one.group().split())
        begin = one.start() if begin < 0 else begin
        end = one.end()
        if text[end : end + 1] == ")" and "(" in text[at:end]:
            end += 1
    if not found:
        return None
    found.setdefault("variant", found.get("hgvsP") or found.get("hgvsC") or "")
    return begin, end, found
