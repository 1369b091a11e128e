"""What is said of relatives, and that nothing is known of them.

Value: {"absent": bool, "relation": concept, "relationText", "conditions": [[start, end, concept]]}.
"""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.in_order import within
from epicrisis.facts.model import Fact
from epicrisis.facts.scope import donor, patients_verb
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_ABSENT = lazy(
    r"\b(?:no|without(?:\s+(?:an?|any))?|denied(?:\s+(?:an?|any))?|negative|non-?contributory|unremarkable)\s+(?:known\s+|strong\s+|significant\s+|relevant\s+|pertinent\s+|positive\s+|notable\s+|other\s+)?(?:(?:family|familial)(?:\s+or\s+(?:genetic|personal))?\s+(?:medical\s+|cancer\s+)?(?:history|hx)|FHx|history\s+in\s+(?:the|her|his)\s+family)(?:\s+(?:of|for)\s+[^,.;]{2,70}?(?=\s+(?:was|were|or\s+known|with|and\s+(?:he|she|the))\b|[,.;]|\Z))?"
    r"|\b(?:(?:family|familial)\s+(?:medical\s+)?(?:history|hx)|FHx)\s*(?:was|is|:)?\s*(?:negative|unremarkable|non-?contributory|not\s+significant|nil|none)(?:\s+for\s+[^,.;]{2,60})?"
    r"|\b(?:nobody|no\s+one|none)\s+in\s+(?:the|her|his)\s+family\b[^,.;]{0,60}",
    re.I,
)
_ANY = lazy(r"\b(?:family|familial)\s+(?:history|hx)\b|\bFHx\b", re.I)
# "a family history of ovarian cancer, and she was found to have breast cancer"
_PATIENTS_OWN = lazy(r"[,;]\s*(?:(?:and|but|who)\s+)?(?:he|she|the\s+patient)\b|[;]", re.I)
_POSITIVE = lazy(
    r"\b(?:had|has|have|with|died\s+of|died\s+from|suffer\w+|diagnosed|due\s+to|history|was\s+treated|developed|of|from|:)\b|\bw/|:",
    re.I,
)
_AND = lazy(r"(?:,?\s+aged\s+\d+)?\s*(?:,\s*and|,|and|&|\+)\s+(?:(?:her|his|a|an|one|two|three|the)\s+)?", re.I)
_SCORE = lazy(r"(?:['’]?s)?[\s‐-―-]*(?:Pugh|Turcotte|class\b|score\b|[ABC]\b)", re.I)  # "Child-Pugh A6"
_A_CHILD = lazy(
    r"\b(?:an?|the|this|our|in|for|among)\s+(?:[\w-]+\s+){0,2}\Z", re.I
)  # the patient, or children in general
_BRINGS = lazy(r"\b(?:accompanied|brought|noticed|lives?\s+with|reported\s+by|told|donat\w+|donor|informed)\b", re.I)

_IN_LAW = lazy(r"-?\s?in-?\s?law\b", re.I)  # no kin of the patient


def extract(context: Context) -> list[Fact]:
    """Return family-history facts."""
    facts: list[Fact] = []
    named, named_diseases = context.by_sentence("relatives"), context.by_sentence("cancers", "diseases")
    for index, s in context.patient_sentences():
        small = context.small(index)
        familial, in_family = "famil" in small or "fhx" in small, context.kind(index) == "family"
        if not (familial or in_family or index in named):
            continue
        text = context.text[s.start : s.end]
        absent = list(_ABSENT.finditer(text)) if familial else []
        if absent and not _EXCEPT.search(text, absent[-1].start(), absent[-1].end() + 20):
            for m in absent:
                facts.append(
                    context.fact("family_history", s.start + m.start(), s.start + m.end(), value={"absent": True})
                )
            continue
        relatives = [
            h
            for h in named.get(index, ())
            if not (
                _SCORE.match(context.text, h.end)
                or _IN_LAW.match(context.text, h.end)
                or (
                    context.text[h.start : h.start + 5].lower() == "child"
                    and _A_CHILD.search(context.text, max(s.start, h.start - 40), h.start)
                )
            )
        ]
        if not relatives and not in_family and not _ANY.search(text):
            continue
        if _BRINGS.search(text):
            continue
        diseases = named_diseases.get(index, [])
        if not diseases:
            continue
        if relatives:
            told_of = _told(context, relatives, diseases, s.start, s.end)
            facts += _without_doubles([f for f in (_denied(context, one, s.start, s.end) for one in told_of) if f])
        elif told := _ANY.search(text):
            own = _PATIENTS_OWN.search(context.text, s.start + told.end(), s.end)
            stop = min(s.start + told.end() + 100, own.start() if own else s.end)
            later = [d for d in diseases if s.start + told.end() <= d.start < stop]
            if later and lazy(
                r"\s*(?:was\s+|is\s+)?(?:positive|significant|notable|remarkable)?\s*(?:for|of|:|in)", re.I
            ).match(text[told.end() :]):
                facts.append(
                    context.fact(
                        "family_history",
                        s.start + told.start(),
                        later[-1].end,
                        value={"absent": False, "conditions": [[d.start, d.end, d.concepts[0]] for d in later]},
                    )
                )
    return facts


