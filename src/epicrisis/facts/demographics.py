"""Age, sex, and whether the patient died; each only where the text says it of the patient.

Values: age {"value": "45", "unit": "a"}; sex {"value": "female"}; outcome {"value": "dead" | "alive" | text}.
"""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy

_WORDS = {
    w: str(i)
    for i, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
}
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TENS = {w: 10 * i for i, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_NUMBER = (
    rf"(?:\d{{1,3}}(?:[.,]\d)?(?:\s*(?:½|1/2))?|(?:{'|'.join(_TENS)})(?:[\s-](?:{_ONES}))?|" + "|".join(_WORDS) + r")"
)
# "2-year-and-4-month-old", "aged 3 years and 2 months"
_YEARS_MONTHS = lazy(
    r"\b(?P<y>\d{1,2})[\s-]*(?:years?|yrs?|y)[\s,-]*(?:and[\s-]*)?(?P<m>\d{1,2})[\s-]*(?:months?|mos?|m)[\s-]*(?:old|of\s+age)\b",
    re.I,
)
# on small letters
_AGE_OF = (
    r"\b(?P<n>NUMBER)(?:[\s-]+and[\s-]+a[\s-]+half)?[\s‐-―-]*(?P<u>years?|yrs?|year|y|months?|mo|weeks?|wks?|days?)"
    r"[\s‐-―-]*(?:old|of\s+age|[\s-]+aged?)\b"
    r"|\b(?P<n3>\d{1,3})[\s-]?(?:y/?o|yo|y\.\s?o)\b\.?"
    r"|(?<![\w.])(?P<n5>[1-9]\d)(?=[mf]\s+(?:with\b|w/|(?:pt|patient|s/p|who|presenting|admitted)\b))"
    r"|\b(?:aged?|age\s*[:=]|age\s+of|age(?:\s+at\s+\w+)?\s+(?:was|is)|at\s+the\s+age\s+of|at\s+age)\s*(?P<n2>\d{1,3})(?:[\s-]*(?P<u2>years?|months?|weeks?|days?))?\b"
    r"|\b(?P<n4>\d{1,3})[\s-](?P<u4>year|yr|month|week|day)s?[\s,-]+(?=(?:female|male|woman|man|boy|girl|lady|gentleman|infant|patient)\b)"
)
_AGE = lazy(_AGE_OF.replace("NUMBER", _NUMBER))
_AGE_IN_DIGITS = lazy(_AGE_OF.replace("NUMBER", r"\d{1,3}(?:[.,]\d)?(?:\s*(?:½|1/2))?"))
_NUMBER_WORDS = (*_WORDS, *_TENS)
# "(F/63)", "Mr. B., 66, was", "female, 58 years", "she was 34 at diagnosis"
_AGE_BESIDE = lazy(
    r"\((?:[MF])\s?/\s?(?P<a>\d{1,3})\)|\b(?:Mr|Mrs|Ms)\.?\s+[A-Z][\w-]*\.?(?:\s?[A-Z][\w-]*\.?)?(?:,\s+|\s\()(?:aged\s+)?(?P<b>\d{1,3})(?:\s?(?:years?|yrs?|y))?(?:\s+old)?[,.)\n]"
    r"|\b(?i:male|female|man|woman|patient)\s?[,;(]\s?(?P<c>\d{1,3})\s?(?:years?|yrs?|y)\b(?!\s+(?:ago|earlier|later|after|before|of))"
    # "Age/Sex: 48/F", "| Age | 67 |", "Age,67", "Patient: F, 59 y", "71 y, male" of forms and tables
    r"|\b(?i:age\s?(?:/|and|&)\s?(?:sex|gender))\s*[:|=,\t]\s*(?P<e>\d{1,3})\b|\b(?i:(?:sex|gender)\s?(?:/|and|&)\s?age)\s*[:|=,\t]\s*(?i:f|m|female|male)\s*[/,;]?\s*(?P<f>\d{1,3})\b"
    r"|(?:^|\n)[ \t|]*(?i:age)(?:\s?\((?i:years?|yrs?)\))?\s*[|,\t]\s*(?P<g>\d{1,3})(?=\s*(?:\||\n|\Z|(?i:years?|yrs?|y)\b))"
    r"|\b(?i:patient)\s*[:|]\s*(?i:f|m|female|male)[,;\s/]+(?P<h>\d{1,3})\b(?!\s*(?:%|\.\d|(?i:mg|months?|weeks?|days?)\b))"
    r"|(?<![\w.])(?P<i>\d{1,3})\s?(?i:years?|yrs?|y)\s?[,/;]\s?(?:(?i:male|female|man|woman)|[MF])\b"
    r"|\b(?i:she|he|the\s+patient)\s+was\s+(?P<d>\d{1,3})\s+(?:years\s+)?(?:at\s+(?:the\s+time\s+of\s+)?(?:diagnosis|presentation|onset)|when)\b"
)
# what small letters must have for _AGE_BESIDE
_BESIDE_AT_ALL = lazy(
    r"age\s?[/&(]|age\s?and|age\s*[:|=,\t]|man\s?[,;(]\s?\d|male\s?[,;(]\s?\d|patient\s?[,;(:|]|patient\s+[:|]|was\s+\d|m/|m\s/|f/|f\s/"
    r"|mr\b|mrs\b|ms\b|y(?:ears?|rs?)?\s?[,/;]"
)
# folded words without which a sentence tells no age, sex or outcome
_AGE_WORDS = frozenset("year yr yrs y month mo mos week wk wks day old age aged".split())
_SEX_WORDS = frozenset(
    "woman female girl lady housewife primigravida multigravida mrs ms man male boy gentleman mr".split()
)
_BESIDE_WORDS = frozenset("age m f mr mrs ms male female man woman patient she he".split())
# without one of these no number is an age
_OF_AGE = ("old", "age", "yo", "y/o", "y.", "male", "man", "boy", "girl", "lady", "infant", "patient")
_AGE_LETTER = lazy(r"\d[mf]\s")
_LETTER = lazy(r"[MF](?<![A-Z][MF])\b")
_LETTERS = {"M": "male", "F": "female"}
_OUTCOME_WORDS = frozenset(
    "died passed expired succumbed deceased pronounced death dead lethal fatal exitus alive living well disease".split()
)
_UNITS = {"y": "a", "m": "mo", "w": "wk", "d": "d"}
_SEX = lazy(
    r"\b(?:(?P<f>woman|female|girl|lady|housewife|primigravida|multigravida|Mrs|Ms)|(?P<m>man|male|boy|gentleman|Mr))\b",
    re.I,
)
_SEX_STEMS = stems("woman female girl lady housewife primigravida multigravida mrs ms man male boy gentleman mr")
# "58 y/o M", "45-year-old F", "Sex: M"; a bare "12M" may be months
_SEX_LETTER = lazy(
    r"(?:\b[Pp]atient\s*[:|]\s*(?=[MF][\s,;/]+\d)|\b(?:[Ss]ex|SEX|[Gg]ender)\s*[|\t,]\s*|\b[Aa]ge\s?(?:/|and|&)\s?[Ss]ex\s*[:|=,\t]\s*\d{1,3}\s*[/,;]?\s*|\b[Ss]ex\s?(?:/|and|&)\s?[Aa]ge\s*[:|=,\t]\s*|(?<![\w.])[1-9]\d(?=[MF]\s+(?:with\b|w/|(?:pt|patient|s/p|who|presenting|admitted)\b))|\b\d{1,3}[\s-]?(?:y/?o|y\.\s?o|yr?s?[\s-]?old|years?[\s-]old|y)\.?[\s,/(-]{0,3}(?:(?:(?:post|pre|peri)-?menopausal|right-handed|left-handed|white|black|[Cc]aucasian|[Aa]sian|[Hh]ispanic|African[\s-]American)\s+)?|\b(?:[Ss]ex|SEX|[Gg]ender)\s?[:=]\s?)(?P<s>[MF])\b(?![\w/.:-]\w)|\((?P<s2>[MF])\s?/\s?\d{1,3}\)"
)
# "CUP, 66F, ECOG 1", "MDS-EB2, 74M: Hb 7.9": only where a note begins
_HEAD = lazy(
    r"(?:^|[,;:(])\s?(?P<n>1[5-9]|[2-9]\d|(?<=[Pp]atient: )(?:1[0-4]|[1-9]))\s?(?P<s>[MF])(?=\s?[,.;:)\n]|\s?\Z|\s(?:with|w/|p/w|s/p|h/o|met)\b)"
)
_HEADS = 2  # sentences that may be one
_FIRST = 6  # sentences in which a line may begin so: "62M. PMH HTN", "ID: 64F, ECOG 1"
_LED_HEAD = lazy(
    r"^(?:(?i:patient|pt|ID|demographics)\s?:\s?)?(?P<n>1[89]|[2-9]\d)\s?(?P<s>[MF])(?=\s?[,.;)\n]|\s?\Z|\s(?:with|w/|p/w|s/p|h/o|met)\b)"
)
_BORN = lazy(r"\b(?:deliver(?:ed|y)|gave\s+birth|born|cesarean|caesarean|live\s?birth)\b", re.I)
_CHILD = lazy(r"\s*(?:infant|baby|newborn|neonate|fetus|child|twins?|boy|girl)\b", re.I)
_DONOR = lazy(r"\b(?:donor|mother|father|sister|brother|wife|husband|son|daughter)\b", re.I)
_DOCTOR = lazy(r"\b(?:Dr|Prof)\.?\s+(?:[A-Z][\w.-]*\s?){1,3},?\s*\Z")  # "Dr Smith, aged 45"
_DIED = lazy(
    r"\b(?:died|passed\s+away|expired|succumbed|deceased|was\s+pronounced\s+dead|(?:his|her|the\s+patient['’]s|until)\s+death\b(?!\s+(?:or|was\s+considered)\b)|"
    r"death\s+occurred|(?:she|he|patient)\s+(?:is|was)\s+dead|lethal\s+outcome|fatal\s+outcome|exitus(?:\s+letalis)?|vital\s+status\s*[:=]?\s*(?:dead|deceased))\b|†(?=\s?\d)",
    re.I,
)
_ALIVE = lazy(
    r"\b(?:(?:is|was|remains?|remained|still|currently)\s+(?:still\s+)?(?:alive|living)|alive\s+(?:and\s+well|with(?:out)?\s+(?:disease|recurrence))|"
    r"(?:is|was|has\s+been|remains?|remained|continues?\s+to\s+do|doing)\s+(?:very\s+)?well\b|disease[\s-]free\b)",
    re.I,
)
# "the incision was well sutured", "the drug was well tolerated", "was well within the range": nobody's health
_WELL_DONE = lazy(
    r"\s*[-‐–]?\s*(?!(?:when|then|even)\b)[a-z]+(?:ed|en|wn)\b|\s+(?:within|above|below|into|over|under|beyond|outside|inside|in\s+excess|past|ahead|beneath)\b",
    re.I,
)
_PRONOUN = lazy(r"\b(?P<f>she|her)\b|\b(?P<m>he|his)\b", re.I)


def extract(context: Context) -> list[Fact]:
    """Return age, sex and vital-status facts of the patient."""
    facts: list[Fact] = []
    numbered, lettered = context.numbered, context.holding(_LETTER)
    aged, beside = context.saying(_AGE_WORDS), context.saying(_BESIDE_WORDS) & numbered
    sexed, ended = context.saying(_SEX_WORDS), context.saying(_OUTCOME_WORDS)
    for index, s in context.patient_sentences():
        text = context.text[s.start : s.end]
        letters = list(_SEX_LETTER.finditer(text)) if index in lettered else []
        ages = (
            list(_AGE_BESIDE.finditer(text)) if index in beside and _BESIDE_AT_ALL.search(context.small(index)) else []
        )
        if ages or letters or index in aged or "yo" in text:
            facts += _ages(context, s.start, text, ages, context.small(index))
        head = None
        if index < _FIRST and index in numbered and not (ages or letters):
            head = (_HEAD if index < _HEADS else _LED_HEAD).search(text)
        if head:
            a, b = s.start + head.start("n"), s.start + head.start("s")
            facts.append(context.fact("age", a, s.start + head.end("n"), value={"value": head["n"], "unit": "a"}))
            facts.append(context.fact("sex", b, b + 1, value={"value": _LETTERS[head["s"]]}))
        if index in sexed:
            facts += _sexes(context, s.start, s.end)
        for m in letters:
            group = "s" if m["s"] else "s2"
            a, b = m.span(group)
            facts.append(context.fact("sex", s.start + a, s.start + b, value={"value": _LETTERS[m[group]]}))
        if index in ended or "†" in text:
            facts += _outcomes(context, s.start, text)
    if not any(f.kind == "sex" for f in facts):
        facts += _pronoun(context)
    return facts


def _ages(context: Context, base: int, text: str, beside: list[re.Match[str]], small: str) -> list[Fact]:
    found = []
    of_age = any(word in small for word in _OF_AGE) or _AGE_LETTER.search(small) is not None
    exact = _YEARS_MONTHS.search(text) if of_age else None
    if exact and int(exact["m"]) < 12:
        months = str(12 * int(exact["y"]) + int(exact["m"]))
        return [context.fact("age", base + exact.start(), base + exact.end(), value={"value": months, "unit": "mo"})]
    for m in beside:
        group = m.lastgroup or "a"
        a, b = m.span(group)
        if not _DONOR.search(text[max(0, a - 25) : a]):
            found.append(
                context.fact("age", base + a, base + b, value={"value": m[group], "unit": "a", "relative": False})
            )
    age = _AGE if any(word in small for word in _NUMBER_WORDS) else _AGE_IN_DIGITS
    for m in age.finditer(small) if of_age else ():
        if any(f.start < base + m.end() and base + m.start() < f.end for f in found):
            continue
        number = m["n"] or m["n2"] or m["n3"] or m["n4"] or m["n5"]
        unit = (m["u"] or m["u2"] or m["u4"] or "years")[0]
        value = _number(number, m.group())
        if unit == "y" and not 0 <= float(lazy(r"[^\d.].*").sub("", value) or 0) <= 120:
            continue
        before = small[max(0, m.start() - 40) : m.start()]
        if _DOCTOR.search(text, 0, m.start()):
            continue
        if lazy(r"(?:older|younger|over|under|above|below)\s+(?:than\s+)?\Z|\bfor\s+\Z").search(before):
            continue
        start, end = base + m.start(), base + m.end()
        found.append(
            context.fact(
                "age",
                start,
                end,
                value={"value": value, "unit": _UNITS.get(unit, "a"), "relative": bool(_DONOR.search(before[-25:]))},
            )
        )
    return [f for f in found if not f.value.pop("relative")]


def _number(written: str, words: str) -> str:
    """Return an age as a decimal string: "fifty-eight", "3½", "3 1/2", "three and a half"."""
    tens, _, ones = written.lower().replace("-", " ").partition(" ")
    if tens in _TENS:
        return str(_TENS[tens] + int(_WORDS.get(ones.strip(), "0")))
    value = _WORDS.get(written.lower(), written).replace(",", ".")
    half = lazy(r"\s*(?:½|1/2)\Z").search(value)
    whole = value[: half.start()] if half else value
    return f"{whole}.5" if half or lazy(r"and[\s-]+a[\s-]+half", re.I).search(words) else value


def _sexes(context: Context, low: int, high: int) -> list[Fact]:
    found = []
    text = context.text
    for m in context.find(_SEX, _SEX_STEMS, low, high):
        word = m.group()
        if (word.lower() == "ms" and word != "Ms") or (word.lower() == "mr" and word != "Mr") or word == "MR":
            continue
        after = text[m.end() : min(high, m.end() + 12)].lower()
        before = text[max(low, m.start() - 12) : m.start()].lower()
        if (
            lazy(r"\s*(?:donor|breast|genital|pattern|pelvis|hormone|relative|predominance|sex)").match(after)
            or "mother" in before
            or (
                _BORN.search(text, low, high)
                and _CHILD.match(text, m.end() if m.group().lower() not in ("boy", "girl") else m.start(), high)
            )
        ):
            continue
        found.append(context.fact("sex", m.start(), m.end(), value={"value": "female" if m["f"] else "male"}))
    return found


def _outcomes(context: Context, base: int, text: str) -> list[Fact]:
    found = []
    for m in _DIED.finditer(text):
        before = text[max(0, m.start() - 45) : m.start()]
        if _DONOR.search(before) or lazy(r"\b(?:would|if|cells?|not|tissue)\b", re.I).search(before[-20:]):
            continue
        found.append(context.fact("outcome", base + m.start(), base + m.end(), value={"value": "dead"}))
    for m in _ALIVE.finditer(text):
        if m.group().lower().endswith("well") and _WELL_DONE.match(text, m.end()):
            continue
        found.append(context.fact("outcome", base + m.start(), base + m.end(), value={"value": "alive"}))
    return found


def _pronoun(context: Context) -> list[Fact]:
    """Return the sex that the pronouns of the case agree on, where no noun names it."""
    seen: dict[str, list[tuple[int, int]]] = {"female": [], "male": []}
    for index, s in context.patient_sentences():
        if context.is_mixed(index) or context.kind(index) == "family" or context.cues_in(s.start, s.end, "family"):
            continue
        for m in _PRONOUN.finditer(context.text, s.start, s.end):
            seen["female" if m["f"] else "male"].append(m.span())
    for sex, other in (("female", "male"), ("male", "female")):
        if seen[sex] and not seen[other]:
            a, b = seen[sex][0]
            return [context.fact("sex", a, b, value={"value": sex, "pronoun": True})]
    return []
