"""What an operation left of the tumour: R0, R1, R2, told beside the operation or the categories."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx
from epicrisis.facts.stage_context import stage_concept

# a letter and a number have many meanings: R0 counts beside an act, a margin or the categories of a report
_R = rx(r"(?<![\w/.+-])R(?P<v>[012X])(?![\w/.]*\w)(?:[\s-](?:resect\w+|situation|status|excision|margins?))?")
_BESIDE = rx(
    r"resect|excis|ectomy|margin|operat|surg|cytoreduct|debulk|whipple|residual|\bp[TN][0-4xX]|\bV[012]\b|\bL[01]\b|\bPn[01]\b|\b(?:LAR|TURBT|RALP|AR)\b",
    re.I,
)
_AIMED = rx(
    r"\b(?:aim\w*|goal|intend\w*|intention|achieve|attempt\w*|possib\w+|if|potential\w*|chance|likelihood|plan\w*|whether|for\s+an?)\s+(?:[\w-]+\s+){0,3}\Z",
    re.I,
)
_MISSED = rx(
    r"[^.;,]{0,30}\b(?:not\s+(?:possible|feasible|achiev\w+|reached|attained)|(?:was|is|be)\s+(?:planned|intended|aimed|unlikely|deemed)|could\s+not|should\s+be|can\s+be)\b",
    re.I,
)


def residual_tumour(context: Context, low: int, high: int) -> list[Fact]:
    """Return the residual tumour that the sentence [low, high) tells of an operation that was done."""
    text, facts = context.text, list[Fact]()
    for m in _R.finditer(text, low, high):
        near = (max(low, m.start() - 120), min(high, m.end() + 60))
        if (
            not _BESIDE.search(text, *near)
            or _AIMED.search(text, max(low, m.start() - 50), m.start())
            or _MISSED.match(text, m.end(), high)
        ):
            continue
        category = f"R{m['v']}"
        value = {"kind": "residual", "category": category, "set": m.start(), "value": category}
        concept = stage_concept(context, f"residual tumor stage {category}")
        facts.append(context.fact("stage", m.start(), m.start() + 2, concept=concept, value=value))
    return facts
