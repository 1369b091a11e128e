"""The grade of a harm (CTCAE): told before it, behind it, or of a list."""

from __future__ import annotations

import itertools
import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.kept import lazy

_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5"}
_G = r"(?:[1-5]|IV|V|I{1,3})"
GRADE = lazy(
    rf"\b(?:(?:CTCAE|CTC|NCI|WHO)[\s-]*(?:v?\d(?:\.\d)?\s*)?)?(?:grade|gr\.?|G|°)\s*(?P<a>{_G})(?:\s*(?:-|–|—|to|/|or|and)\s*(?:grade\s*)?(?P<b>{_G}))?\b(?!\s*(?:lesion|tumou?r|carcinoma|sarcoma|adeno|glioma|astro|leiomyo|\w+oma\b))|\bgrade\s*[≥>]\s*(?P<c>[1-5])|\bCTC(?:AE)?\s*(?P<e>[1-5]|IV|I{{1,3}})\b|(?<![\w.])(?P<d>IV|I{{1,3}}|[1-4])\s?°(?!\s?[CF]\b)",
    re.I,
)
# "hypertension, fatigue and oral mucositis", "nausea + vomiting"; "and by veno-occlusive disease" begins anew
LISTED = lazy(r"\s*(?:,\s*and|,|and|/|\+|&)\s*(?:(?!(?:by|with|from|for|of|in|on|to|after|without)\b)\w+\s+)?")
_AND = lazy(r"(?:\s?\([^()]{1,40}\))?\s*(?:,\s*and|,|and)\s*")


def grade(
    text: str, a: int, b: int, grades: list[re.Match[str]], value: dict[str, object], base: int, others: list[int]
) -> bool:
    """Read the grade of the event text[a:b] into *value*; *others* are where other events of the sentence begin."""
    for m in grades:
        # "grade II sarcoma with necrosis" grades the tumour
        before = 0 <= a - m.end() <= 45 and not lazy(r"[;.]|\b(?:which|was|were|with)\b|oma\b|cancer|tumou?r").search(
            text[m.end() : a]
        )
        after = 0 <= m.start() - b <= 14 and lazy(r"[\s,(\[]*(?:of\s+|CTCAE\s+)?").fullmatch(text[b : m.start()])
        if (
            after
            and "," in text[b : m.start()]
            and any(lazy(r"\s+(?:[\w-]+\s+)?").fullmatch(text[m.end() : o]) for o in others)
        ):
            after = None  # "hypertension, grade 3 rash": the grade is the rash's
        if before and ("," in text[m.end() : a] or " and " in text[m.end() : a]):
            continue  # shared later, over the list
        if before or after:
            low = _number(m["a"] or m["c"] or m["d"] or m["e"])
            high = _number(m["b"]) if m["b"] else None
            value["grades"] = [low] + ([high] if high and high != low else [])
            value["gradeSpan"] = [base + m.start(), base + m.end()]
            return True
    return False


def share_grade(context: Context, events: list[Fact]) -> None:
    """Let "grade 1-2 hypertension, fatigue and oral mucositis" grade each event of the list."""
    events.sort(key=lambda f: f.start)
    own: Fact | None = None  # "hypertension, grade 3 rash, and fever": the list begins without a grade
    for before, one in itertools.pairwise(events):
        if before.end < one.value.get("gradeSpan", [0])[0] <= one.start:
            listed = _AND.fullmatch(context.text, before.end, one.value["gradeSpan"][0])
            own = one if listed else own
    for first, then in itertools.pairwise(events):
        gap = context.text[first.end : then.start]
        if "grades" in first.value and "grades" not in then.value and first is not own and LISTED.fullmatch(gap):
            then.value["grades"] = first.value["grades"]
            then.value["gradeSpan"] = first.value["gradeSpan"]
            then.value["sharedGrade"] = True


def _number(word: str) -> str:
    return _ROMAN.get(word.upper(), word)
