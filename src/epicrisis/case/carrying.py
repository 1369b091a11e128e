"""Whether time went on between a date and what is told after it, by what cannot be counted.

"After the third cycle", "at follow-up", "later": what follows is not of the date told before.
"""

from __future__ import annotations

import re

from epicrisis.case.tick import Tick
from epicrisis.facts import Context, Fact
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy

# words that move the clock by what cannot be counted: what follows is not of the date told before
_AWAY = (
    r"\b(?:later|thereafter|eventually|ultimately|currently|today|nowadays|presently|at\s+present)\b"
    r"|\b(?:presents|presented|attends|attended|seen|comes|came)\s+for\s+(?:\w+\s+){0,2}(?:follow-?up|control|review|check-?up|re-?staging|surveillance)\b"
    r"|\bat\s+(?:the\s+)?(?:last\s+|latest\s+|final\s+|most\s+recent\s+|next\s+|[\w-]+[\s-](?:month|year|week)s?[\s-]+)?follow-?up\b"
    r"|\b(?:after|following|since|until|at\s+the\s+end\s+of|upon|on(?=\s+(?:progression|relapse|recurrence|completi))|at)\s+(?!(?:the\s+|an\s+)?age\b)(?:the\s+)?(?:[\w-]+\s+){0,4}?(?:cycles?|courses?|doses?|infusions?|months?|weeks?|days?|years?|chemotherapy|radiotherapy|chemoradi\w+|treatment|therapy|induction|consolidation|completion|initiation|discharge|transplant\w*|(?:allo-?|auto-?)?(?:HSCT|SCT|ASCT|BMT)|surgery|operation|resection|relapse|recurrence|progression)\b"
    r"|\bfor\s+(?:[\w-]+\s+){1,2}(?:days|weeks|months|years|cycles)\s*,?\s*(?:and\s+)?(?:then|followed|before|until)\b"
    r"|\b(?:received|completed|underwent|finished)\s+(?:[\w-]+\s+){0,2}?(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|twelve)\s+(?:[\w-]+\s+)?(?:cycles|courses|months|weeks)\b"
    r"|\bafter\s+(?:C\d{1,2}|cycle\s+\d{1,2})\b"
    r"|\b(?:postoperative(?:ly)?|POD|(?:on\s+)?day)\s*\+?\d+\b"
)
_MOVED_ON = lazy(_AWAY, re.I)
_MOVED = lazy(
    rf"{_AWAY}|\b(?:next|subsequent|second|third|fourth|repeat(?:ed)?|re-?staging|interim|follow-?up)\s+(?:CT|MRI|PET\S*|scan|imaging|examination|evaluation|biopsy|visit|echocardio\w+|ultraso\w+)\b",
    re.I,
)
_AWAY_STEMS = stems(
    "later thereafter eventually ultimately currently today nowadays presently presents presented attends attended"
    " seen comes came at after following since until upon on for received completed underwent finished postoperative",
    any_end="day pod",
)
_ON_STEMS = _AWAY_STEMS | stems("next subsequent second third fourth repeated re restaging interim follow followup")


def moved_on(context: Context, tick: Tick, fact: Fact) -> bool:
    """Say whether time went on between a date and *fact* by what cannot be counted."""
    text, own = context.text, context.sentences[tick.fact.sentence]
    if tick.fact.sentence == fact.sentence:
        return False
    m = context.first(_MOVED_ON, _AWAY_STEMS, tick.fact.end, own.end)
    at_once = m is None or not text[tick.fact.end : m.start()].strip(" ,")  # "in May 2014, after three cycles, ..."
    if fact.kind == "date_relative":  # its own words say by how much
        return not at_once or bool(context.first(_MOVED, _ON_STEMS, own.end, context.sentences[fact.sentence].start))
    return not at_once or bool(context.first(_MOVED, _ON_STEMS, own.end, context.sentences[fact.sentence].end))
