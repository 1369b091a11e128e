"""Worker processes that take one task each and give results back in order.

A worker that dies or takes too long costs its own task only: the task becomes *lost* and another
worker starts. (The standard pools break as a whole, or wait for ever.) Only where the first workers
cannot even start is there nothing to go on with.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from typing import Any

from epicrisis.errors import UsageError

_END = object()
_READY = "ready"  # the first word of a worker
_START = 60.0  # seconds that a worker may take to say it, whatever a task may take


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    index: int = -1  # of the task in hand; -1 when idle
    task: Any = None
    since: float = 0.0
    ready: bool = False
    died: bool = False  # of itself


def ordered(
    function: Callable[[Any, Any], Any],
    setting: Any,
    tasks: Iterable[Any],
    *,
    jobs: int,
    lost: Callable[[Any, str], Any],
    seconds: float = 600,
    ahead: int = 64,
) -> Iterator[Any]:
    """Return `function(task, setting)` of every task, in the order of the tasks.

    *function* is one that a new process can import. `lost(task, reason)` is the result of a
    task whose worker died ("died") or took longer than *seconds* ("timeout"), or that cannot be
    pickled or its result not ("unsendable"). Up to *ahead* results per worker wait for an earlier
    one. An error of *tasks* is raised when what was taken before it is yielded.

    Raises:
        UsageError: function or setting cannot be sent; while it runs, no worker can start.
    """
    try:
        ForkingPickler.dumps((function, setting))
    except Exception as error:  # any class may say so in its own way
        raise UsageError(
            f"jobs: what other processes are to run or use must be importable there ({type(error).__name__})"
        ) from None
    return _ordered(function, setting, iter(tasks), jobs, lost, seconds, ahead)


def _ordered(
    function: Callable[[Any, Any], Any],
    setting: Any,
    source: Iterator[Any],
    jobs: int,
    lost: Callable[[Any, str], Any],
    seconds: float,
    ahead: int,
) -> Iterator[Any]:
    context = multiprocessing.get_context("spawn")
    workers: list[_Worker] = []
    waiting: dict[int, Any] = {}
    given = 0
    due = 0  # the index to be yielded next
    more = True
    fault: Exception | None = None  # of the source
    started = False  # whether a worker ever came to life
    try:
        workers += (_start(context, function, setting) for _ in range(jobs))
        while True:
            for n, worker in enumerate(workers):
                if worker.index >= 0 or not more or given - due >= ahead * jobs:
                    continue
                try:
                    task = next(source, _END)
                except Exception as error:
                    task, fault = _END, error
                if task is _END:
                    more = False
                    continue
                packed = _packed(task)
                if packed is None:
                    waiting[given] = lost(task, "unsendable")
                elif not _give(worker, given, task, packed):
                    if not (started or any(w.ready for w in workers)):
                        raise _unstartable()
                    workers[n] = _start(context, function, setting)
                    if not _give(workers[n], given, task, packed):
                        waiting[given] = lost(task, "died")
                        workers[n] = _start(context, function, setting)
                given += 1
            for index, value, dead in _collect(workers, lost, seconds):
                started = started or any(w.ready for w in workers)
                if dead is not None and dead.died and not started:
                    raise _unstartable()
                waiting[index] = value
                if dead is not None:
                    workers[workers.index(dead)] = _start(context, function, setting)
            while due in waiting:
                yield waiting.pop(due)
                due += 1
            if not more and not waiting and all(w.index < 0 for w in workers):
                if fault is not None:
                    raise fault
                return
    finally:
        for worker in workers:
            _stop(worker)


def _collect(
    workers: list[_Worker], lost: Callable[[Any, str], Any], seconds: float
) -> Iterator[tuple[int, Any, _Worker | None]]:
    """Yield what has arrived: index, result, and the worker where it has to be replaced."""
    busy: dict[Any, _Worker] = {w.pipe: w for w in workers if w.index >= 0}
    if not busy:
        return
    for pipe in wait(list(busy), timeout=1.0):
        worker = busy.pop(pipe)
        index, task = worker.index, worker.task
        try:
            value = worker.pipe.recv()
        except (EOFError, OSError):
            _stop(worker)
            worker.died = True
            yield index, lost(task, "died"), worker
            continue
        if isinstance(value, str) and value == _READY and not worker.ready:
            worker.ready, worker.since = True, time.monotonic()
            continue
        worker.index, worker.task = -1, None
        if isinstance(value, _Unsendable):
            value = lost(task, "unsendable")
        if isinstance(value, _Raised):
            raise value.error
        yield index, value, None
    now = time.monotonic()
    for worker in busy.values():
        if now - worker.since > (seconds if worker.ready else max(seconds, _START)):
            index, task = worker.index, worker.task
            _stop(worker)
            yield index, lost(task, "timeout"), worker


def _packed(task: Any) -> Any:
    try:
        return ForkingPickler.dumps(task)
    except Exception:  # any class may refuse in its own way; a deep one is a RecursionError
        return None


def _give(worker: _Worker, index: int, task: Any, packed: Any) -> bool:
    worker.index, worker.task, worker.since = index, task, time.monotonic()
    try:
        worker.pipe.send_bytes(packed)
    except (BrokenPipeError, ConnectionResetError):
        _stop(worker)
        return False
    return True


def _start(context: Any, function: Callable[[Any, Any], Any], setting: Any) -> _Worker:
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, function, setting), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _stop(worker: _Worker) -> None:
    with contextlib.suppress(OSError):
        worker.pipe.close()
    if worker.process.is_alive():
        if worker.index >= 0:
            worker.process.kill()
        else:
            worker.process.join(2)
            worker.process.kill()
    worker.process.join(5)


def _unstartable() -> UsageError:
    return UsageError(
        "jobs: no worker process can start: a script must be a file that can be imported, with what it does below "
        '`if __name__ == "__main__":` (a script on standard input cannot); or use one job'
    )


@dataclass(slots=True)
class _Raised:
    """An error that ends the run, on its way to the parent."""

    error: Exception


@dataclass(slots=True)
class _Unsendable:
    """Stands for a result that cannot be pickled."""


def _serve(pipe: Connection, function: Callable[[Any, Any], Any], setting: Any) -> None:
    """Answer tasks until the parent goes; an interrupt is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        pipe.send(_READY)
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            value = function(task, setting)
        except Exception as error:
            value = _Raised(error)
        try:
            packed = _packed(value)
            pipe.send_bytes(ForkingPickler.dumps(_Unsendable()) if packed is None else packed)
        except (BrokenPipeError, OSError):
            return
