"""Tables of narratives: a wrong or damaged one is told, quotes nobody, and costs the others nothing."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from epicrisis.document import read, table_lines, tables
from epicrisis.document.tables import records
from epicrisis.errors import UnreadableDocument, UsageError
from epicrisis.etl import run
from etl.fakes import converter


def _go(inputs: Any, out: Path, **more: Any) -> Any:
    return run(inputs, out, convert=converter, progress=False, **more)


def _table(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return str(path)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_columns_may_be_parted_by_semicolons(mark: str, tmp_path: Path) -> None:
    """Spreadsheets do so where the comma is for decimals; a byte order mark makes no difference."""
    table = _table(tmp_path / "t.csv", f"{mark}id;text\n7;Hb 10,5, platelets normal\n")
    assert _go([table], tmp_path / "out").done == 1
    assert (tmp_path / "out" / "7.json").exists()


def test_an_id_column_that_is_not_there_is_a_wrong_option(tmp_path: Path) -> None:
    """Row numbers do for a table without ids, but not in place of the column that was asked for."""
    table = _table(tmp_path / "t.csv", "key,text\n7,A\n")
    assert _go([table], tmp_path / "out").done == 1
    with pytest.raises(UsageError, match="no column 'note'; columns: key, text"):
        _go([table], tmp_path / "other", id_column="note")


def test_a_table_without_a_heading_is_not_quoted(tmp_path: Path) -> None:
    """What stands in place of a heading may be a patient."""
    table = _table(tmp_path / "t.csv", "1,Zebulon Quux had a sarcoma\n")
    with pytest.raises(UsageError, match="is its first row a heading") as caught:
        _go([table], tmp_path / "out")
    assert "Quux" not in str(caught.value)


@pytest.mark.parametrize("first", ["Quux,sarcoma", "Quux,David,C49", "Quux"])
def test_single_words_in_place_of_a_heading_are_not_quoted(first: str, tmp_path: Path) -> None:
    """A name and a diagnosis look like columns; only what has a usual word of headings is one."""
    with pytest.raises(UsageError, match="is its first row a heading") as caught:
        _go([_table(tmp_path / "t.csv", f"{first}\n")], tmp_path / "out")
    assert "Quux" not in str(caught.value)


def test_headings_are_looked_at_before_the_start(tmp_path: Path) -> None:
    """The second table has no such column: the first is not converted either; how far one is read is known."""
    good = _table(tmp_path / "a.csv", "id,text\n1,A\n")
    with pytest.raises(UsageError, match=r"b\.csv: no column 'text'; columns: id, note"):
        _go([good, _table(tmp_path / "b.csv", "id,note\n1,A\n")], tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert [r.read for r in records(Path(good))] == [Path(good).stat().st_size]


def test_a_table_damaged_on_its_way_leaves_the_others_alone(tmp_path: Path) -> None:
    """The rows before the damage and the other inputs are converted; the damage is a line of the manifest."""
    rows = "".join(f"{n},note {n}\n" for n in range(1500)).encode()
    damaged = _table(tmp_path / "a.csv", b"id,text\n" + rows + b"x,\xe9\xff\n")
    good = _table(tmp_path / "b.csv", "id,text\n1,B\n")
    summary = _go([damaged, good], tmp_path / "out")
    assert summary.failed == 1
    assert summary.done > 1
    assert (tmp_path / "out" / "b" / "1.json").exists()
    lines = [json.loads(line) for line in (tmp_path / "out" / "manifest.ndjson").read_text().splitlines()]
    told = [line["message"] for line in lines if line["status"] == "failed"]
    assert len(told) == 1
    assert told[0] == "a byte that is not utf-8: name the encoding with --encoding"


CSV = "id,text\n1,Müller 38 °C\n2,B\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "gb18030"])
def test_a_table_may_be_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    """It is found out as for single narratives."""
    told = ["患者，女，四十五岁", "盆腔平滑肌肉瘤"] if encoding == "gb18030" else ["Müller 38 °C", "B"]
    table = "".join(f"{n},{text}\n" for n, text in enumerate(told))
    path = Path(_table(tmp_path / "t.csv", f"id,text\n{table}".encode(encoding)))
    assert [r.text for r in records(path)] == told


def test_a_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    """Also where the encoding is named."""
    path = Path(_table(tmp_path / "t.csv", "\ufeff" + CSV))
    for encoding in (None, "utf-8", "UTF_8", "utf-8-sig"):
        assert [r.id for r in records(path, encoding=encoding)] == ["1", "2"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", b"id,text\n1,M\xc3\xbcller\n2,x\xff\n3,C\n"),
        ("t.ndjson", b'{"id":1,"text":"M\xc3\xbcller"}\n{"id":2,"text":"\xff"}\n{"id":3,"text":"C"}\n'),
        ("t.ndjson", b'{"id":1,"text":"A"}\n{"id":2,"text":"\xfcber"}\n{"id":3,"text":"C"}\n'),
    ],
)
def test_a_bad_byte_costs_its_row(name: str, content: bytes, tmp_path: Path) -> None:
    """The rows around it are read."""
    found = list(records(Path(_table(tmp_path / name, content))))
    assert [r.fault is None for r in found] == [True, False, True]


def test_a_line_without_end_costs_its_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is passed over, and not taken into memory."""
    monkeypatch.setattr(table_lines, "_LONGEST", 1000)
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"id,text\n1," + b"a" * 5000 + b"\n2,B\n"))
    assert [(r.text, r.fault) for r in records(path)] == [("", "the line is too long"), ("B", None)]


