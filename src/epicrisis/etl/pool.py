"""Worker processes that take one task each and give results back in order.

A worker that dies or takes too long costs its own task only: the task becomes *lost* and another
worker starts. (The standard pools break as a whole, or wait for ever.)
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

_END = object()
_AHEAD = 64  # results per worker that may wait for an earlier one


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    index: int = -1  # of the task in hand; -1 when idle
    task: Any = None
    since: float = 0.0


def ordered(
    function: Callable[[Any, Any], Any],
    setting: Any,
    tasks: Iterable[Any],
    *,
    jobs: int,
    lost: Callable[[Any, str], Any],
    seconds: float = 600,
) -> Iterator[Any]:
    """Yield `function(task, setting)` of every task, in the order of the tasks.

    *function* is one that a new process can import. `lost(task, reason)` is the result of a
    task whose worker died ("died") or took longer than *seconds* ("timeout").
    """
    context = multiprocessing.get_context("spawn")
    workers = [_start(context, function, setting) for _ in range(jobs)]
    waiting: dict[int, Any] = {}
    source = iter(tasks)
    given = 0
    due = 0  # the index to be yielded next
    more = True
    try:
        while True:
            for n, worker in enumerate(workers):
                if worker.index >= 0 or not more or given - due > _AHEAD * jobs:
                    continue
                task = next(source, _END)
                if task is _END:
                    more = False
                elif not _give(worker, given, task):
                    workers[n] = _start(context, function, setting)
                    _give(workers[n], given, task)
                given += more
            for index, value, dead in _collect(workers, lost, seconds):
                waiting[index] = value
                if dead is not None:
                    workers[workers.index(dead)] = _start(context, function, setting)
            while due in waiting:
                yield waiting.pop(due)
                due += 1
            if not more and not waiting and all(w.index < 0 for w in workers):
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
            yield index, lost(task, "died"), worker
            continue
        worker.index, worker.task = -1, None
        if isinstance(value, _Raised):
            raise value.error
        yield index, value, None
    now = time.monotonic()
    for worker in busy.values():
        if now - worker.since > seconds:
            index, task = worker.index, worker.task
            _stop(worker)
            yield index, lost(task, "timeout"), worker


def _give(worker: _Worker, index: int, task: Any) -> bool:
    worker.index, worker.task, worker.since = index, task, time.monotonic()
    try:
        worker.pipe.send(task)
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


@dataclass(slots=True)
class _Raised:
    """An error that ends the run, on its way to the parent."""

    error: Exception


def _serve(pipe: Connection, function: Callable[[Any, Any], Any], setting: Any) -> None:
    """Answer tasks until the parent goes; an interrupt is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
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
            pipe.send(value)
        except (BrokenPipeError, OSError):
            return
