"""Drugs that are held at the time of the report: "lisinopril (held)", "denosumab, on hold for dental work"."""

from __future__ import annotations

import re

from epicrisis.case.medicine_lists import item_at
from epicrisis.case.model import Item, Span
from epicrisis.case.story import Story
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy

_HELD = lazy(r"\b(?:(?:put\s+|placed\s+)?on\s+hold|held|paused|withheld|suspended)\b", re.I)
_HELD_STEMS = stems("on hold held paused withheld suspended put placed")
_NOW = lazy(r"\bon\s+hold\b|(?:held|paused|withheld|suspended)\s+since\b", re.I)
_STILL = lazy(r"\b(?:currently|now|still|remains?|temporarily|presently|today)\s+(?:being\s+)?\Z", re.I)
_TODAY = lazy(r"\s+(?:today|at\s+present|currently|for\s+now)\b", re.I)
_AGAIN = lazy(r"\b(?:resum\w+|re-?start\w*|re-?challeng\w+|re-?introduc\w+|continu\w+|recommenc\w+)\b", re.I)
_WAS = lazy(
    r"\b(?:was|were|had\s+been|been|dose|doses|C\d{1,2}(?:D\d{1,2})?|cycle\s+\d+|day\s+\d+|D\d{1,2})\s+(?:\w+ly\s+)?\Z",
    re.I,
)
_NOT = lazy(r"\b(?:not|no|never|without|if|when|should)\s+(?:\w+\s+){0,2}\Z", re.I)
_WHILE = lazy(
    r"\s+(?:for\s+(?:\d+|one|two|three|a|several)\s|(?:from\s+)?\d[\d./-]*\s?[-–]\s?\d|D\d|until\s+(?:recover|resol))",
    re.I,
)
_ORDER = lazy(r"(?:^|\n|(?<=[,;])|(?<=:))\s*(?:[-•*]\s*)?(?P<what>HOLD|STOP|DISCONTINUE|D/C)\b:?")
# "zoledronic acid 4 mg - hold given the creatinine"
_ORDER_BEHIND = lazy(
    r"(?:\s?[-–—,(]|\s\()\s?(?P<what>hold)\b(?=\s*(?:given|for|due|because|until|while|today|pending|in\s+view|[;,.)\n]))",
    re.I,
)
_ORDER_STEMS = stems("hold stop discontinue", any_end="d")
_DOSE_AT_MOST = lazy(
    r"(?:\s*\d[\d.,]*\s?(?:mg|g|mcg|µg|units?|IU|mL)(?:/\w+)?)?(?:\s+(?:PO|IV|SC|SQ|daily|qd|bid|tid|BID|TID|weekly|monthly|q\w+))*\s*"
)
_BESIDE = lazy(r"[^.;\n]{0,60}?[,;(–-]\s*(?:currently\s+|now\s+|temporarily\s+)?\Z")


def hold(story: Story) -> None:
    """Mark the drugs that are held, and those that an order in capitals stops ("STOP glipizide")."""
    context = story.context
    for index, s in context.patient_sentences():
        if context.may(index, _ORDER_STEMS):
            for order in _ORDER.finditer(context.text, max(0, s.start - 1), s.end):
                _ordered(story, index, order)
            for order in _ORDER_BEHIND.finditer(context.text, s.start, s.end):
                low = max(s.start, order.start() - 60)
                _held_back(story, context.text, low, order)
        if story.beside(index) or not context.may(index, _HELD_STEMS):
            continue
        for m in context.find(_HELD, _HELD_STEMS, s.start, s.end):
            for item in _meant(story, index, m):
                item.status = "on-hold"
                item.detail.setdefault("stopSpans", [[m.start(), m.end()]])
                if item.start and any(x.start >= m.end() for x in item.start.spans):
                    item.start = None  # "on hold since January": when it was held


def _ordered(story: Story, index: int, order: re.Match[str]) -> None:
    low, high = item_at(story.context, index, order.end()) or (order.start(), order.end())
    for item in _of(story, low, high):
        item.status = "on-hold" if order["what"] == "HOLD" else "stopped"
        item.detail.setdefault("stopSpans", [list(order.span("what"))])


def _held_back(story: Story, text: str, low: int, order: re.Match[str]) -> None:
    """Mark the drug right before "- hold given the creatinine": between stands its dose at most."""
    before = [(x.end, i) for i in _of(story, low, order.start()) for x in i.spans if low <= x.start < order.start()]
    last = max((end for end, _ in before), default=None)
    if last is None or not _DOSE_AT_MOST.fullmatch(text, last, order.start()):
        return
    for item in (i for end, i in before if end == last and not _told_later(i, order.end())):
        item.status = "on-hold"
        item.detail.setdefault("stopSpans", [list(order.span("what"))])


def _meant(story: Story, index: int, held: re.Match[str]) -> list[Item]:
    """Return the drugs that *held* is said of: of its item in a list, or right before it where it is so now."""
    context, (a, b) = story.context, held.span()
    text, s = context.text, context.sentences[index]
    if _NOT.search(text, max(s.start, a - 60), a) or _WHILE.match(text, b, s.end):
        return []
    listed = item_at(context, index, a)
    if listed is not None:
        low, high = listed
        return [] if _AGAIN.search(text, b, high) else _of(story, low, high)
    now = _NOW.match(text, a) or _STILL.search(text, max(s.start, a - 60), a) or _TODAY.match(text, b, s.end)
    if (
        not now
        or _AGAIN.search(text, b, min(s.end, b + 200))
        or (_WAS.search(text, max(s.start, a - 60), a) and not _TODAY.match(text, b, s.end))
    ):
        return []
    low = max(s.start, a - 200)
    before = [(x.end, i) for i in _of(story, low, a) for x in i.spans if low <= x.start < a]
    if not before:
        return []
    last = max(end for end, _ in before)
    own = text[last:a].strip(" ,(")
    near = not own or _BESIDE.fullmatch(text, last, a) or _STILL.fullmatch(own + " ")
    return [i for end, i in before if end == last and not _told_later(i, b)] if near else []


def _told_later(item: Item, at: int) -> bool:
    """Say whether a drug is told of again behind *at*: it may have been resumed."""
    return any(span.start > at for span in item.spans)


def _of(story: Story, low: int, high: int) -> list[Item]:
    """Return the drugs of [low, high) outside brackets that were or are given."""
    return [
        i
        for i in story.places.beginning(low, high, "medication")
        if i.status in ("done", "ongoing", "stopped")
        and not i.negated
        and any(_outside(story, low, s) for s in i.spans if low <= s.start < high)
    ]


def _outside(story: Story, low: int, span: Span) -> bool:
    return story.context.text.count("(", low, span.start) <= story.context.text.count(")", low, span.start)
