"""Where a primary tumour stands: told with it, told first, told by the specimen or by the act."""

from __future__ import annotations

import re

from epicrisis.case.model import Item, Span
from epicrisis.case.story import Story
from epicrisis.case.tumours import implied, nested, placed
from epicrisis.facts import Fact, phrase
from epicrisis.kept import lazy

_YIELDED = lazy(
    r"\b(?:showed|shows|revealed|confirmed|demonstrated|disclosed|diagnosed|indicated|suggested|consistent\s+with|identified|proved|yielded)\b",
    re.I,
)
_LABELLED = lazy(r"\s*(?:\([^()]{0,20}\)\s*)?:")  # "TURBT: high-grade urothelial carcinoma"
# where a specimen often holds a metastasis, or says nothing of the place of a blood disease
_NOT_PRIMARY = frozenset(
    f"sites/{s}"
    for s in (
        "lymph node",
        "liver",
        "bone",
        "bone marrow",
        "brain",
        "pleura",
        "peritoneum",
        "omentum",
        "mesentery",
        "pericardium",
        "vertebra",
        "skin",
        "blood",
        "lung",
        "supraclavicular region",
        "axilla",
        "groin",
        "neck",
        "cervical lymph node",
        "supraclavicular lymph node",
        "axillary lymph node",
        "inguinal lymph node",
        "mediastinal lymph node",
    )
)
# organs of which there is one: "the right lobe of the liver" is no right liver
_SINGLE = frozenset(
    f"sites/{s}"
    for s in "liver|stomach|pancreas|spleen|prostate|uterus|urinary bladder|rectum|esophagus|gallbladder|thyroid gland".split(
        "|"
    )
)
AGAIN = lazy(r"\b(?:recur\w*|relaps\w*|metasta\w*)\b", re.I)
_EXAMINED = lazy(
    r"\b(?:examination|analysis|sections?|specimens?|histology|histopathology|pathology|samples?)\s+(?:of|from)\s+(?:the\s+|both\s+)?",
    re.I,
)
_LUMP = lazy(r"\b(?:mass|lump|nodule|lesion|tumou?r|swelling)\b", re.I)
_WIDE = lazy(r"/(?:abdomen|chest|pelvis|body|trunk|head|neck|limb|extremity)\Z")
# diseases of the blood stand in many places of which none is theirs
_SYSTEMIC = frozenset({"leukemia", "myeloma", "hematologic", "myelodysplastic", "myeloproliferative"})


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
            if site and site not in _NOT_PRIMARY and not _WIDE.search(site) and _may_place(story, item, fact, site):
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
    text = story.context.text
    index = story.context.sentence_at(span.start)
    low = story.context.sentences[index].start
    if AGAIN.search(text, low, span.end) or story.context.terms.attr(item.concept, "group") in _SYSTEMIC:
        return False
    acts = [
        (f.start, f.end, f.value["site"], f.value["siteText"], f.value.get("laterality"))
        for f in story.of("procedure", "test")
        if f.sentence == index and f.end <= span.start and f.value.get("site")
    ]
    for f in story.of("procedure"):  # "TURBT: urothelial carcinoma": the act implies its place
        implied = story.context.terms.attr(f.concept, "site")
        if f.sentence == index and f.end <= span.start and implied and not f.value.get("site"):
            acts.append((f.start, f.end, f"sites/{implied}", implied, f.value.get("laterality")))
    for m in _EXAMINED.finditer(text, low, span.start):
        found = phrase.site_phrase(story.context, m.end(), span.start)
        if found:
            acts.append(
                (
                    m.start(),
                    found[0],
                    next(c for c in found[1].concepts if c.startswith("sites/")),
                    text[found[1].start : found[1].end],
                    None,
                )
            )
    if not acts:
        return False
    a, b, site, words, side = max(acts, key=lambda x: x[1])
    if site in _NOT_PRIMARY or not (_YIELDED.search(text, b, span.start) or _LABELLED.match(text, b, span.start)):
        return False
    item.detail["siteConcept"], item.detail["site"] = site, " ".join(words.split())
    if side:
        item.detail.setdefault("laterality", side)
    item.spans.append(Span(a, b))
    item.notes.append("site taken from the specimen")
    return True


def place(story: Story, item: Item, fact: Fact) -> None:
    """Give a tumour the place that *fact* tells of it, with its side, or the one that its name implies."""
    site = fact.value.get("site")
    if site and "siteConcept" not in item.detail and _may_place(story, item, fact, site):
        item.detail["siteConcept"] = site
        item.detail["site"] = " ".join(fact.value["siteText"].split())
    own = implied(story, fact.concept)
    if (
        own
        and "siteConcept" not in item.detail
        and _may_place(story, item, fact, own)
        and story.context.terms.concept(own)
    ):
        item.detail["siteConcept"] = own
        item.detail["site"] = own.rpartition("/")[2]
    if (
        fact.value.get("laterality")
        and "laterality" not in item.detail
        and not fact.value.get("generic")
        and story.context.terms.attr(item.concept, "group") not in _SYSTEMIC
        and item.detail.get("siteConcept") not in _SINGLE
    ):
        item.detail["laterality"] = fact.value["laterality"]


def _may_place(story: Story, item: Item, fact: Fact, site: str) -> bool:
    """Say whether the words around a mention tell where the tumour has its origin."""
    group = story.context.terms.attr(item.concept, "group")
    if group in _SYSTEMIC:
        return not fact.value.get("generic") and site == implied(story, fact.concept)
    if fact.value.get("generic") and fact.sentence > story.context.sentence_at(item.spans[0].start) + 1:
        return False  # "a thyroid nodule was found during follow-up"
    # "lytic lesions in the skull": what a lymphoma, or any tumour, has grown into
    return not fact.value.get("generic") or (group != "lymphoma" and site not in _NOT_PRIMARY)


def side_told(story: Story, item: Item, facts: list[Fact]) -> None:
    """Take the side from "mass in the left breast", where all such words tell the same side."""
    if "laterality" in item.detail or story.context.terms.attr(item.concept, "group") in _SYSTEMIC:
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
