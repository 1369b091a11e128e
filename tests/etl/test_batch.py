"""A batch converts what it can, tears nothing, and tells what became of each document."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from epicrisis.errors import UnreadableDocument, UsageError
from epicrisis.etl import run
from etl.fakes import CANARY, converter

TESTS = Path(__file__).resolve().parents[1]
# a parent that runs in the background may have left SIGINT ignored
CHILD = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {tests!r})
from etl.fakes import converter
from epicrisis.etl import run
if __name__ == "__main__":
    print(run(sys.argv[1:-2], sys.argv[-2], jobs=int(sys.argv[-1]), resume=True, progress=False,
              convert=converter, options={{"pause": {pause}}}).exit_code())
"""


def _folder(path: Path, texts: dict[str, str]) -> Path:
    for name, text in texts.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return path


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != ".epicrisis.lock"
    }


def _manifest(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "manifest.ndjson").read_text().splitlines()]


def _go(inputs: Any, out: Path, **more: Any) -> Any:
    return run(inputs, out, convert=converter, progress=False, **more)


def test_a_folder_becomes_a_folder_of_bundles(tmp_path: Path) -> None:
    """Each narrative gives its bundle and its issues, in the tree it came from."""
    notes = _folder(tmp_path / "in", {"a.txt": "A", "sub/b.md": "B", "c.csv": "x", "d.exe": "no"})
    summary = _go([str(notes)], tmp_path / "out")
    assert summary.exit_code() == 0
    assert set(_tree(tmp_path / "out")) == {
        "a.json", "a.issues.json", "sub/b.json", "sub/b.issues.json", "manifest.ndjson",
    }  # fmt: skip
    row = _manifest(tmp_path / "out")[0]
    assert row["status"] == "done"
    assert row["findings"] == {"informational": 1}


@pytest.mark.parametrize("jobs", [1, 2])
def test_bad_documents_do_not_end_the_run(tmp_path: Path, jobs: int) -> None:
    """Unreadable files and bugs are counted by kind; nothing of a narrative is told."""
    texts = {f"{n:02}.txt": f"text {n}" for n in range(12)}
    texts |= {"03.txt": "BAD", "05.txt": f"BUG {CANARY}"}
    if jobs > 1:
        texts |= {"07.txt": "DIE"}
    notes = _folder(tmp_path / "in", texts)
    summary = _go([str(notes)], tmp_path / "out", jobs=jobs)
    assert summary.exit_code() == 3
    assert summary.done == len(texts) - (3 if jobs > 1 else 2)
    expected = {"UnreadableDocument": 1, "Bug": 1} | ({"WorkerDied": 1} if jobs > 1 else {})
    assert summary.kinds == expected
    assert CANARY not in summary.text()
    assert CANARY not in (tmp_path / "out" / "manifest.ndjson").read_text()
    rows = _manifest(tmp_path / "out")
    assert [Path(r["input"]).name for r in rows] == sorted(texts)


def test_a_document_that_hangs_is_given_up(tmp_path: Path) -> None:
    """With several processes a document has a time limit; the others go on."""
    notes = _folder(tmp_path / "in", {"a.txt": "HANG", "b.txt": "B", "c.txt": "C"})
    summary = _go([str(notes)], tmp_path / "out", jobs=2, timeout=1)
    assert summary.kinds == {"Timeout": 1}
    assert summary.done == 2


def test_resume_does_only_what_is_new_changed_or_failed(tmp_path: Path) -> None:
    """Unchanged inputs are skipped; changed, failed and new ones, and lost outputs, are done."""
    notes = _folder(tmp_path / "in", {f"{n}.txt": f"text {n}" for n in range(6)} | {"x.txt": "BAD"})
    out = tmp_path / "out"
    _go([str(notes)], out)
    _folder(notes, {"0.txt": "changed", "x.txt": "good now", "new.txt": "new"})
    (out / "1.json").unlink()
    summary = _go([str(notes)], out, resume=True)
    assert (summary.done, summary.unchanged, summary.failed) == (4, 4, 0)
    rows = _manifest(out)
    assert len({r["output"] for r in rows}) == len(rows) == 8
    assert _go([str(notes)], out, resume=True).unchanged == 8
    assert _go([str(notes)], out, resume=True, options={"pause": 0.001}).done == 8  # other options


