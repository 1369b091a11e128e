"""Bulk Data layout: one NDJSON file per resource type, and a manifest."""

from __future__ import annotations

from typing import Any

from epicrisis.bundle.assemble import UNTIMED
from epicrisis.bundle.references import relative
from epicrisis.bundle.serialize import dumps
from epicrisis.listing import BULK, REQUEST


def ndjson_files(resources: list[dict[str, Any]], *, recorded: str | None = None) -> dict[str, str]:
    """Return the files of *resources* by name: `<Type>.ndjson` and `manifest.json`.

    References become `Type/id`: the files hold no full URLs that a urn could resolve to.
    """
    lines: dict[str, list[str]] = {}
    for resource in relative(resources):
        lines.setdefault(resource["resourceType"], []).append(dumps(resource))
    files = {f"{kind}.ndjson": "\n".join(rows) + "\n" for kind, rows in lines.items()}
    manifest = {
        "transactionTime": recorded or UNTIMED,
        "request": REQUEST,
        "requiresAccessToken": False,
        "output": [{"type": kind, "url": f"{kind}.ndjson", "count": len(rows)} for kind, rows in lines.items()],
        "error": [],
    }
    return {**files, BULK: dumps(manifest) + "\n"}
