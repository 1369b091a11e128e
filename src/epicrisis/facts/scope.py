"""How far a cue reaches: its clause, its sentence, the list it stands in (ConText, Harkema 2009)."""

from __future__ import annotations

import re

from epicrisis.facts.brackets import closed, opened
from epicrisis.facts.context import Context
from epicrisis.facts.cues import Cue
from epicrisis.facts.model import Fact
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

CLAUSE = lazy(
    r":|;(?!\d+\))|,\s+(?:and|but)\s+(?:(?:the|a|an|his|her|she|he|it|they|we)\s+)?[a-z-]+(?:\s+[a-z-]+){0,9}\s+(?:was|were|is|had|has|showed|revealed|did)\b"
)
NEW_SUBJECT = lazy(r"\b(?:was|were|is|showed|revealed|underwent|received|had|has|developed)\b")
_MAIN_VERB = lazy(r",\s+(?:then\s+)?(?:underwent|received|was\s+(?:treated|given|started))\b", re.I)
_PATIENT_FIRST = lazy(
    r"(?:A|An|The|This|Our)\s+(?:[\w-]+\s+){0,6}(?:woman|man|female|male|girl|boy|patient|lady|gentleman|child|infant)\b"
)
_LISTED = lazy(r"\b(?:or|nor)\b[^,]*,\s")  # "no cough or fever, mild ascites": the list of what is denied has ended
_SAID_OF_BEFORE = lazy(
    r"\s+(?:\w+ly\s+)?(?:involved|seen|found|identified|detected|present|affected|enlarged|observed|noted|visible|demonstrable|palpable|infiltrated|invaded)\s*[,)]",
    re.I,
)
_NEITHER = lazy(r"neither\b", re.I)
_NOR = lazy(r"\A\s+(?:\w+\s+){1,3}nor\b", re.I)
_LAST_OF_LIST = lazy(r"\b(?:or|nor)\s+(?:(?!and\b)[\w-]+\s+){0,3}\Z")  # "no evidence of A, B, or C"
_EXAMPLES = lazy(r".{5}including\b|such\sas\b", re.I | re.S)
_NEGATIVE_FOR = lazy(r"neg(?:ative)?\s+for", re.I)  # its list goes on to its end
_MORE = lazy(r"[^;:.]*\b(?:or|nor)\b", re.I)
_NONE_IN_FAMILY = lazy(r"\b(?:no|without|nil|negative|unremarkable)\s+(?:[\w-]+\s+){0,2}\Z", re.I)
_OWN_PREDICATE = lazy(
    r"[^,.;]{0,40}?\b(?:was|were)\s+(?:also\s+|both\s+)?(?:negative|positive|normal|unremarkable|performed|done|elevated|increased|decreased|enlarged)\b",
    re.I,
)
_ITSELF = lazy(r"Without")
_UNTREATED = lazy(
    r"without\s+(?:[\w-]+\s+){0,3}(?:treatments?|therap(?:y|ies)|interventions?|surgery|chemotherapy|medications?|radiotherapy)\s*,",
    re.I,
)
_NEW_CLAUSE = lazy(r",\s+(?:the|an?|his|her|its|he|she|it|this|these)\b")
_SUBORDINATE = lazy(r"(?:As|Because|Since|Although|Though|When|While|Despite|After|Given|Without)\b")
_FOUND_AFTER = lazy(r"[^.;]{0,80}?\b(?:was|were|had|developed|occurred|appeared)\b")
ACTS = frozenset({"procedure", "radiotherapy", "medication", "regimen", "drug_class", "imaging"})


