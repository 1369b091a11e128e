"""The samples come out as approved: the same bytes, with nothing invented and all of it in evidence."""

from __future__ import annotations

import base64
import importlib.util
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from support import ROOT

_spec = importlib.util.spec_from_file_location("approve", ROOT / "tools" / "approve.py")
assert _spec
assert _spec.loader
approve = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(approve)

EVIDENCE = "http://hl7.org/fhir/StructureDefinition/derivation-reference"
BUNDLES = sorted((ROOT / "samples").glob("*.r[45].json"))


def test_every_sample_comes_out_as_approved() -> None:
    """A change of the output is seen, and approved with tools/approve.py."""
    for path, content in approve.outputs():
        assert path.read_text(encoding="utf-8") == content, f"{path.name} changed: python tools/approve.py"


@pytest.mark.parametrize("path", BUNDLES, ids=lambda p: p.name)
def test_every_clinical_resource_names_words_of_the_text(path: Any) -> None:
    """Each clinical resource has at least one span, and each span is tight and inside the text."""
    bundle = json.loads(path.read_text(encoding="utf-8"))
    resources = [e["resource"] for e in bundle["entry"]]
    text = base64.b64decode(
        next(r for r in resources if r["resourceType"] == "DocumentReference")["content"][0]["attachment"]["data"]
    ).decode()
    spans = 0
    for resource in resources:
        own = list(_spans(resource))
        spans += len(own)
        if resource["resourceType"] not in (
            "Patient",
            "DocumentReference",
            "Composition",
            "BodyStructure",
            "Provenance",
            "Device",
            "Medication",
        ):
            assert own, f"{resource['resourceType']} without evidence"
        for start, length in own:
            words = text[start : start + length]
            assert len(words) == length > 0
            assert words == words.strip()
    assert spans > 10


@pytest.mark.parametrize("path", BUNDLES, ids=lambda p: p.name)
def test_every_number_stands_in_the_text(path: Any) -> None:
    """A quantity of the bundle is a number of the narrative (or the same dose in another unit)."""
    bundle = json.loads(path.read_text(encoding="utf-8"))
    resources = [e["resource"] for e in bundle["entry"]]
    text = base64.b64decode(
        next(r for r in resources if r["resourceType"] == "DocumentReference")["content"][0]["attachment"]["data"]
    ).decode()
    told = {float(n.replace(",", ".")) for n in re.findall(r"\d+(?:[.,]\d+)?", text)}
    told |= {100 * n for n in told}  # Gy told, cGy written
    for resource in resources:
        for value in _quantities(resource):
            assert any(abs(value - n) < 1e-9 for n in told), f"{value} is not in the text"


def test_dates_are_never_finer_than_the_text() -> None:
    """ "November 2012" stays a month, and "2018" would stay a year."""
    bundle = json.loads((ROOT / "samples" / "leiomyosarcoma.r4.json").read_text(encoding="utf-8"))
    dates = set(
        re.findall(
            r'"(\d{4}(?:-\d\d){0,2})"',
            json.dumps(
                [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] != "DocumentReference"]
            ),
        )
    )
    assert "2012-11" in dates
    assert "2018-09-20" in dates
    assert not any(d.startswith("2012-11-") for d in dates)


def _spans(node: Any) -> Iterator[tuple[int, int]]:
    if isinstance(node, dict):
        if node.get("url") == EVIDENCE:
            parts = {p["url"]: p for p in node["extension"]}
            yield parts["offset"]["valueInteger"], parts["length"]["valueInteger"]
            return
        for value in node.values():
            yield from _spans(value)
    elif isinstance(node, list):
        for value in node:
            yield from _spans(value)


def _quantities(node: Any) -> Iterator[float]:
    if isinstance(node, dict):
        if node.get("url") == EVIDENCE:
            return
        if (
            isinstance(node.get("value"), int | float)
            and not isinstance(node.get("value"), bool)
            and ("unit" in node or "code" in node)
        ):
            yield float(node["value"])
        for value in node.values():
            yield from _quantities(value)
    elif isinstance(node, list):
        for value in node:
            yield from _quantities(value)
