"""Tell R4 from R5 by what a resource says: its fhirVersion, or members that only one edition has."""

from __future__ import annotations

from typing import Any

# type -> members that only R5 has; those that only R4 has
_ONLY_R5 = {
    "Procedure": {"occurrenceDateTime", "occurrencePeriod", "occurrenceString", "reason"},
    "MedicationStatement": {"medication", "reason", "adherence"},
    "MedicationRequest": {"medication", "reason"},
    "MedicationAdministration": {"medication", "occurenceDateTime", "occurencePeriod", "subPotentReason"},
    "AdverseEvent": {"code", "status", "occurrenceDateTime"},
    "BodyStructure": {"includedStructure"},
    "Condition": {"participant"},
    "Encounter": {"actualPeriod", "admission"},
    "Device": {"name"},
    "Observation": {"triggeredBy", "bodyStructure", "instantiatesCanonical"},
    "DiagnosticReport": {"supportingInfo", "composition", "note"},
    "DocumentReference": {"modality", "attester", "basedOn", "version", "bodySite"},
    "FamilyMemberHistory": {"participant"},
    "Specimen": {"feature", "role"},
}
_ONLY_R4 = {
    "Procedure": {"performedDateTime", "performedPeriod", "performedString", "reasonCode", "reasonReference"},
    "MedicationStatement": {"medicationCodeableConcept", "medicationReference", "reasonCode", "statusReason"},
    "MedicationRequest": {"medicationCodeableConcept", "medicationReference"},
    "MedicationAdministration": {"medicationCodeableConcept", "medicationReference", "effectivePeriod"},
    "AdverseEvent": {"event", "severity", "suspectEntity", "date"},
    "BodyStructure": {"location"},
    "Condition": {"asserter", "recorder"},
    "Encounter": {"period", "reasonCode"},
    "Device": {"deviceName"},
    "DiagnosticReport": {"imagingStudy"},
    "DocumentReference": {"masterIdentifier", "authenticator"},
}

_GUIDES = ("http://hl7.org/fhir/us/core/", "http://hl7.org/fhir/us/mcode/")


def edition(resource: dict[str, Any]) -> str | None:
    """Return the edition that more speaks for, or None where nothing tells them apart."""
    votes = 0
    entries = resource.get("entry")
    listed = [e.get("resource") for e in entries if type(e) is dict] if type(entries) is list else [resource]
    for each in listed:
        if type(each) is not dict:
            continue
        stated = each.get("fhirVersion")
        if type(stated) is str:
            return "r5" if stated.startswith("5") else "r4"
        kind = each.get("resourceType")
        if type(kind) is str:
            votes += _members(_ONLY_R5.get(kind), each) - _members(_ONLY_R4.get(kind), each)
            votes += _size(each) - _claims(each)
    return None if not votes else "r5" if votes > 0 else "r4"


def _members(names: set[str] | None, resource: dict[str, Any]) -> int:
    """Return how many members of the resource are among *names*."""
    return 0 if names is None or names.isdisjoint(resource) else len(names & resource.keys())


def _claims(resource: dict[str, Any]) -> int:
    """Return 1 where a profile or extension of a guide is named that was made for R4."""
    meta, extensions = resource.get("meta"), resource.get("extension")
    claims = meta.get("profile") if type(meta) is dict else None
    for name in claims if type(claims) is list else ():
        if type(name) is str and name.startswith(_GUIDES):
            return 1
    for extension in extensions if type(extensions) is list else ():
        url = extension.get("url") if type(extension) is dict else None
        if type(url) is str and url.startswith(_GUIDES):
            return 1
    return 0


def _size(resource: dict[str, Any]) -> int:
    """Return 1 for R5, -1 for R4: the size of an attachment became text (integer64)."""
    if "content" not in resource:
        return 0
    try:
        size = resource["content"][0]["attachment"]["size"]
    except (KeyError, IndexError, TypeError):
        return 0
    return 1 if type(size) is str else -1
