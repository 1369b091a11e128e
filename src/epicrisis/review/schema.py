"""What a person may change of each type of fact: read from the schema of the case file."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from epicrisis import resources


@cache
def editable() -> dict[str, dict[str, Any]]:
    """Return type -> member -> "text", "yes/no", "quantity" or the list of its values."""
    schema = json.loads(resources.read_text("schema", "case-1.schema.json"))["$defs"]
    types = schema["item"]["properties"]["type"]["enum"]
    return {
        kind: {name: how for name, rule in schema[kind].get("properties", {}).items() if (how := _how(rule))}
        for kind in types
    }


def _how(rule: dict[str, Any]) -> Any:
    if "enum" in rule:
        return [v for v in rule["enum"] if v is not None]
    if rule.get("$ref") == "#/$defs/quantity":
        return "quantity"
    return {"string": "text", "boolean": "yes/no"}.get(str(rule.get("type")))
