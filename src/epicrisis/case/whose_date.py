"""Whether a date of a sentence is that of a fact beside it, or of something else that the sentence tells.

A date before a fact is meant until something else happens; a date behind it closes its clause.
"""

from __future__ import annotations

import re

from epicrisis.case.attached import goes_on, outside
from epicrisis.case.came_before import counted_from
from epicrisis.case.counted_from import counts
from epicrisis.case.date_cues import (
    AFTER_CYCLES,
    AFTER_STEMS,
    AND_DID,
    BEST,
    BREAK,
    CAME,
    CAME_STEMS,
    COMPLICATED,
    DIAGNOSED_WITH,
    DIED,
    DIED_STEMS,
    DISCHARGED,
    ENDS_ITEM,
    FORMERLY,
    FOUND,
    GONE_ON,
    HAPPENED,
    HAPPENED_STEMS,
    HARM,
    LEADS_TO,
    MEANWHILE,
    NEW_CLAUSE,
    NEXT_ONE,
    OF_THE_NOUN,
    PRESENTLY,
    STILL,
    THERE_SINCE,
    WHEN,
)
from epicrisis.case.date_lists import COURSES, TREATMENTS
from epicrisis.case.in_brackets import of_item_behind, of_value, right_behind
from epicrisis.case.neighbours import Neighbours
from epicrisis.case.one_of_several import closes_item, of_next_item, of_next_response, of_second, within_course
from epicrisis.case.tick import Tick
from epicrisis.case.under_way import changed_then, happened_since
from epicrisis.facts import Fact
from epicrisis.facts.brackets import closed
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy

_CLOSING = lazy(
    r"\b(?:in|on|from|since|until|during|by|at|of|later|after|dated|,|\()\s*(?:the\s+|early\s+|late\s+|mid-?\s*)?\Z",
    re.I,
)
_TURNS = lazy(r";(?!\d)|\bbut\b|\bthen\b(?!\s*\d)|\bfinally\b|\bsubsequently\b|\bfollowed\s+by\b")
_AND_THEN_IN = lazy(r"[,)]?\s(?:and|but|then)\s(?:in|on|by|from|since)\s(?:the\s)?(?:early\s|late\s|mid-?\s?)?\Z")
_SUBJECT = lazy(
    r"\s?,?\s(?:he|she|they|we|it|the\spatient|(?:an?|the|his|her)\s[\w-]+(?:\s[\w-]+){0,3}\s(?:was|were|showed|revealed))\b"
)
# "adrenalectomy was performed and he developed septic shock on": told of the second
_AND_SUBJECT = lazy(
    r"\band\s(?:then\s)?(?:he|she|they|the\spatient)\s(?:then\s|later\s|subsequently\s)?(?:[a-z]+ed|was|were|had|fell|underwent|became|began)\b"
)
_TREATED_UNTIL = lazy(
    r"\b(?:treatment|therapy|chemotherapy|it|which|dose|drug|infusions?|maintenance)\s+(?:was|were)\s+[^.;]{0,60}?\b(?:until|till|through)\s+\Z",
    re.I,
)
_AND_MAINTAINS = lazy(
    r"\s*,?\s*(?:and|with|plus)\s+(?:[\w-]+\s+){1,3}(?:\d[\d.]*\s?mg\s+)?(?:\w+\s)?maintenance\b", re.I
)
_DX = lazy(r"\b(?:dx(?:['’]?d)?|diagnosed)\s*:?\s*(?:(?:in|on)\s+)?\Z", re.I)
_WHO = lazy(r"\b(?:who|whose)\b")
_WHO_STEMS = stems("who whose")
_AND = lazy(r"\band\b")
_OF_DISEASE = lazy(r"\b(?:cancer|carcinoma|melanoma|lymphoma|leuka?emia|myeloma|sarcoma|breast|colon)[ ]\Z", re.I)
_YOUNG = lazy(r"\s+(?:in|during)\s+(?:(?:early|his|her)\s+)?(?:childhood|infancy|adolescence|youth)\b", re.I)
_JUST_AFTER = lazy(r"\s*(?:after|following|upon)\s+(?:the\s+|further\s+)?", re.I)
_ALL_OF_THEM = lazy(r"\((?:all|both|each)\b", re.I)
# "RT 20 Gy/5# to the femur 3/21": a day or a month that could not be read
_UNREAD = lazy(r"[^,;.()\n]{0,40}?\s\(?(?P<day>\d{1,2}/\d\d)(?![\d/]|\s?(?:mg|Gy|nodes?|LN))")
# of FORMERLY and DISCHARGED
_COMPARED = stems("since than compared")
_DISCHARGED_STEMS = stems("discharged")
# what the words before a date end with, where it closes a clause
_CLOSED = tuple("in on from since until during by at of later after dated , ( the early late mid mid-".split())


