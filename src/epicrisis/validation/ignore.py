"""Findings that a project has judged and accepts, each with its reason.

The file is TOML:

    [[ignore]]
    rule = "profile/binding-extensible"     # may end in *
    path = "*.identifier[*].type"           # optional; * stands for anything
    file = "exports/*.json"                 # optional
    reason = "our hospital numbers have no v2-0203 type"
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from epicrisis.errors import UsageError
from epicrisis.validation.report import Finding, Report

_MEMBERS = {"rule", "path", "file", "reason"}


@dataclass(slots=True)
class Entry:
    """One accepted finding."""

    rule: str
    path: str
    file: str
    reason: str
    used: int = 0

    def covers(self, finding: Finding, file: str) -> bool:
        """Say whether the entry speaks of the finding."""
        return _like(self.rule, finding.rule) and _like(self.path, finding.path) and _like(self.file, file)


def read(path: Path) -> list[Entry]:
    """Read the entries of a file.

    Raises:
        UsageError: the file cannot be read, or an entry has no rule or no reason.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or 'cannot be read'}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not TOML ({error})") from None
    listed = data.get("ignore")
    if not isinstance(listed, list) or set(data) != {"ignore"}:
        raise UsageError(f"{path}: [[ignore]] entries are expected, and nothing else")
    return [_entry(path, number, given) for number, given in enumerate(listed, 1)]


def apply(report: Report, entries: list[Entry], file: str = "") -> Report:
    """Return the report without the findings that an entry covers, and count its use."""
    kept = []
    for finding in report.findings:
        entry = next((e for e in entries if e.covers(finding, file)), None)
        if entry is None:
            kept.append(finding)
        else:
            entry.used += 1
    made = Report(kept, dict(report.layers), len(report.findings) - len(kept))
    made.settle()
    return made


def unused(entries: list[Entry]) -> list[str]:
    """Return a warning for each entry that covered nothing."""
    return [
        f"warning: --ignore entry {i} ({e.rule}) covers nothing: remove it"
        for i, e in enumerate(entries, 1)
        if not e.used
    ]


def _entry(path: Path, number: int, given: object) -> Entry:
    if not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
        raise UsageError(f"{path}: entry {number}: texts are expected")
    strange = set(given) - _MEMBERS
    if strange:
        raise UsageError(f"{path}: entry {number}: {', '.join(sorted(strange))} is not known")
    for needed in ("rule", "reason"):
        if not given.get(needed, "").strip():
            raise UsageError(f"{path}: entry {number}: a {needed} is needed")
    return Entry(given["rule"], given.get("path", "*"), given.get("file", "*"), given["reason"])


def _like(pattern: str, text: str) -> bool:
    return re.fullmatch(".*".join(re.escape(p) for p in pattern.split("*")), text, re.DOTALL) is not None
