"""R4 to R5, element by element: each function moves what R5 keeps elsewhere.

The input is what the mapping modules write. What R5 has no element for is kept as a note or
as an Observation of its own; nothing is dropped in silence. mCODE STU4 is a guide for R4: in
R5 no profile is claimed, and its extensions become R5's own elements.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid5

from epicrisis.fhir.r5_elements import (
    Resource,
    move_notes,
    move_reasons,
    remark,
    rename,
    tell_intent,
    without,
    words,
)

_MCODE = "http://hl7.org/fhir/us/mcode/"
_SITE = "http://hl7.org/fhir/StructureDefinition/bodySite"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_LOINC = "http://loinc.org"
_TYPES = "http://hl7.org/fhir/fhir-types"
_SCHEDULE = "http://hl7.org/fhir/StructureDefinition/procedure-schedule"
_ADHERENCE = "http://hl7.org/fhir/CodeSystem/medication-statement-adherence"


def to_r5(resource: Resource) -> list[Resource]:
    """Return the R5 form of an R4 resource: itself, and what R5 says with another one."""
    found = {k: v for k, v in resource.items() if k != "meta"}
    mcode = {e["url"].rpartition("/")[2]: e for e in found.get("extension", ()) if _foreign(e)}
    if mcode:
        found["extension"] = [e for e in found["extension"] if not _foreign(e)]
        if not found["extension"]:
            del found["extension"]
    move = _MOVES.get(found["resourceType"])
    more = move(found, mcode) if move else []
    return [found, *more]


def _foreign(extension: Resource) -> bool:
    return str(extension["url"]).startswith((_MCODE, "http://hl7.org/fhir/uv/ae-research-backport-ig/"))


# -- resources ---------------------------------------------------------------------------------


def _condition(r: Resource, mcode: dict[str, Resource]) -> list[Resource]:
    r.setdefault("clinicalStatus", {"coding": [{"system": _CLINICAL, "code": "unknown"}]})
    details = [d for e in r.pop("evidence", ()) for d in e.get("detail", ())]
    if details:
        r["evidence"] = [{"reference": d} for d in details]
    morphology = mcode.get("mcode-histology-morphology-behavior", {}).get("valueCodeableConcept")
    _body_sites(r, morphology)
    return []


def _body_sites(r: Resource, morphology: Resource | None = None) -> None:
    """Keep side and morphology in a contained BodyStructure that the site points to."""
    for n, site in enumerate(r.get("bodySite", ())):
        side = next((e["valueCodeableConcept"] for e in site.get("extension", ()) if _foreign(e)), None)
        if "extension" in site:
            site["extension"] = [e for e in site["extension"] if not _foreign(e)]
        form = morphology if n == 0 else None
        if side or form:
            name = f"site{n + 1}"
            place: Resource = {"structure": {k: v for k, v in site.items() if k != "extension"}}
            if side:
                place["laterality"] = side
            structure: Resource = {"resourceType": "BodyStructure", "id": name}
            if form:
                structure["morphology"] = form
            structure |= {"includedStructure": [place], "patient": r.get("subject")}
            r.setdefault("contained", []).append(structure)
            site.setdefault("extension", []).append({"url": _SITE, "valueReference": {"reference": f"#{name}"}})
        if not site.get("extension", True):
            del site["extension"]
    if morphology and not r.get("bodySite"):
        remark(r, f"Morphology: {words(morphology)}.")


def _procedure(r: Resource, mcode: dict[str, Resource]) -> list[Resource]:
    # R5 took this extension back; the number of cycles stands in a note
    without(r, _SCHEDULE)
    for name in ("Period", "DateTime"):
        rename(r, f"performed{name}", f"occurrence{name}")
    if "category" in r:
        r["category"] = [r["category"]]
    move_reasons(r)
    _body_sites(r)
    tell_intent(r, mcode)
    dose = mcode.get("mcode-radiotherapy-dose-delivered-to-volume")
    sessions = mcode.get("mcode-radiotherapy-sessions")
    modality = mcode.get("mcode-radiotherapy-modality-and-technique")
    for part in modality["extension"] if modality else ():
        name = "Modality" if part["url"].endswith("modality") else "Technique"
        remark(r, f"{name}: {words(part['valueCodeableConcept'])}.")
    return [_dose(r, dose, sessions)] if dose or sessions else []


def _dose(r: Resource, dose: Resource | None, sessions: Resource | None) -> Resource:
    """Return the delivered dose as an Observation: R5's Procedure has no element for it."""
    parts = {p["url"]: p for p in dose["extension"]} if dose else {}
    found: Resource = {"resourceType": "Observation", "id": str(uuid5(UUID(r["id"]), "dose"))}
    found["text"] = r["text"]
    evidence = [e for e in r.get("extension", ()) if e["url"].endswith("/derivation-reference")]
    if evidence:
        found["extension"] = evidence
    found["partOf"] = [{"reference": f"urn:uuid:{r['id']}"}]
    found["status"] = "final"
    found["code"] = {"text": "Radiotherapy dose delivered"}
    found["subject"] = r["subject"]
    if "volume" in parts:
        found["focus"] = [parts["volume"]["valueReference"]]
    if "totalDoseDelivered" in parts:
        found["valueQuantity"] = parts["totalDoseDelivered"]["valueQuantity"]
    count = parts.get("fractionsDelivered", {}).get("valueUnsignedInt") or (sessions or {}).get("valueUnsignedInt")
    if count:
        found["component"] = [{"code": {"text": "fractions delivered"}, "valueInteger": count}]
    return found


