"""Dates as written: absolute, without a year, or relative to something told before.

Value of a `date` fact: {"form": "absolute" | "partial" | "relative", "value": the FHIR date exactly as
precise as stated, "role": "start" | "end" | "point", ...}. A partial date has "month" and maybe "day";
a relative one has "n", "unit" (d, wk, mo, a), "direction" (1 after, -1 before, 0 same) and "anchor".
Nothing is filled in here: the narrative's clock does that, and says so (case/timeline.py).
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from epicrisis.facts.context import Context
from epicrisis.facts.date_columns import tell_ends
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import in_small_letters, stems
from epicrisis.facts.sentences import Sentence
from epicrisis.kept import lazy

MONTHS = {
    m: i
    for i, m in enumerate(
        "january february march april may june july august september october november december".split(), 1
    )
}
_ABBREVIATED = {m[:3]: i for m, i in MONTHS.items()} | {"sept": 9}
_MONTH = r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"

_NAMED = lazy(
    rf"\b(?=[\dJFMASOND])(?:{_DAY}[\s.\-‐-―]*(?:of\s+)?)?{_MONTH}\b\.?(?:[\s,\-‐-―/]*(?:(?P<day2>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?\b(?![./:]?\d)(?!\s+(?:of\s+)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))(?:[\s,]+(?:of\s+)?{_YEAR})?|(?:of\s+|in\s+)?(?P<year2>(?:19|20)\d\d)(?!\d)|['’](?P<yy>\d\d)(?!\d)))?",
    re.I,
)
_ISO = lazy(
    r"(?<![\d./-])(?P<y>(?:19|20)\d\d)([-/.])(?P<m>0?[1-9]|1[0-2])(?:\2(?P<d>[12]\d|3[01]|0?[1-9]))?(?![\d/-]|\.\d)"
)
# a hyphen joins digits of something else, save between two dates or before a word: "03/2021-06/2021", "08/2019-present"
_NEXT = r"(?![\d/]|-(?!\s?(?:\d{1,2}[./]\d|[A-Za-z]))|\.\d)"
_NUMERIC = lazy(
    r"(?P<a>\d(?:(?<![\d./-]\d)|(?<=(?:19|20)\d\d-\d)|(?<=\.-\d))\d?)\s?([./-])\s?(?P<b>\d{1,2})\s?\2\s?(?P<y>(?:19|20)\d\d|\d\d)"
    + _NEXT
)
_MONTH_YEAR = lazy(
    r"(?:(?<![\d./-])|(?<=(?:19|20)\d\d-))(?P<m>0?[1-9]|1[0-2])[/.](?P<y>(?:19|20)\d\d)" + _NEXT.replace(r"|\.\d", "")
)
# "03.09.-17.09.2021"
_DAY_MONTH = lazy(
    r"(?<![\d./-])(?P<d>[12]\d|3[01]|0?[1-9])\.(?P<m>1[0-2]|0?[1-9])\.?\s?[-–—]\s?(?=\d{1,2}\.\s?\d{1,2}\.\s?(?P<y>(?:19|20)\d\d))"
)
# "04-08/2021": from one month to another of that year
_MONTH_TO_MONTH = lazy(
    r"(?<![\d./#-])(?P<m>0?[1-9]|1[0-2])\s?[-–—]\s?(?P<till>(?P<m2>0?[1-9]|1[0-2])[/.](?P<y>(?:19|20)\d\d))(?![\d/.-]\d)"
)
_NUMBERED = lazy(r"\b(?:nos?|nr|numbers?|protocols?|cases?|study|ref|id|version|days?)\.?:?\s*\Z", re.I)
_YEARS = lazy(
    r"(?:\b(?:in|from|during|between|since)\s+|\(|\A\W{0,3}|[a-z]{3}\s)(?P<a>(?:19|20)\d\d)\s?[-–—]\s?(?P<b>(?:19|20)\d\d)(?![\d/.-])",
    re.I,
)
_BETWEEN = lazy(r"\bbetween\s+\Z", re.I)
_TO = lazy(r"\.?\s*(?:[-–—~]|to|until|till|through)\s*", re.I)
_OPERATIONS = ("ectomy", "plasty", "otomy", "oscopy", "rrhaphy", "cabg", "pci", "tur", "stenting", "surgery")
_AFTER_WORD = (
    r"\b(?:in|since|from|until|till|during|of|by|year|early|late|mid|and|to|end\s+of|beginning\s+of|before|after|around|circa|born|spring|summer|autumn|fall|winter)[\s-]+(?:the\s+year\s+)?|\((?:(?:[a-z-]+\s+)?(?:stent\w*|surgery|operat\w+|resect\w+|transplant\w*|bypass|diagnosed|treated|cured|CABG|PCI|[a-z]+(?:ectomy|plasty|otomy|therapy|oscopy)),?\s+)?)"  # "(2014)", "(stent 2014)"
    rf"(?P<only>{_YEAR})(?=[\s,.;:)–-]|\Z)(?!\s*(?:patients|cases|mg|ml|cells|m\b|g\b|U\b|IU\b|/))"
)
# "(pT2N0, 2009, s/p lumpectomy)"
_YEAR_LISTED = lazy(rf"\([^()]{{1,30}},\s(?P<only>{_YEAR})(?=,)")
_YEAR_LED = lazy(rf"(?:{_AFTER_WORD}", re.I)
_YEAR_ALONE = lazy(
    r"(?:\b(?:[a-z]{3,}(?:ectomy|plasty|otomy|oscopy|rrhaphy)|CABG|PCI|TURP?(?:-?[BP])?|stenting|surgery)\s|"  # "appendectomy 1987"
    + _AFTER_WORD,
    re.I,
)
_LED = lazy(rf"(?:[-*•]\s*)?(?P<only>{_YEAR})(?=\s?[:–-]\s)")  # "2011: wide excision"
_EDITION = lazy(
    r"\b(?:FIGO|WHO|AJCC|UICC|ELN|ISUP|ICC|NCCN|ESMO|ASCO|Lugano|IASLC|Bethesda|TNM|CTCAE|EAU|BCLC|classification|criteria|guidelines?)\s*(?:of\s+|in\s+|,\s*|(?:stage\s+)?[IV]{1,3}[A-Ca-c]?\d?\s*)?\(?\s*\Z",
    re.I,
)
_ONES = {
    w: i
    for i, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
}
_ONES |= {"a": 1, "an": 1, "thirty": 30, "twenty-eight": 28, "twenty-four": 24}
_N = r"(?P<n>\d{1,3}|an?|" + "|".join(sorted((k for k in _ONES if len(k) > 2), key=len, reverse=True)) + r")"
_UNIT = r"(?P<unit>days?|d|weeks?|wks?|w|months?|mos?|mths?|years?|yrs?|y)"
_RELATIVE = lazy(  # on small letters
    rf"\b(?:(?:approximately|about|around|almost|nearly|just|only|some)\s+)?{_N}[\s-]+(?:and\s+a\s+half\s+)?{_UNIT}\.?\s+(?P<how>later|after(?:wards?|\s+the|\s+this|\s+that)?|thereafter|before|prior(?:\s+to)?|ago|earlier|previously|following|post(?:[\s-]?operatively)?|since|from)\b"
    rf"|\b(?P<after>after|following)\s+(?:another\s+|a\s+further\s+|the\s+following\s+)?(?P<n2>\d{{1,3}}|one|two|three|four|five|six|seven|eight|nine|ten|twelve)\s+(?P<unit2>days?|weeks?|months?|years?)\b(?!\s+of)"
    r"|\b(?P<same>(?:(?:later|earlier)\s+)?(?:in|on|during)\s+the\s+same\s+(?P<unit3>day|week|month|year)|the\s+same\s+(?:day|month|year))\b"
    r"|\b(?:(?:the|on\s+the)\s+)?(?P<next>next|following|subsequent)\s+(?P<unit4>day|week|month|year)\b"
    r"|\b(?:(?:on\s+)?(?:post-?\s?operative|postop)\s+day|pod)\s*\#?(?P<pod>\d{1,3})\b"
    r"|\b(?:on\s+)?day\s*(?P<plus>\+\d{1,4})\b"
    r"|\b(?:at\s+(?:the\s+|her\s+|his\s+|a\s+)?)?(?P<fu>\d{1,3}|one|two|three|six|nine|twelve)[\s-](?P<unit5>week|month|year)s?\s+(?:of\s+)?follow[\s-]?up\b"
)
_ROLE_END = lazy(  # on small letters, as _ROLE_START
    r"\b(?:until|till|up\s+to|to|through|by|end(?:ed|ing)(?:\s+(?:in|on))?|stopped|discontinued|completed(?:\s+in)?|finished(?:\s+in)?|concluded(?:\s+in)?)\s+(?:the\s+end\s+of\s+|early\s+|late\s+|mid[\s-])?\Z"
    r"|\b(?:until|till)\s+(?:the\s+|his\s+|her\s+)?(?:[a-z-]+\s+){1,4}(?:\([^()]{1,40}\)\s+)?(?:in|on)\s+(?:early\s+|late\s+|mid[\s-])?\Z"  # "until progression in"
    r"|\b(?:last|final)\s+(?:(?:doses?|cycles?|infusions?|injections?|administrations?|fractions?)(?:\s*[:,(]?\s*|\s+))?(?:(?:in|on)\s+)?\Z"  # "last dose 4/2020"
    r"|\blast\s+of\s+(?:which|these|them)\s+(?:was\s+)?(?:given|administered|received|delivered)\s+(?:in|on)\s+(?:early\s+|late\s+|mid[\s-])?\Z",
)
# "completed FOLFOX in", "completion of radiotherapy on", "the last dose of pembrolizumab was given in"
ENDED_WHAT = lazy(
    r"\b(?:(?P<verb>completed|finished|concluded)|completing|finishing|(?:completion|conclusion|cessation)\s+of"
    r"|end\s+of(?!\s+(?:the\s+)?(?:months?|weeks?|years?|follow|observation)\b)"
    r"|(?:last|final)\s+(?:[\w-]+\s+)?(?:cycles?|doses?|courses?|infusions?|fractions?|administrations?)(?:\s+of)?)\s+"
    r"(?:(?!(?:in|on|he|she|who|which|was|were|is|had|has|then|before|after|until|underwent|began|response|remission|progression|recurrence|(?!ad|un)\w+ed)\b)"
    r"[\w/+'’,.()%²-]+\s+){0,8}?(?:(?:was|were)\s+(?:given|administered|received|delivered)\s+)?(?:in|on)\s+(?:early\s+|late\s+|mid[\s-])?\Z",
    re.I,
)
_ROLE_START = lazy(
    r"\b(?:from|since|beginning|starting|started|commenced|initiated|between)\s+(?:(?:in|on|from)\s+)?(?:early\s+|late\s+|mid[\s-])?\Z"
    r"|\bfirst\s+(?:dose|cycle|infusion|injection|administration)(?:\s*[:,(]?\s*|\s+)(?:(?:in|on)\s+)?\Z",  # "first dose 7/2018"
)
# "completed radiation on 27 January 2017 and 12 cycles of temozolomide in": that too
_ALSO_ENDED = lazy(
    r"\s*,?\s*and\s+(?:(?!(?:he|she|they|was|were|had|has|then|received|underwent|started|began|developed|relapsed|progressed)\b)[\w/().-]+\s+){1,8}(?:in|on)\s+",
    re.I,
)
_UP_TO_NOW = lazy(
    r"\s?(?:[-–—]|to|until|till|through)\s?(?:the\s+)?(?:present|ongoing|now|today|date|current(?:ly)?)\b", re.I
)
# one of these stands before "in" and "on" that tell a role
_OF_ROLES = (
    "until", "till", "complet", "finish", "conclu", "cessation", "end", "last", "final", "first", "from", "since", "beginning",
    "start", "commenced", "initiated", "between",
)  # fmt: skip
_LEADS_TO_YEAR = (
    "in", "since", "from", "until", "till", "during", "of", "by", "year", "early", "late", "mid", "and", "to", "before",
    "after", "around", "circa", "born", "spring", "summer", "autumn", "fall", "winter",
)  # fmt: skip
# what stands last in each of these, for a quick look
_LEADS_TO_ROLE = (
    "in", "on", "until", "till", "to", "through", "by", "ended", "stopped", "discontinued", "completed", "finished",
    "concluded", "last", "final", "of", "early", "late", "mid", "mid-", "from", "since", "beginning", "starting", "started", "commenced",
    "initiated", "between",
    "dose", "doses", "cycle", "cycles", "infusion", "infusions", "injection", "injections", "administration",
    "administrations", "fraction", "fractions", ":", ",", "(",
)  # fmt: skip
_TO_MONTH = lazy(
    rf"\.?\s?(?:[-–—]|\b(?:to|until|till|through)\b)\s?{_MONTH.replace('?P<month>', '?:')}\b\.?,?\s(?:\d{{1,2}},?\s)?(?:19|20)\d\d",
    re.I,
)  # "Jan-Jul 2021"
_AND_MONTHS = lazy(
    rf"\.?(?:\s*(?:,\s*and\b|,|\band\b|&|/)\s*{_MONTH.replace('?P<month>', '?:')}\b\.?){{1,6}},?\s(?:19|20)\d\d", re.I
)  # "January, April and August 2015"
_AND_YEARS = lazy(rf"\b{_N.replace('?P<n>', '?P<y>')}\s+years?\s*(?:,\s*|\s+)(?:and\s+)?\Z", re.I)
_UNIT_CODE = {"d": "d", "w": "wk", "m": "mo", "y": "a"}
_BORN = lazy(r"\b(?:born(?:\s+on)?|d\.?o\.?b\.?|date\s+of\s+birth|birth\s*date|geb\.?|\*)\s*[:,(]?\s*\Z", re.I)

_BIRTHS = ("born", "birth", "geb", "*", "dob", "d.o", "do.b")  # in small letters
# what a sentence must have before the patterns are tried on it
_SEPARATED = lazy(r"\d\s?[./-]\s?\d")
_TWICE_SEPARATED = lazy(r"\d\s?[./-]\s?\d\d?\s?[./-]\s?\d\d")
_CENTURY = lazy(r"(?:19|20)\d\d")
_DASH = lazy(r"[-–—]")
_PART_YEAR = lazy(r"[/.](?:19|20)\d\d")
_YEAR_TO_YEAR = lazy(r"(?:19|20)\d\d\s?[-–—]\s?(?:19|20)\d\d")
_YEAR_APART = lazy(r"(?:19|20)(?<=[\s(-]\d\d)\d\d(?=[\s,.;:)–-]|\Z)")
_COUNTED_DAY = lazy(r"[+dD]\d")  # "day +100", "POD3"
_MONTH_WORDS = frozenset([*MONTHS, *_ABBREVIATED])
_DAYS = [f"{day}{end}" for n in range(1, 32) for day in {str(n), f"{n:02}"} for end in ("", "st", "nd", "rd", "th")]
# a day or a month begins it; a month may be joined to its day or have an "'s": "5June", "May's"
_NAMED_STEMS = (
    stems(" ".join([*_MONTH_WORDS, *_DAYS]))
    | {f"{month}'s"[:4] for month in _MONTH_WORDS}
    | {f"{day}{month}"[:4] for month in {word[:3] for word in _MONTH_WORDS} for day in _DAYS}
)
_RELATING_WORDS = frozenset(
    "later after afterward thereafter before prior ago earlier previously following post postoperatively postoperative "
    "postop since from same next subsequent pod follow followup".split()
)
_LENGTH_WORDS = frozenset("day d week wk wks w month mo mos mth year yr yrs y pod".split())


def extract(context: Context) -> list[Fact]:
    """Return the date facts of the patient's sentences."""
    twice = _TWICE_SEPARATED.search(context.text) is not None
    order = context.date_order or (_order(context) if twice else None)
    facts: list[Fact] = []
    numbers, years = context.holding(_SEPARATED), context.with_number(_CENTURY)
    months = context.saying(_MONTH_WORDS)
    lengths = context.saying(_LENGTH_WORDS)
    if lengths:
        lengths = lengths & (context.saying(_RELATING_WORDS) | context.holding(_COUNTED_DAY))
    for index, s in context.patient_sentences():
        if not (index in numbers or index in months or index in years or index in lengths):
            continue
        text = context.text[s.start : s.end]
        found: dict[tuple[int, int], dict[str, Any]] = {}
        if index in numbers:
            _numeric(text, order, found, context, twice=twice, with_year=index in years)
        if index in months:
            _named(context, s, found)
        if index in years:
            _years(text, found)
        if index in lengths:
            _relative(context.small(index), found)
        if not found:
            continue
        spans = sorted(found)
        born = any(word in context.small(index) for word in _BIRTHS)
        for a, b in spans:
            value = found[(a, b)]
            if value["form"] != "relative":
                value["role"] = "birth" if born and _BORN.search(text, 0, a) else _role(text, a, b)
        for one, other in pairwise(spans):
            first, second = found[one], found[other]
            if not {first.get("role"), second.get("role")} <= {"start", "end", "point"}:
                continue
            if _TO.fullmatch(text, one[1], other[0]) or (
                text[one[1] : other[0]].strip() == "and" and _BETWEEN.search(text, 0, one[0])
            ):
                first["role"], second["role"] = "start", "end"
            elif first["role"] == "end" and second["role"] == "point" and _ALSO_ENDED.fullmatch(text, one[1], other[0]):
                if ENDED_WHAT.search(text, max(0, one[0] - 90), one[0]):
                    second["role"] = "end"
        for i, (a, b) in enumerate(spans):
            value = found[(a, b)]
            if value["form"] == "partial" and i + 1 < len(spans) and "shared_year" not in value:
                _share_year(text, value, b, spans[i + 1], found)
            facts.append(
                context.fact(
                    "date" if value["form"] != "relative" else "date_relative", s.start + a, s.start + b, value=value
                )
            )
    tell_ends(context, facts)
    return facts


