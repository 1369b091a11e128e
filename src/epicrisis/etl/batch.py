"""Convert many inputs into a folder: one bad document never ends the run, and nothing is torn."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from epicrisis.document.encodings import check_name
from epicrisis.errors import UsageError
from epicrisis.etl.files import sweep
from epicrisis.etl.fingerprint import fingerprint
from epicrisis.etl.manifest import Manifest
from epicrisis.etl.merge import check_folder, merge
from epicrisis.etl.outcome import Convert
from epicrisis.etl.progress import Progress
from epicrisis.etl.sources import Sources, Task
from epicrisis.etl.stream import check
from epicrisis.etl.summary import Summary
from epicrisis.etl.work import Setting, lost, outputs, set_aside, work
from epicrisis.listing import BULK, MANIFEST


def run(
    inputs: str | PathLike[str] | Iterable[str | PathLike[str]],
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
        inputs: folders, patterns, documents, and tables (CSV, TSV, NDJSON, Parquet); or one of them.
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
        UsageError: nothing to convert, a wrong option or column, two inputs for one output, an
            output that would overwrite an input, a folder that cannot be written, a full disk. What was converted until then stays; *resume* goes on.
        UnreadableDocument: what is named does not exist, or is a folder that may not be looked into.
    """
    given = dict(options or {})
    _check(jobs, layout, timeout)
    check(convert, given)
    check_name(given.get("encoding"))  # tables are read in it, whatever converts their rows
    folder = Path(output_dir)
    sources = Sources(
        [inputs] if isinstance(inputs, str | PathLike) else inputs,
        skip=folder,
        text_column=text_column,
        id_column=id_column,
        encoding=given.get("encoding"),
    )
    setting = Setting(str(folder), given, fingerprint(given, layout, compact=compact), layout, compact, convert)
    inside = _inside(sources, folder)
    _check_folder(sources, setting, inside)
    _make(folder)
    summary = Summary()
    began = time.monotonic()
    with Manifest(folder, resume=resume) as manifest:
        sweep(folder)
        total = sources.total()
        shown = Progress(total, size=sources.size() if total is None else None, show=progress)
        read: deque[int] = deque()  # bytes of the inputs up to each task that is not settled yet
        rows = _rows(_tasks(sources, manifest, setting, inside, read, resume=resume), setting, jobs, timeout)
        try:
            with _terminable(), shown:
                for row in rows:
                    _settle(row, manifest, summary, setting)
                    shown.step(failed=row["status"] == "failed", read=read.popleft())
                manifest.finish()
                summary.former = manifest.former
                if layout == "ndjson":
                    summary.copies = merge(folder)
        except KeyboardInterrupt:
            summary.interrupted = True
        except OSError as error:
            raise _unwritable(folder, error, summary) from None
        finally:
            rows.close()
            sweep(folder)
    summary.seconds = time.monotonic() - began
    return summary


def _check(jobs: int, layout: str, timeout: float) -> None:
    """Refuse what would fail, or do nothing for ever, once the work has begun."""
    if not isinstance(jobs, int) or jobs < 1:
        raise UsageError("jobs must be 1 or more")
    if layout not in ("bundle", "ndjson"):
        raise UsageError(f"layout {layout!r}: it is bundle or ndjson")
    if not timeout > 0:
        raise UsageError("timeout must be more than 0 seconds")


def _inside(sources: Sources, folder: Path) -> set[Path]:
    """Return the files that are read and lie in the output folder."""
    whole = folder.resolve()
    return {path for file, _ in sources.files() if (path := file.resolve()).is_relative_to(whole)}


def _check_folder(sources: Sources, setting: Setting, inside: set[Path]) -> None:
    """Refuse an output folder in which an input would be overwritten, or what others have put there."""
    folder = Path(setting.folder)
    if not os.path.isdir(folder):
        return
    written = {(folder / name).resolve() for name in (MANIFEST, BULK)}
    for _, name in sources.files() if inside else ():
        written.update(path.resolve() for path in outputs(name, setting) if name)
    for path in sorted(inside & written):
        raise UsageError(f"{path}: is an input, and would be overwritten: use another output folder")
    if setting.layout == "ndjson":
        check_folder(folder)


def _settle(row: dict[str, Any], manifest: Manifest, summary: Summary, setting: Setting) -> None:
    """Write a document's line, and count it."""
    if row["status"] == "stop":
        raise OSError(row["errno"], "")
    if row["status"] == "unchanged":
        summary.keep(manifest.keep(row["output"]))
        return
    if row["status"] == "failed":
        summary.aside += set_aside(row["output"], manifest.earlier(row["output"]), setting)
    manifest.add(row)
    summary.add(row)


def _rows(tasks: Iterator[Task], setting: Setting, jobs: int, timeout: float) -> Any:
    """Yield the manifest's line of each task, in order."""
    if jobs == 1:
        return (work(task, setting) for task in tasks)
    from epicrisis.etl.pool import ordered

    told: Callable[[Task, str], dict[str, Any]] = lambda task, why: lost(task, why, setting)  # noqa: E731
    return ordered(work, setting, tasks, jobs=jobs, lost=told, seconds=timeout)


def _tasks(
    sources: Sources, manifest: Manifest, setting: Setting, inside: set[Path], read: deque[int], *, resume: bool
) -> Iterator[Task]:
    """Yield the tasks; with *resume* each with the hashes of what was converted before by the same run's rules."""
    for task in sources.tasks():
        read.append(sources.read)
        before = manifest.earlier(task.output) if resume else {}
        if inside and inside.intersection(path.resolve() for path in outputs(task.output, setting)):
            yield replace(task, text=None, fault="its output would overwrite an input")
        elif before.get("status") == "done" and before["run"] == setting.run:
            yield replace(task, known=before["sha256"], written=str(before.get("written", "")))
        else:
            yield task


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
