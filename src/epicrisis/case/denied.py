"""Whether a stage, a grade or a size is denied: only by a word right before it.

"HER2 not amplified, pT1c" denies no pT1c, however far the word's scope may reach.
"""

from __future__ import annotations

import re

from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.kept import lazy

_DENIAL = lazy(r"\b(?:no|not|without|never|nor|excluded?|rather than|instead of)\s(?:[\w-]+\s){0,2}\Z", re.I)


def denied(story: Story, fact: Fact) -> bool:
    """Say whether the words right before *fact* deny it."""
    before = story.context.text[max(0, fact.start - 40) : fact.start]
    return fact.negated and bool(_DENIAL.search(before))
