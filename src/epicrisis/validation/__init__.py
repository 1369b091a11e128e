"""Judges, never repairs; every finding is an OperationOutcome issue with a path and, where known, a span."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from epicrisis.terminology import Terminology
from epicrisis.validation import integrity
from epicrisis.validation.report import Finding, Report

__all__ = ["Finding", "Report", "validate"]


def validate(
    bundle: dict[str, Any],
    *,
    layers: str = "full",
    packages: Sequence[str] = (),
    terms: Terminology | None = None,
) -> Report:
    """Check a Bundle or a single resource and report what was found.

    Args:
        bundle: FHIR JSON as a dict; nothing in it is changed.
        layers: `quick` for the checks that `convert` runs, `full` for all.
        packages: further implementation guides (`package.tgz`).
        terms: the tables that codes are looked up in; the shipped ones by default.
    """
    report = Report()
    found = list(integrity.check(bundle))
    report.findings += found
    report.layers["integrity"] = "failed" if any(f.severity == "error" for f in found) else "passed"
    return report
