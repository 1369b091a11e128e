"""Write FHIR JSON: decimals exactly as they are, one entry a line, UTF-8."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from epicrisis.kept import lazy

# json knows no Decimal: each is written as a marked string first, which then loses marks and
# quotes. No FHIR string holds NUL, so the marks cannot stand in the data.
_MARK = "\x00decimal:"
_MARKED = lazy(r'"\\u0000decimal:(-?[0-9.]+(?:[eE][+-]?[0-9]+)?)"')


def to_json(bundle: dict[str, Any], *, indent: int | None = None) -> str:
    """Return *bundle* as JSON: one line per resource, or indented; decimals keep their digits."""
    if indent is not None:
        return dumps(bundle, indent=indent) + "\n"
    entries = bundle.get("entry")
    if bundle.get("resourceType") != "Bundle" or not isinstance(entries, list):
        return dumps(bundle) + "\n"
    lines = ",\n".join(map(dumps, entries))
    head = dumps({k: v for k, v in bundle.items() if k != "entry"})
    return f'{head[:-1]},"entry":[\n{lines}\n]}}\n'


def dumps(value: Any, *, indent: int | None = None) -> str:
    """Return one JSON value, on one line unless indented.

    Raises:
        ValueError: a string that only looks like a decimal's mark, or a number that is none.
    """
    count = 0

    def default(number: object) -> str:
        nonlocal count
        if not isinstance(number, Decimal) or not number.is_finite():
            raise ValueError(f"{type(number).__name__} is not FHIR JSON")
        count += 1
        return f"{_MARK}{number}"

    text = json.dumps(
        value,
        ensure_ascii=False,
        separators=(",", ": " if indent else ":"),
        indent=indent,
        allow_nan=False,
        default=default,
    )
    if not count:
        return text
    written, replaced = _MARKED.subn(r"\1", text)
    if replaced != count:
        raise ValueError("a string holds the mark of a decimal")
    return written