def _free(found: dict[tuple[int, int], dict[str, Any]], a: int, b: int) -> bool:
    for x, y in found:  # noqa: SIM110 - a few spans: quicker than a generator
        if x < b and a < y:
            return False
    return True


def _numeric(
    text: str,
    order: str | None,
    found: dict[tuple[int, int], dict[str, Any]],
    context: Context,
    *,
    twice: bool,
    with_year: bool,
) -> None:
    for m in _ISO.finditer(text) if with_year else ():
        found[m.span()] = _absolute(m["y"], m["m"], m["d"])
    for m in _NUMERIC.finditer(text) if twice else ():
        if not _free(found, *m.span()):
            continue
        year = m["y"]
        if len(year) == 2:
            if m[2] == "." and not lazy(r"\b(?:on|am|from|since|until|dated?|am)\s+\Z").search(text[: m.start()]):
                continue  # 1.2.10 may be a section number
            year = _century(year, context)
            if not year:
                continue
        a, b = int(m["a"]), int(m["b"])
        how = "mdy" if b > 12 >= a else "dmy" if a > 12 >= b else "dmy" if m[2] == "." and not order else order
        if a == b and a <= 12:
            how = "dmy"
        if how == "ymd" or how is None:
            if 1 <= a <= 12 and 1 <= b <= 12:
                found[m.span()] = {"form": "absolute", "value": year, "ambiguous": True}
            continue
        day, month = (a, b) if how == "dmy" else (b, a)
        if 1 <= month <= 12 and 1 <= day <= 31:
            found[m.span()] = _absolute(year, str(month), str(day))
    if not with_year:
        return
    dashed = _DASH.search(text) is not None
    for m in _DAY_MONTH.finditer(text) if dashed and "." in text else ():
        if _free(found, m.start(), m.end("m")):
            value = {"form": "partial", "month": int(m["m"]), "day": int(m["d"]), "shared_year": m["y"]}
            found[m.start(), m.end("m")] = value
    for m in _MONTH_TO_MONTH.finditer(text) if dashed else ():
        if int(m["m"]) < int(m["m2"]) and _free(found, *m.span()) and not _NUMBERED.search(text, 0, m.start()):
            found[m.span("m")] = {"form": "partial", "month": int(m["m"]), "shared_year": m["y"]}
            found[m.span("till")] = _absolute(m["y"], m["m2"], None)
    for m in _MONTH_YEAR.finditer(text) if _PART_YEAR.search(text) else ():
        if _free(found, *m.span()):
            found[m.span()] = _absolute(m["y"], m["m"], None)