def _statement(r: Resource, _mcode: dict[str, Resource]) -> list[Resource]:
    status = r["status"]
    r["status"] = "recorded"
    codes = {"active": "taking", "stopped": "stopped", "on-hold": "on-hold", "not-taken": "not-taking"}
    reasons = r.pop("statusReason", ())
    if status in codes:
        r["adherence"] = {"code": {"coding": [{"system": _ADHERENCE, "code": codes[status]}]}}
        if reasons:
            r["adherence"]["reason"] = reasons[0]
    elif reasons:
        remark(r, f"Status reason: {words(reasons[0])}.")
    if status == "completed":
        remark(r, "The course was completed.")
    r["medication"] = {"concept": r.pop("medicationCodeableConcept")}
    if "category" in r:
        r["category"] = [r["category"]]
    move_reasons(r)
    return []


def _medication_request(r: Resource, mcode: dict[str, Resource]) -> list[Resource]:
    r["medication"] = {"concept": r.pop("medicationCodeableConcept")}
    move_reasons(r)
    tell_intent(r, mcode)
    return []


def _service_request(r: Resource, mcode: dict[str, Resource]) -> list[Resource]:
    r["code"] = {"concept": r["code"]}
    move_reasons(r)
    _body_sites(r)
    _structure_instead(r)
    tell_intent(r, mcode)
    return []


def _structure_instead(r: Resource) -> None:
    """Point to the contained BodyStructure in place of the site: a request may have only one of both."""
    for site in r.get("bodySite", ()):
        link = next((e["valueReference"] for e in site.get("extension", ()) if e["url"] == _SITE), None)
        if link:
            r["bodyStructure"] = link
            del r["bodySite"]
            return


def _adverse_event(r: Resource, mcode: dict[str, Resource]) -> list[Resource]:
    r["status"] = "completed"
    rename(r, "event", "code")
    rename(r, "date", "occurrenceDateTime")
    if "outcome" in r:
        # R4's code system is gone, and R5's value set is SNOMED: the words remain
        r["outcome"] = [{"text": words(r["outcome"])}]
    rename(r, "resultingCondition", "resultingEffect")
    for entity in r.get("suspectEntity", ()):
        entity["instanceReference"] = entity.pop("instance")
    grade = mcode.get("ae-grade", {}).get("valueCodeableConcept")
    support = [{"itemCodeableConcept": c} for c in (grade, r.pop("severity", None)) if c]
    support += [{"itemReference": d} for d in r.pop("referenceDocument", ())]
    if support:
        r["supportingInfo"] = support
    move_notes(r)
    return []


