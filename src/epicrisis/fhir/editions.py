"""The editions of FHIR that are written, and how a resource becomes one of them.

The mapping modules write R4. R5 is not a renaming of it: `r5.py` moves each element to
where R5 keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from epicrisis.errors import UsageError

EDITIONS = {"r4": "4.0.1", "r5": "5.0.0"}
Resource = dict[str, Any]


def edition(fhir: str) -> Callable[[Resource], list[Resource]]:
    """Return what turns an R4 resource into resources of the edition *fhir*.

    Raises:
        UsageError: an edition that is not written.
    """
    if fhir == "r4":
        return lambda resource: [resource]
    if fhir == "r5":
        from epicrisis.fhir.r5 import to_r5

        return to_r5
    raise UsageError(f"--fhir {fhir}: not one of {', '.join(EDITIONS)}")