def reaches(context: Context, cues: list[Cue], a: int, b: int, stop: str, source: Cue) -> bool:
    """Say whether a cue that ends at *a* still holds at *b*."""
    gap = context.text[a:b]
    if source.kind == "negation" and source.start == context.sentences[context.sentence_at(source.start)].start:
        gap = gap.removeprefix(":")  # "Not: Hodgkin variant, infection", "Not started: ponatinib"
    if len(gap) > 160 or CLAUSE.search(gap) or closed(gap, 0, len(gap)):
        return False  # "(no residual disease) and niraparib": the brackets close what they say
    if (
        source.kind == "negation"
        and _LISTED.search(gap)
        and not _LAST_OF_LIST.search(gap)
        and not _NEGATIVE_FOR.search(context.text, source.start, source.end)
        and not _MORE.match(context.text, b, min(b + 120, len(context.text)))
    ):
        return False
    if source.kind == "negation" and lazy(r"\band\b").search(gap) and _OWN_PREDICATE.match(context.text, b):
        return False  # "no dissemination, and lavage cytology was negative"
    if source.kind == "negation" and _ITSELF.match(context.text, source.start, source.end) and _NEW_CLAUSE.search(gap):
        return False  # "Without treatment, the carcinoid would progress"
    if source.kind == "negation" and "," in gap and _UNTREATED.match(context.text, source.start, b):
        return False  # "without treatment, a rib metastasis disappeared"
    if (
        "," in gap
        and _SUBORDINATE.match(context.text, context.sentences[context.sentence_at(a)].start)
        and _FOUND_AFTER.match(context.text, b)
    ):
        return False  # "as she denied a therapy, metastases were found"
    if source.kind == "negation" and _SAID_OF_BEFORE.match(gap):
        return False  # "cervical stroma not involved, POLE wild type"
    if source.kind == "negation" and _NEITHER.match(context.text, source.start) and _NOR.search(gap):
        return True  # "neither she nor her family had a history of breast cancer"
    for c in cues:
        if c.kind == stop and a <= c.start < b:
            if source.kind == "negation" and _EXAMPLES.match(context.text, max(0, c.start - 5)):
                continue  # "no gastrointestinal symptoms, including bleeding", "no B symptoms, such as fever"
            return False
        if c.kind in ("negated_before", "planned_before") and a <= c.start < b:
            return False
    return not (source.kind == "suspected" and len(gap) > 70)


def near(context: Context, cues: list[Cue], a: int, b: int) -> bool:
    """Say whether a cue of a plan, a refusal or the past that ends at *a* still holds at *b*."""
    gap = context.text[a:b].removeprefix(":")
    if len(gap) > 120 or ";" in gap or ":" in gap:
        return False
    return not any(c.kind == "strong_terminator" and a <= c.start < b for c in cues)


def done_before(gap: str) -> bool:
    """Say whether the words between plan and act tell that it was done after all."""
    return bool(
        lazy(
            r"\b(?:underwent|received|continue[ds]\s+(?:to\s+receive|with|on)|resumed|performed|was given|was started|commenced|carried out)\b"
        ).search(gap)
    )


# "with a family history of ..." and "whose mother had ..." stand within a sentence of the patient
_WITH_HISTORY = lazy(
    r"\b(?:with|without|despite|had|has|have|having|reported|reports|denied|denies|no)\s+(?:(?!and\b)[\w-]+\s+){0,4}?\Z",
    re.I,
)
_WHOSE = lazy(r"\bwhose\s+(?:[\w-]+\s+){0,4}?\Z", re.I)
_FINITE = lazy(
    r"(?:\b(?:and|who|which|that|also)\s+)?(?:"
    r"\b(?:was|is|were|had\s+been)\s+(?:(?:\w+ly|then|first|also|initially)\s+)?(?:diagnosed|found|admitted|referred|seen|noted|evaluated|hospitali[sz]ed|treated|discovered|operated)\b"
    r"|(?<!\w)(?:presented|presents|underwent|developed|complained|noticed|consulted|visited|came|sought|attended|received)\b"
    r"|\b(?:had|has|have|died|suffered)\b)",
    re.I,
)


_DONOR = lazy(
    r"\b(?:transplant\w*|allo\w*|graft\w*|HSCT|SCT|BMT|stem\s+cells?|marrow|donat\w+|donor)\b[^.;]{0,60}\b(?:from|by)\s+(?:his|her|an?|the)\s+(?:[\w-]+\s+){0,3}\Z",
    re.I,
)
_OF_PATIENT = lazy(r"\s+of\s+(?:the|our|this)\s+patient\b", re.I)
# "in her father, who was diagnosed at 45, presented with"
_WHO_ASIDE = lazy(
    r"\s*,\s*(?:who|aged)\b[^,;.()]*,\s*(?=(?:(?:was|were)\s+(?:\w+ly\s+)?(?:diagnosed|found|admitted|referred|seen)|presented|underwent|developed|complained|noticed)\b)",
    re.I,
)


