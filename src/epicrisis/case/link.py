"""Links that need all items: reports to their findings, acts to their pathology."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.case.story import Story


def link(story: Story) -> None:
    """Link imaging and pathology to the conditions they showed, and pathology to its operation."""
    conditions = story.typed("condition")
    for report in story.typed("imaging", "pathology"):
        found = [
            c.key
            for c in conditions
            for a, b in report.detail.get("conclusionSpans", [])
            if any(a <= s.start < b for s in c.spans)
        ]
        if found:
            report.links["findings"] = list(dict.fromkeys(found))
    for report in story.typed("pathology"):
        act = _act_before(story, report)
        if act:
            report.links["procedure"] = [act.key]
            act.links["report"] = [report.key]
    _dates_of_findings(story)


def _act_before(story: Story, report: Item) -> Item | None:
    """Return the operation or biopsy told last before the pathology, in its paragraph."""
    at = report.spans[0].start
    paragraph = story.context.sentences[story.context.sentence_at(at)].paragraph
    best: Item | None = None
    for item in story.typed("procedure"):
        if (
            item.status != "done"
            or item.detail.get("category") not in ("surgery", "biopsy")
            or item.links.get("partOf")
        ):
            continue
        start = item.spans[0].start
        near = story.context.sentences[story.context.sentence_at(start)].paragraph == paragraph
        if start < at and near and not _long_before(item, report) and (best is None or start > best.spans[0].start):
            best = item
    return best


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
