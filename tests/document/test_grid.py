"""Tables set in a text are found with their cells."""

from __future__ import annotations

import time

import pytest

from epicrisis.document.grid import tables

WRITTEN = {
    "bars": "Values:\n| Test | May | June |\n|---|:-:|---|\n| CEA | 5 | 7 |\n| AFP | 2 | |\n\nShe was well.",
    "bars without edges": "Table 1. Values\nTest | May | June\nCEA | 5 | 7\nAFP | 2 | \n",
    "tabs": "Test\tMay\tJune\nCEA\t5\t7\nAFP\t2\t\n",
    "blanks": "Test    May    June\nCEA     5      7\n",
    "no head over the names": "        May    June\nCEA     5      7\n",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_cells_stand_where_they_are_written(name: str) -> None:
    """Each cell is its own words, whatever parts it from the next."""
    text = WRITTEN[name]
    (table,) = tables(text)
    rows = [[text[c.start : c.end] for c in row] for row in (table.head, *table.rows)]
    assert rows[0][1:] == ["May", "June"]
    assert rows[1] == ["CEA", "5", "7"]


@pytest.mark.parametrize(
    "text",
    [
        "He had CEA 5 | AFP 7 in May.\nHe was well.",
        "A line.  Another.\nA third.",
        "Name | Value\nCEA | 5",
        "| Test | May | June |\n| CEA | 5 |",  # which day it is of cannot be told
    ],
)
def test_what_is_no_table_is_none(text: str) -> None:
    """Prose, pairs, and rows with cells missing are no tables."""
    assert tables(text) == []


@pytest.mark.parametrize("pump", ["a | b | c\n", "a\tb\tc\n", "a   b   c\n", "| - |\n", "   \n", "|"])
def test_tables_are_found_in_linear_time(pump: str) -> None:
    """Eight times the text takes about eight times as long, and not sixty-four."""

    def seconds(times: int) -> float:
        began = time.process_time()
        tables(pump * times)
        return time.process_time() - began

    small = max(min(seconds(8_000) for _ in range(3)), 0.005)
    assert min(seconds(64_000) for _ in range(3)) < 24 * small
