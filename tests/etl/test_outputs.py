"""An output folder keeps what others have put there, and one output that cannot be written costs no other."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from epicrisis.errors import MappingDataError, UnreadableDocument, UsageError
from epicrisis.etl import run, work
from etl.fakes import converter


def _go(inputs: Any, out: Path, **more: Any) -> Any:
    return run(inputs, out, convert=converter, progress=False, **more)


def _rows(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "manifest.ndjson").read_bytes().splitlines()]


def test_other_files_of_the_output_folder_stay(tmp_path: Path) -> None:
    """The merged layout removes what an earlier run merged, and nothing that it did not write."""
    table = tmp_path / "notes.ndjson"
    table.write_text('{"id": 1, "text": "A"}\n')
    for name in ("mine.ndjson", ".backup.tar.part"):
        (tmp_path / name).write_text("{}\n")
    _go([str(table)], tmp_path, layout="ndjson")
    assert table.read_text() == '{"id": 1, "text": "A"}\n'
    assert (tmp_path / "mine.ndjson").exists()
    assert (tmp_path / ".backup.tar.part").exists()
    table.write_text('{"id": 1, "text": "BAD"}\n')
    _go([str(table)], tmp_path, layout="ndjson")
    assert not (tmp_path / "Patient.ndjson").exists()
    assert (tmp_path / "mine.ndjson").exists()


@pytest.mark.parametrize("name", ["manifest.json", "Patient.ndjson", "manifest.ndjson"])
def test_what_is_not_of_an_earlier_run_is_not_replaced(name: str, tmp_path: Path) -> None:
    """A manifest or export of somebody else is refused before the work, and stays."""
    (tmp_path / "a.txt").write_text("A")
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text('{"a": "b"}\n')
    with pytest.raises(UsageError, match="use another output folder"):
        _go([str(tmp_path / "a.txt")], out, layout="ndjson")
    assert (out / name).read_text() == '{"a": "b"}\n'
    assert not (out / "documents").exists()


@pytest.mark.parametrize(
    ("name", "layout"),
    [("a.json", "bundle"), ("a.issues.json", "bundle"), ("manifest.ndjson", "bundle"), ("Patient.ndjson", "ndjson")],
)
def test_an_input_is_never_overwritten(name: str, layout: Any, tmp_path: Path) -> None:
    """Where an output would be an input the run is refused before anything is written."""
    file = tmp_path / name
    file.write_text('{"id": "a", "text": "A"}\n')
    (tmp_path / "a.txt").write_text("A")
    with pytest.raises(UsageError, match=r"use another output folder|another input gives"):
        _go([str(file), str(tmp_path / "a.txt")], tmp_path, layout=layout)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted({name, "a.txt"})


def test_a_row_whose_output_is_an_input_fails_alone(tmp_path: Path) -> None:
    """The ids of a table are known only on the way."""
    (tmp_path / "t.ndjson").write_text('{"id": "p.case", "text": "A"}\n{"id": "q", "text": "B"}\n')
    (tmp_path / "p.case.json").write_text("{}")
    below = tmp_path / "t"
    below.mkdir()
    (below / "p.case.json").write_text("{}")
    summary = _go([str(tmp_path / "t.ndjson"), str(below / "p.case.json")], tmp_path)
    assert (summary.done, summary.failed) == (2, 1)
    assert (below / "p.case.json").read_text() == "{}"


def test_an_output_that_is_a_folder_fails_alone(tmp_path: Path) -> None:
    """Its path is in the message; the others are converted."""
    notes, out = tmp_path / "in", tmp_path / "out"
    notes.mkdir()
    (out / "x.json").mkdir(parents=True)
    for name in "xyz":
        (notes / f"{name}.txt").write_text(name)
    summary = _go([str(notes)], out)
    assert (summary.done, summary.failed) == (2, 1)
    assert summary.kinds == {"UnwritableOutput": 1}
    assert str(out / "x.json") in summary.text()


@pytest.mark.parametrize(("code", "stops"), [(errno.EACCES, False), (errno.EROFS, True), (errno.EIO, True)])
def test_the_run_stops_where_no_output_can_be_written(
    code: int, stops: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that may not be written fails its documents; a disk that takes nothing ends the run."""
    notes = tmp_path / "in"
    (notes / "sub").mkdir(parents=True)
    (notes / "a.txt").write_text("A")
    (notes / "sub" / "b.txt").write_text("B")
    real = work.write_atomically

    def refuse(path: Path, text: str) -> None:
        if path.parent.name == "sub":
            raise OSError(code, os.strerror(code))
        real(path, text)

    monkeypatch.setattr(work, "write_atomically", refuse)
    if stops:
        with pytest.raises(UsageError, match="1 documents are converted"):
            _go([str(notes)], tmp_path / "out")
    else:
        assert _go([str(notes)], tmp_path / "out").failed == 1


