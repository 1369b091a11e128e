"""Markers without a result, and results that the words around them deny: "HER2 was not tested", "no HER2 overexpression"."""

from __future__ import annotations

import re

from epicrisis.facts.ihc_phrases import Stain
from epicrisis.kept import lazy

# what tells that a marker has no result, whatever stands before it
_NO_RESULT = lazy(
    r"[\s:]{0,3}(?:\([^()]{1,30}\)\s*)?(?:(?:and|or|nor)\s+[\w-]{2,12}\s+(?=(?:were|are|have)\b))?"
    r"(?:(?:status|expression|testing|tests?|results?|analysis|immunostaining|staining|amplification)\s+)?(?:(?:was|were|is|are|has|have|had|could|remained)\s+)?"
    r"(?:not\s+(?:been\s+|be\s+)?(?:performed|done|tested|assessed|available|evaluated|determined|known|reported|examined|carried\s+out|measured|evaluable|assessable|obtained)"
    r"|never\s+(?:performed|done|tested|assessed)|unknown\b|unavailable\b|pending\b)",
    re.I,
)


def untested(text: str, at: int, high: int) -> bool:
    """Say whether the words behind a marker tell that it has no result."""
    return _NO_RESULT.match(text, at, high) is not None


# "no HER2 overexpression", "without loss of MSH2", "HER2 overexpression was not detected"
_NO = lazy(
    r"\b(?:no|without|absence\s+of|lack\s+of|lacking|neither|nor)\s+(?:(?:evidence|signs?)\s+of\s+)?(?:any\s+)?(?:(?:loss|(?:over-?)?expression)\s+of\s+)?(?:(?:nuclear|protein|significant|strong|relevant)\s+)*\Z",
    re.I,
)
_EXPRESSION = lazy(r"\s*(?:protein\s+|receptor\s+)?(?:(?:over-?)?expression|over-?expressed|positivity|loss)\b", re.I)
_ABSENT = lazy(
    r"\s*(?:protein\s+|receptor\s+)?(?:over-?)?expression\s+(?:(?:was|were|is)\s+)?(?:not\s+(?:\w+ly\s+)?(?:detected|seen|found|observed|present|identified|noted|demonstrated)|absent|negative|lacking)\b",
    re.I,
)
_NO_LOSS = lazy(r"(?:no|without)\s+(?:evidence\s+of\s+)?loss\b", re.I)
_OPPOSITE = {"positive": "negative", "loss": "retained"}


def deny(text: str, stain: Stain, low: int, high: int) -> None:
    """Turn a result that the words around it deny: an overexpression that was absent, a loss that was none."""
    result = stain.value.get("result")
    shown = stain.value.get("resultSpan")
    if result == "negative" and shown and _NO_LOSS.match(text, shown[0], high):
        stain.value["result"] = "retained"  # "no loss of expression of mismatch repair proteins"
        return
    if result not in _OPPOSITE or "percentLow" in stain.value or "score" in stain.value:
        return
    hit = stain.hit
    span = stain.value.get("resultSpan") or (hit.start, hit.end)
    told = min(span[0], hit.start)  # "no loss of MLH1, MSH2 and PMS2": the word of the whole list
    lost = result == "loss" and (
        _NO.search(text, max(low, hit.start - 60), hit.start) or _NO.search(text, max(low, told - 30), told)
    )
    denied = _ABSENT.match(text, hit.end, high) or (
        _NO.search(text, max(low, hit.start - 60), hit.start) and _EXPRESSION.match(text, hit.end, high)
    )
    if lost or (result == "positive" and denied):
        stain.value["result"] = _OPPOSITE[str(result)]
