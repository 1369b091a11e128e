"""Write the human-readable text of a resource."""

from __future__ import annotations

from functools import lru_cache
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
    titles, facts, named = _told(tuple(resource))
    parts = []
    for key in titles:
        words = _words(resource[key])
        if words:
            parts.append(words)
            break
    for key in facts:
        words = _words(resource[key])
        if words:
            parts.append(words)
    for key in named:
        if isinstance(resource[key], str):
            parts.append(resource[key])
    if "component" in resource:
        parts += [f"{_words(c.get('code'))} {_value(c)}".strip() for c in resource["component"]]
    if "dosage" in resource:
        parts += [d.get("text", "") for d in resource["dosage"]]
    if "verificationStatus" in resource:
        certainty = _code(resource["verificationStatus"])
        if certainty in ("refuted", "provisional"):
            parts.append(certainty)
    line = ", ".join([p for p in parts if p])
    return generated(f"<p><b>{resource['resourceType']}</b> {escape(line)}</p>")


@lru_cache(1024)
def _told(keys: tuple[str, ...]) -> tuple[list[str], list[str], list[str]]:
    """Return which elements of a resource that has *keys* are told: what it is of, its facts, and its own words."""
    return (
        [k for k in _TITLE if k in keys],
        [k for k in keys if k.startswith(_FACTS) and not k.endswith("Reference")],
        [k for k in _NAMED if k in keys],
    )


def generated(inner: str) -> dict[str, str]:
    """Return a `text` element around XHTML that is already escaped."""
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>',
    }


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
