"""Harm of an irradiated place: of the beams, and of the drug that was given with them, not of a hormone or a former therapy.

"Chemoradiation with carboplatin ... grade 3 mucositis": nothing says that it was carboplatin alone.
"""

from __future__ import annotations

import re

from epicrisis.case.blame import told_as_cause
from epicrisis.case.given import Given
from epicrisis.case.model import Item
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

_OF_THE_PLACE = lazy(
    r"mucositis|stomatitis|dermatitis|desquamation|xerostomia|dry\s+mouth|o?esophagitis|odynophagia|dysphagia|dysgeusia|trismus|pharyngitis|laryngitis|proctitis|cystitis|enteritis|skin\s+(?:reaction|toxicity)",
    re.I,
)
_PRIOR = lazy(
    r"\b(?:prior|previous|past)\s+(?:[\w-]+\s)?(?:therap(?:y|ies)|treatments?|regimens?|lines?)\s?:[^.;\n]*\Z", re.I
)
# what beams do to the pelvis, the skin and the gullet, and no hormone does
_OF_BEAMS = lazy(
    r"proctitis|cystitis|urinary|dysuria|nocturia|dermatitis|mucositis|o?esophagitis|enteritis|diarrh|xerostomia|dry mouth|odynophagia|erythema|desquamation|trismus|fatigue",
    re.I,
)
_ONE_AFTER_THE_OTHER = lazy(
    r"\b(?:then|later|followed|subsequent(?:ly)?|after|before|prior|adjuvant|induction|maintenance|neoadjuvant|consolidation)\b",
    re.I,
)


def with_beams(story: Story, given: Given, found: list[Item], fact: Fact) -> list[Item]:
    """Return the suspects of an event with the irradiation that was given together with them."""
    if not given.beams or not found or fact.value.get("action") or not _OF_THE_PLACE.search(fact.text):
        return found
    drugs = [i for i in found if i.type in ("medication", "regimen")]
    if len(drugs) < len(found) or any(told_as_cause(story, s) for i in drugs for s in i.spans):
        return found
    text, context = story.context.text, story.context
    beams = {i.key for i in given.beams}
    for b in (x for i in drugs for x in i.spans if x.start < fact.start):
        s = context.sentences[context.sentence_at(b.start)]
        for beam in story.places.beginning(max(s.start, b.start - REACH), min(s.end, b.end + REACH), "radiotherapy"):
            told = (a for a in beam.spans if beam.key in beams and s.start <= a.start < min(s.end, fact.start))
            if any(not _ONE_AFTER_THE_OTHER.search(text, min(a.end, b.end), max(a.start, b.start)) for a in told):
                return [*found, beam]
    return found


def of_former_therapy(story: Story, starts: list[int]) -> bool:
    """Say whether a drug is only told as one of a former therapy: "prior therapy: gemcitabine/cisplatin"."""
    return all(_PRIOR.search(story.context.text, max(0, at - 90), at) for at in starts)


def of_beams(fact: Fact, drugs: list[Item], beams: list[Item]) -> bool:
    """Say whether an event is one of the irradiation that was told before: "leuprolide; VMAT 45 Gy; proctitis grade 1"."""
    hormones = all(i.detail.get("class") == "hormone" for i in drugs)
    return bool(beams) and hormones and _OF_BEAMS.search(fact.text) is not None
