"""What a clause says of the treatment that is its subject: given, never given, refused, intended.

"Nivolumab was requested from the insurer but never administered", "radiotherapy had been recommended
but the patient declined", "surgery was planned, but he died before it". The cues of
`mappings/cues/context.toml` reach to the end of their clause; here the predicate is read to its end,
with what a second clause adds to it.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy

_ADVERB = r"(?:(?:\w+ly|yet|ever|therefore|however|thus|then|also|again|still|been|be)\s+){0,3}"
_BE = r"(?:was|were|is|are|has|have|had|could|would|will)"
_GIVEN = (
    r"(?:re-?)?(?:given|administered|started|begun|initiated|commenced|performed|done|received|resumed|introduced"
    r"|challenged|carried\s+out|undertaken|used|delivered|offered|pursued|attempted|realised|realized|implemented|taken|dispensed|collected|filled|supplied|picked\s+up|placed|inserted|implanted|achieved|accomplished|obtained)"
)
_TAKES = r"(?:take|took|taken|start(?:ed)?|begin|began|begun|collect(?:ed)?|fill(?:ed)?|receive[d]?|pick(?:ed)?\s+(?:it\s+)?up)"
_GRANTED = r"(?:funded|approved|reimbursed|available|granted|authori[sz]ed|possible|feasible|covered|licensed)"
_APPLIED = r"applied\s+for(?=\s*(?:[.,;]|\Z|(?:by|from|with|at|but)\b))"  # and not "was applied for haemostasis"
_INTENDED = (
    rf"(?:requested|recommended|proposed|planned|considered|discussed|approved|{_APPLIED}|offered|suggested|advised"
    r"|scheduled|indicated|prescribed|intended|envisaged|contemplated|foreseen|ordered|arranged)"
)
_PERSON = r"(?:(?:the|his|her|their|our)\s+)?(?:patient|pt\.?|pat\.?|he|she|they|family|parents?|mother|father|wife|husband|son|daughter)"
_REFUSED = (
    r"(?:\w+ly\s+)?(?:declined|refused|rejected|(?:did|does|could)\s+not\s+(?:want|wish|accept|agree|consent|afford)"
    r"|(?:chose|elected|opted|preferred|decided)\s+(?:not\s+to|against)|(?:opted|decided|elected)\s+for\b|chose\s+(?:best\s+)?(?:supportive|palliative|comfort|hospice)|decided\s+otherwise|withdrew\s+(?:his|her)\s+consent)"
)
# what may stand between the treatment and its verb: a dose, a bracket, what is given with it; no verb, no person;
# written once in each pattern, for the engine tries it at every length
_TAIL = r"(?:(?!\b(?:was|were|is|are|has|have|had|which|who|he|she|they|it|but|after|because|for|due|until|since|led|caused|as|while|when)\b)[^.;:()?\n]|\([^()]*\)|\.(?=\d)){0,70}?"
_BUT = rf"(?:(?!\b{_GIVEN}\b)[^.;\n]|\.(?=\d)){{0,90}}?[,;:]?\s+(?:but|however|yet|although|and)?,?\s*"

_NEVER = lazy(
    rf"{_TAIL}\s(?:(?:{_BE}\s+)?{_ADVERB}(?:never|not)\s+{_ADVERB}(?:{_GIVEN}|{_GRANTED}|an\s+option|felt\s+to\s+be\s+(?:of\s+benefit|indicated|feasible))\b"
    rf"|(?:(?:was|were)\s+)?{_ADVERB}(?:avoided|contra-?indicated|cancelled|canceled)\b(?!\s+(?:until|for\s+\d)))",
    re.I,
)
# "durvalumab was not resumed"
_NOT_AGAIN = lazy(
    rf"{_TAIL}\s(?:{_BE}\s+)?{_ADVERB}(?:never|not)\s+{_ADVERB}(?:re-?started|resumed|re-?introduced|re-?challenged|re-?initiated)\b",
    re.I,
)
_BUT_NEVER = lazy(
    rf"{_TAIL}\s{_BE}\s+{_ADVERB}{_INTENDED}\b{_BUT}"
    rf"(?:(?:(?:it\s+)?(?:was|were|has|had)\s+)?{_ADVERB}(?:never|not)\s+{_ADVERB}(?:{_GIVEN}|{_GRANTED}|required|needed|necessary)\b"
    rf"|{_PERSON}\s+(?:(?:has|had)\s+)?(?:never|(?:did|has|had)\s+not)\s+(?:yet\s+)?{_TAKES}\b(?!\s+(?:all|every|more|regularly|well|part))"
    rf"|{_PERSON}\s+(?:\w+ly\s+)?(?:died|deteriorated|worsened|passed\s+away)\b[^.;]{{0,60}}?\b(?:before|without|prior\s+to)\b)",
    re.I,
)
_DECLINED = lazy(
    rf"{_TAIL}\s(?:(?:(?:was|were)\s+)?(?:previously\s+|already\s+)?(?:declined|refused|rejected)\s+by\b"
    rf"|{_BE}\s+{_ADVERB}{_INTENDED}\b"
    rf"(?:{_BUT}(?:{_PERSON}\s+{_REFUSED}|(?:was\s+)?(?:refused|declined|rejected))\b"
    rf"|[^.;\n]{{0,60}}?[,;]?\s+but\s+{_PERSON}\s+(?:chose|preferred|elected|opted|decided)\s+(?:for\s+|on\s+)?(?!to\b|it\b|this\b|that\b|them\b|for\b))"
    rf"|(?:{_BE}\s+)?not\s+(?:planned|intended|desired|wanted)\b"
    rf"|(?:was|were)\s+{_ADVERB}(?:deemed|considered|judged|regarded|felt|thought)\s+(?:as\s+|to\s+be\s+)?(?:too\s+\w+|unlikely|insufficient|impossible|inappropriate|unsuitable|unsafe|unfeasible|futile|contraindicated)\b)"
    rf"|{_TAIL}\s?:\s+{_PERSON}\s+{_REFUSED}\b",
    re.I,
)
# "he was offered surgery, which he declined"
_WHICH_REFUSED = lazy(
    rf"{_TAIL},?\s+(?:which|but|and)\s+(?:{_PERSON}\s+{_REFUSED}|(?:was|were)\s+(?:declined|refused|rejected))(?=\s*(?:[.,;)]|(?:by|for|because|due|and|at|on)\b))",
    re.I,
)
# "surgery was considered and performed", "six cycles were planned, but only four were given"
_AFTER_ALL = lazy(
    rf"{_TAIL}\s{_BE}\s+{_ADVERB}{_INTENDED}\b(?:(?!\b(?:not|never)\b)[^.;\n]){{0,60}}?\b(?:and|but)\s+(?:(?:was|were|only|then|\w+ly)\s+){{0,3}}"
    rf"(?:(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)\s+(?:cycles?\s+|doses?\s+)?(?:was|were)\s+)?{_GIVEN}\b",
    re.I,
)
_TO_COME = lazy(
    rf"{_TAIL}\s(?:(?:(?:is|are)\s+)?(?:now\s+|over)?due(?=\s*(?:[.,;)\n]|\Z|(?:in|on|by|at|next)\b))"
    rf"|(?:is|are|was|were)\s+(?:\w+ly\s+)?(?:to\s+be(?!\s+(?:\w+ly\s+)?(?:stop|discont|ceas|withdr|withh|held|paus|wean|omit|hold|switch|replac|avoid))|requested|{_APPLIED}|proposed|awaited)\b"
    r"|(?:has|had|have)\s+been\s+(?:\w+ly\s+)?(?:proposed|suggested|discussed|requested|applied\s+for|envisaged|contemplated|foreseen)\b"
    r"|to\s+(?:be\s+(?:given|scheduled|started|performed|arranged|considered|discussed|initiated|added|continued)|(?:begin|start|commence|follow)\b)"
    r"|(?:discussed|proposed|suggested|mentioned)\s+as\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:alternative|option|possibility|next)\b)",
    re.I,
)
_IN_RESERVE = lazy(
    rf"{_TAIL}\s(?:(?:would|could|might|may)\s+be\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:alternative|option|possibility|choice)\b"
    r"|(?:has|have|had|was|were|is)\s+(?:been\s+)?(?:reserved\s+for|(?:held|kept)\s+in\s+reserve)\b"
    r"|(?:(?:held|kept)\s+)?in\s+reserve\b"
    # "sacrectomy above S3 would have caused incontinence"
    r"|(?:would|could|might)\s+(?:not\s+)?(?:have\s+\w|(?:cause|lead|result|require|necessitate|carry|entail|pose|mean)\b)"
    # "trastuzumab can harm the heart"
    r"|(?:can|may)\s+(?:harm|damage|cause|induce|lead\s+to|result\s+in|affect|provoke)\b)"
    r"|\s?\?",
    re.I,
)
# one of these a sentence must have, or nothing is said of a treatment here
_INTENTIONS = (
    "requested recommended proposed planned considered discussed approved applied offered suggested advised scheduled indicated prescribed"
    " intended envisaged contemplated foreseen ordered arranged"
)
_DENIALS = "never not avoided contraindicated contra cancelled canceled"
_OPINIONS = "deemed judged regarded felt thought"
_RESERVES = "would could might may can reserved reserve held kept"
MAY = stems(
    f"omitted {_INTENTIONS} {_DENIALS} {_OPINIONS} {_RESERVES} declined refused rejected to awaited mentioned due overdue reserve"
)
# and these must stand behind the treatment, for one or the other of the patterns
_REFUSALS = "declined refused rejected did does could chose elected opted preferred decided withdrew"
_INTENDS, _DENIES, _RESERVING = stems(_INTENTIONS), stems(_DENIALS), stems(_RESERVES)
_REFUSES = stems(f"{_INTENTIONS} {_OPINIONS} {_REFUSALS} not")
_COMES = stems(f"{_INTENTIONS} awaited mentioned due overdue")
_TO, _BEGINS = stems("to"), stems("be begin start commence follow")
_BEHIND = _INTENDS | _DENIES | _RESERVING | _REFUSES | _COMES | _TO


# a treatment behind one of these is not what the next verb is said of, where another stands between
_OBJECT = lazy(
    r"\b(?:received|underwent|had|has|was|were|got|completed|treated|started|given|after|following|before|during|since|despite|under|on|with|by|for)\b",
    re.I,
)


_OMITTED = lazy(
    r"\s+(?:was\s+|were\s+)?omitted\b(?!\s+(?:until|for\s+(?:\d|one|two|three)))(?P<later>\s+(?:from|in|on|after|during|at|this|today|cycle|C\d|d(?:ay)?\s?\d))?",
    re.I,
)


def _given_before(context: Context, fact: Fact) -> bool:
    """Say whether a treatment that is omitted was told before, itself or in a regimen: it was given until then."""
    if fact.kind not in ("medication", "regimen"):
        return False
    name = (fact.concept or "").removeprefix("drugs/")
    return any(
        fact.concept in h.concepts or any(name in (context.terms.attr(c, "drugs") or "").split("+") for c in h.concepts)
        for h in context.hits_in(0, fact.start, "drugs", "regimens")
    )


def apply(context: Context, fact: Fact, start: int, end: int, acts: list[int]) -> None:
    """Set what the predicate behind *fact* says; [start, end) is its sentence (behind a semicolon it may go on).

    *acts* are the places of the sentence's treatments, in order.
    """
    text, told = context.text, context.told
    left_out = _OMITTED.match(text, fact.end, end)
    if (
        left_out
        and not (fact.kind in ("medication", "regimen", "drug_class") and left_out["later"])
        and not _given_before(context, fact)
    ):
        fact.negated, fact.status = True, "done"
        return
    n = bisect_left(acts, fact.end)
    behind = acts[n] if n < len(acts) else None
    if behind is not None and _OBJECT.search(text, start, fact.start):
        end = behind  # "he received FOLFOX, and surgery was not performed"
    stop = min(len(text), end + 60) if text[end - 1 : end] == ";" or text[end : end + 1] == ";" else end
    asked = text.find("?", fact.end, fact.end + 2) >= 0
    if not asked and not told(_BEHIND, fact.end, stop):
        return
    if told(_DENIES, fact.end, end) and _NOT_AGAIN.match(text, fact.end, end):
        fact.status = "hypothetical"  # it had been given, and nothing new is told
        return
    intended = told(_INTENDS, fact.end, stop)
    if (told(_DENIES, fact.end, end) and _NEVER.match(text, fact.end, end)) or (
        intended and _BUT_NEVER.match(text, fact.end, stop)
    ):
        fact.negated, fact.status = True, "done"
    elif told(_REFUSES, fact.end, stop) and _WHICH_REFUSED.match(text, fact.end, stop):
        fact.status = "declined"
    elif fact.status in ("planned", "hypothetical") and intended and _AFTER_ALL.match(text, fact.end, end):
        fact.status = "done"
    elif fact.negated or fact.status in ("declined", "hypothetical"):
        return
    elif told(_REFUSES, fact.end, stop) and _DECLINED.match(text, fact.end, stop):
        fact.status = "declined"
    elif (
        (fact.status in ("done", "planned") or (asked and fact.status == "historical"))
        and (asked or told(_RESERVING, fact.end, end))
        and _IN_RESERVE.match(text, fact.end, end)
    ):
        fact.status = "hypothetical"
    elif (
        fact.status == "done"
        and (told(_COMES, fact.end, end) or (told(_TO, fact.end, end) and told(_BEGINS, fact.end, end)))
        and _TO_COME.match(text, fact.end, end)
    ):
        fact.status = "planned"