def _named(context: Context, s: Sentence, found: dict[tuple[int, int], dict[str, Any]]) -> None:
    text, base = context.text, s.start
    for m in context.find(_NAMED, _NAMED_STEMS, base, s.end):
        a, b = m.span()
        word = m["month"].lower()
        if not _free(found, a - base, b - base):
            continue
        month = MONTHS.get(word) or _ABBREVIATED.get(word) or _ABBREVIATED.get(word[:3])
        year = m["year"] or m["year2"]
        day = m["day"] or m["day2"]
        if m["day"] and m["day2"] and not m["year"]:
            # "5 June 12": the number after the month is not its day
            b, day = m.end("month"), m["day"]
        if year is None and day is None and not _month_in_time(text, m, s):
            continue
        if (
            year is None
            and word in ("may", "march", "mar")
            and not (m["month"][0].isupper() and (day or _month_in_time(text, m, s)))
        ):
            continue
        while b > a and text[b - 1] in " .,-–":
            b -= 1
        if year:
            found[(a - base, b - base)] = _absolute(year, str(month), day)
        else:
            found[(a - base, b - base)] = {"form": "partial", "month": month, "day": int(day) if day else None}


def _month_in_time(text: str, m: re.Match[str], s: Sentence) -> bool:
    """Say whether a bare month name tells a time ("in December"), not a name or a verb."""
    return m["month"][0].isupper() and bool(
        _TO_MONTH.match(text, m.end("month"), s.end)
        or _AND_MONTHS.match(text, m.end("month"), s.end)
        or lazy(
            r"\b(?:in|since|from|until|till|by|of|during|early|late|mid|to|and|on|end\s+of|beginning\s+of|through|between|before|after)[\s-]+\Z",
            re.I,
        ).search(text, s.start, m.start())
    )


