"""Write references as `Type/id`, for where resources are kept under their ids."""

from __future__ import annotations

from typing import Any

_URN = "urn:uuid:"


def relative(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return *resources* with the references among them as `Type/id` instead of `urn:uuid:id`."""
    kinds = {r["id"]: r["resourceType"] for r in resources}
    return [_relative(r, kinds) for r in resources]


def _relative(value: Any, kinds: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            k: _reference(v, kinds) if k == "reference" and isinstance(v, str) else _relative(v, kinds)
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [_relative(v, kinds) for v in value]
    return value


def _reference(target: str, kinds: dict[str, str]) -> str:
    kind = kinds.get(target.removeprefix(_URN))
    return f"{kind}/{target.removeprefix(_URN)}" if kind and target.startswith(_URN) else target