def whose(near: Neighbours, fact: Fact, ticks: list[Tick]) -> Tick | None:
    """Return the one of a sentence's dates that is told of *fact*, or None."""
    inside = next((t for t in ticks if t.fact.start < fact.end and fact.start < t.fact.end), None)
    if inside:
        return inside
    text = near.context.text
    if fact.kind in TREATMENTS and any(counts(text, t.fact, fact.start) for t in ticks):
        return None  # "four months after the start of siltuximab": when that was is not told again
    before = _before(text, fact, [t for t in ticks if t.fact.end <= fact.start])
    after = next((t for t in ticks if t.fact.start >= fact.end), None)
    if after and _of_else(near, fact, after):
        after = None
    if after and right_behind(text, fact, after.fact.start):
        return after
    if after and (_looks_elsewhere(near, fact, after, before) or _of_another(near, fact, after)):
        after = None
    if after:
        gap = text[fact.end : after.fact.start]
        if fact.kind in (*TREATMENTS, "diagnosis") and near.context.first(CAME, CAME_STEMS, fact.end, after.fact.start):
            return before if before and covers(near, before, fact) else None  # "s/p lumpectomy, presented in April"
        if _closes(near, fact, after, before, gap):
            return after
    if before and covers(near, before, fact):
        return before
    return after if after and len(ticks) == 1 and _only_one(text, fact, after) else None


def _before(text: str, fact: Fact, told: list[Tick]) -> Tick | None:
    """Return the last date before *fact* that is not tied to something else."""
    while told and told[-1].former and ")" in text[told[-1].fact.end : fact.start]:
        told = told[:-1]  # "PSA 41 (previously 12 in January 2021) and ALP 200"
    if told and told[-1].tied is not None and goes_on(text, told[-1].fact.end, fact.end):
        told = told[:-1]  # "a cancer diagnosed in 2015 presented with pain"
    if told and told[-1].led:
        told = told[:-1]  # "after a relapse in March 2017 he received ipilimumab"
    if told and fact.kind == "response" and BEST.search(text, told[-1].fact.end, fact.start):
        return None  # "12 cycles until August 2021, best response PR": when it was seen is not said
    return told[-1] if told else None


def _of_else(near: Neighbours, fact: Fact, tick: Tick) -> bool:
    """Say whether the date behind *fact* is of something else, however near it stands."""
    text, a, b = near.context.text, fact.end, tick.fact.start
    if fact.kind not in OF_THE_NOUN and tick.tied is not None and near.named_between(a, tick.tied):
        return True  # "metastasis of the cancer treated in 2014"
    if fact.kind in (*HARM, *TREATMENTS) and _DX.search(text, max(a, b - 14), b) and near.named_between(a, b):
        return True  # "febrile neutropenia after cycle 2 for breast cancer, dx 12/2021"
    if fact.kind in FOUND and closed(text, a, b):
        close = text.find(")", a, b)
        if any(close < f.start and f.end <= b for f in near.treatments(fact.sentence)):
            return True  # "brentuximab x8 (grade 2 neuropathy) and transplantation on 9 October"
    if fact.kind == "diagnosis" and of_value(near.context, a, b):
        return True  # "type 2 diabetes (HbA1c 58 mmol/mol, Jan 2024)"
    if outside(text, a, b):
        return True  # "with a bladder cancer (pTa, resected) presented in June 2019"
    if near.context.first(DIED, DIED_STEMS, a, b):
        return True  # "supportive care thereafter, died on 30 November"
    if fact.kind in TREATMENTS:
        low = near.context.sentences[fact.sentence].start
        if of_item_behind(text, fact, b):
            return True
        counted = counted_from(text, low, (fact.start, fact.end), b)
        return counted or (fact.kind in COURSES and changed_then(text, fact, tick))
    if fact.kind == "response" and THERE_SINCE.search(text, a, b):
        return True  # "progression of metastases, which had been present since June 2019"
    if fact.kind == "response" and tick.role == "end" and _TREATED_UNTIL.search(text, a, b):
        return True  # "best response was stable disease, and treatment was continued until June"
    if near.until(fact, tick):
        return True  # "remained in complete remission until March 2017, when"
    if fact.kind in (*FOUND, "diagnosis") and of_second(near.context, fact, tick):
        return True
    if fact.kind == "response" and of_next_response(near.context, fact, tick, near.responses(fact.sentence)):
        return True
    if fact.kind == "diagnosis" and of_next_item(near.context, fact, tick, near.acts(fact.sentence)):
        return True
    if fact.kind in FOUND and AFTER_CYCLES.match(text, a) and _AND.search(text, a, b):
        return True  # "developed neuropathy after the third cycle and treatment was stopped in May"
    # "hypertension, diagnosed in 2011 with a carcinoid"
    return fact.kind == "diagnosis" and DIAGNOSED_WITH.search(text, a, tick.fact.end + 12) is not None


