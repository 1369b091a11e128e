"""Metastases, each linked to its primary."""

from __future__ import annotations

import re

from epicrisis.case.date_cues import SINCE
from epicrisis.case.model import Item, Span, When
from epicrisis.case.one_line import one_line
from epicrisis.case.spread_before import there_before
from epicrisis.case.story import Story
from epicrisis.facts import Fact, phrase
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy

_IN = lazy(r"\b(?:lesions?|nodules?|masses|deposits|foci)\s+(?:in|at|of|within|involving)\s+(?:the\s+|both\s+)?", re.I)
_WHICH = lazy(
    r"\b(?:which|that|indicat\w+|suggest\w+|consistent\s+with|represent\w+|compatible\s+with|considered)\b", re.I
)
_EXAMINED = lazy(
    r"\b(?:histolog|patholog|histopatholog|biops|cytolog|microscop|immunohisto|specimen|FNA|resect|excis|examination)|\w+ectomy\b",
    re.I,
)
_PROVED = lazy(
    r"\b(?:confirm|reveal|show|demonstrat|prov|diagnos|compatible\s+with|support|establish|disclos|interpret|regard|consider|judg|represent|consistent|positive\s+for)\w*",
    re.I,
)
_LUMP = lazy(r"\b(?:mass|lump|nodule|lesion|tumou?r|swelling)s?\b", re.I)
# organs that no primary of another is a part of, whatever region they share
_OWN_ORGANS = {
    f"sites/{s}" for s in ("liver", "lung", "brain", "bone", "bone marrow", "adrenal gland", "pleura", "spleen")
}
_WIDE = lazy(r"/(?:abdomen|chest|pelvis|body|trunk|head|neck|lymph node|limb|extremity)\Z")


def build(story: Story) -> None:
    """Add a secondary cancer condition per site."""
    facts = story.of("metastasis")
    for fact in sorted(facts, key=lambda f: (not story.main(f), f.start)):
        if fact.certainty == "stated":
            _metastasis(story, fact)
    for fact in facts:
        # a suspicion stays one where nothing tells more of the same place
        if (
            fact.certainty == "suspected"
            and story.main(fact)
            and not fact.negated
            and fact.value.get("site")
            and not _region_known(story, fact.value["site"])
        ):
            _metastasis(story, fact)
            item = story.item(fact)
            if item and any(f.negated and not f.value.get("site") and 0 < f.start - fact.end < 400 for f in facts):
                item.certainty = "refuted"  # "... so that a metastasis was excluded"


_LOOKS_BACK = lazy(
    r"\b(?:after|since|from|following|before)\s+(?:the\s+|her\s+|his\s+)?(?:initial\s+|first\s+)?(?:diagnosis|detection|resection|treatment|discovery|appearance|occurrence|development|onset)\s+of\s+(?:the\s+|her\s+|his\s+|\w+\s+)?\Z",
    re.I,
)
_BACK_STEMS = stems("after since from following before")
_PARTS = {
    "sites/brain": ("cerebell", "frontal", "parietal", "temporal", "occipital", "brain", "cerebr", "mening"),
    "sites/bone": ("vertebra", "rib", "femur", "sacrum", "pelvi", "skull", "humerus", "spine", "ilium", "bone"),
    "sites/lung": ("lobe of lung", "lung"),
}


def _spread(story: Story) -> list[Item]:
    return [i for i in story.typed("condition") if i.detail.get("role") == "secondary" and not i.negated]


def _within(site: str, part: str) -> bool:
    return site == part or any(word in part for word in _PARTS.get(site, ()))


def _metastasis(story: Story, fact: Fact) -> None:
    sites = (
        [(fact.value["site"], one_line(fact.value["siteText"]), fact)]
        if fact.value.get("site")
        else _sites_told_before(story, fact) or _lesion_examined(story, fact)
    )
    if not sites:
        _unplaced(story, fact)
        return
    low, _ = story.clause(fact)
    looks_back = story.context.first(_LOOKS_BACK, _BACK_STEMS, low, fact.start)
    if looks_back:
        told = next(
            (i for s, _, _ in sites for i in _spread(story) if _within(s, i.detail.get("siteConcept", ""))), None
        )
        if told:
            return  # "45 months after the diagnosis of brain metastasis", which was told as one of the cerebellum
    for site, words, anchor in sites:
        known = _known(story, site, fact.negated)
        when = None if fact.negated and not story.main(fact) else _date(story, fact)
        if looks_back:
            when = None
        if known:
            if story.main(fact) or len(known.spans) < 2:
                story.bind(fact, known)
            if when and (known.when is None or when.value < known.when.value):
                known.when = when
            continue
        if not story.main(fact) and (fact.negated or _region_known(story, site)):
            continue
        spans = [Span(fact.start, fact.end)]
        text = fact.text if fact.value["word"] in fact.text.lower() else f"{fact.text} {fact.value['word']}"
        if anchor is not fact:
            spans.append(Span(anchor.start, anchor.end))
            text = f"{words} {fact.text}"
            if fact.text.lower() == "metastatic":
                spans[0] = _named(story, fact)
                text = story.words(spans[0].start, spans[0].end)
        concept = fact.concept or _concept(story, site)
        item = story.add(
            "condition",
            fact,
            text=text,
            spans=spans,
            concept=concept,
            when=when,
            certainty="refuted" if fact.negated else fact.certainty,
        )
        item.detail.update(role="secondary", siteConcept=site, site=words)
        if fact.value.get("laterality"):
            item.detail["laterality"] = fact.value["laterality"]
        _to_primary(story, item, fact)


