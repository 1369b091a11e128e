"""The terminology layer: codes that exist, and displays that are theirs."""

from __future__ import annotations

import pytest

from validation.support_fhir import LOINC, SNOMED, judged, observation, rules

CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


@pytest.mark.parametrize(
    ("system", "code", "rule"),
    [
        (LOINC, "6690-3", "terminology/check-digit"),
        (LOINC, "WBC", "terminology/malformed-code"),
        (SNOMED, "22253001", "terminology/check-digit"),
        (SNOMED, "pain", "terminology/malformed-code"),
        (CATEGORY, "guess", "terminology/unknown-code"),
    ],
)
def test_a_code_that_cannot_be_is_an_error(system: str, code: str, rule: str) -> None:
    """Check digits, the form of a code and HL7's own code systems tell codes that do not exist."""
    assert rule in rules(observation(code={"coding": [{"system": system, "code": code}]}))


def test_a_display_must_be_the_codes() -> None:
    """The display of one of HL7's codes is compared in any case; a wrong one is an error."""

    def category(display: str) -> list[object]:
        return [{"coding": [{"system": CATEGORY, "code": "laboratory", "display": display}]}]

    assert rules(observation(category=category("laboratory"))) == set()
    assert "terminology/display" in rules(observation(category=category("Vital Signs")))


def test_a_display_of_our_tables_is_a_warning() -> None:
    """A display that is none of the names we hold of a code of SNOMED or LOINC is worth a look."""
    made = observation(code={"coding": [{"system": LOINC, "code": "29593-1", "display": "Shoe size"}]})
    assert "terminology/display" in rules(made, severity="warning")


def test_a_mistyped_system_of_hl7s_is_a_warning() -> None:
    """HL7's code systems are all known by name, those without codes at hand too."""

    def told(system: str) -> bool:
        made = observation(code={"coding": [{"system": system, "code": "8890/3"}]})
        return "terminology/unknown-system" in rules(made, severity="warning")

    assert told("http://terminology.hl7.org/CodeSystem/icd-o-33")
    assert not told("http://terminology.hl7.org/CodeSystem/icd-o-3")
    assert not told("http://hl7.org/fhir/sid/icd-10-cm")


def test_a_system_that_nobody_here_knows_is_left_alone() -> None:
    """Of local code systems nothing is said."""
    assert (
        judged(
            observation(code={"coding": [{"system": "http://example.org/lab", "code": "X", "display": "Y"}]})
        ).findings
        == []
    )
