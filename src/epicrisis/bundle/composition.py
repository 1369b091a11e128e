"""Composition: a document's first entry, its sections in the order of the narrative."""

from __future__ import annotations

from html import escape
from typing import Any

from epicrisis.case.model import Case
from epicrisis.document.model import PATIENT
from epicrisis.fhir import clean, edition
from epicrisis.mapping.chart import ABSENT, EVIDENCE, Chart
from epicrisis.mapping.narrative import generated
from epicrisis.mapping.spec import spec

Resource = dict[str, Any]


def composition(resources: list[Resource], case: Case, fhir: str, recorded: str | None) -> Resource:
    """Return the Composition of *resources*; each stands where its first words stand."""
    chart = Chart(case, profile="base", snomed=True)
    title = clean(case.document.bibliography.get("title") or case.document.name)
    # nobody has attested what a program wrote; a review makes it final
    found: Resource = {"resourceType": "Composition", "id": chart.id("composition")}
    found["text"] = generated(f"<p><b>Composition</b> {escape(title)}</p>")
    found["identifier"] = {"system": "urn:ietf:rfc:3986", "value": chart.urn("composition")}
    found["status"] = "final" if case.review else "preliminary"
    found["type"] = chart.coded(spec("bundle"), "episode")
    found["subject"] = chart.subject
    if recorded:
        found["date"] = recorded
    else:
        found["_date"] = {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}
    found["author"] = [{"reference": chart.urn("device")}]
    found["title"] = title
    if not any(r["resourceType"] == "Patient" for r in resources):
        del found["subject"]
    found["section"] = _sections(resources, case)
    return edition(fhir)(found)[0]


def _sections(resources: list[Resource], case: Case) -> list[Resource]:
    document = case.document
    places: dict[int, list[Resource]] = {}
    for resource in resources:
        start = _offset(resource)
        index = next(
            (i for i, s in enumerate(document.sections) if start is not None and s.start <= start < s.end),
            -1,
        )
        places.setdefault(index, []).append(resource)
    found = []
    for index, section in enumerate(document.sections):
        entries = places.get(index, [])
        if entries or section.kind in PATIENT:
            found.append(
                _section(
                    section.title or section.kind,
                    document.text[section.start : section.end],
                    entries,
                )
            )
    rest = places.get(-1, [])
    if rest:
        whole = "" if document.sections else document.text
        found.append(_section("Other information", whole, rest))
    return [s for s in found if s is not None]


def _section(title: str, words: str, entries: list[Resource]) -> Resource | None:
    paragraphs = [clean(p) for p in words.split("\n\n")]
    inner = "".join(f"<p>{escape(p)}</p>" for p in paragraphs if p)
    if not inner and not entries:
        return None
    section: Resource = {
        "title": clean(title),
        "text": generated(inner or "<p>Resources without a place in the text.</p>"),
    }
    if entries:
        section["entry"] = [{"reference": f"urn:uuid:{r['id']}"} for r in entries]
    return section


def _offset(resource: Resource) -> int | None:
    for extension in resource.get("extension", ()):
        if extension.get("url") == EVIDENCE:
            return int(extension["extension"][1]["valueInteger"])
    return None
