"""What a word behind the label of a treatment says of it: "Chemotherapy: declined", "Letrozole - deferred".

A label has no verb of its own: what stands behind its colon, dash or bracket is the whole answer.
"""

from __future__ import annotations

import re

from epicrisis.facts.model import Fact
from epicrisis.kept import lazy

_PERSON = (
    r"(?:(?:the|his|her|their)\s+)?(?:patient|pt\.?|pat\.?|he|she|they|family|parents?|mother|father|insurer|insurance)"
)
# who decides what, and what was done before: "offered and declined", "pt refused", "discussed, currently declines"
_LEAD = (
    rf"(?:(?:offered|discussed|recommended|advised|proposed|suggested|considered|but|and|has|have|had|was|were|been|is|{_PERSON}"
    r"|currently|previously|initially|again|repeatedly|already|still)[\s,;]+){0,5}"
)
_END = r"(?=\s*(?:[.,;)\n|]|\Z|(?:by|due|because|for|until|till|at|on|in|despite|owing|as|since|this|today|again|so\s+far|secondary|after|given|if|when|upon|once)\b|\d))"
_GIVEN = r"(?:given|started|begun|initiated|administered|received|dispensed|taken|collected|filled|performed|done|used|tolerated\s+yet)"
_ANSWER = lazy(
    rf"[ \t]*(?::|\||[-–—](?=\s)|\()[ \t]*{_LEAD}(?:"
    rf"(?P<declined>declin(?:ed|es|ing)|refus(?:ed|es|ing)|rejected|not\s+(?:wanted|desired|interested)|(?:opted|decided|chose)\s+(?:out|against)|against)"
    rf"|(?P<negated>(?:never|not)\s+(?:yet\s+)?(?:been\s+)?{_GIVEN})"
    r"|(?P<open>deferred|postponed|considered|discussed|offered|not\s+applicable|n/a)"
    r"|(?P<planned>pending(?:\s+(?:\w+\s+)?(?:approval|authori[sz]ation|insurance|delivery|review|decision))?|awaited|awaiting\s+(?:\w+\s+)?(?:approval|authori[sz]ation|insurance|delivery|start)"
    rf"|to\s+be\s+(?:discussed|decided|scheduled|arranged|started|given)|tb[dca]))\b{_END}",
    re.I,
)
# "discussed, then started", "deferred until after surgery, given in 2021"
_AFTER_ALL = lazy(
    r"[^.;\n]{0,60}?(?:,|\b(?:and|but|then|later|eventually|subsequently))\s+(?:(?:was|were|then|later|finally|eventually|subsequently|he|she)\s+)*"
    r"(?:started|begun|given|received|accepted|agreed|performed|done|administered|undergone|underwent|completed)\b",
    re.I,
)
# "the transfusion threshold", "transplant evaluation": nothing was done
_NO_ACT = lazy(r"\s+(?:thresholds?|triggers?|criteria|eligibility|candidacy|candidates?|options?)\b", re.I)
_BEFORE_IT = lazy(
    r"(?:ation)?\s+(?:evaluation|work-?up|assessment|team|cent(?:er|re)|unit|physicians?|referral)\b", re.I
)
_TREATMENTS = frozenset({"medication", "regimen", "radiotherapy", "drug_class"})


def apply(text: str, fact: Fact, end: int) -> None:
    """Set what the answer or the noun behind *fact*, a treatment or operation, says; its sentence ends at *end*."""
    if fact.status == "done" and (
        _NO_ACT.match(text, fact.end, end) or ("ransplant" in fact.text and _BEFORE_IT.match(text, fact.end, end))
    ):
        fact.status = "hypothetical"
        return
    if not any(c in ":|-–—(" for c in text[fact.end : fact.end + 3]):
        return
    m = _ANSWER.match(text, fact.end, end)
    if m is None or _AFTER_ALL.match(text, m.end(), end):
        return
    if m["negated"]:
        fact.negated, fact.status = True, "done"
    elif m["declined"]:
        fact.status = "declined"
    elif fact.status == "done" and m["open"]:
        fact.status = "hypothetical"
    elif fact.status == "done" and fact.kind in _TREATMENTS:
        fact.status = "planned"  # "biopsy: pending" was taken: its result is awaited