def test_a_quotation_mark_that_is_not_closed_ends_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows it are no rows, and there may be millions."""
    monkeypatch.setattr(tables, "LIMIT", 5000)
    table = _table(tmp_path / "t.csv", 'id,text\n1,A\n2,"' + "a\n" * 100_000)
    summary = _go([table], tmp_path / "out")
    assert (summary.done, summary.failed) == (1, 1)


def test_what_is_no_table_is_given_up(tmp_path: Path) -> None:
    """After a thousand lines that are no rows."""
    table = _table(tmp_path / "t.ndjson", "a\n" * 100_000)
    assert _go([table], tmp_path / "out").failed == 1001
    short = _table(tmp_path / "t.csv", "id,text\n" + "a\n" * 100_000)
    assert _go([short], tmp_path / "more").failed == 1001


def test_rows_of_a_bomb_are_refused_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A group of rows that unpack to megabytes each is not unpacked."""
    pyarrow = pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    from pyarrow import parquet

    path = tmp_path / "t.parquet"
    parquet.write_table(pyarrow.table({"id": [1, 2], "text": ["a" * 9000, "b" * 9000]}), path, use_dictionary=False)
    assert [r.fault for r in records(path)] == [None, None]
    monkeypatch.setattr(tables, "_GROUP", 10_000)
    monkeypatch.setattr(tables, "_ROW", 1000)
    assert [r.fault for r in records(path)] == ["larger than any narrative"] * 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """One in a folder fails alone; alone it is refused."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("A")
    os.mkfifo(folder / "b.txt")
    os.mkfifo(folder / "c.csv")
    summary = _go([str(folder), str(folder / "c.csv")], tmp_path / "out")
    assert (summary.done, summary.failed) == (1, 2)
    with pytest.raises(UnreadableDocument, match="is no regular file"):
        read(folder / "b.txt")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", "id\ttext\n7\tHb 10,5; platelets, normal\n"),
        ("t.tsv", "id,text\n7,Hb 10.5\n"),
        ("t.tsv", "id\ttext\n7\tHb 10,5; platelets, normal\n"),
        ("t.csv", "sep=;\r\nid;text\r\n7;Hb 10,5\r\n"),
        ("t.csv", '\ufeff"sep=\t"\r\nid\ttext\r\n7\tHb 10,5\r\n'),
        ("t.csv", "id|text\n7|Hb 10,5; platelets, normal\n"),
        ("t.csv", "id^text\n7^Hb 10.5\n"),
        ("t.csv", "id;text;last, first, and middle name\n7;Hb 10,5;\n"),
        ("t.csv", "text\n7\n"),
    ],
)
def test_the_heading_tells_what_parts_the_columns(name: str, content: str, tmp_path: Path) -> None:
    """Tabs or bars in a `.csv`, commas in a `.tsv`, and the line by which Excel is told."""
    (record,) = records(Path(_table(tmp_path / name, content)))
    assert record.fault is None
    assert (record.id, record.text[:2]) == ("7", "Hb") or (record.id, record.text) == ("row-1", "7")


@pytest.mark.parametrize("more", [{}, {"use_dictionary": False, "data_page_version": "2.0"}, {"compression": "zstd"}])
def test_one_text_of_hundreds_of_megabytes_fills_no_memory(
    more: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hides among letters whose average is small; its group of rows is told, the others are read."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    from epicrisis.document import parquet_pages

    texts = [f"Patient {n} had colon cancer." for n in range(300)]
    texts[70] = "x" * 3_000_000
    path = tmp_path / "t.parquet"
    ids = [str(n) for n in range(300)]
    parquet.write_table(pyarrow.table({"id": ids, "text": texts}), path, row_group_size=100, **more)
    column = parquet.ParquetFile(path).metadata.row_group(0).column(1)
    assert 3_000_000 <= parquet_pages.largest_page(path, column) < 3_100_000
    assert not [r for r in records(path) if r.fault]
    monkeypatch.setattr(tables, "_GROUP", 1_000_000)
    told = [r.fault for r in records(path)]
    assert all("a text of more than 1 MB" in str(fault) for fault in told[:100])
    assert told[100:] == [None] * 200


def test_pages_that_cannot_be_read_count_as_the_whole_column(tmp_path: Path) -> None:
    """Whoever damages a page's header gets no more memory by it."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    from epicrisis.document import parquet_pages

    path = tmp_path / "t.parquet"
    parquet.write_table(pyarrow.table({"text": ["A", "B"]}), path)
    column = parquet.ParquetFile(path).metadata.row_group(0).column(0)
    data = bytearray(path.read_bytes())
    data[4:40] = b"\xff" * 36
    path.write_bytes(bytes(data))
    assert parquet_pages.largest_page(path, column) == column.total_uncompressed_size