_MALE = lazy(r"father|brother|son\b|uncle|nephew|husband|dad\b|grandpa", re.I)
_FEMALE = lazy(r"mother|sister|daughter|aunt|niece|wife|mum\b|mom\b", re.I)
_AND_HE = lazy(
    r"(?:\band|,|;)\s+(?P<who>she|he)\s+(?:herself\s+|himself\s+)?(?:has|had|was|is|developed|underwent)\b", re.I
)


def _other_sex(relative: str, pronoun: str) -> bool:
    """Say whether a pronoun cannot mean a relative."""
    male, female = _MALE.search(relative), _FEMALE.search(relative)
    return bool(male and not female) if pronoun.lower() == "she" else bool(female and not male)


def patients_verb(context: Context, start: int, end: int, high: int) -> int | None:
    """Return where the patient's own verb follows relatives told within the subject, or None.

    "A woman with a family history of breast cancer was diagnosed with ..."; "whose mother had ... presented".
    """
    text = context.text
    low = max(start - REACH, context.sentences[context.sentence_at(start)].start)
    low = max(low, text.rfind("\n", low, start) + 1)
    if opened(text, low, start):
        close = text.find(")", end, high)
        return close if close >= 0 else None  # "(her mother had breast cancer) underwent ..."
    going_on = _AND_HE.search(text, end, high)
    if going_on and _other_sex(text[start:end], going_on["who"]):
        return going_on.start("who")  # "her grandfather had prostate cancer and she had melanoma"
    aside = _WHO_ASIDE.match(text, end, high)
    if aside:
        return aside.end()
    whose = _WHOSE.search(text, max(low, start - 60), start) is not None
    history = "histor" in text[start : end + 12].lower() and _WITH_HISTORY.search(text, max(low, start - 60), start)
    if not whose and not history:
        return None
    verbs = list(_FINITE.finditer(text, end, high))
    if history:
        verbs = [v for v in verbs if not v.group().lower().startswith(("who", "which", "that", "had", "has", "have"))]
        relatives = context.hits_in(end, high, "relatives")
        verbs = [
            v
            for v in verbs
            if not any(0 <= v.start() - r.end < 12 and ")" not in text[r.end : v.start()] for r in relatives)
        ]
    else:
        verbs = [v for v in verbs[1:] if not v.group().lower().startswith(("and", "who", "which", "that", "also"))]
    return verbs[0].start() if verbs else None


def donor(text: str, start: int) -> bool:
    """Say whether the relative at *start* gave a transplant: "a haploidentical transplant from his son"."""
    return _DONOR.search(text, max(0, start - 110), start) is not None


def family_reaches(context: Context, cues: list[Cue], cue: Cue, fact: Fact) -> bool:
    """Say whether a relative named before a fact is still meant: "her mother had ..." up to the clause of the patient."""
    gap = context.text[cue.end : fact.start]
    if len(gap) >= 140:
        return False
    if patients_verb(context, cue.start, cue.end, fact.start) is not None:
        return False
    if (
        "," in gap
        and context.text[cue.start : cue.end].lower().startswith("famil")
        and _NONE_IN_FAMILY.search(context.text, max(0, cue.start - 24), cue.start)
    ):
        return False  # "with no family history, diagnosed in 2011 with a carcinoid"
    if donor(context.text, cue.start):
        return False
    of_patient = _OF_PATIENT.match(gap)
    if of_patient:  # "The mother of the patient with thyroid cancer died of breast cancer"
        return _FINITE.search(gap, of_patient.end()) is not None
    if any(c.kind == "strong_terminator" and cue.end <= c.start < fact.start for c in cues):
        return False
    if (
        fact.kind in ACTS
        and _MAIN_VERB.search(gap)
        and _PATIENT_FIRST.match(context.text, context.sentences[fact.sentence].start, cue.start)
    ):
        return False  # "A woman, screened after her father had ..., underwent thyroidectomy"
    # "accompanied by his mother": a relative without a verb or a list says nothing of her
    return not lazy(r"\bthe patient\b").search(gap)
