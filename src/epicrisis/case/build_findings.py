"""Other diseases, symptoms and findings of the patient, told or denied."""

from __future__ import annotations

import re

from epicrisis.case.former import date_beside
from epicrisis.case.model import Item, Span, When
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.facts.in_order import Stretches
from epicrisis.kept import lazy

_VAGUE = lazy(
    r"\b(?:lesions?|lumps?|mass(?:es)?|nodules?|findings?|abnormalit(?:y|ies)|changes?|inflammation|adhesions?|swelling|invasion|invaded|thickening|shadow|opacit(?:y|ies)|enhancement|defects?|density|signals?)\Z",
    re.I,
)
_UNNAMED = lazy(
    r"(?:postoperative\s+)?complications?|diseases?|illness|disorders?|conditions?|syndromes?|(?:drug\s+)?toxicit(?:y|ies)|symptoms?|signs?|(?:\w+\s+)*cells?",
    re.I,
)
_TUMOUR = lazy(
    r"\b(?:mass|tumou?r|lesion|nodule|neoplasm|metasta\w*|invasion|invaded|infiltrat\w*|ascites|effusion|lymphadenopathy)\b",
    re.I,
)


_AGAIN = lazy(r"\b(?:recurrence|relapse|reappearance|return)\s+of\s+(?:the\s+)?(?:\w+\s)?\Z", re.I)


def build(story: Story) -> None:
    """Add comorbidities, symptoms and findings; what another item already says is left to it."""
    taken = _taken(story)
    diseases = Stretches((f.start, f.end) for f in story.of("diagnosis") if f.value.get("group") != "cancer")
    for fact in story.of("diagnosis", "symptom"):
        if fact.kind == "diagnosis" and fact.value.get("group") == "cancer":
            continue
        if (
            story.item(fact)
            or taken.hold(fact.start, fact.end)
            or (not story.main(fact) and _known(story, fact) is None)
        ):
            continue
        if fact.negated and _AGAIN.search(story.context.text, max(0, fact.start - 40), fact.start):
            continue  # "without recurrence of psychosis": it had been there
        if fact.kind == "symptom" and diseases.hold(fact.start, fact.end):
            continue  # told as a disease by the same words
        if (
            fact.certainty == "suspected"
            and fact.kind == "diagnosis"
            and _of_differential(story, fact)
            and story.settled_after(fact)
        ):
            continue
        if fact.status in ("planned", "declined") or _UNNAMED.fullmatch(fact.text):
            continue
        if fact.kind == "diagnosis":
            _disease(story, fact)
        else:
            _symptom(story, fact)


def _of_differential(story: Story, fact: Fact) -> bool:
    low, high = story.clause(fact)
    return "differential" in story.context.text[low:high].lower()


def _taken(story: Story) -> Stretches:
    """Return the words that acts, spread and harm own."""
    spans = [
        (f.start, f.end)
        for f in story.of(
            "procedure",
            "radiotherapy",
            "metastasis",
            "recurrence",
            "adverse_event",
            "medication",
            "regimen",
            "lab",
            "marker",
            "response",
            hypothetical=True,
        )
        if not f.value.get("vital")  # "fever up to 39 °C" is a complaint too
    ]
    spans += [
        (f.value["phrase"][0], f.value["phrase"][1])
        for f in story.of("diagnosis")
        if f.value.get("group") == "cancer"
        and "phrase" in f.value
        # "liver lesions" that were taken for no tumour are a finding
        and (story.item(f) or story.context.terms.attr(f.concept, "finding") != "1" or f.value.get("site") is None)
    ]
    return Stretches(spans)


def _disease(story: Story, fact: Fact) -> None:
    known = _known(story, fact)
    if known:
        if story.main(fact):
            story.bind(fact, known)
        return
    if not story.main(fact):
        return
    item = story.add("condition", fact, when=_onset(story, fact))
    _settle(story, item, fact, "comorbidity")


_LISTED = lazy(r"\)?\s*(?:,|and|,\s*and)\s+", re.I)


