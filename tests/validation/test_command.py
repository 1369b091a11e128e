"""`epicrisis validate`: files in, findings out, exit codes that scripts can trust."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from epicrisis.validation import validate
from support import ROOT
from validation.support_fhir import observation

SAMPLES = ROOT / "samples"


def run(*args: str | Path, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command; a traceback is a failure wherever it appears."""
    done = subprocess.run(
        [sys.executable, "-m", "epicrisis", "validate", *map(str, args)],
        input=stdin, capture_output=True, check=False, timeout=120, env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in out + err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """Write an observation with an error and a warning."""
    path = tmp_path / "wrong.json"
    made = observation(status="finall", valueQuantity=None, meta={"profile": ["http://example.org/x"]})
    path.write_text(json.dumps(made), encoding="utf-8")
    return path


def test_samples_pass_in_both_editions() -> None:
    """Good bundles end with 0; the layers are named on the line of each file."""
    done = run(SAMPLES / "lung_board.r4.json", SAMPLES / "lung_board.r5.json")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("0 errors") == 2
    assert (
        done.stdout.count("profile passed; integrity passed; terminology passed; shape passed; invariants passed") == 2
    )


def test_findings_end_with_1(wrong: Path) -> None:
    """Each finding has severity, path, rule and message on a line."""
    done = run(wrong)
    assert done.returncode == 1
    assert "1 error, 1 warning, 0 remarks (profile failed" in done.stdout
    assert "  error: Observation.status: profile/binding-required: no code of the value set" in done.stdout
    assert "  warning: Observation.meta.profile[0]: profile/unknown" in done.stdout


def test_stdin_is_read(wrong: Path) -> None:
    """`-` is stdin."""
    done = run("-", stdin=wrong.read_bytes())
    assert done.returncode == 1
    assert done.stdout.startswith("-: 1 error")


def test_json_is_an_operation_outcome(wrong: Path, tmp_path: Path) -> None:
    """--format json gives an OperationOutcome per resource, one per line, that names its file."""
    out = tmp_path / "report.ndjson"
    done = run("--format", "json", "-o", out, wrong, SAMPLES / "lung_board.r4.json")
    assert done.returncode == 1
    assert done.stdout == ""
    first, second = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert first["resourceType"] == "OperationOutcome"
    assert first["extension"][0]["valueString"] == str(wrong)
    assert first["issue"][0]["expression"] == ["Observation.meta.profile[0]"]
    assert any(i["severity"] == "error" and "profile/binding-required" in i["details"]["text"] for i in first["issue"])
    assert all(i["severity"] != "error" for i in second["issue"])
    assert validate(first).findings == []
    # findings in our own bundles carry the words they were read from
    assert any("of the narrative" in i.get("diagnostics", "") for i in second["issue"])


def test_ndjson_is_judged_line_by_line(tmp_path: Path) -> None:
    """A broken line ends with 3, and the lines around it are judged all the same."""
    path = tmp_path / "Observation.ndjson"
    good, bad = json.dumps(observation(valueQuantity=None)), json.dumps(observation(status="x", valueQuantity=None))
    path.write_text(f"{good}\n{{oops\n{bad}\n", encoding="utf-8")
    done = run(path)
    assert done.returncode == 3
    assert "line 1: 0 errors" in done.stdout
    assert "line 3: 1 error" in done.stdout
    assert "line 2: not JSON" in done.stderr


@pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 1), ("never", 0)])
def test_fail_on_sets_the_level(tmp_path: Path, level: str, code: int) -> None:
    """--fail-on decides which findings end with 1."""
    path = tmp_path / "a.json"
    path.write_text(
        json.dumps(observation(valueQuantity=None, meta={"profile": ["http://example.org/x"]})), encoding="utf-8"
    )
    assert run("--fail-on", level, path).returncode == code


def test_never_still_tells_unreadable_files(tmp_path: Path, wrong: Path) -> None:
    """--fail-on never forgives findings, not files that cannot be read."""
    assert run("--fail-on", "never", wrong).returncode == 0
    assert run("--fail-on", "never", tmp_path / "no.json").returncode == 3


def test_accepted_findings(tmp_path: Path, wrong: Path) -> None:
    """--ignore leaves out what a reason accepts, and warns of entries that cover nothing."""
    entries = tmp_path / "ignore.toml"
    entries.write_text(
        '[[ignore]]\nrule = "profile/binding-required"\nreason = "until the laboratory updates"\n'
        '[[ignore]]\nrule = "profile/ext-1"\nreason = "no longer needed"\n',
        encoding="utf-8",
    )
    done = run("--ignore", entries, wrong)
    assert done.returncode == 0
    assert "0 errors, 1 warning, 0 remarks, 1 ignored" in done.stdout
    assert "entry 2 (profile/ext-1) covers nothing" in done.stderr
    assert run("--ignore", entries, "--fail-on", "warning", SAMPLES / "leiomyosarcoma.issues.json").returncode == 1


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["{folder}"], 3, "a folder"),
        (["{folder}/no.json"], 3, "No such file"),
        (["--package", "{folder}/no.tgz", "{good}"], 2, "no such package"),
        (["--ignore", "{folder}/no.toml", "{good}"], 2, "No such file"),
        (["-o", "{folder}/no/report.txt", "{good}"], 2, "No such file"),
        (["--fhir", "r3", "{good}"], 2, "'r3' is not one of"),
        ([], 2, "Missing argument"),
    ],
)
def test_wrong_use_is_told(tmp_path: Path, args: list[str], code: int, message: str) -> None:
    """Missing files, packages and options end with their exit code and one clear line."""
    good = SAMPLES / "leiomyosarcoma.issues.json"
    done = run(*(a.format(folder=tmp_path, good=good) for a in args))
    assert done.returncode == code
    assert message in done.stderr


def test_quick_leaves_out_two_layers() -> None:
    """--quick says which layers it skipped."""
    done = run("--quick", SAMPLES / "lung_board.r4.json")
    assert "shape skipped: quick validation; invariants skipped: quick validation" in done.stdout


def test_the_edition_can_be_named(tmp_path: Path) -> None:
    """--fhir r5 judges by R5 what would pass for R4."""
    path = tmp_path / "a.json"
    made = {"resourceType": "Condition", "code": {"text": "x"}, "subject": {"reference": "Patient/1"}}
    path.write_text(json.dumps(made), encoding="utf-8")
    assert run("--quick", path).returncode == 0
    assert run("--quick", "--fhir", "r5", path).returncode == 1
