"""Operations, biopsies and other acts: one per act and day, parts linked to their operation."""

from __future__ import annotations

import re

from epicrisis.case.model import Item, When
from epicrisis.case.named_for_harm import is_blamed
from epicrisis.case.operation_note import date_operations
from epicrisis.case.other_organ import of_another_organ
from epicrisis.case.story import Story
from epicrisis.case.tumours import nested
from epicrisis.facts import Fact
from epicrisis.facts.in_order import Stretches
from epicrisis.kept import lazy

# words that point to an act told elsewhere
_GENERAL = lazy(
    r"\A(?:(?:the|this|initial|first|second|primary|surgical|major)\s+)*(?:r0\s+|curative\s+|radical\s+|complete\s+)?(?:surgery|operation|operative|procedure|surgical\s+\w+|treatment|therapy|resection|excision|biopsy|biopsies|intervention|surgeries|operations)\Z",
    re.I,
)
_DRUG_WORDS = lazy(
    r"\b(?:chemo\w*|immuno\w*|targeted|endocrine|hormon\w*|systemic|antibiotic|supportive|symptomatic|conservative|palliative care|medical|therapy|therapies|treatment|regimen|management|medication)\b",
    re.I,
)
_ACT = lazy(
    r"emboli|ablation|transplant|perfusion|dialysis|transfusion|physio|laser|photodynamic|surg|resect|photother|cryo|oxygen|drain|irradi|radi",
    re.I,
)
_INTENT = lazy(
    r"\b(palliative|curative|prophylactic|diagnostic|radical|(?<!limb )(?<!limb-)salvage(?!\s+of)|adjuvant|neoadjuvant|debulking|cytoreductive)\b",
    re.I,
)
_AFTER_IT = lazy(r"\b(?:after|following|since|before|post|until)\s+(?:the\s+|her\s+|his\s+)?\Z", re.I)
_LIST = lazy(r"[\s,]*(?:and|&)?[\s,]*")
_NEAR = 600  # code points in which general words mean the act told before
_LONGEST = 400  # code points of an act's name


def build(story: Story) -> None:
    """Add one procedure per act; an act told again becomes evidence of the first."""
    classes = Stretches(
        (f.start, f.end) for f in story.of("drug_class", "medication", "regimen", "radiotherapy", hypothetical=True)
    )
    for fact in sorted(story.of("procedure"), key=lambda f: (not story.main(f), f.start)):
        if (
            _is_drug_treatment(fact, classes)
            or _inside_name(story, fact)
            or story.context.terms.attr(fact.concept, "category") == "anesthesia"
        ):
            continue
        if _known(story, fact) or (not story.main(fact) and _kind_known(story, fact)):
            continue
        if not story.main(fact) and (_GENERAL.match(fact.text) or fact.negated or fact.status != "done"):
            continue
        dates: list[When | None] = [*_listed_dates(story, fact)] or [_day(story, fact)]
        for when in dates:
            _add(story, fact, when)
    _parts(story)
    date_operations(story)


def _is_drug_treatment(fact: Fact, classes: Stretches) -> bool:
    if classes.touch(fact.start, fact.end) and not _ACT.search(fact.text):
        return True
    if (
        fact.concept
        and fact.concept.startswith("procedures/")
        and _DRUG_WORDS.search(fact.text)
        and not _ACT.search(fact.text)
    ):
        return True
    return bool(lazy(r"chemoradi|radiochemo|radiother|radiation", re.I).search(fact.text)) and not _surgical(fact)


def _surgical(fact: Fact) -> bool:
    return bool(lazy(r"resect|ectomy|biops|excis", re.I).search(fact.text))


def _inside_name(story: Story, fact: Fact) -> bool:
    """Say whether the words belong to a metastasis ("tumour implantation") or a date ("5 years after operation")."""
    if (
        any(
            fact.start < f.start <= fact.end + 1 and not f.value.get("site")
            for f in story.told.in_sentence(fact.sentence, "metastasis")
        )
        and "implant" in fact.text.lower()
    ):
        return True
    low, _ = story.clause(fact)
    if fact.text.lower() == "transplantation" and _AFTER_IT.search(story.context.text, low, fact.start):
        return any(i.detail.get("category") == "transplant" for i in story.typed("procedure"))
    return bool(
        _GENERAL.match(fact.text)
        and lazy(
            r"\b(?:after|following|since|before|prior\s+to|post|until)\s+(?:the\s+|her\s+|his\s+|this\s+|initial\s+|first\s+)*\Z",
            re.I,
        ).search(story.context.text[low : fact.start])
    )


def _known(story: Story, fact: Fact) -> bool:
    """Bind *fact* to an act told before; say whether that was done."""
    own, main = _day(story, fact), story.main(fact)
    for item in reversed(_candidates(story, fact)):
        if item.negated != fact.negated or (item.status == "done") != (fact.status in ("done", "historical")):
            continue
        dated = (
            own is None
            or item.when is None
            or item.when.value.startswith(own.value)
            or own.value.startswith(item.when.value)
        )
        if main and own is not None and item.when is None:
            dated = False
        if not dated:
            continue
        if _GENERAL.match(fact.text):
            near = any(0 <= fact.start - s.end < _NEAR for s in item.spans) and item.detail.get("category") in (
                None,
                "surgery",
                "biopsy",
            )
            if _matches_general(fact, item) and (near or not main) and (own is None or main):
                return True
            continue
        if _alike(fact, item) or (not main and _overlap(fact, item)):
            if len(item.spans) < 4:
                story.bind(fact, item)
            if item.when is None and own is not None:
                item.when = own
            return True
    return False


