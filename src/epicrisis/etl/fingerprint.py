"""Say in twelve digits what decides the bytes of an output besides its input."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from epicrisis import resources
from epicrisis.version import __version__

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def fingerprint(options: Mapping[str, Any], layout: str, *, compact: bool) -> str:
    """Return a hash of the options, the version and its code, and of all tables: shipped and laid over.

    Tables count by their content and their place in their folder, not by where that folder is.
    """
    given = {key: value for key, value in options.items() if key != "mappings"}
    told = json.dumps([__version__, given, layout, compact], sort_keys=True, default=str)
    digest = hashlib.sha256(told.encode("utf-8", "surrogatepass"))
    for file in sorted((code := Path(resources.__file__).parent).rglob("*.py")):
        _add(digest, file.relative_to(code).as_posix(), file.read_bytes())
    extra = tuple(str(folder) for folder in options.get("mappings") or ())
    for number, folder in enumerate((resources.packaged(), *resources.overlays(extra))):
        for path, content in _content(folder, str(number)):
            _add(digest, path, content)
    return digest.hexdigest()[:12]


def _content(folder: Traversable, place: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        path = f"{place}/{entry.name}"
        if entry.is_dir():
            yield from _content(entry, path)
        elif entry.is_file():
            yield path, entry.read_bytes()


def _add(digest: Any, path: str, content: bytes) -> None:
    name = path.encode("utf-8", "surrogatepass")
    digest.update(b"%d %s %d " % (len(name), name, len(content)) + content)
