"""Harm of an irradiated place under chemoradiation: of the beams and of the drug that was given with them.

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
