"""Names of outputs: what is distinct stays so, whatever bytes, cases and suffixes it is written with."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from epicrisis.errors import UsageError
from epicrisis.etl import run
from epicrisis.etl.names import file_name
from etl.fakes import converter


def _go(inputs: Any, out: Path, **more: Any) -> Any:
    return run(inputs, out, convert=converter, progress=False, **more)


def _made(out: Path) -> set[str]:
    return {str(p.relative_to(out)) for p in out.rglob("*.json") if not p.name.endswith(".issues.json")}


def test_a_name_that_is_no_unicode_is_written_with_its_bytes() -> None:
    """Two such names stay two, and none is that of a name that spells the bytes."""
    names = ["caf\udce9", "caf\udce8", "café", "caf%E9", "\ud800", "caf?"]
    assert file_name(names[0]) == "caf%E9"
    assert len({file_name(name) for name in names}) == len(names)


@pytest.mark.skipif(os.name == "nt", reason="file names are Unicode there")
def test_files_and_ids_that_are_no_unicode_are_converted(tmp_path: Path) -> None:
    """The manifest has them with the escapes of JSON, and a second run finds them again."""
    notes = tmp_path / "in"
    notes.mkdir()
    try:
        for byte in (b"\xe9", b"\xe8"):
            Path(os.fsdecode(os.fsencode(notes) + b"/caf" + byte + b".txt")).write_text(f"text {byte!r}")
    except OSError:
        pytest.skip("this file system takes Unicode only")
    table = tmp_path / "t.ndjson"
    table.write_text('{"id": "\\ud800", "text": "A"}\n{"id": "\\ud801", "text": "B"}\n')
    for layout in ("bundle", "ndjson"):
        out = tmp_path / layout
        assert _go([str(notes), str(table)], out, layout=layout).done == 4
        lines = (out / "manifest.ndjson").read_text(encoding="utf-8").splitlines()
        assert json.loads(lines[1])["input"].endswith("caf\udce9.txt")
        assert _go([str(notes), str(table)], out, layout=layout, resume=True).unchanged == 4


def test_ids_that_differ_in_case_only_are_told_apart(tmp_path: Path) -> None:
    """The second gets a digest; the same id again is still an error of its row."""
    table = tmp_path / "t.ndjson"
    ids = ["Abc", "aBC", "ABC", "x.issues", "x.issues_", "Abc", "u\u0308", "ü"]
    table.write_text("".join(json.dumps({"id": i, "text": f"text {n}"}) + "\n" for n, i in enumerate(ids)))
    summary = _go([str(table)], tmp_path / "out")
    assert (summary.done, summary.failed) == (7, 1)
    made = _made(tmp_path / "out")
    assert len(made) == 7
    assert {"Abc.json", "x.issues_.json"} <= made
    assert sum(name.lower().startswith("abc~") for name in made) == 2
    assert _go([str(table)], tmp_path / "out", resume=True).unchanged == 7


def test_files_of_a_folder_whose_names_meet_are_all_converted(tmp_path: Path) -> None:
    """ "X.txt" beside "x.txt", and a name that another's suffix gives."""
    notes = tmp_path / "in"
    notes.mkdir()
    names = ["a.txt", "a.md", "a.txt.md", "x.issues.txt", "x.issues_.txt", "b.txt", "B.txt"]
    for name in names:
        (notes / name).write_text(name)
    assert _go([str(notes)], tmp_path / "out").done == len(names)
    assert len(_made(tmp_path / "out")) == len(names)


def test_tables_of_one_stem_have_folders_of_their_own(tmp_path: Path) -> None:
    """The suffix stays; where that is the same too they are refused before the work."""
    for name in ("t.csv", "t.tsv"):
        (tmp_path / name).write_text("id,text\n1,A\n".replace(",", "\t" if name == "t.tsv" else ","))
    _go([str(tmp_path / "t.csv"), str(tmp_path / "t.tsv")], tmp_path / "out")
    assert _made(tmp_path / "out") == {"t.csv/1.json", "t.tsv/1.json"}
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "t.csv").write_text("id,text\n1,B\n")
    with pytest.raises(UsageError, match="another table gives"):
        _go([str(tmp_path / "t.csv"), str(tmp_path / "sub" / "t.csv")], tmp_path / "out2")
    assert not (tmp_path / "out2").exists()
    _go([str(tmp_path / "**" / "*.csv")], tmp_path / "out3")
    assert _made(tmp_path / "out3") == {"t/1.json", "sub/t/1.json"}


def test_a_pattern_keeps_the_tree_below_its_first_wildcard(tmp_path: Path) -> None:
    """ "letters/*/note.txt" gives as many bundles as it meets."""
    for name in ("a", "b"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "note.txt").write_text(name)
    assert _go([str(tmp_path / "in" / "*" / "note.txt")], tmp_path / "out").done == 2
    assert _made(tmp_path / "out") == {"a/note.json", "b/note.json"}
