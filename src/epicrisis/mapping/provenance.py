"""Provenance and Device: who drew the resources from which text."""

from __future__ import annotations

from html import escape
from typing import Any

from epicrisis.case.review import review_lines
from epicrisis.fhir import clean
from epicrisis.mapping.chart import ABSENT, Chart, Resource
from epicrisis.mapping.narrative import generated
from epicrisis.mapping.spec import spec
from epicrisis.version import __version__


def map_provenance(chart: Chart, made: list[Resource]) -> list[Resource]:
    """Return the software as a Device, and the Provenance of everything it made."""
    data = spec("provenance")
    name = f"epicrisis {__version__}"
    device: Resource = {"resourceType": "Device", "id": chart.id("device")}
    device["text"] = generated(f"<p><b>Device</b> {escape(name)}</p>")
    device["status"] = "active"
    device["deviceName"] = [{"name": "epicrisis", "type": "other"}]
    device["version"] = [{"value": __version__}]
    targets = [
        {"reference": f"urn:uuid:{r['id']}"} for r in made if r["resourceType"] not in ("DocumentReference", "Device")
    ]
    if not targets:
        return [device]
    provenance: Resource = {"resourceType": "Provenance", "id": chart.id("provenance")}
    provenance["text"] = generated(f"<p><b>Provenance</b> {len(targets)} resources derived from the narrative</p>")
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
    reviewed = _reviewed(chart, made, provenance)
    return [device, provenance, *([reviewed] if reviewed else [])]


def _reviewed(chart: Chart, made: list[Resource], first: Resource) -> Resource | None:
    """Return the Provenance of a review: who, and what was changed; None where nothing was decided."""
    review: dict[str, Any] = chart.case.review or {}
    decided = review.get("items") or {}
    lines = review_lines(chart.case)
    if not lines or not review.get("reviewer"):
        return None
    ids = {chart.id(key) for key in decided}
    targets = [{"reference": f"urn:uuid:{r['id']}"} for r in made if r["id"] in ids]
    provenance: Resource = {"resourceType": "Provenance", "id": chart.id("provenance/review")}
    told = "".join(f"<li>{escape(line)}</li>" for line in lines)
    provenance["text"] = generated(f"<p><b>Review</b> by {escape(clean(str(review['reviewer'])))}</p><ul>{told}</ul>")
    remarks = [*lines, *([clean(str(review["comment"]))] if review.get("comment") else [])]
    note = spec("provenance").url("note")
    provenance["extension"] = [{"url": note, "valueAnnotation": {"text": r}} for r in remarks]
    # where all that was decided was rejected, the review is one of the document
    provenance["target"] = targets or [chart.document]
    provenance |= {k: first[k] for k in ("recorded", "_recorded") if k in first}
    provenance["activity"] = {"text": spec("provenance").data["review"]}
    provenance["agent"] = [first["agent"][-1]]
    provenance["entity"] = first["entity"]
    return provenance
