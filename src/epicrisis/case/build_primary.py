"""Primary tumours: mentions of one tumour become one condition, with its site and first date."""

from __future__ import annotations

import re

from epicrisis.case.calendar import precedes
from epicrisis.case.former import date_beside
from epicrisis.case.model import Item, Span, When
from epicrisis.case.of_title import named_in_title
from epicrisis.case.one_line import one_line
from epicrisis.case.primary_site import place, side_told, site_of_specimen, sites_of_specimens, sites_told_first
from epicrisis.case.specimen import AGAIN, NOT_PRIMARY
from epicrisis.case.story import Story
from epicrisis.case.tumour_names import more_special, only_placed_otherwise, vague
from epicrisis.case.tumours import of_mass, same_tumour
from epicrisis.facts import Fact
from epicrisis.kept import lazy

_FOUND = lazy(
    r"\b(?:diagnos\w*|dx(?:'?d|ed)?|patholog\w*|histolog\w*|biops\w*|bx\b|confirm\w*|reveal\w*|suggest\w*|indicat\w*|found|consistent\s+with|present\w*|resect\w*|showed|identified|detected)\b|\b(?:performed|done|carried\s+out|underwent)\b[^.;:]{0,60}:\s|\b(?-i:ED)\s(?:\d|[A-Z][a-z]{2})",
    re.I,
)
_FINAL = lazy(
    r"\b(?:final(?:ly)?|definitive|ultimately|revised|postoperative(?:ly)?|resected|surgical)\b[^.;]{0,60}\b(?:patholog\w*|histolog\w*|histopatholog\w*|diagnos\w*|specimens?)|\bdiagnosis\s+was\s+(?:revised|changed|corrected)|\bfinal\s+diagnosis",
    re.I,
)
_WIDELY = frozenset({"cancers/cancer", "cancers/carcinoma", "cancers/sarcoma", "cancers/hematologic malignancy"})
_HAS = lazy(
    r"\b(?:with|of|having|had|has|revealed|showed|confirmed|was|is|known)\s+(?:an?\s+|the\s+)?(?:(?:high|low)-grade\s+|(?:advanced|metastatic|invasive|unresectable|recurrent|primary|undifferentiated|differentiated|poorly)\s+){0,3}\Z",
    re.I,
)
# "a cancer diagnosed in 2015 relapsed": the date is the diagnosis's all the same
_DIAGNOSED_IN = lazy(
    r"\W{0,2}(?:\s?(?:which|that)\s)?\s?(?:(?:was|had\s+been)\s+)?(?:(?:first|initially|originally)\s+)?diagnosed\s+(?:in|on)\b",
    re.I,
)
_LABELLED = lazy(
    r"\b(?:date\s+of\s+(?:the\s+)?(?:first\s+|initial\s+|primary\s+)?diagnosis|diagnosis\s+date|(?:first|initial)\s+diagnosis)\s*[:=|]?\s*\Z|(?:\A|[.;\n])\s*(?:[-*•]\s)?dx(?:['’]?d)?\s*:?\s*\Z",
    re.I,
)
_TURNED = lazy(r"\b(?:transformed|evolved|progressed|transformation|evolution|progression)\s+(?:in)?to\b", re.I)
_DATING = lazy(r"\bdiagnos\w*", re.I)
# a word that several diseases share says nothing of which one is meant
_VAGUE = lazy(
    r"\b(?:mass(?:es)?|lesions?|nodules?|nodes?|growths?|swellings?|cysts?|polyps?|neoplasms?|tumou?rs?)\Z", re.I
)


