"""Tables of narratives: a wrong or damaged one is told, quotes nobody, and costs the others nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from epicrisis.errors import UsageError
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
    assert told[0].endswith("and later: not utf-8: name the encoding with --encoding")
