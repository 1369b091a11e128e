"""Cells over several columns or rows: every value stands under its head and beside its day."""

from __future__ import annotations

import pytest

from epicrisis.case import build_case
from epicrisis.document import Document, read
from epicrisis.document.spans import Cell, spread
from epicrisis.facts import extract

HEAD = (
    "<thead><tr><th rowspan='2'>Test</th><th colspan='2'>March 2020</th><th>June 2020</th></tr>"
    "<tr><th>before</th><th>after</th><th>after</th></tr></thead>"
)
ROWS = (
    "<tr><td colspan='4'>Tumour markers</td></tr>"
    "<tr><td>CEA (ng/mL)</td><td>45</td><td>12</td><td>5</td></tr>"
    "<tr><td>CA 19-9 (U/mL)</td><td>450</td><td>120</td><td>50</td></tr>"
)
DAYS = (
    "<tr><th>Date</th><th>Test</th><th>Value</th></tr>"
    "<tr><td rowspan='2'>03/15/2020</td><td>Hemoglobin</td><td>9.8 g/dL</td></tr>"
    "<tr><td>Platelets</td><td>88 x10^9/L</td></tr>"
    "<tr><td>04/15/2020</td><td>Hemoglobin</td><td>11.1 g/dL</td></tr>"
)


def _html(table: str) -> Document:
    pytest.importorskip("lxml", reason="the extra html is not installed")
    return read(
        f"<!doctype html><html><body><p>A man had colon cancer.</p><table>{table}</table></body></html>".encode()
    )


def _jats(table: str) -> Document:
    wrap = f"<table-wrap><label>Table 1</label><caption><p>Values</p></caption><table>{table}</table></table-wrap>"
    return read(
        f"<article><body><sec><title>Case</title><p>A man had colon cancer.</p>{wrap}</sec></body></article>".encode()
    )


@pytest.mark.parametrize("page", [_html, _jats])
def test_a_head_of_two_lines_becomes_one(page: type[Document]) -> None:
    """Each of the six values has its day; two were read before, and without one."""
    document = page(HEAD + ROWS)
    assert "Test | March 2020 before | March 2020 after | June 2020 after\nTumour markers" in document.text
    items = [i for i in build_case(document, extract(document)).items if i.type in ("marker", "lab")]
    told = [(i.detail["value"], i.when.value if i.when else None) for i in items]
    assert [(str(v), d) for v, d in told] == [
        ("45", "2020-03"), ("12", "2020-03"), ("5", "2020-06"), ("450", "2020-03"), ("120", "2020-03"), ("50", "2020-06"),
    ]  # fmt: skip


@pytest.mark.parametrize("page", [_html, _jats])
def test_a_day_that_stands_once_for_several_rows_is_that_of_each(page: type[Document]) -> None:
    """Its words are told in each."""
    assert "03/15/2020 | Platelets | 88 x10^9/L" in page(DAYS).text


def test_without_spans_rows_stay_as_they_are() -> None:
    """Whatever is said of heads."""
    rows = [[Cell("a"), Cell("b")], [Cell("c"), Cell("d")], [Cell("e")]]
    assert spread(rows, 2) == [["a", "b"], ["c", "d"], ["e"]]


def test_a_line_over_the_whole_table_is_no_head() -> None:
    """It stands above."""
    rows = [[Cell("Values", 3)], [Cell("Test"), Cell("May"), Cell("June")], [Cell("CEA"), Cell("5"), Cell("7")]]
    assert spread(rows, 2) == [["Values"], ["Test", "May", "June"], ["CEA", "5", "7"]]


def test_spans_that_no_page_has_fill_no_memory() -> None:
    """A thousand columns, or a long text told in a thousand rows."""
    rows = [[Cell("x", 1000, 1000)], *([[Cell("y")]] * 1000)]
    assert spread(rows, 1)[1:] == [["y"]] * 1000
    rows = [[Cell("Note", 1), Cell("Test")], [Cell("long " * 1000, 1, 1000), Cell("a")], *([[Cell("b")]] * 500)]
    assert sum(len(word) for row in spread(rows, 1) for word in row) < 10_000
