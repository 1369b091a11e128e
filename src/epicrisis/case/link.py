"""Links that need all items: reports to their findings, acts to their pathology."""

from __future__ import annotations

from bisect import bisect_left

from epicrisis.case.model import Item
from epicrisis.case.story import Story


def link(story: Story) -> None:
    """Link imaging and pathology to the conditions they showed, and pathology to its operation."""
    for report in story.typed("imaging", "pathology"):
        found = [
            c.key
            for a, b in report.detail.get("conclusionSpans", [])
            for c in story.places.beginning(a, b, "condition")
        ]
        if found:
            report.links["findings"] = list(dict.fromkeys(found))
    reports = story.typed("pathology")
    acts = _Acts(story) if reports else None
    for report in reports:
        act = acts.before(report) if acts else None
        if act:
            report.links["procedure"] = [act.key]
            act.links["report"] = [report.key]
    _dates_of_findings(story)


class _Acts:
    """The operations and biopsies, in the order of the text."""

    def __init__(self, story: Story) -> None:
        self._story = story
        done = [
            i
            for i in story.typed("procedure")
            if i.status == "done" and i.detail.get("category") in ("surgery", "biopsy") and not i.links.get("partOf")
        ]
        # of two that begin at one place the first made counts, and is met first from behind
        done.reverse()
        self._acts = sorted(done, key=_start)

    def before(self, report: Item) -> Item | None:
        """Return the operation or biopsy told last before the pathology, in its paragraph."""
        at = _start(report)
        paragraph = self._paragraph(at)
        for n in range(bisect_left(self._acts, at, key=_start) - 1, -1, -1):
            act = self._acts[n]
            if self._paragraph(_start(act)) != paragraph:
                return None
            if not _long_before(act, report):
                return act
        return None

    def _paragraph(self, at: int) -> int:
        return self._story.context.sentences[self._story.context.sentence_at(at)].paragraph


def _start(item: Item) -> int:
    return item.spans[0].start


def _long_before(item: Item, report: Item) -> bool:
    """Say whether an act was done months before a report: the report is of another specimen."""
    if item.when is None or report.when is None:
        return False
    one, other = (w.value.split("-") for w in (item.when, report.when))
    years = int(other[0]) - int(one[0])
    if len(one) < 2 or len(other) < 2:
        return years > 1
    return years * 12 + int(other[1]) - int(one[1]) > 3


def _dates_of_findings(story: Story) -> None:
    """A report without a date of its own has that of the act whose specimen it describes."""
    by_key = {i.key: i for i in story.items}
    for report in story.typed("pathology"):
        if report.when is None and report.links.get("procedure"):
            when = by_key[report.links["procedure"][0]].when
            if when:
                report.when = type(when)(when.value, when.spans, when.inferred or "date of the specimen's procedure")
