"""Write the human-readable text of a resource."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Any

_TITLE = ("code", "medicationCodeableConcept", "event", "type", "relationship")
_FACTS = (
    "status",
    "onset",
    "performed",
    "effective",
    "occurrence",
    "deceased",
    "value",
    "date",
    "period",
    "collected",
)
_NAMED = ("conclusion", "description", "title", "gender")


def narrative(resource: dict[str, Any]) -> dict[str, str]:
    """Return the `text` element of *resource*: its kind, what it is of, its value and its date."""
    parts = []
    for key in _TITLE:
        words = _words(resource[key]) if key in resource else ""
        if words:
            parts.append(words)
            break
    for key, value in resource.items():
        if _told(key):
            words = _words(value)
            if words:
                parts.append(words)
    parts += [resource[k] for k in _NAMED if k in resource and isinstance(resource[k], str)]
    parts += [f"{_words(c.get('code'))} {_value(c)}".strip() for c in resource.get("component", ())]
    parts += [d.get("text", "") for d in resource.get("dosage", ())]
    certainty = _code(resource.get("verificationStatus"))
    if certainty in ("refuted", "provisional"):
        parts.append(certainty)
    line = ", ".join(p for p in parts if p)
    return generated(f"<p><b>{resource['resourceType']}</b> {escape(line)}</p>")


def generated(inner: str) -> dict[str, str]:
    """Return a `text` element around XHTML that is already escaped."""
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>',
    }


@cache
def _told(key: str) -> bool:
    """Say whether the element of this name is told in the text."""
    return key.startswith(_FACTS) and not key.endswith("Reference")


def _value(element: dict[str, Any]) -> str:
    return next((_words(v) for k, v in element.items() if k.startswith("value")), "")


def _words(value: Any) -> str:
    if not isinstance(value, dict):
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "" if value is None or isinstance(value, list) else str(value)
    if "text" in value:
        return str(value["text"])
    if "coding" in value:
        first = value["coding"][0]
        return str(first.get("display", first.get("code", "")))
    if "low" in value or "high" in value:
        return " to ".join(_words(value[k]) for k in ("low", "high") if k in value)
    if "start" in value or "end" in value:
        return " to ".join(str(value.get(k, "?")) for k in ("start", "end"))
    if "value" in value:
        return f"{value.get('comparator', '')}{value['value']} {value.get('unit', '')}".strip()
    return ""


def _code(concept: Any) -> str:
    return str(concept["coding"][0]["code"]) if concept else ""
