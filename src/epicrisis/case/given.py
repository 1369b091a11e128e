"""The treatments that a harm may be laid to, and the remedies: sorted out once for a case."""

from __future__ import annotations

from collections.abc import Iterable

from epicrisis.case.model import Item
from epicrisis.case.story import Story
from epicrisis.facts.in_order import Stretches

_GIVEN = ("done", "ongoing", "stopped", "on-hold")
_HARMLESS = frozenset(
    ("opioid", "supportive", "antihypertensive", "antibiotic", "steroid", "antiemetic", "analgesic"),
)
_ACTS = ("surgery", "ablation", "embolization", "transplant", "biopsy", "endoscopy")


class Given:
    """What was given and done, once all treatments of a case are told."""

    def __init__(self, story: Story) -> None:
        """Sort out the treatments of *story*."""
        self._story = story
        drugs = story.typed("medication", "regimen")
        self.drugs = [i for i in drugs if i.status in _GIVEN and not i.negated]
        self.keys = {i.key for i in self.drugs}
        self.therapies = [i for i in self.drugs if i.detail.get("class") not in _HARMLESS]
        self.stopped = [(a, i) for i in drugs for a, _ in i.detail.get("stopSpans", []) if not i.negated]
        self.beams = [i for i in story.typed("radiotherapy") if i.status in ("done", "stopped") and not i.negated]
        done = [i for i in story.typed("procedure") if i.status == "done"]
        self.grafts = [i for i in done if i.detail.get("category") == "transplant"]
        self.acts = [i for i in done if not i.negated and i.detail.get("category") in _ACTS and self._patients(i)]
        treated = (f.value.get("treatment") for f in story.of("adverse_event"))
        self._remedies = Stretches((a, b) for a, b in filter(None, treated))

    def told(self, low: int, high: int, items: Iterable[Item]) -> list[Item]:
        """Return those of some drugs that words in [low, high) tell, in the order in which they were made."""
        keys = {i.key for i in items}
        return [i for i in self._story.places.beginning(low, high, "medication", "regimen") if i.key in keys]

    def is_remedy(self, at: int) -> bool:
        """Say whether what stands at *at* is told as what an event was treated with."""
        return self._remedies.hold(at, at + 1)

    def _patients(self, item: Item) -> bool:
        context = self._story.context
        return context.is_patient_section(context.sentence_at(item.spans[0].start))
