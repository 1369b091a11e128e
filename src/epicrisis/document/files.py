"""Files as they are given: what can be read to its end, and what would never end."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from epicrisis.errors import UnreadableDocument

# what the shell hands over: "<(zcat letter.gz)" is a pipe under one of these names
_HANDED = re.compile(r"/dev/(?:stdin|fd/\d+)|/proc/(?:self|\d+)/fd/\d+")


def load(path: Path, most: int) -> bytes:
    """Return the content of a file, at most *most* bytes of it.

    Raises:
        UnreadableDocument: no such file, a folder, a pipe or a device, or not readable.
    """
    try:
        check(path)
        with path.open("rb") as file:
            return file.read(most)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "cannot be read"
        raise UnreadableDocument(f"{path}: {reason}") from None


def check(path: Path) -> None:
    """Refuse what is no regular file: a named pipe would be waited for without end.

    Raises:
        UnreadableDocument: no such file, a folder, a pipe or a device.
    """
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        raise UnreadableDocument(f"{path}: no such file") from None
    if stat.S_ISDIR(mode):
        raise UnreadableDocument(f"{path}: is a folder")
    if not stat.S_ISREG(mode) and not _HANDED.fullmatch(os.fspath(path)):
        raise UnreadableDocument(f"{path}: is no regular file, but a pipe or a device")
