"""Accepted findings: each has its reason, and one that covers nothing is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from epicrisis.errors import UsageError
from epicrisis.validation.ignore import apply, read, unused
from validation.support_fhir import judged, observation

ENTRY = '[[ignore]]\nrule = "profile/binding-*"\npath = "*.status"\nreason = "our laboratory writes it so"\n'


def _file(folder: Path, text: str) -> Path:
    path = folder / "ignore.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_accepted_finding_is_left_out(tmp_path: Path) -> None:
    """What an entry covers is no finding any more: it is counted, and its layer passes."""
    entries = read(_file(tmp_path, ENTRY))
    report = apply(judged(observation(status="finall"), layers="quick"), entries)
    assert report.ok
    assert report.ignored == 1
    assert report.layers["profile"] == "passed"
    assert unused(entries) == []


def test_other_findings_stay(tmp_path: Path) -> None:
    """Rule, path and file must all fit."""
    entries = read(_file(tmp_path, ENTRY + 'file = "exports/*"\n'))
    report = judged(observation(status="finall", colour="red"), layers="quick")
    assert apply(report, entries, "other/a.json").ignored == 0
    left = apply(report, entries, "exports/a.json")
    assert {f.rule for f in left.findings} == {"profile/unknown-element"}
    assert left.layers["profile"] == "failed"


def test_an_entry_that_covers_nothing_is_told(tmp_path: Path) -> None:
    """An unused entry is a warning: what it accepted is gone."""
    entries = read(_file(tmp_path, ENTRY))
    apply(judged(observation(), layers="quick"), entries)
    assert unused(entries) == ["warning: --ignore entry 1 (profile/binding-*) covers nothing: remove it"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[ignore]]\nrule = "profile/*"\n', "entry 1: a reason is needed"),
        ('[[ignore]]\nrule = "profile/*"\nreason = "  "\n', "entry 1: a reason is needed"),
        ('[[ignore]]\nreason = "because"\n', "entry 1: a rule is needed"),
        (ENTRY + 'severity = "error"\n', "severity is not known"),
        (ENTRY + "file = 1\n", "texts are expected"),
        ("ignore = 1", "entries are expected"),
        ("[ignore", "not TOML"),
        ("", "entries are expected"),
    ],
)
def test_a_file_without_reasons_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """Every entry needs a rule and a reason, and nothing unknown."""
    with pytest.raises(UsageError, match=message):
        read(_file(tmp_path, text))
