"""The profile layer: what definitions of base FHIR, US Core and mCODE ask for."""

from __future__ import annotations

from typing import Any

import pytest

from validation.support_fhir import (
    DIV,
    LOINC,
    SNOMED,
    UCUM,
    Json,
    first,
    judged,
    observation,
    rules,
    sample,
)

DAR = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}]}


def test_a_right_resource_has_no_findings() -> None:
    """The observation that the other tests spoil is right, in both editions and with all layers."""
    for edition in ("r4", "r5"):
        assert judged(observation(), fhir=edition).findings == []


def test_a_type_that_is_no_text_is_found_in_a_bundle() -> None:
    """It belongs to no slice of the entries."""
    for wrong in ([], {}, 1):
        bundle = sample()
        bundle["entry"][2]["resource"]["resourceType"] = wrong
        assert "profile/type" in rules(bundle)


@pytest.mark.parametrize(
    ("members", "rule"),
    [
        ({"status": None}, "profile/cardinality"),
        ({"status": "finall"}, "profile/binding-required"),
        ({"status": ""}, "profile/primitive"),
        ({"status": 1}, "profile/primitive"),
        ({"code": None}, "profile/cardinality"),
        ({"code": "WBC"}, "profile/type"),
        ({"code": [{"text": "WBC"}]}, "profile/type"),
        ({"valueString": "high"}, "profile/choice"),
        ({"valueMoney": {"value": 1}, "valueQuantity": None}, "profile/type"),
        ({"colour": "red"}, "profile/unknown-element"),
        ({"category": []}, "profile/empty"),
        ({"category": [None]}, "profile/type"),
        ({"category": {"text": "exam"}}, "profile/type"),
        ({"subject": {}}, "profile/empty"),
        ({"subject": {"reference": "Medication/m"}}, "profile/target"),
        ({"effectiveDateTime": "2018-02-30"}, "profile/primitive"),
        ({"effectiveDateTime": "03/09/2018"}, "profile/primitive"),
        ({"effectiveDateTime": "2018-09-03T10:00:00"}, "profile/primitive"),
        ({"issued": "2018-09-03"}, "profile/primitive"),
        ({"id": "a" * 65}, "profile/primitive"),
        ({"id": "a b"}, "profile/primitive"),
        ({"valueQuantity": {"value": "4.65"}}, "profile/primitive"),
        ({"valueQuantity": {"value": True}}, "profile/primitive"),
        ({"valueQuantity": {"value": 4, "comparator": "~"}}, "profile/binding-required"),
        ({"valueQuantity": {"value": 4, "code": "g/L"}}, "invariants/qty-3"),
        ({"dataAbsentReason": DAR}, "invariants/obs-6"),
        (
            {"component": [{"code": {"coding": [{"system": LOINC, "code": "6690-2"}]}, "valueString": "x"}]},
            "invariants/obs-7",
        ),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2019", "end": "2018-12"}}, "profile/per-1"),
        ({"valueQuantity": None, "valueRange": {"low": {"value": 9}, "high": {"value": 2}}}, "profile/rng-2"),
        ({"extension": [{"url": "http://example.org/x"}]}, "profile/ext-1"),
        ({"extension": [{"valueString": "x"}]}, "profile/cardinality"),
        ({"contained": [{"resourceType": "Patient", "id": "x"}]}, "profile/dom-3"),
        ({"text": {"status": "generated", "div": DIV.format("<script>1</script>")}}, "profile/primitive"),
    ],
    ids=lambda v: v if isinstance(v, str) else "-".join(v),
)
def test_a_fault_is_told_by_its_rule(members: Json, rule: str) -> None:
    """Each kind of fault in a resource is an error, named by the rule that is broken."""
    assert rule in rules(observation(**members), fhir="r4")


def test_the_path_leads_to_the_fault() -> None:
    """A finding names the element by its path from the root."""
    report = judged(
        observation(component=[{"code": {"text": "a"}}, {"code": {"text": "b"}, "valueQuantity": {"value": "7"}}])
    )
    assert "Observation.component[1].valueQuantity.value" in {f.path for f in report.findings}


def test_null_beside_a_sibling_is_allowed() -> None:
    """`null` keeps the places of an array of primitives whose siblings carry extensions."""
    reason = {
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]
    }
    patient = {"resourceType": "Patient", "name": [{"given": ["Ann", None], "_given": [None, reason]}]}
    assert rules(patient, layers="quick") == set()


def test_a_missing_value_may_be_a_sibling() -> None:
    """A required primitive that only has extensions is not missing."""
    reason = {
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]
    }
    assert rules(observation(status=None, _status=reason), layers="quick") == set()


