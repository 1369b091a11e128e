"""Terms of the tables that mean something else where they stand: landmarks of a distance, scores named like an event."""

from __future__ import annotations

import re

from epicrisis.kept import lazy
from epicrisis.terminology import Hit

# "8 cm from the anal verge", "25 cm from the incisors": where one measures from, and not where it is
_DISTANCE = lazy(r"\d\s?[cm]m\s+(?:away\s+)?from\s+(?:the\s+)?", re.I)
# "CRS 2": the chemotherapy response score of an ovarian carcinoma, and no cytokine release
_SCORE = lazy(r"\bCRS\s?(?:score\s?)?[:=]?\s?[1-3]\b(?!\s?°)")
# "UA 2+ protein": of the urine, and no uric acid; "Comorbidity: atrial fibrillation": the label names no disease
_DIPSTICK = lazy(
    r"U(?<!\wU)A\b[\s:]*(?=[1-4]\+|(?:\w+\s+)?(?:pos|neg|trace|nitrite|protein|leuk|blood|ketones|glucose|clear|clean|bland|unremarkable|WNL)\w*\b)"
)
_LABEL = lazy(r"\b[Cc]o-?morbidit(?:y|ies)(?=\s?:)")
# "oedema CTC 3": the criteria's grade, and no circulating cells; "thymic rebound": of the gland
_CRITERIA = lazy(
    r"\bCTC(?:AE)?\s?(?:v\.?\s?\d(?:\.\d)?\s?)?(?:grade\s?|gr\.?\s?|°\s?|G\s?)?[1-5](?!\d|[.,]\d|\s?(?:/|°?\s?(?:cells|per|in)\b))",
    re.I,
)
_GLAND = lazy(r"\bthym(?:ic|us)\s+(?:hyperplasia\s+)?(?P<word>rebound)\b", re.I)
# "tubules 3, nuclei 2, mitoses 2": points of a grade; "born at term after an uneventful pregnancy": his mother's
_POINTS = lazy(
    r"\b(?:tubul\w+|nucle\w+|pleomorph\w+)\b[^.;\n]{0,40}?\b(?P<word>mitos[ei]s|mitotic(?:\s\w+)?)\s*[:=]?\s*(?:score\s*)?[1-3](?!\d|[.,]\d|\s?(?:/|per))",
    re.I,
)
_MOTHERS = lazy(
    r"\bborn\b[^.;\n]{0,60}?\b(?P<word>pregnancy|gestation)\b|\b(?P<word2>pregnancy)\s+and\s+(?:birth|delivery)\b", re.I
)
_DEBULKED = lazy(r"\b(?:debulking|IDS|interval|oment)", re.I)


def without(text: str, hits: list[Hit]) -> list[Hit]:
    """Return *hits* without those that mean something else."""
    marks = {m.end() for m in _DISTANCE.finditer(text)}
    scores = {m.start() for m in _SCORE.finditer(text)} if "CRS" in text else set()
    if scores and not _DEBULKED.search(text):
        scores = set()
    if "UA" in text:
        scores |= {m.start() for m in _DIPSTICK.finditer(text)}
    if "morbidit" in text:
        scores |= {m.start() for m in _LABEL.finditer(text)}
    if "CTC" in text:
        scores |= {m.start() for m in _CRITERIA.finditer(text)}
    if "rebound" in text:
        scores |= {at for m in _GLAND.finditer(text) for at in (m.start(), m.start("word"))}
    if "mito" in text or "Mito" in text:
        scores |= {m.start("word") for m in _POINTS.finditer(text)}
    if "born" in text or "regnancy and" in text:
        scores |= {m.start("word" if m["word"] else "word2") for m in _MOTHERS.finditer(text)}
    if not marks and not scores:
        return hits
    return [
        h
        for h in hits
        if h.start not in scores and (h.start not in marks or not any(c.startswith("sites/") for c in h.concepts))
    ]
