"""What an output folder says of itself: the lines of its manifest, and the files that were merged in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from epicrisis.errors import InputError

MANIFEST = "manifest.ndjson"
BULK = "manifest.json"  # of the merged layout, as FHIR Bulk Data has it
REQUEST = "epicrisis convert --layout ndjson"  # what the Bulk Data manifest says that it answers
SPOOL = "documents"  # of the merged layout: what the merged files are made of
MERGED = "ndjson"  # the `layout` of a line whose document is in the merged files
_TEXTS = ("input", "output", "run", "sha256", "status")
_COUNTS = ("resources", "conflicts", "errors", "warnings")


def line_of(line: bytes) -> dict[str, Any] | None:
    """Return the row that a line holds, or None where it is no line of a manifest."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in _TEXTS):
        return None
    counts = _COUNTS if row["status"] == "done" else ()
    return row if all(isinstance(row.get(key), int) for key in counts) else None


def is_own(manifest: Path) -> bool:
    """Say whether a file of this name is a manifest that a run has written, with one document at least."""
    try:
        with manifest.open("rb") as file:
            return line_of(file.readline(1_000_000)) is not None
    except OSError:
        return False


def merged(bulk: Path) -> list[Any] | None:
    """Return the files that a Bulk Data manifest of ours lists, or None where it is not ours."""
    try:
        told = json.loads(bulk.read_bytes())
        if told["request"] != REQUEST:
            return None
        return [file["url"] for kind in ("output", "error") for file in told[kind]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def file_of(folder: Path, row: dict[str, Any]) -> Path:
    """Return the file with the resources of one line's document."""
    within = folder / SPOOL if row.get("layout") == MERGED else folder
    return _below(within, f"{row['output']}.json")


def current(folder: Path) -> Iterator[Path]:
    """Yield the files with the resources of the last run's documents.

    What failed, and what is of documents that are no input any more, has no file here, even where an
    earlier run has left one.

    Raises:
        InputError: the manifest is damaged, or the documents were not merged to the end.
    """
    together = False
    with (folder / MANIFEST).open("rb") as lines:
        for number, line in enumerate(lines, 1):
            row = line_of(line)
            if row is None:
                if not line.endswith(b"\n"):  # torn by a kill
                    break
                raise InputError(f"{folder / MANIFEST}: line {number} is none of a manifest: convert again")
            if row["status"] != "done" or row.get("former"):
                continue
            if row.get("layout") == MERGED:
                together = True
            else:
                yield file_of(folder, row)
    if together:
        names = merged(folder / BULK)
        if names is None:
            raise InputError(f"{folder}: the documents are not merged yet: `epicrisis convert --resume` goes on")
        yield from (_below(folder, str(name)) for name in names)


def _below(folder: Path, name: str) -> Path:
    """Return a file of the folder; no manifest, whoever wrote it, leads out of it."""
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise InputError(f"{folder / MANIFEST}: names a file outside of the folder")
    return folder / name
