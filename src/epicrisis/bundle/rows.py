"""Flat rows of a bundle, one list per resource type: for data frames and spreadsheets."""

from __future__ import annotations

from typing import Any

from epicrisis.mapping.chart import EVIDENCE

_CODE = ("code", "medicationCodeableConcept", "medication", "event", "type", "relationship")
_WHEN = ("onset", "performed", "effective", "occurrence", "date", "deceased", "period")
COLUMNS = (
    "id",
    "text",
    "system",
    "code",
    "display",
    "status",
    "value",
    "unit",
    "date",
    "start",
    "end",
    "spans",
)


def rows(bundle: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return rows with the same columns for every resource type; what is unknown is None."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in bundle.get("entry", ()):
        resource = entry["resource"]
        found.setdefault(resource["resourceType"], []).append(_row(resource))
    return found


def _row(resource: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row["id"] = resource["id"]
    concept: dict[str, Any] = next((resource[k] for k in _CODE if isinstance(resource.get(k), dict)), {})
    concept = concept.get("concept", concept)
    row["text"] = concept.get("text")
    coding = (concept.get("coding") or [{}])[0]
    row |= {k: coding.get(k) for k in ("system", "code", "display")}
    verification = resource.get("verificationStatus", {}).get("coding", [{}])[0].get("code")
    row["status"] = resource.get("status") or verification
    for key, value in resource.items():
        if key.startswith("value"):
            row["value"], row["unit"] = _value(value)
        elif key.startswith(_WHEN) and isinstance(value, str):
            row["date"] = value
        elif key.startswith(_WHEN) and isinstance(value, dict):
            row["start"], row["end"] = value.get("start"), value.get("end")
    if "gender" in resource:
        row["value"] = resource["gender"]
    row["spans"] = [
        [
            e["extension"][1]["valueInteger"],
            e["extension"][1]["valueInteger"] + e["extension"][2]["valueInteger"],
        ]
        for e in resource.get("extension", ())
        if e["url"] == EVIDENCE
    ]
    return row


def _value(value: Any) -> tuple[Any, Any]:
    if not isinstance(value, dict):
        return value, None
    if "value" in value:
        number = f"{value['comparator']}{value['value']}" if "comparator" in value else value["value"]
        return number, value.get("unit")
    if "low" in value or "high" in value:
        ends = [str(value[k]["value"]) if k in value else "" for k in ("low", "high")]
        return "-".join(ends), (value.get("low") or value["high"]).get("unit")
    coding = (value.get("coding") or [{}])[0]
    return value.get("text") or coding.get("display") or coding.get("code"), None
