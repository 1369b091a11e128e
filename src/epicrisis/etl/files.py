"""Write files so that they are whole or not there."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

PART = ".epicrisis-part"  # a name of our own: "backup.tar.part" in the folder is somebody else's


def part_of(path: Path) -> Path:
    """Return the hidden name under which *path* is written until it is whole."""
    return path.with_name(f".{path.name}{PART}")


def write_atomically(path: Path, text: str) -> None:
    """Write *text* to *path*: a hidden part, synced to disk, then renamed."""
    part = part_of(path)
    try:
        with part.open("wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def digest_of(paths: Iterable[Path]) -> str:
    """Return one hash of several files' bytes, or "" where one of them cannot be read."""
    digest = hashlib.sha256()
    try:
        for path in paths:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    except OSError:
        return ""
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make renames in *folder* last, where the system can do that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sweep(folder: Path) -> int:
    """Remove the parts that a killed run left behind; return their number."""
    removed = 0
    for root, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".") and name.endswith(PART):
                with contextlib.suppress(OSError):
                    (Path(root) / name).unlink()
                    removed += 1
    return removed
