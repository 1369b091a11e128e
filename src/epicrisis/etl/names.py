"""Name the outputs of a document: a file name on every system, and no other document's."""

from __future__ import annotations

import hashlib
import unicodedata
from urllib.parse import quote

from epicrisis.errors import UsageError

_LONGEST = 120
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))})


def file_name(identity: str) -> str:
    """Return *identity* as a file name without folder: what may do harm is percent-encoded."""
    name = "".join(c if c.isalnum() or c in "-_. " else quote(_bytes(c), safe="") for c in identity)
    if name.startswith(".") or name.endswith((".", " ")) or not name.strip():
        name = f"_{name}_"
    if name.lower().endswith(".issues"):
        name = f"{name}_"  # `x.issues.json` belongs to `x`
    if name.split(".", 1)[0].lower() in _RESERVED:
        name = f"_{name}"
    if len(name.encode()) > _LONGEST:
        name = with_digest(name, identity)
    return name


def with_digest(name: str, identity: str) -> str:
    """Return *name*, shortened where it is long, with a digest of what it stands for."""
    digest = hashlib.sha256(_bytes(identity)).hexdigest()[:16]
    head = name.encode()[: _LONGEST - 20].decode("utf-8", "ignore")
    return f"{head}~{digest}"


class Taken:
    """The names given so far, 8 bytes each: two documents never write one file."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def add(self, name: str) -> bool:
        """Note *name* and say whether it is new; case does not make a difference, nor how an accent is composed."""
        key = _key(unicodedata.normalize("NFC", name.casefold()))
        new = key not in self._seen
        self._seen.add(key)
        return new

    def distinct(self, name: str, identity: str) -> str:
        """Note *name*, which gets a digest of *identity* where it is another document's already."""
        if self.add(name):
            return name
        folder, slash, last = name.rpartition("/")
        told = f"{folder}{slash}{with_digest(last, identity)}"
        number = 1
        while not self.add(told):
            number += 1
            told = f"{folder}{slash}{with_digest(last, f'{identity}#{number}')}"
        return told

    def claim(self, name: str, given: str) -> str:
        """Note *name*, or say that *given* would overwrite another input's output."""
        if not self.add(name):
            raise UsageError(
                f"{given}: another input gives {name}.json too; convert their common folder, or use two output folders"
            )
        return name


class Ids:
    """The ids that a table has had so far, 8 bytes each."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def add(self, identity: str) -> bool:
        """Note *identity* and say whether it is new."""
        key = _key(identity)
        new = key not in self._seen
        self._seen.add(key)
        return new


def _key(told: str) -> int:
    return int.from_bytes(hashlib.blake2b(_bytes(told), digest_size=8).digest())


def _bytes(told: str) -> bytes:
    """Return the bytes of a name, also of one that is no Unicode: "caf\\udce9" was the bytes `caf\\xe9`."""
    try:
        return told.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # "\ud800", of JSON
        return told.encode("utf-8", "surrogatepass")
