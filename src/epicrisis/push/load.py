"""Read what is to be pushed: bundles, NDJSON files, folders, or a bundle in memory."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from epicrisis.errors import InvalidResource

Resource = dict[str, Any]
_TYPE = re.compile(r"[A-Z][A-Za-z]{2,60}\Z")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}\Z")


def load(source: Any) -> list[Resource]:
    """Return the resources of *source*, each with an id, references relative (`Type/id`).

    Args:
        source: a Bundle or resource as dict, a list of these, or a path: a FHIR JSON file, an
            NDJSON file, or a folder of them (`*.issues.json` and manifests are left out).

    Raises:
        InvalidResource: not FHIR JSON, or two different resources under one id.
    """
    names: dict[str, str] = {}
    found: dict[str, Resource] = {}
    for content in _contents(source):
        for full, resource in _resources(content):
            key = _key(resource)
            if full:
                names[full] = key
            names["urn:uuid:" + key.partition("/")[2]] = key
            if key in found and found[key] != resource:
                raise InvalidResource(f"{key}: two different resources under one id")
            found[key] = resource
    return [_relative(r, names) for r in found.values()]


def _contents(source: Any) -> Iterator[Any]:
    if isinstance(source, dict):
        yield source
    elif isinstance(source, list | tuple):
        for one in source:
            yield from _contents(one)
    elif isinstance(source, str | os.PathLike):
        yield from _of_path(Path(source))
    elif isinstance(source, bytes):
        yield from _parse(source.decode("utf-8", "replace"), "input")
    else:
        raise InvalidResource(f"{type(source).__name__}: give a bundle, or the path of one")


def _of_path(path: Path) -> Iterator[Any]:
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix in (".json", ".ndjson") and not p.name.endswith(".issues.json") and "manifest" not in p.name)
        if not files:
            raise InvalidResource(f"{path}: no .json or .ndjson file in this folder")
        for file in files:
            yield from _of_path(file)
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InvalidResource(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError):
        raise InvalidResource(f"{path}: cannot be read as UTF-8") from None
    yield from _parse(text, str(path))


def _parse(text: str, where: str) -> Iterator[Any]:
    try:
        yield json.loads(text, parse_float=Decimal)
        return
    except (ValueError, RecursionError):
        pass
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield json.loads(line, parse_float=Decimal)
            except (ValueError, RecursionError):
                raise InvalidResource(f"{where}:{number}: not JSON") from None


def _resources(content: Any) -> Iterable[tuple[str | None, Resource]]:
    if not isinstance(content, dict) or not isinstance(content.get("resourceType"), str):
        raise InvalidResource("not FHIR JSON: an object with resourceType is expected")
    if content["resourceType"] == "OperationOutcome":
        return
    if content["resourceType"] != "Bundle":
        yield None, content
        return
    for entry in content.get("entry", ()):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            full = entry.get("fullUrl")
            if "id" not in resource and isinstance(full, str) and full.startswith("urn:uuid:"):
                resource = {**resource, "id": full[9:]}
            yield full if isinstance(full, str) else None, resource


def _key(resource: Resource) -> str:
    kind, name = resource.get("resourceType"), resource.get("id")
    if not isinstance(kind, str) or not _TYPE.match(kind):
        raise InvalidResource("a resource without a valid resourceType")
    if not isinstance(name, str) or not _ID.match(name):
        raise InvalidResource(f"{kind}: a resource without a valid id cannot be pushed repeatably")
    return f"{kind}/{name}"


def _relative(node: Any, names: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {k: names.get(v, v) if k == "reference" and isinstance(v, str) else _relative(v, names) for k, v in node.items()}
    if isinstance(node, list):
        return [_relative(v, names) for v in node]
    return node