def _years(text: str, found: dict[tuple[int, int], dict[str, Any]]) -> None:
    dashed = "-" in text or "–" in text or "—" in text
    for m in _YEARS.finditer(text) if dashed and _YEAR_TO_YEAR.search(text) else ():
        if _NUMBERED.search(text, 0, m.start("a")):
            continue  # "protocol 2010-2014"
        if int(m["a"]) <= int(m["b"]) and _free(found, m.start("a"), m.end("b")):
            found[m.span("a")] = {"form": "absolute", "value": m["a"]}
            found[m.span("b")] = {"form": "absolute", "value": m["b"]}
    led = _LED.match(text) if text[0] in "12-*•" else None
    if led and _free(found, *led.span("only")):
        found[led.span("only")] = {"form": "absolute", "value": led["only"]}
    if not any(_may_lead(text, m.start() - 1) for m in _YEAR_APART.finditer(text)):
        return
    for m in _YEAR_LISTED.finditer(text) if "(" in text else ():
        if _free(found, *m.span("only")):
            found[m.span("only")] = {"form": "absolute", "value": m["only"]}
    alone = _YEAR_ALONE if any(word in text.lower() for word in _OPERATIONS) else _YEAR_LED
    for m in alone.finditer(text):
        span = m.span("only")
        if _EDITION.search(text, max(0, m.start() - 24), m.start("only")):
            continue  # "FIGO (2018) stage IIIC1"
        if _free(found, *span):
            found[span] = {"form": "absolute", "value": m["only"]}


