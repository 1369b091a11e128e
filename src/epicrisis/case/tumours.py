"""Whether two mentions mean one tumour: by name, histology and place."""

from __future__ import annotations

import re

from epicrisis.case.model import Item
from epicrisis.case.specimen import NOT_PRIMARY, SYSTEMIC, specimen
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.kept import lazy

_TURNED = lazy(
    r"(?<!richter )(?<!richter's )\btransform(?:ed|ation)\s+(?:from\s+(?:[\w-]+\s+){1,4})?(?:in)?to\s+(?:(?:an?|the|[a-z]+-grade|aggressive|secondary)\s+){0,2}\Z",
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
        # and a cancer of the past is the present one only where both have their place, and the same
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
        ]
    for item in primaries:
        known = _compatible(story, fact, item) or _unplaced(story, fact) or in_skin(story, item)
        if item.concept == fact.concept and known:
            return item
    if fact.value.get("generic"):
        return _meant_by(story, fact, primaries)
    if _turned_into(story, fact):
        return None
    for item in primaries:
        if _one_histology(fact.concept, item.concept) or (
            _compatible(story, fact, item) and _kin(story, fact.concept, item.concept)
        ):
            return item
    return None


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
    return next(iter(here or primaries), None)


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
    if fact.value.get("site") or not set((fact.concept or "").rpartition("/")[2].split()) & _COMMON:
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
    if not set((fact.concept or "").rpartition("/")[2].split()) & _COMMON:
        return None
    found = specimen(story, fact.concept, fact.start, fact.end)
    return found.site if found else None


def only_placed_otherwise(story: Story, one: str | None, other: str | None) -> bool:
    """Say whether two names of one histology differ in the place only ("pelvic leiomyosarcoma")."""
    if not _one_histology(one, other):
        return False
    a, b = (set((c or "").rpartition("/")[2].split()) for c in (one, other))
    return all(_is_site(story, w) for w in a ^ b)


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
    if site == "sites/skin" and _unplaced(story, fact) and attr(fact.concept, "group") == attr(item.concept, "group"):
        return True  # "a melanoma of the calf; the nodular melanoma was ulcerated"
    return _one_histology(fact.concept, item.concept) and item.detail.get("clinicalStatus") != "historical"


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


# histologies that are common in many organs: two sites are then two tumours
_COMMON = frozenset(
    {
        "cancer",
        "carcinoma",
        "adenocarcinoma",
        "sarcoma",
        "lymphoma",
        "tumor",
        "malignancy",
        "neoplasm",
        "melanoma",
        "adenoma",
        "leukemia",
        "glioma",
    }
)


def _one_histology(one: str | None, other: str | None) -> bool:
    """Say whether two names share the word of a histology that is not common in many organs."""
    if not one or not other:
        return False
    a, b = (set(c.rpartition("/")[2].split()) for c in (one, other))
    return any(w.endswith(("oma", "emia")) and w not in _COMMON for w in a & b)


def _kin(story: Story, one: str | None, other: str | None) -> bool:
    """Say whether two names can mean one tumour: one more special than the other, or of one family."""
    terms = story.context.terms
    group, own = terms.attr(one, "group"), terms.attr(other, "group")
    if any(w in (one or "") for w in _PRECURSORS) != any(w in (other or "") for w in _PRECURSORS):
        return False  # "MGUS since 2010, multiple myeloma since 2016", a choriocarcinoma after a mole
    lines = _line(one), _line(other)
    if lines[0] and lines[1] and lines[0] != lines[1] and frozenset(lines) not in _ONE_FAMILY:
        return False  # a small cell carcinoma is no adenocarcinoma, of whatever organ
    if more_special(story, one, other) or more_special(story, other, one):
        return True
    # a small cell carcinoma is a neuroendocrine one
    fine = {"small cell" in (c or "").replace("non-small cell", "") for c in (one, other)}
    return (bool(group) and group == own) or (len(fine) == 2 and "neuroendocrine" in (group, own))


def more_special(story: Story, one: str | None, other: str | None) -> bool:
    """Say whether *one* names a kind of *other*: more words of the same, or a histology of a site's cancer."""
    if not one or not other or one == other:
        return False
    a, b = _words_of(one), _words_of(other)
    if b < a or (vague(other) and not vague(one)):
        return True
    if b == {"adenocarcinoma"} and frozenset(("adenocarcinoma", _line(one) or "")) in _ONE_FAMILY:
        return True  # a cholangiocarcinoma is an adenocarcinoma
    terms = story.context.terms
    group, own = terms.attr(one, "group"), terms.attr(other, "group")
    plain = {"cancer", "malignancy", "neoplasm", "tumor"}
    # "lung cancer", "germ cell tumor": an organ's tumour, and no histology of its own
    organ = all(_is_site(story, w) for w in b - plain - {"non-small", "germ", "cell"})
    return bool(
        b & plain
        and organ
        and not a & plain
        and (not own or group in (own, "carcinoma", "neuroendocrine", "adenoma") or own == "other")
    )


def _is_site(story: Story, word: str) -> bool:
    return any(c.startswith("sites/") for c in story.context.terms.lexicon.lookup(word))


# words that say how a tumour is, not which one it is
_QUALITY = frozenset(
    "poorly moderately well differentiated undifferentiated invasive infiltrating metastatic advanced primary recurrent high low grade high-grade low-grade malignant early of the".split()
)


_PLAIN = frozenset("cancer carcinoma malignancy neoplasm tumor sarcoma lymphoma leukemia mass".split())


_PRECURSORS = ("gammopathy", "smoldering", "hydatidiform")
# names of which one may be the other, or stand beside it in one tumour
_ONE_FAMILY = frozenset(
    frozenset(pair)
    for pair in (
        ("adenocarcinoma", "cholangio"), ("adenocarcinoma", "ductal"), ("adenocarcinoma", "endometrioid"),
        ("adenocarcinoma", "serous"), ("ductal", "lobular"), ("endometrioid", "serous"),
    )
)  # fmt: skip
_LINES = (
    "ductal",
    "lobular",
    "endometrioid",
    "serous",
    "small cell",
    "squamous",
    "basal cell",
    "merkel",
    "hepatocellular",
    "cholangio",
    "adenocarcinoma",
    "urothelial",
    "transitional",
)


def _line(concept: str | None) -> str | None:
    """Return the line of cells that a name tells."""
    name = (concept or "").replace("non-small cell", "").replace("transitional", "urothelial")
    found = [line for line in _LINES if line in name]
    return found[0] if len(found) == 1 else None


def _words_of(concept: str) -> set[str]:
    words = set(concept.rpartition("/")[2].split())
    return words - _QUALITY or words


def vague(concept: str | None) -> bool:
    """Say whether a name tells no more than that it is a carcinoma, a sarcoma ..."""
    return concept is None or not set(concept.rpartition("/")[2].split()) - _QUALITY - _PLAIN