def build(story: Story) -> None:
    """Add one condition per primary tumour of the patient."""
    facts = [f for f in story.of("diagnosis") if f.value.get("group") == "cancer"]
    facts.sort(key=lambda f: (not story.main(f), f.value.get("generic", False), f.start))
    for fact in facts:
        if fact.negated or fact.certainty != "stated":
            continue
        known = same_tumour(story, fact)
        if known:
            _tell_again(story, known, fact)
        elif not fact.value.get("generic") or _names_disease(story, fact):
            _first(story, fact)
    _told_widely(story, facts)
    if not story.primaries() and (titled := named_in_title(story, facts)):
        _first(story, titled).inferred = "named in the title only"
    _refuted(story, facts)
    sites_of_specimens(story)
    sites_told_first(story, facts)
    facts.sort(key=lambda f: f.start)
    places: dict[tuple[int, int], list[int]] = {}
    of_item: dict[int, list[int]] = {}
    for n, fact in enumerate(facts):
        places.setdefault((fact.start, fact.end), []).append(n)
        if item := story.item(fact):
            of_item.setdefault(id(item), []).append(n)
    for item in story.typed("condition"):
        if item.detail.get("role") == "primary":
            told = {n for s in item.spans for n in places.get((s.start, s.end), ())}.union(of_item.get(id(item), ()))
            item.when = _first_date(story, item, [facts[n] for n in sorted(told)]) or _date_of_diagnosis(story, item)
            side_told(story, item, facts)


def _told_widely(story: Story, facts: list[Fact]) -> None:
    """Take "sarcoma" or "cancer" for the tumour where the text has no closer name of one."""
    if any(i.detail.get("role") == "primary" for i in story.typed("condition")):
        return
    for fact in facts:
        plain = fact.concept in _WIDELY and not fact.negated and fact.certainty == "stated" and fact.status == "done"
        low = story.context.sentences[fact.sentence].start
        if plain and story.main(fact) and _HAS.search(story.context.text, low, fact.start):
            _first(story, fact)
            return


def _refuted(story: Story, facts: list[Fact]) -> None:
    """Keep what was thought of, or ruled out, where nothing says that the patient has it."""
    for fact in facts:
        if fact.value.get("generic") or not story.main(fact) or not (fact.negated or fact.certainty == "suspected"):
            continue
        if same_tumour(story, fact) or story.places.named("condition", fact.concept):
            continue
        if not fact.negated and story.settled_after(fact):
            continue  # of a differential diagnosis that was settled
        item = _first(story, fact)
        item.certainty = "refuted" if fact.negated else "suspected"
        if fact.negated:
            item.detail["role"] = "comorbidity"


def _first(story: Story, fact: Fact) -> Item:
    a, b = _words(story, fact)
    item = story.add("condition", fact, text=story.words(a, b), spans=[Span(a, b)])
    item.detail["role"] = _role(story, fact.concept)
    item.detail["morphology"] = fact.concept
    item.detail["morphologyText"] = one_line(fact.text)
    place(story, item, fact)
    if "siteConcept" not in item.detail:
        site_of_specimen(story, item, Span(fact.start, fact.end))
    if "siteConcept" not in item.detail and (mass := of_mass(story, fact)):
        place(story, item, mass)
    if fact.status == "historical":
        item.detail["clinicalStatus"] = "historical"
    return item


def _role(story: Story, concept: str | None) -> str:
    attr = story.context.terms.attr
    benign = attr(concept, "behaviour") == "benign" or (concept or "").endswith("dysplasia")
    benign |= attr(concept, "group") == "syndrome"  # a disposition to tumours is none
    return "comorbidity" if benign else "primary"


def _words(story: Story, fact: Fact) -> tuple[int, int]:
    """Return the tumour's words with its site, without what was said of its state."""
    a, b = fact.value.get("phrase", (fact.start, fact.end))
    site = fact.value.get("siteSpan")
    start = min(fact.start, site[0]) if site else fact.start
    if (
        fact.value.get("laterality")
        and start > a
        and lazy(r"(?:left|right|bilateral)", re.I).match(story.context.text[a:start])
    ):
        start = a
    return max(a, start), max(b, fact.end)


def _tell_again(story: Story, item: Item, fact: Fact) -> None:
    if story.main(fact) or len(item.spans) < 2:
        story.bind(fact, item)
    if (
        not fact.value.get("generic")
        and not _in_situ_beside(story, fact, item)
        and (more_special(story, fact.concept, item.concept) or _settles(story, item, fact))
    ):
        story.places.rename(item, fact.concept)
        item.detail["morphology"] = fact.concept
        item.detail["morphologyText"] = one_line(fact.text)
        item.detail["role"] = _role(story, fact.concept)
        a, b = _words(story, fact)
        item.text = story.words(a, b)
    place(story, item, fact)