@pytest.mark.parametrize("jobs", [1, 2])
def test_killed_runs_resume_to_the_same_bytes(tmp_path: Path, jobs: int) -> None:
    """Kill -9 at random points, then --resume: byte for byte an undisturbed run's outputs."""
    kills = int(os.environ.get("EPICRISIS_KILLS", "12"))
    notes = _folder(tmp_path / "in", {f"{n:03}.txt": f"text {n} " * 50 for n in range(120)})
    _go([str(notes)], tmp_path / "whole", options={"pause": 0.002})
    script = CHILD.format(tests=str(TESTS), pause=0.002)
    dice = random.Random(jobs)  # noqa: S311
    out, done, killed = tmp_path / "out", 0, 0
    while killed < kills:
        command = [sys.executable, "-c", script, str(notes), str(out), str(jobs)]
        if done == 1:
            for path in out.rglob("*.json"):
                path.unlink()
            (out / "manifest.ndjson").unlink()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            done = int(child.wait(dice.uniform(0.05, 0.9)) == 0)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.wait()
            killed += 1
            done = 0
        for path in out.rglob("*.json"):
            json.loads(path.read_text())  # never torn
    subprocess.run([sys.executable, "-c", script, str(notes), str(out), str(jobs)], check=True, timeout=120)
    assert _tree(out) == _tree(tmp_path / "whole")


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_ends_in_order(tmp_path: Path, jobs: int) -> None:
    """Ctrl-C gives a summary and exit code 130, and leaves no parts behind."""
    notes = _folder(tmp_path / "in", {f"{n:04}.txt": f"text {n}" for n in range(3000)})
    script = CHILD.format(tests=str(TESTS), pause=0.01)
    out = tmp_path / "out"
    child = subprocess.Popen([sys.executable, "-c", script, str(notes), str(out), str(jobs)], stdout=subprocess.PIPE)
    limit = time.monotonic() + 60
    while not (out / "0003.json").exists() and time.monotonic() < limit:
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    said, _ = child.communicate(timeout=60)
    assert said.strip() == b"130"
    assert not list(out.rglob("*.part"))
    assert all(r["status"] == "done" for r in _manifest(out))


def test_tables_give_a_bundle_per_row(tmp_path: Path) -> None:
    """CSV, NDJSON (also gzipped) and Parquet rows become documents named by their id."""
    rows = [{"id": f"p{n}", "text": f"text, {n}\nline", "more": n} for n in range(5)]
    (tmp_path / "t.ndjson").write_text("".join(json.dumps(r) + "\n" for r in rows))
    with gzip.open(tmp_path / "z.ndjson.gz", "wt") as file:
        file.write("".join(json.dumps(r) + "\n" for r in rows))
    (tmp_path / "t.csv").write_text("id,text,more\n" + "".join(f'{r["id"]},"{r["text"]}",1\n' for r in rows))
    made = ["t.ndjson", "z.ndjson.gz", "t.csv"]
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        pass
    else:
        parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "t.parquet")
        made.append("t.parquet")
    trees = []
    for name in made:
        out = tmp_path / f"out-{name}"
        assert _go([str(tmp_path / name)], out).done == 5
        tree = _tree(out)
        tree.pop("manifest.ndjson")
        trees.append(tree)
    assert all(tree == trees[0] for tree in trees)
    assert set(trees[0]) == {f"p{n}{s}.json" for n in range(5) for s in ("", ".issues")}


def test_rows_with_faults_are_counted(tmp_path: Path) -> None:
    """No text, no JSON, and an id that was there already are errors of their row only."""
    (tmp_path / "t.ndjson").write_text(
        '{"id": 1, "text": "A"}\n{"id": 1, "text": "B"}\nnot json\n{"id": 2, "text": null}\n'
        '{"id": 3}\n\n[1]\n{"text": "no id"}\n'
    )
    summary = _go([str(tmp_path / "t.ndjson")], tmp_path / "out")
    assert (summary.done, summary.failed) == (2, 5)
    assert summary.kinds == {"UnreadableRow": 5}
    assert (tmp_path / "out" / "1.json").exists()


def test_an_unknown_column_is_told_with_those_there_are(tmp_path: Path) -> None:
    """A wrong column name is an error of usage that lists the columns."""
    (tmp_path / "t.csv").write_text("id,note\n1,A\n")
    with pytest.raises(UsageError, match="columns: id, note"):
        _go([str(tmp_path / "t.csv")], tmp_path / "out")


