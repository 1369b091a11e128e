"""Messages that nobody can take (stderr closed, full, or a pipe without reader) end no command, and change no exit code."""

from __future__ import annotations

import io
import os
import sys
from typing import Any


def secure() -> None:
    """Let what cannot be written to stderr go nowhere, and no file of ours get the number of a closed stream."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # the next file that is opened would be written to by whoever writes to "stderr"
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    stream = sys.stderr
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)  # with PYTHONUNBUFFERED there is no buffer between
    if raw is not None and stream is sys.__stderr__ and stream is not None:
        sys.stderr = io.TextIOWrapper(
            _Lossy(raw),
            encoding=stream.encoding,
            errors="backslashreplace",
            line_buffering=True,
            write_through=True,
        )


class _Lossy(io.RawIOBase):
    """A stream to which writing never fails."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return bool(self._raw.isatty())

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def write(self, data: Any, /) -> int:
        left = memoryview(data)
        try:
            while left:
                left = left[self._raw.write(left) or 0 :]
        except (OSError, ValueError):
            pass
        return len(data)
