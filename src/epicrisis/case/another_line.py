"""Whether what a line tells has a date of its own line only: a label's, a sign's of the visit.

"CA 19-9: 96 (6/2/2020)", and on the next line "Stage: cT2 N0 M0"; "CT 3/11/21: PR", and then "ECOG 1. BP 120/80".
"""

from __future__ import annotations

from epicrisis.facts import Context, Fact
from epicrisis.kept import lazy

_LABEL = lazy(r"[-•*\s]{0,4}[A-Z][\w /()'-]{1,34}:\s")
_LABELLED = frozenset({"stage", "performance", "genomic"})


def another_line(context: Context, date: Fact, fact: Fact) -> bool:
    """Say whether *fact* begins another line than *date*, of which it is not told."""
    if date.value.get("own"):
        return False
    text, sentences = context.text, context.sentences
    begun = next((n for n in range(fact.sentence, date.sentence, -1) if text[sentences[n].start - 1] == "\n"), None)
    if begun is None:
        return False
    told = sentences[date.sentence]
    if fact.kind == "performance" or (fact.kind == "lab" and fact.value.get("vital")):
        return bool(context.hits_in(told.start, told.end, "imaging")) or _is_labelled(text, told.start)
    return (
        fact.kind in _LABELLED
        and _is_labelled(text, sentences[begun].start)
        and not context.hits_in(told.start, told.end, "procedures")
    )


def _is_labelled(text: str, at: int) -> bool:
    return _LABEL.match(text, at) is not None
