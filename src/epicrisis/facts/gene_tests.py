"""What a test for a gene's changes says where no change is named: looked for only, or looked for in vain."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.genomic_finding import finding
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx, stems
from epicrisis.kept import lazy

Named = tuple[int, int, str, str | None]  # start, end, symbol, concept

_LOOKED_FOR = rx(
    r"\b(?:analys[ei]s|tests?|testing|tested|screen(?:ing|ed)?|sequenc\w+|examin\w+|evaluat\w+|assess\w+|investigat\w+|search\w*)\s+(?:of|for)\s+(?:the\s+|presence\s+of\s+)?\Z",
    re.I,
)
_TEST = rx(r"\s*(?:FISH|probes?|test|assay|analys[ei]s|in\s+situ)\b", re.I)
_ANSWERED = rx(r"[^.;,]{0,40}\b(?:positive|negative|detected|found|identified|present|absent|revealed|showed)\b", re.I)
# "KRAS mutation status pending": nobody knows yet
_UNTOLD = rx(
    r"\s*[:-]?\s*(?:(?:status|tests?|testing|analys[ei]s|results?|assay)\s*)?(?:(?:is|was|were|are)\s+)?(?:still\s+|currently\s+)?"
    r"(?:pending|unknown|awaited|outstanding|ordered|requested|unavailable|in\s+progress|being\s+\w+|not\s+(?:available|done|performed|tested|known|assessed|determined|evaluated|carried))\b"
    r"|\s+(?:tests?|testing|analys[ei]s|assay|screening)\s+(?:was|were)\s+(?:also\s+)?(?:performed|done|carried\s+out|undertaken|conducted)\b(?!\s+and\s+(?:was|were)\s+positive)",
    re.I,
)
_NEGATIVE = r"\s+(?:(?:was|were|is|came\s+back|returned)\s+)?negative\b"
_NEGATIVE_TEST = rx(
    r"\s+(?:(?:gene|genetic|germline|molecular|mutation(?:al)?)\s+)?(?:tests?|testing|sequencing|analys[ei]s|screen(?:ing)?|panel)"
    + _NEGATIVE,
    re.I,
)
_WAS_NEGATIVE = rx(_NEGATIVE, re.I)
# "negative" of a stain or a copy number says nothing of a mutation
_IN_GENES = rx(r"\b(?:germ-?line|genetic|mutation\w*|sequenc\w+|NGS|hereditary)\b", re.I)


# "RET neg", "MET ex14 not detected"
_DENIED = rx(
    r"(?:\s+ex(?:on)?\s?\d{1,2}(?:\s+skipping)?)?\s*[:=-]?\s*\(?(?:neg(?:ative)?\b|not\s+detected\b)(?!\s+(?:for|margin|node|cells?)\b)",
    re.I,
)
_STAINED_IN = rx(r"\b(?:immuno\w*|IHC|stain\w*|express\w*|flow\s+cytometry)\b", re.I)
_FUSING = frozenset({"ALK", "ROS1", "RET", "NTRK", "NTRK1", "NTRK2", "NTRK3", "NRG1"})  # what is looked for in them


def denied(context: Context, group: list[Named], low: int, high: int) -> list[Fact]:
    """Return the changes that a bare "negative" denies to genes which no stain shows: "ROS1 neg, RET neg"."""
    m = _DENIED.match(context.text, group[-1][1], high)
    if m is None or _STAINED_IN.search(context.text, low, high):
        return []
    found = []
    for a, b, symbol, concept in group:
        if concept is None or not context.text[a:b].isupper() or context.hits_in(a, b, "markers"):
            continue
        change = "rearrangement" if symbol in _FUSING else "mutation"
        end = m.end() if a == group[-1][0] else b
        found.append(
            finding(context, a, end, low, high, gene=symbol, geneConcept=concept, change=change, result="absent")
        )
    return found


_ONE_OF_LIST = rx(r"(?:[,;(+]|\b(?:with|has|carries|carrier\s+of))\s*(?:an?\s+)?germ-?line\s+\Z", re.I)
_LIST_ENDS = rx(r"\s*(?:[,.;)]|$)")
_ASKED = rx(
    r"\b(?:test\w*|panels?|screen\w*|sequenc\w*|counsel\w*|request\w*|pending|send|sent|await\w*|refer\w*|recommend\w*|consider\w*|no|not|negative|without)\b",
    re.I,
)


def inherited(context: Context, group: list[Named], low: int, high: int) -> list[Fact]:
    """Return what a list of findings calls "germline PALB2" and nothing more."""
    if len(group) != 1 or group[0][3] is None:
        return []
    a, b, symbol, concept = group[0]
    if not (
        _ONE_OF_LIST.search(context.text, max(low, a - 30), a)
        and _LIST_ENDS.match(context.text, b, high)
        and not _ASKED.search(context.text, low, high)
    ):
        return []
    return [finding(context, a, b, low, high, gene=symbol, geneConcept=concept, change="mutation", result="present")]


_IN_SITU = rx(
    r"\b(?:HER-?2(?:\s?/\s?neu)?|ERBB2)\b(?:[^.\n]|\.\d){0,40}?(?P<what>\b(?:D?FISH|D?D?ISH|SISH|CISH|fluorescen\w+\s+in[\s-]situ\s+hybridi[sz]ation)\b\s*[(:=-]?\s*"
    r"(?:(?:test(?:ing)?|analysis|result|status|ratio|HER2/CEP17|of|was|were|is|came\s+back|\d(?:[.,]\d{1,2})?)[\s,:]*){0,5}"
    r"(?P<r>not[\s-]amplified|no\s+amplification|non-?amplified|unamplified|neg(?:ative)?\b|amplified|pos(?:itive)?\b|[-\u2212+](?=\s*(?:[,.;)]|$))))",
    re.I,
)
MAY_IN_SITU = stems("her her2 her2neu erbb2 erbb", any_end="her2")


def in_situ(context: Context, low: int, high: int) -> list[Fact]:
    """Return what an in situ hybridisation of HER2 showed, where it is told behind the score: "HER2 2+ (FISH not amplified)"."""
    found = []
    for m in context.find(_IN_SITU, MAY_IN_SITU, low, high):
        between = context.hits_in(m.start() + 4, m.start("what"), "markers", "genes")
        if any(not context.text[h.start : h.end].upper().startswith(("HER", "ERBB2")) for h in between):
            continue
        present = m["r"].lower().startswith(("amp", "pos", "+"))
        found.append(
            finding(
                context,
                m.start("what"),
                m.end("what"),
                low,
                high,
                gene="ERBB2",
                geneConcept="genes/ERBB2" if context.terms.concept("genes/ERBB2") else None,
                change="amplification",
                result="present" if present else "absent",
                method="fish",
            )
        )
    return found


def _is_looked_for(text: str, low: int, at: int) -> bool:
    """Say whether the words before a gene at *at* tell that something was looked for: "analysis of", "tested for the"."""
    led = text[low:at].rstrip().lower().endswith(("of", "for", "the"))
    return led and _LOOKED_FOR.search(text, low, at) is not None


def looked_for(text: str, facts: list[Fact], change: re.Match[str] | None, where: tuple[int, int, int]) -> list[Fact]:
    """Mark what was only looked for: "techniques for analysis of EGFR mutations"."""
    low, start, high = where
    if change is None:
        return facts
    if _UNTOLD.match(text, change.end(), high):
        return []
    # the ALK break-apart test, whatever it showed
    test = lazy(r"break", re.I).match(change.group()) and _TEST.match(text, change.end(), high)
    asked = _is_looked_for(text, max(low, start - 40), start)
    if test or (asked and not _ANSWERED.match(text, change.end(), high)):
        for fact in facts:
            fact.status = "hypothetical"
    return facts


_OF_BRCA = rx(r"[gst]BRCA")
_CALLED = rx(
    r"[\s:(-]*(?:status\s*)?(?:was\s|is\s|:\s?)?(?:(?P<no>neg(?:ative)?|not\s+detected)|pos(?:itive)?)\b", re.I
)


def called(context: Context, group: list[Named], high: int) -> list[Fact]:
    """Return what "gBRCA neg" says: the prefix tells that a mutation was looked for, and where."""
    a, b, symbol, concept = group[-1]
    m = _CALLED.match(context.text, b, high) if _OF_BRCA.match(context.text, a) else None
    if m is None:
        return []
    result = "absent" if m["no"] else "present"
    return [finding(context, a, m.end(), a, high, gene=symbol, geneConcept=concept, change="mutation", result=result)]


def tested_in_vain(context: Context, group: list[Named], low: int, high: int) -> list[Fact]:
    """Return the mutations that a genetic test did not find: "germline BRCA1/2 testing was negative"."""
    text, start, end = context.text, group[0][0], group[-1][1]
    asked = _is_looked_for(text, max(low, start - 40), start)
    m = (_WAS_NEGATIVE if asked else _NEGATIVE_TEST).match(text, end, high)
    if m is None or not _IN_GENES.search(text, max(low, start - 50), m.end()):
        return []
    return [
        finding(context, a, b, low, high, gene=symbol, geneConcept=concept, change="mutation", result="absent")
        for a, b, symbol, concept in group
    ]
