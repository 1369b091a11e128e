"""What stands behind a mention and says whether it is so: "was not recommended", "HBV negative", "if needed"."""

from __future__ import annotations

import re

from epicrisis.facts.asserted_before import of_planned
from epicrisis.facts.context import Context
from epicrisis.facts.cues import Cue
from epicrisis.facts.model import Fact
from epicrisis.facts.scope import ACTS, CLAUSE, NEW_SUBJECT
from epicrisis.kept import lazy

_UNDONE = lazy(
    r"perform|done|given|administ|start|carr|undertak|recommend|requir|need|offer|pursu|attempt|omit|availab|eligib|cancel|postpon|abort|defer|feasib|possib|indicat|abandon|contraindic|used|consider|necess|permit|grant|allow|consent|occur|authori|denied|withheld|tolerat|amenable|avoid",
    re.I,
)
_AUXILIARY = lazy(
    r"[,\s]+(?:was|were|is|are|has\s+been|had\s+been|have\s+been|have|has|had|been|be)(?:\s+(?:considered|deemed|judged|regarded|thought|felt|found|advised|recommended|offered|suggested|proposed|discussed|planned|scheduled)(?:\s+(?:to\s+be|as))?)?(?:,?\s+but)?\s*\Z"
)
_ONE_OF = lazy(r"\band\s+(?:[\w-]+\s+){1,4}(?:is|was|has)\s+(?:been\s+)?\Z", re.I)
_TEST_OF = lazy(
    r"\b(?:cytolog\w+|histolog\w+|analysis|examination|cultures?|biops\w+|aspirat\w+|smears?|test\w*|stud(?:y|ies)|tap|puncture)\s+(?:of|from|for)\s+(?:\w+\s+){0,2}\Z",
    re.I,
)
_AGAIN = lazy(
    r"\s+(?:temporarily|briefly|until|for\s+(?:\w+\s+)?(?:\d+|one|two|three|four|a|several)\b|[^.;]{0,60}\b(?:restarted|resumed|reintroduced|rechallenge\w*|reinitiated|re-started))\b",
    re.I,
)
_WHO_REFUSES = lazy(r"(?:but|he|she|patient|family|parents)\s+(?:declined|refused)\Z", re.I)
_NO_OBJECT = lazy(
    r"\s*(?:[.,;:)?\n]|\Z|(?:it|this|that|them|both|because|due|for|and|as|by|but|to|at|on|in|owing|despite|since|after|when|until|initially|any\s+(?:further|other)?\s*(?:treatment|therapy|intervention))\b)",
    re.I,
)
_FULL_STOP = lazy(r"\.\s+[A-Z]")
_ANOTHER_TEST = lazy(
    r"(?:,|\band)\s+(?:the\s+|an?\s+|his\s+|her\s+)?(?:[\w-]+\s+){0,2}?(?:PET\S*|CT|MRI|scans?|X-?rays?|ultraso\w+|biops\w+|cytolog\w+|margins?|nodes?|cultures?|tests?|MRD)\b",
    re.I,
)
# "16 doses planned, was stopped after 9": it was given
_WENT_ON = lazy(
    r"\)?\s*,?\s*(?:but\s+)?(?:was|were|had\s+to\s+be)\s+(?:\w+ly\s+)?(?:stopped|discontinued|interrupted|given|completed|terminated|started|performed|withdrawn)\b",
    re.I,
)
_UNFIT = lazy(
    r"\s+(?:as\s+|to\s+be\s+)?(?:too\s+\w+|inappropriate|unsuitable|contraindicated|unfeasible|ineligible|not\s+(?:feasible|suitable|indicated|possible|appropriate))\b",
    re.I,
)
# what stands behind "omitted" or "withheld", where it was given again
RESUMED = lazy(
    r"[^.;()]{0,60}?\b(?:and|then|but)\s+(?:(?!not\b|never\b)\w+\s+){0,2}?(?:resumed|restarted|re-?started|reintroduced|reinitiated)\b|[^.;()]{0,40}?\bthen\s+given\b",
    re.I,
)
_UNTIL = lazy(r"\s+(?:until|till|to|for)\b", re.I)
_BECAUSE = lazy(r"\b(?:as|because|since|whereas|while)\b")
_SO_THAT = lazy(r"\bso\s+that\b|,\s+(?:so|thus|therefore|thereby|hence|while|whereas|which)\b", re.I)
_AS_ONE_OF = lazy(r"\s+(?:pre-?\w+ly|initially|but|as\s+(?:an?\s+)?(?:alternative|differential))\b", re.I)
# "gemcitabine day 8 was omitted": the rest was given
_ONE_DAY = lazy(
    r"\s+(?:\(?\s?(?:on\s+)?(?:days?|d)\s?\d|(?:in|on|of|from|for)\s+(?:the\s+)?(?:cycles?|days?|remaining|last|C\d))",
    re.I,
)
_OBJECT = lazy(r"\b(?:received|underwent|was\s+treated|got|completed|after|following|s/p)\b", re.I)
BEFORE = {
    "negated_before": "negated",
    "suspected_before": "suspected",
    "planned_before": "planned",
    "declined_before": "declined",
    "reserve": "hypothetical",
}


_BECAUSE_OF = lazy(r"\b(?:because\s+of|due\s+to|owing\s+to|on\s+account\s+of)\s+(?:[\w-]+\s+){0,3}\Z", re.I)


_SAID_OF_ACTS = lazy(r"withheld|postponed|cancell?ed|deferred|omitted|aborted|not\s+given|not\s+administered", re.I)
_JOINED = lazy(r"\b(?:and|or|nor|were|are|both)\b|[&+/]", re.I)


_CAUSES_OF = lazy(r"\bcauses?\s+(?:of|for)\s+(?:(?:the|his|her|this)\s+)?(?:[\w-]+\s+)?\Z", re.I)


