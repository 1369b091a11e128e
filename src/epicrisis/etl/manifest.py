"""The manifest of a batch: one line of JSON per document, written as the run goes on.

A line says what became of a document, never what stands in it: input, output, hash, status,
counts, codes of findings, and the kind of error.
"""

from __future__ import annotations

import json
import os
import time
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

from epicrisis.errors import UsageError
from epicrisis.etl.files import part_of, sync_folder

NAME = "manifest.ndjson"
_SYNC_SECONDS = 2.0
_TEXTS = ("input", "output", "run", "sha256", "status")


class Manifest:
    """The manifest in an output folder, open for this run only."""

    def __init__(self, folder: Path, *, resume: bool) -> None:
        self._folder = folder
        self._path = folder / NAME
        self._synced = time.monotonic()
        self._known: dict[str, int] = {}  # output -> where its last line begins, of earlier runs
        self._order = array("q")  # where the lines of this run's documents begin, in their order
        self._lines = 0
        self._returned = False  # a former input is one again
        try:
            self._lock = (folder / ".epicrisis.lock").open("w")
        except OSError as error:
            raise UsageError(f"{folder}: {error.strerror or 'cannot be written'}") from None
        try:
            _lock(self._lock)
            _check_own(self._path)
            if resume and self._path.exists():
                self._read()
            else:
                self._path.open("wb").close()
            self._file = self._path.open("ab")
            self._earlier = self._path.open("rb")
        except BlockingIOError:
            self._lock.close()
            raise UsageError(f"{folder}: another run is writing into this folder") from None
        except OSError as error:
            self._lock.close()
            raise UsageError(f"{self._path}: {error.strerror or 'cannot be written'}") from None
        except BaseException:
            self._lock.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if not self._file.closed:
                self._close()
                kept = sorted((*self._order, *self._known.values()))
                if len(kept) < self._lines:
                    self._rewrite(kept, former=())
        finally:
            self._lock.close()

    def earlier(self, output: str) -> dict[str, Any]:
        """Return the line that an earlier run wrote on *output*; empty where there is none."""
        return self._at(self._known[output]) if output in self._known else {}

    def add(self, row: dict[str, Any]) -> None:
        """Append one line."""
        self._known.pop(row["output"], None)
        self._order.append(self._file.tell())
        self._lines += 1
        self._file.write(_line(row))
        if time.monotonic() - self._synced > _SYNC_SECONDS:
            self._sync()

    def keep(self, output: str) -> dict[str, Any]:
        """Let the line of an earlier run stand, and return it."""
        row = self.earlier(output)
        self._returned = row.pop("former", False) or self._returned
        self._order.append(self._known.pop(output))
        return row

    def finish(self) -> None:
        """Put the lines into the order of this run's documents, all of which were added or kept.

        Those of documents that are no input any more, and have outputs, follow, marked as `former`.
        """
        former = [start for start in sorted(self._known.values()) if self._at(start)["status"] == "done"]
        self._close()
        whole = [*self._order, *former]
        if former or self._returned or len(whole) < self._lines or whole != sorted(whole):
            self._rewrite(self._order, former)

    def _at(self, start: int) -> dict[str, Any]:
        self._earlier.seek(start)
        row: dict[str, Any] = json.loads(self._earlier.readline())
        return row

    def _close(self) -> None:
        self._sync()
        self._file.close()
        self._earlier.close()

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
                if not line.endswith(b"\n"):
                    break
                row = _parsed(line)
                self._lines += 1
                if row is None:
                    raise UsageError(
                        f"{self._path}: line {self._lines} is none of a manifest: remove the line or the file"
                    )
                self._known[row["output"]] = whole
                whole += len(line)
        if whole < self._path.stat().st_size:
            os.truncate(self._path, whole)

    def _rewrite(self, starts: Iterable[int], former: Iterable[int]) -> None:
        """Write the lines that begin at *starts*, in that order, and the *former* ones after them."""
        part = part_of(self._path)
        with self._path.open("rb") as file, part.open("wb") as kept:
            for start in starts:
                file.seek(start)
                line = file.readline()
                row = json.loads(line) if b'"former"' in line else {}
                if row.pop("former", None) is not None:
                    line = _line(row)
                kept.write(line)
            for start in former:
                file.seek(start)
                kept.write(_line({**json.loads(file.readline()), "former": True}))
            kept.flush()
            os.fsync(kept.fileno())
        part.replace(self._path)
        sync_folder(self._folder)


def rows(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of the manifest in *folder*."""
    with (folder / NAME).open("rb") as manifest:
        for line in manifest:
            yield json.loads(line)


def _line(row: dict[str, Any]) -> bytes:
    """Return a line of JSON; a file name that is not UTF-8 is written with escapes ("caf\\udce9.txt")."""
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _parsed(line: bytes) -> dict[str, Any] | None:
    """Return the row that a line holds, or None where it is no line of a manifest."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in _TEXTS):
        return None
    counts = ("resources", "conflicts", "errors", "warnings") if row["status"] == "done" else ()
    return row if all(isinstance(row.get(key), int) for key in counts) else None


def _check_own(path: Path) -> None:
    """Refuse to replace a file of this name that no run of ours has written."""
    if not path.exists():
        return
    with path.open("rb") as file:
        line = file.readline(1_000_000)
    torn = not line.endswith(b"\n") and b'{"input": "'.startswith(line[:11])  # by a kill
    if line and not torn and _parsed(line) is None:
        raise UsageError(f"{path}: is no manifest of an earlier run: remove it, or use another output folder")


def _lock(file: Any) -> None:
    """Take the folder for this process; the system frees it when the process ends, however."""
    try:
        import fcntl
    except ImportError:  # Windows: two runs in one folder are the user's to avoid
        return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