def test_ids_never_leave_the_output_folder(tmp_path: Path) -> None:
    """Ids with paths, NUL, reserved names or any length give files in the folder, none lost."""
    ids = [
        "../../etc/passwd", "/abs", "..", ".", "", "a\0b", "CON", "nul.txt", "x" * 400, "ü" * 200,
        "a/b", "a\\b", "a:b", " ", "x.issues", ".hidden", "a\nb", "~", "%2e", "A", "x" * 401,
    ]  # fmt: skip
    (tmp_path / "t.ndjson").write_text(
        "".join(json.dumps({"id": i, "text": f"text {n}"}) + "\n" for n, i in enumerate(ids))
    )
    out = tmp_path / "deep" / "out"
    assert _go([str(tmp_path / "t.ndjson")], out).done == len(ids)
    names = [p for p in tmp_path.rglob("*.json") if not p.name.endswith(".issues.json")]
    assert len(names) == len(ids)
    assert all(p.parent == out for p in names)


def test_names_that_meet_are_told_apart_or_refused(tmp_path: Path) -> None:
    """In one folder x.txt and x.md keep their suffixes; named one by one they are refused."""
    notes = _folder(tmp_path / "in", {"x.txt": "A", "x.md": "B", "y.txt": "C", "o/x.txt": "D"})
    _go([str(notes)], tmp_path / "out")
    made = {n for n in _tree(tmp_path / "out") if not n.endswith((".issues.json", ".ndjson"))}
    assert made == {"x.txt.json", "x.md.json", "y.json", "o/x.json"}
    with pytest.raises(UsageError, match="another input gives x"):
        _go([str(notes / "x.txt"), str(notes / "o" / "x.txt")], tmp_path / "out2")


def test_patterns_are_expanded(tmp_path: Path) -> None:
    """A pattern that the shell did not expand is; one that meets nothing is an error of usage, a missing input an unreadable one."""
    notes = _folder(tmp_path / "in", {"a1.txt": "A", "a2.txt": "B", "b.txt": "C"})
    assert _go([str(notes / "a*.txt")], tmp_path / "out").done == 2
    for nothing in (str(notes / "z*.txt"), "-"):
        with pytest.raises(UsageError):
            _go([nothing], tmp_path / "out2")
    with pytest.raises(UnreadableDocument):
        _go([str(tmp_path / "missing")], tmp_path / "out2")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A file in the way, a read-only folder and a second run in the same folder are refused."""
    notes = _folder(tmp_path / "in", {"a.txt": "A"})
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="is a file"):
        _go([str(notes)], tmp_path / "file")
    if os.geteuid() != 0:
        (tmp_path / "ro").mkdir(mode=0o500)
        with pytest.raises(UsageError, match="ermission"):
            _go([str(notes)], tmp_path / "ro")
    fcntl = pytest.importorskip("fcntl", reason="the lock is one of POSIX")
    (tmp_path / "busy").mkdir()
    with (tmp_path / "busy" / ".epicrisis.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="another run"):
            _go([str(notes)], tmp_path / "busy")


def test_a_full_disk_stops_the_run_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the run stops with that word; after room is made, resume goes on."""
    import errno

    from epicrisis.etl import work

    notes = _folder(tmp_path / "in", {f"{n}.txt": f"text {n}" for n in range(8)})
    real, left = work.write_atomically, iter(range(9))

    def full(path: Path, text: str) -> None:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, "full")
        real(path, text)

    monkeypatch.setattr(work, "write_atomically", full)
    with pytest.raises(UsageError, match=r"No space left.*4 documents are converted"):
        _go([str(notes)], tmp_path / "out")
    monkeypatch.undo()
    summary = _go([str(notes)], tmp_path / "out", resume=True)
    assert (summary.done, summary.unchanged) == (4, 4)


def test_the_ndjson_layout_merges_documents(tmp_path: Path) -> None:
    """One file per resource type with every document's lines, and a Bulk Data manifest."""
    notes = _folder(tmp_path / "in", {f"{n}.txt": f"text {n}" for n in range(5)})
    out = tmp_path / "out"
    _go([str(notes)], out, layout="ndjson")
    assert len((out / "Patient.ndjson").read_text().splitlines()) == 5
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["output"] == [{"type": "Patient", "url": "Patient.ndjson", "count": 5}]
    assert manifest["error"] == [{"type": "OperationOutcome", "url": "OperationOutcome.ndjson", "count": 5}]
    before = _tree(out)
    assert _go([str(notes)], out, layout="ndjson", resume=True).unchanged == 5
    assert _tree(out) == before
