"""Name the outputs of a document: a file name on every system, and no other document's."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

from epicrisis.errors import UsageError

_LONGEST = 120
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))})


def file_name(identity: str) -> str:
    """Return *identity* as a file name without folder: what may do harm is percent-encoded."""
    written = identity.encode("utf-8", "replace").decode("utf-8")
    name = "".join(c if c.isalnum() or c in "-_. " else quote(c, safe="") for c in written)
    if name.startswith(".") or name.endswith((".", " ")) or not name.strip():
        name = f"_{name}_"
    if name.lower().endswith(".issues"):
        name = f"{name}_"  # `x.issues.json` belongs to `x`
    if name.split(".", 1)[0].lower() in _RESERVED:
        name = f"_{name}"
    if len(name.encode()) > _LONGEST:
        digest = hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:16]
        head = name.encode()[: _LONGEST - 20].decode("utf-8", "ignore")
        name = f"{head}~{digest}"
    return name


class Taken:
    """The names given so far, 8 bytes each: two documents never write one file."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def add(self, name: str) -> bool:
        """Note *name* and say whether it is new; case does not make a difference."""
        digest = hashlib.blake2b(name.casefold().encode("utf-8", "replace"), digest_size=8).digest()
        key = int.from_bytes(digest)
        new = key not in self._seen
        self._seen.add(key)
        return new

    def claim(self, name: str, given: str) -> str:
        """Note *name*, or say that *given* would overwrite another input's output."""
        if not self.add(name):
            raise UsageError(
                f"{given}: another input gives {name}.json too; convert their common folder, or use two output folders"
            )
        return name
