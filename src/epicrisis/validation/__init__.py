"""Judges, never repairs; every finding is an OperationOutcome issue with a path and, where known, a span."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from epicrisis.terminology import Terminology
from epicrisis.validation.report import Finding, Report

if TYPE_CHECKING:
    from epicrisis.validation.profile import Profiles

__all__ = ["Finding", "Report", "validate"]


def validate(
    bundle: dict[str, Any],
    *,
    layers: str = "full",
    packages: Sequence[str] = (),
    terms: Terminology | None = None,
    fhir: str | None = None,
) -> Report:
    """Check a Bundle or a single resource and report what was found.

    Args:
        bundle: FHIR JSON as a dict; nothing in it is changed.
        layers: `quick` for the checks that `convert` runs, `full` for all.
        packages: further implementation guides (`package.tgz`).
        terms: the tables that codes are looked up in; the shipped ones by default.
        fhir: `r4` or `r5`; found out where not given.

    Raises:
        InvalidResource: *bundle* is no dict.
        UsageError: no such edition or layers; a package that cannot be used.
    """
    from epicrisis.errors import InvalidResource, UsageError
    from epicrisis.validation import editions, run

    if not isinstance(bundle, dict):
        raise InvalidResource("a FHIR resource is expected, as a dict")
    if layers not in ("quick", "full") or fhir not in (None, "r4", "r5"):
        raise UsageError("layers are quick or full, editions r4 or r5")
    named = tuple(map(str, packages))
    edition = fhir or editions.edition(bundle)
    report = run.report(bundle, layers, _profiles(edition or "r4", named, terms))
    if edition is None and not report.ok:
        # nothing told the editions apart: what is right in R5 is R5
        other = run.report(bundle, layers, _profiles("r5", named, terms)) if not packages else report
        if other.ok:
            return other
    return report


@cache
def _profiles(edition: str, packages: tuple[str, ...], terms: Terminology | None) -> Profiles:
    from epicrisis.terminology import load
    from epicrisis.validation.codes import Codes
    from epicrisis.validation.library import library
    from epicrisis.validation.profile import Profiles

    definitions = library(edition, packages)
    return Profiles(definitions, Codes(definitions, terms or load()))
