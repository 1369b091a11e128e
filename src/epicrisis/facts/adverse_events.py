"""Harm during treatment: what, how bad, what was done, how it ended.

An event is a symptom or disease that the text grades (CTCAE), calls an adverse effect, or tells as a
consequence of a drug. Value: {"grades": ["2", "3"], "severity", "gradeSpan", "action": [start, end],
"treatment": [start, end], "outcome": [start, end], "said": bool, "elsewhere": bool}; "elsewhere" says that no
treatment is the cause.
"""

from __future__ import annotations

import re
from typing import TypeVar

from epicrisis.facts import cultures
from epicrisis.facts.concept_tables import domains_of
from epicrisis.facts.context import Context
from epicrisis.facts.event_causes import from_elsewhere, laid_to_treatment, of_treatment
from epicrisis.facts.event_grades import GRADE, LISTED, grade, share_grade
from epicrisis.facts.event_outcomes import outcomes
from epicrisis.facts.event_stops import because
from epicrisis.facts.graded_signs import WORDS, signs
from epicrisis.facts.in_order import within
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
from epicrisis.facts.sentences import REACH, Sentence
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_Placed = TypeVar("_Placed", Hit, re.Match[str])
_GRADED = lazy(r"ctc|g(?:r(?:ade)?\.?)?\s*(?:[≥>1-5]|(?:i{1,3}|iv|v)\b)|°")  # in small letters
_SEVERITY = lazy(r"\b(mild|moderate|severe|life[\s-]threatening|fatal|slight|serious)\b", re.I)
_WORDS = lazy(
    r"\b(?:adverse\s+(?:drug\s+)?(?:events?|effects?|reactions?)|side[\s-]effects?|toxicit(?:y|ies)|drug[\s-]related|treatment[\s-]related|chemotherapy[\s-](?:induced|related)|radiation[\s-]induced|immune[\s-](?:related|mediated)|complicated\s+by|irAEs?|(?-i:AEs)|tolerated\s+(?:\w+\s+){0,2}(?:apart|except|aside|besides|with\s+only)|(?<!exercise\s)(?<!heat\s)(?<!cold\s)(?<!glucose\s)(?<!lactose\s)(?<!orthostatic\s)intoleran(?:t|ce)|toxic)\b",
    re.I,
)
_GENERAL = lazy(
    r"\b(?:no|without|mild|few|minor|tolerable|acceptable|manageable)\s+(?:\w+\s+)?(?:adverse|side|toxic)", re.I
)
# the beginnings of these words
_WORD_STEMS = stems(
    "adverse side toxic toxicity drug treatment chemotherapy radiation immune complicated irae iraes ae aes tolerated intolerant"
)
_STOP_STEMS = stems(
    "put placed discontinued stopped withdrawn withheld held interrupted suspended ceased paused reduced dose omitted delayed switched terminated abandoned"
)
_INDUCED_STEMS = stems("induced related associated")
_SEVERITY_STEMS = stems("mild moderate severe life fatal slight serious")
_GOT_STEMS = stems("developed experienced suffered")
_TREATMENT_STEMS = stems("during on under while after developed experienced suffered")
_STOPPED = lazy(
    r"\b(?:discontinu\w+|stopped|withdrawn|withheld|held|interrupted|interruption|suspended|ceased|paused|put\s+on\s+hold|placed\s+on\s+hold|reduced(?!\s+(?:mobility|sensation|strength|power|vision|hearing|intake|appetite|consciousness|movement|range|air|breath|ability|function|general|libido|tone|reflexes|visual|oral|renal|liver|left|cardiac|ejection|urine|diuresis|quality|activity))|reduction(?!\s+(?:in|of)\s+(?:\w+\s+)?(?:size|volume|mobility|metasta\w+|lesions?|tumou?r|pain|vision|strength))|dose[\s-]reduced|omitted|delayed(?!\s+(?:enhanc|phase|onset|contrast|gastric|healing|emptying|hypersens|puberty|images?|imaging))|switched|terminated|abandoned)\b",
    re.I,
)
_ON_TREATMENT = lazy(
    r"\b(?:during\s+(?:\w+\s+){0,3}?(?:medication|treatment|therapy|chemotherapy|infusion|cycles?)|on\s+(?:treatment|therapy)|while\s+(?:on|receiving|taking)|after\s+(?:the\s+)?(?:\w+\s+){0,3}?(?:cycles?|doses?|infusions?|administration|courses?)|developed|experienced|suffered)\b",
    re.I,
)
_TREATED = lazy(
    r"\b(?:received|treated\s+with|managed\s+(?:with|by)?|under\s+control\s+with|controlled\s+(?:with|by)|relieved\s+(?:with|by|after)|improved\s+(?:with|by|after)|symptomatic\s+treatment|treated\s+(?:symptomatically|conservatively)|(?:can|could)\s+be\s+managed\s+symptomatically|managed\s+symptomatically|responded\s+to)\b[^,.;]{0,80}",
    re.I,
)
_UNNAMED = lazy(r"(?:drug\s+)?toxicit(?:y|ies)|complications?|side\s+effects?|adverse\s+\w+|discomfort|symptoms?", re.I)
# graded by scales of their own, whatever treatment is going on
_OWN_SCALE = lazy(
    r"varices|obesity|(?:vesicoureter\w+|valv\w*|aortic|mitral|tricuspid)\s+(?:reflux|regurgitation|insufficiency|stenosis)|hernia|hydronephrosis|h(?:a)?emorrhoids|pressure\s+(?:sores?|ulcers?|injur\w+)|decubit\w+|bed\s?sores?|varicocele|(?:liver|hepatic)\s+(?:fibrosis|steatosis)|arthrosis|osteoarthritis|dysplasia",
    re.I,
)
_TESTED = lazy(
    r"[\s-]+(?:labs?|precautions|monitoring|screen\w*|panels?|PCR|cultures?|cx|serolog\w+|antigens?|antibod(?:y|ies))\b",
    re.I,
)
_ANTI = lazy(r"\banti[\s-]?\Z", re.I)
_OTHER = frozenset({"cancers", "sites", "responses"})
_TUMOUR = lazy(r"\b(?:tumou?r|carcinoma|metasta|cancer|mass|lesion|nodule)\w*", re.I)


