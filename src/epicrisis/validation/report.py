"""What a validation found: findings with their place, and which layers ran."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

SEVERITIES = ("error", "warning", "information")
_FILE = "http://hl7.org/fhir/StructureDefinition/operationoutcome-file"
_LEVELS = {"error": ("error",), "warning": ("error", "warning"), "never": ()}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or may be; the message never quotes patient text."""

    severity: str  # error | warning | information
    rule: str  # layer and name: "integrity/unresolved", "profile/cardinality"
    path: str  # FHIRPath-like: Bundle.entry[3].resource.code
    message: str
    span: tuple[int, int] | None = None  # words of the narrative that the element was read from

    def issue(self) -> dict[str, Any]:
        """Return the OperationOutcome issue."""
        code = {
            "integrity": "not-found",
            "terminology": "code-invalid",
            "shape": "structure",
            "invariants": "invariant",
        }
        issue: dict[str, Any] = {
            "severity": self.severity,
            "code": code.get(self.rule.partition("/")[0], "invalid"),
            "details": {"text": f"{self.rule}: {self.message}"},
            "expression": [self.path],
        }
        if self.span:
            issue["diagnostics"] = f"characters {self.span[0]}-{self.span[1]} of the narrative"
        return issue


@dataclass(slots=True)
class Report:
    """The outcome of one validation."""

    findings: list[Finding] = field(default_factory=list)
    layers: dict[str, str] = field(default_factory=dict)  # name -> passed | failed | skipped: reason
    ignored: int = 0  # findings that an ignore file accepts

    @property
    def ok(self) -> bool:
        """Say whether no error was found."""
        return not self.reaches("error")

    def reaches(self, level: str) -> bool:
        """Say whether a finding is at *level* (error, warning) or worse; never is never reached."""
        return any(f.severity in _LEVELS[level] for f in self.findings)

    def lines(self, limit: int | None = None, *, least: str = "warning") -> Iterator[str]:
        """Yield the findings of severity *least* or worse as lines of text, worst first."""
        rank = SEVERITIES.index(least)
        listed = [f for f in self.findings if SEVERITIES.index(f.severity) <= rank]
        ranked = sorted(listed, key=lambda f: SEVERITIES.index(f.severity))
        for finding in ranked[:limit]:
            span = f" (characters {finding.span[0]}-{finding.span[1]})" if finding.span else ""
            yield f"{finding.severity}: {finding.path}: {finding.rule}: {finding.message}{span}"
        if limit is not None and len(ranked) > limit:
            yield f"... and {len(ranked) - limit} more findings"

    def to_operation_outcome(self, source: str = "") -> dict[str, Any]:
        """Return the report as a FHIR OperationOutcome; *source* names the file."""
        issues = [f.issue() for f in self.findings] or [
            {"severity": "information", "code": "informational", "details": {"text": "No findings."}}
        ]
        for layer, state in self.layers.items():
            issues.append(
                {"severity": "information", "code": "informational", "details": {"text": f"layer {layer}: {state}"}}
            )
        outcome: dict[str, Any] = {"resourceType": "OperationOutcome", "issue": issues}
        if source:
            outcome = {
                "resourceType": "OperationOutcome",
                "extension": [{"url": _FILE, "valueString": source}],
                "issue": issues,
            }
        return outcome

    def settle(self) -> None:
        """Say of each layer that ran whether an error of it was found."""
        failed = {f.rule.partition("/")[0] for f in self.findings if f.severity == "error"}
        for layer, state in self.layers.items():
            if not state.startswith("skipped"):
                self.layers[layer] = "failed" if layer in failed else "passed"
