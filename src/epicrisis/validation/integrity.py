"""References that resolve, identities that are unique, spans that lie in the text."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from epicrisis.validation.report import Finding

EVIDENCE = "http://hl7.org/fhir/StructureDefinition/derivation-reference"
_AT_SERVER = re.compile(r"https?://\S*/([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})")


@dataclass(slots=True)
class _Known:
    """What references of a resource may lead to."""

    targets: set[str] = field(default_factory=set)
    texts: dict[str, int] = field(default_factory=dict)  # target -> length of the attached text
    contained: set[str] = field(default_factory=set)
    alone: bool = False  # a resource outside any bundle: only #x can be judged


def check(bundle: dict[str, Any]) -> Iterator[Finding]:
    """Yield what does not hold together inside *bundle* (a Bundle, or a single resource)."""
    known = _Known(alone=bundle.get("resourceType") != "Bundle")
    if known.alone:
        _contained(bundle, known)
        yield from _walk(bundle, _name(bundle), known)
        return
    entries = bundle.get("entry")
    listed = list(enumerate(entries)) if type(entries) is list else []
    whole = [(i, e, e["resource"]) for i, e in listed if type(e) is dict and type(e.get("resource")) is dict]
    seen: set[tuple[str, Any]] = set()
    for i, entry, resource in whole:
        yield from _identity(entry, resource, f"Bundle.entry[{i}]", known, seen, history=bundle.get("type") == "history")
    for i, _, resource in whole:
        _contained(resource, known)
        yield from _walk(resource, f"Bundle.entry[{i}].resource", known)


def _identity(
    entry: dict[str, Any], resource: dict[str, Any], path: str, known: _Known, seen: set[tuple[str, Any]], *, history: bool
) -> Iterator[Finding]:
    kind, own, full = resource.get("resourceType"), resource.get("id"), entry.get("fullUrl")
    meta = resource.get("meta")
    version = meta.get("versionId") if type(meta) is dict and type(meta.get("versionId")) is str else None
    names = {full} if type(full) is str else set()
    if type(kind) is str and type(own) is str:
        names.add(f"{kind}/{own}")
    if not history and any((name, version) in seen for name in names):
        yield Finding("error", "integrity/duplicate", path, f"{_name(resource)} stands twice under one identity")
    seen |= {(name, version) for name in names}
    known.targets |= names
    length = _text_length(resource)
    if length is not None:
        known.texts |= dict.fromkeys(names, length)
    if type(full) is not str or type(own) is not str:
        return
    at_server = _AT_SERVER.fullmatch(full)
    if at_server and at_server.groups() != (kind, own):
        yield Finding("error", "integrity/full-url", f"{path}.fullUrl", "fullUrl and resource have different types or ids")
    elif full.startswith("urn:uuid:") and own != full[9:]:
        yield Finding("warning", "integrity/full-url", f"{path}.fullUrl", "fullUrl and id name different identities")


def _name(resource: dict[str, Any]) -> str:
    kind = resource.get("resourceType")
    return kind if type(kind) is str and kind.isascii() and kind.isalpha() and len(kind) < 40 else "Resource"


def _contained(resource: dict[str, Any], known: _Known) -> None:
    inner = resource.get("contained")
    ids = [c.get("id") for c in inner if type(c) is dict] if type(inner) is list else []
    known.contained = {"#", *(f"#{i}" for i in ids if type(i) is str)}


def _text_length(resource: dict[str, Any]) -> int | None:
    if resource.get("resourceType") != "DocumentReference":
        return None
    try:
        data = resource["content"][0]["attachment"]["data"]
        return len(base64.b64decode(data, validate=True).decode("utf-8"))
    except (KeyError, IndexError, TypeError, ValueError, binascii.Error):
        return None


def _walk(node: Any, path: str, known: _Known) -> Iterator[Finding]:
    if type(node) is dict:
        if node.get("url") == EVIDENCE:
            yield from _evidence(node, path, known.texts)
        for key, value in node.items():
            if key == "reference" and type(value) is str:
                if _dangles(value, known):
                    # Type/id may stand on the server; nothing outside the bundle can have a urn: or a #
                    severity = "error" if value[:1] == "#" or value.startswith("urn:") else "warning"
                    leads = "nothing contained" if value[:1] == "#" else "no entry of the bundle"
                    yield Finding(severity, "integrity/unresolved", f"{path}.reference", f"the reference leads to {leads}")
            elif type(value) is dict or type(value) is list:
                yield from _walk(value, f"{path}.{key}", known)
    elif type(node) is list:
        for i, value in enumerate(node):
            if type(value) is dict or type(value) is list:
                yield from _walk(value, f"{path}[{i}]", known)


def _dangles(reference: str, known: _Known) -> bool:
    if reference.startswith("#"):
        return reference not in known.contained
    if known.alone or reference in known.targets or "?" in reference:
        return False
    if reference.startswith("urn:"):
        return True
    if "://" in reference:
        return False  # another server's: not ours to judge
    return reference.partition("/_history/")[0].partition("#")[0] not in known.targets


def _evidence(extension: dict[str, Any], path: str, texts: dict[str, int]) -> Iterator[Finding]:
    inner = extension.get("extension")
    parts = {p["url"]: p for p in inner if type(p) is dict and type(p.get("url")) is str} if type(inner) is list else {}
    offset = parts.get("offset", {}).get("valueInteger")
    length = parts.get("length", {}).get("valueInteger")
    target = parts.get("reference", {}).get("valueReference")
    source = target.get("reference") if type(target) is dict else None
    if type(offset) is not int or type(length) is not int:
        return
    if length <= 0 or offset < 0:
        yield Finding("error", "integrity/span", path, "the span is empty or negative")
    elif type(source) is str and source in texts and offset + length > texts[source]:
        yield Finding("error", "integrity/span", path, "the span lies outside the attached text")