def extract(context: Context) -> list[Fact]:
    """Return adverse-event facts."""
    facts: list[Fact] = []
    named = context.by_sentence("adverse_events", "symptoms", "diseases")
    treated_with = context.by_sentence("drugs", "regimens")
    harmed, halted = context.having(_WORD_STEMS), context.having(_STOP_STEMS)
    treating, got = context.having(_TREATMENT_STEMS), context.having(_GOT_STEMS)
    severe, induces = context.having(_SEVERITY_STEMS), context.having(_INDUCED_STEMS)
    for index, s in context.patient_sentences():
        first, events = len(facts), [h for h in named.get(index, ()) if _possible(context, h)]
        text = context.text[s.start : s.end]
        grades = list(GRADE.finditer(text)) if _graded(context, index, events) else []
        if not (events := signs(context, index, events, grades)):
            continue
        said = _WORDS.search(text) if index in harmed else None
        if said and _GENERAL.search(text) and not grades:
            said = None
        stops = list(_STOPPED.finditer(text)) if index in halted else []
        told, graded = (events, treated_with.get(index, []), grades, stops), False
        on = _ON_TREATMENT.search(text) if index in treating else None
        for hit in told[0]:
            events, drugs, grades, stops = _beside(hit, s, *told)
            a, b = hit.start - s.start, hit.end - s.start
            value: dict[str, object] = {}
            reason = not _OWN_SCALE.search(text, a, b) and grade(
                text,
                a,
                b,
                _not_of_another(text, a, grades, told[0], s.start),
                value,
                s.start,
                [h.start - s.start for h in events if h.start > hit.start],
            )
            # "grade 4 neutropenia and anemia": the grade is that of the list
            listed = (
                facts[-1]
                if facts and facts[-1].value.get("grades") and LISTED.fullmatch(context.text[facts[-1].end : hit.start])
                else None
            )
            reason |= listed is not None
            reason |= bool(said and (said.start() < b))
            severity = _SEVERITY.search(text, max(0, a - 25), a) if index in severe else None
            if severity and not lazy(r"[,.;]|\band\b").search(text[severity.end() : a]):
                value["severity"] = severity.group(1).lower()
                # a severity word tells of harm only where a treatment is going on
                reason |= bool(on and on.group().lower().startswith(("during", "on ", "while", "after"))) or graded
            begun = [h.start - s.start for h in drugs]
            stopped = next((m for m in _nearest(stops, a) if because(text, m, a, begun)), None)
            if stopped:
                reason = True
                value["action"] = [s.start + stopped.start(), s.start + stopped.end()]
            if from_elsewhere(context, hit, s.end):
                value["elsewhere"] = True
            else:
                reason |= laid_to_treatment(context, hit, index, drugs, induces=index in induces, got=index in got)
            if not reason or (not stops and _treated_by(context.text, hit.start, drugs)):
                continue
            treated = _TREATED.search(text, b, b + 90)
            if treated and not any(b < h.start - s.start < treated.start() for h in events):
                value["treatment"] = _place(treated, s.start)
            if said:
                value["said"] = True
            facts.append(context.fact("adverse_event", hit.start, hit.end, concept=_concept(hit), value=value))
            graded |= "grades" in value
        if told[2]:
            share_grade(context, facts[first:])
        outcomes(context, facts[first:], s.end)
    return facts