def _looks_elsewhere(near: Neighbours, fact: Fact, tick: Tick, before: Tick | None) -> bool:
    """Say whether the words between *fact* and the date behind it lead to another day."""
    text, a, b = near.context.text, fact.end, tick.fact.start
    if before and fact.kind in FOUND and STILL.search(text, a, b):
        return True  # "showed a complete response, which is ongoing as of March 2023"
    if _AND_THEN_IN.search(text, a, b) and _SUBJECT.match(text, tick.fact.end):
        return True  # "CT showed a response, and in September 2016 she had a hemicolectomy"
    if _YOUNG.match(text, a):
        return True  # "appendectomy in childhood, thrombosis in 2014"
    if fact.kind in (*FOUND, *HARM) and _in_brackets_of_another(near, a, b):
        return True  # "mucositis, hypothyroidism (levothyroxine started Sept 2021)"
    if near.context.first(_WHO, _WHO_STEMS, a, b):
        return True  # "a cancer was diagnosed in a man who had had an infarction in 2009"
    # "PSA 87 ng/ml (previously 45.6 in March 2018)", "admitted with pneumonia and discharged on 16 May"
    if near.context.first(DISCHARGED, _DISCHARGED_STEMS, a, b):
        return True
    gap = text[a:b]
    may = "(" in gap or "," in gap or near.context.may(fact.sentence, _COMPARED)
    return may and FORMERLY.search(text, a, b) is not None


def _in_brackets_of_another(near: Neighbours, a: int, b: int) -> bool:
    """Say whether the brackets in which a date at *b* stands are another's, or tell of a drug, and not of what ends at *a*."""
    text = near.context.text
    opening = text.rfind("(", a, b)
    if opening < 0 or text.find(")", opening, b) >= 0 or _ALL_OF_THEM.match(text, opening):
        return False
    return "," in text[a:opening] or bool(near.context.hits_in(opening, b, "drugs"))


def _of_another(near: Neighbours, fact: Fact, tick: Tick) -> bool:
    """Say whether the date behind *fact* is of another act or finding that stands between them."""
    if near.of_act_between(fact, tick):
        return True  # "thiotepa, and transplantation on 20 May": the day is the transplantation's
    if fact.kind in COURSES and happened_since(near.context, fact.end, tick.fact.start):
        return True  # "osimertinib; developed brain metastases in May": they are of May
    if fact.kind in TREATMENTS:
        return near.led_to(fact, tick)  # "after nephrectomy, CT in May showed": the CT is of May
    if fact.kind == "response" and near.courses_between(fact.end, tick.fact.start, fact.sentence):
        return True  # "resulting in stable disease, whole lung irradiation in September 2016"
    if near.treated_between(fact, tick):
        return True  # "CT showed progression and FOLFOX was begun in May"
    if near.since_treated(fact, tick):
        return True  # "stage IV NSCLC on osimertinib since August 2019"
    return tick.past and fact.kind == "symptom"  # "a smoker with a history of a cancer that was excised in 2009"


