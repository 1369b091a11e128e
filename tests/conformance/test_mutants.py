"""Faults planted one at a time in approved bundles: our validation finds them, and nothing in the sound ones."""

from __future__ import annotations

import json

import pytest

from conformance.conftest import SAMPLES, mutants
from conformance.mutants import MUTANTS
from epicrisis.validation import shape, validate

# the ten faults that a study of validators names; the rest of its 22 are their kin
NAMED = {
    "subject-empty", "obs-6-value-and-reason", "obs-7-component-repeats-code", "qty-3-code-without-system",
    "observation-without-status", "two-values", "category-empty-array", "category-holds-null", "status-misspelt", "comparator-unknown",
}  # fmt: skip
# what HL7's engine lets pass without a terminology server, or with references taken on trust
BEYOND_THE_ENGINE = {
    "stage-group-outside-maximum", "category-code-outside-maximum", "status-value-outside-maximum", "size-in-inches",
    "unit-not-ucum", "unit-misspelt", "loinc-check-digit", "snomed-check-digit", "clinical-status-foreign", "laterality-outside-set",
    "reference-dangles", "evidence-behind-the-text",
}  # fmt: skip


def test_the_sound_bundles_have_no_error() -> None:
    """The bundles that faults are planted in are right before."""
    sound = {
        json.dumps(before, sort_keys=True): edition for edition in ("r4", "r5") for _, before, _ in mutants(edition)
    }
    assert len(sound) > 20
    for text, edition in sound.items():
        assert validate(json.loads(text), fhir=edition).ok


def test_mutants_are_caught() -> None:
    """At least 95 % of more than 100 faults are found, those that other validators miss among them."""
    caught = {
        name: not validate(made, fhir=edition).ok for edition in ("r4", "r5") for name, _, made in mutants(edition)
    }
    assert len(caught) >= 150
    missed = {name for name, found in caught.items() if not found}
    assert len(missed) <= 0.05 * len(caught), missed
    assert caught.keys() >= NAMED | BEYOND_THE_ENGINE
    assert not missed & (NAMED | BEYOND_THE_ENGINE)


def test_all_faults_of_the_observation_are_caught_quickly() -> None:
    """The 22 faults of an Observation that no library finds all of, all found; all but three without FHIRPath."""
    names = [m.name for m in MUTANTS[:26]]
    assert all(m.on == "Observation" for m in MUTANTS[:26])
    made = {name: spoilt for name, _, spoilt in mutants("r4") if name in names}
    assert len(made) >= 22
    assert all(not validate(b, fhir="r4").ok for b in made.values())
    slow = {name for name, b in made.items() if validate(b, fhir="r4", layers="quick").ok}
    assert slow <= {"obs-6-value-and-reason", "obs-7-component-repeats-code", "qty-3-code-without-system"}


def test_the_models_alone_would_miss_most() -> None:
    """Why tables are needed: the models of fhir.resources miss more than half of the same faults."""
    missed = sum(not any(True for _ in shape.check(made, "r4", "Bundle")) for _, _, made in mutants("r4"))
    assert missed > 80


@pytest.mark.parametrize("edition", ["r4", "r5"])
def test_quick_never_says_what_full_does_not(edition: str) -> None:
    """What `convert` reports is a part of what `epicrisis validate` reports."""
    for path in sorted(SAMPLES.glob(f"*.{edition}.json")):
        bundle = json.loads(path.read_text(encoding="utf-8"))
        quick, full = validate(bundle, layers="quick", fhir=edition), validate(bundle, fhir=edition)
        assert set(quick.findings) <= set(full.findings)
