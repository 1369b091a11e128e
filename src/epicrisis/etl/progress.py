"""Show how far a batch is: a bar on a terminal, a line per minute elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self

_MINUTE = 60.0


class Progress:
    """Progress on stderr; `total` may be unknown."""

    def __init__(self, total: int | None, *, show: bool | None = None) -> None:
        self._total = total
        self._began = self._told = time.monotonic()
        self._count = self._failed = 0
        self._bar: Any = None
        self._lines = show is not False
        if show is not False and (show or sys.stderr.isatty()):
            import click

            self._bar = click.progressbar(
                length=total or 0,
                label="Converting",
                file=sys.stderr,
                show_pos=True,
                show_eta=total is not None,
                item_show_func=lambda _: self._rate(),
                update_min_steps=1,
            )

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.__exit__(kind, error, trace)

    def step(self, *, failed: bool) -> None:
        """Count one document."""
        self._count += 1
        self._failed += failed
        if self._bar is not None:
            if self._total is None:
                self._bar.length = self._count
            self._bar.update(1, None)
        elif self._lines and time.monotonic() - self._told >= _MINUTE:
            self._told = time.monotonic()
            print(self._line(), file=sys.stderr, flush=True)

    def _line(self) -> str:
        known = f" of {self._total}" if self._total is not None else ""
        return f"epicrisis: {self._count}{known} documents, {self._rate()}{self._left()}"

    def _rate(self) -> str:
        seconds = max(time.monotonic() - self._began, 0.001)
        failed = f", {self._failed} failed" if self._failed else ""
        return f"{self._count / seconds:.1f}/s{failed}"

    def _left(self) -> str:
        if self._total is None or not self._count:
            return ""
        seconds = (time.monotonic() - self._began) / self._count * (self._total - self._count)
        return f", {seconds / 60:.0f} min left"
