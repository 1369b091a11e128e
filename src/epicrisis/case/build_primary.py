"""Primary tumours: mentions of one tumour become one condition, with its site and first date."""

from __future__ import annotations

import re

from epicrisis.case.model import Item, Span, When
from epicrisis.case.story import Story
from epicrisis.case.tumours import implied, more_special, nested, only_placed_otherwise, placed, same_tumour, vague
from epicrisis.facts import Fact, phrase
from epicrisis.kept import lazy

_FOUND = lazy(
    r"\b(?:diagnos\w*|patholog\w*|histolog\w*|biops\w*|confirm\w*|reveal\w*|suggest\w*|indicat\w*|found|consistent\s+with|present\w*|resect\w*|showed|identified|detected)\b|\b(?:performed|done|carried\s+out)\b[^.;:]{0,40}:\s",
    re.I,
)
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
_AGAIN = lazy(r"\b(?:recur\w*|relaps\w*|metasta\w*)\b", re.I)
_FINAL = lazy(
    r"\b(?:final(?:ly)?|definitive|ultimately|revised|postoperative(?:ly)?|resected|surgical)\b[^.;]{0,60}\b(?:patholog\w*|histolog\w*|histopatholog\w*|diagnos\w*|specimens?)|\bdiagnosis\s+was\s+(?:revised|changed|corrected)|\bfinal\s+diagnosis",
    re.I,
)
_EXAMINED = lazy(
    r"\b(?:examination|analysis|sections?|specimens?|histology|histopathology|pathology|samples?)\s+(?:of|from)\s+(?:the\s+|both\s+)?",
    re.I,
)
_LUMP = lazy(r"\b(?:mass|lump|nodule|lesion|tumou?r|swelling)\b", re.I)
_WIDE = lazy(r"/(?:abdomen|chest|pelvis|body|trunk|head|neck|limb|extremity)\Z")
_WIDELY = frozenset({"cancers/cancer", "cancers/carcinoma", "cancers/sarcoma", "cancers/hematologic malignancy"})
_HAS = lazy(
    r"\b(?:with|of|having|had|has|revealed|showed|confirmed|was|is|known)\s+(?:an?\s+|the\s+)?(?:(?:high|low)-grade\s+|(?:advanced|metastatic|invasive|unresectable|recurrent|primary|undifferentiated|differentiated|poorly)\s+){0,3}\Z",
    re.I,
)
_DATING = lazy(r"\bdiagnos\w*", re.I)
# diseases of the blood stand in many places of which none is theirs
_SYSTEMIC = frozenset({"leukemia", "myeloma", "hematologic", "myelodysplastic", "myeloproliferative"})
# a word that several diseases share says nothing of which one is meant
_VAGUE = lazy(r"\b(?:mass|lesion|nodule|node|growth|swelling|cyst|polyp|neoplasms?|tumou?rs?)\Z", re.I)


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
    _refuted(story, facts)
    _sites_of_specimens(story)
    _sites_told_first(story, facts)
    for item in story.typed("condition"):
        if item.detail.get("role") == "primary":
            item.when = _first_date(story, item, facts)
            _side_told(story, item, facts)


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


def _sites_told_first(story: Story, facts: list[Fact]) -> None:
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


def _sites_of_specimens(story: Story) -> None:
    """Place a tumour where its specimen came from: "prostate biopsy showed adenocarcinoma"."""
    for item in story.typed("condition"):
        if item.detail.get("role") != "primary" or item.detail.get("site") or item.negated:
            continue
        if any(_site_of_specimen(story, item, span) for span in item.spans):
            continue


def _site_of_specimen(story: Story, item: Item, span: Span) -> bool:
    """Place *item* where the specimen came from whose examination is told before *span*."""
    text = story.context.text
    index = story.context.sentence_at(span.start)
    low = story.context.sentences[index].start
    if _AGAIN.search(text, low, span.end) or story.context.terms.attr(item.concept, "group") in _SYSTEMIC:
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


def _refuted(story: Story, facts: list[Fact]) -> None:
    """Keep what was thought of, or ruled out, where nothing says that the patient has it."""
    for fact in facts:
        if fact.value.get("generic") or not story.main(fact) or not (fact.negated or fact.certainty == "suspected"):
            continue
        if same_tumour(story, fact) or any(i.concept == fact.concept for i in story.typed("condition")):
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
    item.detail["morphologyText"] = fact.text
    _place(story, item, fact)
    if "siteConcept" not in item.detail:
        _site_of_specimen(story, item, Span(fact.start, fact.end))
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


def _place(story: Story, item: Item, fact: Fact) -> None:
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


def _side_told(story: Story, item: Item, facts: list[Fact]) -> None:
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


def _tell_again(story: Story, item: Item, fact: Fact) -> None:
    if story.main(fact) or len(item.spans) < 2:
        story.bind(fact, item)
    if (
        not fact.value.get("generic")
        and not _in_situ_beside(story, fact, item)
        and (more_special(story, fact.concept, item.concept) or _settles(story, item, fact))
    ):
        item.concept = fact.concept
        item.detail["morphology"] = fact.concept
        item.detail["morphologyText"] = fact.text
        item.detail["role"] = _role(story, fact.concept)
        a, b = _words(story, fact)
        item.text = story.words(a, b)
    _place(story, item, fact)


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
    if any(low <= s.start < fact.start for s in item.spans) or more_special(story, item.concept, fact.concept):
        return False
    return bool(_FINAL.search(story.context.text, low, fact.start))


def _names_disease(story: Story, fact: Fact) -> bool:
    """Say whether a general word ("cancer of the breast") is the name of the disease and not a finding."""
    if _VAGUE.search(fact.text) or not fact.value.get("site"):
        return False
    return story.main(fact) and not any(i.detail.get("role") == "primary" for i in story.typed("condition"))


def _first_date(story: Story, item: Item, facts: list[Fact]) -> When | None:
    """Return the earliest date of a sentence that tells how the tumour was found."""
    found: list[When] = []
    spans = {(s.start, s.end) for s in item.spans}
    first = True
    for fact in sorted(facts, key=lambda f: f.start):
        if story.item(fact) is not item and (fact.start, fact.end) not in spans:
            continue
        a, b = story.clause(fact)
        words = story.context.text[a:b]
        title = story.context.section_of[fact.sentence].title
        told = _FOUND.search(words) or "diagnos" in title.lower()
        if not story.main(fact) or fact.negated or not told or (_AGAIN.search(words) and len(words) < 400):
            continue
        # the clock of the narrative dates the first telling only: later ones tell of what came later
        when = story.when(fact, carry=first and item.detail.get("clinicalStatus") != "historical")
        if when and (first or _DATING.search(words)):
            found.append(when)
        first = first and fact.value.get("generic", False)
    return min(found, key=lambda w: (w.value, bool(w.inferred))) if found else None
