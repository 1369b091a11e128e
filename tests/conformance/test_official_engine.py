"""HL7's own validator finds no error in what we emit, and where it and ours differ is written down."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from conformance.conftest import Engine, emitted, examples, mutants
from epicrisis.validation import validate

AGREEMENT = Path(__file__).with_name("agreement.toml")


@pytest.mark.parametrize("edition", ["r4", "r5"])
def test_the_official_validator_finds_no_error(engine: Engine, edition: str) -> None:
    """Every bundle of every kind passes with R4, US Core 6.1.0 and mCODE 4.0.0, or with R5."""
    wrong = {name: n for name, n in engine.outputs(edition).items() if n and not name.startswith("mutant/")}
    assert not wrong, engine.output[:6000]


@pytest.mark.parametrize("edition", ["r4", "r5"])
def test_ours_finds_no_error_in_what_we_emit(edition: str) -> None:
    """Every bundle of every kind passes all layers of our own validation."""
    for name, text in emitted(edition):
        report = validate(json.loads(text), fhir=edition)
        assert report.ok, (name, list(report.lines()))
        assert set(report.layers.values()) == {"passed"}, (name, report.layers)


@pytest.mark.parametrize("edition", ["r4", "r5"])
def test_both_judge_the_mutants_alike(engine: Engine, edition: str) -> None:
    """Ours and HL7's engine condemn the same mutants, save those listed with a reason."""
    theirs = engine.outputs(edition)
    ours = {name: not validate(made, fhir=edition).ok for name, _, made in mutants(edition)}
    assert _differences(ours, {name: bool(theirs[f"mutant/{name}"]) for name in ours}) == _listed(edition, set(ours))


def test_both_judge_the_examples_alike(engine: Engine) -> None:
    """Ours and HL7's engine agree on mCODE's 179 official examples, save those listed with a reason."""
    ours = {p.name: not validate(json.loads(p.read_text(encoding="utf-8")), fhir="r4").ok for p in examples()}
    theirs = {name: bool(n) for name, n in engine.examples().items()}
    assert len(ours) == 179
    assert _differences(ours, theirs) == _listed("examples", set(ours))


def test_mcodes_examples_have_no_false_errors() -> None:
    """Of mCODE's 179 official examples only those break a rule that are listed with the fault they have."""
    files = examples()
    assert len(files) == 179
    wrong = {p.name for p in files if not validate(json.loads(p.read_text(encoding="utf-8")), fhir="r4").ok}
    faulty = [e for e in _agreement()["faulty"] if e["reason"].strip()]
    assert wrong == {name for entry in faulty for name in entry["names"]}


def test_examples_of_other_guides_have_no_false_errors() -> None:
    """Nor do the examples of US Core, the International Patient Summary and Genomics Reporting."""
    packages = examples()[0].parents[2].parent
    listed = {name for entry in _agreement()["others"] if entry["reason"].strip() for name in entry["names"]}
    judged = 0
    for guide in ("hl7.fhir.us.core#6.1.0", "hl7.fhir.uv.ips#2.0.0", "hl7.fhir.uv.genomics-reporting#3.0.0"):
        for path in sorted((packages / guide / "package" / "example").glob("[A-Z]*.json")):
            report = validate(json.loads(path.read_text(encoding="utf-8")), fhir="r4")
            assert report.ok != (path.name in listed), (path.name, list(report.lines()))
            judged += 1
    assert judged >= 200


def _differences(ours: dict[str, bool], theirs: dict[str, bool]) -> dict[str, str]:
    return {name: "ours" if ours[name] else "engine" for name in ours if ours[name] != theirs[name]}


def _listed(section: str, present: set[str]) -> dict[str, str]:
    """Return who alone condemns what, as the committed list says; each entry has a reason."""
    made: dict[str, str] = {}
    for entry in _agreement()[section]:
        assert entry["reason"].strip()
        made |= dict.fromkeys(entry["names"], entry["only"])
    return {name: only for name, only in made.items() if name in present}


def _agreement() -> dict[str, Any]:
    return tomllib.loads(AGREEMENT.read_text(encoding="utf-8"))