def _in_situ_beside(story: Story, fact: Fact, item: Item) -> bool:
    """Say whether *fact* is the part in situ of an invasive tumour: it does not rename it."""
    attr = story.context.terms.attr
    return attr(fact.concept, "behaviour") == "insitu" and attr(item.concept, "behaviour") != "insitu"


def _settles(story: Story, item: Item, fact: Fact) -> bool:
    """Say whether *fact* is the final diagnosis, where *item* was told by a biopsy before."""
    if (
        not story.main(fact)
        or vague(fact.concept)
        or only_placed_otherwise(story, fact.concept, item.concept)
        or item.concept == fact.concept
    ):
        return False
    low, _ = story.clause(fact)
    if story.places.begins(item, low, fact.start) or more_special(story, item.concept, fact.concept):
        return False
    return bool(_FINAL.search(story.context.text, low, fact.start))


def _names_disease(story: Story, fact: Fact) -> bool:
    """Say whether a general word ("cancer of the breast") is the name of the disease and not a finding."""
    if _VAGUE.search(fact.text) or not fact.value.get("site"):
        return False
    return story.main(fact) and not any(i.detail.get("role") == "primary" for i in story.typed("condition"))


def _date_of_diagnosis(story: Story, item: Item) -> When | None:
    """Return the date that a form labels as that of the diagnosis, where there is one tumour that it can mean."""
    others = [i for i in story.primaries() if i is not item and i.certainty == "stated"]
    if others or item.negated or item.certainty != "stated":
        return None
    return story.timeline.labelled(_LABELLED)


# "received six cycles for breast cancer": the day of the treatment
_FOR = lazy(r"\bfor\s+(?:(?:the|an?|his|her)\s+)?(?:[\w-]+\s+){0,2}\Z", re.I)


def _of_another_tumour(story: Story, item: Item, fact: Fact, when: When) -> bool:
    """Say whether the date told before is that of another tumour: "with breast cancer in 2010 had ...; biopsy showed"."""
    context = story.context
    told = {context.sentence_at(s.start) for s in when.spans} - {fact.sentence}
    return any(
        i is not item
        and i.detail.get("role") == "primary"
        and i.detail.get("clinicalStatus") != "historical"
        and told & {context.sentence_at(s.start) for s in i.spans}
        for i in story.typed("condition")
    )


def _of_another_place(item: Item, fact: Fact) -> bool:
    """Say whether a lesion told after the tumour's name stands where metastases do: it dates no primary."""
    site = fact.value.get("site")
    if not fact.value.get("generic") or site not in NOT_PRIMARY or site == item.detail.get("siteConcept"):
        return False
    return min(s.start for s in item.spans) < fact.start


def _first_date(story: Story, item: Item, facts: list[Fact]) -> When | None:
    """Return the earliest date of a sentence that tells how the tumour was found."""
    found: list[When] = []
    first, told_by = True, None
    for fact in facts:
        if not story.main(fact) or fact.negated or _of_another_place(item, fact):
            continue
        a, b = story.clause(fact)
        words = story.context.text[a:b]
        title = story.context.section_of[fact.sentence].title
        told_by = told_by or story.timeline.stated(fact)  # the tumour was there, whenever it was found
        past = item.detail.get("clinicalStatus") == "historical"
        turned = _TURNED.search(words)
        if turned and fact.end <= a + turned.start():
            continue  # "MDS transformed to AML in February 2020": when the first was found is not said
        told = past or _FOUND.search(words) or turned or "diagnos" in title.lower()
        later = AGAIN.search(words) and len(words) < 400 and not _DIAGNOSED_IN.match(story.context.text, fact.end)
        treated = story.timeline.near.treatments(fact.sentence) and _FOR.search(story.context.text, a, fact.start)
        if not told or later or treated:
            continue
        # the clock of the narrative dates the first telling only: later ones tell of what came later
        when = date_beside(story, fact) if past else story.when(fact, carry=first)
        if when and when.inferred and _of_another_tumour(story, item, fact, when):
            when = None
        if when and (first or turned or _DATING.search(words)):
            found.append(when)
        first = first and fact.value.get("generic", False)
    if not found:
        return None
    when = min(found, key=lambda w: (w.value, bool(w.inferred)))
    return None if told_by and precedes(told_by.when.value, when.value) else when
