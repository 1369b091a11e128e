"""Options that several commands share, and how files are written."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from epicrisis.errors import UsageError


def inputs(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add INPUT..., --encoding, --date-order and --mappings."""
    for decorate in (
        click.argument("inputs", nargs=-1, required=True, metavar="INPUT..."),
        click.option("--encoding", metavar="NAME", help="Encoding of text input; found out when not given."),
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
    return sys.stdin.buffer.read() if given == "-" else Path(given)


def write(target: str | None, text: str) -> None:
    """Write *text* to a file in one step, or to stdout (None or `-`)."""
    if target in (None, "-"):
        stream = sys.stdout.buffer
        stream.write(text.encode("utf-8"))
        stream.flush()
        return
    import tempfile  # brings much with it: only when a file is written

    path = Path(str(target))
    try:
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            os.chmod(part, 0o666 & ~_umask())
            os.replace(part, path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or 'cannot be written'}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
