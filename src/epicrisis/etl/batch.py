"""Convert many inputs into a folder: one bad document never ends the run, and nothing is torn."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from epicrisis.errors import UsageError
from epicrisis.etl.files import sweep
from epicrisis.etl.manifest import Manifest
from epicrisis.etl.outcome import Convert
from epicrisis.etl.progress import Progress
from epicrisis.etl.sources import Sources, Task
from epicrisis.etl.summary import Summary
from epicrisis.etl.work import Setting, lost, work
from epicrisis.version import __version__


def run(
    inputs: Iterable[str | PathLike[str]],
    output_dir: str | PathLike[str],
    *,
    jobs: int = 1,
    resume: bool = False,
    layout: Literal["bundle", "ndjson"] = "bundle",
    text_column: str = "text",
    id_column: str = "id",
    compact: bool = False,
    options: Mapping[str, Any] | None = None,
    timeout: float = 600,
    progress: bool | None = None,
    convert: Convert | None = None,
) -> Summary:
    """Convert folders, patterns, files and tables of narratives into *output_dir*.

    `a/b.txt` gives `b.json` and `b.issues.json`; a folder keeps its tree; the row `x` of a table
    gives `x.json`. Files appear whole or not at all, and `manifest.ndjson` tells what became of
    each document. With *resume*, what is done and unchanged is not done again.

    Args:
        inputs: folders, patterns, documents, and tables (CSV, TSV, NDJSON, Parquet).
        output_dir: made if it is missing.
        jobs: worker processes.
        resume: go on with a run that was stopped, or do only what has changed.
        layout: `bundle`, or `ndjson` for one file per resource type (Bulk Data) in the folder.
        text_column: of tables: the column of the narrative.
        id_column: of tables: the column that names it.
        compact: JSON without line breaks.
        options: options of `convert`, for every document.
        timeout: seconds after which one document is given up, with several jobs.
        progress: True and False force or forbid the bar; None decides by the terminal.
        convert: the function that converts, for tests and pipelines of one's own.

    Raises:
        UsageError: nothing to convert, two inputs for one output, a folder that cannot be
            written, a full disk. What was converted until then stays; *resume* goes on.
    """
    given = dict(options or {})
    folder = Path(output_dir)
    sources = Sources(
        inputs,
        skip=folder,
        text_column=text_column,
        id_column=id_column,
        encoding=given.get("encoding"),
    )
    _make(folder)
    setting = Setting(str(folder), given, _fingerprint(given, layout, compact=compact), layout, compact, convert)
    summary = Summary()
    began = time.monotonic()
    with Manifest(folder, resume=resume) as manifest:
        sweep(folder)
        shown = Progress(sources.total(), show=progress)
        tasks = _with_known(sources.tasks(), manifest.known, setting.run)
        rows = _rows(tasks, setting, jobs, timeout)
        try:
            with _terminable(), shown:
                for row in rows:
                    _settle(row, manifest, summary, shown)
        except KeyboardInterrupt:
            summary.interrupted = True
        except OSError as error:
            raise _unwritable(folder, error, summary) from None
        finally:
            rows.close()
            sweep(folder)
    summary.seconds = time.monotonic() - began
    if layout == "ndjson" and not summary.interrupted:
        from epicrisis.etl.merge import merge

        merge(folder)
    return summary


def _settle(row: dict[str, Any], manifest: Manifest, summary: Summary, shown: Progress) -> None:
    """Write a document's line, count it, and show it."""
    if row["status"] == "stop":
        raise OSError(row["errno"], "")
    if row["status"] == "unchanged":
        summary.unchanged += 1
    else:
        manifest.add(row)
        summary.add(row)
    shown.step(failed=row["status"] == "failed")


def _rows(tasks: Iterator[Task], setting: Setting, jobs: int, timeout: float) -> Any:
    """Yield the manifest's line of each task, in order."""
    if jobs == 1:
        return (work(task, setting) for task in tasks)
    from epicrisis.etl.pool import ordered

    told: Callable[[Task, str], dict[str, Any]] = lambda task, why: lost(task, why, setting)  # noqa: E731
    return ordered(work, setting, tasks, jobs=jobs, lost=told, seconds=timeout)


def _with_known(tasks: Iterator[Task], known: dict[str, str], run: str) -> Iterator[Task]:
    """Yield the tasks with the hash of what was converted before, by the same run's rules."""
    for task in tasks:
        before, _, digest = known.get(task.output, "").partition(":")
        yield replace(task, known=digest) if before == run and digest else task


def _fingerprint(options: dict[str, Any], layout: str, *, compact: bool) -> str:
    """Return what decides the bytes of an output besides its input: version, options, tables."""
    digest = hashlib.sha256(json.dumps([__version__, options, layout, compact], sort_keys=True, default=str).encode())
    for folder in options.get("mappings") or ():
        for file in sorted(p for p in Path(folder).rglob("*") if p.is_file()):
            digest.update(file.name.encode("utf-8", "replace") + file.read_bytes())
    return digest.hexdigest()[:12]


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise UsageError(f"{folder}: is a file, not a folder") from None
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror or 'cannot be made'}") from None


def _unwritable(folder: Path, error: OSError, summary: Summary) -> UsageError:
    reason = os.strerror(error.errno) if error.errno else "cannot be written"
    return UsageError(f"{folder}: {reason}; {summary.done} documents are converted, --resume goes on from there")


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM end the run as Ctrl-C does; only the main thread may set that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
