"""Which sentences speak of this patient, and which of others.

Case sections do, unless a sentence is plainly about a cohort. In an abstract, a discussion
or a conclusion only sentences that name the patient do, and those that go on from one.
Where a report tells of several patients ("Case 1", "Case 2"), the first one is the patient.
"""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.kept import lazy

# [9, 10], but not the cells of a karyotype ("t(9;11)[18]"), or a superscript after the full stop: whoever cites speaks of others
_CITATION = lazy(
    r"(?<![)XY])\[\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\]|\(\d{1,3}(?:[,–-]\d{1,3})*\)\s*[.,;]?\s*\Z|\bet al\b|\.(?<=[a-z)]\.)\d{1,2}(?:[,–-]\d{1,2})*\Z"
)
# "LDH 256 U/L (135-225).": the range of a value
_VALUE = lazy(r"\d\s?(?:[^\s\d(]\S{0,11}\s?)?\Z")
_RANGED = lazy(r"(?:\d\s?[^\s\d(]{1,8}/\S{1,8}|\d\.\d+)\s?\Z")  # "Hgb 9.8 g/dL [12-16]"
_NEVER = lazy(r"(?!)")
_GENERAL = lazy(r"\b(?:is|are|has|have|can|may|should|must|derives?|occurs?|remains?|needs?)\b")
_PAST = lazy(
    r"\b(?:was|were|had|did|underwent|received|developed|showed|revealed|presented|died|survived|became|[a-z]{3,}ed)\b"
)
_REPORTED = lazy(r"\b(?:we|herein|here)\b[^.]{0,20}\b(?:report|present|describe|document)", re.I)
# "Case 2", "Patient No. 3", "Second case": the heading of one of several patients
_NUMBERED = lazy(
    r"\s*(?:(?:clinical\s+)?(?:case|patient)(?:\s+(?:report|presentation|description))?\s*(?:no\.?\s*|number\s+|#\s*)?(?P<n>\d{1,2}|one|two|three|four|five|six|IV|V|I{1,3})(?![\w.]*\d)\b(?=\s*(?:[:.(,–—-]|\Z|[A-Z]))|(?P<o>first|second|third|fourth|fifth)\s+(?:case|patient)\s*(?:[:.–—-]|\Z))",
    re.I,
)
_COUNTED = {
    w: n
    for n, words in enumerate(
        ("one first i", "two second ii", "three third iii", "four fourth iv", "five fifth v", "six"), 1
    )
    for w in words.split()
}
# begins with a digit, so that the search runs from one to the next
_PERSON = lazy(
    r"(\d(?<!\w\d)\d{0,2})(?:[\s‐-―-]*(?:years?|yrs?|months?|weeks?|days?)[\s‐-―-]*(?:old\b|(?:female|male|woman|man|boy|girl)\b)|[\s-]?(?:y/?o|yo)\b)",
    re.I,
)
_AGES = ("year", "yr", "month", "week", "day", "yo", "y/o")  # in small letters
_AGED = lazy(r"\baged\s+(\d{1,3})\b", re.I)
_OURS = lazy(
    r"\b(?:our|this|present|current|index)\s+(?:\w+\s+)?(?:patient|case|report|woman|man|boy|girl|child)\b|\bherein\b|\bwe\s+(?:report|present|describe)",
    re.I,
)
# these also stand in sentences about other authors' patients
_ANYONE = lazy(
    r"(?:.{0,3}|.*\bold|y/o|.*\b(?:woman|man|boy|girl|child|infant|lady|gentleman)|a\s+(?:fe)?male(?:\s+patient)?)",
    re.I,
)
# "has been reported in less than 1% of patients"
_COHORT = lazy(
    r"\b(?:has|have)\s+(?:also\s+|rarely\s+|previously\s+|only\s+)?been\s+(?:reported|described)\s+(?:in|with|after|among|as)\b"
    r"|\b(?:in|for)\s+all\s+patients\s+with\b"
    r"|\boccurs?\s+in\s+(?:(?:about|approximately|around|roughly|nearly|only|up\s+to|less\s+than|more\s+than|[<>~])\s*)?\d[\d.–-]*\s?%"
    r"|\b\d+(?:\.\d+)?\s?%\s+of\s+(?:all\s+)?(?:the\s+)?(?:[\w-]+\s+)?(?:patients|cases)\b",
    re.I,
)
_SOURCES = lazy(r"^\s*(?:literature|studies|previous (?:studies|reports)|several|some|many|most)\b", re.I)

# "Of 12 patients described in the literature", "Previously reported patients with", "In the CLARINET trial lanreotide prolonged"
_COUNTED_OTHERS = lazy(
    r"(?:Of\s+(?:the\s+)?(?:\d+|\w+)\s+(?:[\w-]+\s+){0,2}(?:patients|cases)\b|(?:Previously|Formerly)\s+(?:reported|published|described)\s+(?:patients|cases)\b"
    r"|In\s+the\s+(?:[\w-]+\s+){0,3}(?:trial|study)s?\b.*\b(?:patients|prolonged|improved|survival)\b)"
)
_OTHERS_BEGIN = ("Of ", "In the ", "Previously ", "Formerly ")
_THE_PATIENT = lazy(r"\b(?:he|she|his|her|(?:the|our|this)\s+patient)\b", re.I)


