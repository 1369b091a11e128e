"""Implementation guides of the user's own: read from a package, never downloaded."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from epicrisis.errors import UsageError
from epicrisis.validation import guides, validate
from validation.support_fhir import observation, rules

URL = "http://example.org/fhir"
ABOUT = {"name": "example.guide", "version": "1.0.0", "fhirVersions": ["4.0.1"]}
GUIDE: list[dict[str, Any]] = [
    {
        "resourceType": "StructureDefinition", "url": f"{URL}/StructureDefinition/stay", "kind": "resource", "type": "Observation",
        "derivation": "constraint", "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation",
        "snapshot": {"element": [
            {"id": "Observation", "path": "Observation", "min": 0, "max": "*", "constraint": [
                {"key": "stay-1", "severity": "error", "human": "A stay has a note.", "expression": "note.exists()"}]},
            {"id": "Observation.id", "path": "Observation.id", "min": 0, "max": "1", "base": {"max": "1"}, "type": [{"code": "id"}]},
            {"id": "Observation.meta", "path": "Observation.meta", "min": 0, "max": "1", "base": {"max": "1"}, "type": [{"code": "Meta"}]},
            {"id": "Observation.status", "path": "Observation.status", "min": 1, "max": "1", "base": {"max": "1"}, "type": [{"code": "code"}]},
            {"id": "Observation.code", "path": "Observation.code", "min": 1, "max": "1", "base": {"max": "1"}, "type": [{"code": "CodeableConcept"}]},
            {"id": "Observation.note", "path": "Observation.note", "min": 0, "max": "*", "base": {"max": "*"}, "type": [{"code": "Annotation"}]},
            {"id": "Observation.value[x]", "path": "Observation.value[x]", "min": 1, "max": "1", "base": {"max": "1"}, "type": [{"code": "CodeableConcept"}],
             "binding": {"strength": "required", "valueSet": f"{URL}/ValueSet/wards|1.0.0"}},
        ]},
    },
    {"resourceType": "ValueSet", "url": f"{URL}/ValueSet/wards", "compose": {"include": [{"system": f"{URL}/CodeSystem/wards"}]}},
    {"resourceType": "CodeSystem", "url": f"{URL}/CodeSystem/wards", "content": "complete",
     "concept": [{"code": "n", "display": "North", "concept": [{"code": "n1", "display": "North 1"}]}]},
]  # fmt: skip


def _package(folder: Path, resources: list[dict[str, Any]], about: dict[str, Any] | None = None) -> Path:
    path = folder / "guide.tgz"
    with tarfile.open(path, "w:gz") as packed:
        for i, made in enumerate([about or ABOUT, *resources]):
            name = f"{made['resourceType']}-{i}.json" if i else "package.json"
            content = json.dumps(made).encode()
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
    return path


def _stay(code: str = "n1", **members: Any) -> dict[str, Any]:
    value = {"coding": [{"system": f"{URL}/CodeSystem/wards", "code": code}]}
    given = {"note": [{"text": "x"}], "meta": {"profile": [f"{URL}/StructureDefinition/stay"]}, **members}
    return observation(valueQuantity=None, valueCodeableConcept=value, subject=None, effectiveDateTime=None, **given)


def test_a_guide_is_applied(tmp_path: Path) -> None:
    """Profiles, value sets, code systems and invariants of a package judge what claims them."""
    package = str(_package(tmp_path, GUIDE))
    assert rules(_stay(), packages=[package]) == set()
    assert "profile/binding-required" in rules(_stay("s"), packages=[package])
    assert "terminology/unknown-code" in rules(_stay("s"), packages=[package])
    assert "invariants/stay-1" in rules(_stay(note=None), packages=[package])
    assert "profile/unknown-element" in rules(_stay(method={"text": "x"}), packages=[package])


def test_without_the_guide_its_profile_is_unknown() -> None:
    """What one run was given does not stay for the next."""
    assert rules(_stay(), severity="warning") == {"profile/unknown"}


def test_a_folder_and_the_users_cache_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unpacked package is named by its folder, or by id#version in ~/.fhir/packages."""
    with tarfile.open(_package(tmp_path, GUIDE)) as packed:
        packed.extractall(tmp_path / "example.guide#1.0.0", filter="data")
    monkeypatch.setattr(guides, "CACHE", tmp_path)
    assert "profile/binding-required" in rules(_stay("s"), packages=["example.guide#1.0.0"])
    assert "profile/binding-required" in rules(_stay("s"), packages=[str(tmp_path / "example.guide#1.0.0")])


@pytest.mark.parametrize(
    ("resources", "about", "message"),
    [
        (GUIDE, {**ABOUT, "fhirVersions": ["5.0.0"]}, "made for FHIR 5.0.0, not for R4"),
        ([{k: v for k, v in GUIDE[0].items() if k != "snapshot"}], ABOUT, "has no snapshot"),
    ],
)
def test_a_package_that_cannot_be_used(
    tmp_path: Path, resources: list[dict[str, Any]], about: dict[str, Any], message: str
) -> None:
    """A guide of another edition, or without snapshots, is an error that says so."""
    with pytest.raises(UsageError, match=message):
        validate(_stay(), packages=[str(_package(tmp_path, resources, about))], fhir="r4")


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08" + b"x" * 50])
def test_a_file_that_is_no_package(tmp_path: Path, content: bytes) -> None:
    """What is no archive is an error without a traceback."""
    path = tmp_path / "x.tgz"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"not a package\.tgz"):
        validate(_stay(), packages=[str(path)])


def test_a_package_that_is_not_there(tmp_path: Path) -> None:
    """A missing package is told; nothing is downloaded."""
    with pytest.raises(UsageError, match="no such package"):
        validate(_stay(), packages=[str(tmp_path / "no.tgz")])


def test_a_failed_package_stays_failed(tmp_path: Path) -> None:
    """The second resource of a run meets the same error as the first."""
    path = str(tmp_path / "never.tgz")
    for _ in range(2):
        with pytest.raises(UsageError):
            validate(_stay(), packages=[path])