def _may_lead(text: str, at: int) -> bool:
    """Say whether what ends at text[at] may lead to the year behind it: a quick look."""
    if text[at] in "(-" or "(" in text:
        return True
    before = text[:at].rsplit(None, 1)
    return bool(before) and before[-1].lower().endswith((*_LEADS_TO_YEAR, *_OPERATIONS, "turp", "turb", "-b", "-p"))


def _relative(text: str, found: dict[tuple[int, int], dict[str, Any]]) -> None:
    for m in _RELATIVE.finditer(text):
        if not _free(found, *m.span()):
            continue
        value: dict[str, Any] = {"form": "relative"}
        years = _AND_YEARS.search(text, max(0, m.start() - 24), m.start()) if m["n"] else None
        if years and m["unit"][0] != "m":
            continue
        if m["n"]:
            how = m["how"]
            backwards = how.startswith(("before", "prior", "ago", "earlier", "previous"))
            value.update(
                n=_count(m["n"]),
                unit=_UNIT_CODE[m["unit"][0]],
                direction=-1 if backwards else 1,
                anchor="now"
                if how in ("ago", "previously")
                else "event"
                if how.startswith(("after", "before", "prior", "following", "post", "from", "since"))
                and not how.startswith("afterw")
                else "clock",
            )
            if years:  # "6 years and 2 months after": one length
                value["n"] += 12 * _count(years["y"])
                found[years.start(), m.end()] = value
                continue
        elif m["after"]:
            value.update(n=_count(m["n2"]), unit=_UNIT_CODE[m["unit2"][0]], direction=1, anchor="clock")
        elif m["same"]:
            unit = (m["unit3"] or m.group().split()[-1])[0]
            value.update(n=0, unit=_UNIT_CODE[unit], direction=0, anchor="clock")
        elif m["next"]:
            value.update(n=1, unit=_UNIT_CODE[m["unit4"][0]], direction=1, anchor="clock")
        elif m["pod"]:
            value.update(n=int(m["pod"]), unit="d", direction=1, anchor="operation")
        elif m["plus"]:
            value.update(n=int(m["plus"]), unit="d", direction=1, anchor="transplant")
        else:
            value.update(n=_count(m["fu"]), unit=_UNIT_CODE[m["unit5"][0]], direction=1, anchor="event")
        found[m.span()] = value


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _ONES.get(word.lower(), 1)


