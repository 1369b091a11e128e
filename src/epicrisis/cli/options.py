"""Options that several commands share, and how files are written."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from epicrisis.errors import InputError, UsageError


def known_encoding(ctx: click.Context, option: click.Parameter, given: str | None) -> str | None:
    """Refuse a name that is none of an encoding before anything is read."""
    if given is not None:
        from epicrisis.document.encodings import check_name

        check_name(given)
    return given


def inputs(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add INPUT..., --encoding, --date-order and --mappings."""
    for decorate in (
        click.argument("inputs", nargs=-1, required=True, metavar="INPUT..."),
        click.option(
            "--encoding",
            metavar="NAME",
            callback=known_encoding,
            help="Encoding of text input; found out when not given.",
        ),
        click.option(
            "--date-order",
            type=click.Choice(["dmy", "mdy", "ymd"]),
            help="How to read dates such as 03/04/2020 that the text leaves open.",
        ),
        click.option(
            "--mappings",
            multiple=True,
            type=click.Path(exists=True, file_okay=False),
            metavar="DIR",
            help="Folder with tables of your own, read over the shipped ones (repeatable).",
        ),
    ):
        function = decorate(function)
    return function


def source(given: str) -> bytes | Path:
    """Return the bytes of stdin for `-`, else the path."""
    return stdin() if given == "-" else Path(given)


def narrative(given: str) -> bytes | Path:
    """Return the source of one narrative; refuse a table, in which there are many."""
    if given != "-" and Path(given).suffix.lower() not in (".txt", ".md"):
        from epicrisis.document.tables import is_table

        if is_table(Path(given)):
            raise UsageError(
                f"{given}: a table of narratives: `epicrisis convert --output-dir DIR` reads it row by row"
            )
    return source(given)


@contextmanager
def about(given: str) -> Iterator[None]:
    """Note on an error the input that it is about; the command line names it where the message does not."""
    try:
        yield
    except InputError as error:
        error.add_note("stdin" if given == "-" else given)
        raise


def stdin() -> bytes:
    """Return all of stdin."""
    try:
        return sys.stdin.buffer.read()
    except (AttributeError, OSError):  # without a stdin, Python has None in its place
        raise UsageError("-: stdin cannot be read") from None


def check_targets(*targets: str | None) -> None:
    """Refuse files that cannot be written before work is done for them."""
    for target in targets:
        if target in (None, "-"):
            continue
        path = Path(str(target))
        if path.is_dir():
            raise UsageError(f"{path}: is a folder")
        if not path.parent.is_dir():
            raise UsageError(f"{path}: no such folder: {path.parent}")


def write(target: str | None, text: str) -> None:
    """Write *text* to a file in one step, or to stdout (None or `-`).

    A link is followed, and a file that is there keeps its permissions. What is no file (a device, a pipe)
    is written to as it is, never replaced.
    """
    data = text.encode("utf-8")
    if target in (None, "-"):
        _to_stdout(data)
        return
    path = Path(os.path.realpath(str(target)))
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            with path.open("wb", buffering=0) as special:
                _all(special, data)
        else:
            _replace(path, data)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"{target}: {error.strerror or 'cannot be written'}") from None


def _to_stdout(data: bytes) -> None:
    if sys.stdout is None:
        raise UsageError("stdout is closed: name a file with -o")
    stream = sys.stdout.buffer
    stream.write(data)
    stream.flush()


def _replace(path: Path, data: bytes) -> None:
    import tempfile  # brings much with it: only when a file is written

    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:80]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(part, mode)
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _all(file: IO[bytes], data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
