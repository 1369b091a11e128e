"""Which files of a folder are pushed: where a run of `convert` has left a manifest, those that it names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from epicrisis.errors import InputError
from epicrisis.listing import BULK, MANIFEST, SPOOL, current, is_own

_SUFFIXES = (".json", ".ndjson")
_ASIDE = (".issues.json", ".case.json")


@dataclass(slots=True)
class Chosen:
    """The files of one folder."""

    files: list[Path] = field(default_factory=list)
    left_out: list[Path] = field(default_factory=list)  # what no manifest names as current
    problems: dict[str, str] = field(default_factory=dict)  # a manifest, or what it names, by its path


def choose(folder: Path) -> Chosen:
    """Return what is to be pushed of *folder* and the folders below, in a stable order.

    In an output folder these are the outputs of the documents of its last run. Elsewhere it is every
    `.json` and `.ndjson` file but findings, case files and manifests.
    """
    chosen = Chosen()
    named: dict[Path, set[Path]] = {}
    above = next((top for top in folder.resolve().parents if is_own(top / MANIFEST)), None)
    for root in sorted((*_roots(folder), *((above,) if above else ()))):
        named[root] = set()
        try:
            for path in current(root):
                named[root].add(path)
        except InputError as error:
            chosen.problems[str(root)] = str(error)
    top = folder.resolve()
    seen: set[Path] = set()
    places: dict[Path, Path] = {}
    for path in sorted(_files(folder)):
        if path.parent not in places:
            places[path.parent] = path.parent.resolve()
        real = places[path.parent] / path.name
        root = next((r for r in real.parents if r in named), None)
        if root is None:
            if not path.name.endswith(_ASIDE):
                chosen.files.append(path)
        elif real in named[root]:
            seen.add(real)
            chosen.files.append(path)
        elif not path.name.endswith(_ASIDE) and root / SPOOL not in real.parents:
            chosen.left_out.append(path)
    for path in sorted(p for paths in named.values() for p in paths - seen if top in p.parents):
        chosen.problems[str(path)] = f"{path}: the manifest names it, and it is not there: convert again"
    return chosen


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.suffix in _SUFFIXES and path.is_file() and not _is_manifest(path):
            yield path


def _is_manifest(path: Path) -> bool:
    if path.name == MANIFEST:
        return True
    return path.name == BULK and not _is_resource(path)


def _is_resource(path: Path) -> bool:
    """Say whether a file of the name of a manifest is FHIR: that of a document called `manifest`."""
    try:
        with path.open("rb") as file:
            return b'"resourceType"' in file.read(200)
    except OSError:
        return False


def _roots(folder: Path) -> Iterator[Path]:
    for root, _, names in os.walk(folder):
        if MANIFEST in names and is_own(Path(root) / MANIFEST):
            yield Path(root).resolve()
