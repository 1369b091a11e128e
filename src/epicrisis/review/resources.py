"""Which resources a fact became, as readable JSON with the findings of the validation."""

from __future__ import annotations

import re
from typing import Any

from epicrisis.bundle import to_json
from epicrisis.case import Case
from epicrisis.mapping.chart import EVIDENCE
from epicrisis.pipeline import Conversion

_ENTRY = re.compile(r"entry\[(\d+)\]")
DOCUMENT = ""  # the key of resources that belong to no single fact


def resources_of(case: Case, conversion: Conversion) -> dict[str, list[dict[str, Any]]]:
    """Return key of a fact -> its resources: type, profile, JSON text, findings.

    The JSON is text, not data: decimals keep the precision that the narrative gave them.
    """
    from uuid import uuid5

    from epicrisis.mapping.naming import identity

    namespace = identity(case)
    owner = {str(uuid5(namespace, "patient")): "patient"}
    for item in case.items:
        for part in ("", "/specimen", "/volume", "/tumor"):
            owner[str(uuid5(namespace, item.key + part))] = item.key
    findings = _findings(conversion.issues)
    found: dict[str, list[dict[str, Any]]] = {}
    for number, entry in enumerate(conversion.bundle.get("entry", ())):
        resource = entry["resource"]
        found.setdefault(owner.get(resource.get("id", ""), DOCUMENT), []).append(
            {
                "type": resource["resourceType"],
                "profile": resource.get("meta", {}).get("profile", []),
                "json": to_json(_shown(resource), indent=2),
                "findings": findings.get(number, []),
            }
        )
    return found


def _shown(resource: dict[str, Any]) -> dict[str, Any]:
    """Leave out the attached text itself: the page shows it already."""
    if resource["resourceType"] != "DocumentReference":
        return resource
    content = [
        {**c, "attachment": {k: v for k, v in c.get("attachment", {}).items() if k != "data"}}
        for c in resource.get("content", ())
    ]
    return {**resource, "content": content}


def _findings(outcome: dict[str, Any]) -> dict[int, list[dict[str, str]]]:
    """Return entry number -> findings; contradictions (with evidence) are shown elsewhere."""
    found: dict[int, list[dict[str, str]]] = {}
    for issue in outcome.get("issue", ()):
        if any(e.get("url") == EVIDENCE for e in issue.get("extension", ())):
            continue
        for path in issue.get("expression", ()):
            place = _ENTRY.search(path)
            if place:
                words = issue.get("details", {}).get("text") or issue.get("diagnostics", "")
                found.setdefault(int(place[1]), []).append(
                    {"severity": issue.get("severity", ""), "text": words, "path": path}
                )
    return found
