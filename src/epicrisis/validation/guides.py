"""Read implementation guides that a user adds: `package.tgz`, a folder, or `id#version` of ~/.fhir/packages.

Profiles, value sets and code systems of the packages are brought into the form of the shipped
tables (the same code makes both). Nothing is downloaded.
"""

from __future__ import annotations

import gzip
import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from epicrisis.errors import UsageError
from epicrisis.validation import expand, snapshot

CACHE = Path.home() / ".fhir" / "packages"
_KINDS = ("StructureDefinition-", "ValueSet-", "CodeSystem-")
_LARGEST_FILE = 64 * 1024 * 1024
_LARGEST = 1024 * 1024 * 1024  # of all files of a package, unpacked

Table = dict[tuple[str, str], Any]


def read(names: tuple[str, ...], edition: str, known: Callable[[str, str], Any]) -> Table:
    """Return (table, key) -> value of the packages *names*; *known* looks into the shipped tables.

    Raises:
        UsageError: no such package, not a package, or one of another edition.
    """
    profiles: dict[str, dict[str, Any]] = {}
    value_sets: dict[str, dict[str, Any]] = {}
    systems: dict[str, dict[str, Any]] = {}
    into = {"StructureDefinition": profiles, "ValueSet": value_sets, "CodeSystem": systems}
    for name in names:
        for resource in _resources(name, edition):
            kind, url = resource.get("resourceType"), resource.get("url")
            if kind in into and isinstance(url, str):
                into[kind][url] = resource
    made: Table = {}
    for url, profile in profiles.items():
        if profile.get("kind") == "logical":
            continue
        if not profile.get("snapshot"):
            raise UsageError(f"the profile {url} has no snapshot; only packages with snapshots can be used")
        made["definitions", url] = snapshot.definition(profile)
        made["invariants", url] = snapshot.invariants(profile)
    for url, system in systems.items():
        if system.get("content") == "complete":
            made["codes", url] = expand.concepts(system)

    def system_of(url: str) -> dict[str, Any] | None:
        shipped = known("codes", url)
        if url in systems or not shipped:
            return systems.get(url)
        return {"content": "complete", "concept": [{"code": c, "display": d} for c, d in shipped.items()]}

    def set_of(url: str) -> dict[str, Any] | None:
        return value_sets.get(url) or _composed(known("valuesets", url))

    for url in value_sets:
        made["valuesets", url] = expand.expand(url, set_of, system_of)
    return made


def _composed(expansion: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a shipped expansion as a value set that others may include."""
    if not expansion or "*" in expansion.get("open", ()):
        return None
    include = [
        {"system": s, "concept": [{"code": c} for c in codes]} for s, codes in expansion.get("codes", {}).items()
    ]
    include += [{"system": s} for s in expansion.get("whole", ())]
    # a filter that nobody can evaluate here keeps the system open
    include += [{"system": s, "filter": [{"property": "", "op": "", "value": ""}]} for s in expansion.get("open", ())]
    return {"compose": {"include": include}}


def _resources(name: str, edition: str) -> Iterator[dict[str, Any]]:
    path = Path(name)
    if not path.exists() and "#" in name and "/" not in name:
        path = CACHE / name
    if path.is_dir():
        folder = path / "package" if (path / "package").is_dir() else path
        files: Iterator[tuple[str, bytes]] = ((p.name, p.read_bytes()) for p in sorted(folder.glob("*.json")))
    elif path.is_file():
        files = _unpacked(path)
    else:
        raise UsageError(f"{name}: no such package (a package.tgz, or id#version in {CACHE})")
    found = False
    for file, content in files:
        if file == "package.json":
            found = True
            _same_edition(name, _json(name, file, content), edition)
        elif file.startswith(_KINDS):
            yield _json(name, file, content)
    if not found:
        raise UsageError(f"{name}: not a FHIR package (no package/package.json)")


def _unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    total = 0
    try:
        with tarfile.open(path, "r:gz") as packed:
            for member in packed:
                parts = member.name.removeprefix("./").split("/")
                if not member.isfile() or len(parts) != 2 or parts[0] != "package" or not parts[1].endswith(".json"):
                    continue
                total += member.size
                if member.size > _LARGEST_FILE or total > _LARGEST:
                    raise UsageError(f"{path}: the package is too large")
                file = packed.extractfile(member)
                if file is not None:
                    yield parts[1], file.read()
    except (tarfile.TarError, OSError, EOFError, gzip.BadGzipFile) as error:
        raise UsageError(f"{path}: not a package.tgz ({type(error).__name__})") from None


def _json(name: str, file: str, content: bytes) -> dict[str, Any]:
    try:
        made = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise UsageError(f"{name}: {file} is not JSON") from None
    if not isinstance(made, dict):
        raise UsageError(f"{name}: {file} is not a JSON object")
    return made


def _same_edition(name: str, about: dict[str, Any], edition: str) -> None:
    stated = about.get("fhirVersions") or about.get("fhir-version-list") or []
    wanted = {"r4": "4.0", "r5": "5."}[edition]
    if stated and not any(str(v).startswith((wanted, wanted[:2] + "3") if edition == "r4" else wanted) for v in stated):
        raise UsageError(f"{name}: made for FHIR {', '.join(map(str, stated))}, not for {edition.upper()}")
