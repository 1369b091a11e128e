"""The manifest of a batch: one line of JSON per document, written as the run goes on.

A line says what became of a document, never what stands in it: input, output, hash, status,
counts, codes of findings, and the kind of error.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any, Self

from epicrisis.errors import UsageError
from epicrisis.etl.files import sync_folder

NAME = "manifest.ndjson"
_SYNC_SECONDS = 2.0


class Manifest:
    """The manifest in an output folder, open for this run only."""

    def __init__(self, folder: Path, *, resume: bool) -> None:
        self._folder = folder
        self._path = folder / NAME
        self._superseded = False
        self._synced = time.monotonic()
        self.known: dict[str, str] = {}  # output -> run and hash of its input
        try:
            self._lock = (folder / ".epicrisis.lock").open("w")
        except OSError as error:
            raise UsageError(f"{folder}: {error.strerror or 'cannot be written'}") from None
        try:
            _lock(self._lock)
            if resume and self._path.exists():
                self._read()
                self._file = self._path.open("ab")
            else:
                self._file = self._path.open("wb")
        except BlockingIOError:
            self._lock.close()
            raise UsageError(f"{folder}: another run is writing into this folder") from None
        except OSError as error:
            self._lock.close()
            raise UsageError(f"{folder}: {error.strerror or 'cannot be written'}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._sync()
        self._file.close()
        if self._superseded:
            self._compact()
        self._lock.close()

    def add(self, row: dict[str, Any]) -> None:
        """Append one line."""
        self._superseded = self._superseded or row["output"] in self.known
        self._file.write(json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n")
        if time.monotonic() - self._synced > _SYNC_SECONDS:
            self._sync()

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        sync_folder(self._folder)
        self._synced = time.monotonic()

    def _read(self) -> None:
        """Read what an earlier run did; a last line that a kill has torn is cut off."""
        whole = 0
        with self._path.open("rb") as file:
            for line in file:
                try:
                    row = json.loads(line)
                    key, run, digest = row["output"], row["run"], row["sha256"]
                except (ValueError, KeyError, TypeError):
                    if not line.endswith(b"\n"):
                        break
                    raise UsageError(f"{self._path}: not a manifest: remove it") from None
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                self._superseded = self._superseded or key in self.known
                self.known[key] = f"{run}:{digest}" if row["status"] == "done" else ""
        if whole < self._path.stat().st_size:
            os.truncate(self._path, whole)

    def _compact(self) -> None:
        """Keep the last line of each document."""
        last: dict[str, int] = {}
        with self._path.open("rb") as file:
            for number, line in enumerate(file):
                last[json.loads(line)["output"]] = number
        part = self._path.with_name(f".{NAME}.part")
        with self._path.open("rb") as file, part.open("wb") as kept:
            for number, line in enumerate(file):
                if last[json.loads(line)["output"]] == number:
                    kept.write(line)
            kept.flush()
            os.fsync(kept.fileno())
        part.replace(self._path)
        sync_folder(self._folder)


def _lock(file: Any) -> None:
    """Take the folder for this process; the system frees it when the process ends, however."""
    try:
        import fcntl
    except ImportError:  # Windows: two runs in one folder are the user's to avoid
        return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
