"""Read what is to be pushed: bundles, NDJSON files, folders, or a bundle in memory."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from epicrisis.bundle.serialize import dumps
from epicrisis.errors import InvalidResource
from epicrisis.push.folder import choose

Resource = dict[str, Any]
_TYPE = re.compile(r"[A-Z][A-Za-z]{2,60}\Z")
# a member `reference` of JSON without spaces; quotes within a string are escaped, so no string matches
REFERENCE = re.compile(r'"reference":"([^"\\]*)"')
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}\Z")


@dataclass(slots=True)
class Unit:
    """Resources that are planned together: one bundle, or one folder of `<Type>.ndjson` files."""

    name: str
    resources: list[Resource] = field(default_factory=list)  # as they came
    texts: dict[str, str] = field(default_factory=dict)  # JSON by `Type/id`; references relative, too
    problem: str = ""  # why it cannot be read
    left_out: list[str] = field(default_factory=list)  # files of a folder that are not pushed


def units(source: Any) -> Iterator[Unit]:
    """Yield what is to be pushed, one bundle in memory at a time.

    Args:
        source: a Bundle or resource as dict, a list of these, or a path: a FHIR JSON file, an
            NDJSON file (of bundles, or of resources), or a folder of them (`*.issues.json`, case
            files and manifests are left out; of an output folder of `convert`, all but the outputs of
            its last run's documents).

    A file in a folder that cannot be read gives a unit with a `problem`; the others go on.

    Raises:
        InvalidResource: the source itself is not FHIR JSON, or has two different resources
            under one id.
    """
    if isinstance(source, dict):
        yield load("input", [source])
    elif isinstance(source, list | tuple):
        yield load("input", source)
    elif isinstance(source, bytes):
        yield from _of_text(source.decode("utf-8-sig", "replace"), "input")
    elif isinstance(source, str | os.PathLike):
        path = Path(source)
        if path.is_dir():
            yield from _of_folder(path)
        else:
            yield from _of_file(path)
    else:
        raise InvalidResource(f"{type(source).__name__}: give a bundle, or the path of one")


def load(name: str, contents: Iterable[Any]) -> Unit:
    """Return the resources of bundles and resources, each with an id.

    Raises:
        InvalidResource: not FHIR, or two different resources under one id.
    """
    names: dict[str, str] = {}
    found: dict[str, Resource] = {}
    for content in contents:
        for full, resource in _resources(content):
            key = _key(resource)
            if full:
                names[full] = key
            names["urn:uuid:" + key.partition("/")[2]] = key
            if key in found and found[key] != resource:
                raise InvalidResource(f"{key}: two different resources under one id")
            found[key] = resource
    unit = Unit(name)
    for key, resource in found.items():
        # on the text, which is faster by far than a walk through the resource
        unit.texts[key] = REFERENCE.sub(lambda m: f'"reference":"{names.get(m[1], m[1])}"', dumps(resource))
        unit.resources.append(resource)
    return unit


def _of_folder(folder: Path) -> Iterator[Unit]:
    chosen = choose(folder)
    if chosen.left_out:
        yield Unit(str(folder), left_out=[str(path) for path in chosen.left_out])
    for name, problem in chosen.problems.items():
        yield Unit(name, problem=problem)
    if not chosen.files and not chosen.problems:
        other = "; what is there is of no document of the last run" if chosen.left_out else ""
        raise InvalidResource(f"{folder}: no .json or .ndjson file to push in this folder{other}")
    tables: dict[Path, list[Path]] = {}
    for file in chosen.files:
        try:
            if file.suffix == ".ndjson" and not _holds_bundles(file):
                tables.setdefault(file.parent, []).append(file)
            else:
                yield from _of_file(file)
        except InvalidResource as error:
            yield Unit(str(file), problem=str(error))
    for parent, together in tables.items():
        try:
            yield load(str(parent), (c for file in together for c in _parse(_text(file), str(file))))
        except InvalidResource as error:
            yield Unit(str(parent), problem=str(error))


def _of_file(path: Path) -> Iterator[Unit]:
    if path.suffix == ".ndjson" and _holds_bundles(path):
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield from _of_text(line, f"{path}:{number}")
    else:
        yield from _of_text(_text(path), str(path))


def _of_text(text: str, name: str) -> Iterator[Unit]:
    yield load(name, _parse(text, name))


def _holds_bundles(path: Path) -> bool:
    """Say whether an NDJSON file has a bundle a line (not resources of one type)."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            first = next((line for line in lines if line.strip()), "")
        content = json.loads(first)
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.get("resourceType") == "Bundle"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InvalidResource(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError):
        raise InvalidResource(f"{path}: cannot be read as UTF-8") from None


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
