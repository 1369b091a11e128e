"""Tables that lay out a page: cells of theirs are parts of the narrative, not values of a row."""

from __future__ import annotations

import re

from epicrisis.kept import lazy

_LABELLED = lazy(r"(?:[-*\u2022] )?[A-Z][\w /()-]{1,40}:\s+\S")
# what a line at a page's head says, where it tells of the patient
OF_PATIENT = lazy(r"\b(?:patient|name|dob|born|birth|mrn|sex|gender|age)\b", re.I)
_PROSE = 60  # letters of a line that is no value


def is_layout(cells: list[list[str]]) -> bool:
    """Say whether one of a row's *cells*, each given as its lines, is a part of the page.

    It is if it has several lines and stands alone, tells something, or has lines under labels
    ("Allergies: ...", "Medication: ..."). "CEA" over "(ng/mL)" stays a value.
    """
    alone = sum(1 for lines in cells if lines) == 1
    return any(
        len(lines) > 1
        and (alone or any(len(line) > _PROSE for line in lines) or any(_LABELLED.match(line) for line in lines[1:]))
        for lines in cells
    )
