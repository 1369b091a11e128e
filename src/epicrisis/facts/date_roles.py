"""What a date is of: a birth, a beginning, an end, or a day in between."""

from __future__ import annotations

import re
from itertools import pairwise

from epicrisis.facts.date_forms import Found
from epicrisis.facts.patterns import in_small_letters
from epicrisis.kept import lazy

_BETWEEN = lazy(r"\bbetween\s+\Z", re.I)
_TO = lazy(r"\.?\s*(?:[-–—~]|to|until|till|through)\s*", re.I)
_ROLE_END = lazy(  # on small letters, as _ROLE_START
    r"\b(?:until|till|up\s+to|to|through|by|end(?:ed|ing)(?:\s+(?:in|on))?|stopped|discontinued|completed(?:\s+in)?|finished(?:\s+in)?|concluded(?:\s+in)?)\s+(?:the\s+end\s+of\s+|early\s+|late\s+|mid[\s-])?\Z"
    r"|\b(?:until|till)\s+(?:the\s+|his\s+|her\s+)?(?:[a-z-]+\s+){1,4}(?:\([^()]{1,40}\)\s+)?(?:in|on)\s+(?:early\s+|late\s+|mid[\s-])?\Z"  # "until progression in"
    r"|\b(?:last|final)\s+(?:(?:doses?|cycles?|infusions?|injections?|administrations?|fractions?)(?:\s*[:,(]?\s*|\s+))?(?:(?:in|on)\s+)?\Z"  # "last dose 4/2020"
    r"|\blast\s+of\s+(?:which|these|them)\s+(?:was\s+)?(?:given|administered|received|delivered)\s+(?:in|on)\s+(?:early\s+|late\s+|mid[\s-])?\Z",
)
# "completed FOLFOX in", "completion of radiotherapy on", "the last dose of pembrolizumab was given in"
ENDED_WHAT = lazy(
    r"\b(?:(?P<verb>completed|finished|concluded)|completing|finishing|(?:completion|conclusion|cessation)\s+of"
    r"|end\s+of(?!\s+(?:the\s+)?(?:months?|weeks?|years?|follow|observation)\b)"
    r"|(?:last|final)\s+(?:[\w-]+\s+)?(?:cycles?|doses?|courses?|infusions?|fractions?|administrations?)(?:\s+of)?)\s+"
    r"(?:(?!(?:in|on|he|she|who|which|was|were|is|had|has|then|before|after|until|underwent|began|response|remission|progression|recurrence|(?!ad|un)\w+ed)\b)"
    r"(?:\([^()\n]{1,90}\)|[\w/+'’,.()%²-]+)\s+){0,8}?(?:(?:was|were)\s+(?:given|administered|received|delivered)\s+)?(?<!,\s)(?:in|on)\s+(?:early\s+|late\s+|mid[\s-])?\Z",  # "after completion of radiotherapy, in May": of what is told next
    re.I,
)
_ROLE_START = lazy(
    r"\b(?:from|since|beginning|starting|started|commenced|initiated|between)\s+(?:(?:in|on|from)\s+)?(?:early\s+|late\s+|mid[\s-])?\Z"
    r"|\bfirst\s+(?:dose|cycle|infusion|injection|administration)(?:\s*[:,(]?\s*|\s+)(?:(?:in|on)\s+)?\Z",  # "first dose 7/2018"
)
# "completed radiation on 27 January 2017 and 12 cycles of temozolomide in": that too
_ALSO_ENDED = lazy(
    r"\s*,?\s*and\s+(?:(?!(?:he|she|they|was|were|had|has|then|received|underwent|started|began|developed|relapsed|progressed)\b)[\w/().-]+\s+){1,8}(?:in|on)\s+",
    re.I,
)
_UP_TO_NOW = lazy(
    r"\s?(?:[-–—]|to|until|till|through)\s?(?:the\s+)?(?:present|ongoing|now|today|date|current(?:ly)?)\b", re.I
)
# one of these stands before "in" and "on" that tell a role
_OF_ROLES = (
    "until", "till", "complet", "finish", "conclu", "cessation", "end", "last", "final", "first", "from", "since", "beginning",
    "start", "commenced", "initiated", "between",
)  # fmt: skip
# what stands last in each of these, for a quick look
_LEADS_TO_ROLE = (
    "in", "on", "until", "till", "to", "through", "by", "ended", "stopped", "discontinued", "completed", "finished",
    "concluded", "last", "final", "of", "early", "late", "mid", "mid-", "from", "since", "beginning", "starting", "started", "commenced",
    "initiated", "between",
    "dose", "doses", "cycle", "cycles", "infusion", "infusions", "injection", "injections", "administration",
    "administrations", "fraction", "fractions", ":", ",", "(",
)  # fmt: skip
_BORN = lazy(r"\b(?:born(?:\s+on)?|d\.?o\.?b\.?|date\s+of\s+birth|birth\s*date|geb\.?|\*)\s*[:,(]?\s*\Z", re.I)
_BIRTHS = ("born", "birth", "geb", "*", "dob", "d.o", "do.b")  # in small letters


def _role(text: str, at: int, end: int) -> str:
    before = text[max(0, at - 90) : at]
    small = in_small_letters(before)
    last = small.rstrip()
    if last.endswith(_LEADS_TO_ROLE) and not (
        last.endswith(("in", "on")) and not any(word in small for word in _OF_ROLES)
    ):
        if _ROLE_END.search(small) or ENDED_WHAT.search(before):
            return "end"
        if _ROLE_START.search(small):
            return "start"
    return "start" if _UP_TO_NOW.match(text, end) else "point"


def tell_roles(text: str, small: str, found: Found) -> None:
    """Say of every date of a sentence what it is of; *small* is the sentence in small letters."""
    spans = sorted(found)
    born = any(word in small for word in _BIRTHS)
    for a, b in spans:
        value = found[(a, b)]
        if value["form"] != "relative":
            value["role"] = "birth" if born and _BORN.search(text, 0, a) else _role(text, a, b)
    for one, other in pairwise(spans):
        first, second = found[one], found[other]
        if not {first.get("role"), second.get("role")} <= {"start", "end", "point"}:
            continue
        if _TO.fullmatch(text, one[1], other[0]) or (
            text[one[1] : other[0]].strip() == "and" and _BETWEEN.search(text, 0, one[0])
        ):
            first["role"], second["role"] = "start", "end"
        elif first["role"] == "end" and second["role"] == "point" and _ALSO_ENDED.fullmatch(text, one[1], other[0]):
            if ENDED_WHAT.search(text, max(0, one[0] - 90), one[0]):
                second["role"] = "end"
