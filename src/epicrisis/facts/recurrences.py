"""Recurrences of the tumour, each with the site that the words tell.

Value: {"word", "site", "siteText"}.
"""

from __future__ import annotations

import re

from epicrisis.facts import phrase
from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
from epicrisis.facts.rechallenge import GIVEN_AGAIN
from epicrisis.kept import lazy

RECURRENCE = lazy(r"\b(?:recurrences?|recurred|relapses?|relapsed|recurrent)\b", re.I)
RECURRENCE_STEMS = stems("recurrence relapse")
_TRIED_AGAIN = lazy(
    GIVEN_AGAIN + r"[^.;]{0,80}?\b(?:without|with\s+no)\s+(?:any\s+|further\s+|evidence\s+of\s+)*\Z",
    re.I,
)
_RECURRING_CANCER = lazy(
    r"\s+(?:[\w-]+\s+){0,3}?(?:tumou?r|cancer|carcinoma|sarcoma|disease|mass|lesion|lymphoma|\w+oma|leuk[a]?emia)\b",
    re.I,
)


def recurrences(context: Context, start: int, end: int, low: int, high: int) -> list[Fact]:
    """Return the recurrence that a word tells: one per site of "bone and liver relapse"."""
    text = context.text
    word = text[start:end].lower()
    value: dict[str, object] = {"word": word}
    also: list[Fact] = []
    if word == "recurrent":
        # recurrent pneumonia is no recurrence of a tumour
        tumour = _RECURRING_CANCER.match(text, end, high)
        if not tumour:
            return []
        end = tumour.end()
    if lazy(r"[\s-]*(?:free|rate|risk|score)\b", re.I).match(text[end:high]):
        return []
    if (
        word.startswith(("recurr", "relaps"))
        and word != "recurrent"
        and phrase.of_complaint(context, start, end, low, high)
    ):
        return []  # "hypoglycaemia recurred"
    if word == "relapsed" and any(
        len(text[end : h.start].split()) < 2 and not any(c.startswith("cancers/") for c in h.concepts)
        for h in context.hits_in(end, min(high, end + 40), "diseases", "symptoms", "adverse_events", "cancers")[:1]
    ):
        return []  # "the relapsed colitis"
    if _TRIED_AGAIN.search(text, max(low, start - 120), start):
        return []  # "was rechallenged without recurrence": of what it had been stopped for
    before = phrase.sites_before(context, start, low)
    after = phrase.of_phrase(context, end, high)
    if after:
        value["site"] = next(c for c in after[1].concepts if c.startswith("sites/"))
        value["siteText"] = text[after[1].start : after[1].end]
        end = after[0]
    elif before:
        for hit in before[:-1]:
            site = next(c for c in hit.concepts if c.startswith("sites/"))
            told = {**value, "site": site, "siteText": text[hit.start : hit.end]}
            also.append(context.fact("recurrence", hit.start, hit.end, value=told))
        value["site"] = next(c for c in before[-1].concepts if c.startswith("sites/"))
        value["siteText"] = text[before[-1].start : before[-1].end]
        start = before[-1].start
    else:
        m = lazy(
            r"\s+(?:at|in|within|on)\s+(?:the\s+)?([a-z][a-z -]{3,40}?)(?=\s*(?:,|\.|;|and\b|was\b|were\b|which\b|after\b|with\b))",
            re.I,
        ).match(text[end:high])
        if m and not m.group(1).startswith("same ") and word.startswith(("recurrence", "relapse", "recurred")):
            value["siteText"] = m.group(1)
            end += m.end(1)
    return [*also, context.fact("recurrence", start, end, value=value)]
