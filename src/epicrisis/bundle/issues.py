"""OperationOutcome: the contradictions of a case, each with the words of its statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from epicrisis.case.model import Case, Conflict
from epicrisis.errors import UsageError
from epicrisis.fhir import EDITIONS, clean
from epicrisis.mapping.chart import Chart
from epicrisis.mapping.document import identifier
from epicrisis.mapping.spec import spec


def operation_outcome(case: Case, *, fhir: str = "r4", findings: Sequence[Any] = ()) -> dict[str, Any]:
    """Return the OperationOutcome of *case*: one issue per contradiction, none of them solved.

    *findings* of a validation follow as they are: issues, or objects with an `issue()`.

    Raises:
        UsageError: an unknown edition.
    """
    if fhir not in EDITIONS:
        raise UsageError(f"--fhir {fhir}: not one of {', '.join(EDITIONS)}")
    told = {key for conflict in case.conflicts for key in conflict.items}
    chart = Chart(replace(case, items=[i for i in case.items if i.key in told]), profile="base", snomed=False)
    # the outcome stands alone: it names the document by its identifier, not by a reference
    named = identifier(case.document)
    chart.document = {"type": "DocumentReference", "identifier": named}
    issues = [_issue(c, chart) for c in case.conflicts] + _nothing(case)
    issues += [f if isinstance(f, dict) else f.issue() for f in findings]
    if not issues:
        issues = [
            {
                "severity": "information",
                "code": "informational",
                "details": {"text": "No contradictions found."},
            }
        ]
    return {"resourceType": "OperationOutcome", "id": chart.id("issues"), "issue": issues}


def _nothing(case: Case) -> list[dict[str, Any]]:
    """Return a warning where no fact was found: it should not look like a patient without findings."""
    if case.items:
        return []
    code, text = (
        ("no-facts", "No facts were found: is this an oncology narrative in English?")
        if case.document.text.strip()
        else ("no-text", "The input holds no text.")
    )
    coding = {"system": spec("bundle").url("issues"), "code": code}
    return [{"severity": "warning", "code": "not-found", "details": {"coding": [coding], "text": text}}]


def _issue(conflict: Conflict, chart: Chart) -> dict[str, Any]:
    issue: dict[str, Any] = {}
    evidence = chart.evidence(conflict.statements)
    if evidence:
        issue["extension"] = evidence
    issue["severity"] = conflict.severity if conflict.severity in ("warning", "information") else "warning"
    issue["code"] = "business-rule" if issue["severity"] == "warning" else "informational"
    coding = {"system": spec("bundle").url("issues"), "code": conflict.code}
    issue["details"] = {"coding": [coding], "text": clean(conflict.message)}
    places = [
        f"Bundle.entry.resource.where(id='{chart.id(k)}')"
        for k in conflict.items
        if k in chart.items and chart.target(chart.items[k])
    ]
    if places:
        issue["expression"] = places
    return issue
