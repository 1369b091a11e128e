"""The grade of a harm (CTCAE): told before it, behind it, or of a list."""

from __future__ import annotations

import itertools
import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import roman
from epicrisis.kept import lazy

_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5"}
_G = r"(?:[1-5Ⅰ-Ⅴ]|IV|V|I{1,3})"
GRADE = lazy(
    rf"\b(?:(?:CTCAE|CTC|NCI|WHO)[\s-]*(?:v?\d(?:\.\d)?\s*)?)?(?:grade|gr\.?|G|°)\s*(?P<a>{_G})(?:\s*(?:(?:-|–|—|to|/|or)\s*(?:grade\s*)?|and\s+)(?P<b>{_G}))?\b(?!\s*(?:lesion|tumou?r|carcinoma|sarcoma|adeno|glioma|astro|leiomyo|\w+oma\b))|\bgrade\s*[≥>]\s*(?P<c>[1-5])|\bCTC(?:AE)?\s*(?P<e>[1-5]|IV|I{{1,3}})\b|(?<![\w.])(?P<d>IV|I{{1,3}}|[1-4])\s?°(?!\s?[CF]\b)",
    re.I,
)
# "hypertension, fatigue and oral mucositis", "nausea + vomiting"; "and by veno-occlusive disease" begins anew
LISTED = lazy(r"\s*(?:,\s*and|,|and|/|\+|&)\s*(?:(?!(?:by|with|from|for|of|in|on|to|after|without)\b)\w+\s+)?")
# "lymphedema of the left leg, grade 2", "hepatitis worsened from grade 2 to grade 4", "CRS, max grade 3"
_BEHIND = lazy(
    r"(?:\s?\([^()]{1,60}\)(?=,))?"
    r"(?:\s?:?\s+onset\s+(?:on\s+)?d(?:ay)?\s?\+?\d{1,3}\s?[,;])?"  # "CRS: onset day +2, maximum grade 2"
    r"(?:\s+(?:of|in|on|(?:due|related|attributed|secondary)\s+to|from|caused\s+by)\s+(?:(?:the|both|his|her)\s+)?(?:[\w-]+\s+)?[\w-]+)?"
    r"(?:\s+(?:occurred|developed|appeared|(?:was|were)\s+(?:seen|noted|observed|diagnosed|reported)))?"
    r"[\s,(\[]*(?:(?:which|that|and|it)\s+)?"
    r"(?:(?:was|were|is|worsened|progressed|increased|both|max(?:imum|imal|\.)?|worst|up\s+to|at\s+(?:worst|most)|reaching|peak|of|CTCAE|from|to)\s+){0,4}",
    re.I,
)
_SIMPLE = lazy(r"[\s(\[:=–]*(?:of\s+|CTCAE\s+)?")
# "infusion-related reaction (chills, fever 38.9 °C; grade 2)", "proctitis (late toxicity, grade 3)"
_ENDS_BRACKET = lazy(r"\s?\([^()]{1,60}(?P<sign>[;,])\s?(?:CTCAE\s+|max(?:imum|imal|\.)?\s+)?", re.I)
# "fatigue and hepatitis (both grade 2)"
_TOGETHER = lazy(r"[\w\s,-]{1,60}?[\s,(]\s?(?:both|all|each)\s+(?:(?:were|of)\s+)?", re.I)
# "pelvic pain, grade 3 endometrioid carcinoma", "with diarrhoea, G2, Ki-67 5%"
OF_TUMOUR = lazy(
    r"(?:\s+(?!(?:and|or|but|with|in|of|on|after|before|during|due|from|while|the|was|were|is)\b)[\w-]+){0,3}?\s+(?:(?!h(?:a)?ematoma|glaucoma|coma\b)[\w-]*oma|cancers?|tumou?rs?|neoplasms?|NETs?|lesions?|mass)\b|[\s,;(]*Ki[\s-]?67\b",
    re.I,
)
_BESIDE = lazy(r"\s+(?:(?!(?:with|and|or|by|in|of|on|to|from|after|for|without)\b)[\w-]+\s+)?")
_WITH = lazy(r"\s*,?\s*with\s+(?:[\w-]+\s+){0,3}")
_AND = lazy(r"(?:\s?\([^()]{1,40}\))?\s*(?:,\s*and|,|and)\s*")


