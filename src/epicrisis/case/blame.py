"""The drugs that the words of a sentence blame for an event, whatever kind of drugs they are."""

from __future__ import annotations

import re
from itertools import pairwise

from epicrisis.case.given import Given
from epicrisis.case.model import Item, Span
from epicrisis.case.named_for_harm import GRADED, TIED, is_blamed
from epicrisis.case.stopping import joined
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.facts.in_order import within
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

_BEFORE_IT = lazy(r"(?P<drug>[\w-]+?)(?P<tie>[\s-](?:induced|related|associated|mediated))?\s+\Z", re.I)
_IN_IT = lazy(r"(?P<drug>[\w-]+?)(?P<tie>[\s-](?:induced|related|associated|mediated))?\s+(?=\w)", re.I)
# "calcium decreased", "fluid overload": the name of an event, and no drug
_IN_NAMES = frozenset({"metabolic", "nutrition", "endocrine", "gastrointestinal", "blood"})
_TIED = lazy(r"(?:[\s-](?:induced|related|associated|mediated))?\s+")
_AFTER = lazy(
    r"\s+(?:after|following)\s+(?:the\s+)?(?:(?:first|second|third|initial|intrathecal|intravenous|oral|high-dose|adjuvant|neoadjuvant|treatment|therapy|administration|infusion|cycles?|doses?|courses?|C?\d{1,2}(?:D\d{1,2})?|of|with)\s+){0,4}",
    re.I,
)
# "ototoxicity from cisplatin", "hypothyroidism occurred under sunitinib", "DVT (gr 2) on lenalidomide"
_FROM = lazy(
    rf"{GRADED}(?:\s?\([^()]{{1,40}}\))?(?:\s+(?:occurred|developed|appeared|persisted))?\s+(?:from|to|under|on)\s+(?:the\s+)?",
    re.I,
)
_FROM_ALONE = lazy(rf"{GRADED}(?:\s?\([^()]{{1,40}}\))?\s+(?:from|to)\s+(?:the\s+)?", re.I)
# "flushing occurred during the oxaliplatin infusion"
_DURING = lazy(r"[^.;,]{0,50}?\b(?:during|after|with)\s+(?:the\s+|her\s+|his\s+)?(?:[\w-]+\s+)?", re.I)
_INFUSION = lazy(r"\s+(?:infusion|injection|administration)\b", re.I)
_IN_BRACKETS = lazy(rf"{GRADED}\s?\((?:due\s+to\s+|by\s+|from\s+)?", re.I)
# "CMV was treated with ganciclovir and complicated by neutropenia", "sunitinib caused hypertension"
_DID = lazy(
    r"(?:\s+(?:therapy|treatment))?,?\s+(?:(?:and|which|was|were|given|administered|started)\s+){0,3}(?:(?:complicated|followed)\s+by|caused|induced|led\s+to|resulted\s+in|provoked|triggered)\s+(?:(?!(?:by|with|and|for|of|after)\b)[\w-]+\s+){0,3}",
    re.I,
)
# "docetaxel x4 (neutropenia)", "axitinib in 2015 ("
_TIMES = lazy(
    r"(?:\s+(?:in|from|since|until|to|x|×|\d[\w.,/–-]*|x\d+|[A-Z][a-z]{2,8}|m?g(?:/(?:kg|m2|m²|d))?|q\d\w|bid|daily|cycles?)){0,6}\s?"
)
_BESIDE = lazy(r"\s*(?:,|/|\+|&)\s*(?:(?:grade|G)\s?[\dIV]+\s+)?(?:[\w-]+\s+){0,2}", re.I)
_AND = lazy(rf"{GRADED}\s*(?:,?\s*and|/|\+|&)\s+(?:(?:grade|G)\s?[\dIV]+\s+)?(?:[\w-]+\s+){{0,2}}", re.I)


