"""Courses of radiotherapy: dose, fractions, modality, technique, site, intent.

Value: {"dose": {"value", "unit"}, "fractions": "28", "fractionDose": {...}, "modality", "technique", "site",
"siteText", "laterality", "intent", "boost", "boostTo" (the sum that a boost reaches), "doseSpan"}. Doses stay in the unit written (Gy or cGy).
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from typing import Any

from epicrisis.facts import phrase, radiotherapy_rows
from epicrisis.facts.chemoradiation import chemoradiation
from epicrisis.facts.context import Context
from epicrisis.facts.dose_numbers import number
from epicrisis.facts.in_order import within
from epicrisis.facts.model import Fact
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_N = r"\d+(?:[.,]\d+)?"
_DOSE = lazy(
    # "7 Gy x 4" is told of each fraction
    rf"(?P<each2>{_N})\s*(?P<unit3>c?Gy)\s*[x×]\s*(?P<f3>\d{{1,2}})\b(?!\s*(?:[.,]\d|cm|mm))"
    rf"|(?P<dose>{_N})\s*(?P<unit>c?Gy(?=RBE\b|E\b|\b)|rads?\b|Gray\b)(?:RBE\b|E\b|\s*\(?RBE\)?)?"
    rf"(?:\s*(?:[/,]|in|over|delivered\s+in|given\s+in|administered\s+in|with|as|[x×])\s*(?:a\s+total\s+of\s+)?(?P<f>\d{{1,3}}|\w+)\s*(?:daily\s+|single\s+|equal\s+)?(?P<fw>(?:f|fx|fr|frs|fractions?|sessions?|times)\b|#|(?<=/\d\d)(?![\w.]|\s*(?:min|h|days?|weeks?)\b)))?"
    rf"|(?P<f2>\d{{1,3}})\s*(?:fractions?|sessions?|fx|x|×)\s*(?:of|at|[x×])?\s*(?P<each>{_N})\s*(?P<unit2>c?Gy)\b",
    re.I,
)
_GRAY = lazy(r"\d\s*(?:c?Gy|rad|Gray)", re.I)
_EACH = lazy(
    rf"(?P<each>{_N})\s*(?P<unit>c?Gy)\s*(?:/\s*|per\s+|a\s+|each\s+|-?(?=fractions\b))(?:fractions?|fx|f|day|session)\b",
    re.I,
)
_FRACTIONS = lazy(r"(?P<f>\d{1,3})\s+(?:daily\s+)?(?:fractions|sessions)\b", re.I)
_RADIATING = lazy(r"\b(?:murmur|pain|ache|tenderness)\b[^.;]{0,60}?\b(?:i?r)?radiat\w*", re.I)  # pain that radiates
_SPECIALTY = lazy(r"\s+oncolog", re.I)  # "radiation oncology referral"
_DID = lazy(r"[\s-]+(?:induced|associated|related)\b", re.I)  # "radiation-induced sarcoma": of the course told before
_SINGLE = lazy(r"[\s,(]*(?:in\s+|as\s+)?(?:an?\s+)?(?:single|one)\s+(?:fraction|dose|session)\b", re.I)
# "a boost to the posterior fossa of 18 Gy", but not "a boost up to 54 Gy", which is the sum
_BOOST = lazy(r"\bboost(?:ed)?\b[^.;]{0,60}(?<!\bto )(?<!\btotal of )(?<!\btotal dose of )\Z", re.I)
_BOOST_TO = lazy(
    r"\bboost(?:ed)?\b(?:(?!\bto\s+\d|\bthen\b|\bfollowed\b)[^;]){0,70}?\b(?:up\s+to|to|total(?:\s+dose)?\s+of|reach\w*)\s+(?:an?\s+)?(?:(?:total|cumulative|final|overall)\s+)?(?:dose\s+)?(?:of\s+)?\Z",
    re.I,
)
_ANOTHER = lazy(r"\b(?:second|third|another|additional|further|repeat)\s+(?:\w+\s+)?course\s+(?:of|with|at)\s+\Z", re.I)
_BOOSTED = lazy(r"\bboost", re.I)
_AREA = lazy(r"\b(?:lesion|tumou?r|surgical|primary)\s+(?:area|bed|site|region|field)\b", re.I)
_BOOST_AFTER = lazy(r"\s*(?:\w+\s+){0,4}?boost\b", re.I)
_INTENT = lazy(
    r"\b(?:adjuvant|neoadjuvant|neo-adjuvant|preoperative|postoperative|post-operative|pre-operative|palliative|curative|definitive|radical|prophylactic|salvage|consolidat\w+|concurrent)\b",
    re.I,
)
_COUNT_WORDS = {
    "ten": "10",
    "five": "5",
    "fifteen": "15",
    "twenty": "20",
    "twenty-five": "25",
    "thirty": "30",
    "one": "1",
    "three": "3",
    "six": "6",
}


_RAYS = "radiotherapy/radiotherapy"
_TO = lazy(
    r"\)?\s*(?:(?:was|were)\s+(?:given|delivered|administered|applied)\s+)?(?:(?:to|of|on|for|at)\s+(?:the\s+)?)?", re.I
)


# "after SBRT, CT showed a resolution of the liver metastasis"
_ELSEWHERE = lazy(
    r"\b(?:show(?:ed|s|ing)|reveal(?:ed|s|ing)|demonstrated|found|detected|disclosed|resolution|regression|progression|recurrences?|relapsed?|metastasi[sz]ed|spread|biopsy|resection|surgery|developed|presented|underwent)\b"
    r"|,\s+(?:CT|MRI|PET|the|an?|he|she|his|her|there)\b",
    re.I,
)
_RIGHT_BEFORE = lazy(r"\s(?:of\s)?(?:[\w-]+\s)?")  # "23.4 Gy craniospinal irradiation with 54 Gy boost"


def extract(context: Context) -> list[Fact]:
    """Return radiotherapy facts and the dosage facts of their doses."""
    facts: list[Fact] = []
    told = context.by_sentence("radiotherapy")
    for i, s in context.patient_sentences():
        words, line = told.get(i, []), context.text[s.start : s.end]
        gray = "gray" in context.small(i) or "Gy" in line or "rad" in line
        gray = gray and _GRAY.search(line) is not None
        doses = list(_DOSE.finditer(context.text, s.start, s.end)) if gray else []
        doses = [m for m in doses if m["unit"] is None or not m["unit"].lower().startswith("rad") or words]
        # a range tells no dose
        doses = [
            m for m in doses if not (m["dose"] and _FROM.search(context.text, max(s.start, m.start() - 8), m.start()))
        ]
        doses = [m for m in doses if not _OF_AN_ORGAN.search(context.text, max(s.start, m.start() - 40), m.start())]
        if both := chemoradiation(context, i):  # is told of both
            words = sorted([*words, *(Hit(h.start, h.end, (_RAYS,)) for h in both)], key=lambda h: h.start)
        if not words and not doses:
            continue
        heads = [
            h
            for h in words
            if not _RADIATING.search(context.text, max(s.start, h.start - REACH), h.start + 12)
            and not _SPECIALTY.match(context.text, h.end, s.end)
            and not (facts and _DID.match(context.text, h.end, s.end))
            and any(context.terms.attr(c, "kind") in ("word", "modality", "technique", "") for c in h.concepts)
        ]
        rows = radiotherapy_rows.read(context.text, s.start, s.end, doses) if len(doses) > 1 else []
        parts = [row.each for row in rows]
        courses = _courses(context, heads, [m for m in doses if m not in parts], s.start, s.end)
        radiotherapy_rows.tell(rows, courses)
        facts += courses
    return facts


_FROM = lazy(r"\d\s?(?:[-–—]|to)\s?\Z")  # "64-70 Gy"
# "cardiac mean dose 7.1 Gy": what an organ got of a course
_OF_AN_ORGAN = lazy(
    r"\b(?:mean|median|max(?:imum|imal)?)\s+(?:[\w-]+\s+){0,2}dose\b[^.;]{0,20}\Z|\bD(?:mean|max|\d{1,2})\b[^.;]{0,20}\Z",
    re.I,
)


def _right_before(context: Context, courses: list[Fact], end: int) -> list[Fact]:
    """Return of *courses*, which are in order, those right behind a dose that ends at *end*."""
    near = within(courses, end + 1, end + REACH, lambda f: f.start)
    return [f for f in near if _RIGHT_BEFORE.fullmatch(context.text, end, f.start)]


def _courses(context: Context, heads: list[Hit], doses: list[re.Match[str]], low: int, high: int) -> list[Fact]:
    made: list[Fact] = []
    for hit, end in zip(heads, _ends(context, heads, doses, high), strict=True):
        if made and hit.start - made[-1].end < 3:
            made[-1].value["extra"] = hit.concepts[0]
            continue
        made.append(_course(context, hit.start, hit.end, hit, low, end))
    courses = list(made)  # in order
    for m in doses:
        span = m.span()
        ahead = _right_before(context, courses, span[1])
        behind = bisect_right(courses, span[0], key=lambda f: f.start)
        near = ahead or courses[max(0, behind - 1) : behind] or courses[:1]
        if near and near[0].start > span[0] and not ahead and doses[-1].start() > near[0].start:
            near = []  # "45 Gy external beam plus brachytherapy 20 Gy": each has its own
        if (
            near
            and near[0].value.get("dose")
            and _ANOTHER.search(context.text, max(near[0].end, span[0] - REACH), span[0])
        ):
            near = []  # "45 Gy, and a second course of 20 Gy"
        if not near:
            near = [_course(context, span[0], span[1], None, low, high)]
            made += near
            insort(courses, near[0], key=lambda f: f.start)
        made.append(_dose(context, near[0].value, m, low, high))
    return made


def _ends(context: Context, heads: list[Hit], doses: list[re.Match[str]], high: int) -> list[int]:
    """Return where the words of each of *heads* end: at the next that a dose stands before, or at *high*.

    "50 Gy whole breast radiotherapy, then 30 Gy radiotherapy to the spine": each has its own place.
    """
    ends: list[int] = []
    for hit in reversed(heads):
        ends.append(high)
        near = within(doses, hit.start - REACH + 1, hit.start, lambda m: m.end())
        if any(_RIGHT_BEFORE.fullmatch(context.text, m.end(), hit.start) for m in near):
            high = hit.start
    return ends[::-1]


def _dose(context: Context, value: dict[str, Any], m: re.Match[str], low: int, high: int) -> Fact:
    """Read one dose into a course's *value*; return the dosage fact of its words."""
    span = m.span()
    each = _EACH.match(context.text, m.start(), high)
    fact = context.fact("dosage", span[0], span[1], value={"owned": True, "radiotherapy": True})
    if each:
        value["fractionDose"] = {"value": number(each["each"]), "unit": _unit(each["unit"])}
    elif m["each2"]:
        value.setdefault("fractionDose", {"value": number(m["each2"]), "unit": _unit(m["unit3"])})
        value.setdefault("fractions", m["f3"])
        if m["f3"] == "1":
            value.setdefault("dose", value["fractionDose"])
        value.setdefault("doseSpan", list(span))
    elif m["each"]:
        value.setdefault("fractionDose", {"value": number(m["each"]), "unit": _unit(m["unit2"])})
        value.setdefault("fractions", m["f2"])
        value.setdefault("doseSpan", list(span))
    elif "dose" not in value:
        value["dose"] = {"value": number(m["dose"]), "unit": _unit(m["unit"])}
        value["doseSpan"] = list(span)
        f = m["f"] and _COUNT_WORDS.get(m["f"].lower(), m["f"])
        if f and f.isdigit():
            value["fractions"] = f
        elif f and "single" in m.group().lower():
            value["fractions"] = "1"
        if "fractions" not in value and _SINGLE.match(context.text, span[1], high):
            value["fractions"] = "1"
        later = _FRACTIONS.search(context.text, span[1], min(high, span[1] + 60))
        if "fractions" not in value and later:
            value["fractions"] = later["f"]
            fact = context.fact("dosage", span[0], later.end(), value=fact.value)
        per = _EACH.search(context.text, span[1], min(high, span[1] + 60))
        if per:
            value["fractionDose"] = {"value": number(per["each"]), "unit": _unit(per["unit"])}
        if "site" not in value:
            _site_after(context, value, fact.end, high)
    elif _BOOST.search(context.text, value["doseSpan"][1] if "doseSpan" in value else low, span[0]) or (
        _BOOST_AFTER.match(context.text, span[1], high)
    ):
        value.setdefault("boost", {"value": number(m["dose"]), "unit": _unit(m["unit"])})
    elif _BOOST_TO.search(context.text, value["doseSpan"][1] if "doseSpan" in value else low, span[0]):
        value.setdefault("boostTo", {"value": number(m["dose"]), "unit": _unit(m["unit"])})
    return fact


