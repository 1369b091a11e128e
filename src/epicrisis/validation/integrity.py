"""References that resolve, ids that are unique, spans that lie in the text."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from epicrisis.validation.report import Finding

EVIDENCE = "http://hl7.org/fhir/StructureDefinition/derivation-reference"


def check(bundle: dict[str, Any]) -> Iterator[Finding]:
    """Yield what does not hold together inside *bundle* (a Bundle, or a single resource)."""
    entries = bundle.get("entry") if bundle.get("resourceType") == "Bundle" else [{"resource": bundle}]
    if not isinstance(entries, list):
        return
    targets: set[str] = set()
    texts: dict[str, int] = {}
    for i, entry in enumerate(entries):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict):
            continue
        path = f"Bundle.entry[{i}]"
        names = {entry.get("fullUrl"), f"{resource.get('resourceType')}/{resource.get('id')}"} - {None}
        for name in names & targets:
            yield Finding("error", "integrity/duplicate", path, f"{resource.get('resourceType')} stands twice under one identity")
            del name
        targets |= {n for n in names if isinstance(n, str)}
        full = entry.get("fullUrl")
        if isinstance(full, str) and full.startswith("urn:uuid:") and resource.get("id") not in (None, full[9:]):
            yield Finding("error", "integrity/full-url", f"{path}.fullUrl", "fullUrl and id name different identities")
        length = _text_length(resource)
        if length is not None:
            for name in names:
                texts[str(name)] = length
    alone = bundle.get("resourceType") != "Bundle"
    for i, entry in enumerate(entries):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            path = str(resource.get("resourceType")) if alone else f"Bundle.entry[{i}].resource"
            contained = {f"#{c.get('id')}" for c in resource.get("contained", ()) if isinstance(c, dict)} | {"#"}
            yield from _walk(resource, path, targets, texts, contained, alone)


def _text_length(resource: dict[str, Any]) -> int | None:
    if resource.get("resourceType") != "DocumentReference":
        return None
    try:
        data = resource["content"][0]["attachment"]["data"]
        return len(base64.b64decode(data, validate=True).decode("utf-8"))
    except (KeyError, IndexError, TypeError, binascii.Error, UnicodeDecodeError):
        return None


def _walk(node: Any, path: str, targets: set[str], texts: dict[str, int], contained: set[str], alone: bool) -> Iterator[Finding]:
    if isinstance(node, dict):
        if node.get("url") == EVIDENCE:
            yield from _evidence(node, path, texts)
        for key, value in node.items():
            if key == "reference" and isinstance(value, str):
                if _dangles(value, targets, contained, alone):
                    # Type/id may stand on the server; nothing outside the bundle can have a urn: or a #
                    severity = "error" if value[:1] == "#" or value.startswith("urn:") else "warning"
                    yield Finding(severity, "integrity/unresolved", f"{path}.reference", "the reference leads to no entry of the bundle")
            elif isinstance(value, dict | list):
                yield from _walk(value, f"{path}.{key}", targets, texts, contained, alone)
    elif isinstance(node, list):
        for i, value in enumerate(node):
            if isinstance(value, dict | list):
                yield from _walk(value, f"{path}[{i}]", targets, texts, contained, alone)


def _dangles(reference: str, targets: set[str], contained: set[str], alone: bool) -> bool:
    if reference.startswith("#"):
        return reference not in contained
    if alone:
        return False
    if reference.startswith("urn:"):
        return reference not in targets
    if "://" in reference:
        return False  # another server's: not ours to judge
    return reference not in targets and "?" not in reference


def _evidence(extension: dict[str, Any], path: str, texts: dict[str, int]) -> Iterator[Finding]:
    parts = {p.get("url"): p for p in extension.get("extension", ()) if isinstance(p, dict)}
    offset = parts.get("offset", {}).get("valueInteger")
    length = parts.get("length", {}).get("valueInteger")
    source = parts.get("reference", {}).get("valueReference", {}).get("reference")
    if not isinstance(offset, int) or not isinstance(length, int):
        return
    if length <= 0 or offset < 0:
        yield Finding("error", "integrity/span", path, "the span is empty or negative")
    elif source in texts and offset + length > texts[source]:
        yield Finding("error", "integrity/span", path, "the span lies outside the attached text")
