"""Which sentences speak of this patient, and which of others.

Case sections do, unless a sentence is plainly about a cohort. In an abstract, a discussion
or a conclusion only sentences that name the patient do, and those that go on from one.
Where a report tells of several patients ("Case 1", "Case 2"), the first one is the patient.
"""

from __future__ import annotations

import re

from epicrisis.facts.citations import cites as cites_literature
from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.several_patients import of_other_cases
from epicrisis.kept import lazy

_GENERAL = lazy(r"\b(?:is|are|has|have|can|may|should|must|derives?|occurs?|remains?|needs?)\b")
_VERBS = r"was|were|had|did|underwent|received|developed|showed|revealed|presented|died|survived|became"
_PAST = lazy(rf"\b(?:{_VERBS}|[a-z]{{3,}}ed)\b")
# "should be followed", "has been improved" tell nothing that happened once
_HAPPENED = lazy(rf"\b(?:{_VERBS}|(?<!be\s)(?<!been\s)(?<!have\s)(?<!has\s)[a-z]{{3,}}ed)\b")
_REPORTED = lazy(
    r"\b(?:we|herein|here)\b[^.]{0,20}\b(?:report|present|describe|document)"
    r"|\b(?:this|the\s+present|the\s+current)\s+(?:case\s+)?(?:report|article|paper|study|case)\s+(?:describes|presents|reports|documents|details|features)\b"
    r"|\bthe\s+authors?\s+(?:describe|report|present|document)s?\b"
    r"|\bthis\s+work\s+(?:describes|presents|reports|features)\b",
    re.I,
)
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
_AS_THERE = lazy(
    r"\b(?:according\s+to|as\s+per|per|based\s+on|following|in\s+(?:line|accordance|keeping|analogy)\s+(?:with|to)|as\s+(?:used|in))\s+"
    r"(?:the\s+)?(?:[\w-]+\s+){0,6}?(?:trial|study|protocol|regimen|guidelines?)\b[^.;]{0,40}",
    re.I,
)
# "Our experience suggests that ...", at the end
_LESSON = lazy(
    r"\s*(?:our\s+(?:experience|case|report)|(?:this|the|the\s+present|our)\s+(?:case|report)|these\s+findings)\s+(?:\w+ly\s+)?(?:suggests?|highlights?|illustrates?|underscores?|emphasi[sz]es?|demonstrates?|supports?|indicates?|shows?\s+that)\b",
    re.I,
)
_ONE = lazy(r"\b(?:case\s+of|patient|man|woman|boy|girl|child|male|female|infant|lady|gentleman)\b", re.I)
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
    r"(?:patient(?:['’]?s['’]?)?\s+concerns?|presenting\s+concerns?|(?:main\s+|primary\s+|the\s+main\s+)?(?:symptoms?|diagnos[ei]s|interventions?|therapeutic)\b|diagnos[ei]s|outcomes?|clinical\s+(?:findings?|presentation)|case\s+(?:summary|presentation|report|description))\b",
    re.I,
)


def mark(context: Context) -> None:
    """Fill `context.speaks_of_patient`, one truth value per sentence, and `context.of_others`.

    What a case section says of a cohort is read like the rest; its facts get the subject "other".
    """
    marks: list[bool] = []
    previous_section = None
    told_of_others = titled = going_on = False
    others = of_other_cases(context)
    texts = [context.text[s.start : s.end] for s in context.sentences]
    cites = [cites_literature(text) for text in texts]
    ages = frozenset().union(
        *(
            _persons(text, context.small(i))
            for i, text in enumerate(texts)
            if i in context.numbered and i not in others and context.is_patient_section(i) and not cites[i]
        )
    )
    introduced = _introduced(context, texts)
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
                i in introduced
                or (_LESSON.match(text) and i + 3 >= len(texts))
                or (not (i in named and _names_one(context, i)) and _about_others(context, i, text, cites[i]))
                or (cites[i] and _other_person(text, ages))
                or _of_cohort(context, i, text)
                or (text.startswith(_OTHERS_BEGIN) and _COUNTED_OTHERS.match(text) and not _THE_PATIENT.search(text))
            ):
                context.of_others.add(i)
            marks.append(True)
        elif context.is_mixed(i):
            if i == 0 or context.sentences[i - 1].paragraph != s.paragraph:
                going_on, told_of_others = titled, False
            if (told_of_others and not _OURS.search(text)) or _LESSON.match(text):
                going_on = False  # "The patient was treated with ...": who was told of before
            else:
                told_of_others = _somebody_else(text, ages, cites[i])
                going_on = not told_of_others and _mixed(context, i, text, going_on, cites[i])
            marks.append(going_on)
        else:
            # "Background: ... Here, we present a case of stage IV adenocarcinoma"
            marks.append(
                context.kind(i) == "introduction"
                and _REPORTED.search(text) is not None
                and _ONE.search(text) is not None
            )
    context.speaks_of_patient = marks


def _persons(text: str, small: str) -> set[str]:
    """Return the ages of the persons that a sentence tells of."""
    persons = set(_PERSON.findall(text)) if any(word in small for word in _AGES) else set()
    return persons.union(_AGED.findall(text)) if "aged" in small else persons


def _introduced(context: Context, texts: list[str]) -> frozenset[int]:
    """Return the sentences of a text without headings that stand before the case and tell what is known of others."""
    for i, text in enumerate(texts[:12]):
        if context.kind(i) != "body":
            return frozenset()
        if _REPORTED.search(text):
            named = (n for n in context.having_cue("patient") if _names_one(context, n))
            return frozenset(range(i)) if min(named, default=i) >= i else frozenset()
        if i in context.numbered and _persons(text, context.small(i)):
            return frozenset(n for n in range(i) if _is_general(context, n, texts[n]))
    return frozenset()


def _is_general(context: Context, index: int, text: str) -> bool:
    """Say whether a sentence tells what is so in general: "Merkel cell carcinoma is a rare cancer"."""
    return (
        _GENERAL.search(text) is not None
        and _HAPPENED.search(text) is None
        and not (index in context.having_cue("patient") and _names_one(context, index))
    )


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
    told = _AS_THERE.search(text)
    if index not in context.having_cue("literature") or (told and _only_there(context, index, told)):
        return cites and not _HAPPENED.search(text)
    return cites or bool(_SOURCES.match(text)) or not _HAPPENED.search(text)


def _only_there(context: Context, index: int, told: re.Match[str]) -> bool:
    """Say whether a study is named for its protocol alone: "was given according to the regimen of the CROSS trial"."""
    s = context.sentences[index]
    cues = context.cues_in(s.start, s.end, "literature")
    return all(told.start() <= c.start - s.start < told.end() for c in cues)


def _of_cohort(context: Context, index: int, text: str) -> bool:
    """Say whether a sentence tells what is reported of patients, and names none."""
    if not ("%" in text or "been" in text or "all patients" in text) or not _COHORT.search(text):
        return False
    return not _names_one(context, index)


def _names_one(context: Context, index: int) -> bool:
    """Say whether a sentence names the patient, and not only patients."""
    s = context.sentences[index]
    named = context.cues_in(s.start, s.end, "patient")
    return any(not context.text[c.start : c.end].lower().endswith("patients") for c in named)


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
        if going_on and not cited and context.kind(index) == "abstract":
            return True  # "given the prognosis of patients with it, he was treated": an abstract has one patient
        return (strong or not literature) and not (cited and literature and not strong)
    if context.kind(index) == "abstract" and _REPORTED.search(text):
        return True
    if not going_on or literature or cited:
        return False
    past = _PAST.search(text)
    return bool(past) or not _GENERAL.search(text)