def backward(context: Context, fact: Fact, cue: Cue, start: int) -> None:
    """Apply a cue that stands after what it speaks of: "pembrolizumab was not recommended"."""
    text = context.text
    gap = text[fact.end : cue.start]
    # "pembrolizumab was / not recommended": the verb belongs to the cue
    if (
        len(gap) > 90
        or _FULL_STOP.search(gap)
        or (CLAUSE.search(gap) and gap.strip() != ":")
        or _SO_THAT.search(gap)
        or NEW_SUBJECT.search(_AUXILIARY.sub("", gap))
    ):
        return
    if fact.kind == "allergy" and ("," in gap or ")" in gap):
        return  # "co-trimoxazole (rash), otherwise none"
    if BEFORE[cue.kind] == "negated" and "," in gap and _of_the_last(fact, gap):
        return  # "a Wilms tumor of mixed type, stage II, 1q gain not detected"
    if fact.kind in ("genomic", "marker") and "," in gap:
        return  # "IDH1 R132C mutation, FGFR2 fusion not detected": their own grammar reads lists
    effect = BEFORE[cue.kind]
    if effect == "declined" and _WHO_REFUSES.match(text, cue.start, cue.end) and not _NO_OBJECT.match(text, cue.end):
        return  # "he underwent surgery and she declined chemotherapy": what was refused stands behind
    if fact.kind in ACTS and _of_another(context, fact, cue, start):
        return
    if effect == "negated" and fact.kind in ACTS and "," in gap and not _JOINED.search(gap):
        if context.hits_in(fact.end, cue.start, "procedures", "radiotherapy", "drugs", "regimens"):
            return  # "gross total resection, left nephrectomy not required"
    if effect == "planned" and of_planned(text, cue):
        return
    if (
        effect == "negated"
        and fact.kind not in ACTS
        and _BECAUSE_OF.search(text, max(start, fact.start - 50), fact.start)
    ):
        if "," in gap or _UNDONE.search(text, cue.start, cue.end):
            return  # "was deferred because of the coagulopathy and never done": the reason is true
    if fact.kind in ("medication", "regimen") and text[cue.start : cue.end].lower().endswith(("occur", "occurred")):
        return  # "vincristine neuropathy did not occur"
    if (
        effect == "negated"
        and fact.kind not in ACTS
        and _CAUSES_OF.search(text, max(start, fact.start - 40), fact.start)
    ):
        return  # "other causes of hyponatremia could be ruled out"
    if effect == "hypothetical" and fact.kind == "diagnosis" and _AS_ONE_OF.match(text, cue.end):
        if text[cue.start : cue.end].endswith("discussed"):
            fact.certainty = "suspected"  # "astrocytoma and ependymoma were discussed preoperatively"
        return
    if fact.kind in ACTS and "postponed" in text[cue.start : cue.end] and _UNTIL.match(text, cue.end):
        if fact.status == "done":
            fact.status = "planned"  # "was postponed until July 2020": whether it was done then is not said
        return
    if fact.kind in ACTS and RESUMED.match(text, cue.end):
        return  # "was omitted for three weeks and resumed"
    if fact.kind in ACTS and _ONE_OF.search(gap):
        return  # "she takes levothyroxine, and hydrocortisone is not required"
    if effect == "negated":
        if fact.kind not in ACTS and _SAID_OF_ACTS.search(text, cue.start, cue.end):
            return  # "hypokalaemia, for which abiraterone was withheld"
        if fact.kind not in ACTS and _ANOTHER_TEST.search(gap):
            return  # "given for lymphoma, and PET was negative"
        if text[cue.start : cue.end].lower().endswith("negative") and _TEST_OF.search(
            text, max(start, fact.start - 60), fact.start
        ):
            return  # "cytology of the ascites was negative"
        if fact.kind in ("medication", "regimen") and (_held(context, fact, cue) or _ONE_DAY.match(gap)):
            return
        # a scan that "was negative" was done; one that "was not performed" was not
        if fact.kind not in ACTS or _UNDONE.search(text, cue.start, cue.end):
            fact.negated = True
    elif effect == "suspected":
        fact.certainty = "suspected" if fact.kind not in ACTS else fact.certainty
    elif effect == "planned" and fact.kind in ACTS and _UNFIT.match(text, cue.end):
        if not _BECAUSE.search(gap):
            fact.status = "declined"  # "was considered too toxic"
    elif fact.kind in ACTS and not (effect == "planned" and _WENT_ON.match(text, cue.end)):
        fact.status = effect


def _of_the_last(fact: Fact, gap: str) -> bool:
    """Say whether a denial is said of what a list ends with, and not of the cancer that it begins with."""
    if fact.value.get("group") != "cancer":
        return False
    last = _AUXILIARY.sub("", gap[gap.rfind(",") :]).strip(" ,")
    return bool(last) and not _JOINED.search(last)


def _of_another(context: Context, fact: Fact, cue: Cue, start: int) -> bool:
    """Say whether a cue is said of another treatment between: "he received FOLFOX and surgery was not performed"."""
    if not _OBJECT.search(context.text, start, fact.start):
        return False
    return bool(context.hits_in(fact.end, cue.start, "drugs", "regimens", "procedures", "radiotherapy"))


def _held(context: Context, fact: Fact, cue: Cue) -> bool:
    """Say whether a drug that "was withheld" had been given: told of before, or given again afterwards."""
    text = context.text
    if not text[cue.start : cue.end].lower().endswith("withheld"):
        return False
    if _AGAIN.match(text, cue.end):
        return True
    begin = context.sentences[fact.sentence].start
    return lazy(rf"\b{re.escape(fact.text)}\b", re.I).search(text, 0, begin) is not None
