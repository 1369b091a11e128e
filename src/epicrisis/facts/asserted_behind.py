"""What stands behind a mention and says whether it is so: "was not recommended", "HBV negative", "if needed"."""

from __future__ import annotations

import re

from epicrisis.facts import serology
from epicrisis.facts.asserted_before import of_planned
from epicrisis.facts.context import Context
from epicrisis.facts.cues import Cue
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
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
# "she had been treated for cervical cancer 20 years earlier"; "hepatitis C had been cured"
_CURED = lazy(
    r"\s+(?:(?:had|has)\s+been\s+|which\s+(?:had|was)\s+(?:been\s+)?)(?:successfully\s+)?(?:cured|eradicated|treated\s+successfully)\b"
    # "diagnosed with colon cancer in 2011 and was considered cured"
    r"|(?:(?!\b(?:he|she|who)\b)[^.;]){0,60}?\b(?:was|were|is)\s+(?:considered|deemed|regarded\s+as|declared)\s+(?:to\s+be\s+)?cured\b",
    re.I,
)
_CURES = stems("cured eradicated successfully")
_YEARS_WITHIN = 60  # code points
_YEARS_EARLIER = lazy(
    r"[^.,;]{0,30}?\b(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|several|many)\s+years\s+(?:earlier|before|previously|ago|prior)\b",
    re.I,
)
_HAD_BEEN = lazy(
    r"\bhad\s+(?:previously\s+|already\s+)?(?:been\s+(?:treated|operated|cured|diagnosed)|undergone|had|received)\b[^.;]*\Z",
    re.I,
)
_DECLINED = lazy(
    r"\s+(?:declined|refused)\s*(?:[.;,)]|$|by\s+(?:the\s+)?(?:patient|her|him))", re.I
)  # "Interferon declined."
_ON_CONDITION = lazy(
    r"\s*(?:\([^)]{0,40}\)\s*)?(?:(?:after|from|at|on)\s+(?:the\s+)?(?:day|D|week|month|cycle|recovery)\b[^.;,]{0,24}?\s)?(?:if|in\s+case\s+of|in\s+the\s+event\s+of)\b",
    re.I,
)
# "LVI absent", "PNI: absent", "pulmonary embolism excluded."; a sign counts behind an abbreviation: "PNI-"
_DENIED = lazy(
    r"\s*(?:[:=]|\s[-–—](?=\s)|,\s*(?:(?:was|were|which|later|subsequently|finally|eventually|then)\s+){1,3})?\s*(?:excluded|ruled\s+out|r/o(?:['’]?d)?|absent)\s*(?=[.,;)(\n]|(?:and|by|on|through|after|with|via|using|based)\b|\Z)|(?-i:(?<=[A-Z])\s?(?:[-−–]|\([-−–]\))(?=[\s,.;)/]|\Z)(?!\s\w))",
    re.I,
)
# "the differential diagnosis included A, B and C, which were excluded": all of them
_ALL_EXCLUDED = lazy(
    r"[^.;:]{0,160}?,\s+(?:all\s+of\s+)?which\s+(?:were|had\s+(?:all\s+)?been)\s+(?:all\s+|\w+ly\s+)?(?:excluded|ruled\s+out)\b",
    re.I,
)
_ATTEMPT = lazy(r"\battempts?\s+(?:(?:to\s+\w+|at|of|for)\s+)(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,2}\Z", re.I)
_FAILED = lazy(
    r"[^.;,]{0,50}?\s(?:(?:was|were|proved|remained)\s+(?:\w+\s+)?(?:unsuccessful|not\s+successful|abandoned|futile)|(?:had\s+)?failed)\b",
    re.I,
)
_WHO_REFUSES = lazy(r"(?:but|he|she|patient|family|parents)\s+(?:declined|refused)\Z", re.I)
_NO_OBJECT = lazy(
    r"\s*(?:[.,;:)?\n]|\Z|(?:it|this|that|them|both|because|due|for|and|as|by|but|to|at|on|in|owing|despite|since|after|when|until|initially|any\s+(?:further|other)?\s*(?:treatment|therapy|intervention))\b)",
    re.I,
)
# "tuberculosis was initially suspected but later excluded"
_NOT_AFTER_ALL = lazy(
    r"\s+(?:was|were|had\s+been)\s+(?:\w+ly\s+|first\s+)?(?:suspected|considered|presumed|assumed|thought\s+of)\s*,?\s*(?:but|and)\s+(?:(?:was|were|it\s+was)\s+)?"
    r"(?:(?:later|then|soon|\w+ly)\s+){0,2}(?:excluded|ruled\s+out|not\s+confirmed|discarded|refuted)\b",
    re.I,
)
_AT_FIRST = lazy(
    r"\s+(?:was|were)\s+(?:\w+ly|first)\s+(?:suspected|considered|presumed|assumed)\b(?!\s+(?:to\s+(?:be|have)|as|of)\b)",
    re.I,
)
_NO_CHANGE = lazy(r"\b(?:no|without)\s+changes?\s+in\b", re.I)  # "no change in bowel habits": a symptom by that name
_FULL_STOP = lazy(r"\.\s+[A-Z]")
_NOT_DONE = lazy(
    r"[^,;.]{0,20}?\b(?:was|were|is|are|has|had|could|be)\s+not\s+(?:been\s+|be\s+)?(?:performed|done|given|used|started|possible|carried)"
)
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
_STOP_IT = lazy(
    r"(?:\A|[\n.,;:)*•-]\s*|\b(?:to|please|and|will)\s+)(?:Stop|stop|Drop|drop|Omit|omit|Discontinue|discontinue|Hold|hold|Cease|cease|Withhold|withhold|D/C|d/c)\s+(?:the\s+|further\s+)?\Z"
)
_UNSAID = lazy(
    r"\s?:\s*(?:not\s(?:applicable|submitted|assessed|reported|known|recorded)|N/?A\b|(?:cannot|could\snot)\sbe\s(?:assessed|determined)|unknown\b)",
    re.I,
)
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