def _absolute(year: str, month: str | None, day: str | None) -> dict[str, Any]:
    value = year
    if month:
        value += f"-{int(month):02}"
        if day and int(day) <= _last_day(int(year), int(month)):
            value += f"-{int(day):02}"
    return {"form": "absolute", "value": value}


def _last_day(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _role(text: str, at: int, end: int) -> str:
    before = text[max(0, at - 90) : at]
    small = in_small_letters(before)
    last = small.rstrip()
    if last.endswith(_LEADS_TO_ROLE) and not (
        last.endswith(("in", "on")) and not any(word in small for word in _OF_ROLES)
    ):
        if _ROLE_END.search(small) or ENDED_WHAT.search(before):
            return "end"
        if _ROLE_START.search(small):
            return "start"
    return "start" if _UP_TO_NOW.match(text, end) else "point"


def _share_year(
    text: str, value: dict[str, Any], end: int, following: tuple[int, int], found: dict[tuple[int, int], dict[str, Any]]
) -> None:
    """Give "February 17" of "February 17 and April 21, 2017" the year that the list states once."""
    gap = text[end : following[0]]
    if not lazy(r"\s*(?:,|and|,\s*and|&|to|or|through|until|[–—-])\s*(?:\w+\s+)?").fullmatch(gap):
        return
    later = found[following]
    if later["form"] == "absolute" and len(later["value"]) >= 7 and value["month"] <= int(later["value"][5:7]):
        value["shared_year"] = later["value"][:4]
    elif later["form"] == "partial":
        nxt = [s for s in sorted(found) if s[0] > following[0]]
        if nxt:
            _share_year(text, later, following[1], nxt[0], found)
            value["shared_year"] = later.get("shared_year")


def _order(context: Context) -> str | None:
    """Decide day or month first from the document's own unambiguous dates."""
    votes = {"dmy": 0, "mdy": 0}
    undecided = False
    for m in _NUMERIC.finditer(context.text):
        a, b = int(m["a"]), int(m["b"])
        if a > 12 >= b:
            votes["dmy"] += 1
        elif b > 12 >= a:
            votes["mdy"] += 1
        elif a != b and m[2] != ".":
            undecided = True
    if not undecided and not any(votes.values()):
        return None
    if not votes["dmy"] and not votes["mdy"]:
        for m in _NAMED.finditer(context.text):
            if m["day"]:
                votes["dmy"] += 1
            elif m["day2"] and m["year"]:
                votes["mdy"] += 1
    if bool(votes["dmy"]) != bool(votes["mdy"]):
        return "dmy" if votes["dmy"] else "mdy"
    if undecided:
        context.findings.append("date-order-undecided")
    return None


def _century(two: str, context: Context) -> str | None:
    """Complete a two-digit year only where the document's four-digit years show the century."""
    for century in ("20", "19"):
        year = int(century + two)
        if any(abs(year - known) <= 15 for known in context.years):
            return century + two
    return None
