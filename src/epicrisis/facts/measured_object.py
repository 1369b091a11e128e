"""What a size is the size of: the tumour, a metastasis, a lymph node or something else, by the nearest noun."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.patterns import rx
from epicrisis.facts.tumor_nouns import tumor_or
from epicrisis.kept import lazy

_METASTASIS = rx(r"\b(?:metasta\w+|mets?)\b", re.I)
_NODE = rx(r"\b(?:lymph\s+)?nodes?\b|\blymphadenopath|\bSLNB?\b", re.I)
_PLACED = rx(r"\b(?:from|at)\s+(?:approximately\s+|about\s+|around\s+)?\Z", re.I)
_SHIFTED = rx(
    r"\b(?:shift|displacement|deviation|herniation|margins?|distance)\s+(?:of\s+)?(?:about\s+|approximately\s+)?\Z",
    re.I,
)
_CHANGED = rx(
    r"\b(?:increas|grow|grew|enlarg|decreas|reduc|shr[aiu]nk|diminish|regress|progress|measur|size|diameter)\w*", re.I
)
_STONE = rx(r"stone|calcul", re.I)


def measured(context: Context, start: int, end: int, low: int, high: int) -> tuple[str, tuple[int, int] | None]:
    """Return what is measured, and the words that name it: the nearest noun in the clause, on
    the right only if it follows at once.
    """
    tumor, organ = tumor_or("organ")
    text = context.text
    if lazy(r"\bp?T[1-4][a-d]?\s?\(\Z").search(text[max(low, start - 8) : start]):
        return "tumor", None  # "pT2 (28 mm)"
    if _SHIFTED.search(text, max(low, start - 30), start):
        return "other", None  # "a midline shift of 6 mm"
    if _PLACED.search(text, max(low, start - 24), start) and not _CHANGED.search(text, low, start):
        return "other", None  # "a mass from 36 cm to the junction at 39 cm"
    right = text[end : min(high, end + 70)]
    stop = lazy(
        r"[.;(]|\)\s?[,;.]|,\s(?!\w+(?:,|\s\w+,|\s(?:mass|tumou?r|lesion|nodule)))"
        r"|\b(?:and|with|which|was|were|from|for|in\s+the|at\s+the)\b"
    ).search(right)
    near = right[: stop.start()] if stop else right
    if lazy(
        r"\s*(?:from|above|below|away|distal|proximal|deep|long|thick|distance|margin"
        r"|(?:of\s+)?(?:rightward\s+|leftward\s+)?(?:midline|mediastinal|tracheal)?\s*(?:shift|displacement|deviation|herniation))\b",
        re.I,
    ).match(right):
        return "other", None
    following = [(x.start(), x, k) for k, p in (("organ", organ), ("tumor", tumor)) for x in [p.search(near)] if x]
    # "in size", "in diameter" says that the noun stands before the size
    if following and not lazy(
        r"\s*(?:in|at|on)\s+(?:its\s+|the\s+|maximum\s+|maximal\s+|greatest\s+"
        r"|largest\s+)*(?:size|diameter|dimension|length|width)",
        re.I,
    ).match(right):
        nearest = min(following, key=lambda f: f[0])
        # "an 8 cm liver tumour", but "an 8 cm mass encasing the aorta"
        _, x, kind = max(following, key=lambda f: f[0]) if len(near.split()) < 8 and nearest[2] == "organ" else nearest
        return _kind(kind, near), (end + x.start(), end + x.end())
    in_of = lazy(r"\s*(?:in\s+)?(?:\w+\s+){0,3}(?:size|diameter|dimensions?)?\s*(?:of\s+)?").match(right)
    begin = max(low, start - 140)
    left = text[begin:start]
    cut = max((x.start() for x in lazy(r"[.;](?!\d)").finditer(left)), default=-1)
    left = left[cut + 1 :]
    base = begin + cut + 1
    candidates = [(x.end(), x, k) for k, p in (("organ", organ), ("tumor", tumor)) for x in p.finditer(left)]
    if candidates:
        _, x, kind = max(candidates, key=lambda f: f[0])
        tumors = [c for c in candidates if c[2] == "tumor"]
        if (
            kind == "organ"
            and not _STONE.match(x.group())
            and tumors
            and lazy(r"\b(?:in|of|on|at|near|to|from|adjacent)\s+(?:the\s+)?[\w\s-]{0,40}\Z").search(
                left[tumors[-1][0] : x.start()]
            )
        ):
            # "a mass in the spleen measuring 3 cm": the mass is measured
            _, x, kind = tumors[-1]
        # a deposit lies in what was told before it: "Lymph nodes: 7 of 12 positive (largest deposit 11 mm)"
        reach = 60 if x.group().lower() == "deposit" else 30
        return _kind(kind, left[max(0, x.start() - reach) : x.end()]), (
            base + x.start(),
            base + x.end(),
        )
    # "an 8*6 cm solid tumor, found in ...": the noun comes later in the same clause
    later = tumor.search(right) if in_of else None
    if later and not organ.search(right[: later.start()]):
        return _kind("tumor", later.group()), (end + later.start(), end + later.end())
    return "other", None


def _kind(kind: str, words: str) -> str:
    if _METASTASIS.search(words):
        return "metastasis"
    if _NODE.search(words):
        return "node"
    return "tumor" if kind == "tumor" else "other"