def blamed(story: Story, given: Given, therapies: list[Item], fact: Fact) -> list[Item] | None:
    """Return the drugs that words lay an event to: nobody where a drug is meant that the case does not tell.

    None says that the words blame no drug. *therapies* are the drugs that may do harm; words may blame any other.
    """
    named = _in_name(story, given.drugs, fact)
    if named is not None:
        return named
    text = story.context.text
    laid = _laid(story, fact)
    may_harm = {i.key for i in therapies}
    found: list[Item] = []
    for told in _drugs(story, fact):
        item = story.item(told)
        if item is None or item.key not in given.keys:
            continue
        if told.start < fact.start:
            if told.end <= fact.start and _DID.fullmatch(text, told.end, fact.start):
                found.append(item)
        elif told.start in laid or (item.key in may_harm and _led_to(story, item, fact, told)):
            found.append(item)
    return _with_members(story, found) or None


def before_brackets(story: Story, given: Given, therapies: list[Item], fact: Fact) -> list[Item]:
    """Return the drugs that brackets with an event follow: "axitinib in 2015 (hypertension grade 3)"."""
    text, (low, _) = story.context.text, story.clause(fact)
    opening = text.rfind("(", low, fact.start)
    if opening < 0 or text.find(")", opening, fact.start) >= 0:
        return []
    told = [(s, i) for i in given.told(low, opening, therapies) for s in i.spans if low <= s.start < opening]
    right = [(s, i) for s, i in told if _TIMES.fullmatch(text, s.end, opening)]
    return joined(text, told, right) if right else []


def _with_members(story: Story, items: list[Item]) -> list[Item]:
    """Return the drugs, and those against the tumour that a regimen among them stands for."""
    keys = {key for i in items if i.type == "regimen" for key in i.links.get("members", ())}
    return [
        *items,
        *(
            i
            for i in story.typed("medication")
            if i.key in keys and i not in items and i.detail.get("class") in ANTITUMOUR
        ),
    ]


def blamed_for_another(story: Story, fact: Fact) -> set[int]:
    """Return where drugs stand in the sentence of an event that words lay to another event there alone.

    "vincristine-related ileus grade 2, haematuria grade 1": the second has no suspect of its own.
    """
    others = [f for f in _events(story, fact) if f is not fact and not _listed_together(story, f, fact)]
    return {at for other in others for at in _laid(story, other) | _tied(story, other)}


def told_as_cause(story: Story, span: Span) -> bool:
    """Say whether a drug is told as the cause of some event, and not as given: "was due to bleomycin"."""
    text = story.context.text
    low = story.context.sentences[story.context.sentence_at(span.start)].start
    if is_blamed(text, low, span.start) or TIED.match(text, span.end):
        return True
    return any(
        _FROM_ALONE.fullmatch(text, f.end, span.start)
        for f in story.told.between(max(low, span.start - REACH), span.start, "adverse_event")
    )


def _laid(story: Story, fact: Fact) -> set[int]:
    """Return where drugs stand that words behind an event lay it to, and no event between: "due to bleomycin"."""
    text, (low, _) = story.context.text, story.clause(fact)
    events = _events(story, fact)
    found = set()
    for told in _drugs(story, fact):
        if told.start < fact.end:
            continue
        last = max((e for e in events if e.end <= told.start), key=lambda e: e.start, default=fact)
        if not (is_blamed(text, low, told.start) or _FROM_ALONE.fullmatch(text, last.end, told.start)):
            continue
        if last.start <= fact.start or _listed_together(story, fact, last):
            found.add(told.start)
    return found


def _tied(story: Story, fact: Fact) -> set[int]:
    """Return where drugs stand that are tied to an event: "vincristine-related ileus", "carboplatin allergy"."""
    text = story.context.text
    return {f.start for f in _drugs(story, fact) if f.start < fact.start and _TIED.fullmatch(text, f.end, fact.start)}


