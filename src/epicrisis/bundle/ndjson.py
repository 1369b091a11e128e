"""Bulk Data layout: one NDJSON file per resource type, and a manifest."""

from __future__ import annotations

from typing import Any

from epicrisis.bundle.assemble import UNTIMED
from epicrisis.bundle.serialize import dumps

_URN = "urn:uuid:"


def ndjson_files(resources: list[dict[str, Any]], *, recorded: str | None = None) -> dict[str, str]:
    """Return the files of *resources* by name: `<Type>.ndjson` and `manifest.json`.

    References become `Type/id`: the files hold no full URLs that a urn could resolve to.
    """
    kinds = {r["id"]: r["resourceType"] for r in resources}
    lines: dict[str, list[str]] = {}
    for resource in resources:
        lines.setdefault(resource["resourceType"], []).append(dumps(_relative(resource, kinds)))
    files = {f"{kind}.ndjson": "\n".join(rows) + "\n" for kind, rows in lines.items()}
    manifest = {
        "transactionTime": recorded or UNTIMED,
        "request": "epicrisis convert --layout ndjson",
        "requiresAccessToken": False,
        "output": [
            {"type": kind, "url": f"{kind}.ndjson", "count": len(rows)}
            for kind, rows in lines.items()
        ],
        "error": [],
    }
    return {**files, "manifest.json": dumps(manifest) + "\n"}


def _relative(value: Any, kinds: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            k: _reference(v, kinds)
            if k == "reference" and isinstance(v, str)
            else _relative(v, kinds)
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [_relative(v, kinds) for v in value]
    return value


def _reference(target: str, kinds: dict[str, str]) -> str:
    kind = kinds.get(target.removeprefix(_URN))
    return f"{kind}/{target.removeprefix(_URN)}" if kind and target.startswith(_URN) else target
