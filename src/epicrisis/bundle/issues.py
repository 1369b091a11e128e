"""OperationOutcome: the contradictions of a case, each with the words of its statements."""

from __future__ import annotations

from typing import Any

from epicrisis.case.model import Case, Conflict
from epicrisis.errors import UsageError
from epicrisis.fhir import EDITIONS, clean
from epicrisis.mapping.chart import Chart
from epicrisis.mapping.spec import spec


def operation_outcome(case: Case, *, fhir: str = "r4") -> dict[str, Any]:
    """Return the OperationOutcome of *case*: one issue per contradiction, none of them solved.

    Raises:
        UsageError: an unknown edition.
    """
    if fhir not in EDITIONS:
        raise UsageError(f"--fhir {fhir}: not one of {', '.join(EDITIONS)}")
    chart = Chart(case, profile="base", snomed=False)
    issues = [_issue(c, chart) for c in case.conflicts]
    if not issues:
        issues = [{"severity": "information", "code": "informational", "details": {"text": "No contradictions found."}}]
    return {"resourceType": "OperationOutcome", "id": chart.id("issues"), "issue": issues}


def _issue(conflict: Conflict, chart: Chart) -> dict[str, Any]:
    issue: dict[str, Any] = {}
    evidence = chart.evidence(conflict.statements)
    if evidence:
        issue["extension"] = evidence
    issue["severity"] = conflict.severity if conflict.severity in ("warning", "information") else "warning"
    issue["code"] = "business-rule" if issue["severity"] == "warning" else "informational"
    coding = {"system": spec("bundle").url("issues"), "code": conflict.code}
    issue["details"] = {"coding": [coding], "text": clean(conflict.message)}
    named = [f"Bundle.entry.resource.where(id='{chart.id(k)}')" for k in conflict.items if k in chart.items and chart.target(chart.items[k])]
    if named:
        issue["expression"] = named
    return issue