MCODE: list[tuple[str, str, Any, str]] = [
    ("Condition", "mcode-primary-cancer-condition", lambda r: r.pop("category"), "profile/cardinality"),
    ("Condition", "mcode-primary-cancer-condition", lambda r: r["category"][0]["coding"][0].update(code="encounter-diagnosis"), "profile/slice"),
    ("Observation", "mcode-tnm-stage-group", lambda r: r.pop("method"), "profile/cardinality"),
    ("Observation", "mcode-tnm-stage-group", lambda r: r.pop("focus"), "profile/cardinality"),
    ("Observation", "mcode-tnm-stage-group", lambda r: r.update(code={"coding": [{"system": SNOMED, "code": "22253000"}]}), "profile/binding-maximum"),
    ("Observation", "mcode-cancer-disease-status", lambda r: r.update(code={"coding": [{"system": LOINC, "code": "88040-1"}]}), "profile/pattern"),
    ("Observation", "mcode-cancer-disease-status", lambda r: r.update(valueCodeableConcept={"coding": [{"system": SNOMED, "code": "22253000"}]}), "profile/binding-maximum"),
    ("Observation", "mcode-tumor-size", lambda r: r["component"][0]["valueQuantity"].update(unit="in", code="[in_i]"), "profile/binding-required"),
    ("Observation", "mcode-tumor-size", lambda r: r.pop("focus"), "invariants/must-have-focus-or-specimen-invariant"),
    ("BodyStructure", "mcode-tumor", lambda r: r.update(morphology={"text": "sarcoma"}), "profile/binding-required"),
    ("Patient", "mcode-cancer-patient", lambda r: r.pop("identifier"), "profile/cardinality"),
    ("Patient", "mcode-cancer-patient", lambda r: r.update(gender="masculine"), "profile/binding-required"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "profile", "spoil", "rule"), MCODE)
def test_mcode_is_checked_where_it_is_claimed(kind: str, profile: str, spoil: Any, rule: str) -> None:
    """Cardinality, slices, patterns, maximum value sets, units and invariants of mCODE's profiles hold."""
    bundle = sample()
    place, resource = first(bundle, kind, profile)
    spoil(resource)
    found = [f for f in judged(bundle).findings if f.severity == "error"]
    assert any(f.rule.startswith(rule) and f.path.startswith(f"Bundle.entry[{place}].resource") for f in found), found


def test_an_unknown_profile_is_a_warning_and_the_base_is_checked() -> None:
    """What claims a profile that nobody here knows is judged by its type, and a warning says so."""
    made = observation(status="finall", meta={"profile": ["http://example.org/StructureDefinition/x"]})
    assert rules(made, severity="warning") == {"profile/unknown"}
    assert rules(made) == {"profile/binding-required"}


def test_a_profile_of_another_type_is_an_error() -> None:
    """A resource cannot keep the profile of another type."""
    made = observation(meta={"profile": ["http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-cancer-patient"]})
    assert "profile/type" in rules(made)


@pytest.mark.parametrize(
    ("resource", "edition"),
    [
        ({"resourceType": "Encounter", "status": "finished", "class": {"code": "IMP"}}, "r4"),
        ({"resourceType": "Encounter", "status": "completed", "class": [{"text": "inpatient"}]}, "r5"),
        (
            {
                "resourceType": "MedicationRequest",
                "status": "active",
                "intent": "order",
                "medicationCodeableConcept": {"text": "x"},
                "subject": {"reference": "Patient/1"},
            },
            "r4",
        ),
        (
            {
                "resourceType": "MedicationRequest",
                "status": "active",
                "intent": "order",
                "medication": {"concept": {"text": "x"}},
                "subject": {"reference": "Patient/1"},
            },
            "r5",
        ),
        (
            {"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": {"reference": "Patient/1"}},
            "r4",
        ),
        (
            {
                "resourceType": "Questionnaire",
                "status": "draft",
                "item": [{"linkId": "1", "type": "group", "item": [{"linkId": "1.1", "type": "string", "text": "?"}]}],
            },
            "r4",
        ),
        ({"resourceType": "ImagingStudy", "status": "available", "subject": {"reference": "Patient/1"}}, "r4"),
        ({"resourceType": "Parameters", "parameter": [{"name": "a", "resource": {"resourceType": "Patient"}}]}, "r4"),
    ],
    ids=lambda v: v if isinstance(v, str) else v["resourceType"],
)
def test_resources_that_epicrisis_does_not_write(resource: Json, edition: str) -> None:
    """Every resource type of FHIR is judged by its definition: right ones pass, a strange member is told."""
    assert rules(resource, fhir=edition) == set()
    assert "profile/unknown-element" in rules({**resource, "colour": "red"}, fhir=edition)


