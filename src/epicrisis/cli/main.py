"""The command `epicrisis`: each subcommand is a module of this room, loaded when it is called."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from epicrisis import kept
from epicrisis.cli import stderr
from epicrisis.errors import EpicrisisError
from epicrisis.version import __version__

# name -> (module, one line of help): the list can be shown without loading a command
_COMMANDS = {
    "convert": ("epicrisis.cli.convert", "Convert narratives (or case files) into FHIR bundles."),
    "extract": ("epicrisis.cli.extract", "Write the case file, or the single facts, of narratives."),
    "validate": ("epicrisis.cli.validate", "Check FHIR JSON against profiles, references and codes."),
    "push": ("epicrisis.cli.push", "Send bundles to a FHIR server: once, all of it, resumable."),
    "review": ("epicrisis.cli.review", "Write a page on which a person checks facts against words."),
    "mappings": ("epicrisis.cli.mappings", "Check, look up, list or export the tables of terms."),
    "doctor": ("epicrisis.cli.doctor", "Say what this installation has, and what is missing."),
}


class _ReaderGone(Exception):
    """Stdout is a pipe that nobody reads any more, as after `| head`: no error."""


class _Lazy(click.Group):
    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with _piping():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _piping():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        import importlib

        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(_COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="epicrisis")
def cli() -> None:
    """Oncology case narratives to FHIR, every fact traceable to the words it came from.

    Try:  epicrisis convert report.txt -o bundle.json

    Exit codes: 0 done, 1 findings at the --fail-on level, 2 usage, 3 unreadable input,
    4 server or network, 70 a bug.
    """


def main() -> None:
    """Run the command line; errors become one line on stderr and an exit code."""
    stderr.secure()
    gc.set_threshold(100_000, 20, 20)  # tables and modules stay: looking through them time and again is in vain
    try:
        code = cli.main(standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        kept.save()
    except click.exceptions.Abort:
        click.echo("epicrisis: interrupted", err=True)
        code = 130
    except click.ClickException as error:
        error.show()
        code = 2
    except EpicrisisError as error:
        click.echo(f"epicrisis: {_named(error)}", err=True)
        code = error.exit_code
    except (_ReaderGone, BrokenPipeError):
        _forget_stdout()
        code = 0
    except KeyboardInterrupt:
        click.echo("epicrisis: interrupted", err=True)
        code = 130
    except Exception as error:
        reason = _system(error)
        if reason:
            _forget_stdout()
            click.echo(f"epicrisis: {reason}", err=True)
            sys.exit(2)
        if os.environ.get("EPICRISIS_DEBUG"):
            raise
        # the message of an unknown error may quote the narrative: only its kind and place are shown
        click.echo(
            f"epicrisis: a bug: {type(error).__name__} in {_place(error)}. "
            "Set EPICRISIS_DEBUG=1 for the traceback (it may show patient text).",
            err=True,
        )
        code = 70
    sys.exit(code if isinstance(code, int) else 0)


@contextmanager
def _piping() -> Iterator[None]:
    """Keep a broken pipe from click, which ends with 1: that would be findings."""
    try:
        yield
    except BrokenPipeError:
        raise _ReaderGone from None


def _named(error: EpicrisisError) -> str:
    """Return the message with the input it is about, which a command has noted where the message lacks it."""
    for note in getattr(error, "__notes__", ()):
        if note not in str(error):
            return f"{note}: {error}"
    return str(error)


def _forget_stdout() -> None:
    """Let what is still to be written go nowhere: its reader has gone away (`| head`), or its disk is full."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _system(error: Exception) -> str:
    """Return what the system refused (a full disk, too many open files), or "" where it is another error."""
    if not isinstance(error, OSError) or type(error).__module__ != "builtins" or not error.errno:
        return ""
    where = f"{error.filename}: " if isinstance(error.filename, str) else ""
    return f"{where}{os.strerror(error.errno)}"


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    place = "?"
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "?")
        if str(module).startswith("epicrisis"):
            place = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
