"""What a validation hands back: layers, severities, OperationOutcome, and no words of the patient."""

from __future__ import annotations

import importlib.util
import time
from decimal import Decimal
from typing import Any

import pytest

import epicrisis
from epicrisis.bundle import to_json
from epicrisis.errors import InvalidResource, UsageError
from epicrisis.validation import validate
from support import ROOT
from validation.support_fhir import SNOMED, first, judged, observation, sample

LAYERS = ["profile", "integrity", "terminology", "shape", "invariants"]


@pytest.mark.parametrize("name", sorted(p.name for p in (ROOT / "samples").glob("*.json")))
def test_every_sample_passes_every_layer(name: str) -> None:
    """What we approved has no error in any layer, in any kind of bundle, R4 and R5."""
    report = judged(sample(name))
    assert report.layers == dict.fromkeys(LAYERS, "passed")
    assert report.ok


def test_layers_that_fail_are_named() -> None:
    """The layer of an error failed; the others passed."""
    report = judged(observation(valueQuantity={"value": 4, "code": "g/L"}))
    assert report.layers["invariants"] == "failed"
    assert report.layers["profile"] == "passed"


def test_a_quick_validation_says_what_it_skipped() -> None:
    """Layers that did not run are skipped for a reason."""
    layers = judged(observation(), layers="quick").layers
    assert layers["profile"] == "passed"
    assert layers["shape"].startswith("skipped: ")
    assert layers["invariants"].startswith("skipped: ")


def test_a_layer_without_its_library_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without fhirpathpy the invariants are skipped, and the reason names the extra."""
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "fhirpathpy" else find(name, *a))
    report = judged(observation())
    assert report.layers["invariants"] == "skipped: fhirpathpy is not installed (pip install 'epicrisis[validation]')"
    assert report.layers["shape"] == "passed"


def test_the_outcome_is_itself_right() -> None:
    """The OperationOutcome of a report with findings passes our own validation, R4 and R5."""
    bundle = sample()
    first(bundle, "Condition")[1]["clinicalStatus"] = {"text": "?"}
    report = judged(bundle)
    outcome = report.to_operation_outcome("a.json")
    assert not report.ok
    for edition in ("r4", "r5"):
        assert judged(outcome, fhir=edition).findings == []
    texts = [i["details"]["text"] for i in outcome["issue"]]
    assert "layer profile: failed" in texts
    assert any("diagnostics" in i and "narrative" in i["diagnostics"] for i in outcome["issue"])


def test_no_words_of_the_patient_are_quoted() -> None:
    """Values of the resource, right or wrong, stand in no message and no path."""
    secret = "Zebulon Quux"
    bundle: dict[str, Any] = {
        "resourceType": "Bundle", "type": secret, "entry": [
            {"fullUrl": secret, "resource": {"resourceType": "Patient", "id": secret, "gender": secret, "birthDate": secret, secret: secret,
                "name": secret, "active": secret, "text": {"status": secret, "div": secret}, "extension": [{"url": secret, "valueCode": secret}],
                "meta": {"profile": [secret]}, "identifier": [{"system": secret, "period": {"start": secret}}]}},
            {"resource": observation(subject={"reference": secret}, status=secret, code={"coding": [{"system": SNOMED, "code": secret, "display": secret}]},
                valueQuantity={"value": secret, "system": "http://unitsofmeasure.org", "code": secret})},
            {"resource": {"resourceType": secret}},
        ],
    }  # fmt: skip
    report = judged(bundle)
    assert len(report.findings) > 15
    assert secret not in to_json(report.to_operation_outcome())
    assert secret not in "\n".join(report.lines(least="information"))


@pytest.mark.parametrize("junk", [None, True, 0, 1.5, "", "x", "\ud800", [], {}, [[]], [None], [{}], {"a": []}])
def test_values_of_any_kind_in_any_place_do_no_harm(junk: Any) -> None:
    """Whatever a member holds, the result is a report, never an exception."""

    def spoiled(node: Any) -> Any:
        """Yield copies of *node* with one member replaced."""
        if isinstance(node, dict):
            for key, value in node.items():
                yield {**node, key: junk}
                for inner in spoiled(value):
                    yield {**node, key: inner}
        elif isinstance(node, list):
            for i, value in enumerate(node):
                yield [*node[:i], junk, *node[i + 1 :]]
                for inner in spoiled(value):
                    yield [*node[:i], inner, *node[i + 1 :]]

    bundle = sample()
    resources = [first(bundle, kind)[1] for kind in ("Patient", "MedicationStatement", "BodyStructure")]
    whole = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": f"urn:uuid:{r['id']}", "resource": r} for r in resources],
    }
    for made in spoiled(whole):
        judged(made, layers="quick")
    for made in spoiled(resources[2]):
        judged(made)


def test_what_is_no_resource_is_refused() -> None:
    """Wrong arguments are errors of their own; a dict that is nested without end is a finding."""
    with pytest.raises(InvalidResource):
        validate([])  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        validate({}, fhir="r3")
    with pytest.raises(UsageError):
        validate({}, layers="all")
    deep: dict[str, Any] = {"resourceType": "Patient"}
    for _ in range(5000):
        deep = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": deep}]}
    report = validate(deep)
    assert [f.rule for f in report.findings] == ["shape/depth"]
    assert report.layers["profile"] == "skipped: nested too deep"


def test_many_faults_cost_no_more_each() -> None:
    """Twenty times as many wrong entries take not much more than twenty times as long."""

    def bundle(number: int) -> dict[str, Any]:
        entry = {"resource": observation(status="finall", id=None)}
        return {"resourceType": "Bundle", "type": "collection", "entry": [entry] * number}

    def seconds(number: int) -> float:
        made = bundle(number)
        began = time.process_time()
        found = validate(made, layers="quick", fhir="r4").findings
        assert sum(f.rule == "profile/binding-required" for f in found) == number
        return time.process_time() - began

    seconds(10)
    few, many = min(seconds(1000) for _ in range(3)), seconds(20_000)
    assert many < 20 * few * 4


def test_decimals_keep_their_digits() -> None:
    """`4.650` of the text is 4.650 in the bundle, and validation neither changes nor refuses it."""
    done = epicrisis.convert("A 45-year-old man. On 3 September 2018 the white blood cell count was 4.650 x 10^9/L.")
    assert '"value":4.650' in done.to_json().replace('"value": ', '"value":')
    report = judged(observation())
    assert report.ok
    assert Decimal("4.650").as_tuple() == observation()["valueQuantity"]["value"].as_tuple()


def test_convert_validates() -> None:
    """`convert` runs the quick layers and hands on the findings as issues."""
    done = epicrisis.convert(ROOT / "samples" / "leiomyosarcoma.txt")
    assert done.report is not None
    assert done.report.ok
    texts = [i["details"]["text"] for i in done.issues["issue"] if "text" in i.get("details", {})]
    assert all(f"{f.rule}: {f.message}" in texts for f in done.report.findings)