def test_us_core_is_known() -> None:
    """A US Core profile is judged like mCODE's."""
    made = {
        "resourceType": "Encounter", "status": "finished", "class": {"code": "IMP"},
        "meta": {"profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-encounter"]},
    }  # fmt: skip
    found = judged(made)
    assert {f.path for f in found.findings if f.severity == "error"} >= {"Encounter.type", "Encounter.subject"}


def test_the_editions_are_told_apart() -> None:
    """R5 is found out by what only R5 has, and its own rules are applied."""
    statement: Json = {
        "resourceType": "MedicationStatement", "status": "recorded", "subject": {"reference": "Patient/1"},
        "medication": {"concept": {"text": "anlotinib"}},
    }  # fmt: skip
    assert rules(statement) == set()
    assert "profile/binding-required" in rules({**statement, "status": "completed"})
    assert "profile/unknown-element" in rules({**statement, "statusReason": [{"text": "x"}]}, fhir="r5")


def test_where_nothing_tells_the_right_edition_is_found() -> None:
    """A resource without a member of one edition alone is right if it is right in one of them."""
    assert rules({"resourceType": "Encounter", "status": "completed", "class": [{"text": "inpatient"}]}) == set()
    assert rules({"resourceType": "Encounter", "status": "finished", "class": {"code": "IMP"}}) == set()
    assert rules({"resourceType": "Encounter", "status": "over", "class": {"code": "IMP"}}) == {
        "profile/binding-required"
    }


def test_a_type_that_fhir_does_not_have_is_not_quoted() -> None:
    """An unknown resource type is an error that does not repeat it."""
    report = judged({"resourceType": "JohnSmith"})
    assert not report.ok
    assert not any("JohnSmith" in f.path + f.message for f in report.findings)


def test_members_of_an_unknown_extension_may_be_named_like_types() -> None:
    """`code` and `Period` inside an extension that nobody knows are its members, not FHIR's types."""
    inner = [{"url": "code", "valueString": "x"}, {"url": "Period", "valueString": "y"}]
    assert rules(observation(extension=[{"url": "http://example.org/x", "extension": inner}])) == set()


def test_only_parts_of_extensions_have_relative_names() -> None:
    """The url of an extension is an absolute address, but inside another extension."""
    part = {"url": "code", "valueString": "x"}
    assert "profile/extension" in rules(observation(extension=[part]))
    assert "profile/extension" in rules(observation(_status={"extension": [part]}))
    assert rules(observation(extension=[{"url": "http://example.org/x", "extension": [part]}])) == set()


def test_an_extension_that_its_guide_does_not_have_is_an_error() -> None:
    """A mistyped address of one of HL7's extensions is told; what another guide defines is only a remark."""

    def extended(url: str) -> Json:
        return observation(extension=[{"url": url, "valueString": "x"}])

    assert "profile/extension" in rules(extended("http://hl7.org/fhir/StructureDefinition/derivation-referenz"))
    assert "profile/extension" in rules(extended("http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-intent"))
    assert rules(extended("http://example.org/x")) == set()
    assert rules(extended("http://example.org/x"), severity="information") == {"profile/extension"}


RELIGION = {"url": "http://hl7.org/fhir/StructureDefinition/patient-religion", "valueCodeableConcept": {"text": "x"}}
BIRTH = {"url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime", "valueDateTime": "1960-01-01T10:00:00Z"}
PRECISION = {"url": "http://hl7.org/fhir/StructureDefinition/quantity-precision", "valueInteger": 2}


@pytest.mark.parametrize(
    ("resource", "right"),
    [
        ({"resourceType": "Patient", "extension": [RELIGION]}, True),
        (observation(extension=[RELIGION]), False),
        ({"resourceType": "Patient", "name": [{"text": "x", "extension": [RELIGION]}]}, False),
        ({"resourceType": "Patient", "birthDate": "1960-01-01", "_birthDate": {"extension": [BIRTH]}}, True),
        ({"resourceType": "Patient", "extension": [BIRTH]}, False),
        (observation(valueQuantity={"value": 1, "_value": {"extension": [PRECISION]}}), True),
        (observation(valueQuantity={"value": 1, "extension": [PRECISION]}), False),
        (
            observation(
                contained=[{"resourceType": "Patient", "id": "p", "extension": [RELIGION]}], subject={"reference": "#p"}
            ),
            True,
        ),
        (
            {
                "resourceType": "Bundle",
                "type": "collection",
                "entry": [{"resource": {"resourceType": "Patient", "extension": [RELIGION]}}],
            },
            True,
        ),
        (
            {
                "resourceType": "Bundle",
                "type": "collection",
                "entry": [{"resource": observation(subject=None, extension=[RELIGION])}],
            },
            False,
        ),
    ],
)
def test_an_extension_stands_where_it_belongs(resource: Json, right: bool) -> None:
    """Extensions are judged by the elements and types that they are defined for."""
    for edition in ("r4", "r5"):
        found = rules(resource, layers="quick", fhir=edition)
        assert ("profile/context" in found) is not right, found


