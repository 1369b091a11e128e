"""What a form answers to a question: "Distant metastases: [ ] Yes [x] No", "Diabetes? Yes".

The box stands before its word or behind it; which of both, the first box of the line tells.
"""

from __future__ import annotations

import re

from epicrisis.facts.model import Fact
from epicrisis.facts.scope import ACTS
from epicrisis.kept import lazy

YES, NO, OPEN = "yes", "no", "open"

_TICKED = r"\[\s?[xX✓✔]\s?\]|\([xX✓✔]\)|☒|☑|✓|✔|✗|■"
_EMPTY = r"\[\s{0,3}\]|\(\s{0,3}\)|☐|□"
_BOX = rf"(?:(?P<on>{_TICKED})|(?P<off>{_EMPTY}))"
_SIGN = lazy(r"[?\[(:☐☒☑□■✓✔✗]")  # no answer stands without one
_QUESTION = lazy(
    r"(?:\s(?!(?:yes|no)\b)[a-z-]+){0,4}\s*(?:\([^()\n]{2,40}\)\s*)?[:?]?\s*(?=\[|\(|☐|☒|☑|□|■|✓|✔|✗|yes\b|no\b)", re.I
)
_PART = lazy(rf"\s*(?:{_BOX}|(?P<word>yes|no|n/?a|not\s+known|unknown)\b)[\s,/|]*", re.I)
_ASKED = lazy(
    r"\s*(?:\([^()\n]{2,40}\)\s*)?\?\s*(?P<word>yes|no|never|ex|former(?:ly)?|unknown|not\s+known)\b(?=\s*(?:[.;,(\n]|[-–]\s|\Z))",
    re.I,
)
# "Stoma discussed: Yes": it was talked of
_TALKED_OF = lazy(
    r"\s+(?:discussed|offered|considered|consented|explained|required|needed|indicated|planned)\s*[:?]\s*(?:yes|no|\[|☐|☒|☑)",
    re.I,
)
_IS_ANSWER = lazy(rf"(?:\?|{_TICKED}|{_EMPTY})\s*\Z")
_FOUND = frozenset({"diagnosis", "metastasis", "recurrence"})
_INTERROGATIVE = lazy(
    r"\s*(?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|had|what|which|how|why|when|where|who|whom|may|might)\b",
    re.I,
)
_FEW = 60  # code points of the boxes behind a question


def apply(text: str, fact: Fact, end: int) -> None:
    """Deny, affirm or leave open what a form asks about *fact*; *end* is where its sentence ends."""
    if not _SIGN.search(text, fact.end, min(end + 4, fact.end + 90)):
        return
    line = text.find("\n", fact.end)
    end = min(line if line >= 0 else len(text), fact.end + 90 + _FEW)
    if fact.kind in ACTS and _TALKED_OF.match(text, fact.end, end):
        fact.status = "hypothetical"
        return
    told = answer(text, fact.end, end)
    if told is None and fact.kind in _FOUND and text[fact.end : fact.end + 1] == "?" and not _asks(text, fact.start):
        fact.certainty = "suspected"  # "(astrocytoma? medulloblastoma?)"
    if told == NO:
        fact.negated = True
    elif told == YES:
        fact.negated = False
    elif told == OPEN and fact.status == "done":
        fact.status = "hypothetical"


def _asks(text: str, at: int) -> bool:
    """Say whether the sentence of *at* is a question, as a title may be: "Is progression of lung cancer curable?"."""
    low = max(text.rfind(c, 0, at) for c in ".\n?(:;") + 1
    return _INTERROGATIVE.match(text, low, at) is not None


def answer(text: str, at: int, end: int) -> str | None:
    """Return what is answered to the question that ends at *at*, None where none is."""
    if asked := _ASKED.match(text, at, end):
        return {"yes": YES, "no": NO, "never": NO}.get(asked["word"].lower(), OPEN)
    begun = _QUESTION.match(text, at, end)
    if begun is None:
        return None
    boxes: list[tuple[bool, str]] = []  # ticked, word
    box: bool | None = None
    word, leads, at = "", None, begun.end()
    while part := _PART.match(text, at, end):
        at = part.end()
        if part["word"]:
            word = part["word"].lower()
            leads = leads if leads is not None else False
            if leads and box is not None:
                boxes.append((box, word))
        else:
            box = part["on"] is not None
            leads = leads if leads is not None else True
            if not leads and word:
                boxes.append((box, word))
    if {w for _, w in boxes} < {YES, NO} and len(boxes) < 2:
        return None
    ticked = {w for on, w in boxes if on}
    return ticked.pop() if len(ticked) == 1 and ticked <= {YES, NO} else OPEN


def is_answer(text: str, cue: int) -> bool:
    """Say whether the "no" at *cue* answers what stands before it, and denies nothing behind it."""
    return _IS_ANSWER.search(text, max(0, cue - 6), cue) is not None
