"""Whether an operation was not done for the tumour: of another organ, of a benign growth, years before it."""

from __future__ import annotations

import re

from epicrisis.case.model import Item, When
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.kept import lazy

_PAST = lazy(r"s/p\b|status[\s-]post|history\s+of|previous|prior\b|z\.?\s?n\.", re.I)
_HISTORY_OF = lazy(r"\bhistory\s+of\s+(?:an?\s+)?(?:[\w-]+\s)?\Z", re.I)
_WHEN_YOUNG = lazy(
    r"\s\(?(?:in|during|as\sa)\s(?:(?:his|her|their|early)\s)?(?:childhood|infancy|youth|adolescence|child|teenager)\b",
    re.I,
)
_PAST_LINE = lazy(
    r"[\W\d]*(?:co-?morbidit\w+|past\s|previous\s|PMHx?\b|PSH\b|medical\s+history|surgical\s+history)", re.I
)
_GENITAL = frozenset("uterus endometrium cervix ovary adnexa tube vagina vulva pelvis".split())
_YEARS = 5
_FOR_WHAT = lazy(r"\s(?:(?:in|on)\s[\w\s./,-]{4,20}?\s)?(?:for|because\sof|due\sto)\s(?:an?\s|the\s)?", re.I)


def _long_before(when: When | None, primary: Item) -> bool:
    """Say whether an act was years before the tumour is dated: "appendectomy 1988"."""
    known = primary.when or primary.start
    return when is not None and known is not None and int(known.value[:4]) - int(when.value[:4]) >= _YEARS


def of_another_organ(story: Story, fact: Fact, primary: Item, when: When | None = None) -> bool:
    """Say whether an operation was one of another organ: the past "s/p appendectomy", or any bypass of the heart."""
    removed = {c for h in story.context.hits_in(fact.start, fact.end, "cancers") for c in h.concepts}
    if (
        removed
        and primary.detail.get("morphology") not in removed
        and all(story.context.terms.attr(c, "behaviour") == "benign" for c in removed if c.startswith("cancers/"))
    ):
        return True  # "a lipoma had been removed"
    if story.context.terms.attr(fact.concept, "unrelated") or _for_another(story, fact, primary):
        return True
    low, _ = story.clause(fact)
    line = story.context.sentences[fact.sentence].start
    past = (
        fact.status == "historical"
        or _PAST.match(fact.text)
        or _PAST_LINE.match(story.context.text, line)
        or _PAST_LINE.match(story.context.section_of[fact.sentence].title)
        or _long_before(when, primary)
        or _PAST.search(story.context.text, max(low, fact.start - 24), fact.start)
        or _WHEN_YOUNG.match(story.context.text, fact.end)
    )
    named = str(fact.value.get("site") or "").rpartition("/")[2]  # "s/p knee surgery"
    site = story.context.terms.attr(fact.concept, "site") or named
    own = primary.detail.get("siteConcept", "")
    if not site and past and _PAST_LINE.match(story.context.section_of[fact.sentence].title):
        low, high = story.context.sentences[fact.sentence].start, story.context.sentences[fact.sentence].end
        if not any(low <= x.start < high for x in primary.spans):
            return True  # "PMH: basal cell ca of the nose (excised)"
    told_past = _HISTORY_OF.search(story.context.text, max(low, fact.start - 24), fact.start)
    if site and not own and (told_past or _long_before(when, primary)):
        return True  # "appendectomy 1988" of a lymphoma, "a history of appendectomy"
    one, other = set(site.split()), set(own.rpartition("/")[2].split())
    return bool(past and site and own) and not one & other and not (one & _GENITAL and other & _GENITAL)


def _for_another(story: Story, fact: Fact, primary: Item) -> bool:
    """Say whether an operation is told to have been done for another disease: "hysterectomy in 2011 for fibroma"."""
    m = _FOR_WHAT.match(story.context.text, fact.end, story.clause(fact)[1])
    if m is None:
        return False
    named = [
        f
        for f in story.told.in_sentence(fact.sentence, "diagnosis")
        if m.end() <= f.start <= m.end() + 24 and not f.value.get("generic")
    ]
    known = story.item(named[0]) if named else None
    return known is not None and known is not primary
