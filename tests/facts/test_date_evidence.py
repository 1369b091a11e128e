"""Which of day and month stands first is told by what one reading makes impossible, and by nothing less."""

from __future__ import annotations

from pathlib import Path

import pytest

from epicrisis.document import read
from epicrisis.facts import extract

SHOWN = {
    "a weekday before the date": ("Presented: Tuesday, 08/11/2020\nBiopsy on 03/04/2020.", "2020-03-04"),
    "a weekday behind the date": ("Seen on 11/08/2020 (Tuesday).\nBiopsy on 03/04/2020.", "2020-04-03"),
    "a discharge before the admission": (
        "Admitted: 10/9/2019  Discharged: 2/10/2019\nBiopsy on 3/4/2020.",
        "2020-04-03",
    ),
    "a time that would end before it begins": ("FOLFOX 1/10/2020 - 2/3/2020. Biopsy on 3/4/2020.", "2020-03-04"),
    "what was done after the letter that tells of it": (
        "Date: 5/6/2021\nTURBT on 10/2/2020. Cystectomy on 1/11/2021, nivolumab started 3/10/2021. Biopsy on 3/4/2020.",
        "2020-03-04",
    ),
    "days without a year": (
        "Date: 11/02/2021\nCT chest 10/30: mass. Bx on 10/31 by IR. Biopsy on 3/4/2020.",
        "2020-03-04",
    ),
    "a stay of a week or of half a year": (
        "Admit date: 08/02/2021  Discharge date: 08/09/2021\nBiopsy on 3/4/2020.",
        "2020-03-04",
    ),
    "a list of days that runs forward in one reading": (
        "1/5/2020: CT\n2/9/2020: biopsy\n4/2/2020: FOLFOX\n6/11/2020: CT\n8/3/2020: surgery\nBiopsy on 3/4/2020.",
        "2020-03-04",
    ),
}
OPEN = {
    "nothing at all": "CT on 4/5/2020. Biopsy on 3/4/2020.",
    "plans behind the letter": "Date: 5/6/2021\nNext CT 7/8/2021. Review on 9/8/2021. Biopsy on 3/4/2020.",
    "weekdays that contradict each other": "Tuesday, 08/11/2020. Monday, 08/11/2020. Biopsy on 3/4/2020.",
    "a short list": "1/5/2020: CT\n2/4/2020: biopsy\n3/3/2020: FOLFOX\nBiopsy on 3/4/2020.",
    "a stay that fits both": "Admitted: 3/9/2019  Discharged: 3/12/2019\nBiopsy on 3/4/2020.",
}


def _last_date(text: str, folder: Path) -> str:
    path = folder / "letter.txt"
    path.write_text(f"A 65-year-old man had a cancer.\n{text}\n", encoding="utf-8")
    return [str(f.value.get("value")) for f in extract(read(path)) if f.kind == "date"][-1]


@pytest.mark.parametrize(("text", "day"), SHOWN.values(), ids=SHOWN)
def test_the_letter_shows_its_order(text: str, day: str, tmp_path: Path) -> None:
    """A date that can be read in two ways is read in the one that the rest of the letter leaves."""
    assert _last_date(text, tmp_path) == day


@pytest.mark.parametrize("text", OPEN.values(), ids=OPEN)
def test_what_shows_no_order_leaves_it_open(text: str, tmp_path: Path) -> None:
    """Such a date keeps its year only."""
    assert _last_date(text, tmp_path) == "2020"
