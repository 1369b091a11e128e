"""Keep folded terms between runs, so that a cold start does not fold thirty thousand of them.

The file is named by the content of the tables and of the folding: it is never wrong, only absent.
EPICRISIS_CACHE names its folder; where nothing can be written, nothing is kept.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from epicrisis.terminology.lexicon import FOLDING

_KEPT = 4  # files of earlier tables that stay: several installations may share the folder


def kept(digest: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what *make* returns, from the file of an earlier run where there is one."""
    if not digest:
        return make()
    path = _folder() / f"terms-{digest}-{FOLDING}-{sys.implementation.cache_tag}.bin"
    with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
        loaded = marshal.loads(path.read_bytes())  # noqa: S302 - a file of this user's own cache
        if isinstance(loaded, dict):
            return loaded
    made = make()
    with contextlib.suppress(OSError, ValueError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, part = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(marshal.dumps(made))
        os.replace(part, path)
        # tables change: what older ones left is not needed again
        older = sorted(path.parent.glob("terms-*.bin"), key=lambda p: p.stat().st_mtime)[:-_KEPT]
        for file_ in older:
            file_.unlink(missing_ok=True)
    return made


def _folder() -> Path:
    named = os.environ.get("EPICRISIS_CACHE")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "epicrisis"
