"""A date of the text after resolution: when, as what of a treatment, and what ties it to other words."""

from __future__ import annotations

from dataclasses import dataclass

from epicrisis.case.date_cues import BY
from epicrisis.case.model import When
from epicrisis.facts import Fact


@dataclass(slots=True)
class Tick:
    """A date of the text after resolution."""

    fact: Fact
    when: When
    role: str  # start | end | point
    relative: bool = False
    aside: bool = False  # looks back ("two years prior"): the clock does not go there
    tied: int | None = None  # where the words begin that tie it to the noun before them ("diagnosed in 2015")
    led: bool = False  # is of what came before the rest of the sentence ("after a relapse in 2015 he ...")
    past: bool = False  # belongs to what was before the illness ("a history of ... in 2009")
    former: bool = False  # is that of a value before the one told ("PSA 412 (was 655 on 3 March)")
    recalled: bool = False  # tells in the pluperfect of what was before the date told before it
    begins: int | None = None  # where the words begin that tell it twice ("two months later (in May)")

    def reached(self, text: str) -> bool:
        """Say whether what is told was reached then: "fell to 210 by December"."""
        return BY.search(text, max(0, self.fact.start - 20), self.fact.start) is not None
