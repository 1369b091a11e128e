"""Allergies and intolerances that the patient is known to have.

Value: {"substance": concept, "substanceText", "absent": bool, "reaction": [start, end]}.
"""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact

_ALLERGY = re.compile(r"\b(?:allerg(?:y|ies|ic)|hypersensitiv(?:e|ity)|anaphylaxis)\s*(?:reactions?\s*)?(?:to|against|:|for|from)?\b", re.I)
_NONE = re.compile(r"\b(?:no\s+(?:known\s+)?(?:drug\s+|food\s+|medication\s+)*allerg(?:y|ies)|NKDA|NKA|allerg(?:y|ies)\s*:\s*(?:none|nil|no\b|NKDA))", re.I)
_REACTION = re.compile(r"\(([^)]{3,60})\)|\b(?:with|causing|caused|resulting\s+in)\s+([a-z][\w ,-]{3,50})", re.I)


def extract(context: Context) -> list[Fact]:
    """Return allergy facts."""
    facts: list[Fact] = []
    for _, s in context.patient_sentences():
        text = context.text[s.start : s.end]
        if "llerg" not in text and "NKDA" not in text and "NKA" not in text and "ypersensitiv" not in text and "naphyla" not in text:
            continue
        none = _NONE.search(text)
        if none:
            facts.append(context.fact("allergy", s.start + none.start(), s.start + none.end(), value={"absent": True}))
            continue
        for m in _ALLERGY.finditer(text):
            a = s.start + m.end()
            for hit in context.hits_in(a, min(s.end, a + 80), "drugs"):
                gap = context.text[a : hit.start]
                if len(gap.split()) > 6 or re.search(r"[.;]|\b(?:was|treated|received|given)\b", gap):
                    break
                value: dict[str, object] = {"substance": hit.concepts[0], "substanceText": context.text[hit.start : hit.end], "absent": False}
                r = _REACTION.match(context.text[hit.end : s.end].lstrip())
                if r:
                    at = context.text.index(r.group(1) or r.group(2), hit.end)
                    value["reaction"] = [at, at + len(r.group(1) or r.group(2))]
                facts.append(context.fact("allergy", s.start + m.start(), hit.end, value=value))
    return facts
