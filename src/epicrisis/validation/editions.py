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
            votes += len(_ONLY_R5.get(kind, set()) & each.keys()) - len(_ONLY_R4.get(kind, set()) & each.keys())
            votes += _size(each) - _claims(each)
    return None if not votes else "r5" if votes > 0 else "r4"


def _claims(resource: dict[str, Any]) -> int:
    """Return 1 where a profile or extension of a guide is named that was made for R4."""
    meta, extensions = resource.get("meta"), resource.get("extension")
    claims = meta.get("profile") if type(meta) is dict else None
    named = list(claims) if type(claims) is list else []
    named += [e.get("url") for e in extensions if type(e) is dict] if type(extensions) is list else []
    return int(
        any(
            type(n) is str and n.startswith(("http://hl7.org/fhir/us/core/", "http://hl7.org/fhir/us/mcode/"))
            for n in named
        )
    )


def _size(resource: dict[str, Any]) -> int:
    """Return 1 for R5, -1 for R4: the size of an attachment became text (integer64)."""
    try:
        size = resource["content"][0]["attachment"]["size"]
    except (KeyError, IndexError, TypeError):
        return 0
    return 1 if type(size) is str else -1