def grade(
    text: str, a: int, b: int, grades: list[re.Match[str]], value: dict[str, object], base: int, others: list[int]
) -> bool:
    """Read the grade of the event text[a:b] into *value*; *others* are where other events of the sentence begin."""
    for m in grades:
        # "grade II sarcoma with necrosis" grades the tumour
        before = 0 <= a - m.end() <= 45 and not lazy(
            r"[;.]|\b(?:which|was|were|with|except|but|apart|save|while)\b|oma\b|cancer|tumou?r"
        ).search(text[m.end() : a])
        after = m.start() >= b and _told_behind(text, b, m, others)
        if before and lazy(r"[,+&/]|\band\b").search(text, m.end(), a):
            continue  # shared later, over the list
        if before or after:
            low = _number(m["a"] or m["c"] or m["d"] or m["e"])
            high = _number(m["b"]) if m["b"] else None
            value["grades"] = [low] + ([high] if high and high != low else [])
            value["gradeSpan"] = [base + m.start(), base + m.end()]
            return True
    return False


def _told_behind(text: str, b: int, m: re.Match[str], others: list[int]) -> bool:
    """Say whether the grade *m* is told behind an event that ends at *b*; *others* begin there."""
    at = m.start()
    if at - b > 90 or OF_TUMOUR.match(text, m.end()):
        return False
    between = [o for o in others if b < o < at]
    if between:
        bracket = _ENDS_BRACKET.fullmatch(text, b, at)
        if bracket and bracket["sign"] == ";" and text.startswith(")", m.end()):
            return True
        return _TOGETHER.fullmatch(text, b, at) is not None and not GRADE.search(text, b, at)
    if _SIMPLE.fullmatch(text, b, at):
        return True
    if _ENDS_BRACKET.fullmatch(text, b, at):
        return text.startswith(")", m.end())
    # "hypertension, grade 3 rash": the grade is the rash's
    return _BEHIND.fullmatch(text, b, at) is not None and not any(_BESIDE.fullmatch(text, m.end(), o) for o in others)


def grades_an_event(context: Context, start: int, end: int, low: int, high: int) -> bool:
    """Say whether the grade at [start, end) is that of an event beside it: "constipation (grade 2)", "grade 2 obesity"."""
    text = context.text
    for hit in context.hits_in(max(low, start - 80), min(high, end + 40), "adverse_events"):
        if hit.start >= end and _BESIDE.fullmatch(text, end, hit.start):
            return True
        if hit.end <= start and _BEHIND.fullmatch(text, hit.end, start) and not OF_TUMOUR.match(text, end, high):
            tumours = context.hits_in(low, hit.start, "cancers")
            # "sarcoma with haemorrhage, grade 3" grades the tumour
            return not (tumours and _WITH.fullmatch(text, tumours[-1].end, hit.start))
    return False


def share_grade(context: Context, events: list[Fact]) -> None:
    """Let "grade 1-2 hypertension, fatigue and oral mucositis" grade each event of the list."""
    events.sort(key=lambda f: f.start)
    own: Fact | None = None  # "hypertension, grade 3 rash, and fever": the list begins without a grade
    for before, one in itertools.pairwise(events):
        if before.end < one.value.get("gradeSpan", [0])[0] <= one.start:
            listed = _AND.fullmatch(context.text, before.end, one.value["gradeSpan"][0])
            own = one if listed else own
    for n, (first, then) in enumerate(itertools.pairwise(events)):
        gap = context.text[first.end : then.start]
        if gap.strip() == "," and not _goes_on(context, events[n + 1 :]):
            continue  # "G2 proctitis, anaemia Hb 7.9"
        if "grades" in first.value and "grades" not in then.value and first is not own and LISTED.fullmatch(gap):
            then.value["grades"] = first.value["grades"]
            then.value["gradeSpan"] = first.value["gradeSpan"]
            then.value["sharedGrade"] = True


def _goes_on(context: Context, events: list[Fact]) -> bool:
    """Say whether a list goes on to an "and", so that it is one: "grade 2 fatigue, rash and fever"; or ends bare."""
    for one, then in itertools.pairwise(events):
        gap = context.text[one.end : then.start]
        if "grades" in then.value or not LISTED.fullmatch(gap):
            break
        if gap.strip() != ",":
            return True
    else:
        one = events[-1]
    return _OWN_VALUE.match(context.text, one.end) is None


_OWN_VALUE = lazy(r"\s*\(?(?:[A-Z][\w-]{1,12}\s?[:=]?\s?)?[<>]?\s?\d")  # "Hb 7.9", "(ALT 310)"


def _number(word: str) -> str:
    return _ROMAN.get(roman(word.upper()), word)
