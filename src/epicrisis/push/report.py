"""What a push did: counts, refused entries, retries; no patient content."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

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
    verified: int = 0
    requests: int = 0
    retries: int = 0
    failed: list[Failure] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Say whether everything is on the server."""
        return not self.failed and self.created + self.updated + self.skipped >= self.entries

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
    for issue in outcome.get("issue", ()) if isinstance(outcome, dict) else ():
        if isinstance(issue, dict) and issue.get("severity") in ("fatal", "error", "warning", None):
            places = ", ".join(str(p)[:120] for p in issue.get("expression") or issue.get("location") or ())
            known = _SERVER_CODE.search(str(issue.get("diagnostics", "")))
            found.append(" ".join(p for p in (str(issue.get("code", "?"))[:40], known.group() if known else "", places) if p))
    return found
