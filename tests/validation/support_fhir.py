"""Resources that tests of the validation spoil."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from functools import cache
from typing import Any

from epicrisis.validation import Report, validate
from support import ROOT

Json = dict[str, Any]
LOINC, SNOMED, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'


def sample(name: str = "leiomyosarcoma.r4.json") -> Json:
    """Return a fresh copy of an approved sample."""
    return copy.deepcopy(_sample(name))


@cache
def _sample(name: str) -> Json:
    made: Json = json.loads((ROOT / "samples" / name).read_text(encoding="utf-8"), parse_float=Decimal)
    return made


def observation(**members: Any) -> Json:
    """Return a laboratory result that is right as it stands, with *members* over it; None takes one away."""
    made = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "6690-2"}], "text": "WBC"},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2018-09-03",
        "valueQuantity": {"value": Decimal("4.650"), "unit": "10*9/L", "system": UCUM, "code": "10*9/L"},
    }
    made |= members
    return {k: v for k, v in made.items() if v is not None}


def first(bundle: Json, kind: str, profile: str = "") -> tuple[int, Json]:
    """Return the place and the resource of the first of a type (and profile) in *bundle*."""
    for i, entry in enumerate(bundle["entry"]):
        resource = entry["resource"]
        claims = resource.get("meta", {}).get("profile", [""])
        if resource["resourceType"] == kind and any(profile in c for c in claims):
            return i, resource
    raise LookupError(f"{kind} {profile}")


def rules(resource: Json, *, severity: str = "error", **options: Any) -> set[str]:
    """Return the rules that *resource* is found to break."""
    return {f.rule for f in judged(resource, **options).findings if f.severity == severity}


def judged(resource: Json, **options: Any) -> Report:
    """Return the report of a validation that must leave the resource as it is."""
    before = copy.deepcopy(resource)
    report = validate(resource, **options)
    assert resource == before
    return report