# a line of names and numbers: "DOE" is nobody's dyspnoea
_IDENTITY = lazy(
    r"\s*(?:re|patient(?:'s)?(?:\s+name)?|name|dear|cc|regarding|mrn|hospital\s+(?:no|number)|nhs(?:\s+(?:no|number))?)\b\s*[:.]?\s*(?=(?-i:[A-Z]))|\s*dear\b",
    re.I,
)
_GREETING = lazy(r"\s*dear\b[^,\n]{0,60}[,\n]", re.I)
_NAMES_BEGIN = frozenset("RPNDCMHrpndcmh")  # of _GREETING and _IDENTITY
_OF_NAMES = frozenset({"sex", "age", "date"})  # what stands beside names
# what is worth a mention, though it is said of a cohort: never a date, a drug or a number
_OF_ANYBODY = frozenset({"diagnosis", "symptom", "metastasis", "recurrence", "procedure", "lab", "severity"})
_TITLED = lazy(
    r"\b(?:Dr|Prof|Mrs?|Ms|Miss)\.?\s+[A-Z]|(?P<name>(?-i:[A-Z][\w'’-]+,\s+[A-Z]))|\b(?:DOB|born)\b|\bdate\s+of\s+birth\b",
    re.I,
)


def of_patient(context: Context, facts: list[Fact]) -> list[Fact]:
    """Return *facts* without those read out of a line that names the patient or an addressee, and of others."""
    named: dict[int, int] = {}  # by sentence: where its names end
    kept = []
    for fact in facts:
        index = fact.sentence
        if index in context.of_others and fact.kind not in _OF_ANYBODY:
            continue
        if index >= 0 and fact.kind not in _OF_NAMES:
            end = named.get(index)
            if end is None:
                end = named[index] = _names_end(context, index)
            if fact.start < end:
                continue
        kept.append(fact)
    return kept


def _names_end(context: Context, index: int) -> int:
    """Return where the names end at which a sentence begins, or -1."""
    s = context.sentences[index]
    if context.text[s.start] not in _NAMES_BEGIN:
        return -1
    greeted = _GREETING.match(context.text, s.start, s.end)
    if greeted:  # "Dear colleague, thank you for referring this patient with ...": the greeting ends at its comma
        return greeted.end()
    if not _IDENTITY.match(context.text, s.start, s.end):
        return -1
    # "Patient: Jane DOE, born 1950, lung cancer": what the line goes on to tell is told
    titles = list(_TITLED.finditer(context.text, s.start, s.end))
    ends = [m.end() for i, m in enumerate(titles) if i == 0 or not m["name"]]
    return ends[-1] if ends else -1


# parts of a structured abstract that tell of the patient and of nobody else
_OF_THE_CASE = lazy(
    r"(?:patient(?:'s)?\s+concerns?|presenting\s+concerns?|(?:main\s+|primary\s+|the\s+main\s+)?(?:symptoms?|diagnos[ei]s|interventions?|therapeutic)\b|diagnos[ei]s|outcomes?|clinical\s+(?:findings?|presentation)|case\s+(?:summary|presentation|report|description))\b",
    re.I,
)


def mark(context: Context) -> None:
    """Fill `context.speaks_of_patient`, one truth value per sentence, and `context.of_others`.

    What a case section says of a cohort is read like the rest; its facts get the subject "other".
    """
    marks: list[bool] = []
    previous_section = None
    told_of_others = titled = going_on = False
    others = _of_other_cases(context)
    texts = [context.text[s.start : s.end] for s in context.sentences]
    cites = [_cites(text) for text in texts]
    ages = frozenset().union(
        *(
            _persons(text, context.small(i))
            for i, text in enumerate(texts)
            if i in context.numbered and i not in others and context.is_patient_section(i) and not cites[i]
        )
    )
    opening = _case_begins(context)
    named = context.having_cue("patient")
    for i, (s, text) in enumerate(zip(context.sentences, texts, strict=True)):
        section = context.section_of[i]
        if section is not previous_section:
            told_of_others = False
            title = section.title.strip(" :*#")
            # "Methods: We describe a man with ... Results: ..." tells of him in both
            titled = bool(_OF_THE_CASE.match(title)) or (going_on and title.lower() == "results")
            going_on = titled
            previous_section = section
        if i in others:
            marks.append(False)
        elif context.is_patient_section(i):
            if (
                i < opening
                or (i not in named and _about_others(context, i, text, cites[i]))
                or (cites[i] and _other_person(text, ages))
                or _of_cohort(context, i, text)
                or (text.startswith(_OTHERS_BEGIN) and _COUNTED_OTHERS.match(text) and not _THE_PATIENT.search(text))
            ):
                context.of_others.add(i)
            marks.append(True)
        elif context.is_mixed(i):
            if i == 0 or context.sentences[i - 1].paragraph != s.paragraph:
                going_on, told_of_others = titled, False
            if told_of_others and not _OURS.search(text):
                going_on = False  # "The patient was treated with ...": who was told of before
            else:
                told_of_others = _somebody_else(text, ages, cites[i])
                going_on = not told_of_others and _mixed(context, i, text, going_on, cites[i])
            marks.append(going_on)
        else:
            marks.append(False)
    context.speaks_of_patient = marks


