"""What one run works out and the next need not: compiled patterns, parsed tables.

A first document needs some five hundred patterns; compiling them takes longer than converting it.
The files stand in the user's cache folder (EPICRISIS_CACHE, else XDG's) and are named and looked up
by content, so that they are never wrong, only absent: whatever cannot be read is worked out anew,
and where nothing can be written, nothing is kept. Only the command line writes the patterns, at its end.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import re
import sys
from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast

from epicrisis import engine

_MOST = 4000  # entries in the file of patterns, before those that this run did not need are dropped
_FORM = 2  # of the file of patterns: raise it when they are taken apart in another way
_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")
_memo: dict[Any, Any] | None = None
_used: set[Any] = set()
_new: dict[Any, Any] = {}
_grown: dict[Any, tuple[dict[Any, Any], int]] = {}


@cache
def lazy(pattern: str, flags: int | re.RegexFlag = 0) -> re.Pattern[str]:
    """Return *pattern*, compiled when first used: most texts need half of the patterns.

    For patterns of the code and the tables; one that is made of a text belongs to `re`, which forgets.
    """
    return cast("re.Pattern[str]", _Later(pattern, int(flags)))


class _Later:
    """A pattern that is compiled when the first of its methods is asked for."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._given = flags

    def __getattr__(self, name: str) -> Any:
        compiled = _compiled(self.pattern, self._given)
        for method in _METHODS:
            self.__dict__[method] = getattr(compiled, method)  # from now on found without this detour
        found = self.__dict__[name] = getattr(compiled, name)
        return found


def known(kind: str, content: bytes, make: Callable[[], Any]) -> Any:
    """Return what *make* makes of *content*, from an earlier run if one had the same; always an own copy."""
    key = (kind, blake2b(content, digest_size=16).digest())
    entry = _entry(key)
    if entry is not None:
        with contextlib.suppress(ValueError, EOFError, TypeError):
            return marshal.loads(entry)  # noqa: S302 - as in _load
    made = make()
    with contextlib.suppress(ValueError):  # a value that cannot be kept, such as a date
        _new[key] = marshal.dumps(made)
    return made


def growing(kind: str, content: bytes) -> dict[Any, Any]:
    """Return what earlier runs have found out of *content*; what is added to it is kept with the rest.

    Values are shared with the process: they are read, never changed.
    """
    key = (kind, blake2b(content, digest_size=16).digest())
    if key not in _grown:
        found: dict[Any, Any] = {}
        with contextlib.suppress(ValueError, EOFError, TypeError):
            found = marshal.loads(_entry(key) or b"")  # noqa: S302 - as in _load
        _grown[key] = (found, len(found))
    return _grown[key][0]


def file(name: str, make: Callable[[], dict[str, Any]], *, most: int = 4) -> dict[str, Any]:
    """Return what *make* returns, from the file `name` of an earlier run where there is one.

    The name begins with its kind and a hyphen; of one kind the *most* recent files stay, for several
    installations may share the folder.
    """
    path = folder() / f"{name}-{sys.implementation.cache_tag}.bin"
    loaded = _load(path)
    if loaded is not None:
        return loaded
    made = make()
    if _write(path, made):
        with contextlib.suppress(OSError):
            kind = name.partition("-")[0]
            for older in sorted(path.parent.glob(f"{kind}-*.bin"), key=lambda p: p.stat().st_mtime)[:-most]:
                older.unlink(missing_ok=True)
    return made


def save() -> None:
    """Write what this run compiled and parsed, if there is anything new."""
    entries = dict(_new)
    for key, (found, before) in _grown.items():
        with contextlib.suppress(ValueError):
            if len(found) > before:
                entries[key] = marshal.dumps(found)
                _grown[key] = (found, len(found))
    for key in [k for k, v in entries.items() if v == ()]:
        code = engine.taken_apart(*key)
        if code is None:
            del entries[key]
        else:
            entries[key] = code
    known = _memory()
    if len(known) + len(entries) > _MOST:
        known = {key: value for key, value in known.items() if key in _used}
    if entries and _write(_memo_path(), {**known, **entries}):
        known.update(entries)
        _new.clear()


def folder() -> Path:
    """Return the folder where things are kept; it need not exist."""
    named = os.environ.get("EPICRISIS_CACHE")
    if named:
        return Path(named)
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "epicrisis"
    except RuntimeError:  # a user without a home
        return Path(os.devnull)


def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    key = (pattern, flags)
    entry = _entry(key)
    if entry:
        with contextlib.suppress(Exception):  # of another build after all: compiled as if never kept
            return engine.put_together(pattern, *entry)
    elif key not in _new:
        _new[key] = ()  # taken apart when it is saved
    return engine.compiled(pattern, flags)


def _entry(key: Any) -> Any:
    found = _memory().get(key)
    if found is not None:
        _used.add(key)
    return found


def _memory() -> dict[Any, Any]:
    global _memo  # noqa: PLW0603 - one per process, read when first asked for
    if _memo is None:
        _memo = _load(_memo_path()) or {}
    return _memo


def _memo_path() -> Path:
    return folder() / f"patterns-{_FORM}-{sys.implementation.cache_tag}-{sys.hexversion:x}-{sys.byteorder}.bin"


def _load(path: Path) -> dict[Any, Any] | None:
    with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
        loaded = marshal.loads(path.read_bytes())  # noqa: S302 - a file of this user's own cache
        if isinstance(loaded, dict):
            return loaded
    return None


def _write(path: Path, content: dict[Any, Any]) -> bool:
    import tempfile

    with contextlib.suppress(OSError, ValueError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, part = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as target:
            target.write(marshal.dumps(content))
        os.replace(part, path)
        return True
    return False
