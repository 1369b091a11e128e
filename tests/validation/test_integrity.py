"""The integrity layer: references, identities, and the words that the evidence points to."""

from __future__ import annotations

from typing import Any

import pytest

from validation.support_fhir import Json, first, judged, observation, rules, sample

NOWHERE = "urn:uuid:00000000-0000-4000-8000-000000000000"


def _evidence(resource: Json) -> dict[str, Json]:
    extension = next(x for x in resource["extension"] if x["url"].endswith("derivation-reference"))
    return {part["url"]: part for part in extension["extension"]}


def _dangle(bundle: Json) -> None:
    first(bundle, "Condition")[1]["subject"]["reference"] = NOWHERE


def _again(bundle: Json) -> None:
    bundle["entry"].append(bundle["entry"][1])


def _renamed(bundle: Json) -> None:
    bundle["entry"][1]["fullUrl"] = "http://example.org/Patient/2"


def _span(name: str, value: int) -> Any:
    return lambda b: _evidence(first(b, "Condition")[1])[name].update(valueInteger=value)


def _elsewhere(bundle: Json) -> None:
    _evidence(first(bundle, "Condition")[1])["reference"]["valueReference"]["reference"] = NOWHERE


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (_dangle, "integrity/unresolved"),
        (_elsewhere, "integrity/unresolved"),
        (_again, "integrity/duplicate"),
        (_renamed, "integrity/full-url"),
        (_span("offset", 10**7), "integrity/span"),
        (_span("offset", -1), "integrity/span"),
        (_span("length", 0), "integrity/span"),
    ],
)  # fmt: skip
def test_a_bundle_must_hold_together(spoil: Any, rule: str) -> None:
    """Dangling references, double identities and spans outside the text are errors."""
    bundle = sample()
    spoil(bundle)
    assert rule in rules(bundle, layers="quick")


def test_a_reference_inside_the_resource_must_lead_somewhere() -> None:
    """`#x` needs a contained resource x."""
    assert "integrity/unresolved" in rules(observation(subject={"reference": "#p"}))
    there = observation(subject={"reference": "#p"}, contained=[{"resourceType": "Patient", "id": "p"}])
    assert rules(there) == set()


def test_a_reference_to_the_server_is_only_a_warning() -> None:
    """Type/id may stand on the server that the bundle goes to."""
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": "http://example.org/Observation/o1", "resource": observation()}],
    }
    assert rules(bundle, layers="quick") == set()
    assert rules(bundle, layers="quick", severity="warning") == {"integrity/unresolved"}


def test_findings_show_the_words_of_the_narrative() -> None:
    """A finding in one of our own bundles carries the span of the nearest element with evidence."""
    bundle = sample()
    place, resource = first(bundle, "Observation", "mcode-cancer-disease-status")
    resource["status"] = "finall"
    parts = _evidence(resource)
    start = parts["offset"]["valueInteger"]
    finding = next(
        f for f in judged(bundle, layers="quick").findings if f.path == f"Bundle.entry[{place}].resource.status"
    )
    assert finding.span == (start, start + parts["length"]["valueInteger"])


def test_entries_without_ids_are_not_the_same() -> None:
    """Entries that a server will name have no identity yet; versions of one are no duplicates."""

    def version(number: str) -> Json:
        return {"fullUrl": "http://example.org/Observation/o1", "resource": observation(meta={"versionId": number})}

    new = {"resource": observation(id=None), "request": {"method": "POST", "url": "Observation"}}
    assert "integrity/duplicate" not in rules(
        {"resourceType": "Bundle", "type": "transaction", "entry": [new, new]}, layers="quick"
    )
    assert (
        rules({"resourceType": "Bundle", "type": "collection", "entry": [version("1"), version("2")]}, layers="quick")
        == set()
    )


def test_a_target_is_judged_by_the_profile_asked_for() -> None:
    """The focus of mCODE's tumour size must be a tumour, not merely a resource of the bundle."""
    bundle = sample()
    _, size = first(bundle, "Observation", "mcode-tumor-size")
    patient, _ = first(bundle, "Patient")
    size["focus"][0]["reference"] = bundle["entry"][patient]["fullUrl"]
    assert "profile/target" in rules(bundle, layers="quick")
