"""Convert an iterable of narratives, one after the other or in several processes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from epicrisis.errors import UsageError
from epicrisis.etl.outcome import Convert, Outcome, attempt, default_convert


def convert_many(
    sources: Iterable[Any],
    *,
    jobs: int = 1,
    timeout: float = 600,
    convert: Convert | None = None,
    **options: Any,
) -> Iterator[Outcome]:
    """Yield an Outcome for every source, in order; a bad document never ends the run.

    Args:
        sources: narratives as for `convert` (`str`, path, bytes, open file), or pairs of an id
            and a narrative. They are taken one at a time, so that any generator will do.
        jobs: processes; with more than one, the caller's main module must be importable
            (`if __name__ == "__main__":`).
        timeout: seconds after which a document is given up, with more than one process.
        convert: the function that converts, for tests and for pipelines of one's own.
        options: options of `convert`, the same for every document.

    Raises:
        UsageError: the options do not fit together.
    """
    if jobs < 1:
        raise UsageError("jobs must be 1 or more")
    tasks = (_task(n, source) for n, source in enumerate(sources, 1))
    if jobs == 1:
        function = convert or default_convert()
        for identity, source in tasks:
            yield attempt(identity, source, _named(identity, source, options), function)
        return
    from epicrisis.etl.pool import ordered

    yield from ordered(_work, (convert, options), tasks, jobs=jobs, lost=_lost, seconds=timeout)


def _task(number: int, source: Any) -> tuple[str, Any]:
    if isinstance(source, tuple) and len(source) == 2 and isinstance(source[0], str):
        return source
    if isinstance(source, os.PathLike):
        return os.fspath(source), source
    return f"document-{number}", source


def _named(identity: str, source: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Return the options with the document's name, where the source has none of its own."""
    if "name" in options or not isinstance(source, str | bytes | bytearray | memoryview):
        return options
    return {**options, "name": identity}


def _work(task: tuple[str, Any], setting: tuple[Convert | None, dict[str, Any]]) -> Outcome:
    identity, source = task
    convert, options = setting
    named = _named(identity, source, options)
    return attempt(identity, source, named, convert or default_convert())


def _lost(task: tuple[str, Any], reason: str) -> Outcome:
    if reason == "timeout":
        return Outcome(task[0], error="Timeout", message="took too long")
    return Outcome(task[0], error="WorkerDied", message="the process that converted it died")