def _cites(text: str) -> bool:
    """Say whether a sentence refers to the literature by a number."""
    # most have not what every form of it needs
    if not ("[" in text or "et al" in text or text[-1].isdigit() or ("(" in text and text[-1] in ").,;")):
        return False
    m = _CITATION.search(text)
    if m is None:
        return False
    return not {"(": _VALUE, "[": _RANGED}.get(m.group()[0], _NEVER).search(text, 0, m.start())


def _of_other_cases(context: Context) -> set[int]:
    """Return the sentences under "Case 2" and after it, where a report tells of several patients."""
    numbers: list[int | None] = []
    current: int | None = None
    previous = None
    for i, s in enumerate(context.sentences):
        section = context.section_of[i]
        if section is not previous:
            previous = section
            if not context.is_patient_section(i):
                current = None
            elif m := _NUMBERED.match(section.title):
                current = _number(m)
        if (
            context.text[s.start : s.start + 1] in "CPFSTcpfst"
            and context.is_patient_section(i)
            and (m := _NUMBERED.match(context.text, s.start, s.end))
        ):
            current = _number(m)
        numbers.append(current)
    told = {n for n in numbers if n is not None}
    if len(told) < 2:
        return set()
    context.findings.append("several-patients")
    return {i for i, n in enumerate(numbers) if n is not None and n != min(told)}


def _number(match: re.Match[str]) -> int:
    words = (match["n"] or match["o"]).lower()
    return int(words) if words.isdigit() else _COUNTED[words]


def _persons(text: str, small: str) -> set[str]:
    """Return the ages of the persons that a sentence tells of."""
    persons = set(_PERSON.findall(text)) if any(word in small for word in _AGES) else set()
    return persons.union(_AGED.findall(text)) if "aged" in small else persons


def _case_begins(context: Context) -> int:
    """Return the sentence with "we report a case" of a text without headings: before it stands an introduction."""
    for i, s in enumerate(context.sentences[:12]):
        if context.kind(i) != "body":
            return 0
        if _REPORTED.search(context.text, s.start, s.end):
            return i if min(context.having_cue("patient"), default=i) >= i else 0
    return 0


def _other_person(text: str, ages: frozenset[str]) -> bool:
    persons = _persons(text, text.lower())
    return bool(persons) and bool(ages) and ages.isdisjoint(persons)


def _somebody_else(text: str, ages: frozenset[str], cites: bool) -> bool:
    """Say whether a sentence of a discussion tells of a patient of other authors."""
    persons = _persons(text, text.lower())
    if not persons or _OURS.search(text):
        return False
    return (bool(ages) and ages.isdisjoint(persons)) or cites


def _about_others(context: Context, index: int, text: str, cites: bool) -> bool:
    """Say whether a sentence of a case section that names no patient is about a cohort, a guideline or the literature."""
    if index not in context.having_cue("literature"):
        return cites and not _PAST.search(text)
    return cites or bool(_SOURCES.match(text)) or not _PAST.search(text)


def _of_cohort(context: Context, index: int, text: str) -> bool:
    """Say whether a sentence tells what is reported of patients, and names none."""
    if not ("%" in text or "been" in text or "all patients" in text) or not _COHORT.search(text):
        return False
    s = context.sentences[index]
    named = context.cues_in(s.start, s.end, "patient")
    return all(context.text[c.start : c.end].lower().endswith("patients") for c in named)


def _mixed(context: Context, index: int, text: str, going_on: bool, cited: bool) -> bool:
    s = context.sentences[index]
    literature = index in context.having_cue("literature")
    # "for such patients", "Asian patients": the plural is never this patient
    named = [
        c
        for c in context.cues_in(s.start, s.end, "patient")
        if not context.text[c.start : c.end].lower().endswith("patients")
    ]
    if cited and not _PAST.search(text):
        return False
    if named:
        # "he" and "her" also stand in sentences about other authors' patients
        strong = any(not _ANYONE.fullmatch(context.text, c.start, c.end) for c in named)
        return (strong or not literature) and not (cited and literature and not strong)
    if context.kind(index) == "abstract" and _REPORTED.search(text):
        return True
    if not going_on or literature or cited:
        return False
    past = _PAST.search(text)
    return bool(past) or not _GENERAL.search(text)
