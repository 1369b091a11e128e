"""The treatments that a harm may be laid to, found by where they are told."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from epicrisis.case.model import Item
from epicrisis.case.story import Story

_ACT = ("surgery", "ablation", "embolization", "transplant", "biopsy", "endoscopy")
_HARMLESS = ("opioid", "supportive", "antihypertensive", "antibiotic", "steroid", "antiemetic", "analgesic")


class Group:
    """Some drugs and regimens, in the order in which they were made."""

    def __init__(self, story: Story, items: list[Item]) -> None:
        """Take *items*, which are of *story*."""
        self._story = story
        self._order = {id(i): n for n, i in enumerate(items)}
        self._items = items
        self._stops = sorted((a, n) for n, i in enumerate(items) for a, _ in i.detail.get("stopSpans", []))

    def among(self, items: Iterable[Item]) -> list[Item]:
        """Return those of *items* that are in the group, each once."""
        return [self._items[n] for n in sorted({self._order[id(i)] for i in items if id(i) in self._order})]

    def beginning(self, low: int, high: int) -> list[Item]:
        """Return what is told by words that begin in [low, high)."""
        return self.among(self._story.places.beginning(low, high, "medication", "regimen"))

    def named(self, concept: str | None) -> list[Item]:
        """Return what has one concept."""
        return self.among(i for kind in ("medication", "regimen") for i in self._story.places.named(kind, concept))

    def stopped(self, low: int, high: int) -> list[Item]:
        """Return what is told to be stopped or changed in [low, high)."""
        found = self._stops[bisect_left(self._stops, (low, 0)) : bisect_left(self._stops, (high, 0))]
        return [self._items[n] for n in sorted(n for _, n in found)]


class Therapies:
    """What was given or done, once all of it is known."""

    def __init__(self, story: Story) -> None:
        """Sort the treatments of *story*."""
        drugs = [
            i
            for i in story.typed("medication", "regimen")
            if i.status in ("done", "ongoing", "stopped") and not i.negated and i.detail.get("class") not in _HARMLESS
        ]
        acts = story.typed("procedure")
        self.drugs = Group(story, drugs)
        self.undamped = Group(story, [i for i in drugs if not _dampens(i)] or drugs)
        self.grafts = [i for i in acts if i.detail.get("category") == "transplant" and i.status == "done"]
        self.beams = [i for i in story.typed("radiotherapy") if i.status in ("done", "stopped") and not i.negated]
        # of two that begin at one place the first made counts, and is met first from behind
        self._acts = [i for i in acts if is_operation(story, i)]
        self._acts.reverse()
        self._acts.sort(key=_start)
        self._cutting = [i for i in self._acts if i.detail.get("category") not in ("endoscopy", "biopsy")]

    def operation_before(self, at: int) -> Item | None:
        """Return the operation told last before *at*, or else the examination."""
        for acts in (self._cutting, self._acts):
            n = bisect_left(acts, at, key=_start)
            if n:
                return acts[n - 1]
        return None


def is_operation(story: Story, item: Item) -> bool:
    """Say whether an act was done to the patient, in the case itself."""
    return (
        item.status == "done"
        and not item.negated
        and item.detail.get("category") in _ACT
        and story.context.is_patient_section(story.context.sentence_at(item.spans[0].start))
    )


def _dampens(item: Item) -> bool:
    """Say whether a drug is one that harm by the immune system is treated with."""
    return item.detail.get("class") in ("immunosuppressant", "steroid")


def _start(item: Item) -> int:
    return item.spans[0].start
