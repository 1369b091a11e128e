"""Performance status: ECOG, WHO, Zubrod, Karnofsky, Lansky.

Value: {"scale": ECOG | WHO | KPS | Lansky, "value": "1", "high"?}; a status without a scale keeps
scale None.
"""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx
from epicrisis.kept import lazy

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
_KPS = rx(
    rf"(?<![\w-])(?P<scale>Karnofsky|KPS|Lansky){_IS}(?P<v>100|[1-9]0)\s?%?"
    rf"(?:\s?(?:[-–/]|to)\s?(?P<h>100|[1-9]0)\s?%?)?(?![\d.]*\d)",
    re.I,
)


def extract(context: Context) -> list[Fact]:
    """Return performance facts."""
    facts: list[Fact] = []
    for _, s in context.patient_sentences():
        text = context.text[s.start : s.end]
        if not lazy(r"ECOG|Eastern|Zubrod|WHO|World|PS\b|erformance|arnofsky|KPS|ansky").search(text):
            continue
        for pattern in (_ECOG, _KPS, _PS):
            for m in pattern.finditer(context.text, s.start, s.end):
                if any(f.start < m.end() and m.start() < f.end for f in facts):
                    continue
                scale = _scale(m.groupdict().get("scale"))
                value: dict[str, object] = {"scale": scale, "value": m["v"]}
                if m["h"]:
                    value["high"] = m["h"]
                name = {"ECOG": "ecog", "WHO": "who", "KPS": "karnofsky", "Lansky": "lansky"}.get(scale or "", "")
                concept = next(
                    (
                        k
                        for k in (
                            f"performance/{name} {m['v']}",
                            f"performance/{name} performance status {m['v']}",
                        )
                        if context.terms.concept(k)
                    ),
                    None,
                )
                end = m.end("h") if m["h"] else m.end("v")
                facts.append(context.fact("performance", m.start(), end, concept=concept, value=value))
    return facts


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
