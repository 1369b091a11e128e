"""What is laid to an irradiation, and what to nothing that was given long before."""

from __future__ import annotations

import re

from epicrisis.case.model import Item
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.kept import lazy

_PRIOR = lazy(
    r"\b(?:prior|previous|past)\s+(?:[\w-]+\s)?(?:therap(?:y|ies)|treatments?|regimens?|lines?)\s?:[^.;\n]*\Z", re.I
)
# what beams do to the pelvis, the skin and the gullet, and no hormone does
_OF_BEAMS = lazy(
    r"proctitis|cystitis|urinary|dysuria|nocturia|dermatitis|mucositis|o?esophagitis|enteritis|diarrh|xerostomia|dry mouth|odynophagia|erythema|desquamation|trismus|fatigue",
    re.I,
)


def of_former_therapy(story: Story, starts: list[int]) -> bool:
    """Say whether a drug is only told as one of a former therapy: "prior therapy: gemcitabine/cisplatin"."""
    return all(_PRIOR.search(story.context.text, max(0, at - 90), at) for at in starts)


def of_beams(fact: Fact, drugs: list[Item], beams: list[Item]) -> bool:
    """Say whether an event is one of the irradiation that was told before: "leuprolide; VMAT 45 Gy; proctitis grade 1"."""
    hormones = all(i.detail.get("class") == "hormone" for i in drugs)
    return bool(beams) and hormones and _OF_BEAMS.search(fact.text) is not None
