"""Drugs that are named for the harm they did: "due to the", "tinnitus grade 1 (cisplatin)"."""

from __future__ import annotations

import re

from epicrisis.case.model import Item
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.kept import lazy

_BLAME = lazy(
    r"\b(?:attribut\w+|due|secondary|related|owing|ascribed|thanks)\s+to\s+(?:the\s+)?\Z|(?<![\w/])(?:d/t|2/2|because\s+of)\s+(?:the\s+)?\Z|\b(?:caused|induced)\s+by\s+(?:the\s+)?\Z"
    # "as a late effect of nivolumab"
    r"|\b(?:as|was|is|considered|be)\s+(?:an?\s+)?(?:[\w-]+\s+){0,2}?(?:effect|reaction|event|consequence|complication)s?\s+(?:of|from|to)\s+(?:the\s+)?\Z",
    re.I,
)
_BLAMED = ("to", "by", "the", "d/t", "2/2", "of", "from")
TIED = lazy(r"[\s-](?:induced|related|associated|mediated)\b", re.I)
GRADED = r"(?:\s?,?\s?\(?(?:grade|G|gr\.?)\s?[\dIV]+\)?)?"  # a grade behind an event
_IN_BRACKETS = lazy(rf"{GRADED}\s?\(", re.I)


def is_blamed(text: str, low: int, at: int) -> bool:
    """Say whether the words before a drug at *at* blame it for something: "due to", "induced by the"."""
    low = max(low, at - 40)
    return text[low:at].rstrip().lower().endswith(_BLAMED) and _BLAME.search(text, low, at) is not None


def cause_of(story: Story, fact: Fact) -> Item | None:
    """Return the drug told before that is named beside its harm: "tinnitus grade 1 (cisplatin)", "dasatinib pleural effusion"."""
    text = story.context.text
    if fact.value.get("dosages") or story.context.terms.attr(fact.concept, "class") not in ANTITUMOUR:
        return None
    events = story.told.harm(fact.sentence)
    alone = text.startswith(")", fact.end) and any(
        _IN_BRACKETS.fullmatch(text, e.end, fact.start) for e in events if e.kind == "adverse_event"
    )
    tied = any(e.kind == "adverse_event" and e.start == fact.end + 1 for e in events)
    if not (alone or tied):
        return None
    known = [i for i in story.places.named("medication", fact.concept) if i.status in ("done", "ongoing", "stopped")]
    return known[-1] if known and not known[-1].negated else None


def blamed(story: Story, fact: Fact) -> Item | None:
    """Return the drug told before that "attributed to asparaginase" means."""
    low, _ = story.clause(fact)
    if not is_blamed(story.context.text, low, fact.start):
        return None
    word = fact.text.lower()
    return next(
        (i for i in reversed(story.typed("medication")) if word in i.text.lower() or i.concept == fact.concept), None
    )
