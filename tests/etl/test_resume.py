"""A run that goes on ends as one that nobody disturbed: the same files, order, counts and exit code."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from epicrisis import resources
from epicrisis.errors import UsageError
from epicrisis.etl.fingerprint import fingerprint
from etl.fakes import converter, go, rows, tree, write_notes


@pytest.mark.parametrize("layout", ["bundle", "ndjson"])
def test_a_repaired_document_takes_its_place(layout: Any, tmp_path: Path) -> None:
    """Manifest and merged files are, byte for byte, those of a run without the failure."""
    notes = write_notes(tmp_path / "in", a="A", b="BAD", c="C")
    go([notes], tmp_path / "out", layout=layout)
    write_notes(notes, b="B", aa="AA")
    go([notes], tmp_path / "out", layout=layout, resume=True)
    go([notes], tmp_path / "whole", layout=layout)
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


def test_what_is_no_input_now_is_not_merged(tmp_path: Path) -> None:
    """Its line stays at the end, marked as former, until it is an input again."""
    notes = write_notes(tmp_path / "in", a="A", b="B", c="BAD")  # of a failure there is nothing to keep
    out = tmp_path / "out"
    go([notes], out, layout="ndjson")
    (notes / "c.txt").unlink()
    go([notes], out, layout="ndjson", resume=True)
    before = tree(out)
    (notes / "a.txt").unlink()
    go([notes], out, layout="ndjson", resume=True)
    assert [(r["output"], r.get("former")) for r in rows(out)] == [("b", None), ("a", True)]
    assert len((out / "Patient.ndjson").read_text().splitlines()) == 1
    write_notes(notes, a="A")
    assert go([notes], out, layout="ndjson", resume=True).unchanged == 2
    assert tree(out) == before


@pytest.mark.parametrize("name", ["a.json", "a.issues.json"])
def test_outputs_that_were_changed_are_made_again(name: str, tmp_path: Path) -> None:
    """Truncated, edited, or lost."""
    notes = write_notes(tmp_path / "in", a="A", b="B")
    out = tmp_path / "out"
    go([notes], out)
    before = tree(out)
    (out / name).write_bytes(before[name][:-3] + b"xyz")
    assert go([notes], out, resume=True).done == 1
    assert tree(out) == before


def test_findings_of_unchanged_documents_count(tmp_path: Path) -> None:
    """A run that ended with 1 ends with 1 when nothing has changed."""
    finding = SimpleNamespace(severity="error")

    def faulty(source: Any, **options: Any) -> Any:
        done = converter(source, **options)
        done.report = SimpleNamespace(findings=[finding])
        return done

    notes = write_notes(tmp_path / "in", a="A")
    assert go([notes], tmp_path / "out", convert=faulty).exit_code() == 1
    again = go([notes], tmp_path / "out", convert=faulty, resume=True)
    assert (again.unchanged, again.errors, again.exit_code()) == (1, 1, 1)


@pytest.mark.parametrize(
    "change", [{"status": None}, {"output": 7}, {"sha256": []}, {"errors": "many"}, {"status": "done"}], ids=str
)
def test_a_line_that_is_none_of_a_manifest_is_told(change: dict[str, Any], tmp_path: Path) -> None:
    """With its number; nothing is guessed from it."""
    notes = write_notes(tmp_path / "in", a="A", b="BAD")
    go([notes], tmp_path / "out")
    first, second = rows(tmp_path / "out")
    changed = {**(second if change == {"status": "done"} else first), **change}
    (tmp_path / "out" / "manifest.ndjson").write_text(json.dumps(first) + "\n" + json.dumps(changed) + "\n")
    with pytest.raises(UsageError, match="line 2 is none of a manifest"):
        go([notes], tmp_path / "out", resume=True)


def test_tables_decide_what_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shipped tables and those laid over count by content and place, not by the path of their folder."""

    def tables(name: str, file: str, text: str) -> Path:
        path = tmp_path / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return tmp_path / name

    def of(*folders: Path) -> str:
        return fingerprint({"mappings": [str(f) for f in folders]}, "bundle", compact=False)

    one = of(tables("one", "terms/drugs.tsv", "x"))
    assert of(tables("two", "terms/drugs.tsv", "x")) == one
    assert of(tables("three", "drugs.tsv", "x")) != one
    assert of(tables("four", "terms/drugs.tsv", "y")) != one
    assert of() != one
    monkeypatch.setattr(resources, "_plugins", lambda: (tmp_path / "one",))
    assert of() == one
    monkeypatch.setattr(resources, "packaged", lambda: tmp_path / "two")
    assert of() != one
