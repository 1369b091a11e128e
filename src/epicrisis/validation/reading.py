"""Read FHIR JSON of any shape: a bundle, a resource, NDJSON, or the results of a bulk export.

What cannot be read is an InvalidResource that names the place and never quotes content.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from epicrisis.errors import InvalidResource

LARGEST = 64 * 1024 * 1024  # bytes of one resource or bundle; NDJSON may be as long as it likes
_DEEPEST = 200  # FHIR's own examples nest less than 20 levels
_GLANCE = 64 * 1024  # bytes that tell NDJSON from JSON


Read = dict[str, Any] | InvalidResource


def resources(path: Path | None, content: bytes | None = None) -> Iterator[tuple[str, Read]]:
    """Yield (place, resource) of a file, or of *content*; the place is a line of NDJSON, else empty.

    In place of a resource that cannot be read (not JSON, cut off, a member twice, nested too deep,
    not FHIR) comes the error that says why; the lines of NDJSON after it are still read.
    """
    name = str(path) if path else "stdin"
    if content is None and path is not None and path.is_dir():
        yield "", InvalidResource(f"{name}: a folder; name the files in it ({name.rstrip('/')}/*.json)")
        return
    try:
        with io.BytesIO(content) if content is not None else open(str(path), "rb") as file:
            yield from _resources(name, file)
    except OSError as error:
        yield "", InvalidResource(f"{name}: {error.strerror or 'cannot be read'}")


def _resources(name: str, file: BinaryIO) -> Iterator[tuple[str, Read]]:
    start = file.read(_GLANCE)
    if not _is_ndjson(name, start):
        whole = start + file.read(LARGEST + 1 - len(start)) if len(start) == _GLANCE else start
        yield "", _read(name, whole)
        return
    rest = io.BytesIO(start) if len(start) < _GLANCE else None
    if rest is None:
        file.seek(0)
    number = 0
    while line := (rest or file).readline(LARGEST + 1):
        number += 1
        place = f"{name}: line {number}"
        if line.strip():
            yield f"line {number}", _read(place, line.rstrip())


def _read(place: str, content: bytes) -> Read:
    try:
        return _resource(place, _text(place, content))
    except InvalidResource as error:
        return error


def _text(name: str, content: bytes) -> str:
    if len(content) > LARGEST:
        raise InvalidResource(f"{name}: larger than {LARGEST // 1024 // 1024} MB; split the bundle, or use NDJSON")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidResource(f"{name}: not UTF-8 at byte {error.start}") from None


def _is_ndjson(name: str, start: bytes) -> bool:
    if name.endswith((".ndjson", ".jsonl")):
        return True
    first, _, rest = start.partition(b"\n")
    first = first.strip()
    return first.startswith(b"{") and first.endswith(b"}") and b'"resourceType"' in first and rest.lstrip()[:1] == b"{"


def _resource(place: str, text: str) -> dict[str, Any]:
    if not text.strip():
        raise InvalidResource(f"{place}: empty")
    if text.lstrip()[:1] == "<":
        raise InvalidResource(f"{place}: XML; only FHIR JSON is validated")
    try:
        value = json.loads(
            text, object_pairs_hook=_members, parse_float=Decimal, parse_int=_whole, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        cut = " (the file seems cut off)" if error.pos >= len(text.rstrip()) else ""
        line = f"line {error.lineno}, " if "\n" in text else ""
        raise InvalidResource(f"{place}: not JSON at {line}column {error.colno}{cut}") from None
    except (_TwiceError, _NumberError) as error:
        raise InvalidResource(f"{place}: {error}") from None
    except RecursionError:
        raise InvalidResource(f"{place}: nested too deep") from None
    if type(value) is not dict:
        raise InvalidResource(f"{place}: not a FHIR resource (a JSON object is expected)")
    if type(value.get("resourceType")) is not str:
        raise InvalidResource(f"{place}: not a FHIR resource (no resourceType)")
    if _too_deep(value):
        raise InvalidResource(f"{place}: nested too deep (more than {_DEEPEST} levels)")
    return value


class _TwiceError(ValueError):
    pass


class _NumberError(ValueError):
    pass


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        # what is no name of FHIR's may be anything, a patient's name too
        shown = f'"{twice}"' if twice.isidentifier() and twice.isascii() and len(twice) <= 40 else "a member"
        raise _TwiceError(f"{shown} is given twice in an object")
    return made


def _whole(text: str) -> int:
    if len(text) > 4000:
        raise _NumberError("a number is too long")
    return int(text)


def _constant(_text: str) -> NoReturn:
    raise _NumberError("NaN and Infinity are not JSON")


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            v for node in level for v in (node.values() if type(node) is dict else node) if type(v) in (dict, list)
        ]
        if not level:
            return False
    return True
