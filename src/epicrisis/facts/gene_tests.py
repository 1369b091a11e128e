"""What a test for a gene's changes says where no change is named: looked for only, or looked for in vain."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.genomic_finding import finding
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx
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