def _not_of_another(
    text: str, at: int, grades: list[re.Match[str]], events: list[Hit], base: int
) -> list[re.Match[str]]:
    """Leave out grades that stand right behind another event whose brackets hold this: "CRS grade 2 (fever)"."""
    bracket = text.rfind("(", 0, at)
    if bracket < 0 or not grades:
        return grades
    ends = {h.end - base for h in events}
    return [
        m
        for m in grades
        if not (m.end() <= bracket and {m.start() - 1, m.start() - 2} & ends and not text[m.end() : bracket].strip())
    ]


def _graded(context: Context, index: int, events: list[Hit]) -> bool:
    """Say whether a sentence that may tell an event tells a grade."""
    return bool(events or context.says(index, WORDS)) and _GRADED.search(context.small(index)) is not None


_GIVEN_FOR = lazy(
    r"\s+(?:(?:therapy|treatment|ablation|tablets?|infusions?)\s+)?for\s+(?:(?:the|an?|his|her)\s+)?(?:(?:treatment|management|control)\s+of\s+)?(?:[\w-]+\s+){0,2}",
    re.I,
)


def _treated_by(text: str, at: int, drugs: list[Hit]) -> bool:
    """Say whether what begins at *at* is what a drug was given for: "radioiodine for toxic goitre"."""
    before = [h for h in drugs if h.end <= at]
    return bool(before) and _GIVEN_FOR.fullmatch(text, before[-1].end, at) is not None


def _place(told: re.Match[str], base: int) -> list[int]:
    return [base + told.start(), base + told.start() + len(told.group().rstrip())]


def _nearest(found: list[re.Match[str]], at: int) -> list[re.Match[str]]:
    return sorted(found, key=lambda m: abs(m.start() - at))


def _beside(
    hit: Hit, s: Sentence, events: list[Hit], drugs: list[Hit], grades: list[re.Match[str]], stops: list[re.Match[str]]
) -> tuple[list[Hit], list[Hit], list[re.Match[str]], list[re.Match[str]]]:
    """Return what a sentence tells beside an event: all of it, or of a list of hundreds what stands around."""
    if s.end - s.start <= REACH:
        return events, drugs, grades, stops
    at, base = hit.start, hit.start - s.start
    return _around(events, at), _around(drugs, at), _around(grades, base), _around(stops, base)


def _around(found: list[_Placed], at: int) -> list[_Placed]:
    """Return of hits or matches, which are in order, those that stand not too far from *at*."""
    return within(found, at - REACH // 2, at + REACH // 2, _start)


def _start(found: Hit | re.Match[str]) -> int:
    return found.start if isinstance(found, Hit) else found.start()


def _possible(context: Context, hit: Hit) -> bool:
    if (
        _UNNAMED.fullmatch(context.text, hit.start, hit.end)
        or (_TUMOUR.search(context.text, hit.start, hit.end) and not of_treatment(context, hit))
        or _TESTED.match(context.text, hit.end)
        or cultures.names_a_germ(context, hit, context.sentences[context.sentence_at(hit.start)].start)
        or _ANTI.search(context.text[max(0, hit.start - 6) : hit.start])
    ):
        return False
    return _OTHER.isdisjoint(domains_of(context.meant(hit)))


def _concept(hit: Hit) -> str:
    return sorted(
        hit.concepts, key=lambda c: ("adverse_events/", "symptoms/", "diseases/").index(c.partition("/")[0] + "/")
    )[0]
