"""References that resolve, identities that are unique, spans that lie in the text."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from epicrisis.kept import lazy
from epicrisis.validation.checks import Scope
from epicrisis.validation.evidence import EVIDENCE, plain
from epicrisis.validation.report import Finding

Problem = tuple[str, str, str, str]  # path below, severity, rule, message
_ITSELF = frozenset("#")
_AT_SERVER = lazy(r"https?://\S*/([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})")


@dataclass(slots=True)
class _Known:
    """What references of a resource may lead to."""

    targets: set[str] = field(default_factory=set)
    texts: dict[str, int] = field(default_factory=dict)  # target -> length of the attached text
    contained: frozenset[str] = frozenset()
    alone: bool = False  # a resource outside any bundle: only #x can be judged
    scope: Scope = field(default_factory=Scope)  # what the run has found of the parts


def check(bundle: dict[str, Any], scope: Scope | None = None) -> Iterator[Finding]:
    """Yield what does not hold together inside *bundle* (a Bundle, or a single resource)."""
    known = _Known(alone=bundle.get("resourceType") != "Bundle", scope=scope or Scope())
    if known.alone:
        yield from _findings(_resource(bundle, known) or [], _name(bundle))
        return
    entries = bundle.get("entry")
    if type(entries) is not list:
        return
    held = [
        (i, entry, entry["resource"])
        for i, entry in enumerate(entries)
        if type(entry) is dict and type(entry.get("resource")) is dict
    ]
    seen: set[str] = set()
    history = bundle.get("type") == "history"
    for i, entry, resource in held:
        yield from _identity(entry, resource, i, known, seen, history=history)
    for i, _, resource in held:
        wrong = _resource(resource, known)
        if wrong:  # the path is made only for what is
            yield from _findings(wrong, f"Bundle.entry[{i}].resource")


def _resource(resource: dict[str, Any], known: _Known) -> list[Problem] | None:
    known.contained = _contained(resource) if "contained" in resource else _ITSELF
    return _walk(resource, known)


def _findings(problems: list[Problem], path: str) -> Iterator[Finding]:
    for below, severity, rule, message in problems:
        yield Finding(severity, rule, path + below, message)


def _identity(
    entry: dict[str, Any], resource: dict[str, Any], i: int, known: _Known, seen: set[str], *, history: bool
) -> list[Finding]:
    """Take note of what an entry is called, and return what is wrong with that."""
    kind, own, full = resource.get("resourceType"), resource.get("id"), entry.get("fullUrl")
    meta = resource.get("meta")
    version = meta.get("versionId") if type(meta) is dict else None
    names = [full] if type(full) is str else []
    if type(kind) is str and type(own) is str:
        names.append(f"{kind}/{own}")
    versions = [f"{name}/_history/{version}" for name in names] if type(version) is str else names
    found = []
    if not history and not seen.isdisjoint(versions):
        twice = f"{_name(resource)} stands twice under one identity"
        found.append(Finding("error", "integrity/duplicate", f"Bundle.entry[{i}]", twice))
    seen.update(versions)
    known.targets.update(names)
    length = _text_length(resource) if kind == "DocumentReference" else None
    if length is not None:
        known.texts |= dict.fromkeys(names, length)
    if type(full) is not str or type(own) is not str:
        return found
    at_server = None if full.startswith("urn:") else _AT_SERVER.fullmatch(full)
    severity, wrong = "", ""
    if at_server and at_server.groups() != (kind, own):
        severity, wrong = "error", "fullUrl and resource have different types or ids"
    elif full.startswith("urn:uuid:") and own != full[9:]:
        severity, wrong = "warning", "fullUrl and id name different identities"
    if wrong:
        found.append(Finding(severity, "integrity/full-url", f"Bundle.entry[{i}].fullUrl", wrong))
    return found


def _name(resource: dict[str, Any]) -> str:
    kind = resource.get("resourceType")
    return kind if type(kind) is str and kind.isascii() and kind.isalpha() and len(kind) < 40 else "Resource"


def _contained(resource: dict[str, Any]) -> frozenset[str]:
    inner = resource["contained"]
    ids = [c.get("id") for c in inner if type(c) is dict] if type(inner) is list else []
    return _ITSELF.union(f"#{i}" for i in ids if type(i) is str)


def _text_length(resource: dict[str, Any]) -> int | None:
    try:
        data = resource["content"][0]["attachment"]["data"]
        return len(base64.b64decode(data, validate=True).decode("utf-8"))
    except (KeyError, IndexError, TypeError, ValueError, binascii.Error):
        return None


def _walk(node: dict[str, Any], known: _Known) -> list[Problem] | None:
    """Return what is wrong below *node*; paths are made only for what is."""
    found: list[Problem] | None = None
    if "url" in node and node["url"] == EVIDENCE:
        if _leads(node, known):
            return None
        wrong = _evidence(node, known.texts)
        found = None if wrong is None else [("", "error", "integrity/span", wrong)]
    bare = known.scope.bare
    for key, value in node.items():
        kind = type(value)
        if kind is str:
            if key == "reference" and _dangles(value, known):
                # Type/id may stand on the server; nothing outside the bundle can have a urn: or a #
                severity = "error" if value[:1] == "#" or value.startswith("urn:") else "warning"
                leads = "nothing contained" if value[:1] == "#" else "no entry of the bundle"
                found = [
                    *(found or []),
                    (".reference", severity, "integrity/unresolved", f"the reference leads to {leads}"),
                ]
        elif kind is dict:
            below = None if id(value) in bare or _resolves(value, known) else _walk(value, known)
            if below:
                found = (found or []) + [(f".{key}{path}", *rest) for path, *rest in below]  # type: ignore[misc]
        elif kind is list and id(value) not in bare:
            for i, each in enumerate(value):
                if type(each) is not dict or _resolves(each, known) or _leads(each, known):
                    continue
                below = _walk(each, known)
                if below:
                    found = (found or []) + [(f".{key}[{i}]{path}", *rest) for path, *rest in below]  # type: ignore[misc]
    return found


def _resolves(value: dict[str, Any], known: _Known) -> bool:
    """Say whether this is a reference, and nothing else, to an entry of the bundle."""
    if len(value) != 1 or "reference" not in value:
        return False
    target = value["reference"]
    return type(target) is str and target in known.targets and target[:1] != "#"


def _leads(extension: dict[str, Any], known: _Known) -> bool:
    """Say whether this is an evidence as we write it, that leads to an attached text and lies inside it."""
    found = known.scope.evidence.get(id(extension)) or (plain(extension) if "url" in extension else None)
    if found is None:
        return False
    target, offset, length = found
    return target in known.targets and offset + length <= known.texts.get(target, -1)


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


def _evidence(extension: dict[str, Any], texts: dict[str, int]) -> str | None:
    inner = extension.get("extension")
    parts = {p["url"]: p for p in inner if type(p) is dict and type(p.get("url")) is str} if type(inner) is list else {}
    offset = parts.get("offset", {}).get("valueInteger")
    length = parts.get("length", {}).get("valueInteger")
    target = parts.get("reference", {}).get("valueReference")
    source = target.get("reference") if type(target) is dict else None
    if type(offset) is not int or type(length) is not int:
        return None
    if length <= 0 or offset < 0:
        return "the span is empty or negative"
    if type(source) is str and source in texts and offset + length > texts[source]:
        return "the span lies outside the attached text"
    return None
