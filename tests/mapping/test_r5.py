"""The R5 edition: elements where R5 keeps them, nothing of R4 left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from epicrisis import convert
from epicrisis.case import codec
from epicrisis.case.model import Case, Item, Patient, Span
from epicrisis.document.model import Document
from epicrisis.mapping import map_case

FIXTURE = Path(__file__).parents[1] / "fixtures" / "case_seedlike.json"
# paths of R4 that R5 does not have
GONE = {
    "AdverseEvent": {"event", "date", "severity", "resultingCondition", "referenceDocument"},
    "MedicationStatement": {"medicationCodeableConcept", "reasonReference", "statusReason"},
    "MedicationRequest": {"medicationCodeableConcept", "reasonReference"},
    "Procedure": {"performedDateTime", "performedPeriod", "reasonReference"},
    "ServiceRequest": {"reasonReference"},
    "BodyStructure": {"location", "locationQualifier"},
    "Encounter": {"reasonReference", "period"},
    "Device": {"deviceName"},
}
MUST = {
    "AdverseEvent": {"status", "code", "actuality"},
    "Condition": {"clinicalStatus"},
    "BodyStructure": {"includedStructure"},
    "MedicationStatement": {"status", "medication"},
}
Resource = dict[str, Any]


@pytest.fixture(scope="module")
def made() -> list[Resource]:
    return map_case(codec.from_json(FIXTURE.read_text(encoding="utf-8")), fhir="r5")


def test_r4_elements_are_gone(made: list[Resource]) -> None:
    """No resource holds an element that R5 took away."""
    for resource in made:
        assert not GONE.get(resource["resourceType"], set()) & set(resource)


def test_r5_elements_are_there(made: list[Resource]) -> None:
    """Each resource holds the elements that R5 made mandatory."""
    for resource in made:
        assert MUST.get(resource["resourceType"], set()) <= set(resource)


def test_mcode_is_not_claimed(made: list[Resource]) -> None:
    """mCODE STU4 is a guide for R4: R5 claims no profile and holds none of its extensions."""
    written = json.dumps(made, default=str)
    assert "us/mcode" not in written
    assert "us/core" not in written
    assert "research-backport" not in written


def test_grade_side_and_dose_are_kept(made: list[Resource]) -> None:
    """What was an extension in R4 is still said in R5: grade, side, dose, intent, morphology."""
    written = json.dumps(made, default=str)
    for words in (
        "grade 2-3",
        '"laterality"',
        "5040",
        "fractions delivered",
        "Intent: curative.",
        "adenocarcinoma",
    ):
        assert words in written


def test_statement_status(made: list[Resource]) -> None:
    """R5 records a statement; whether the drug was taken is its adherence."""
    statements = [r for r in made if r["resourceType"] == "MedicationStatement"]
    assert {s["status"] for s in statements} == {"recorded"}
    codes = {s["adherence"]["code"]["coding"][0]["code"] for s in statements if "adherence" in s}
    assert {"stopped", "taking"} <= codes


def test_same_ids_in_both_editions(made: list[Resource]) -> None:
    """A resource has the same id in R4 and R5."""
    r4 = map_case(codec.from_json(FIXTURE.read_text(encoding="utf-8")))
    assert {r["id"] for r in r4} <= {r["id"] for r in made}


def test_refuted_condition_has_a_status() -> None:
    """R5 asks every Condition for a clinical status: of a refuted one it is unknown."""
    items = [Item("a", "condition", "Words", [Span(0, 5)], negated=True)]
    found = map_case(Case(Document("Words."), patient=Patient(), items=items), fhir="r5")
    condition = next(r for r in found if r["resourceType"] == "Condition")
    assert condition["clinicalStatus"]["coding"][0]["code"] == "unknown"


def test_drug_on_hold_is_told_by_its_adherence() -> None:
    """R5 has on-hold as a way in which a drug is taken."""
    text = "She had breast cancer. Meds: metformin 1 g bd (held), letrozole 2.5 mg daily."
    entries = convert(text, fhir="r5").bundle["entry"]
    statements = [e["resource"] for e in entries if e["resource"]["resourceType"] == "MedicationStatement"]
    told = {s["adherence"]["code"]["coding"][0]["code"] for s in statements if "adherence" in s}
    assert "on-hold" in told
