"""Faults planted in approved bundles: one small change each, in the smallest bundle that holds together.

A mutant takes the first resource of the samples that has the elements it needs, with all that it
refers to, and changes one thing. `broken()` yields them; the names are those of `agreement.toml`.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-"
EVIDENCE = "http://hl7.org/fhir/StructureDefinition/derivation-reference"
NOWHERE = "urn:uuid:00000000-0000-4000-8000-000000000000"
SCT = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
_GONE = object()


@dataclass(frozen=True, slots=True)
class Mutant:
    """One planted fault: where it is planted, and the values that make it (`_GONE` removes)."""

    name: str
    on: str  # "Type", or "Type:end of a profile's address"
    changes: tuple[tuple[str, Any], ...]
    has: tuple[str, ...] = ()


def _m(name: str, on: str, /, *has: str, **changes: Any) -> Mutant:
    """Write a mutant: `__` parts the steps of a path, `_n` at the end of a step is an index."""
    return Mutant(name, on, tuple((k.replace("__", "."), v) for k, v in changes.items()), has)


def _d(name: str, on: str, path: str, *has: str) -> Mutant:
    """Write a mutant that lacks *path*."""
    return Mutant(name, on, ((path, _GONE),), (path, *has))


def _c(system: str, code: str, **more: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, **more}]}


def _p(name: str, on: str, path: str, value: Any, *has: str) -> Mutant:
    """Write a mutant whose *path* holds *value*."""
    return Mutant(name, on, ((path, value),), has)


_QTY = {"value": 1, "unit": "mg", "system": UCUM, "code": "mg"}
_DAR = "http://terminology.hl7.org/CodeSystem/data-absent-reason"

# performance.md's faults in one Observation, then those of each layer
MUTANTS: tuple[Mutant, ...] = (
    # --- an Observation's 22
    _d("observation-without-status", "Observation", "status"),
    _d("observation-without-code", "Observation", "code"),
    _p("status-misspelt", "Observation", "status", "finall"),
    _p("status-empty", "Observation", "status", ""),
    _p("two-values", "Observation", "valueString", "x", "valueQuantity.value"),
    _p("subject-empty", "Observation", "subject", {}),
    _p("category-empty-array", "Observation", "category", []),
    _p("category-holds-null", "Observation", "category", [None], "valueRange"),
    _p("obs-6-value-and-reason", "Observation", "dataAbsentReason", _c(_DAR, "unknown"), "valueCodeableConcept"),
    _p("obs-7-component-repeats-code", "Observation", "component", [{"code": _c("http://loinc.org", "30525-0"), "valueQuantity": {"value": 1}}], "valueQuantity.value"),
    _d("qty-3-code-without-system", "Observation", "valueQuantity.system", "valueQuantity.code"),
    _p("comparator-unknown", "Observation", "valueQuantity.comparator", "~", "valueQuantity.value"),
    _p("unknown-element", "Observation", "colour", "red"),
    _p("value-in-text", "Observation", "valueQuantity.value", "45", "valueQuantity.value"),
    _p("value-is-true", "Observation", "valueQuantity.value", True, "valueQuantity.value"),
    _p("date-misspelt", "Observation", "effectiveDateTime", "2012-13"),
    _p("date-out-of-calendar", "Observation", "effectiveDateTime", "2019-02-30"),
    _p("time-without-zone", "Observation", "effectiveDateTime", "2019-02-20T10:00:00"),
    _p("hour-24", "Observation", "effectiveDateTime", "2019-02-20T24:00:00Z"),
    _p("instant-without-time", "Observation", "issued", "2019-02-20"),
    _p("code-as-text", "Observation", "code", "Age"),
    _p("category-as-object", "Observation", "category", {"text": "exam"}),
    _p("status-as-array", "Observation", "status", ["final"]),
    _p("subject-wrong-type", "Observation", "subject.reference", "Medication/1"),
    _p("value-kind-unknown", "Observation", "valueMoney", {"value": 1}, "effectiveDateTime"),
    _p("quantity-member-unknown", "Observation", "valueQuantity.precision", 2, "valueQuantity.value"),
    # --- values and shape
    _p("id-of-65-letters", "Condition", "id", "a" * 65),
    _p("id-with-underscore", "Condition", "id", "a_b"),
    _p("type-unknown", "Condition", "resourceType", "Konditions"),
    _d("type-missing", "Condition", "resourceType"),
    _p("control-character", "Condition", "code.text", "a\u0000b"),
    _p("text-blank", "Condition", "code.text", " "),
    _p("attachment-not-base64", "DocumentReference", "content.0.attachment.data", "%%%"),
    _p("attachment-size-negative", "DocumentReference", "content.0.attachment.size", -1),
    _p("boolean-as-text", "Patient", "active", "true"),
    _p("multiple-birth-half", "Patient", "multipleBirthInteger", 1.5),
    _p("script-in-narrative", "Condition", "text", {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>'}),
    _p("handler-in-narrative", "Condition", "text", {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p onclick="x()">y</p></div>'}),
    _p("narrative-without-status", "Condition", "text", {"div": '<div xmlns="http://www.w3.org/1999/xhtml">y</div>'}),
    _p("narrative-no-div", "Condition", "text", {"status": "generated", "div": "<p>y</p>"}),
    _p("birth-date-with-time", "Patient", "birthDate", "1970-01-01T00:00:00Z"),
    _p("language-of-array", "Condition", "language", ["en"]),
    # --- required bindings
    _p("gender-unknown-code", "Patient", "gender", "masculine"),
    _p("clinical-status-unknown", "Condition", "clinicalStatus.coding.0.code", "alive", "clinicalStatus.coding"),
    _p("clinical-status-foreign", "Condition", "clinicalStatus", _c(SCT, "55561003", display="Active"), "clinicalStatus.coding"),
    _p("verification-unknown", "Condition", "verificationStatus.coding.0.code", "sure"),
    _p("procedure-status-unknown", "Procedure", "status", "done"),
    _p("statement-status-unknown", "MedicationStatement", "status", "taken"),
    _p("report-status-unknown", "DiagnosticReport", "status", "ready"),
    _p("document-status-unknown", "DocumentReference", "status", "final"),
    _p("actuality-unknown", "AdverseEvent", "actuality", "real"),
    _p("severity-outside-set", "AdverseEvent", "severity", _c("http://terminology.hl7.org/CodeSystem/adverse-event-severity", "fatal")),
    _p("outcome-outside-set", "AdverseEvent", "outcome", _c("http://terminology.hl7.org/CodeSystem/adverse-event-outcome", "dead")),
    _p("identifier-use-unknown", "Patient", "identifier.0.use", "main"),
    _p("name-use-unknown", "Patient", "name.0.use", "real"),
    _p("device-status-unknown", "Device", "status", "on"),
    _p("telecom-system-unknown", "Patient", "telecom", [{"system": "pigeon", "value": "1"}]),
    _p("timing-unit-unknown", "MedicationStatement", "dosage", [{"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "days"}}}]),
    _p("link-status-family", "FamilyMemberHistory", "status", "done"),
    _p("allergy-criticality-unknown", "AllergyIntolerance", "criticality", "severe"),
    _p("bundle-type-unknown", "Bundle", "type", "heap"),
    # --- cardinality and types of base elements
    _d("condition-without-subject", "Condition", "subject"),
    _d("procedure-without-status", "Procedure", "status"),
    _d("procedure-without-subject", "Procedure", "subject"),
    _d("statement-without-medication", "MedicationStatement", "medicationCodeableConcept"),
    _d("statement-without-status", "MedicationStatement", "status"),
    _d("event-without-subject", "AdverseEvent", "subject"),
    _d("event-without-actuality", "AdverseEvent", "actuality"),
    _d("structure-without-patient", "BodyStructure", "patient"),
    _d("report-without-code", "DiagnosticReport", "code"),
    _d("document-without-content", "DocumentReference", "content"),
    _d("attachment-missing", "DocumentReference", "content.0.attachment"),
    _d("provenance-without-agent", "Provenance", "agent"),
    _d("provenance-without-target", "Provenance", "target"),
    _d("family-without-relationship", "FamilyMemberHistory", "relationship"),
    _d("family-condition-without-code", "FamilyMemberHistory", "condition.0.code"),
    _d("suspect-without-instance", "AdverseEvent", "suspectEntity.0.instance"),
    _d("allergy-without-patient", "AllergyIntolerance", "patient"),
    _p("two-times-of-a-procedure", "Procedure", "performedString", "2012", "performedDateTime"),
    _p("two-onsets", "Condition", "onsetString", "then", "onsetDateTime"),
    _p("r5-element-in-r4", "Procedure", "occurrenceDateTime", "2012", "performedDateTime"),
    _p("reason-to-a-patient", "Procedure", "reasonReference.0.reference", "Patient/1", "reasonReference"),
    # --- mCODE and US Core: cardinality, patterns, slices, targets
    _d("stage-without-method", "Observation:mcode-tnm-stage-group", "method"),
    _d("stage-without-focus", "Observation:mcode-tnm-stage-group", "focus"),
    _d("category-without-method", "Observation:mcode-tnm-primary-tumor-category", "method"),
    _d("category-without-subject", "Observation:mcode-tnm-primary-tumor-category", "subject"),
    _d("cancer-without-category", "Condition:mcode-primary-cancer-condition", "category"),
    _p("cancer-of-an-encounter", "Condition:mcode-primary-cancer-condition", "category.0.coding.0", {"system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": "encounter-diagnosis"}),
    _d("cancer-without-code", "Condition:mcode-primary-cancer-condition", "code"),
    _d("patient-without-name", "Patient:mcode-cancer-patient", "name"),
    _d("patient-without-identifier", "Patient:mcode-cancer-patient", "identifier"),
    _d("patient-without-gender", "Patient:mcode-cancer-patient", "gender"),
    _d("identifier-without-system", "Patient:mcode-cancer-patient", "identifier.0.system"),
    _d("identifier-without-value", "Patient:mcode-cancer-patient", "identifier.0.value"),
    _p("status-code-wrong", "Observation:mcode-cancer-disease-status", "code", _c("http://loinc.org", "88040-1")),
    _p("size-code-wrong", "Observation:mcode-tumor-size", "code", _c("http://loinc.org", "33728-7")),
    _d("size-without-longest", "Observation:mcode-tumor-size", "component"),
    _p("size-longest-renamed", "Observation:mcode-tumor-size", "component.0.code", _c("http://loinc.org", "33729-5")),
    _d("size-of-nothing", "Observation:mcode-tumor-size", "focus"),
    _p("size-in-inches", "Observation:mcode-tumor-size", "component.0.valueQuantity", {"value": 3, "unit": "in", "system": UCUM, "code": "[in_i]"}),
    _d("tumor-without-location", "BodyStructure:mcode-tumor", "location"),
    _d("tumor-without-identifier", "BodyStructure:mcode-tumor", "identifier"),
    _p("tumor-identifier-use", "BodyStructure:mcode-tumor", "identifier.0.use", "official"),
    _p("tumor-morphology-in-words", "BodyStructure:mcode-tumor", "morphology", {"text": "sarcoma"}),
    _d("marker-without-value", "Observation:mcode-tumor-marker-test", "valueCodeableConcept"),
    _p("marker-not-laboratory", "Observation:mcode-tumor-marker-test", "category", [_c("http://terminology.hl7.org/CodeSystem/observation-category", "exam")]),
    _p("radiotherapy-code-wrong", "Procedure:mcode-radiotherapy-course-summary", "code", _c(SCT, "108290001")),
    Mutant("radiotherapy-at-a-time", "Procedure:mcode-radiotherapy-course-summary", (("performedPeriod", _GONE), ("performedDateTime", "2012-12")), ("performedPeriod",)),
    _p("radiotherapy-sessions-as-text", "Procedure:mcode-radiotherapy-course-summary", "extension.0", {"url": MCODE + "radiotherapy-sessions", "valueString": "28"}, "extension"),
    _p("radiotherapy-modality-unknown", "Procedure:mcode-radiotherapy-course-summary", "extension.0", {"url": MCODE + "radiotherapy-modality-and-technique", "extension": [{"url": "modality", "valueCodeableConcept": _c(SCT, "22253000")}]}, "extension"),
    _p("radiotherapy-technique-alone", "Procedure:mcode-radiotherapy-course-summary", "extension.0", {"url": MCODE + "radiotherapy-modality-and-technique", "extension": [{"url": "technique", "valueCodeableConcept": _c(SCT, "168524008")}]}, "extension"),
    _p("ecog-code-wrong", "Observation:mcode-ecog-performance-status", "code", _c("http://loinc.org", "89243-0")),
    _p("ecog-as-text", "Observation:mcode-ecog-performance-status", "valueString", "1"),
    _p("cancer-stage-of-a-patient", "Condition:mcode-primary-cancer-condition", "stage", [{"assessment": [{"reference": NOWHERE}]}]),
    _p("stage-group-outside-maximum", "Observation:mcode-tnm-stage-group", "code", _c(SCT, "22253000")),
    _p("category-code-outside-maximum", "Observation:mcode-tnm-primary-tumor-category", "code", _c(SCT, "277206009")),
    _p("status-value-outside-maximum", "Observation:mcode-cancer-disease-status", "valueCodeableConcept", _c(SCT, "22253000")),
    _p("laterality-outside-set", "Procedure:mcode-cancer-related-surgical-procedure", "bodySite.0.extension", [{"url": MCODE + "laterality-qualifier", "valueCodeableConcept": _c(SCT, "22253000")}], "bodySite"),
    _p("laterality-as-code", "Procedure:mcode-cancer-related-surgical-procedure", "bodySite.0.extension", [{"url": MCODE + "laterality-qualifier", "valueCode": "left"}], "bodySite"),
    _p("intent-outside-set", "Procedure:mcode-cancer-related-surgical-procedure", "extension.0", {"url": MCODE + "procedure-intent", "valueCodeableConcept": _c(SCT, "22253000")}, "extension"),
    _p("qualifier-outside-set", "BodyStructure:mcode-tumor", "locationQualifier", [_c(SCT, "22253000")]),
    _p("evidence-type-outside-set", "Observation:mcode-cancer-disease-status", "extension.0", {"url": MCODE + "cancer-disease-status-evidence-type", "valueCodeableConcept": _c("http://loinc.org", "18748-4")}, "extension"),
    # --- units and codes
    _p("unit-not-ucum", "Observation", "valueQuantity.code", "years", "valueQuantity.code"),
    _p("unit-misspelt", "Observation", "valueQuantity", {"value": 1, "unit": "mg/dl", "system": UCUM, "code": "mg/decil"}, "valueQuantity"),
    _p("loinc-check-digit", "Observation", "code", _c("http://loinc.org", "718-8"), "valueQuantity"),
    _p("snomed-check-digit", "Condition", "code", _c(SCT, "22253001")),
    _p("hl7-code-unknown", "Observation", "category", [_c("http://terminology.hl7.org/CodeSystem/observation-category", "guess")], "valueRange"),
    _p("hl7-display-wrong", "Condition", "verificationStatus.coding.0.display", "Refuted", "verificationStatus.coding.0.display"),
    # --- invariants
    _p("con-5-clinical-status-of-an-error", "Condition", "verificationStatus", _c("http://terminology.hl7.org/CodeSystem/condition-ver-status", "entered-in-error"), "clinicalStatus"),
    _p("con-4-abated-but-active", "Condition", "abatementDateTime", "2013", "clinicalStatus.coding"),
    _p("per-1-period-ends-first", "Procedure", "performedPeriod", {"start": "2015", "end": "2014"}, "performedPeriod"),
    _p("ext-1-value-and-members", "Condition", "extension.0.valueString", "x", "extension.0.extension"),
    _p("ext-1-nothing", "Condition", "extension.0", {"url": "http://hl7.org/fhir/StructureDefinition/note"}, "extension"),
    _p("extension-without-address", "Condition", "extension.0", {"valueString": "x"}, "extension"),
    _p("extension-of-hl7-unknown", "Condition", "extension.0", {"url": "http://hl7.org/fhir/StructureDefinition/condition-relatet", "valueString": "x"}, "extension"),
    _p("extension-of-mcode-unknown", "Condition", "extension.0", {"url": MCODE + "histology", "valueString": "x"}, "extension"),
    _p("extension-of-a-patient-misplaced", "Condition", "extension.0", {"url": "http://hl7.org/fhir/StructureDefinition/patient-religion", "valueCodeableConcept": {"text": "x"}}, "extension"),
    _p("extension-part-unknown", "Condition", "extension.0.extension.1.url", "begin", "extension.0.extension"),
    _p("identifier-system-relative", "BodyStructure", "identifier.0.system", "hospital", "identifier.0.system"),
    _p("reference-with-a-blank", "Condition", "subject.reference", " Patient/1"),
    _p("profile-relative", "Condition", "meta.profile.0", "mcode-primary-cancer-condition", "meta.profile"),
    _p("hl7-system-unknown", "Condition", "category.0.coding", [{"system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": "problem-list-item"}, {"system": "http://terminology.hl7.org/CodeSystem/condition-categorie", "code": "x"}], "category"),
    _p("system-without-a-code", "Condition", "clinicalStatus", {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical"}]}, "clinicalStatus"),
    _p("ele-1-empty-element", "Condition", "bodySite", [{}]),
    _p("rng-2-range-turned", "Observation", "valueRange.low.value", 90, "valueRange"),
    _p("att-1-data-without-type", "DocumentReference", "content.0.attachment.contentType", _GONE),
    _p("tim-1-duration-without-unit", "MedicationStatement", "dosage", [{"timing": {"repeat": {"duration": 2}}}]),
    _p("tim-5-period-negative", "MedicationStatement", "dosage", [{"timing": {"repeat": {"frequency": 1, "period": -1, "periodUnit": "d"}}}]),
    _p("obs-3-range-without-content", "Observation", "referenceRange", [{"type": {"text": "normal"}}], "valueQuantity.value"),
    _p("dom-2-contained-in-contained", "Condition", "contained", [{"resourceType": "Patient", "id": "p", "contained": [{"resourceType": "Patient", "id": "q"}]}]),
    _p("dom-3-contained-unused", "Condition", "contained", [{"resourceType": "Patient", "id": "p"}]),
    _p("con-1-stage-of-nothing", "Condition", "stage", [{"type": {"text": "clinical"}}]),
    _p("con-2-evidence-of-nothing", "Condition", "evidence", [{"id": "a"}]),
    _p("fhs-1-two-ages", "FamilyMemberHistory", "estimatedAge", True),
    _p("pat-1-contact-of-nobody", "Patient", "contact", [{"gender": "male"}]),
    _p("qty-in-simple-quantity", "MedicationStatement", "dosage", [{"doseAndRate": [{"doseQuantity": {**_QTY, "comparator": "<"}}]}]),
    # --- what holds a bundle together
    _p("reference-dangles", "Condition", "subject.reference", NOWHERE),
    _p("relative-reference-dangles", "Condition", "subject.reference", "Patient/nobody"),
    _p("contained-reference-dangles", "Condition", "subject.reference", "#nobody"),
    _p("reference-of-a-wrong-kind", "Observation", "subject.reference", "@DocumentReference"),
    _p("focus-of-size-is-no-tumor", "Observation:mcode-tumor-size", "focus.0.reference", "@Patient"),
    _p("full-url-of-another", "Condition", "@fullUrl", NOWHERE),
    _p("full-url-relative", "Condition", "@fullUrl", "Condition/1"),
    _p("full-url-twice", "Condition", "@twice", True),
    _p("patient-twice-in-the-group", "Patient", "@twice", True),
    _p("evidence-dangles", "Condition", "@evidence.reference", NOWHERE),
    _p("evidence-behind-the-text", "Condition", "@evidence.offset", 10_000_000),
    _p("evidence-negative", "Condition", "@evidence.offset", -1),
    _p("evidence-empty", "Condition", "@evidence.length", 0),
    _p("entry-without-resource", "Bundle", "entry.0", {"fullUrl": NOWHERE}),
    _p("entry-with-request", "Bundle", "entry.0.request", {"method": "PUT", "url": "Patient/1"}),
    _p("bundle-for-transport", "Bundle", "type", "transaction"),
    _p("bundle-total", "Bundle", "total", 3),
    _p("bundle-without-type", "Bundle", "type", _GONE),
)  # fmt: skip

MUTANTS_R5: tuple[Mutant, ...] = (
    _p("r5-status-misspelt", "Observation", "status", "finall"),
    _d("r5-condition-without-clinical-status", "Condition", "clinicalStatus"),
    _p("r5-statement-status-of-r4", "MedicationStatement", "status", "completed"),
    _d("r5-statement-without-medication", "MedicationStatement", "medication"),
    _p("r5-medication-as-concept", "MedicationStatement", "medication", {"text": "x"}),
    _p("r5-r4-element", "MedicationStatement", "medicationCodeableConcept", {"text": "x"}),
    _p("r5-performed", "Procedure", "performedDateTime", "2012"),
    _d("r5-event-without-status", "AdverseEvent", "status"),
    _p("r5-event-severity", "AdverseEvent", "severity", {"text": "mild"}),
    _d("r5-structure-without-included", "BodyStructure", "includedStructure"),
    _d("r5-included-without-structure", "BodyStructure", "includedStructure.0.structure"),
    _p("r5-size-as-number", "DocumentReference", "content.0.attachment.size", 2351),
    _p("r5-reference-dangles", "Condition", "subject.reference", NOWHERE),
    _p("r5-extension-part-unknown", "Condition", "extension.0.extension.1.url", "begin", "extension.0.extension"),
    _p("r5-identifier-system-relative", "BodyStructure", "identifier.0.system", "hospital", "identifier.0.system"),
    _p("r5-gender-unknown-code", "Patient", "gender", "masculine"),
    _p("r5-two-values", "Observation", "valueString", "x", "valueQuantity.value"),
    _p("r5-report-without-code", "DiagnosticReport", "code", _GONE),
    _p("r5-con-3-abated-but-active", "Condition", "abatementDateTime", "2013", "clinicalStatus.coding"),
    _p("r5-per-1-period-ends-first", "Procedure", "occurrencePeriod", {"start": "2015", "end": "2014"}, "occurrencePeriod"),
)  # fmt: skip


def broken(
    samples: list[Path], mutants: tuple[Mutant, ...] = MUTANTS
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield (name, the bundle as it was, the bundle with the fault) for every mutant."""
    bundles = [b for b in (json.loads(p.read_text(encoding="utf-8")) for p in samples) if b["type"] == "collection"]
    for mutant in mutants:
        try:
            sound, place = _home(mutant, bundles)
        except LookupError:
            continue  # no sample has what the fault needs
        yield mutant.name, sound, _planted(mutant, sound, place)


