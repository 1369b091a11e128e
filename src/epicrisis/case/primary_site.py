"""Where a primary tumour stands: told with it, told first, told by the specimen or by the act."""

from __future__ import annotations

import re

from epicrisis.case.model import Item, Span
from epicrisis.case.one_line import one_line
from epicrisis.case.specimen import NOT_PRIMARY, SYSTEMIC, specimen
from epicrisis.case.story import Story
from epicrisis.case.tumours import HEAD_AND_NECK, implied, in_skin, nested, placed
from epicrisis.facts import Fact, phrase
from epicrisis.kept import lazy

# organs of which there is one: "the right lobe of the liver" is no right liver
_SINGLE = frozenset(
    f"sites/{s}"
    for s in "liver|stomach|pancreas|spleen|prostate|uterus|urinary bladder|rectum|esophagus|gallbladder|thyroid gland".split(
        "|"
    )
)
_LUMP = lazy(r"\b(?:mass|lump|nodule|lesion|tumou?r|swelling)\b", re.I)
_WIDE = lazy(r"/(?:abdomen|chest|pelvis|body|trunk|head|neck|limb|extremity)\Z")


def sites_told_first(story: Story, facts: list[Fact]) -> None:
    """Place a tumour, whose own name tells no place, where it is told first: before it was treated and spread."""
    for item in story.typed("condition"):
        if item.detail.get("role") != "primary" or item.negated or not item.detail.get("site"):
            continue
        own = [f for f in facts if story.item(f) is item and story.main(f)]
        named = [f for f in own if not f.value.get("generic")]
        if (
            not named
            or placed(story, named[0]) == item.detail["siteConcept"]
            or "site taken from the specimen" in item.notes
        ):
            continue
        for fact in sorted(own, key=lambda f: f.start):
            site = placed(story, fact)
            if (
                site
                and site not in NOT_PRIMARY
                and site != HEAD_AND_NECK
                and not _WIDE.search(site)
                and _may_place(story, item, fact, site)
            ):
                if site != item.detail["siteConcept"] and not nested(site, item.detail["siteConcept"]):
                    item.detail["siteConcept"] = site
                    item.detail["site"] = " ".join(str(fact.value.get("siteText") or site.rpartition("/")[2]).split())
                break


def sites_of_specimens(story: Story) -> None:
    """Place a tumour where its specimen came from: "prostate biopsy showed adenocarcinoma"."""
    for item in story.typed("condition"):
        if item.detail.get("role") != "primary" or item.detail.get("site") or item.negated:
            continue
        if any(site_of_specimen(story, item, span) for span in item.spans):
            continue


def site_of_specimen(story: Story, item: Item, span: Span) -> bool:
    """Place *item* where the specimen came from whose examination is told before *span*."""
    found = specimen(story, item.concept, span.start, span.end)
    if not found:
        return False
    item.detail["siteConcept"], item.detail["site"] = found.site, one_line(found.words)
    if found.side:
        item.detail.setdefault("laterality", found.side)
    story.places.tell(item, Span(found.start, found.end))
    item.notes.append("site taken from the specimen")
    return True


def _in_head_and_neck(story: Story, item: Item, site: str) -> bool:
    """Say whether *site* is a part of the head and neck, which is all that is known of where *item* stands."""
    attr = story.context.terms.attr
    return item.detail.get("siteConcept") == HEAD_AND_NECK and attr(site, "group") == attr(HEAD_AND_NECK, "group")


def place(story: Story, item: Item, fact: Fact) -> None:
    """Give a tumour the place that *fact* tells of it, with its side, or the one that its name implies."""
    site = fact.value.get("site")
    free = "siteConcept" not in item.detail or (in_skin(story, item) and not fact.value.get("generic"))
    free = free or (site is not None and _in_head_and_neck(story, item, site))
    if site and free and _may_place(story, item, fact, site):
        item.detail["siteConcept"] = site
        item.detail["site"] = one_line(fact.value["siteText"])
    own = implied(story, fact.concept)
    if (
        own
        and ("siteConcept" not in item.detail or _in_head_and_neck(story, item, own))
        and _may_place(story, item, fact, own)
        and story.context.terms.concept(own)
    ):
        item.detail["siteConcept"] = own
        item.detail["site"] = own.rpartition("/")[2]
    if (
        fact.value.get("laterality")
        and "laterality" not in item.detail
        and not fact.value.get("generic")
        and story.context.terms.attr(item.concept, "group") not in SYSTEMIC
        and item.detail.get("siteConcept") not in _SINGLE
    ):
        item.detail["laterality"] = fact.value["laterality"]


def _may_place(story: Story, item: Item, fact: Fact, site: str) -> bool:
    """Say whether the words around a mention tell where the tumour has its origin."""
    group = story.context.terms.attr(item.concept, "group")
    if group in SYSTEMIC:
        return not fact.value.get("generic") and site == implied(story, fact.concept)
    if fact.value.get("generic") and fact.sentence > story.context.sentence_at(item.spans[0].start) + 1:
        return False  # "a thyroid nodule was found during follow-up"
    # "lytic lesions in the skull": what a lymphoma, or any tumour, has grown into
    return not fact.value.get("generic") or (group != "lymphoma" and site not in NOT_PRIMARY)


def side_told(story: Story, item: Item, facts: list[Fact]) -> None:
    """Take the side from "mass in the left breast", where all such words tell the same side."""
    if "laterality" in item.detail or story.context.terms.attr(item.concept, "group") in SYSTEMIC:
        return
    site = item.detail.get("siteConcept")
    if not site or site in _SINGLE:
        return
    text, terms = story.context.text, story.context.terms
    sides = {
        f.value["laterality"]
        for f in facts
        if f.value.get("generic")
        and f.value.get("laterality")
        and f.value.get("site")
        and nested(f.value["site"], site)
        and story.main(f)
    }
    # "a nodule of the right breast", "right mastectomy": the organ itself tells the side
    for f in story.of("symptom"):
        if (
            _LUMP.search(f.text)
            and not f.negated
            and (
                (f.value.get("site") and nested(f.value["site"], site))
                or site.rpartition("/")[2] in (f.concept or "").split("/", 1)[-1].split()
            )
            and story.main(f)
        ):
            sides.add(phrase.laterality(text[slice(*f.value.get("phrase", (f.start, f.end)))]) or "")
    for f in story.of("procedure"):
        if (
            f.value.get("laterality") in ("left", "right")  # both are removed, though one is diseased
            and f.status == "done"
            and not f.negated
            and f"sites/{terms.attr(f.concept, 'site')}" == site
            and story.main(f)
        ):
            sides.add(f.value["laterality"])
    sides.discard("")
    if len(sides) == 1:
        item.detail["laterality"] = sides.pop()
