"""The command line keeps its contract: streams, files and exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT

SAMPLE = ROOT / "samples" / "leiomyosarcoma.txt"


def run(*args: str, stdin: bytes | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "epicrisis", *args], input=stdin, capture_output=True, cwd=cwd, check=False, timeout=120
    )


def test_convert_writes_the_bundle_to_stdout_and_the_summary_to_stderr() -> None:
    """stdout carries data only."""
    done = run("convert", str(SAMPLE))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["resourceType"] == "Bundle"
    assert b"MedicationStatement" in done.stderr
    assert b"stay text" in done.stderr


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [(b" \n", "no-text", b"no text"), (b"We walked to the sea.", "no-facts", b"No facts were found")],
)
def test_an_input_that_says_nothing_is_no_silent_success(text: bytes, code: str, said: bytes, tmp_path: Path) -> None:
    """The near-empty bundle comes with a warning, on stderr and in the issues."""
    issues = tmp_path / "issues.json"
    done = run("convert", "-", "--issues", str(issues), stdin=text)
    assert done.returncode == 0
    assert said in done.stderr
    [issue] = json.loads(issues.read_text(encoding="utf-8"))["issue"]
    assert issue["severity"] == "warning"
    assert issue["details"]["coding"][0]["code"] == code
    types = [e["resource"]["resourceType"] for e in json.loads(done.stdout)["entry"]]
    assert sorted(types) == ["Device", "DocumentReference"]


def test_convert_reads_stdin() -> None:
    """`-` is stdin, and gives the same facts as the file."""
    done = run("convert", "-", stdin=SAMPLE.read_bytes())
    assert done.returncode == 0, done.stderr
    by_file = json.loads(run("convert", str(SAMPLE)).stdout)
    assert [e["fullUrl"] for e in json.loads(done.stdout)["entry"]] == [e["fullUrl"] for e in by_file["entry"]]


def test_the_case_file_converts_to_the_identical_bundle(tmp_path: Path) -> None:
    """`extract` writes what `convert` reads back."""
    case = tmp_path / "case.json"
    assert run("extract", str(SAMPLE), "-o", str(case)).returncode == 0
    assert run("convert", str(case)).stdout == run("convert", str(SAMPLE)).stdout


def test_a_broken_case_file_is_told_by_its_json_pointer(tmp_path: Path) -> None:
    """The message names the pointer; the exit code is that of unreadable input."""
    path = tmp_path / "case.json"
    run("extract", str(SAMPLE), "-o", str(path))
    case = json.loads(path.read_text(encoding="utf-8"))
    case["items"][3]["status"] = "maybe"
    path.write_text(json.dumps(case), encoding="utf-8")
    done = run("convert", str(path))
    assert done.returncode == 3
    assert b"/items/3/status" in done.stderr
    assert b"Traceback" not in done.stderr


def test_facts_are_one_mention_per_line() -> None:
    """Each line has the members that annotation tools expect, and its text is the slice."""
    done = run("extract", str(SAMPLE), "--format", "facts")
    text = SAMPLE.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) > 30
    for fact in lines:
        assert set(fact) == {"doc", "kind", "text", "start", "end", "value", "negated", "subject"}
        assert text[fact["start"] : fact["end"]] == fact["text"]
        assert fact["doc"] == "leiomyosarcoma"


def test_issues_name_each_contradiction(tmp_path: Path) -> None:
    """--issues writes an OperationOutcome with a coded issue and spans."""
    out = tmp_path / "issues.json"
    run("convert", str(SAMPLE), "-o", str(tmp_path / "b.json"), "--issues", str(out))
    outcome = json.loads(out.read_text(encoding="utf-8"))
    assert outcome["resourceType"] == "OperationOutcome"
    codes = {i["details"]["coding"][0]["code"] for i in outcome["issue"] if "coding" in i.get("details", {})}
    assert "year-inferred" in codes


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("convert", "/nowhere/at/all.txt"), 3),
        (("convert", "/nowhere/at/all.txt", "--output-dir", "/nowhere/at/all"), 3),
        (("convert", str(SAMPLE), "--output-dir", "/nowhere/at/all", "--case", "case.json"), 2),
        (("convert",), 2),
        (("convert", str(SAMPLE), "--fhir", "r3"), 2),
        (("convert", str(SAMPLE), str(SAMPLE)), 2),
        (("convert", str(SAMPLE), "-o", "/nowhere/at/all.json"), 2),
        (("nonsense",), 2),
    ],
)
def test_mistakes_have_their_exit_codes(args: tuple[str, ...], code: int) -> None:
    """One line on stderr, no traceback, nothing on stdout."""
    done = run(*args)
    assert done.returncode == code
    assert done.stderr
    assert b"Traceback" not in done.stderr
    assert not done.stdout


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    """Files are replaced in one step; no half-written or temporary file stays."""
    out = tmp_path / "bundle.json"
    out.write_text("old", encoding="utf-8")
    assert run("convert", "/nowhere.txt", "-o", str(out)).returncode == 3
    assert out.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["bundle.json"]


def test_errors_never_quote_the_narrative(tmp_path: Path) -> None:
    """Not even when the input cannot be read."""
    secret = "Zebulon Quuxenberg has a sarcoma"
    path = tmp_path / "x.json"
    path.write_text('{"schema": "epicrisis-case/1", "document": {"text": "' + secret + '"', encoding="utf-8")
    done = run("convert", str(path))
    assert b"Quuxenberg" not in done.stderr


@pytest.mark.parametrize("command", ["convert", "extract", "validate", "push", "review", "mappings", "doctor"])
def test_every_command_explains_itself(command: str) -> None:
    """--help works for each command of the contract."""
    done = run(command, "--help")
    assert done.returncode == 0, done.stderr
    assert b"Usage:" in done.stdout


def test_doctor_tells_what_there_is_and_that_it_works() -> None:
    """Every extra of the package is named, and a narrative is converted."""
    import tomllib

    done = run("doctor")
    assert done.returncode == 0, done.stderr
    assert b"Conversion: works" in done.stdout
    from epicrisis.cli.doctor import _EXTRAS

    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(_EXTRAS) == set(extras) - {"all", "documents", "test"}
