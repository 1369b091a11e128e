"""Whether two mentions mean one tumour: by name, histology and place."""

from __future__ import annotations

import re

from epicrisis.case.model import Item
from epicrisis.case.specimen import NOT_PRIMARY, SYSTEMIC, specimen
from epicrisis.case.story import Story
from epicrisis.case.tumour_names import COMMON, kin, more_special, one_histology
from epicrisis.facts import Fact
from epicrisis.kept import lazy

_TURNED = lazy(
    r"(?<!richter )(?<!richter's )\btransform(?:ed|ation)\s+(?:from\s+(?:[\w-]+\s+){1,4})?(?:in)?to\s+(?:(?:an?|the|[a-z]+-grade|aggressive|secondary)\s+){0,2}\Z",
    re.I,
)


_CONTRALATERAL = lazy(
    r"\b(?:contra-?lateral|(?:second|new|another|separate|independent)\s+primary|metachronous|synchronous\s+second)\b",
    re.I,
)


def same_tumour(story: Story, fact: Fact) -> Item | None:
    """Return the tumour that *fact* tells again."""
    primaries = story.primaries()
    if fact.status != "historical":
        # a cancer of the past is meant again only where its own name is told again
        now = [i for i in primaries if i.detail.get("clinicalStatus") != "historical"]
        past = [
            i
            for i in primaries
            if i.detail.get("clinicalStatus") == "historical"
            and (
                i.concept == fact.concept
                or (placed(story, fact) and nested(placed(story, fact), i.detail.get("siteConcept", "")))
            )
        ]
        primaries = now + past
    else:
        # and a cancer of the past is the present one only where both have their place, and the same,
        # or where it came back: "urothelial carcinoma in 2005 with recurrence in 2017"
        primaries = [
            i
            for i in primaries
            if i.detail.get("clinicalStatus") == "historical"
            or i.concept == fact.concept
            or (
                placed(story, fact)
                and i.detail.get("siteConcept")
                and nested(placed(story, fact), i.detail["siteConcept"])
            )
            or (not placed(story, fact) and _came_back(story, fact))
        ]
    for item in primaries:
        known = _compatible(story, fact, item) or _unplaced(story, fact) or in_skin(story, item)
        if item.concept == fact.concept and known:
            return item
    if fact.value.get("generic"):
        return _meant_by(story, fact, primaries)
    if _turned_into(story, fact):
        return None
    primaries = [i for i in primaries if not _of_other_side(story, fact, i)]
    for item in primaries:
        if one_histology(fact.concept, item.concept) or (
            _compatible(story, fact, item) and kin(story, fact.concept, item.concept)
        ):
            return item
    return None


def _came_back(story: Story, fact: Fact) -> bool:
    """Say whether the sentence of a cancer of the past goes on with its recurrence."""
    return any(f.start > fact.end and not f.negated for f in story.told.in_sentence(fact.sentence, "recurrence"))


def _of_other_side(story: Story, fact: Fact, item: Item) -> bool:
    """Say whether a tumour of one side is told beside one of another kind, or with a word for the other side."""
    side, known = fact.value.get("laterality"), item.detail.get("laterality")
    if not side or side == known or "bilateral" in (side, known):
        return False
    low, _ = story.clause(fact)
    if _CONTRALATERAL.search(story.context.text, max(low, fact.start - 90), fact.start):
        return True
    if not known:
        return False
    attr = story.context.terms.attr
    if (attr(fact.concept, "behaviour") == "insitu") != (attr(item.concept, "behaviour") == "insitu"):
        return True
    return not (more_special(story, fact.concept, item.concept) or more_special(story, item.concept, fact.concept))


def in_skin(story: Story, item: Item) -> bool:
    """Say whether a tumour has no place but the skin that its name implies: it may be told of any part of the body."""
    return item.detail.get("siteConcept") == "sites/skin" == implied(story, item.concept)


def _unplaced(story: Story, fact: Fact) -> bool:
    """Say whether a mention tells no place of its own: "MCC relapsed" is the Merkel cell carcinoma of the cheek."""
    return not fact.value.get("site") and _of_specimen(story, fact) is None and of_mass(story, fact) is None


def _meant_by(story: Story, fact: Fact, primaries: list[Item]) -> Item | None:
    """Return the tumour that a general word means: the one of its place, else the one that it does not contradict."""
    site = fact.value.get("site")
    here = [i for i in primaries if site and nested(site, i.detail.get("siteConcept", "-"))]
    if not here and primaries and _lesion_elsewhere(story, fact, primaries[0]):
        return None
    if here or len(primaries) < 2:
        return next(iter(here or primaries), None)
    return max(primaries, key=lambda i: story.places.last(i, fact.start))  # the one told last before it


