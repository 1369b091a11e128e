"""One source of many as it is given: what its outcome is called, and what can travel to a worker."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from numbers import Integral
from typing import Any
from uuid import UUID

from epicrisis.case.model import Case
from epicrisis.document.model import Document
from epicrisis.document.reader import LIMIT_PACKED

_NARRATIVES = (str, bytes, os.PathLike, Document, Case)


@dataclass(frozen=True, slots=True)
class Given:
    """A source, the id of its outcome, and the id that was given with it."""

    id: str
    source: Any
    identity: str | None = None
    fault: str | None = None  # why it cannot be converted; quotes nothing
    kind: str = "UnreadableRow"


class Named(io.BytesIO):
    """Bytes with the name of their file, of which the suffix may tell the kind."""

    name: str = ""


def given(number: int, one: Any, *, any_kind: bool = False) -> Given:
    """Return the source *one*, the *number*-th, or why it is none; an open file is read here.

    An id is a text, a whole number or a UUID; None and an empty text are no id. With *any_kind* a
    converter of the caller's own decides what a narrative is.
    """
    label, identity, source = f"document-{number}", None, one
    if isinstance(one, tuple):
        if len(one) != 2:
            return Given(label, None, fault="a tuple, but not of an id and a narrative")
        named, source = one
        if isinstance(named, bool) or not isinstance(named, str | Integral | UUID | None):
            return Given(label, None, fault=f"the id is of the type {_type(named)}: give a text or a whole number")
        identity = str(named) if named is not None and named != "" else None
    elif isinstance(one, os.PathLike):
        label = os.fsdecode(one)
    label = identity or label
    if source is None:
        return Given(label, None, identity, "the text is null")
    if hasattr(source, "read"):
        return _read(label, source, identity)
    if isinstance(source, bytearray | memoryview):
        source = bytes(source)  # a view cannot travel
    if not any_kind and not isinstance(source, _NARRATIVES):
        return Given(label, None, identity, f"no narrative, but of the type {_type(source)}")
    return Given(label, source, identity)


def _read(label: str, file: Any, identity: str | None) -> Given:
    """Read an open file, which cannot travel; what it holds is told apart as `read` does."""
    try:
        content = file.read(LIMIT_PACKED + 1)
    except Exception as error:  # closed, of another mode, a broken stream; its message may quote
        fault = f"the open file cannot be read: {_type(error)}"
        return Given(label, None, identity, fault, "UnreadableDocument")
    if isinstance(content, str):
        return Given(label, content, identity)
    if not isinstance(content, bytes):
        return Given(label, None, identity, f"the open file gives {_type(content)}", "UnreadableDocument")
    source = Named(content)
    source.name = str(getattr(file, "name", "document"))
    return Given(label, source, identity)


def _type(value: object) -> str:
    return type(value).__name__
