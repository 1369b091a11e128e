"""What is already on the server, kept over a crash: ids and digests, no patient content."""

from __future__ import annotations

import json
import os
import time
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from epicrisis.errors import UsageError

WINDOW = 5.0  # seconds in which a server may still lose what it has taken; delays of databases are below one


class Journal:
    """An append-only file of finished resources; each line is on the disk before the next request."""

    def __init__(self, path: str | os.PathLike[str] | None, server: str, mode: str) -> None:
        """Read what an earlier run finished at *server*; None keeps nothing.

        Raises:
            UsageError: the file is of another server or mode, or is no journal.
        """
        self._file: IO[str] | None = None
        self._done: dict[str, str] = {}
        self._times: dict[str, float] = {}  # when an earlier run finished each
        self._last = 0.0
        self.places: dict[str, str] = {}  # where a server put a resource under an id of its own
        self.fresh = 0  # made by a first pass, to be counted when sent whole
        if path is None:
            return
        head = {"epicrisis-push": 1, "server": sha256(server.encode()).hexdigest()[:16], "mode": mode}
        name = Path(path)
        fresh = not name.exists() or name.stat().st_size == 0
        if not fresh:
            self._read(name, head)
        try:
            handle = os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise UsageError(f"{name}: {error.strerror or 'cannot be written'}") from None
        self._file = os.fdopen(handle, "a", encoding="utf-8")
        if fresh:
            self._write(head)
        elif not self._whole:
            self._file.write("\n")  # a run that was killed while it wrote left a torn line

    def done(self, name: str, text: str) -> bool:
        """Say whether exactly this resource (`Type/id` and its JSON) was pushed before."""
        return name in self._done and self._done[name] == _digest(text)

    def recent(self, name: str) -> bool:
        """Say whether a resource was among the last that an earlier run finished: the server may have lost it."""
        return self._times.get(name, self._last) >= self._last - WINDOW

    def forget(self, missing: list[str], old: list[str]) -> None:
        """Note that resources are not on the server after all, or only as they were before."""
        for name in missing:
            self.places.pop(name, None)
        for name in (*missing, *old):
            self._done.pop(name, None)
        lines = [{"id": n, "gone": True} for n in missing] + [{"id": n, "gone": False} for n in old]
        if lines:
            self._write(*lines)

    def add(self, texts: dict[str, str], places: dict[str, str]) -> None:
        """Note that resources (`Type/id` and its JSON) are on the server."""
        if not self._file:
            return
        lines = []
        for name, text in texts.items():
            self._done[name] = _digest(text)
            line: dict[str, Any] = {"id": name, "sha": self._done[name], "t": round(time.time(), 1)}
            if places.get(name, name) != name:
                line["at"] = places[name]
            lines.append(line)
        if lines:
            self._write(*lines)

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()

    def _read(self, name: Path, head: dict[str, Any]) -> None:
        content = name.read_text(encoding="utf-8", errors="replace")
        self._whole = content.endswith("\n")
        lines = content.splitlines()
        try:
            known = json.loads(lines[0])
        except ValueError:
            known = None
        if not isinstance(known, dict) or "epicrisis-push" not in known:
            raise UsageError(f"{name}: not a journal of `epicrisis push`; choose another file for --resume")
        if known != head:
            raise UsageError(f"{name}: the journal of another server or mode; choose another file for --resume")
        for line in lines[1:]:
            try:
                entry = json.loads(line)
                if "gone" in entry:
                    self._done.pop(entry["id"], None)
                    if entry["gone"]:
                        self.places.pop(entry["id"], None)
                    continue
                self._done[entry["id"]] = entry["sha"]
                if isinstance(entry.get("t"), (int, float)):
                    self._times[entry["id"]] = entry["t"]
                    self._last = max(self._last, entry["t"])
                if "at" in entry:
                    self.places[entry["id"]] = entry["at"]
            except (ValueError, KeyError, TypeError, AttributeError):
                continue  # torn by a kill: that resource is pushed again

    _whole = True

    def _write(self, *lines: dict[str, Any]) -> None:
        if self._file:
            self._file.write("".join(json.dumps(line) + "\n" for line in lines))
            self._file.flush()
            os.fsync(self._file.fileno())


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