def _onset(story: Story, fact: Fact) -> When | None:
    """Return the date told right beside a disease: that of a list of diseases belongs to its last."""
    when = date_beside(story, fact) if fact.status == "historical" else story.when(fact, carry=False)
    if when is None or not when.spans:
        return None
    own = when.spans[0]
    a, b = (fact.end, own.start) if own.start >= fact.end else (own.end, fact.start)
    between = story.context.hits_in(a, b, "diseases", "cancers") if a < b else []
    if between or b - a > 60 or (own.end <= fact.start and _LISTED.fullmatch(story.context.text, a, b)):
        return None  # "breast cancer in 2012 and hypertension"
    return when


def _symptom(story: Story, fact: Fact) -> None:
    vague = bool(_VAGUE.search(fact.text))
    if vague and (fact.negated or not fact.value.get("site")):
        return
    if vague and not fact.negated and _of_spread(story, fact):
        return
    known = _known(story, fact)
    if known:
        if story.main(fact) and len(known.spans) < 6:
            story.bind(fact, known)
        return
    if not story.main(fact):
        return
    finding = (
        vague
        or bool(fact.value.get("organ"))
        or bool(_TUMOUR.search(fact.text))
        or story.context.kind(fact.sentence) in ("imaging", "pathology")
        or _shown(story, fact)
    )
    text, span = _words(story, fact)
    item = story.add("condition", fact, text=text, spans=[span], when=story.when(fact))
    _settle(story, item, fact, "finding" if finding else "symptom")


def _of_spread(story: Story, fact: Fact) -> bool:
    """Make lesions that the text takes for metastases the evidence of these."""
    low, high = story.clause(fact)
    site = fact.value.get("site")
    for item in story.places.beginning(low, max(high, fact.end + 400), "condition"):
        if item.detail.get("role") != "secondary" or item.negated:
            continue
        if story.places.begins(item, low, high):
            return True
        if site and item.detail.get("siteConcept") == site and story.places.begins(item, fact.end + 1, fact.end + 400):
            a, b = fact.value.get("phrase", (fact.start, fact.end))
            story.places.tell(item, Span(a, b))
            when = story.when(fact)
            if when and (
                item.when is None
                or when.value < item.when.value
                or (item.when.inferred and when.value == item.when.value)
            ):
                item.when = when
            return True
    return False


def _shown(story: Story, fact: Fact) -> bool:
    """Say whether the words stand in what a test showed."""
    return any(
        f.value.get("findings") and f.value["findings"][0] <= fact.start < f.value["findings"][1]
        for f in story.told.in_sentence(fact.sentence, "imaging", "pathology", "test")
    )


def _words(story: Story, fact: Fact) -> tuple[str, Span]:
    a, b = fact.value.get("phrase", (fact.start, fact.end))
    if fact.value.get("site") and b - a <= 60 and "\n" not in story.context.text[a:b]:
        return story.words(a, b), Span(a, b)
    return story.words(fact.start, fact.end), Span(fact.start, fact.end)


def _settle(story: Story, item: Item, fact: Fact, role: str) -> None:
    item.detail["role"] = role
    if fact.negated:
        item.certainty = "refuted"
    if fact.value.get("site"):
        item.detail["siteConcept"] = fact.value["site"]
        item.detail["site"] = " ".join(fact.value["siteText"].split())
    if fact.value.get("laterality"):
        item.detail["laterality"] = fact.value["laterality"]
    if fact.value.get("severity"):
        item.detail["severity"] = fact.value["severity"]
    if fact.status == "historical":
        item.detail["clinicalStatus"] = "historical"


def _known(story: Story, fact: Fact) -> Item | None:
    site = fact.value.get("site")
    named = story.places.named("condition", fact.concept) if fact.concept else story.typed("condition")
    for item in named:
        if item.detail.get("role") in ("comorbidity", "symptom", "finding") and item.negated == fact.negated:
            same = bool(fact.concept) or item.text.lower() == fact.text.lower()
            if same and (site is None or item.detail.get("siteConcept") in (None, site)):
                return item
    return None
