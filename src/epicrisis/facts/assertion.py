"""Decide of each mention whether it is denied, thought, planned, refused, or somebody else's.

Scopes follow ConText (Harkema 2009): a cue reaches to the end of its clause, in the
direction of its kind; a terminator or the end of the sentence stops it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from epicrisis.facts.asserted_behind import BEFORE, backward, beside
from epicrisis.facts.context import Context
from epicrisis.facts.cues import Cue
from epicrisis.facts.model import Fact
from epicrisis.facts.scope import ACTS, NEW_SUBJECT, done_before, family_reaches, near, reaches
from epicrisis.kept import lazy

_FORWARD = lazy(r"\s*(?:for|to|with|a|an|on)\b")  # "was scheduled / for surgery"
_WAS_DONE = lazy(
    r"[^.;]{0,80}?\b(?:was|were)\s+(?:then\s+|successfully\s+)?(?:performed|done|carried\s+out|given|completed|started|administered|undertaken)\b|(?:[^.;]|\.(?=\d)){0,80}?\bwhich\s+(?:the\s+patient|she|he)\s+(?:then\s+|successfully\s+)?(?:completed|received|underwent|tolerated)\b"
)
_PLAN = lazy(
    r"(?:[-*•]\s*)?(?:recommendations?|recs?|plan|beschluss|empfehlung|(?:therapie|behandlungs)empfehlung|pro[cz]edere|decision|proposal|proposed\s+treatment|next\s+steps?|procedure\s+planned|further\s+(?:procedure|management|treatment))\b[^:\n]{0,25}:",
    re.I,
)
_TOLD = lazy(
    r"\b(?:was|were|has|had|received|underwent|completed|started|given|continu\w+|ongoing|currently|since|status\s+post|s/p|after|following)\b",
    re.I,
)
_PASSIVE = lazy(r"(?:was|were|not)\b", re.I)  # "she declined docetaxel" and "docetaxel she declined"
_WITH = lazy(
    r"\s*(?:therapy\s+|treatment\s+)?(?:with|of|using|including|consisting\s+of|such\s+as|based\s+on|\(|,|and|plus|/|\+)\s*",
    re.I,
)
_ASSESSMENT = lazy(r"\b(?:assessment|impression|summary|evaluation|discussion)\b", re.I)
_INTENDS = lazy(
    r"(?:[-*•\d.)\s]*)(?:[\w /-]{1,30}:\s*)?(?:we\s+)?(?:will|plan|start|begin|initiate|consider|recommend|repeat|schedule|refer|obtain|proceed|order|arrange)\b",
    re.I,
)
_NOT = lazy(r"\bnot\b|\bnever\b", re.I)
_DENIES = lazy(r"(?:no|not|without|free|negative)\b", re.I)
_DIFFERENTIAL = lazy(r"(?:\w+\s+)?differential", re.I)
_SETTLED = lazy(
    r"[;]|\b(?:but|however|confirmed|revealed|showed|established|proved|diagnosed|finally|excluded|ruled\s+out)\b", re.I
)
# "ruled out metastases of the lung cancer": there is the lung cancer
_OF_THE = lazy(
    r"\b(?:metastas\w+|recurrences?|progression|relapses?|spread|dissemination|signs?)\s+(?:of|from)\s+(?:the|her|his|this|these|known)\s+(?:[\w-]+\s+){0,2}\Z",
    re.I,
)
_KNOWN = lazy(r"known|long-?\s?standing|comorbidit", re.I)
_PRESENTS = lazy(
    r"\b(?:present(?:ed|s|ing)|consult(?:ed|s)|admitted|complain\w+|noticed|referred|visited|seen)\b", re.I
)
_IF = lazy(r"\bif\b|\b(?:at|upon|on|after)\s+(?:progression|relapse|recurrence)\b", re.I)
_NUMBERED = lazy(r"\.?\s?\d{1,3}[a-z]?\d?\b(?!\s+(?:lesions?|nodes?\s+were))")
# "10 years earlier he had been treated for": over, whoever is named between
_ONCE = lazy(
    r"[\s,]*(?:he|she|the\s+patient)?\s*(?:had\s+been|was|has\s+been)\s+(?:successfully\s+|previously\s+)?(?:treated|operated|cured)\b",
    re.I,
)
_LASTING = lazy(r"\b(?:days?|weeks?|months?|years?|hours?|d|wk|mo|yr)(?:['’]s?|s['’])?[\s-]*(?:long\s+)?\Z", re.I)
_PAST_HISTORY = lazy(
    r"(?:previous|past|prior)\s+(?:illness(?:es)?|diseases?|operations?|surger(?:y|ies))|(?:past|previous|background)\s+(?:medical\s+|surgical\s+)?history|pmhx?|(?:medical|surgical)\s+history|history\s+of\s+past\s+illness(?:es)?",
    re.I,
)
_PREVENTED = lazy(r"[\s-]+(?:prophyla\w+|prevention|screening|surveillance)\b", re.I)  # "GVHD prophylaxis": no GVHD
# a stage, a grade or a measured thing is told or not told: its own grammar reads its signs
_OWN_GRAMMAR = frozenset(
    {
        "age",
        "sex",
        "date",
        "date_relative",
        "stage",
        "grade",
        "measure",
        "performance",
        "dosage",
        "severity",
        "survival",
    }
)
_REFERRED = lazy(r"referred", re.I)
_AFTER = lazy(r"\b(?:after|following|since|s/p|status\s+post)\s+(?:an?\s+|the\s+|her\s+|his\s+)?\Z", re.I)
_COMPLAINTS = frozenset({"symptom", "diagnosis", "adverse_event"})
# "side effects such as hypertension were explained": what might come, and did not
_EXPLAINED = lazy(
    r"\b(?:side[\s-]effects?|toxicit(?:y|ies)|risks?|adverse\s+\w+)\b[^.;]{0,120}\b(?:were|was|been)\s+(?:explained|discussed|outlined)\b"
    r"|\b(?:informed|counsel\w+|educated|warned)\s+(?:\w+\s+){0,2}(?:about|of|on|regarding)\s+(?:\w+\s+){0,3}(?:side[\s-]effects?|toxicit|risks?|adverse)"
    r"|\bshould\s+report\b|\b(?:potential|possible)\s+(?:side[\s-]effects?|adverse|toxicit)",
    re.I,
)
_DISEASES = frozenset({"diagnosis", "metastasis"})


def assert_all(context: Context, facts: list[Fact]) -> None:
    """Set negated, certainty, status and subject of every fact from the cues of its sentence."""
    by_sentence: dict[int, list[Fact]] = {}
    for fact in facts:
        by_sentence.setdefault(fact.sentence, []).append(fact)
    for index, mentioned in by_sentence.items():
        if index < 0:
            continue
        s = context.sentences[index]
        cues = context.cues_in(s.start, s.end)
        family_section = context.kind(index) == "family"
        intended = _is_plan(context, index)
        past = _is_past_history(context, index)
        conditional = (
            context.kind(index) == "plan"
            and bool(_IF.search(context.text, s.start, s.end))
            and not _TOLD.search(context.text, s.start, s.end)
        )
        explained = _EXPLAINED.search(context.text, s.start, s.end)
        for fact in mentioned:
            if explained and fact.start > explained.start() and fact.kind in _COMPLAINTS and not _of_cancer(fact):
                fact.status = "hypothetical"
            if intended and fact.kind in ACTS and fact.status == "done":
                fact.status = "planned"
            if fact.kind in ("diagnosis", "symptom") and _PREVENTED.match(context.text, fact.end, s.end):
                fact.status = "hypothetical"
            if family_section and fact.kind in ("diagnosis", "symptom", "metastasis"):
                fact.subject = "family"
            if conditional and fact.kind in ACTS and fact.status in ("done", "planned"):
                fact.status = "hypothetical"
            if past and fact.kind in ("diagnosis", "procedure") and fact.status == "done":
                fact.status = "historical"
            _apply(context, fact, cues, s.start, s.end)
            if index in context.of_others:
                fact.subject = "other"
        _inherit(context, mentioned)


def _of_cancer(fact: Fact) -> bool:
    return fact.kind == "diagnosis" and fact.value.get("group") == "cancer"


def _inherit(context: Context, mentioned: list[Fact]) -> None:
    """Let "no chemotherapy with doxorubicin" deny the drug, and a plan of it plan the drug."""
    given = sorted((f for f in mentioned if f.kind in ACTS), key=lambda f: f.start)
    for before, fact in pairwise(given):
        if fact.kind in ("medication", "regimen") and _WITH.fullmatch(context.text[before.end : fact.start]):
            fact.negated |= before.negated
            if fact.status == "done" and before.status in ("planned", "declined", "hypothetical"):
                fact.status = before.status


def _is_plan(context: Context, index: int) -> bool:
    """Say whether a sentence stands under "Plan" or "Recommendation" and does not tell of the past."""
    s = context.sentences[index]
    labelled = _PLAN.match(context.text, s.start, s.end)
    if context.kind(index) != "plan" and not labelled:
        return False
    if not labelled and _ASSESSMENT.search(context.section_of[index].title):
        return bool(_INTENDS.match(context.text, s.start, s.end))
    return not _TOLD.search(context.text, s.start, s.end)


def _is_past_history(context: Context, index: int) -> bool:
    """Say whether a sentence stands in the line labelled "PMH" or in the paragraph under such a heading."""
    section = context.section_of[index]
    if not _PAST_HISTORY.fullmatch(section.title.strip(" :")):
        return False
    return "\n" not in context.text[section.start : context.sentences[index].start]


def _apply(context: Context, fact: Fact, cues: list[Cue], start: int, end: int) -> None:
    text = context.text
    for cue in cues:
        if cue.start < fact.end and fact.start < cue.end:
            if (
                cue.kind == "negation"
                and (cue.start < fact.start or (fact.kind in _DISEASES and cue.start == fact.start))
                and fact.kind not in _OWN_GRAMMAR
                and not _DENIES.match(fact.text)
            ):
                fact.negated = True  # "no history of smoking"
            continue  # the cue is part of the mention itself
        if cue.kind == "negation" and cue.end - cue.start == 2 and _NUMBERED.match(text, cue.end):
            continue  # "No. 16 lymph node dissection"
        kind = cue.kind
        if cue.end <= fact.start:
            gap = text[cue.end : fact.start]
            if kind == "negation" and reaches(context, cues, cue.end, fact.start, "terminator", cue):
                if fact.kind not in _OWN_GRAMMAR and not (fact.kind == "diagnosis" and _OF_THE.search(gap)):
                    fact.negated = True
            elif kind == "suspected" and _DIFFERENTIAL.match(text, cue.start, cue.end):
                if len(gap) < 250 and not _SETTLED.search(gap):
                    fact.certainty = "suspected"
            elif kind == "suspected" and reaches(context, cues, cue.end, fact.start, "terminator", cue):
                fact.certainty = "suspected"
            elif (
                (kind == "planned" or (kind == "planned_before" and _FORWARD.match(gap)))
                and fact.kind in ACTS
                and near(context, cues, cue.end, fact.start)
            ):
                if _REFERRED.match(text, cue.start, cue.end) and _AFTER.search(gap):
                    continue  # "referred for rising PSA after prostatectomy"
                if fact.status == "done" and not done_before(gap) and not _WAS_DONE.match(text, fact.end, end):
                    fact.status = "planned"
            elif (
                (kind == "declined" or (kind == "declined_before" and not _PASSIVE.match(text, cue.start)))
                and fact.kind in ACTS
                and near(context, cues, cue.end, fact.start)
            ):
                fact.status = "declined"
            elif kind == "hypothetical" and len(gap) < 100 and ";" not in gap:
                fact.status = "hypothetical"
            elif kind == "historical" and fact.kind not in ACTS and _KNOWN.match(text, cue.start, cue.end):
                continue  # "known carcinoma", "long-standing diabetes": still there
            elif kind == "historical" and _LASTING.search(text, max(start, cue.start - 14), cue.start):
                continue  # "a 2-month history of cough" is now
            elif kind == "historical" and _ONCE.match(gap) and len(gap) < 80 and ";" not in gap:
                fact.status = "historical" if fact.status == "done" else fact.status
            elif kind == "historical" and near(context, cues, cue.end, fact.start):
                if fact.status == "done" and not NEW_SUBJECT.search(gap) and not _PRESENTS.search(gap):
                    fact.status = "historical"
            elif kind == "family" and family_reaches(context, cues, cue, fact):
                fact.subject = "family"
        elif cue.start >= fact.end and kind in BEFORE:
            backward(context, fact, cue, start)
        elif cue.start >= fact.end and kind == "family":
            gap = text[fact.end : cue.start]
            if lazy(r"\bin\s+(?:\w+\s+){0,3}\Z|\bof\s+(?:the|her|his)\s+\Z").search(gap) and len(gap) < 60:
                fact.subject = "family"
    beside(text, fact, start, end)
