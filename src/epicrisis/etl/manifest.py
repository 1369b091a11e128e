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
from epicrisis.listing import MANIFEST, file_of, line_of

_SYNC_SECONDS = 2.0


class Manifest:
    """The manifest in an output folder, open for this run only."""

    def __init__(self, folder: Path, *, resume: bool) -> None:
        self._folder = folder
        self._path = folder / MANIFEST
        self._synced = time.monotonic()
        self._known: dict[str, int] = {}  # output -> where its last line begins, of earlier runs
        self._order = array("q")  # where the lines of this run's documents begin, in their order
        self._lines = 0
        self._returned = False  # a former input is one again
        self.former = 0  # documents of earlier runs that have outputs and are no input now
        try:
            self._lock = (folder / ".epicrisis.lock").open("w")
        except OSError as error:
            raise UsageError(f"{folder}: {error.strerror or 'cannot be written'}") from None
        try:
            _lock(self._lock)
            _check_own(self._path)
            self._open(resume=resume)
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
                kept = sorted((*((start, False) for start in self._order), *((s, None) for s in self._known.values())))
                if len(kept) < self._lines:
                    self._rewrite(kept)
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
        self._close()
        former = self._with_outputs()
        self.former = len(former)
        whole = [*self._order, *former]
        if former or self._returned or len(whole) < self._lines or whole != sorted(whole):
            self._rewrite([*((start, False) for start in self._order), *((start, True) for start in former)])

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

    def _open(self, *, resume: bool) -> None:
        """Read what earlier runs did; what they did is former to a run that does not go on from it."""
        if not self._path.exists():
            self._path.open("wb").close()
            return
        try:
            self._read()
        except UsageError:
            if resume:
                raise
            self._known.clear()
        if not resume:
            self._rewrite((start, True) for start in self._with_outputs())
            self._known.clear()
            self._lines = 0
            self._read()

    def _with_outputs(self) -> list[int]:
        """Return where the lines of earlier runs begin whose documents have outputs in the folder."""
        with self._path.open("rb") as self._earlier:
            told = ((start, self._at(start)) for start in sorted(self._known.values()))
            return [start for start, row in told if row["status"] == "done" and file_of(self._folder, row).exists()]

    def _read(self) -> None:
        """Read what an earlier run did; a last line that a kill has torn is cut off."""
        whole = 0
        with self._path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                row = line_of(line)
                self._lines += 1
                if row is None:
                    raise UsageError(
                        f"{self._path}: line {self._lines} is none of a manifest: remove the line or the file"
                    )
                self._known[row["output"]] = whole
                whole += len(line)
        if whole < self._path.stat().st_size:
            os.truncate(self._path, whole)

    def _rewrite(self, lines: Iterable[tuple[int, bool | None]]) -> None:
        """Write the lines that begin there, in that order, as former, as not former, or (None) as they are."""
        part = part_of(self._path)
        with self._path.open("rb") as file, part.open("wb") as kept:
            for start, former in lines:
                file.seek(start)
                line = file.readline()
                if former or (former is False and b'"former"' in line):
                    row = json.loads(line)
                    row.pop("former", None)
                    line = _line({**row, "former": True} if former else row)
                kept.write(line)
            kept.flush()
            os.fsync(kept.fileno())
        part.replace(self._path)
        sync_folder(self._folder)


def rows(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of the manifest in *folder*."""
    with (folder / MANIFEST).open("rb") as manifest:
        for line in manifest:
            yield json.loads(line)


def _line(row: dict[str, Any]) -> bytes:
    """Return a line of JSON; a file name that is not UTF-8 is written with escapes ("caf\\udce9.txt")."""
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _check_own(path: Path) -> None:
    """Refuse to replace a file of this name that no run of ours has written."""
    if not path.exists():
        return
    with path.open("rb") as file:
        line = file.readline(1_000_000)
    torn = not line.endswith(b"\n") and b'{"input": "'.startswith(line[:11])  # by a kill
    if line and not torn and line_of(line) is None:
        raise UsageError(f"{path}: is no manifest of an earlier run: remove it, or use another output folder")


def _lock(file: Any) -> None:
    """Take the folder for this process; the system frees it when the process ends, however."""
    try:
        import fcntl
    except ImportError:  # Windows: two runs in one folder are the user's to avoid
        return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
