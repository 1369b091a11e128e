"""Days in tables: those in the columns "Start" and "End" of treatments, and those that head columns."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.kept import lazy

_START = lazy(r"(?:date\s+(?:of\s+)?)?(?:start|beg[ia]n|from|initiat|commenc)\w*\b", re.I)
_END = lazy(r"(?:date\s+(?:of\s+)?)?(?:end|stop|until|to\b|finish|complet|discontinu)\w*\b", re.I)


def tell_ends(context: Context, facts: list[Fact]) -> None:
    """Give the dates of such columns their part, start or end."""
    if not facts or not context.tables:
        return
    spans: list[tuple[int, int, str]] = []
    for fact in facts:
        if any(t.head[0].start <= fact.start < t.head[-1].end for t in context.tables):
            fact.value["ofColumn"] = True  # what follows the table is not of its last column's day
    for table in context.tables:
        for n, head in enumerate(table.heads(context.text)):
            role = "start" if _START.match(head) else "end" if _END.match(head) else None
            if role:
                spans += [(row[n].start, row[n].end, role) for row in table.rows]
    for fact in facts:
        for a, b, role in spans:
            if a <= fact.start and fact.end <= b and fact.value.get("role") == "point":
                fact.value["role"] = role
