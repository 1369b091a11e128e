"""Merge the resources of all documents into one NDJSON file per type, as Bulk Data has it."""

from __future__ import annotations

import contextlib
import json
import os
from collections import Counter
from pathlib import Path
from typing import IO, Any

from epicrisis.etl.files import PART, sync_folder, write_atomically
from epicrisis.etl.manifest import NAME
from epicrisis.etl.work import ISSUES, SPOOL


def merge(folder: Path) -> dict[str, int]:
    """Write `<Type>.ndjson` and `manifest.json` into *folder*; return the lines per type.

    Documents come in the manifest's order, one at a time; what each gave stays in `documents/`,
    so that a run can go on.
    """
    lines: Counter[str] = Counter()
    files: dict[str, IO[bytes]] = {}
    try:
        for output in _done(folder):
            spooled: dict[str, str] = json.loads((folder / SPOOL / f"{output}.json").read_bytes())
            for name, text in spooled.items():
                if name not in files:
                    files[name] = (folder / f".{name}{PART}").open("wb")
                files[name].write(text.encode("utf-8"))
                lines[name] += text.count("\n")
        for name, file in files.items():
            file.flush()
            os.fsync(file.fileno())
            file.close()
            (folder / f".{name}{PART}").replace(folder / name)
    finally:
        for name, file in files.items():
            file.close()
            with contextlib.suppress(OSError):
                (folder / f".{name}{PART}").unlink(missing_ok=True)
    for stale in folder.glob("*.ndjson"):
        if stale.name != NAME and stale.name not in files:
            stale.unlink()
    write_atomically(folder / "manifest.json", json.dumps(_manifest(lines), indent=2) + "\n")
    sync_folder(folder)
    return dict(lines)


def _done(folder: Path) -> Any:
    with (folder / NAME).open("rb") as manifest:
        for line in manifest:
            row = json.loads(line)
            if row["status"] == "done":
                yield row["output"]


def _manifest(lines: Counter[str]) -> dict[str, Any]:
    from epicrisis.bundle import ndjson_files

    empty: dict[str, Any] = json.loads(ndjson_files([])["manifest.json"])
    for name, count in sorted(lines.items()):
        # contradictions and findings stand where Bulk Data has what there is to say of an export
        listed = empty["error" if name == ISSUES else "output"]
        listed.append({"type": name.removesuffix(".ndjson"), "url": name, "count": count})
    return empty