def test_folders_that_are_passed_over_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that may not be read, or that a link leads to, is a line of the manifest, and the exit code is 3."""
    notes = tmp_path / "in"
    for name in ("in/sec", "in/sub", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("sec.txt", "sub/b.txt"):
        (notes / name).write_text(name)
    (notes / "away").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (notes / "again").symlink_to(notes / "sub", target_is_directory=True)
    real = os.scandir

    def refuse(path: Any) -> Any:
        if os.fspath(path) == str(notes / "sec"):
            raise PermissionError(errno.EACCES, "Permission denied", os.fspath(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    summary = _go([str(notes)], tmp_path / "out")
    assert summary.exit_code() == 3
    told = {Path(r["input"]).name: r["message"] for r in _rows(tmp_path / "out") if r["status"] == "failed"}
    assert told == {
        "sec": "folder: Permission denied",
        "away": "a link to a folder is not followed: name the folder as an input",
    }
    assert (tmp_path / "out" / "sec.json").exists()
    with pytest.raises(UnreadableDocument, match="sec: Permission denied"):
        _go([str(notes / "sec")], tmp_path / "out2")


@pytest.mark.parametrize(
    "wrong", [{"jobs": 0}, {"layout": "x"}, {"timeout": 0}, {"options": {"encoding": "nonsense"}}], ids=str
)
def test_wrong_options_are_refused_at_once(wrong: dict[str, Any], tmp_path: Path) -> None:
    """Before a folder is made."""
    (tmp_path / "a.txt").write_text("A")
    with pytest.raises(UsageError):
        _go([str(tmp_path / "a.txt")], tmp_path / "out", **wrong)
    assert not (tmp_path / "out").exists()


def test_one_input_needs_no_list(tmp_path: Path) -> None:
    """A path alone is an input, and not a list of its letters."""
    (tmp_path / "a.txt").write_text("A")
    assert _go(str(tmp_path), tmp_path / "out").done == 1
    assert _go(tmp_path, tmp_path / "out").done == 1


def test_folders_that_a_pattern_passes_over_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that may not be listed is a failure where the pattern looks into it, and none where it does not."""
    for name in ("in/open", "in/closed", "in/deep/closed"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a.txt").write_text(name)
    real = os.scandir

    def refuse(path: Any = ".") -> Any:
        if Path(os.fsdecode(path)).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", os.fsdecode(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    told = {}
    for number, pattern in enumerate(("in/*/*.txt", "in/**/*.txt", "in/o*/*.txt", "in/closed/*.tx?")):
        out = tmp_path / f"out{number}"
        try:
            summary = _go([str(tmp_path / pattern)], out)
        except UsageError:
            assert not out.exists()
            continue
        told[pattern] = (summary.done, summary.exit_code(), [r["input"] for r in _rows(out) if r["status"] == "failed"])
    assert told == {
        "in/*/*.txt": (1, 3, [str(tmp_path / "in" / "closed")]),
        "in/**/*.txt": (1, 3, [str(tmp_path / "in" / "closed"), str(tmp_path / "in" / "deep" / "closed")]),
        "in/o*/*.txt": (1, 0, []),
        "in/closed/*.tx?": (0, 3, [str(tmp_path / "in" / "closed")]),
    }


@pytest.mark.parametrize(
    "options",
    [{"fhir": "r6"}, {"nonsense": 1}, {"recorded": "today"}, {"mappings": ["/nowhere"]}, {"identity": "x"}],
    ids=str,
)
def test_wrong_options_of_the_conversion_are_refused_before_the_work(options: dict[str, Any], tmp_path: Path) -> None:
    """They are wrong for every document: none fails by one, and no folder is made."""
    (tmp_path / "a.txt").write_text("A")
    with pytest.raises((UsageError, MappingDataError)):
        run([str(tmp_path / "a.txt")], tmp_path / "out", options=options, progress=False)
    assert not (tmp_path / "out").exists()