def _lesion_elsewhere(story: Story, fact: Fact, item: Item) -> bool:
    """Say whether a lesion is told after a solid tumour of another organ, where tumours spread to: "liver lesions"."""
    attr = story.context.terms.attr
    return (
        attr(fact.concept, "finding") == "1"
        and fact.value.get("site") in NOT_PRIMARY
        and "siteConcept" in item.detail
        and attr(item.concept, "group") not in (*SYSTEMIC, "lymphoma")
        and item.detail.get("clinicalStatus") != "historical"
        and min(s.start for s in item.spans) < fact.start
    )


# "had a lung tumour. Biopsy showed squamous cell carcinoma": it is of the lung, whatever was before
_SHOWED = lazy(
    r"\b(?:biops\w*|EBUS\S*|FNAC?|histolog\w*|patholog\w*|cytolog\w*|histopatholog\w*|resect\w*)\b[^.;]{0,80}\b(?:show|reveal|confirm|demonstrat|yield|consistent|diagnos|identif)",
    re.I,
)
_SPREAD_OF = lazy(r"\b(?:metasta\w*|recurren\w*|relaps\w*|origin\w*|compatible|known|secondary|spread)\b", re.I)


def of_mass(story: Story, fact: Fact) -> Fact | None:
    """Return the mass, told with its organ, whose biopsy showed a tumour that is named like many organs' tumours."""
    if fact.value.get("site") or not set((fact.concept or "").rpartition("/")[2].split()) & COMMON:
        return None
    text, (low, high) = story.context.text, story.clause(fact)
    if not _SHOWED.search(text, low, fact.start) or _SPREAD_OF.search(text, low, high):
        return None
    sentences = story.context.sentences
    told = [
        f
        for f in story.of("diagnosis")
        if f.value.get("generic") and f.value.get("site") and not f.negated and 0 < fact.sentence - f.sentence < 3
    ]
    mass = told[-1] if told else None
    if mass is None or sentences[mass.sentence].paragraph != sentences[fact.sentence].paragraph:
        return None
    return None if _SPREAD_OF.search(text, story.clause(mass)[0], story.clause(mass)[1]) else mass


def _site_of_mass(story: Story, fact: Fact) -> str | None:
    mass = of_mass(story, fact)
    return mass.value["site"] if mass else None


def _turned_into(story: Story, fact: Fact) -> bool:
    """Say whether a mention is what another tumour became: "transformation to DLBCL"."""
    text, (low, _) = story.context.text, story.clause(fact)
    return _TURNED.search(text, max(low, fact.start - 60), fact.start) is not None


def _of_specimen(story: Story, fact: Fact) -> str | None:
    """Return the organ whose specimen showed the tumour, where its name is one of many organs."""
    if not set((fact.concept or "").rpartition("/")[2].split()) & COMMON:
        return None
    found = specimen(story, fact.concept, fact.start, fact.end)
    return found.site if found else None


HEAD_AND_NECK = "sites/head and neck"


def _compatible(story: Story, fact: Fact, item: Item) -> bool:
    """Say whether the sites allow that both are one tumour; a rare histology is one tumour anywhere."""
    site = (
        fact.value.get("site")
        or implied(story, fact.concept)
        or _of_specimen(story, fact)
        or _site_of_mass(story, fact)
    )
    known = item.detail.get("siteConcept")
    if not site or not known or site == known or nested(site, known):
        return True
    attr = story.context.terms.attr
    if HEAD_AND_NECK in (site, known) and attr(site, "group") == attr(known, "group"):
        return True  # "a carcinoma of the head and neck region; it was one of the oropharynx"
    if site == "sites/skin" and _unplaced(story, fact) and attr(fact.concept, "group") == attr(item.concept, "group"):
        return True  # "a melanoma of the calf; the nodular melanoma was ulcerated"
    return one_histology(fact.concept, item.concept) and item.detail.get("clinicalStatus") != "historical"


def placed(story: Story, fact: Fact) -> str:
    """Return the site that a mention tells or implies, or nothing."""
    return fact.value.get("site") or implied(story, fact.concept) or ""


def implied(story: Story, concept: str | None) -> str | None:
    """Return the site that a tumour's name implies ("hepatocellular carcinoma")."""
    site = story.context.terms.attr(concept, "site")
    return f"sites/{site}" if site else None


def nested(a: str, b: str) -> bool:
    """Say whether one of two sites holds the other: all its words are the other's too."""
    one, other = (set(x.rpartition("/")[2].split()) for x in (a, b))
    return one <= other or other <= one
