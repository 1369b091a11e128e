"""Convert an iterable of narratives, one after the other or in several processes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from epicrisis.errors import UsageError
from epicrisis.etl.given import Given, given
from epicrisis.etl.outcome import Convert, Outcome, attempt, default_convert
from epicrisis.etl.sent import packed

_AHEAD = 16  # outcomes per worker that may wait for an earlier one
_LOST = {
    "timeout": ("Timeout", "took too long"),
    "died": ("WorkerDied", "the process that converted it died"),
    "unsendable": ("UnreadableRow", "cannot be sent to another process, or its result cannot"),
}


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
            and a narrative. They are taken one at a time, so that any generator will do. An id
            is a text, a whole number or a UUID; it is the `identity` of `convert` too, so that
            equal texts of two ids have resources of their own.
        jobs: processes; with more than one, the caller's main module must be importable
            (`if __name__ == "__main__":`).
        timeout: seconds after which a document is given up, with more than one process.
        convert: the function that converts, for tests and for pipelines of one's own.
        options: options of `convert`, the same for every document.

    Raises:
        UsageError: no such option or value. It is raised by the call, before a source is taken.
        MappingDataError: as UsageError, of the tables in `mappings`.
    """
    if isinstance(jobs, bool) or not isinstance(jobs, int) or jobs < 1:
        raise UsageError("jobs must be 1 or more")
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not timeout > 0:
        raise UsageError("timeout: not a number of seconds")
    if isinstance(sources, str | bytes | bytearray | memoryview | Mapping):
        raise UsageError("sources: one narrative is for convert; give a list of narratives, or of pairs")
    # iterated, a data frame gives the names of its columns
    if hasattr(sources, "columns") and not callable(sources.columns):
        raise UsageError("sources: of a data frame give pairs, such as zip(frame['id'], frame['text'])")
    try:
        each = iter(sources)
    except TypeError:
        raise UsageError("sources: give a list of narratives, or of pairs of an id and a narrative") from None
    check(convert, options)
    tasks = (given(n, one, any_kind=convert is not None) for n, one in enumerate(each, 1))
    if jobs == 1:
        return (_one(task, convert, options) for task in tasks)
    from epicrisis.etl.pool import ordered

    return ordered(_work, (convert, options), tasks, jobs=jobs, lost=_lost, seconds=timeout, ahead=_AHEAD)


def check(convert: Convert | None, options: Mapping[str, Any]) -> None:
    """Refuse options that *convert* (None: the pipeline's own function) takes for no document.

    Raises:
        UsageError: no such option or value.
        MappingDataError: as UsageError, of the tables in `mappings`.
    """
    if "identity" in options:
        raise UsageError("identity: it is of one document; give pairs of an id and a narrative")
    if convert is None:
        from epicrisis.pipeline import check_options

        check_options(options)
        return
    if not callable(convert):
        raise UsageError("convert: not a function")
    try:
        inspect.signature(convert).bind_partial("", **options)
    except TypeError as error:
        raise UsageError(f"options: {error}") from None
    except ValueError:  # of a function in C: it says itself what it takes
        return


def _one(task: Given, convert: Convert | None, options: Mapping[str, Any]) -> Outcome:
    if task.fault:
        return Outcome(task.id, error=task.kind, message=task.fault)
    function = convert or default_convert()
    named: dict[str, Any] = dict(options)
    # a path and an open file have a name of their own
    if isinstance(task.source, str | bytes) and _takes(function, "name"):
        named.setdefault("name", task.id)
    if task.identity and _takes(function, "identity"):
        named["identity"] = task.identity
    return attempt(task.id, task.source, named, function)


def _takes(function: Callable[..., Any], keyword: str) -> bool:
    try:
        known = inspect.signature(function).parameters
    except ValueError:
        return False
    return keyword in known or any(p.kind is p.VAR_KEYWORD for p in known.values())


def _work(task: Given, setting: tuple[Convert | None, dict[str, Any]]) -> Outcome:
    return packed(_one(task, *setting))


def _lost(task: Given, reason: str) -> Outcome:
    kind, message = _LOST[reason]
    return Outcome(task.id, error=kind, message=message)
