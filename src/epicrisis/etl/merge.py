"""Merge the resources of all documents into one NDJSON file per type, as Bulk Data has it."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from epicrisis.errors import UsageError
from epicrisis.etl.files import part_of, sync_folder, write_atomically
from epicrisis.etl.manifest import rows
from epicrisis.etl.names import Ids
from epicrisis.etl.work import ISSUES
from epicrisis.listing import BULK, SPOOL, merged

_OWN = ".epicrisis.files"  # the names of the merged files, noted before the first of them is there
_TYPE = re.compile(r"[A-Z][A-Za-z]+\.ndjson")


def merge(folder: Path) -> int:
    """Write `<Type>.ndjson` and `manifest.json` into *folder*; return how many documents are another's copies.

    Documents come in the manifest's order, one at a time; what each gave stays in `documents/`,
    so that a run can go on. What an earlier run merged and this one does not is removed. Two files of
    one text, or two rows with one id and text, are one document with one set of ids: a copy is left out,
    since an id that comes twice makes the files unfit to load.
    """
    before = _own(folder)
    lines: Counter[str] = Counter()
    files: dict[str, IO[bytes]] = {}
    documents, copies = Ids(), 0
    try:
        for output in _done(folder):
            spooled: dict[str, str] = json.loads((folder / SPOOL / f"{output}.json").read_bytes())
            if (document := _document(spooled)) and not documents.add(document):
                copies += 1
                continue
            for name, text in spooled.items():
                if name not in files:
                    files[name] = part_of(folder / name).open("wb")
                files[name].write(text.encode("utf-8"))
                lines[name] += text.count("\n")
        write_atomically(folder / _OWN, json.dumps(sorted(before | files.keys())) + "\n")
        for name, file in files.items():
            file.flush()
            os.fsync(file.fileno())
            file.close()
            part_of(folder / name).replace(folder / name)
    finally:
        for name, file in files.items():
            with contextlib.suppress(OSError):
                file.close()
            with contextlib.suppress(OSError):
                part_of(folder / name).unlink(missing_ok=True)
    for stale in before - files.keys():
        (folder / stale).unlink(missing_ok=True)
    write_atomically(folder / BULK, json.dumps(_manifest(lines), indent=2) + "\n")
    write_atomically(folder / _OWN, json.dumps(sorted(files)) + "\n")
    sync_folder(folder)
    return copies


def check_folder(folder: Path) -> None:
    """Refuse a folder in which the merged files would replace what no run of ours has written.

    Raises:
        UsageError: names the file.
    """
    own = _own(folder)
    bulk = folder / BULK
    if os.path.lexists(bulk) and merged(bulk) is None:
        raise UsageError(f"{bulk}: is not of an earlier run: use another output folder")
    for path in sorted(folder.glob("*.ndjson")):
        if _TYPE.fullmatch(path.name) and path.name not in own:
            raise UsageError(f"{path}: is not of an earlier run: use another output folder")


def _own(folder: Path) -> set[str]:
    """Return the names of merged files that earlier runs wrote."""
    noted: Any = None
    with contextlib.suppress(OSError, ValueError):
        noted = json.loads((folder / _OWN).read_bytes())
    if not isinstance(noted, list):
        noted = merged(folder / BULK) or []
    return {name for name in noted if isinstance(name, str) and _TYPE.fullmatch(name)}


def _done(folder: Path) -> Iterator[str]:
    for row in rows(folder):
        if row["status"] == "done" and not row.get("former"):
            yield row["output"]


def _document(spooled: dict[str, str]) -> str:
    """Return the id of the document that the resources are of, which decides theirs."""
    line = spooled.get("DocumentReference.ndjson", "").partition("\n")[0]
    return str(json.loads(line).get("id", "")) if line else ""


def _manifest(lines: Counter[str]) -> dict[str, Any]:
    from epicrisis.bundle import ndjson_files

    empty: dict[str, Any] = json.loads(ndjson_files([])[BULK])
    for name, count in sorted(lines.items()):
        # contradictions and findings stand where Bulk Data has what there is to say of an export
        listed = empty["error" if name == ISSUES else "output"]
        listed.append({"type": name.removesuffix(".ndjson"), "url": name, "count": count})
    return empty