# "Prior chemotherapy: none", "Neuropathy: no", an empty box before it
_NONE = lazy(r"\s*:\s*(?:none|no|nil|never|denied|denies|negative)\s*(?=[.,;)\n]|\Z)", re.I)
_UNTICKED = lazy(r"(?:\[\s?\]|☐|□)\s*\Z")
_BECAUSE_OF = lazy(r"\b(?:because\s+of|due\s+to|owing\s+to|on\s+account\s+of)\s+(?:[\w-]+\s+){0,3}\Z", re.I)


def beside(context: Context, fact: Fact, start: int, end: int) -> None:
    """Apply what stands right at a mention: "HBV negative", "non-tender", "if needed", "was not performed"."""
    text = context.text
    if fact.kind == "diagnosis":
        if fact.status == "done" and (
            (context.may(fact.sentence, _CURES) and _CURED.match(text, fact.end, end))
            or (
                "years" in text[fact.end : min(end, fact.end + _YEARS_WITHIN)].lower()
                and _YEARS_EARLIER.match(text, fact.end, end)
                and _HAD_BEEN.search(text, start, fact.start)
            )
        ):
            fact.status = "historical"
        if serology.negative(text, fact.start, fact.end, start, end):
            fact.negated = True
    if text.find(":", fact.end, fact.end + 3) >= 0 and _NONE.match(text, fact.end, end):
        fact.negated = True
    if fact.status == "done" and _UNTICKED.search(text, max(0, fact.start - 4), fact.start):
        fact.status = "hypothetical"
    if fact.kind in ("symptom", "diagnosis", "metastasis", "adverse_event"):
        if _DENIED.match(text, fact.end, end) or serology.denied(text, fact.end, end):
            fact.negated = True
        if _NOT_AFTER_ALL.match(text, fact.end, end) or _NO_CHANGE.search(text, max(start, fact.start - 9), fact.end):
            fact.negated = True
        elif fact.certainty == "stated" and _AT_FIRST.match(text, fact.end, end):
            fact.certainty = "suspected"
        if fact.certainty == "suspected" and _ALL_EXCLUDED.match(text, fact.end, end):
            fact.negated = True
        if _UNSAID.match(text, fact.end, end):
            fact.status = "hypothetical"  # "Distant metastasis: not applicable"
        if fact.kind in ("symptom", "diagnosis") and text[max(start, fact.start - 4) : fact.start].lower() in (
            "non-",
            "non ",
        ):
            fact.negated = True  # "abdomen soft, non-tender"
        return
    if fact.kind not in ACTS:
        return
    if _WHICH_IS_NOT.match(text, fact.end, end):
        fact.negated = True  # "she asked about mastectomy, which is not needed"
    if fact.status in ("done", "planned") and _STOP_IT.search(text[max(start, fact.start - 30) : fact.start]):
        fact.status = "hypothetical"  # "1. Stop cabazitaxel": no plan to give it
    if fact.status == "done" and _VERSUS.match(text, fact.end, end) and not _CHOSEN.search(text, start, end):
        fact.status = "hypothetical"  # "surgery vs RT considered"
    if fact.status == "done" and _DECLINED.match(text, fact.end, end):
        fact.status = "declined"
    if fact.status in ("done", "planned") and _ON_CONDITION.match(text, fact.end, end):
        fact.status = "hypothetical"
    if (
        fact.kind == "procedure"
        and _ATTEMPT.search(text, max(start, fact.start - 50), fact.start)
        and _FAILED.match(text, fact.end, end)
    ):
        fact.negated = True  # "the attempt to place a stent had failed"
    # "was not performed", "had not been given": a plain "not" after the mention
    if not fact.negated and fact.kind == "imaging":
        after = text[fact.end : min(end, fact.end + 40)]
        fact.negated = "not" in after and _NOT_DONE.match(after) is not None


_WHICH_IS_NOT = lazy(
    r"\s*,\s+which\s+(?:is|was|were|are)\s+not\s+(?:needed|required|necessary|indicated|recommended|advisable)\b", re.I
)
_VERSUS = lazy(r"\s+(?:vs\.?|versus)\s+\w", re.I)
_CHOSEN = lazy(r"\b(?:was|were|underwent|received|randomi[sz]ed|arm|given|compared|chosen|chose|opted)\b", re.I)
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
