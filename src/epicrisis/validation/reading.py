"""Read FHIR JSON of any shape: a bundle, a resource, NDJSON, or the results of a bulk export.

What cannot be read is an InvalidResource that names the place and never quotes content.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from epicrisis.errors import InvalidResource

LARGEST = 256 * 1024 * 1024  # bytes of one file
_DEEPEST = 200  # FHIR's own examples nest less than 20 levels


def resources(path: Path | None, content: bytes | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (place, resource) of a file, or of *content*; the place is a line of NDJSON, else empty.

    Raises:
        InvalidResource: unreadable, not JSON, cut off, a member twice, nested too deep, or not FHIR.
    """
    name = str(path) if path else "stdin"
    text = _text(name, _bytes(path) if content is None else content)
    if _is_ndjson(name, text):
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield f"line {number}", _resource(f"{name}: line {number}", line)
        return
    yield "", _resource(name, text)


def _bytes(path: Path | None) -> bytes:
    assert path is not None  # noqa: S101 - the caller gives one of both
    try:
        if path.stat().st_size > LARGEST:
            raise InvalidResource(f"{path}: larger than {LARGEST // 1024 // 1024} MB; split it, or use NDJSON")
        return path.read_bytes()
    except OSError as error:
        raise InvalidResource(f"{path}: {error.strerror or 'cannot be read'}") from None


def _text(name: str, content: bytes) -> str:
    if len(content) > LARGEST:
        raise InvalidResource(f"{name}: larger than {LARGEST // 1024 // 1024} MB; split it, or use NDJSON")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidResource(f"{name}: not UTF-8 at byte {error.start}") from None


def _is_ndjson(name: str, text: str) -> bool:
    if name.endswith((".ndjson", ".jsonl")):
        return True
    first, _, rest = text.partition("\n")
    first = first.strip()
    return first.startswith("{") and first.endswith("}") and '"resourceType"' in first and rest.lstrip()[:1] == "{"


def _resource(place: str, text: str) -> dict[str, Any]:
    if not text.strip():
        raise InvalidResource(f"{place}: empty")
    if text.lstrip()[:1] == "<":
        raise InvalidResource(f"{place}: XML; only FHIR JSON is validated")
    try:
        value = json.loads(text, object_pairs_hook=_members, parse_float=Decimal, parse_int=_whole, parse_constant=_constant)
    except json.JSONDecodeError as error:
        cut = " (the file seems cut off)" if error.pos >= len(text.rstrip()) else ""
        raise InvalidResource(f"{place}: not JSON at line {error.lineno}, column {error.colno}{cut}") from None
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
        raise _TwiceError("a member of an object is given twice")
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
        level = [v for node in level for v in (node.values() if type(node) is dict else node) if type(v) in (dict, list)]
        if not level:
            return False
    return True