def _led_to(story: Story, item: Item, fact: Fact, told: Fact) -> bool:
    """Say whether the words between an event and a drug behind it lead from one to the other."""
    text, a, b = story.context.text, fact.end, told.start
    if _AFTER.fullmatch(text, a, b) or _FROM.fullmatch(text, a, b):
        return True
    if _INFUSION.match(text, told.end) and _DURING.fullmatch(text, a, b):
        return True
    # "neuropathy grade 2 (bortezomib)"; what was not given before may be the remedy
    return bool(
        _IN_BRACKETS.fullmatch(text, a, b)
        and text.startswith((")", ";", ","), told.end)
        and item.detail.get("class", "chemo") in ANTITUMOUR
        and item.spans[0].start < fact.start
    )


def _in_name(story: Story, drugs: list[Item], fact: Fact) -> list[Item] | None:
    """Return the drugs that the name of an event or the word before it tells: "ifosfamide encephalopathy"."""
    text, low = story.context.text, max(story.clause(fact)[0], fact.start - 40)
    for m in (_BEFORE_IT.search(text, low, fact.start), _IN_IT.match(fact.text)):
        if m is None or (m.string is text and text[m.start() - 1 : m.start()] in ("/", "+")):
            continue
        word = m["drug"]
        by_name = [i for i in drugs if i.text.lower() == word.lower()]
        concepts = [c for c in story.context.terms.lexicon.lookup(word) if c.startswith(("drugs/", "regimens/"))]
        named = by_name or [i for i in drugs if i.concept in concepts]
        if not m["tie"]:
            named = [i for i in named if i.detail.get("class") not in _IN_NAMES]
        if named:
            return _last_course(named, fact)
        if not m["tie"]:
            continue
        kind = next((story.context.terms.attr(c, "class") for c in concepts), "")
        kind = kind or _class_named(story, fact)
        if kind == "immuno":
            # "checkpoint inhibitor-related myocarditis": those that were given
            return [i for i in drugs if i.detail.get("class") == kind and i.spans[0].start < fact.end]
        if kind and kind not in ANTITUMOUR:
            # "steroid-induced diabetes": the drugs of that class, where the case tells any
            return [i for i in drugs if i.detail.get("class") == kind and i.spans[0].start < fact.end]
    return None


def _class_named(story: Story, fact: Fact) -> str:
    """Return the class of the drugs that the words of an event are tied to: "immune checkpoint inhibitor-related"."""
    return next(
        (
            story.context.terms.attr(f.concept, "class") or ""
            for f in _drugs(story, fact)
            if f.kind == "drug_class" and f.end <= fact.end and TIED.match(story.context.text, f.end)
        ),
        "",
    )


def _last_course(items: list[Item], fact: Fact) -> list[Item]:
    """Leave the last of several courses of one drug that were told before an event."""
    last: dict[str | None, Item] = {}
    for item in items:
        known = last.get(item.concept)
        told = [max((s.start for s in i.spans if s.start <= fact.end), default=-1) for i in (known, item) if i]
        if known is None or told[-1] > told[0]:
            last[item.concept] = item
    return list(last.values())


def _drugs(story: Story, fact: Fact) -> list[Fact]:
    """Return what the sentence of *fact* tells of drugs, in their order."""
    return _around(story, fact, list(story.told.in_sentence(fact.sentence, "medication", "regimen", "drug_class")))


def _events(story: Story, fact: Fact) -> list[Fact]:
    """Return the events and complaints of the sentence of *fact*, in their order."""
    return _around(story, fact, story.told.harm(fact.sentence))


def _around(story: Story, fact: Fact, told: list[Fact]) -> list[Fact]:
    """Return of a sentence's facts, which are in order, those in the clause of *fact*."""
    low, high = story.clause(fact)
    s = story.context.sentences[fact.sentence]
    if (low, high) == (s.start, s.end):
        return told
    return within(told, low, high, lambda f: f.start)


def _listed_together(story: Story, one: Fact, other: Fact) -> bool:
    """Say whether two events stand in one list, so that what is said of one is said of the other."""
    text = story.context.text
    first, last = sorted((one, other), key=lambda f: f.start)
    run = [e for e in _events(story, one) if first.start <= e.start <= last.start]
    return all(
        _BESIDE.fullmatch(text, a.end, b.start) or _AND.fullmatch(text, a.end, b.start) for a, b in pairwise(run)
    )
