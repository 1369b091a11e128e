"""`epicrisis push` and `convert --push` do what they say, and end with the right code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT
from tests.push.fake import Fake

SAMPLE = ROOT / "samples" / "lung_board.r4.json"


def run(*arguments: str | Path, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return subprocess.run(
        [sys.executable, "-m", "epicrisis", *map(str, arguments)],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_bundle_is_pushed_from_stdin() -> None:
    """`-` is stdin; stdout stays empty, the summary is on stderr."""
    with Fake() as server:
        done = run("push", "-", "--server", server.url, text=SAMPLE.read_text(encoding="utf-8"))
        assert done.returncode == 0, done.stderr
        assert done.stdout == ""
        assert "created" in done.stderr
        assert len(server.store) == len(json.loads(SAMPLE.read_text(encoding="utf-8"))["entry"])


def test_a_conversion_is_pushed_at_once(tmp_path: Path) -> None:
    """One narrative, or a folder of them."""
    with Fake() as server:
        done = run("convert", ROOT / "samples" / "lung_board.md", "-o", tmp_path / "one.json", "--push", server.url)
        assert done.returncode == 0, done.stderr
        first = len(server.store)
        assert first == len(json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))["entry"])
        done = run(
            "convert",
            ROOT / "samples" / "lung_board.md",
            ROOT / "samples" / "breast_letter.txt",
            "--output-dir",
            tmp_path / "out",
            "--push",
            server.url,
        )
        assert done.returncode == 0, done.stderr
        assert len(server.store) > first


def test_a_key_from_a_file_is_sent_and_not_shown(tmp_path: Path) -> None:
    """Headers come from a file."""
    (tmp_path / "headers").write_text("X-API-Key: 0123\n", encoding="utf-8")
    with Fake() as server:
        done = run("push", SAMPLE, "--server", server.url, "--header-file", tmp_path / "headers")
        assert done.returncode == 0, done.stderr
        assert {h["X-API-Key"] for _, _, h, _ in server.seen} == {"0123"}
        assert "0123" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("push", "nowhere.json", "--server", "http://127.0.0.1:9/fhir"), 3, "no such file"),
        (("push", str(SAMPLE), "--server", "http://127.0.0.1:9/fhir", "--retries", "0"), 4, "connection"),
        (("push", str(SAMPLE), "--server", "http://fhir.example/r4"), 2, "--allow-http"),
        (("push", str(SAMPLE), "--server", "https://u:p@fhir.example/r4"), 2, "no credentials in the URL"),
        (("push", str(SAMPLE), "--server", "https://fhir.example/r4", "--token-env", "NO_SUCH_NAME"), 2, "no variable"),
        (
            ("push", str(SAMPLE), "--server", "https://fhir.example/r4", "--user", "a", "--token-env", "PATH"),
            2,
            "choose one",
        ),
        (("push", str(ROOT / "README.md"), "--server", "http://127.0.0.1:9/fhir"), 3, "not JSON"),
    ],
)
def test_what_cannot_be_pushed_is_said(arguments: tuple[str, ...], code: int, says: str) -> None:
    """A clear message and the right exit code, never a traceback."""
    done = run(*arguments)
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == code


def test_a_folder_goes_on_behind_a_bad_file(tmp_path: Path) -> None:
    """The others are pushed; the bad one is named, and the exit code says that not all is there."""
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    (tmp_path / "good.json").write_text(SAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    with Fake() as server:
        done = run("push", tmp_path, "--server", server.url, "--report", tmp_path / "report.txt")
    assert done.returncode == 4
    assert "bad.json" in done.stderr
    report = json.loads((tmp_path / "report.txt").read_text(encoding="utf-8"))
    assert report["done"] == report["entries"] > 20
    assert not report["ok"]
