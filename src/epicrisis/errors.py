"""The exceptions that epicrisis raises on purpose.

Each class has the exit code of the command line. Messages say what is wrong,
where, and what to do; they never quote the narrative.

    EpicrisisError                 70
     +-- UsageError                 2   options that do not fit together
     +-- InputError                 3   a source that cannot be read
     |    +-- UnreadableDocument        not text, too large, damaged
     |    +-- InvalidCase               a case file that breaks its schema
     |    +-- InvalidResource           FHIR JSON that cannot be read
     +-- MappingDataError           2   a table or cue file that breaks its schema
     +-- PushError                  4   the server, or the way to it
"""

from __future__ import annotations

from typing import ClassVar


class EpicrisisError(Exception):
    """Base of every error that epicrisis raises on purpose."""

    exit_code: ClassVar[int] = 70


class UsageError(EpicrisisError):
    """Options or arguments that do not fit together."""

    exit_code = 2


class InputError(EpicrisisError):
    """A source that cannot be read."""

    exit_code = 3


class UnreadableDocument(InputError):
    """A narrative that is not text, too large, or damaged."""


class InvalidCase(InputError):
    """A case file that breaks its schema; `pointer` is the JSON pointer of the fault."""

    def __init__(self, message: str, pointer: str = "") -> None:
        """Say what is wrong at *pointer* (RFC 6901)."""
        super().__init__(f"{pointer or '/'}: {message}")
        self.pointer = pointer


class InvalidResource(InputError):
    """FHIR JSON that cannot be read at all (malformed, truncated, not FHIR)."""


class MappingDataError(EpicrisisError):
    """A file of `mappings/` that breaks its own grammar."""

    exit_code = 2


class PushError(EpicrisisError):
    """The FHIR server refused, or could not be reached."""

    exit_code = 4
