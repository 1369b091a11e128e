"""The lines of a table of text, of any encoding, none longer than a narrative can be."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from epicrisis.document.encodings import guess
from epicrisis.document.reader import LIMIT
from epicrisis.errors import UsageError
from epicrisis.kept import lazy

PACKED = frozenset({".gz", ".gzip"})
UNREAD = lazy("[\udc80-\udcff]")  # a byte that fits not, as "surrogateescape" keeps it
_SAMPLE = 4_000_000  # bytes that tell the encoding
_LONGEST = LIMIT * 2


class LineTooLong(Exception):
    """A line was longer than any row can be, and was passed over."""


class Place:
    """How far a file is read, in bytes as they are on disk."""

    def __init__(self) -> None:
        """Begin before any file."""
        self.file: Any = None

    def bytes(self) -> int:
        """Return the bytes read so far."""
        try:
            return int(self.file.tell())
        except (AttributeError, OSError, ValueError):
            return 0


class Lines(Iterator[str]):
    """Iterate over the lines of a file; close it at the end."""

    def __init__(self, path: Path, encoding: str | None, *, legacy: bool = True, place: Place | None = None) -> None:
        """Open *path*, packed or not; without a name the first bytes tell the encoding, *legacy* ones too.

        Raises:
            UsageError: no such encoding.
        """
        raw: Any = gzip.open(path, "rb") if path.suffix.lower() in PACKED else path.open("rb")  # noqa: SIM115
        if place is not None:
            place.file = raw.fileobj if isinstance(raw, gzip.GzipFile) else raw
        try:
            if encoding is None:
                encoding = guess(raw.read(_SAMPLE), legacy=legacy)
                raw.seek(0)
            elif encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
                encoding = "utf-8-sig"
            self._file = io.TextIOWrapper(raw, encoding=encoding, errors="surrogateescape", newline="")
        except BaseException as error:
            raw.close()
            if isinstance(error, LookupError):
                raise UsageError(f"unknown encoding {encoding!r}") from None
            raise
        self.unread = f"a byte that is not {encoding.removesuffix('-sig')}: name the encoding with --encoding"
        self._begun = False

    def __enter__(self) -> Lines:
        """Return the lines."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.close()

    def __next__(self) -> str:
        """Return the next line.

        Raises:
            LineTooLong: the next call goes on behind it.
        """
        line = self._file.readline(_LONGEST + 1)
        if not line:
            raise StopIteration
        if len(line) > _LONGEST:
            while line and line[-1] not in "\r\n":
                line = self._file.readline(_LONGEST)
            raise LineTooLong
        if not self._begun:
            self._begun = True
            line = line.removeprefix("\ufeff")
        return line

    def first(self) -> str:
        """Return the first line, which stays the next one."""
        line = self._file.readline(_LONGEST)
        self._file.seek(0)
        return line
