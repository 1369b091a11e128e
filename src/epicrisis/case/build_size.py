"""Sizes of tumours and metastases of the case; sizes of organs stay out."""

from __future__ import annotations

import re

from epicrisis.case.denied import denied
from epicrisis.case.model import Item, Span
from epicrisis.case.story import Story
from epicrisis.case.tumours import nested
from epicrisis.facts import Fact
from epicrisis.kept import lazy

_SPREAD_TO = lazy(
    r"\b(?:lung|liver|brain|frontal|parietal|temporal|occipital|cerebell\w+|lymph node|adrenal gland|pleura|bone|vertebra|spine|iliac)\b"
)

_FORMER = lazy(
    r"\(\s*(?:previously|formerly|was|prior|before|from)\b[\s:,]*(?:[\w-]+\s+)?\Z", re.I
)  # "22 mm (previously 14 mm)"


def build(story: Story) -> None:
    """Make a tumor_size item of every size of a tumour, a metastasis or a node."""
    for fact in story.of("measure"):
        value = fact.value
        if value.get("of") not in ("tumor", "metastasis", "node") or denied(story, fact):
            continue
        if _thickness(story, fact) or _of_target_lesions(story, fact):
            continue
        detail = {k: value[k] for k in ("dimensions", "approximate", "high", "site", "siteText", "of") if value.get(k)}
        if "siteText" in detail:
            detail["siteConcept"] = detail.pop("site", None)
            detail["site"] = detail.pop("siteText")
            detail = {k: v for k, v in detail.items() if v is not None}
        same = next(
            (
                i
                for i in (() if story.main(fact) else story.typed("tumor_size"))
                if i.detail["dimensions"] == detail["dimensions"]
            ),
            None,
        )
        if same:
            story.bind(fact, same)
            continue
        spans = [Span(fact.start, fact.end)]
        former = _FORMER.search(story.context.text, max(0, fact.start - 30), fact.start)
        when = (
            None if value.get("left") or former else story.when(fact)
        )  # the date of a change is not that of what it was before
        item = story.add("tumor_size", fact, spans=spans, when=when, negated=False, detail=detail)
        focus = _focus(story, fact)
        if focus:
            item.links["focus"] = [focus.key]


_SUM = lazy(r"\b(?:target\s+lesions?|sum\s+of\s+(?:the\s+)?(?:longest\s+)?diameters|SLD|SoD)\b[^.;()]{0,30}\Z", re.I)


def _of_target_lesions(story: Story, fact: Fact) -> bool:
    """Say whether a number is a sum of target lesions, and no size: "target lesions 41 mm vs 39 mm at baseline"."""
    low = story.context.sentences[fact.sentence].start
    return _SUM.search(story.context.text, max(low, fact.start - 60), fact.start) is not None


def _thickness(story: Story, fact: Fact) -> bool:
    """Say whether the number is a stage's own ("Breslow 3.2 mm")."""
    return story.told.touch(fact.start, fact.end, "stage")


def _focus(story: Story, fact: Fact) -> Item | None:
    """Return the tumour that was measured: a metastasis told in the same sentence, or the
    primary.
    """
    if fact.value["of"] == "metastasis":
        told = [(o, story.item(o)) for o in story.told.in_sentence(fact.sentence, "metastasis")]
        near = [
            i
            for o, i in told
            if i is not None and (not fact.value.get("site") or i.detail.get("siteConcept") == fact.value["site"])
        ]
        found = near or [i for _, i in told if i is not None]
        if found:
            return found[0]
    if fact.value["of"] != "tumor":
        return None
    primary = _of_its_place(story, fact) or story.primary(fact)
    if primary and not _benign(story, (primary.detail.get("morphology") or "",)) and _of_another_thing(story, fact):
        return None
    return None if primary and _elsewhere(story, fact, primary) else primary


def _of_its_place(story: Story, fact: Fact) -> Item | None:
    """Return the one primary tumour of the organ in which the size was measured, where there are several."""
    primaries = story.primaries()
    here = [i for i in primaries if fact.value.get("site") and i.detail.get("siteConcept") == fact.value["site"]]
    return here[0] if len(primaries) > 1 and len(here) == 1 else None


# "a 6 mm nodule, likely granuloma", "the 3 cm mass proved to be a hematoma"
_PROVED = lazy(
    r"[^.;]{0,50}?(?:,?\s+(?:most\s+)?(?:likely|probably|(?:consistent|compatible)\s+with|suggestive\s+of|thought\s+to\s+be)|\b(?:proved|turned\s+out|was\s+found|was\s+confirmed|was\s+shown)\s+to\s+be|\b(?:was|is)\s+likely)\s+(?:an?\s+)?(?:(?:benign|simple|old|calcified|post-?\w+|reactive)\s+)*"
    r"(?:granuloma|ha?ematoma|cyst|seroma|abscess|scar|ha?emangioma|hamartoma|lipoma|adenoma|fibroadenoma|lymphocele|infarct)s?\b",
    re.I,
)


def _of_another_thing(story: Story, fact: Fact) -> bool:
    """Say whether the words behind a size name something else than the tumour: "a 9 mm fibroadenoma"."""
    context = story.context
    high = context.sentences[fact.sentence].end
    if _PROVED.match(context.text, fact.end, high):
        return True
    named = context.hits_in(fact.end, min(high, fact.end + 30), "cancers")
    return bool(named and not context.text[fact.end : named[0].start].strip(" -") and _benign(story, named[0].concepts))


def _benign(story: Story, concepts: tuple[str, ...]) -> bool:
    return any(story.context.terms.attr(c, "behaviour") == "benign" for c in concepts if c.startswith("cancers/"))


def _elsewhere(story: Story, fact: Fact, primary: Item) -> bool:
    """Say whether a nodule lies in an organ of metastases that is not the primary's own."""
    measured, own = fact.value.get("site"), primary.detail.get("siteConcept")
    if measured and own and primary.detail.get("clinicalStatus") == "historical" and not nested(measured, own):
        return True  # a lesion of the tonsil of a man whose basal cell carcinoma was excised years ago
    if not measured or not own or not _SPREAD_TO.search(measured.rpartition("/")[2]):
        return False
    regions = {story.context.terms.attr(c, "group") for c in (measured, own)}
    return len(regions) == 2 or not _SPREAD_TO.search(own.rpartition("/")[2])
