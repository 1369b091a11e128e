"""What stands right at a mention and says whether it is so: "HBV negative", "non-tender", "if needed"."""

from __future__ import annotations

import re

from epicrisis.facts import serology
from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
from epicrisis.facts.scope import ACTS
from epicrisis.kept import lazy

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
# "none of the sampled lymph nodes (0/6) were positive for metastasis"
_NONE_OF = lazy(
    r"\b(?:none|neither)\s+of\s+[^.;:]{1,60}?\b(?:was|were|showed|shows|contained|had|has|revealed|demonstrated|harbou?red|exhibited)\b[^.;:,]{0,40}\Z",
    re.I,
)
_NONE_STEMS = stems("none neither")
_NONE_WITHIN = 160  # code points
_NO_CHANGE = lazy(r"\b(?:no|without)\s+changes?\s+in\b", re.I)  # "no change in bowel habits": a symptom by that name
_NOT_DONE = lazy(
    r"[^,;.]{0,20}?\b(?:was|were|is|are|has|had|could|be)\s+not\s+(?:been\s+|be\s+)?(?:performed|done|given|used|started|possible|carried)"
)
_STOP_IT = lazy(
    r"(?:\A|[\n.,;:)*•-]\s*|\b(?:to|please|and|will)\s+)(?:Stop|stop|Drop|drop|Omit|omit|Discontinue|discontinue|Hold|hold|Cease|cease|Withhold|withhold|D/C|d/c)\s+(?:the\s+|further\s+)?\Z"
)
_UNSAID = lazy(
    r"\s?:\s*(?:not\s(?:applicable|submitted|assessed|reported|known|recorded)|N/?A\b|(?:cannot|could\snot)\sbe\s(?:assessed|determined)|unknown\b)",
    re.I,
)
# "Prior chemotherapy: none", "Neuropathy: no", an empty box before it
_NONE = lazy(r"\s*:\s*(?:none|no|nil|never|denied|denies|negative)\s*(?=[.,;)\n]|\Z)", re.I)
_UNTICKED = lazy(r"(?:\[\s?\]|☐|□)\s*\Z")
_WHICH_IS_NOT = lazy(
    r"\s*,\s+which\s+(?:is|was|were|are)\s+not\s+(?:needed|required|necessary|indicated|recommended|advisable)\b", re.I
)
_VERSUS = lazy(r"\s+(?:vs\.?|versus)\s+\w", re.I)
_CHOSEN = lazy(r"\b(?:was|were|underwent|received|randomi[sz]ed|arm|given|compared|chosen|chose|opted)\b", re.I)
# "weight loss no; fever yes", "pulmonary embolism was considered as an alternative, which was ruled out"
_ANSWERED_NO = lazy(r"\s+(?:no|nil)\s*(?=[;)\n]|\.\s*(?:\n|\Z)|\Z)", re.I)
_WHICH_EXCLUDED = lazy(
    r"(?:\s+(?:was\s+(?:\w+ly\s+)?considered\s+)?(?:as|to\s+be)\s+(?:an?\s+|the\s+)?(?:alternative|possible|potential|differential|likely)(?:\s[\w-]+){0,3})?"
    r",\s+which\s+(?:was|had\s+been|has\s+been|could\s+be)\s+(?:\w+ly\s+|then\s+|later\s+)?(?:ruled\s+out|excluded)\b",
    re.I,
)


def _last_word(fact: Fact) -> int:
    """Return where the last word of a fact begins: of "the six lymph nodes showed metastasis"."""
    return fact.end - len(fact.text.split()[-1])


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
        if context.may(fact.sentence, _NONE_STEMS):
            last = _last_word(fact)
            if _NONE_OF.search(text, max(start, last - _NONE_WITHIN), last):
                fact.negated = True
        if _DENIED.match(text, fact.end, end) or _answered_no(text, fact.end, end):
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


def _answered_no(text: str, end: int, high: int) -> bool:
    """Say whether a complaint or disease that ends at *end* is answered with no, or told as excluded."""
    return _ANSWERED_NO.match(text, end, high + 1) is not None or _WHICH_EXCLUDED.match(text, end, high) is not None