def _course(context: Context, start: int, end: int, hit: Hit | None, low: int, high: int) -> Fact:
    value: dict[str, object] = {}
    concept = hit.concepts[0] if hit else None
    if hit:
        for c in hit.concepts:
            kind = context.terms.attr(c, "kind")
            if kind in ("modality", "technique"):
                value[kind] = c
    begin = phrase.left(context, start, low)
    intent = _INTENT.search(context.text, max(low, begin - 2), start)
    if intent:
        value["intent"] = intent.group().lower()
    sites = context.hits_in(begin, start, "sites")
    m = lazy(r"\s+(?:to|of|for|on|over)\s+(?:the\s+|a\s+|her\s+|his\s+)?").match(context.text, end, high)
    named = phrase.site_phrase(context, m.end(), high) if m else None
    site = sites[-1] if sites else named[1] if named else None
    if site is None:
        anywhere = lazy(r"(?<!due )(?<!owing )(?<!because )\b(?:to|of)\s+(?:the\s+)?").finditer(
            context.text, end, min(high, end + 120)
        )
        for w in anywhere:
            if _BOOSTED.search(context.text, end, w.start()) or _ELSEWHERE.search(context.text, end, w.start()):
                break  # where the boost went, or what was found afterwards
            got = phrase.site_phrase(context, w.end(), high)
            if got:
                site = got[1]
                break
    if site:
        value["site"] = next(c for c in site.concepts if c.startswith("sites/"))
        value["siteText"] = context.text[site.start : site.end]
        side = phrase.laterality(context.text[max(low, site.start - 12) : site.end])
        if side:
            value["laterality"] = side
    elif (area := _AREA.search(context.text, end, min(high, end + 80))) and not _BOOSTED.search(
        context.text, end, area.start()
    ):
        value["siteText"] = area.group()
    value["phrase"] = [begin, end]
    return context.fact("radiotherapy", start, end, concept=concept, value=value)


def _site_after(context: Context, value: dict[str, Any], at: int, high: int) -> None:
    """Read the site that follows the dose: "40 Gy in 15# left breast", "50 Gy (25 fractions) to the prostate"."""
    lead = _TO.match(context.text, at, high)
    named = phrase.site_phrase(context, lead.end(), high) if lead else None
    if named and not _BOOST_AFTER.match(context.text, named[1].end, high):
        hit = named[1]
        value["site"] = next(c for c in hit.concepts if c.startswith("sites/"))
        value["siteText"] = context.text[hit.start : hit.end]
        side = phrase.laterality(context.text[max(at, hit.start - 12) : hit.end])
        if side:
            value["laterality"] = side


def _unit(word: str) -> str:
    return "cGy" if word.lower() == "cgy" else "rad" if word.lower().startswith("rad") else "Gy"