def _body_structure(r: Resource, _mcode: dict[str, Resource]) -> list[Resource]:
    for identifier in r.get("identifier", ()):
        for coding in identifier.get("type", {}).get("coding", ()):
            coding["system"] = _TYPES
    place: Resource = {"structure": r.pop("location", {"text": r.get("description", "not stated")})}
    if place["structure"].keys() <= {"extension"}:
        place["structure"] = {"text": "not stated"}
    sides = r.pop("locationQualifier", ())
    if sides:
        place["laterality"] = sides[0]
    r["includedStructure"] = [place]
    return []


def _document_reference(r: Resource, _mcode: dict[str, Resource]) -> list[Resource]:
    for content in r["content"]:
        attachment = dict(content["attachment"])
        attachment["size"] = str(attachment["size"])  # integer64 is a string in JSON
        content["attachment"] = attachment
    return []


def _device(r: Resource, _mcode: dict[str, Resource]) -> list[Resource]:
    r["name"] = [{"value": n["name"], "type": "registered-name"} for n in r.pop("deviceName", ())]
    return []


def _encounter(r: Resource, _mcode: dict[str, Resource]) -> list[Resource]:
    r["status"] = "completed" if r["status"] == "finished" else r["status"]
    r["class"] = [{"coding": [r["class"]]}]
    rename(r, "period", "actualPeriod")
    reasons = r.pop("reasonReference", ())
    if reasons:
        r["reason"] = [{"value": [{"reference": d} for d in reasons]}]
    return []


def _allergy(r: Resource, _mcode: dict[str, Resource]) -> list[Resource]:
    for reaction in r.get("reaction", ()):
        reaction["manifestation"] = [{"concept": m} for m in reaction["manifestation"]]
    return []


def _observation(r: Resource, mcode: dict[str, Resource]) -> list[Resource]:
    evidence = mcode.get("mcode-cancer-disease-status-evidence-type")
    if evidence:
        r.setdefault("method", evidence["valueCodeableConcept"])
    if r.get("category", [{}])[0].get("coding", [{}])[0].get("code") == "vital-signs":
        _vital_sign(r)
    return []


def _vital_sign(r: Resource) -> None:
    """Leave the code out where no day is known: R5's vital-signs profiles take no Period.

    R4's do, and R5's bind whatever carries their LOINC code.
    """
    if "effectiveDateTime" in r:
        return
    if not r.get("effectivePeriod", {}).get("start"):
        r.pop("effectivePeriod", None)
    codings = [c for c in r["code"].pop("coding", ()) if c["system"] != _LOINC]
    if codings:
        r["code"]["coding"] = codings


def _report(r: Resource, _mcode: dict[str, Resource]) -> list[Resource]:
    move_notes(r)
    return []


def _specimen(r: Resource, _mcode: dict[str, Resource]) -> list[Resource]:
    site = r.get("collection", {}).get("bodySite")
    if site:
        site.pop("extension", None)
        r["collection"]["bodySite"] = {"concept": site}
    return []


def _composition(r: Resource, _mcode: dict[str, Resource]) -> list[Resource]:
    r["identifier"] = [r["identifier"]]
    if "subject" in r:
        r["subject"] = [r["subject"]]
    return []


_MOVES: dict[str, Callable[[Resource, dict[str, Resource]], list[Resource]]] = {
    "Condition": _condition,
    "Procedure": _procedure,
    "MedicationStatement": _statement,
    "MedicationRequest": _medication_request,
    "ServiceRequest": _service_request,
    "AdverseEvent": _adverse_event,
    "BodyStructure": _body_structure,
    "DocumentReference": _document_reference,
    "Device": _device,
    "Encounter": _encounter,
    "AllergyIntolerance": _allergy,
    "Observation": _observation,
    "DiagnosticReport": _report,
    "Specimen": _specimen,
    "Composition": _composition,
}