def test_a_text_is_not_cut_off_at_its_first_comma(tmp_path: Path) -> None:
    """Without quotation marks the rest of it would stand beyond the last column; blank cells there say nothing."""
    rows = list(records(Path(_table(tmp_path / "t.csv", "id,text\n1,CEA 5, AFP 7\n2,CEA 5,,\n3\n"))))
    assert [(r.id, r.text, r.fault) for r in rows] == [
        ("row-1", "", "more cells than the heading has columns: is the text in quotation marks?"),
        ("2", "CEA 5", None),
        ("3", "", "the text is null"),
    ]


def test_two_columns_of_one_name_are_a_wrong_table(tmp_path: Path) -> None:
    """Which of them holds the narrative cannot be told."""
    with pytest.raises(UsageError, match="two columns are called 'text'"):
        _go([_table(tmp_path / "t.csv", "id,text,text\n1,A,B\n")], tmp_path / "out")


def test_what_is_not_a_number_is_no_id(tmp_path: Path) -> None:
    """An id that a data frame has lost is "nan" in each of its rows."""
    arrow = pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    from pyarrow import parquet

    nan = float("nan")
    parquet.write_table(arrow.table({"id": [nan, nan], "text": ["A", "B"]}), tmp_path / "t.parquet")
    assert [r.id for r in records(tmp_path / "t.parquet")] == ["row-1", "row-2"]
