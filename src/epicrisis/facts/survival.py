"""How long the patient lived, as the text counts it.

Value: {"value": "10", "unit": "mo", "kind": "overall" | "progression-free"}.
"""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.dose_numbers import number
from epicrisis.facts.model import Fact
from epicrisis.kept import lazy

_N = r"(?P<{0}>\d+(?:[.,]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_SURVIVAL = lazy(
    rf"\bsurviv(?:ed|al)\b[^.;]{{0,45}}?\b{_N.format('a')}[\s-]*(?P<u>days?|weeks?|months?|years?)\b"
    rf"|\b{_N.format('b')}[\s-]*(?P<u2>days?|weeks?|months?|years?)[\s-]+(?:of\s+)?(?P<pf>(?:progression|disease|recurrence|event)[\s-]free\s+)?(?:overall\s+)?survival\b"
    rf"|\b(?:PFS|OS|DFS)\s*(?:of|was|:|=)?\s*{_N.format('c')}\s*(?P<u3>days?|weeks?|months?|years?)\b",
    re.I,
)
# "died in August 2019, 35 months after diagnosis": as long as the patient lived with the disease
_DIED = lazy(
    rf"\b(?:died|passed\s+away|expired|succumbed|death\s+occurred)\b[^.;]{{0,90}}?\b{_N.format('a')}[\s-]+(?P<u>days?|weeks?|months?|years?)\s+(?:after|following|from|since)\s+(?:the\s+|her\s+|his\s+|initial\s+|first\s+|primary\s+)*(?:diagnosis|disease\s+onset|onset)\b(?!\s+of\s+(?:the\s+|\w+\s+){{0,2}}(?:metasta|recurren|relapse|brain|liver|lung|bone))",
    re.I,
)
_PROGRESSION = lazy(r"\b(?:progression|disease|recurrence|event)[\s-]free|\bPFS\b|\bDFS\b", re.I)
_UNIT = {"d": "d", "w": "wk", "m": "mo", "y": "a"}


def extract(context: Context) -> list[Fact]:
    """Return survival facts."""
    facts = []
    for _index, s in context.patient_sentences():
        text = context.text[s.start : s.end]
        for m in (
            _DIED.finditer(text) if "after" in text or "from" in text or "since" in text or "ollowing" in text else ()
        ):
            facts.append(
                context.fact(
                    "survival",
                    s.start + m.start("a"),
                    s.start + m.end(),
                    value={"value": number(m["a"]), "unit": _UNIT[m["u"][0].lower()], "kind": "overall"},
                )
            )
        if "urviv" not in text and "PFS" not in text and "OS" not in text:
            continue
        for m in _SURVIVAL.finditer(text):
            if "%" in m.group() or lazy(r"\b(?:median|mean|rate|average)\b", re.I).search(
                text[max(0, m.start() - 30) : m.end()]
            ):
                continue
            n, unit = m["a"] or m["b"] or m["c"], (m["u"] or m["u2"] or m["u3"])[0].lower()
            told = text[max(0, m.start() - 20) : m.end()]
            kind = "progression-free" if _PROGRESSION.search(told) and not m.group().startswith("OS") else "overall"
            facts.append(
                context.fact(
                    "survival",
                    s.start + m.start(),
                    s.start + m.end(),
                    value={"value": number(n), "unit": _UNIT[unit], "kind": kind},
                )
            )
    return facts
