"""The only finder of `mappings/`: packaged, then checkout, then overlay directories.

A wheel carries the data as `epicrisis/mappings`; an editable install or
`PYTHONPATH=src` finds the folder beside `src`. Overlays (`--mappings DIR`, the
environment variable EPICRISIS_MAPPINGS, entry points of the group
`epicrisis.mappings`) are read after it: their rows are added, and a row with the
same term and system wins.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from epicrisis import kept
from epicrisis.errors import MappingDataError

if TYPE_CHECKING:  # loading it takes a hundredth of a cold start
    from importlib.resources.abc import Traversable


@cache
def packaged() -> Traversable:
    """Return the folder of the mappings that came with this installation."""
    here = Path(__file__).resolve()
    for folder in (here.parent / "mappings", here.parents[2] / "mappings"):
        if folder.is_dir():
            return folder
    inside = _files("epicrisis") / "mappings"  # of a package that is not in a folder
    if inside.is_dir():
        return inside
    raise MappingDataError("the mappings/ folder is missing: reinstall epicrisis")


def overlays(extra: tuple[str, ...] = ()) -> tuple[Traversable, ...]:
    """Return the overlay folders, weakest first; raise MappingDataError for one that is missing or holds no table."""
    named = [p for p in os.environ.get("EPICRISIS_MAPPINGS", "").split(os.pathsep) if p]
    found: list[Traversable] = [*_plugins()]
    for name in [*named, *extra]:
        path = Path(name)
        if not path.is_dir():
            raise MappingDataError(f"--mappings {name}: no such folder")
        if not any(path.glob("*.tsv")) and not any(path.glob("terms/*.tsv")):
            raise MappingDataError(f"--mappings {name}: holds no table of terms (drugs.tsv, or terms/drugs.tsv)")
        found.append(path)
    return tuple(found)


def read_text(*parts: str) -> str:
    """Return the text of one packaged data file."""
    return packaged().joinpath(*parts).read_text(encoding="utf-8")


def toml(*parts: str) -> dict[str, Any]:
    """Return the content of one packaged TOML file; it is the caller's own."""
    content = read_bytes(*parts)
    found: dict[str, Any] = kept.known("toml", content, lambda: _toml(content.decode("utf-8")))
    return found


def read_bytes(*parts: str) -> bytes:
    """Return the bytes of one packaged data file."""
    return packaged().joinpath(*parts).read_bytes()


def _toml(text: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(text)


@cache
def _plugins() -> tuple[Traversable, ...]:
    # asking for entry points reads every installed package's: known as long as no folder has changed
    folders = "\n".join(f"{path}\t{_changed(path)}" for path in sys.path)
    names: list[str] = kept.known("plugins", folders.encode("utf-8", "surrogateescape"), _entry_points)
    return tuple(_files(name) for name in names)


def _files(package: str) -> Traversable:
    from importlib.resources import files

    return files(package)


def _changed(path: str) -> int:
    try:
        return os.stat(path or ".").st_mtime_ns
    except OSError:
        return 0


def _entry_points() -> list[str]:
    from importlib.metadata import entry_points

    return [point.value for point in entry_points(group="epicrisis.mappings")]
