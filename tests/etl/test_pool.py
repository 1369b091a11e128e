"""Worker processes: what is finished is kept, what waits is bounded, what cannot start says so once."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from epicrisis.errors import UsageError
from epicrisis.etl import Outcome, convert_many
from epicrisis.etl.pool import ordered
from etl.fakes import converter

TEXT = "A 61-year-old man with gastric adenocarcinoma received oxaliplatin 130 mg/m2 in March 2019."


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_finished_comes_before_the_fault_of_the_source(jobs: int) -> None:
    """A source that breaks ends the run after what it gave."""

    def sources() -> Iterator[str]:
        yield from ("one", "two", "three")
        raise ConnectionError("the database is gone")

    outcomes = convert_many(sources(), jobs=jobs, convert=converter)
    got = [next(outcomes).id for _ in range(3)]
    with pytest.raises(ConnectionError, match="database"):
        next(outcomes)
    assert got == ["document-1", "document-2", "document-3"]


def _slow_first(task: int, setting: Any) -> int:
    time.sleep(3 if task == 0 else 0)
    return task


def test_a_slow_document_lets_a_bounded_number_wait() -> None:
    """The source is not read further than the consumer's place and what may wait."""
    taken: list[int] = []

    def tasks() -> Iterator[int]:
        for n in range(300):
            taken.append(n)
            yield n

    results = ordered(_slow_first, None, tasks(), jobs=2, lost=_lost, ahead=5)
    assert next(results) == 0
    assert len(taken) <= 10
    assert list(results) == list(range(1, 300))


def _lost(task: Any, reason: str) -> Any:
    return reason


def _lock(task: Any, setting: Any) -> Any:
    return threading.Lock() if task == "lock" else task


def test_what_cannot_travel_is_lost_alone() -> None:
    """Neither a task nor a result that cannot be pickled ends the run."""
    tasks = ["a", threading.Lock(), "lock", "b"]
    got = list(ordered(_lock, None, tasks, jobs=2, lost=_lost))
    assert got == ["a", "unsendable", "unsendable", "b"]


def test_a_function_that_cannot_travel_is_told_by_the_call() -> None:
    """Before a process starts."""
    with pytest.raises(UsageError, match="importable"):
        convert_many(["A"], jobs=2, convert=lambda source: None)


UNGUARDED = """
import epicrisis
got = [o.error for o in epicrisis.convert_many(["A"] * 20, jobs=2)]
print(got)
"""


@pytest.mark.parametrize("stdin", [True, False])
def test_workers_that_cannot_start_are_told_once(stdin: bool, tmp_path: Path) -> None:
    """A script without a guard, or on standard input, is an error with its remedy."""
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED)
    done = subprocess.run(
        [sys.executable, "-" if stdin else str(script)],
        input=UNGUARDED if stdin else None,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("epicrisis.errors.UsageError: jobs: no worker process can start")
    assert done.stderr.count("UsageError: jobs") == 1


def test_a_worker_that_dies_at_work_costs_one_document() -> None:
    """Also the very first one."""
    got = [o.error for o in convert_many(["DIE", "A", "DIE", "B"], jobs=2, convert=converter)]
    assert got == ["WorkerDied", None, "WorkerDied", None]


def test_an_outcome_of_a_worker_is_as_one_of_this_process() -> None:
    """Its parts are built when they are asked for; it compares, travels and holds as any other."""
    [here] = convert_many([("a", TEXT)])
    for ask in (
        lambda o: o.bundle,
        lambda o: o.issues,
        lambda o: o.to_json(),
        lambda o: o.rows(),
        lambda o: o.ok,
        lambda o: o.conversion,
        lambda o: o,
        lambda o: pickle.loads(pickle.dumps(o)),  # noqa: S301
    ):
        [there] = convert_many([("a", TEXT)], jobs=2)
        assert isinstance(there, Outcome)
        assert ask(there) == ask(here)
        assert here == there
        assert (ask(there), there.to_json(), there.rows()) == (ask(here), here.to_json(), here.rows())
    assert there.conversion is there.conversion
    assert there.bundle is there.conversion.bundle  # type: ignore[union-attr]
    there.conversion = None
    assert not there.ok
    assert (there.bundle, there.issues, there.to_json(), there.rows()) == (None, None, None, [])