def test_a_complex_extension_has_only_its_parts() -> None:
    """A part that the extension does not define is told."""
    parts = [{"url": "reference", "valueReference": {"reference": "#"}}, {"url": "start", "valueInteger": 1}]
    evidence = {"url": "http://hl7.org/fhir/StructureDefinition/derivation-reference", "extension": parts}
    assert "profile/extension" in rules(observation(extension=[evidence]))


def test_a_system_is_an_absolute_address() -> None:
    """The system of an identifier that is no address is an error, that of a code a warning."""
    assert "profile/system" in rules(observation(identifier=[{"system": "hospital", "value": "1"}]))
    assert rules(observation(code={"coding": [{"system": "loinc", "code": "1"}]}), severity="warning") == {
        "terminology/system"
    }


def test_rules_of_datatypes_hold_within_profiles() -> None:
    """A profile that constrains members of a datatype does not take its rules away."""
    made = {
        "resourceType": "Organization", "active": True, "name": "x", "telecom": [{"value": "1"}],
        "meta": {"profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-organization"]},
    }  # fmt: skip
    assert "invariants/cpt-2" in rules(made, fhir="r4")


def test_rules_of_slices_and_extensions_hold() -> None:
    """A rule of one slice is applied to its items, a rule of an extension where the extension is used."""

    def organization(number: str) -> Json:
        return {
            "resourceType": "Organization", "active": True, "name": "x",
            "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": number}, {"system": "urn:oid:1.2.3", "value": "x"}],
            "meta": {"profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-organization"]},
        }  # fmt: skip

    assert rules(organization("1234567893"), fhir="r4") == set()
    assert "invariants/us-core-16" in rules(organization("12345"), fhir="r4")
    parts = [{"url": "reference", "valueReference": {"reference": "#"}}, {"url": "length", "valueInteger": 1}]
    evidence = {"url": "http://hl7.org/fhir/StructureDefinition/derivation-reference", "extension": parts}
    assert "invariants/der-1" in rules(observation(extension=[evidence]))
    assert "invariants/der-1" in rules(observation(_effectiveDateTime={"extension": [evidence]}))
    assert "invariants/der-1" in rules(
        {"resourceType": "Patient", "name": [{"given": ["x"], "_given": [{"extension": [evidence]}]}]}
    )


def test_vital_signs_are_known() -> None:
    """The profiles of base FHIR for vital signs are applied where they are claimed."""
    made = observation(meta={"profile": ["http://hl7.org/fhir/StructureDefinition/bodyweight"]})
    assert rules(made, fhir="r4", severity="warning") == set()
    assert rules(made, fhir="r4") >= {"profile/cardinality", "profile/slice"}


def test_a_reference_is_an_address() -> None:
    """White space in a reference is an error, and so is a canonical without a scheme."""
    assert "profile/reference" in rules(observation(subject={"reference": "Patient/ p1"}))
    assert "profile/primitive" in rules(observation(meta={"profile": ["stay"]}))


def test_a_system_without_a_code_is_no_member() -> None:
    """A required binding needs a code, not only the name of the code system."""
    clinical = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical"}]}
    made = {"resourceType": "Condition", "subject": {"reference": "Patient/1"}, "clinicalStatus": clinical}
    assert "profile/binding-required" in rules(made, fhir="r4")


def test_any_mime_type_is_right() -> None:
    """Content types are not limited to those that we write."""
    made = {"resourceType": "Media", "status": "completed", "content": {"contentType": "image/jpeg"}}
    assert rules(made, fhir="r4") == set()


def test_units_are_ucum() -> None:
    """A code of UCUM's system that UCUM does not have is an error."""
    assert "terminology/ucum" in rules(
        observation(valueQuantity={"value": 1, "unit": "x", "system": UCUM, "code": "years"})
    )
