"""The drugs that are meant where a class of drugs is said to have been stopped: "Immunotherapy was discontinued"."""

from __future__ import annotations

import re

from epicrisis.case.model import Item
from epicrisis.case.story import Story
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.kept import lazy

# of these a class word means the drugs that were given; those of heart and vessels are of many kinds, and their
# words name their drugs in the table (`members`)
_NARROW = (*ANTITUMOUR, "steroid", "antibiotic", "antifungal", "antiviral", "opioid")
_ONE = lazy(
    r"[\w -]+(?<!s)(?<!tion)(?<!therapy)(?<!treatment)", re.I
)  # "the antihypertensive": one drug, and no therapy
_ITSELF = lazy(
    r"(?:\s+(?:was|were|has|had|have|been|being|then|therefore|permanently|temporarily|definitively|later|thus|subsequently))*\s+"
)


def of_class(story: Story, named: list[Item], at: int) -> list[Item]:
    """Return the drugs begun last of the class that alone is the subject of a stop at *at*, and the words for it."""
    terms, text = story.context.terms, story.context.text
    if not named or any(terms.attr(i.concept, "generic") != "1" for i in named):
        return []
    told = ((i, s) for i in named for s in i.spans if s.end <= at and _ITSELF.fullmatch(text, s.end, at))
    word = next(told, None)
    if word is None:
        return []
    subject, span = word
    kind = terms.attr(subject.concept, "class")
    members = {f"drugs/{name}" for name in terms.listed(subject.concept, "members")}
    if kind not in _NARROW and not members:
        return []
    given = [
        (max(s.start for s in i.spans if s.start < span.start), i)
        for i in story.typed("medication")
        if (i.concept in members if members else i.detail.get("class") == kind)
        and terms.attr(i.concept, "generic") != "1"
        and i.status in ("done", "ongoing")
        and not i.negated
        and i.end is None
        and i.spans[0].start < span.start
    ]
    if not given:
        return []
    sentence = story.context.sentence_at(max(start for start, _ in given))
    meant = [i for start, i in given if story.context.sentence_at(start) == sentence]
    if members and len(meant) > 1 and _ONE.fullmatch(subject.text):
        return []  # which of them is not said
    return [*meant, subject]
