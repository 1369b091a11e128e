"""What validation costs: a fraction of the models' time, and no more per reference as bundles grow."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any

from epicrisis.validation import integrity, shape, validate
from validation.support_fhir import sample


def _seconds(run: Callable[[], Any], rounds: int = 5) -> float:
    """Return the least processor time of some rounds."""
    spent = []
    for _ in range(rounds):
        gc.collect()
        began = time.process_time()
        run()
        spent.append(time.process_time() - began)
    return min(spent)


def test_profiles_cost_at_most_a_third_of_the_models() -> None:
    """The layers that `convert` runs take at most a third of the time of fhir.resources for the same bundle."""
    bundle = sample()
    assert len(bundle["entry"]) >= 60
    assert validate(bundle, layers="quick").ok
    models = _seconds(lambda: list(shape.check(bundle, "r4", "Bundle")))
    assert _seconds(lambda: validate(bundle, layers="quick", fhir="r4")) <= models / 3


def test_references_cost_the_same_each() -> None:
    """Ten times as many references take about ten times as long."""
    def bundle(number: int) -> dict[str, Any]:
        patient = {"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "id": "p"}}
        entries = [
            {"fullUrl": f"urn:uuid:{i}", "resource": {"resourceType": "Observation", "id": str(i), "subject": {"reference": "urn:uuid:p"}}}
            for i in range(number)
        ]
        return {"resourceType": "Bundle", "type": "collection", "entry": [patient, *entries]}

    small, large = bundle(5_000), bundle(50_000)
    assert list(integrity.check(large)) == []
    few, many = _seconds(lambda: list(integrity.check(small))), _seconds(lambda: list(integrity.check(large)), 3)
    assert many < 25 * few
