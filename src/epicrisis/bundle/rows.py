"""Flat rows of a bundle, one list per resource type: for data frames and spreadsheets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from epicrisis.mapping.chart import EVIDENCE
from epicrisis.mapping.spec import spec

_CODE = ("code", "medicationCodeableConcept", "medication", "event", "type", "relationship", "location", "morphology")
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
    """Return rows with the same columns for every resource type; what is unknown is None.

    `text` and the code say what the resource is about: of a FamilyMemberHistory the relative, whose
    diseases are its `value` (no code of theirs is taken for the patient's); of a BodyStructure the place,
    with its morphology or description as `value`; of an AdverseEvent the event, with its grade or severity.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in bundle.get("entry", ()):
        resource = entry["resource"]
        found.setdefault(resource["resourceType"], []).append(_row(resource))
    return found


def _row(resource: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row["id"] = resource["id"]
    concept = _concept(resource)
    row["text"] = concept.get("text")
    coding = (concept.get("coding") or [{}])[0]
    row |= {k: coding.get(k) for k in ("system", "code", "display")}
    verification = resource.get("verificationStatus", {}).get("coding", [{}])[0].get("code")
    # an event's own status in R5 is that of its record: "actual" or "potential" is what it is
    row["status"] = resource.get("actuality") or resource.get("status") or verification
    for key, value in resource.items():
        if key.startswith("value"):
            row["value"], row["unit"] = _value(value)
        elif key.startswith(_WHEN) and isinstance(value, str):
            row["date"] = value
        elif key.startswith(_WHEN) and isinstance(value, dict):
            row["start"], row["end"] = value.get("start"), value.get("end")
    if (own := _OWN.get(resource["resourceType"])) and (value := own(resource)):
        row["value"] = value
    row["spans"] = [
        [
            e["extension"][1]["valueInteger"],
            e["extension"][1]["valueInteger"] + e["extension"][2]["valueInteger"],
        ]
        for e in resource.get("extension", ())
        if e["url"] == EVIDENCE
    ]
    return row


def _concept(resource: dict[str, Any]) -> dict[str, Any]:
    """Return the concept that says what the resource is about."""
    for name in _CODE:
        found = resource.get(name)
        if isinstance(found, list) and found:  # an Encounter's types
            found = found[0]
        if isinstance(found, dict):
            concept: dict[str, Any] = found.get("concept", found)
            return concept
    for place in resource.get("includedStructure", ()):  # a BodyStructure of R5
        structure: dict[str, Any] = place["structure"]
        return structure
    return {"text": resource["description"]} if "description" in resource else {}


def _words(*concepts: Any) -> str | None:
    """Return the words of the concepts, apart by semicolons."""
    told = [_value(concept)[0] for concept in concepts if concept]
    return "; ".join(str(words) for words in told if words) or None


def _description(resource: dict[str, Any]) -> str | None:
    """Return the description, where it is not all that there is to say of the place."""
    described: str | None = resource.get("description")
    return described if described != _concept(resource).get("text") else None


def _grade(resource: dict[str, Any]) -> str | None:
    """Return an event's grade, or its severity where no grade is stated."""
    url = spec("adverse_event").url("grade")
    graded = [e["valueCodeableConcept"] for e in resource.get("extension", ()) if e["url"] == url]
    # R5 has no element for either: they support the event, the grade first
    graded += [s["itemCodeableConcept"] for s in resource.get("supportingInfo", ()) if "itemCodeableConcept" in s]
    return _words(*graded[:1]) or _words(resource.get("severity"))


# what a resource tells besides what it is about, where that is no `value[x]`
_OWN: dict[str, Callable[[dict[str, Any]], str | None]] = {
    "Patient": lambda r: r.get("gender"),
    "BodyStructure": lambda r: _words(r.get("morphology")) or _description(r),
    "FamilyMemberHistory": lambda r: _words(*(c.get("code") for c in r.get("condition", ()))),
    "AdverseEvent": _grade,
}


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
