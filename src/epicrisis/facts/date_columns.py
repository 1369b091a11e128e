"""Days in tables: those in the columns "Start" and "End" of treatments, and those that head columns."""

from __future__ import annotations

import re

from epicrisis.document.grid import tables
from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.kept import lazy

_START = lazy(r"(?:date\s+(?:of\s+)?)?(?:start|beg[ia]n|from|initiat|commenc)\w*\b", re.I)
_END = lazy(r"(?:date\s+(?:of\s+)?)?(?:end|stop|until|to\b|finish|complet|discontinu)\w*\b", re.I)


def tell_ends(context: Context, facts: list[Fact]) -> None:
    """Give the dates of such columns their part, start or end."""
    text = context.text
    if not any(sign in text for sign in ("|", "\t", "   ")) or not facts:
        return
    spans: list[tuple[int, int, str]] = []
    found = tables(text)
    for fact in facts if found else ():
        if any(t.head[0].start <= fact.start < t.head[-1].end for t in found):
            fact.value["ofColumn"] = True  # what follows the table is not of its last column's day
    for table in found:
        heads = [text[c.start : c.end].strip("*_ ") for c in table.head]
        for n, head in enumerate(heads):
            role = "start" if _START.match(head) else "end" if _END.match(head) else None
            if role:
                spans += [(row[n].start, row[n].end, role) for row in table.rows]
    for fact in facts if spans else ():
        for a, b, role in spans:
            if a <= fact.start and fact.end <= b and fact.value.get("role") == "point":
                fact.value["role"] = role
