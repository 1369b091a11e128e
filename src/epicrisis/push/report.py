"""What a push did: counts, refused entries, retries; no patient content."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

# what an issue may say: its code (https://hl7.org/fhir/valueset-issue-type.html) and a path of elements
_CODES = frozenset(
    "invalid structure required value invariant security login unknown expired forbidden suppressed processing not-supported duplicate "
    "multiple-matches not-found deleted too-long code-invalid extension too-costly business-rule conflict transient lock-error no-store "
    "exception timeout incomplete throttled informational success limited-filter".split()
)
_PLACE = re.compile(
    r"[A-Z][A-Za-z]{2,40}(?:\.[a-z][A-Za-z0-9]{0,40}(?:\[\d{1,6}\])?|/\*[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}\*/)*\Z"
)
_SERVER_CODE = re.compile(r"\b[A-Z]{2,10}-\d{2,6}\b")  # HAPI-0535: tells the reason without the words


@dataclass(slots=True)
class Failure:
    """One entry that the server did not take."""

    target: str  # Type/id
    status: str  # HTTP status of the entry
    issues: list[str] = field(default_factory=list)  # code and expression, never the server's words


@dataclass(slots=True)
class PushReport:
    """The outcome of one push."""

    server: str
    mode: str
    entries: int = 0
    created: int = 0
    updated: int = 0
    skipped: int = 0  # done by an earlier run (journal)
    done: int = 0  # on the server by this run
    verified: int = 0
    requests: int = 0
    retries: int = 0
    failed: list[Failure] = field(default_factory=list)
    left_out: list[str] = field(
        default_factory=list
    )  # files of an output folder that are of no document of its last run
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Say whether everything is on the server."""
        return not self.failed and self.done + self.skipped >= self.entries

    def summary(self) -> str:
        """Return one line for people."""
        parts = [f"{self.entries} resources", f"{self.created} created", f"{self.updated} updated or unchanged"]
        if self.skipped:
            parts.append(f"{self.skipped} done before")
        if self.verified:
            parts.append(f"{self.verified} read back and equal")
        if self.failed:
            parts.append(f"{len(self.failed)} refused")
        return ", ".join(parts) + f"; {self.requests} requests, {self.retries} retries, {self.seconds:.1f} s"

    def to_json(self) -> str:
        """Return the report as JSON."""
        data: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__ if name != "failed"}
        data["failed"] = [{"target": f.target, "status": f.status, "issues": f.issues} for f in self.failed]
        return json.dumps({**data, "ok": self.ok}, indent=1) + "\n"


def issues_of(outcome: Any) -> list[str]:
    """Return code and place of each issue of an OperationOutcome; the server's words may quote the patient."""
    found = []
    issues = outcome.get("issue") if isinstance(outcome, dict) else None
    for issue in issues if isinstance(issues, list) else ():
        if isinstance(issue, dict) and issue.get("severity") in ("fatal", "error", "warning", None):
            said = issue.get("expression") or issue.get("location")
            places = (
                ", ".join(p for p in said if isinstance(p, str) and len(p) < 200 and _PLACE.match(p))
                if isinstance(said, list)
                else ""
            )
            known = _SERVER_CODE.search(str(issue.get("diagnostics", "")))
            code = issue.get("code")
            found.append(
                " ".join(
                    p
                    for p in (
                        code if isinstance(code, str) and code in _CODES else "?",
                        known.group() if known else "",
                        places,
                    )
                    if p
                )
            )
    return found
