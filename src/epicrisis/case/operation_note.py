"""Give the operations of an operation note the day that its form tells.

A form has "Date of operation: ..." on one line and "Procedure: ..." on another. Operations that
are told under such a label have that day, where the form tells one day and they have none.
"""

from __future__ import annotations

import re

from epicrisis.case.story import Story
from epicrisis.kept import lazy

_OPERATION = r"(?:operation|surgery|procedure|intervention)"
_DAY = lazy(
    rf"(?:date\s+of\s+(?:the\s+)?{_OPERATION}|{_OPERATION}\s+date)[*_]*\s*[:|\t]+[*_\s]*\Z",
    re.I,
)
_LABEL = lazy(
    rf"[\s#*_|>-]*(?:(?:title|name|type)\s+of\s+)?{_OPERATION}(?:s|\(s\))?(?:\s+(?:performed|done|carried\s+out))?[*_]*[ \t]*(?:[:|][ \t]*\n?|\n)",
    re.I,
)


def date_operations(story: Story) -> None:
    """Date what stands under "Procedure:" by what stands behind "Date of operation:"."""
    text = story.context.text
    when = story.timeline.labelled(_DAY)
    if when is None:
        return
    for item in story.typed("procedure"):
        if item.when is None and item.status == "done" and not item.negated and _labelled(text, item.spans[0].start):
            item.when = when


def _labelled(text: str, start: int) -> bool:
    """Say whether the line, or the line above it, is labelled as the operation."""
    line = text.rfind("\n", 0, start) + 1
    above = text.rfind("\n", 0, max(line - 1, 0)) + 1
    return bool(_LABEL.match(text, line, start) or (line and _LABEL.fullmatch(text, above, line)))
