"""Whatever stands behind an output: nothing is destroyed, nothing torn, and the exit code tells the truth."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT

SAMPLE = str(ROOT / "samples" / "lung_board.md")
BUNDLE = str(ROOT / "samples" / "lung_board.r4.json")
EPICRISIS = (sys.executable, "-m", "epicrisis")
WRITERS = [
    ("convert", SAMPLE),
    ("extract", SAMPLE),
    ("validate", BUNDLE, "--all", "--quick"),
    ("mappings", "export", "units", "--format", "csv"),
    ("mappings", "lookup", "cancer"),
    ("doctor",),
    ("--help",),
    ("convert", "--help"),
]


def run(*args: str, **extra: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*EPICRISIS, *args], capture_output=True, check=False, timeout=120, **extra)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("args", WRITERS, ids=" ".join)
def test_a_reader_that_has_read_enough_is_no_error(args: tuple[str, ...]) -> None:
    """`| head` ends a command quietly, with 0 and not with the 1 of findings."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*EPICRISIS, *args], stdout=writing, stderr=subprocess.PIPE, check=False, timeout=120)
    os.close(writing)
    assert done.returncode == 0
    assert b"rror" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("args", WRITERS, ids=" ".join)
def test_a_full_disk_behind_stdout_is_told(args: tuple[str, ...]) -> None:
    """One line and exit code 2: an output that is cut off must not look whole."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*EPICRISIS, *args], stdout=full, stderr=subprocess.PIPE, check=False, timeout=120)
    assert done.returncode == 2
    assert done.stderr.rstrip().endswith(b"No space left on device")
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_file_is_never_replaced(tmp_path: Path) -> None:
    """A device or a named pipe as output is written to; `-o /dev/null` must not cost the system its /dev/null."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen([*EPICRISIS, "convert", SAMPLE, "-o", str(pipe)], stderr=subprocess.DEVNULL) as running:
        text = pipe.read_bytes()
        assert running.wait(60) == 0
    assert text == run("convert", SAMPLE).stdout
    assert pipe.is_fifo()


def test_a_link_is_followed_and_permissions_stay(tmp_path: Path) -> None:
    """What was private stays private, and a link stays a link."""
    target, link = tmp_path / "private.json", tmp_path / "link.json"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o600)
    link.symlink_to(target.name)
    assert run("convert", SAMPLE, "-o", str(link)).returncode == 0
    assert link.is_symlink()
    assert target.read_bytes().startswith(b"{")
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name == "nt", reason="shells of Windows close no stream")
@pytest.mark.parametrize(
    ("closed", "args"), [("<&-", ("convert", "-")), ("<&-", ("push", "-", "--server", "http://localhost:1"))]
)
def test_a_closed_stdin_is_a_wrong_usage(closed: str, args: tuple[str, ...]) -> None:
    """It is said in one line, not as a bug."""
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *EPICRISIS, *args], capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert b"stdin" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="shells of Windows close no stream")
def test_a_closed_stdout_is_a_wrong_usage() -> None:
    """The bundle has nowhere to go: that is said, and -o still works."""
    closed = ["sh", "-c", 'exec "$@" >&-', "sh", *EPICRISIS, "convert", SAMPLE]
    done = subprocess.run(closed, stderr=subprocess.PIPE, check=False, timeout=60)
    assert done.returncode == 2
    assert b"stdout is closed" in done.stderr


def test_nothing_is_written_when_one_output_has_no_folder(tmp_path: Path) -> None:
    """The outputs are checked before the work: no bundle without the issues that were asked for."""
    bundle = tmp_path / "b.json"
    done = run("convert", SAMPLE, "-o", str(bundle), "--issues", str(tmp_path / "nowhere" / "i.json"))
    assert done.returncode == 2
    assert b"no such folder" in done.stderr
    assert not bundle.exists()


@pytest.mark.parametrize("command", [("convert",), ("extract",), ("extract", "--format", "facts"), ("review",)])
def test_an_unreadable_input_is_named(command: tuple[str, ...], tmp_path: Path) -> None:
    """Of several inputs, the message says which."""
    wrong = tmp_path / "scan.txt"
    wrong.write_bytes(bytes(range(256)) * 8)
    output = ("-o", str(tmp_path / "out")) if command[0] == "review" else ()
    done = run(*command, str(wrong), *output)
    assert done.returncode == 3
    assert b"scan.txt: not a text" in done.stderr


@pytest.mark.parametrize("command", [("convert",), ("extract",), ("review", "-o", "page.html")])
def test_a_table_is_not_one_narrative(command: tuple[str, ...], tmp_path: Path) -> None:
    """Its rows are different patients: they are never mixed in one bundle."""
    table = tmp_path / "notes.csv"
    table.write_text("id,text\n1,A man with colon cancer.\n2,A woman with breast cancer.\n", encoding="utf-8")
    done = run(*command, str(table), cwd=tmp_path)
    assert done.returncode == 2
    assert b"--output-dir" in done.stderr
    assert not (tmp_path / "page.html").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("stream", ["2>&-", "2>/dev/full", "2>&- >&- <&-"])
def test_a_stderr_that_takes_nothing_changes_no_exit_code(stream: str, tmp_path: Path) -> None:
    """Closed or full: what was to be done is done, and an input that is not there is still told by the code."""
    (tmp_path / "t.csv").write_text("id,text\n1,A man with colon cancer.\n", encoding="utf-8")
    commands = {
        f"convert {SAMPLE} -o one.json": 0,
        "convert t.csv --output-dir out": 0,
        "convert missing.txt -o two.json": 3,
        "convert t.csv --output-dir out --layout x": 2,
    }
    for command, code in commands.items():
        line = f"{sys.executable} -m epicrisis {command} {stream}"
        assert subprocess.run(["/bin/sh", "-c", line], cwd=tmp_path, check=False, timeout=120).returncode == code
    assert (tmp_path / "one.json").exists()
    assert (tmp_path / "out" / "1.json").exists()


@pytest.mark.parametrize("command", ["convert", "extract", "review"])
def test_an_encoding_that_does_not_exist_is_a_wrong_option(command: str, tmp_path: Path) -> None:
    """It is refused at once, for one input and for many."""
    for more in ((), ("--output-dir", str(tmp_path / "out"))) if command == "convert" else (("-o", "x"),):
        done = run(command, SAMPLE, "--encoding", "nonsense", *more)
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"unknown encoding 'nonsense'" in done.stderr
    assert not (tmp_path / "out").exists()
