"""Statements of one narrative that do not fit together: named, never solved.

Each module has rules `(story, case) -> list[Conflict]`; a conflict carries the words of
every statement, so that a reader can compare them.
"""

from __future__ import annotations

from epicrisis.case.conflicts import drugs, harm, identity, tumour, values
from epicrisis.case.conflicts import time as times
from epicrisis.case.model import Case, Conflict
from epicrisis.case.story import Story

_RULES = (*identity.RULES, *tumour.RULES, *drugs.RULES, *harm.RULES, *times.RULES, *values.RULES)


def find(story: Story, case: Case) -> list[Conflict]:
    """Return the conflicts of *case* in the order of the text."""
    found = [conflict for rule in _RULES for conflict in rule(story, case)]
    for conflict in found:
        conflict.statements = sorted(set(conflict.statements), key=lambda s: (s.start, s.end))
    return sorted(found, key=lambda c: (c.statements[0].start if c.statements else 0, c.code))
