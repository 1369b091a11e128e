"""Progress is a bar on a terminal and a line per minute elsewhere; it names no document."""

from __future__ import annotations

import io
import sys

import pytest

from epicrisis.etl import progress
from epicrisis.etl.progress import Progress
from epicrisis.etl.summary import Summary


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_elsewhere_a_line_per_minute(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A log gets at most a line per minute: count, rate, failures and the time that is left."""
    clock = iter(range(0, 10_000, 10))
    monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(clock)))
    with Progress(100) as shown:
        for n in range(20):
            shown.step(failed=n == 3)
    lines = capsys.readouterr().err.splitlines()
    assert 2 <= len(lines) <= 8
    assert all("of 100 documents" in line and "min left" in line for line in lines)
    assert "1 failed" in lines[-1]


def test_on_a_terminal_a_bar_with_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bar shows the position and the rate."""
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with Progress(5) as shown:
        for _ in range(5):
            shown.step(failed=False)
    assert "5/5" in terminal.getvalue()
    assert "/s" in terminal.getvalue()


def test_the_bytes_of_a_table_tell_what_is_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nobody knows the number of rows, a line tells the remaining time, and the bar moves."""
    clock = iter(range(0, 10_000, 10))
    monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(clock)))
    with Progress(None, size=1000) as shown:
        for n in range(1, 11):
            shown.step(failed=False, read=n * 100)
    lines = capsys.readouterr().err.splitlines()
    assert lines
    assert all("min left" in line and " of " not in line for line in lines)
    monkeypatch.setattr(sys, "stderr", terminal := _Terminal())
    with Progress(None, size=1000) as shown:
        for n in range(1, 6):
            shown.step(failed=False, read=n * 100)
    assert "50%" in terminal.getvalue()
    assert "5 documents" in terminal.getvalue()


def test_a_stderr_that_takes_nothing_ends_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closed, full, or not there; and nothing of it comes out of stdout."""

    class Full(_Terminal):
        def write(self, _: str) -> int:
            raise OSError(28, "No space left on device")

    closed = io.StringIO()
    closed.close()
    for stream in (Full(), closed, None):
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setattr(progress, "_MINUTE", 0)
        monkeypatch.setattr(sys, "stdout", out := io.StringIO())
        for show in (None, True):
            with Progress(3, show=show) as shown:
                shown.step(failed=False)
        assert out.getvalue() == ""


def test_progress_can_be_silent(capsys: pytest.CaptureFixture[str]) -> None:
    """False forbids both."""
    with Progress(None, show=False) as shown:
        shown.step(failed=False)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("summary", "fail_on", "code"),
    [
        (Summary(), "error", 0),
        (Summary(failed=300), "error", 3),
        (Summary(interrupted=True, failed=1), "error", 130),
        (Summary(errors=7), "error", 1),
        (Summary(errors=7), "never", 0),
        (Summary(warnings=7), "error", 0),
        (Summary(warnings=7), "warning", 1),
    ],
)
def test_exit_codes_follow_what_happened(summary: Summary, fail_on: str, code: int) -> None:
    """Interrupted before failed before findings; never a count."""
    assert summary.exit_code(fail_on) == code