def _home(mutant: Mutant, bundles: list[dict[str, Any]]) -> tuple[dict[str, Any], int | None]:
    kind, _, profile = mutant.on.partition(":")
    needed = [
        p for p in (*mutant.has, *(p for p, _ in mutant.changes if p.startswith("@evidence"))) if not p.startswith("@")
    ]
    for bundle in bundles:
        if kind == "Bundle":
            return _smallest(bundle, 0), None
        for i, entry in enumerate(bundle["entry"]):
            resource = entry["resource"]
            if resource["resourceType"] != kind or not all(_get(resource, p) for p in needed):
                continue
            claims = resource.get("meta", {}).get("profile", ())
            if profile and not any(c.endswith(profile) for c in claims):
                continue
            if any(p.startswith("@evidence") for p, _ in mutant.changes) and _evidence(resource) is None:
                continue
            made = _smallest(bundle, i)
            return made, next(j for j, e in enumerate(made["entry"]) if e["resource"]["id"] == resource["id"])
    raise LookupError(f"no sample has what {mutant.name} needs")


def _smallest(bundle: dict[str, Any], index: int) -> dict[str, Any]:
    """Return the bundle of one entry, the patient, and what they refer to."""
    by_url = {e["fullUrl"]: e for e in bundle["entry"]}
    wanted = [e for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient"] + [bundle["entry"][index]]
    kept: dict[str, dict[str, Any]] = {}
    while wanted:
        entry = wanted.pop()
        if entry["fullUrl"] in kept:
            continue
        # all of a provenance's targets would bring the whole bundle along
        entry = copy.deepcopy(entry)
        if entry["resource"]["resourceType"] == "Provenance":
            entry["resource"]["target"] = entry["resource"]["target"][:1]
        kept[entry["fullUrl"]] = entry
        wanted += [by_url[r] for r in _references(entry["resource"]) if r in by_url]
    ordered = [kept[e["fullUrl"]] for e in bundle["entry"] if e["fullUrl"] in kept]
    return {**{k: v for k, v in bundle.items() if k != "entry"}, "entry": ordered}


def _planted(mutant: Mutant, sound: dict[str, Any], place: int | None) -> dict[str, Any]:
    made = copy.deepcopy(sound)
    if place is None:
        for path, value in mutant.changes:
            _set(made, path, value)
        return made
    entry = made["entry"][place]
    for path, value in mutant.changes:
        if path == "@fullUrl":
            entry["fullUrl"] = value
        elif path == "@twice":
            made["entry"].append(copy.deepcopy(entry))
        elif path.startswith("@evidence."):
            _bend(_evidence(entry["resource"]), path.partition(".")[2], value)
        elif isinstance(value, str) and value.startswith("@"):
            other = next(e["fullUrl"] for e in made["entry"] if e["resource"]["resourceType"] == value[1:])
            _set(entry["resource"], path, other)
        else:
            _set(entry["resource"], path, value)
    return made


def _bend(evidence: dict[str, Any] | None, part: str, value: Any) -> None:
    assert evidence
    inner = next(x for x in evidence["extension"] if x["url"] == part)
    if part == "reference":
        inner["valueReference"] = {"reference": value}
    else:
        inner["valueInteger"] = value


def _evidence(resource: dict[str, Any]) -> dict[str, Any] | None:
    return next((x for x in resource.get("extension", ()) if x["url"] == EVIDENCE), None)


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node["reference"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _get(node: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(node, list):
            node = node[int(step)] if step.isdigit() and int(step) < len(node) else None
        else:
            node = node.get(step) if isinstance(node, dict) else None
        if node is None:
            return None
    return node


def _set(node: Any, path: str, value: Any) -> None:
    *steps, last = path.split(".")
    for step in steps:
        node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
    key: Any = int(last) if isinstance(node, list) else last
    if value is _GONE:
        del node[key]
    else:
        node[key] = copy.deepcopy(value)
