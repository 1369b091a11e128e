"""Show how far a batch is: a bar on a terminal, a line per minute elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

_MINUTE = 60.0


class Progress:
    """Progress on stderr; where `total` is unknown, the `size` of all inputs tells how much is left.

    A stderr that is closed or full ends the showing, never the run.
    """

    def __init__(self, total: int | None, *, size: int | None = None, show: bool | None = None) -> None:
        self._total = total
        self._size = size
        self._read = 0
        self._began = self._told = time.monotonic()
        self._count = self._failed = 0
        self._bar: Any = None
        self._lines = show is not False and sys.stderr is not None
        if self._lines and (show or _is_terminal()):
            import click

            self._bar = click.progressbar(
                length=total or size or 0,
                label="Converting",
                file=sys.stderr,
                show_pos=total is not None,
                show_eta=bool(total or size),
                item_show_func=lambda _: self._rate(),
                update_min_steps=1,
            )

    def __enter__(self) -> Self:
        self._show(lambda: self._bar is not None and self._bar.__enter__())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._show(lambda: self._bar is not None and self._bar.__exit__(kind, error, trace))

    def step(self, *, failed: bool, read: int = 0) -> None:
        """Count one document; *read* is how many bytes of the inputs went before its end."""
        self._count += 1
        self._failed += failed
        before, self._read = self._read, max(read, self._read)
        if self._bar is not None:
            if self._total is None and not self._size:
                self._bar.length = self._count
            told = 1 if self._total is not None or not self._size else self._read - before
            self._show(lambda: self._bar.update(told, None))
        elif self._lines and time.monotonic() - self._told >= _MINUTE:
            self._told = time.monotonic()
            self._show(lambda: print(self._line(), file=sys.stderr, flush=True))

    def _show(self, action: Callable[[], object]) -> None:
        try:
            action()
        except (OSError, ValueError):
            self._bar, self._lines = None, False

    def _line(self) -> str:
        known = f" of {self._total}" if self._total is not None else ""
        return f"epicrisis: {self._count}{known} documents, {self._rate()}{self._left()}"

    def _rate(self) -> str:
        seconds = max(time.monotonic() - self._began, 0.001)
        failed = f", {self._failed} failed" if self._failed else ""
        counted = f"{self._count} documents, " if self._bar is not None and self._total is None else ""
        return f"{counted}{self._count / seconds:.1f}/s{failed}"

    def _left(self) -> str:
        done, whole = (self._read, self._size) if self._total is None else (self._count, self._total)
        if not whole or not done:
            return ""
        seconds = (time.monotonic() - self._began) / done * max(whole - done, 0)
        return f", {seconds / 60:.0f} min left"


def _is_terminal() -> bool:
    try:
        return sys.stderr.isatty()
    except (AttributeError, ValueError):
        return False
