"""Write FHIR JSON: decimals exactly as they are, one entry a line, UTF-8."""

from __future__ import annotations

import json
from decimal import Decimal
from operator import itemgetter
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
    write = _Writer().write
    if bundle.get("resourceType") != "Bundle" or not isinstance(entries, list):
        return write(bundle) + "\n"
    lines = ",\n".join(map(write, entries))
    head = write({k: v for k, v in bundle.items() if k != "entry"})
    return f'{head[:-1]},"entry":[\n{lines}\n]}}\n'


def dumps(value: Any, *, indent: int | None = None) -> str:
    """Return one JSON value, on one line unless indented.

    Raises:
        ValueError: a string that only looks like a decimal's mark, or a number that is none.
    """
    return _Writer(indent).write(value)


class _Writer:
    """Writes one value after another."""

    def __init__(self, indent: int | None = None) -> None:
        self._options: dict[str, Any] = {
            "ensure_ascii": False,
            "separators": (",", ": " if indent else ":"),
            "indent": indent,
            "allow_nan": False,
            "default": self._marked,
        }
        # to look for circles costs a fifth of the time; a circle ends in the recursion below
        self._encode = json.JSONEncoder(**self._options, check_circular=False).encode
        self._count = 0

    def write(self, value: Any) -> str:
        self._count = 0
        try:
            text = self._encode(value)
        except RecursionError:
            self._count = 0
            text = json.JSONEncoder(**self._options).encode(value)  # says whether it is a circle
        if not self._count:
            return text
        written, replaced = _MARKED.subn(itemgetter(1), text)
        if replaced != self._count:
            raise ValueError("a string holds the mark of a decimal")
        return written

    def _marked(self, number: object) -> str:
        if not isinstance(number, Decimal) or not number.is_finite():
            raise ValueError(f"{type(number).__name__} is not FHIR JSON")
        self._count += 1
        return f"{_MARK}{number}"