_EXCEPT = lazy(r"\b(?:except|apart\s+from|other\s+than|besides|save|but\s+for)\b", re.I)
_CLAUSES = lazy(r";|\b(?:but|except(?:\s+for)?|apart\s+from|other\s+than|besides|who|which)\b|,\s+and\b", re.I)
_DENIES = lazy(r"\b(?:no|not|nor|neither|none|nobody|without|denie[sd]|denying|nil|never|negative\s+for)\b", re.I)
# "the patient denied weight loss, fever, and family history of cancers"
_DENIED_TOO = lazy(
    r"\bden(?:ied|ies|ying)\b(?:(?!\b(?:but|however|had|has|was|were|reported|who|which|although)\b)[^.;])*,\s+and\s+(?:any\s+|an?\s+)?\Z",
    re.I,
)
_NONE_BEHIND = lazy(r"\s*(?::|was|is)?\s*(?:none|nil|negative|no|unremarkable|absent)\b", re.I)
_OTHER = lazy(r"\s+(?:other|further|additional)\b", re.I)
_ANYBODY = "relatives/family member"


def _denied(context: Context, fact: Fact, low: int, high: int) -> Fact | None:
    """Return *fact* as it stands, as the denial that it is, or None where one relative is said to have had nothing.

    "no personal or family history of melanoma", "no malignancies in the family", "her father had no cancer".
    """
    first = min(c[0] for c in fact.value["conditions"])
    low = max(low, first - REACH)
    parts = [m.end() for m in _CLAUSES.finditer(context.text, low, first)]
    begin = parts[-1] if parts else low
    said = _DENIES.search(context.text, begin, first) or _DENIED_TOO.search(context.text, low, fact.start)
    behind = _NONE_BEHIND.match(context.text, fact.end, high)
    if said is None and behind is None:
        return fact
    if (said and _OTHER.match(context.text, said.end(), first)) or _EXCEPT.search(
        context.text, fact.end, fact.end + 12
    ):
        return None  # "two uncles had lung cancer; no other malignancies in the family"
    if fact.value["relation"] != _ANYBODY:
        return None
    start, end = min(fact.start, said.start() if said else fact.start), behind.end() if behind else fact.end
    return context.fact("family_history", start, end, value={"absent": True})


def _without_doubles(facts: list[Fact]) -> list[Fact]:
    """Leave out "family history included breast cancer" where "breast cancer in two aunts" says of whom."""
    named = [tuple(c) for f in facts if f.value.get("relation") not in (None, _ANYBODY) for c in f.value["conditions"]]
    return [
        f
        for f in facts
        if f.value["absent"]
        or f.value["relation"] != _ANYBODY
        or any(tuple(c) not in named for c in f.value["conditions"])
    ]


def _beginning(hits: list[Hit], low: int, high: int) -> list[Hit]:
    """Return the hits, which are in order, that begin in [low, high)."""
    return within(hits, low, high, lambda h: h.start)


def _told(context: Context, relatives: list, diseases: list, low: int, high: int) -> list[Fact]:  # type: ignore[type-arg]
    facts = []
    for i, r in enumerate(relatives):
        if donor(context.text, r.start):
            continue
        end = relatives[i + 1].start if i + 1 < len(relatives) else high
        own = _PATIENTS_OWN.search(context.text, r.end, end)
        end = patients_verb(context, r.start, r.end, end) or (own.start() if own else end)
        mine = _beginning(diseases, r.end, end)
        if not mine and i + 1 < len(relatives) and _AND.fullmatch(context.text[r.end : relatives[i + 1].start]):
            after = relatives[i + 2].start if i + 2 < len(relatives) else high
            mine = _beginning(diseases, relatives[i + 1].end, after)  # "her mother and aunt had ..."
        if not mine:
            # "breast cancer in her mother"
            mine = [
                d
                for d in _beginning(diseases, r.start - REACH, r.start)
                if d.end <= r.start
                and lazy(
                    r"\s*\(?\s*(?:in|of)\s+(?:her|his|the|a)?\s*(?:\w+\s+)?|\s*(?:\(|\s[-–]\s)(?:(?:her|his|maternal|paternal)\s+)?",
                    re.I,
                ).fullmatch(context.text[d.end : r.start])
            ]
        if not mine:
            continue
        between = context.text[r.end : mine[0].start] if mine[0].start >= r.end else ""
        if len(between) > 120:
            continue
        listed = "," if context.kind(context.sentence_at(r.start)) == "family" else ""  # "FH: father, laryngeal cancer"
        if between and not _POSITIVE.search(between) and not lazy(rf"[\s:(–{listed}-]*").fullmatch(between):
            continue
        if lazy(r"\b(?:the\s+patient|she|he)\b").search(between):
            continue
        start, stop = min(r.start, mine[0].start), max(r.end, mine[-1].end)
        facts.append(
            context.fact(
                "family_history",
                start,
                stop,
                value={
                    "absent": False,
                    "relation": r.concepts[0],
                    "relationText": context.text[r.start : r.end],
                    "conditions": [[d.start, d.end, d.concepts[0]] for d in mine],
                },
            )
        )
    return facts