def _closes(near: Neighbours, fact: Fact, tick: Tick, before: Tick | None, gap: str) -> bool:
    """Say whether a date closes the clause of *fact*: "was performed in October"."""
    twice = tick.begins is not None
    if twice:  # "on postoperative day 4 (January 19)": the words of both are one date
        gap = near.context.text[fact.end : tick.begins]
        gap += "on" if near.context.text.startswith("on ", tick.begins or 0) else ""
    if BREAK.search(gap):
        return False
    if before is not None and _AND_SUBJECT.search(gap):
        return False
    if gap.rstrip().lower().endswith(_CLOSED) and _CLOSING.search(gap + " "):
        opened = before is not None and near.opens(before) and len(gap) > 60 and "," in gap
        if not opened and not (before and fact.kind not in TREATMENTS and AND_DID.search(gap)):
            return True
    return (
        (tick.relative or twice)
        and len(gap) < (60 if not before else 25)
        and ("," not in gap or not tick.fact.value.get("direction", 1))
    )


def _only_one(text: str, fact: Fact, tick: Tick) -> bool:
    """Say whether the only date of a sentence is that of *fact*, though other words stand between them."""
    a, b = fact.end, tick.fact.start
    if tick.relative and tick.fact.value["direction"] and ("," in text[a:b] or b - a > 60):
        return False
    return not _TURNS.search(text[a:b]) and not (fact.kind in TREATMENTS and MEANWHILE.search(text, a, b))


def covers(near: Neighbours, tick: Tick, fact: Fact) -> bool:
    """Say whether a date told before *fact* is still meant: it opens the sentence, or its clause goes on."""
    text, a, b = near.context.text, tick.fact.end, fact.start
    treatment = fact.kind in TREATMENTS
    if within_course(near.context, tick, fact):
        return False
    if (
        treatment
        and len(tick.when.value) == 4
        and _OF_DISEASE.search(text, max(0, tick.fact.start - 16), tick.fact.start)
    ):
        return False  # "breast cancer 2009 (lumpectomy, anastrozole)": when the cancer was
    unread = _UNREAD.match(text, fact.end) if treatment else None
    if unread and not near.dated_at(fact.sentence, unread.start("day")):
        return False
    if fact.kind in HARM and closes_item(near.context, tick, fact, near.acts(tick.fact.sentence)):
        return False
    if fact.kind == "response" and LEADS_TO.match(text, a, b):
        return False  # "7+3 on 22 January f/b CR1"
    if fact.kind == "response" and (near.treated_since(tick, fact) or _JUST_AFTER.fullmatch(text, a, b)):
        return False  # "increased to 800 mg on 12 May after PD"
    if treatment and (near.preceded(tick, fact) or NEXT_ONE.search(text, a, b)):
        return False
    if fact.kind in FOUND and (m := near.context.first(GONE_ON, AFTER_STEMS, a, b)) and text[a : m.start()].strip(" ,"):
        return False  # "was started on 14 January, and after four cycles PSA fell"
    if fact.kind in HARM and COMPLICATED.search(text, a, b) and near.courses_between(a, b, fact.sentence):
        return False  # "1/2020 ipilimumab and nivolumab, complicated by hepatitis"
    reached = tick.role != "end" or WHEN.match(text, a) or tick.reached(text)
    if fact.kind in OF_THE_NOUN and not reached:
        return False  # "was in hospital from 4 to 18 January for a leukaemia, NPM1 wild type"
    if tick.fact.sentence == fact.sentence and near.opens(tick):
        return True
    if fact.kind in (*FOUND, "performance") and PRESENTLY.search(text, a, b):
        return False  # "completed maintenance in March 2021 and remains in remission"
    if (treatment or fact.kind in OF_THE_NOUN) and near.in_brackets(tick, fact):
        return False
    if fact.kind in HARM and COMPLICATED.search(text, a, b):
        return False  # "was commenced on 20 May, complicated by pyrexia": when is not said
    if tick.role == "end" and fact.kind in HARM and not WHEN.match(text, a):
        return False  # "from February to April 2019, complicated by diarrhoea": when in that time is not said
    if tick.past and near.context.first(HAPPENED, HAPPENED_STEMS, a, b):
        return False  # "melanoma excised in 2014 presented with melena"
    if treatment and _AND_MAINTAINS.search(text, a, min(len(text), fact.end + 40)) and near.acts(fact.sentence):
        return False  # "transplantation on 20 August and lenalidomide maintenance"
    if treatment and ENDS_ITEM.match(text, a, b):
        return False  # "resection on 20 September, chemotherapy, and radiotherapy": each date closes its item
    return not NEW_CLAUSE.search(text, a, fact.end + 40 if treatment else fact.end)
