"""Find the documents of an input: a folder, a pattern or a file; and say which folders were passed over."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from epicrisis.errors import UnreadableDocument, UsageError

# What is taken from a folder; files named one by one may have any suffix.
SUFFIXES = (
    ".txt", ".text", ".md", ".markdown", ".xml", ".nxml", ".html", ".htm", ".xhtml", ".pdf",
    ".docx", ".case.json",
)  # fmt: skip
_PACKED = (".gz", ".gzip")
_WILD = "*?["


@dataclass(frozen=True, slots=True)
class Found:
    """A file, the folder whose tree its outputs keep, and why it is none that can be read."""

    path: Path
    folder: Path | None = None
    fault: str | None = None


def expand(given: str, skip: Path) -> Iterator[Found]:
    """Yield the files that *given* stands for, without those in the output folder *skip*.

    Raises:
        UsageError: stdin, which has no name for its outputs.
        UnreadableDocument: there is no such file or folder, or it may not be looked into.
    """
    path = Path(given)
    if given == "-":
        raise UsageError("-: give one narrative on stdin without an output folder")
    try:
        os.stat(path)
    except PermissionError as error:
        raise UnreadableDocument(f"{given}: {error.strerror}") from None
    except (OSError, ValueError):
        hits = sorted(glob.glob(given, recursive=True)) if any(c in given for c in _WILD) else None
        if hits is None:
            raise UnreadableDocument(f"{given}: no such file or folder") from None
        folder = _fixed(path)
        yield from (Found(Path(p), folder) for p in hits if os.path.isfile(p) and not _within(Path(p), skip))
        yield from _closed(path, folder, skip)
        return
    if not path.is_dir():
        yield Found(path)
        return
    try:
        os.scandir(path).close()
    except OSError as error:
        raise UnreadableDocument(f"{given}: {error.strerror or 'cannot be read'}") from None
    yield from _walk(path, skip)


def bare(name: str) -> str:
    """Return a file's name without the suffix of a packed one."""
    return name.rsplit(".", 1)[0] if name.lower().endswith(_PACKED) else name


def _walk(top: Path, skip: Path) -> Iterator[Found]:
    refused: list[OSError] = []
    for root, folders, names in os.walk(top, onerror=refused.append):
        yield from _refused(refused, top)
        below = sorted(f for f in folders if not f.startswith(".") and not _within(Path(root) / f, skip))
        for name in below:
            link = Path(root) / name
            # what a link to within the folder leads to is met on the straight way
            if link.is_symlink() and not _within(link, top.resolve()):
                yield Found(link, top, "a link to a folder is not followed: name the folder as an input")
        folders[:] = below
        for name in sorted(names):
            if not name.startswith(".") and bare(name).lower().endswith(SUFFIXES):
                yield Found(Path(root) / name, top)
    yield from _refused(refused, top)


def _refused(errors: list[OSError], top: Path) -> Iterator[Found]:
    """Yield the folders that could not be read, once each."""
    while errors:
        error = errors.pop(0)
        yield Found(Path(os.fspath(error.filename)), top, f"folder: {error.strerror or 'cannot be read'}")


def _closed(pattern: Path, folder: Path, skip: Path) -> Iterator[Found]:
    """Yield the folders in which a pattern looks and which may not be looked into: `glob` passes over them."""
    told: set[str] = set()
    first = len(folder.parts)
    for length in range(first, len(pattern.parts)):
        reached = os.path.join(*pattern.parts[:length], "") if length else "."
        for one in sorted(glob.glob(reached, recursive=True)) if length > first else [reached]:
            place = one.rstrip(os.sep) or one
            if place in told or _within(Path(place), skip):
                continue
            told.add(place)
            try:
                if any(c in pattern.parts[length] for c in _WILD):
                    os.scandir(place).close()
                os.stat(os.path.join(place, "."))  # what may be listed, and not entered
            except PermissionError as error:
                yield Found(Path(place), folder, f"folder: {error.strerror or 'cannot be read'}")
            except OSError:
                continue  # no folder


def _fixed(pattern: Path) -> Path:
    """Return the folders of a pattern before its first wildcard: below them the tree is kept."""
    parts = pattern.parts[:-1]
    wild = next((n for n, part in enumerate(parts) if any(c in part for c in _WILD)), len(parts))
    return Path(*parts[:wild])


def _within(path: Path, folder: Path) -> bool:
    """Say whether *path* is *folder* or in it, wherever links lead."""
    resolved = path.resolve()
    return resolved == folder or folder in resolved.parents