def _sites_told_before(story: Story, fact: Fact) -> list[tuple[str, str, Fact]]:
    """Return the sites of "lesions in A, B and C, which indicated metastasis"."""
    low, _ = story.clause(fact)
    text = story.context.text
    lists = list(_IN.finditer(text, low, fact.start))
    if not lists or not _WHICH.search(text, lists[-1].end(), fact.start):
        return []
    found = []
    for a, b, hit in phrase.site_list(story.context, lists[-1].end(), fact.start):
        site = next(c for c in hit.concepts if c.startswith("sites/"))
        found.append((site, story.words(a, b), Fact("site", a, b, text[a:b])))
    nodes = [
        f
        for f in story.told.in_sentence(fact.sentence, "metastasis")
        if f is not fact and f.value.get("site") == "sites/lymph node"
    ]
    if nodes:  # the groin of a list belongs to the lymph nodes that the same sentence names
        found = [f for f in found if not lazy(r"groin|inguin|axill|neck|cervical", re.I).search(f[1])]
    return found


def _lesion_examined(story: Story, fact: Fact) -> list[tuple[str, str, Fact]]:
    """Return the place of "a nodule of the left lower lobe was resected; histology confirmed metastasis"."""
    low, _ = story.clause(fact)
    text = story.context.text
    if (
        fact.negated
        or not story.main(fact)
        or not (_EXAMINED.search(text, low, fact.start) and _PROVED.search(text, low, fact.start))
    ):
        return []
    paragraph = story.context.sentences[fact.sentence].paragraph
    primary = story.primary(fact)
    own = primary.detail.get("siteConcept") if primary else None
    region = story.context.terms.attr(own, "group")
    best: tuple[int, str, str, Fact] | None = None
    before = story.context.sentences[max(0, fact.sentence - 2)].start
    for f in story.told.between(before, fact.start, "procedure", "symptom", "diagnosis", "measure"):
        if (
            fact.sentence - 2 > f.sentence
            or story.context.sentences[f.sentence].paragraph != paragraph
            or f.negated
            or f.status != "done"
        ):
            continue
        implied = story.context.terms.attr(f.concept, "site") if f.kind == "procedure" else ""
        site = f.value.get("site") or (f"sites/{implied}" if implied else None)
        told = f.kind == "procedure" or f.value.get("of") == "tumor" or _LUMP.search(f.text)
        if told and site and (best is None or f.start > best[0]):
            best = (f.start, site, " ".join(str(f.value.get("siteText") or implied).split()), f)
    if best is None or best[1] == own or (own and best[1].rpartition("/")[2] in own) or _WIDE.search(best[1]):
        return []
    if own and region and region == story.context.terms.attr(best[1], "group") and best[1] not in _OWN_ORGANS:
        return []  # too near to the primary to tell it from a part of it
    return [best[1:]]


def _named(story: Story, fact: Fact) -> Span:
    """Return the words of "metastatic osteosarcoma"."""
    cancer = next((f for f in story.told.in_sentence(fact.sentence, "diagnosis") if 0 <= f.start - fact.end < 40), None)
    return Span(fact.start, cancer.end if cancer else fact.end)


def _unplaced(story: Story, fact: Fact) -> None:
    secondary = [
        i for i in story.typed("condition") if i.detail.get("role") == "secondary" and i.negated == fact.negated
    ]
    if not story.main(fact):
        return
    low, _ = story.clause(fact)
    if fact.text.lower().startswith("metastatic") or lazy(
        r"\b(?:evaluat|assess|exclud|search|screen|look)\w*\b", re.I
    ).search(story.context.text[low : fact.start]):
        return
    if secondary:
        return
    item = story.add("condition", fact, when=story.when(fact), certainty="refuted" if fact.negated else fact.certainty)
    item.detail["role"] = "secondary"
    _to_primary(story, item, fact)


def _known(story: Story, site: str, negated: bool) -> Item | None:
    for item in story.typed("condition"):
        if item.detail.get("role") != "secondary" or item.negated != negated:
            continue
        own = item.detail.get("siteConcept")
        if own == site or (own and story.context.terms.attr(own, "part") == site):
            return item
    return None


def _region_known(story: Story, site: str) -> bool:
    """Say whether a metastasis of the same region is known: a legend names places loosely."""
    region = story.context.terms.attr(site, "group")
    return bool(region) and any(
        i.detail.get("role") == "secondary" and story.context.terms.attr(i.detail.get("siteConcept"), "group") == region
        for i in story.typed("condition")
    )


def _concept(story: Story, site: str) -> str | None:
    name = site.partition("/")[2]
    # the lower lobe of the lung is lung
    keys = [f"metastases/{n}" for n in (name, name.rpartition(" of ")[2])]
    return next((k for k in keys if story.context.terms.concept(k)), None)


# "radiotherapy in May for brain metastases": they were known before
_REASON = lazy(r"\b(?:for|because\s+of|due\s+to)\s+(?:(?!the\s+first)[\w-]+\s+){0,3}\Z", re.I)


def _date(story: Story, fact: Fact) -> When | None:
    low, high = story.clause(fact)
    if story.timeline.near.treatments(fact.sentence) and _REASON.search(
        story.context.text, max(low, fact.start - 50), fact.start
    ):
        return None
    # "liver metastasis for two years" tells a length, not the day of the sentence
    if lazy(r"\b(?:for|more than|over)\s+[\w.]+\s+(?:years?|months?|weeks?)\b").search(
        story.context.text[fact.end : min(high, fact.end + 40)]
    ):
        return None
    when = story.when(fact)
    if when is None or not there_before(story.context.text, low, fact, high):
        return when
    # "which had been there since 2019" tells when they came
    return when if SINCE.search(story.context.text, fact.start, when.spans[0].start) else None


def _to_primary(story: Story, item: Item, fact: Fact) -> None:
    primary = story.primary(fact)
    if primary:
        item.links["primary"] = [primary.key]
