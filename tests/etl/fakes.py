"""A converter that does as its text says, for tests of what stands around the real one; and their folders."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from epicrisis.errors import UnreadableDocument
from epicrisis.etl import run

CANARY = "Mrs-Canary-1960"


def converter(source: Any, *, name: str | None = None, pause: float = 0.0, **_: Any) -> Any:
    """Return something like a Conversion; "DIE", "HANG", "BUG" and "BAD" in the text do that."""
    text = source if isinstance(source, str) else source.read().decode("utf-8")
    if "DIE" in text:
        os._exit(9)
    if "HANG" in text:
        time.sleep(600)
    if "BUG" in text:
        raise ValueError(f"cannot parse {CANARY}")
    if "BAD" in text:
        raise UnreadableDocument("not a narrative")
    time.sleep(pause)
    identity = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    resource = {"resourceType": "Patient", "id": identity, "gender": "female"}
    entry = {"fullUrl": f"urn:uuid:{identity}", "resource": resource}
    return SimpleNamespace(
        bundle={"resourceType": "Bundle", "id": name or "x", "entry": [entry], "text": text * 3},
        issues={"resourceType": "OperationOutcome", "issue": [{"code": "informational"}]},
        case=SimpleNamespace(items=[1], conflicts=[]),
        report=None,
    )


def go(inputs: Any, out: Path, **more: Any) -> Any:
    """Convert *inputs* into *out*, with the converter of these tests."""
    return run(inputs, out, **{"convert": converter, "progress": False, **more})


def write_notes(folder: Path, **texts: str) -> Path:
    """Write each text into a file of *folder* that has its name."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text)
    return folder


def rows(out: Path) -> list[dict[str, Any]]:
    """Return the rows of the manifest."""
    return [json.loads(line) for line in (out / "manifest.ndjson").read_text().splitlines()]


def tree(folder: Path) -> dict[str, bytes]:
    """Return the files of *folder* with what they hold."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
