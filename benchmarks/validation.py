"""Measure the validation: against the models of fhir.resources, and as bundles grow.

    python benchmarks/validation.py [--texts FOLDER] [--rounds 7] [--bundles 12] [--references 100000] [--json FILE]

Every bundle has 60 resources and comes from another narrative, so that little of what is judged
has been seen before. References are counted in bundles of --references and a tenth of them.
"""

from __future__ import annotations

import gc
import json
import time
from decimal import Decimal
from typing import Any

from common import arguments, documents, paired, show

from epicrisis import convert
from epicrisis.validation import integrity, invariants, shape, validate

RESOURCES = 60


def main() -> None:
    """Time the layers in turns, then references by their number."""
    given = arguments(__doc__ or "", rounds=7, bundles=12, references=100_000)
    reason = shape.missing() or invariants.missing()
    bundles = {str(i): bundle for i, bundle in enumerate(_bundles(given))}
    names = list(bundles)

    def quick(name: str) -> None:
        report = validate(bundles[name], layers="quick", fhir="r4")
        assert report.ok  # noqa: S101

    def models(name: str) -> None:
        assert not list(shape.check(bundles[name], "r4", "Bundle"))  # noqa: S101

    def full(name: str) -> None:
        validate(bundles[name], fhir="r4")

    def fhirpath(name: str) -> None:
        full(name)  # its models are timed beside it; the difference is FHIRPath

    contestants = {
        "fhir.resources: its models alone": models,
        "quick (what convert runs): profiles, codes, units, references": quick,
    }
    if not reason:
        contestants["full: with FHIRPath and the models"] = fhirpath
    figures = paired(contestants, names, given.rounds)
    show(f"One bundle of {RESOURCES} resources, processor time", figures, given)
    show(
        "References, processor microseconds each",
        {f"{n:,}": _references(n, given.rounds) for n in (given.references // 10, given.references)},
        given,
    )


def _bundles(given: Any) -> list[dict[str, Any]]:
    """Return bundles of 60 resources: those of several narratives, cut to what refers to nothing outside."""
    made = []
    pool: list[dict[str, Any]] = []
    for text in documents(given.texts, 40 * given.bundles):
        done = json.loads(convert(text, validate=False).to_json(), parse_float=Decimal)
        pool += done["entry"]
        if len(pool) >= RESOURCES:
            made.append(_closed(pool))
            pool = []
        if len(made) == given.bundles:
            break
    return made


def _closed(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a bundle of 60 of the entries, without identities that stand twice and references that dangle."""
    kept: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if len(kept) < RESOURCES and entry["resource"]["resourceType"] != "Provenance":
            kept.setdefault(entry["fullUrl"], entry)
    known = set(kept)
    for entry in kept.values():
        _retarget(entry["resource"], known)
    return {"resourceType": "Bundle", "type": "collection", "entry": list(kept.values())}


def _retarget(node: Any, known: set[str]) -> None:
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str) and node["reference"] not in known:
            node["reference"] = "Patient?identifier=x"
        for value in node.values():
            _retarget(value, known)
    elif isinstance(node, list):
        for value in node:
            _retarget(value, known)


def _references(number: int, rounds: int) -> dict[str, float]:
    """Return microseconds per reference in a bundle that has *number* of them."""
    patients = [f"urn:uuid:00000000-0000-4000-8000-{i:012}" for i in range(max(1, number // 10))]
    entries = [{"fullUrl": p, "resource": {"resourceType": "Patient", "id": p[9:]}} for p in patients]
    for i in range(number):
        own = f"00000000-0000-4000-9000-{i:012}"
        resource = {
            "resourceType": "Observation", "id": own, "status": "final", "code": {"text": "x"},
            "subject": {"reference": patients[i % len(patients)]},
        }  # fmt: skip
        entries.append({"fullUrl": f"urn:uuid:{own}", "resource": resource})
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    spent: dict[str, list[float]] = {"references": [], "quick": []}
    for _ in range(min(rounds, 3)):
        for name, run in (
            ("references", lambda: list(integrity.check(bundle))),
            ("quick", lambda: validate(bundle, layers="quick", fhir="r4")),
        ):
            gc.collect()
            began = time.process_time()
            run()
            spent[name].append(time.process_time() - began)
    return {name: min(values) / number * 1e6 for name, values in spent.items()}


if __name__ == "__main__":
    main()
