"""Performance status: ECOG, WHO, Zubrod, Karnofsky, Lansky.

Value: {"scale": ECOG | WHO | KPS | Lansky, "value": "1", "high"?}; a status without a scale keeps
scale None.
"""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx, stems

_IS = (
    r"(?:[\s,:=(–-]|\b(?:performance|status|scale|score|index|grade|class"
    r"|PS|P\.S\.|of|was|is|at|to|remained|had|improved|deteriorated|declined"
    r"|worsened|estimated|about|approximately|group|\(?KPS|ECOG\)?|\)"
    r"|from)\b|\)){0,14}"
)
_ECOG = rx(
    rf"(?<![\w-])(?P<scale>(?:Eastern\s+Cooperative\s+Oncology\s+Group"
    rf"|ECOG|Zubrod|WHO(?=\s*[-/]?\s*(?:PS\b|performance))|World\s+Health\s+Organi[sz]ation"
    rf"(?=\s+performance))(?:\s*\((?:ECOG|WHO)\))?(?:[/-](?:WHO|ECOG|Zubrod))?){_IS}"
    rf"(?P<v>[0-5])(?:\s?(?:[-–/]|to)\s?(?P<h>[0-5]))?(?![\w.%]*\d)(?!\s?%"
    rf"|\s*(?:st|nd|rd|th|years|months|weeks|days|mg))",
    re.I,
)
_PS = rx(
    rf"(?<![\w-])(?:[Pp]erformance\s+(?:[Ss]tatus|[Ss]core)|PS)(?:\s*\((?:PS|ECOG"
    rf"|WHO)\))?{_IS}(?P<v>[0-5])(?:\s?(?:[-–/]|to)\s?(?P<h>[0-5]))?(?![\w.%]*\d)"
    rf"(?!\s?%|\s*(?:st|nd|rd|th|years|months|weeks|days|mg))"
)
_FROM_TO = rx(r"\bfrom\s+\d{1,3}\s?%?\s+to\s+\d{1,3}\Z", re.I)
# "ECOG 1, deteriorating to 2", "ECOG 1 -> 0"
_THEN = rx(
    r"%?\s*(?:(?:->|→)|(?:,|and|but)?\s*(?:which\s+|later\s+|then\s+)?(?:deteriorat|worsen|declin|improv|increas|decreas|dropp|fall)\w*\s+to)\s*"
    r"(?P<v>100|[1-9]0|[0-5])(?![\w.%]*\d)",
    re.I,
)
# "KPS was 80% before and 60% after radiotherapy"
_BEFORE_AND = rx(
    r"%?\s*(?:(?:before|prior\s+to|at|on)(?:\s+(?:the\s+)?[\w-]+){0,3}?|(?:pre|post)-?operatively|initially)\s*,?\s*(?:and|but|then)\s+(?:was\s+)?"
    r"(?P<v>100|[1-9]0|[0-5])(?=\s?%?\s+(?:after|before|following|at|on|post|upon|thereafter|(?:pre|post)-?operatively)\b)",
    re.I,
)
_KPS = rx(
    rf"(?<![\w-])(?P<scale>Karnofsky|KPS|Lansky){_IS}(?P<v>100|[1-9]0)\s?%?"
    rf"(?:\s?(?:[-–/]|to)\s?(?P<h>100|[1-9]0)\s?%?)?(?![\d.]*\d)",
    re.I,
)


_WORDS = stems("eastern ecog zubrod who world performance karnofsky lansky", any_end="ps kps")
_SCALES = rx(r"ECOG|Eastern|Zubrod|WHO|World|PS\b|erformance|arnofsky|KPS|ansky")


def extract(context: Context) -> list[Fact]:
    """Return performance facts."""
    facts: list[Fact] = []
    told = context.having(_WORDS)
    for index, s in context.patient_sentences():
        if index not in told or not _SCALES.search(context.text, s.start, s.end):
            continue
        first = len(facts)
        for pattern in (_ECOG, _KPS, _PS):
            for m in pattern.finditer(context.text, s.start, s.end):
                if any(f.start < m.end() and m.start() < f.end for f in facts[first:]):
                    continue
                scale = _scale(m.groupdict().get("scale"))
                course = m["h"] and _FROM_TO.search(context.text, m.start(), m.end("h"))
                if course:  # "deteriorated from 1 to 3": two assessments
                    facts.append(_fact(context, m.start(), m.end("v"), scale, m["v"]))
                    facts.append(_fact(context, m.start("h"), m.end("h"), scale, m["h"]))
                    continue
                end = m.end("h") if m["h"] else m.end("v")
                fact = _fact(context, m.start(), end, scale, m["v"])
                if m["h"]:
                    fact.value["high"] = m["h"]
                facts.append(fact)
                then = (
                    None
                    if m["h"]
                    else _THEN.match(context.text, end, s.end) or _BEFORE_AND.match(context.text, end, s.end)
                )
                if then and (len(then["v"]) == 1) == (len(m["v"]) == 1):
                    facts.append(_fact(context, then.start("v"), then.end("v"), scale, then["v"]))
    return facts


def _fact(context: Context, start: int, end: int, scale: str | None, value: str) -> Fact:
    name = {"ECOG": "ecog", "WHO": "who", "KPS": "karnofsky", "Lansky": "lansky"}.get(scale or "", "")
    names = (f"performance/{name} {value}", f"performance/{name} performance status {value}")
    concept = next((k for k in names if context.terms.concept(k)), None)
    return context.fact("performance", start, end, concept=concept, value={"scale": scale, "value": value})


def _scale(written: str | None) -> str | None:
    if not written:
        return None
    word = written.lower()
    if "karnofsky" in word or word == "kps":
        return "KPS"
    if "lansky" in word:
        return "Lansky"
    if "ecog" in word or "eastern" in word or "zubrod" in word:
        return "ECOG"
    return "WHO"
