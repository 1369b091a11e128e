"""Provenance and Device: who drew the resources from which text."""

from __future__ import annotations

from html import escape
from typing import Any

import epicrisis
from epicrisis.fhir import clean
from epicrisis.mapping.chart import ABSENT, Chart, Resource
from epicrisis.mapping.narrative import generated
from epicrisis.mapping.spec import spec


def map_provenance(chart: Chart, made: list[Resource]) -> list[Resource]:
    """Return the software as a Device, and the Provenance of everything it made."""
    data = spec("provenance")
    name = f"epicrisis {epicrisis.__version__}"
    device: Resource = {"resourceType": "Device", "id": chart.id("device")}
    device["text"] = generated(f"<p><b>Device</b> {escape(name)}</p>")
    device["status"] = "active"
    device["deviceName"] = [{"name": "epicrisis", "type": "other"}]
    device["version"] = [{"value": epicrisis.__version__}]
    targets = [
        {"reference": f"urn:uuid:{r['id']}"}
        for r in made
        if r["resourceType"] not in ("DocumentReference", "Device")
    ]
    if not targets:
        return [device]
    provenance: Resource = {"resourceType": "Provenance", "id": chart.id("provenance")}
    provenance["text"] = generated(
        f"<p><b>Provenance</b> {len(targets)} resources derived from the narrative</p>"
    )
    provenance["target"] = targets
    # the same input gives the same bytes: no clock. A review states its own time.
    review: dict[str, Any] = chart.case.review or {}
    recorded = review.get("recorded")
    if recorded:
        provenance["recorded"] = recorded
    else:
        provenance["_recorded"] = {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}
    provenance["activity"] = {"text": data.data["activity"]}
    assembler = {
        "type": chart.coded(data, "assembler"),
        "who": {"reference": chart.urn("device")},
    }
    provenance["agent"] = [assembler]
    if review.get("reviewer"):
        reviewer = {"display": clean(str(review["reviewer"]))}
        provenance["agent"].append({"type": chart.coded(data, "verifier"), "who": reviewer})
    provenance["entity"] = [{"role": "source", "what": chart.document}]
    return [device, provenance]
