"""Decide of each mention whether it is denied, thought, planned, refused, or somebody else's.

Scopes follow ConText (Harkema 2009): a cue reaches to the end of its clause, in the
direction of its kind; a terminator or the end of the sentence stops it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from epicrisis.facts import act_predicates, answered_acts, companions, form_answers
from epicrisis.facts.asserted_before import OWN_GRAMMAR, forward
from epicrisis.facts.asserted_behind import BEFORE, backward
from epicrisis.facts.asserted_beside import beside
from epicrisis.facts.context import Context
from epicrisis.facts.cues import Cue
from epicrisis.facts.form_answers import is_answer
from epicrisis.facts.in_order import within
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
from epicrisis.facts.scope import ACTS
from epicrisis.facts.sentences import REACH, Sentence
from epicrisis.kept import lazy

_PLAN = lazy(
    r"(?:[-*•]\s*)?(?:recommendations?|recs?|plan|beschluss|empfehlung|(?:therapie|behandlungs)empfehlung|pro[cz]edere|decision|proposal|proposed\s+treatment|next\s+steps?|procedure\s+planned|further\s+(?:procedure|management|treatment))\b[^:\n]{0,25}:",
    re.I,
)
_OPTIONS = lazy(
    r"(?:[-*•]\s*)?(?:(?:treatment|therapeutic|therapy|management)\s+)?options?(?:\s+(?:considered|discussed|included?|are|were))?\s*:",
    re.I,
)
_TOLD = lazy(
    r"\b(?:was|were|has|had|received|underwent|completed|started|given|continu\w+|ongoing|currently|since|status\s+post|s/p|after|following|switched|changed|attributed|developed|achieved|reached|resolved|improved|held|stopped|discontinued|progressed|relapsed)\b|\bc/b\b|\bd/t\b|\b2/2\b",
    re.I,
)
_WITH = lazy(
    r"\s*(?:therapy\s+|treatment\s+)?(?:with|of|using|including|consisting\s+of|such\s+as|based\s+on|\(|,|and|plus|/|\+)\s*",
    re.I,
)
_ASSESSMENT = lazy(r"\b(?:assessment|impression|summary|evaluation|discussion)\b", re.I)
_INTENDS = lazy(
    r"(?:[-*•\d.)\s]*)(?:[\w /-]{1,30}:\s*)?(?:we\s+)?(?:will|plan|start|restart|begin|initiate|resume|add|give|switch\s+(?:from|to)|change\s+(?:from|to)|consider|recommend|repeat|schedule|refer|obtain|proceed|order|arrange)\b",
    re.I,
)
_DENIES = lazy(r"(?:no|not|without|free|negative)\b", re.I)
_IF = lazy(r"\bif\b|\b(?:at|upon|on|after)\s+(?:progression|relapse|recurrence)\b", re.I)
# "was treated with A and, on progression in May, with B": it progressed
_UPON = lazy(r"(?:up)?on|at", re.I)
_PAST = lazy(r"\b(?:was|were|received|underwent|had|got|switched|changed)\b", re.I)
_OPEN = lazy(
    r"\b(?:should|will|would|could|can|may|might|consider\w*|plan\w*|recommend\w*|propos\w*|option\w*|offer\w*|if|advis\w*|suggest\w*|discuss\w*|reserv\w*)\b",
    re.I,
)
_NUMBERED = lazy(r"\.?\s?\d{1,3}[a-z]?\d?\b(?!\s+(?:lesions?|nodes?\s+were))")
_PAST_HISTORY = lazy(
    r"(?:(?:medical|personal|past|surgical)\s+)?antecedents?|(?:previous|past|prior)\s+(?:illness(?:es)?|diseases?|operations?|surger(?:y|ies))|(?:past|previous|background)\s+(?:medical\s+|surgical\s+)?history|pmhx?|(?:medical|surgical)\s+history|history\s+of\s+past\s+illness(?:es)?",
    re.I,
)
# "GVHD prophylaxis", "CMV ppx": no GVHD
_PREVENTED = lazy(
    r"[\s-]+(?:prophyla\w+|ppx|prevention|screening|surveillance|vaccin\w+|immuni[sz]ation|shots?|jabs?)\b", re.I
)
_AT_NEED = lazy(
    r"\b(?:PRN|p\.r\.n\.)\s+(?:for\s+)?(?:[a-z]+(?:/|,\s|\s(?:or|and)\s))*\Z", re.I
)  # "ondansetron PRN nausea"
_NEEDS = stems("prn p")
# the cues that say something of a fact; the others end how far these reach, or say of whom a sentence speaks
_TELLING = frozenset({"negation", "suspected", "planned", "declined", "hypothetical", "historical", "family", *BEFORE})
_COMPLAINTS = frozenset({"symptom", "diagnosis", "adverse_event"})
_ASKED_ABOUT = _COMPLAINTS | {"metastasis", "recurrence"}
# "side effects such as hypertension were explained": what might come, and did not
_EXPLAINED = lazy(
    r"\b(?:(?:side|late)[\s-]effects?|toxicit(?:y|ies)|risks?|adverse\s+\w+)\b[^.;]{0,120}\b(?:were|was|been)\s+(?:explained|discussed|outlined)\b"
    r"|\b(?:(?:side|late)[\s-]effects?|risks?)\s+(?:explained|discussed|outlined)\s?:"
    r"|\b(?:informed|counsel\w+|educated|warned)\s+(?:\w+\s+){0,2}(?:about|of|on|regarding)\s+(?:\w+\s+){0,3}(?:side[\s-]effects?|toxicit|risks?|adverse)"
    r"|\bshould\s+report\b|\b(?:potential|possible)\s+(?:side[\s-]effects?|adverse|toxicit)",
    re.I,
)
# "Had recurrence occurred, everolimus would have been considered": neither was
_HAD_IT = lazy(r"Had\s+[^.;,]{3,90},\s[^.;]*\b(?:would|could|might)\b")
_EXPLAINS = stems(
    "explained discussed outlined informed counselled counseled educated warned should potential possible"
)
_DISEASES = frozenset({"diagnosis", "metastasis"})
# "breast cancer in her mother", "breast cancer (mother)", "retinoblastoma - sibling"
_OF_KIN = lazy(r"\bin\s+(?:\w+\s+){0,3}\Z|\bof\s+(?:the|her|his)\s+\Z|\A\s*(?:\(|[-–]\s)(?:(?:her|his)\s+)?\Z")


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
        telling = [c for c in cues if c.kind in _TELLING]
        family_section = context.kind(index) == "family"
        intended = _is_plan(context, index)
        optional = _is_option(context.text, s)
        past = _is_past_history(context, index)
        conditional = (
            context.kind(index) == "plan"
            and bool(_IF.search(context.text, s.start, s.end))
            and not _TO_START.search(context.text, s.start, s.end)
            and not _TOLD.search(context.text, s.start, s.end)
        )
        if context.text.startswith("Had ", s.start) and _HAD_IT.match(context.text, s.start, s.end):
            for fact in mentioned:
                if fact.status in ("done", "planned"):
                    fact.status = "hypothetical"
        explained = _EXPLAINED.search(context.text, s.start, s.end) if context.may(index, _EXPLAINS) else None
        beside_them = companions.stretches(context, s.start, s.end) if context.may(index, companions.MAY) else []
        predicates = context.may(index, act_predicates.MAY)
        at_need = context.may(index, _NEEDS)
        acts = sorted(f.start for f in mentioned if f.kind in ACTS)
        amid = _PLAN_AMID.search(context.text, s.start, s.end) if context.may(index, _PLANS) else None
        for fact in mentioned:
            act = fact.kind in ACTS
            if explained and fact.start > explained.start() and fact.kind in _COMPLAINTS and not _of_cancer(fact):
                fact.status = "hypothetical"
            if optional and act and fact.status == "done":
                fact.status = "hypothetical"  # "Options considered: perioperative FLOT; CROSS then surgery"
            if (intended or (amid and fact.start >= amid.end())) and act and fact.status == "done":
                fact.status = "planned"
            if fact.kind in _COMPLAINTS and (
                _PREVENTED.match(context.text, fact.end, s.end)
                or (at_need and _AT_NEED.search(context.text, max(s.start, fact.start - 40), fact.start))
            ):
                fact.status = "hypothetical"
            if family_section and fact.kind in ("diagnosis", "symptom", "metastasis"):
                fact.subject = "family"
            if conditional and act and fact.status in ("done", "planned"):
                fact.status = "hypothetical"
            if (past and fact.kind in ("diagnosis", "procedure") and fact.status == "done") or (
                _of_cancer(fact) and fact.status == "done" and _was_removed(context, fact)
            ):
                fact.status = "historical"
            if telling:
                _apply(context, fact, telling, cues, s)
            beside(context, fact, s.start, s.end)
            if act or fact.kind in _ASKED_ABOUT:
                form_answers.apply(context.text, fact, s.end)
            if act and fact.kind != "imaging":
                answered_acts.apply(context.text, fact, s.end)
            if (
                act
                and fact.kind != "imaging"
                and (predicates or context.text[fact.end : fact.end + 2].strip().startswith("?"))
            ):
                act_predicates.apply(context, fact, s.start, s.end, acts)
            if index in context.of_others or (beside_them and companions.theirs(fact, beside_them)):
                fact.subject = "other"
        _inherit(context, mentioned)


def _was_removed(context: Context, fact: Fact) -> bool:
    """Say whether a tumour is listed under past history as one that was removed: "- BCC of the nose, excised 2015"."""
    title = context.section_of[fact.sentence].title
    if not title or not _PAST_HISTORY.fullmatch(title.strip(" :")):
        return False
    line = context.text.find("\n", fact.end)
    return _REMOVED.search(context.text, fact.end, line if line >= 0 else len(context.text)) is not None


def _of_cancer(fact: Fact) -> bool:
    return fact.kind == "diagnosis" and fact.value.get("group") == "cancer"


_REMOVED = lazy(r"\b(?:excised|removed|resected|cured|treated|excision|wide\s+local|mohs)\b", re.I)
_INSTEAD_OF = lazy(r"\b(?:instead\s+of|rather\s+than)\s+\Z", re.I)


def _inherit(context: Context, mentioned: list[Fact]) -> None:
    """Let "no chemotherapy with doxorubicin" deny the drug, and a plan of it plan the drug."""
    given = [f for f in mentioned if f.kind in ACTS]
    if len(given) < 2:
        return
    given.sort(key=lambda f: f.start)
    for before, fact in pairwise(given):
        if (
            fact.kind in ("medication", "regimen")
            and _WITH.fullmatch(context.text[before.end : fact.start])
            and not _INSTEAD_OF.search(context.text, max(0, before.start - 16), before.start)
        ):
            fact.negated |= before.negated
            if fact.status == "done" and before.status in ("planned", "declined", "hypothetical"):
                fact.status = before.status


# "Outcome: For SCRT 25 Gy then CAPOX x 6": what a board says is to come
_FOR_ACT = lazy(r"(?:[-*•]\s*)?(?:[A-Z][\w /-]{1,30}:\s*)?(?:(?:he|she|the\s+patient|pt)\s+is\s+)?for\s+(?=\S)", re.I)
# "Plan HiDAC consolidation"
_PLAN_ACT = lazy(r"(?:[-*•]\s*)?Plan(?:ning)?\s+(?!of\b|was\b|is\b|to\b|for\b)(?=[A-Za-z])")
# "F/u: oncology 8/23, plan carbo AUC 5"
_PLAN_AMID = lazy(
    r"[,;:.]\s+plan\s+(?=(?:[\w-]+\s){0,2}?(?:[A-Z]{2,}|[a-z]{4,}))(?!(?:of|was|is|to|for|and|with|from)\b)"
)
_PLANS = stems("plan")
_TO_START = lazy(r"\b(?:start|begin|commence)(?:ing)?\b", re.I)  # "start in 2 weeks if Hb > 9"


def _is_option(text: str, s: Sentence) -> bool:
    """Say whether a sentence stands behind "Options considered:", at once or behind semicolons."""
    line = max(text.rfind("\n", 0, s.start) + 1, s.start - REACH)
    begin = line if text.find(";", line, s.start) >= 0 and text.find(". ", line, s.start) < 0 else s.start
    return text.find(":", begin, s.end) > 0 and _OPTIONS.match(text, begin, s.end) is not None


def _is_plan(context: Context, index: int) -> bool:
    """Say whether a sentence stands under "Plan" or "Recommendation" and does not tell of the past."""
    s = context.sentences[index]
    planned = _PLAN_ACT.match(context.text, s.start, s.end)
    if planned and context.hits_in(
        planned.end(), min(s.end, planned.end() + 30), "procedures", "radiotherapy", "regimens", "drugs"
    ):
        return not _TOLD.search(context.text, s.start, s.end)
    led = _FOR_ACT.match(context.text, s.start, s.end)
    if led and not _TOLD.search(context.text, s.start, s.end):
        hits = context.hits_in(led.end(), min(s.end, led.end() + 24), "procedures", "radiotherapy", "regimens")
        if hits and len(context.text[led.end() : hits[0].start].split()) < 3:
            return True
    labelled = context.text.find(":", s.start, s.end) > 0 and _PLAN.match(context.text, s.start, s.end)
    if context.kind(index) != "plan" and not labelled:
        return False
    if not labelled and _ASSESSMENT.search(context.section_of[index].title):
        return bool(_INTENDS.match(context.text, s.start, s.end))
    if _INTENDS.match(context.text, s.start, s.end):
        return True  # "restart lenalidomide after recovery"
    return not _TOLD.search(context.text, s.start, s.end)


def _is_past_history(context: Context, index: int) -> bool:
    """Say whether a sentence stands in the line labelled "PMH" or in the paragraph under such a heading."""
    section = context.section_of[index]
    if not section.title or not _PAST_HISTORY.fullmatch(section.title.strip(" :")):
        return False
    return "\n" not in context.text[section.start : context.sentences[index].start]


def _happened(text: str, cue: Cue, start: int, end: int) -> bool:
    """Say whether "on progression" tells of one that came: the sentence is of the past, and leaves nothing open."""
    return (
        _UPON.match(text, cue.start, cue.end) is not None
        and _PAST.search(text, start, end) is not None
        and not _OPEN.search(text, start, end)
    )


def _around(cues: list[Cue], fact: Fact) -> list[Cue]:
    """Return the cues, which are in order, that stand not too far from a mention."""
    return within(cues, fact.start - REACH // 2, fact.end + REACH // 2 + 1, lambda c: c.start)


def _apply(context: Context, fact: Fact, telling: list[Cue], cues: list[Cue], sentence: Sentence) -> None:
    text = context.text
    start, end = sentence.start, sentence.end
    if end - start > REACH:  # a list of hundreds: of its cues those count that may still hold here
        telling, cues = (_around(found, fact) for found in (telling, cues))
    for cue in telling:
        if cue.start < fact.end and fact.start < cue.end:
            if (
                cue.kind == "negation"
                and (cue.start < fact.start or (fact.kind in _DISEASES and cue.start == fact.start))
                and fact.kind not in OWN_GRAMMAR
                and not _DENIES.match(fact.text)
            ):
                fact.negated = True  # "no history of smoking"
            continue  # the cue is part of the mention itself
        if cue.kind == "negation" and cue.end - cue.start == 2:
            if _NUMBERED.match(text, cue.end) or (cue.end <= fact.start and is_answer(text, cue.start)):
                continue  # "No. 16 lymph node dissection", "Smoker? No. Diabetes? Yes"
        kind = cue.kind
        if cue.end <= fact.start:
            forward(context, fact, cue, cues, sentence)
        elif cue.start >= fact.end and kind in BEFORE:
            if kind == "reserve" and _happened(text, cue, start, end):
                continue
            backward(context, fact, cue, start)
        elif cue.start >= fact.end and kind == "family":
            gap = text[fact.end : cue.start]
            if len(gap) < 60 and _OF_KIN.search(gap):
                fact.subject = "family"
