"""Lists of medicines, in which each drug stands with its own dose, days and what became of it.

"Meds: lisinopril 20 mg - on hold; atorvastatin 10 mg, tamsulosin - D/C'd": what is said of one is said of no other.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from weakref import WeakKeyDictionary

from epicrisis.facts import Context
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.kept import lazy

_LABEL = (
    r"(?:(?:current|home|discharge|regular|other|usual|present|outpatient|admission|chronic)\s+)*"
    r"(?:(?:meds?|medications?)(?:\s+(?:on|at)\s+(?:discharge|admission))?|medicines?|drugs?|drug\s+history|DH|treatment\s+at\s+discharge)"
)
_TITLE = lazy(rf"{_LABEL}(?:\s+list)?", re.I)
_LED = lazy(rf"\W{{0,4}}{_LABEL}\s?:", re.I)
_ITEM = lazy(r"\s*(?:[-•*]\s*)?(?:START|CONTINUE|CONT|HOLD|STOP|RESUME|CHANGE|NEW|D/C|DISCONTINUE|INCREASE|DECREASE)\b")
_ENDS = lazy(r"[,;\n]|\.\s")
# what goes on with the drug before the comma
_GOES_ON = lazy(
    r"\s*(?:[\d(]|(?:now|then|currently|since|from|until|till|to|at|in|on|for|as|with|twice|once|three|every|stopped|held|paused|withheld|ceased"
    r"|discontinued|d/c|not|dose|reduced|increased|increasing|tapering|weaned|last|prn|od|bd|tds|qds|nocte|mane|bid|daily|weekly|if|and|up|down|s\.?c|i\.?v|p\.?o)\b)",
    re.I,
)


def is_list(context: Context, index: int, *, named: bool = False) -> bool:
    """Say whether a sentence lists medicines: under such a heading, behind such a label, or led by an order.

    Where it need not be *named* so, several drugs without a verb are a list too.
    """
    s, section = context.sentences[index], context.section_of[index]
    if section.title and _TITLE.fullmatch(section.title.strip(" :*_#")):
        return True
    line = context.text.rfind("\n", 0, s.start) + 1
    if _LED.match(context.text, line, s.end) or _ITEM.match(context.text, s.start, s.end):
        return True
    if named:
        return False
    drugs = context.by_sentence("drugs").get(index, [])
    if len(drugs) < _MANY or _FINITE.search(context.text, s.start, s.end):
        return False
    if any(context.terms.attr(c, "class") in ANTITUMOUR for h in drugs for c in h.concepts):
        return False  # "vincristine, dactinomycin 3/2018-5/2018": given together
    return _ON.fullmatch(context.text, s.start, drugs[0].start) is not None


_MANY = 2  # drugs that make a list of their own: "Levetiracetam 1000 mg, ramipril 5 mg paused."
_ON = lazy(r"\W{0,4}(?:(?:(?:currently|remains|still|she\s+is|he\s+is)\s+)?on\s+)?", re.I)
_FINITE = lazy(
    r"\b(?:was|were|is|are|has|had|have|received|underwent|given|started|showed|developed|progress\w*|respon\w*|cycles?|because|due|"
    r"followed|then|changed|switched|converted|replaced|AUC|mg/m2|mg/m²|q\dw)\b|→|->",
    re.I,
)


def item_at(context: Context, index: int, at: int, *, named: bool = False) -> tuple[int, int] | None:
    """Return the item of a list of medicines in which *at* stands, None where sentence *index* is no list."""
    known = _KNOWN.setdefault(context, {})
    key = (index, named)
    if key not in known:
        known[key] = _ends(context, index) if is_list(context, index, named=named) else None
    ends = known[key]
    if ends is None:
        return None
    n = bisect_right(ends, at - 1, key=_end)
    return ends[min(n, len(ends) - 1)]


def _ends(context: Context, index: int) -> list[tuple[int, int]]:
    """Return where the items of a list begin and end."""
    s, text = context.sentences[index], context.text
    found: list[tuple[int, int]] = []
    low, depth, seen = s.start, 0, s.start
    for m in _ENDS.finditer(text, s.start, s.end):
        depth += text.count("(", seen, m.start()) - text.count(")", seen, m.start())
        seen = m.start()
        if depth > 0 or (m.group() == "," and _GOES_ON.match(text, m.end(), s.end)):
            continue
        found.append((low, m.start()))
        low, depth = m.end(), 0
    return [*found, (low, s.end)]


def _end(item: tuple[int, int]) -> int:
    return item[1]


_KNOWN: WeakKeyDictionary[Context, dict[tuple[int, bool], list[tuple[int, int]] | None]] = WeakKeyDictionary()
