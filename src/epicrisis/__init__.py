"""epicrisis: oncology case narratives to FHIR, every fact traceable to the words it came from.

    >>> import epicrisis
    >>> conversion = epicrisis.convert("A 61-year-old man had ...")  # doctest: +SKIP
    >>> conversion.bundle["resourceType"]  # doctest: +SKIP
    'Bundle'

`convert` runs the whole way; `read`, `extract`, `build_case`, `map_case`, `validate` and `push`
are its steps. Names that are not listed here are not public.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epicrisis.version import __version__

__all__ = [
    "Case",
    "Conversion",
    "Document",
    "EpicrisisError",
    "Fact",
    "Report",
    "__version__",
    "build_case",
    "convert",
    "convert_many",
    "extract",
    "map_case",
    "push",
    "read",
    "rows",
    "validate",
]

# what is imported is paid for when it is used: a cold start stays cheap
_HOMES = {
    "Case": "epicrisis.case",
    "Conversion": "epicrisis.pipeline",
    "Document": "epicrisis.document.model",
    "EpicrisisError": "epicrisis.errors",
    "Fact": "epicrisis.facts",
    "Report": "epicrisis.validation",
    "build_case": "epicrisis.case",
    "convert": "epicrisis.pipeline",
    "convert_many": "epicrisis.etl",
    "extract": "epicrisis.facts",
    "map_case": "epicrisis.mapping",
    "push": "epicrisis.push",
    "read": "epicrisis.document",
    "rows": "epicrisis.bundle",
    "validate": "epicrisis.validation",
}

if TYPE_CHECKING:
    from epicrisis.bundle.rows import rows
    from epicrisis.case import Case, build_case
    from epicrisis.document import read
    from epicrisis.document.model import Document
    from epicrisis.errors import EpicrisisError
    from epicrisis.etl import convert_many
    from epicrisis.facts import Fact, extract
    from epicrisis.mapping import map_case
    from epicrisis.pipeline import Conversion, convert
    from epicrisis.push import push
    from epicrisis.validation import Report, validate


def __getattr__(name: str) -> Any:
    import importlib

    if name not in _HOMES:
        raise AttributeError(f"module 'epicrisis' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