def _candidates(story: Story, fact: Fact) -> list[Item]:
    """Return the acts that *fact* may tell again: outside the case itself, any."""
    if not story.main(fact):
        return story.typed("procedure")
    if _GENERAL.match(fact.text):
        return story.places.beginning(fact.start - _NEAR - _LONGEST, fact.start + 1, "procedure")
    return story.places.alike("procedure", fact.concept, " ".join(fact.text.lower().split()))


def _day(story: Story, fact: Fact) -> When | None:
    """Return the day of an act; that of a harm which is laid to it is not its own: "MDS attributed to PRRT"."""
    text, (low, _) = story.context.text, story.clause(fact)
    if is_blamed(text, low, fact.start):
        return None
    return story.when(fact, carry=False)


def _kind_known(story: Story, fact: Fact) -> bool:
    """Say whether a summary ("local ablation") repeats an act of the case in general words."""
    category = story.context.terms.attr(fact.concept, "category")
    if story.when(fact, carry=False) or category in ("", "surgery", "other"):
        return False
    return any(i.detail.get("category") == category for i in story.typed("procedure"))


def _matches_general(fact: Fact, item: Item) -> bool:
    word = fact.text.split()[-1].lower()
    if word.startswith("biops"):
        return "biops" in item.text.lower()
    if word in ("resection", "excision"):
        return bool(lazy(r"resect|excis|ectomy", re.I).search(item.text))
    return item.detail.get("category") == "surgery"


def _alike(fact: Fact, item: Item) -> bool:
    if item.text.lower() == " ".join(fact.text.lower().split()):
        return True
    site = fact.value.get("site")
    if fact.concept and fact.concept == item.concept:
        return site is None or item.detail.get("siteConcept") in (None, site)
    return False


def _overlap(fact: Fact, item: Item) -> bool:
    """Say whether another telling of an act shares its words."""
    a, b = (
        set(lazy(r"[a-z]{4,}").findall(w.lower()))
        - {"with", "total", "partial", "right", "left", "excision", "resection"}
        for w in (fact.text, item.text)
    )
    return bool(a) and (a <= b or (len(a & b) >= 2 and len(a & b) >= len(a) - 1))


def _listed_dates(story: Story, fact: Fact) -> list[When]:
    """Return the dates of "performed on 2 December, 17 February and 21 April"."""
    ticks = [
        t
        for t in story.timeline.in_sentence(fact.sentence)
        if t.role == "point" and t.fact.start > fact.end and not t.relative
    ]
    run: list[When] = []
    for previous, tick in zip([None, *ticks], ticks, strict=False):
        if previous is not None and not _LIST.fullmatch(story.context.text[previous.fact.end : tick.fact.start]):
            break
        run.append(tick.when)
    if len(run) < 2 or not lazy(r"[^.;,]{0,40}\b(?:on|in|at|dates?:?)\s+").fullmatch(
        story.context.text[fact.end : ticks[0].fact.start]
    ):
        return []
    return run


def _add(story: Story, fact: Fact, when: When | None) -> None:
    text = story.words(fact.start, fact.end)
    if fact.value.get("coordinated"):
        text = f"{fact.value['head'].capitalize()} of {text}"  # of a list after one word for the act
    item = story.add("procedure", fact, when=when, text=text)
    if fact.negated:
        item.status = "not-done"
    category = story.context.terms.attr(fact.concept, "category")
    item.detail["category"] = category or ("biopsy" if "biops" in fact.text.lower() else "surgery")
    for key in ("site", "siteText", "laterality", "approach"):
        value = fact.value.get(key)
        if value:
            item.detail[{"site": "siteConcept", "siteText": "site"}.get(key, key)] = " ".join(value.split())
    intent = _INTENT.search(fact.text)
    if intent:
        item.detail["intent"] = intent.group(1).lower()
    primary = _of_its_organ(story, fact) or story.primary(fact)
    if (
        primary
        and item.detail.get("intent") != "prophylactic"  # "a prophylactic colectomy" is not done for what is there
        and item.detail["category"] in ("surgery", "biopsy", "ablation", "embolization", "transplant")
        and not of_another_organ(story, fact, primary, when)
    ):
        item.links["reason"] = [primary.key]


def _of_its_organ(story: Story, fact: Fact) -> Item | None:
    """Return the one of several tumours in whose organ an operation was: "a renal and a colon cancer; nephrectomy"."""
    site = fact.value.get("site") or f"sites/{story.context.terms.attr(fact.concept, 'site') or '-'}"
    low, _ = story.clause(fact)
    if any(i.detail.get("role") == "primary" for i in story.places.beginning(low, fact.start, "tumour")):
        return None
    there = [i for i in story.primaries() if i.certainty == "stated"]
    own = [i for i in there if nested(site, i.detail.get("siteConcept", "sites/?"))]
    return own[0] if len(there) > 1 and len(own) == 1 else None


def _parts(story: Story) -> None:
    """Link what was done under one anaesthesia: acts of one sentence and day belong to the first."""
    by_sentence: dict[int, list[Item]] = {}
    for item in story.typed("procedure"):
        index = story.context.sentence_at(item.spans[0].start)
        if item.status == "done" and item.detail.get("category") == "surgery":
            by_sentence.setdefault(index, []).append(item)
    for items in by_sentence.values():
        surgery = [i for i in items if i.when]
        for item in surgery[1:]:
            if (
                item.when
                and surgery[0].when
                and item.when.value == surgery[0].when.value
                and _together(story, surgery[0], item)
            ):
                item.links["partOf"] = [surgery[0].key]


def _together(story: Story, first: Item, item: Item) -> bool:
    gap = story.context.text[first.spans[0].end : item.spans[0].start]
    return not lazy(r"\b(?:then|later|followed|subsequently|after|before)\b").search(gap)
