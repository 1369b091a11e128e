"""Checkers of FHIR's primitive types: None where the value is right, else what is wrong."""

from __future__ import annotations

import binascii
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from xml.parsers import expat

from epicrisis.kept import lazy

Test = Callable[[Any], str | None]

_ZONE = r"(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]{1,9})?"
_YEAR = r"([0-9]{4})"
_DAY = r"(0[1-9]|[12][0-9]|3[01])"
_MONTH = r"(0[1-9]|1[0-2])"
_CONTROL = lazy(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_FORMS = {
    "code": r"[^\s]+(\s[^\s]+)*",
    "id": r"[A-Za-z0-9\-.]{1,64}",
    "uri": r"\S+",
    "url": r"\S+",
    "canonical": r"(?:#|[A-Za-z][A-Za-z0-9+.\-]*:)\S+",
    "oid": r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+",
    "uuid": r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "date": rf"{_YEAR}(-{_MONTH}(-{_DAY})?)?",
    "dateTime": rf"{_YEAR}(-{_MONTH}(-{_DAY}(T{_CLOCK}{_ZONE})?)?)?",
    "instant": rf"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}",
    "time": _CLOCK,
    "integer64": r"0|-?[1-9][0-9]{0,18}",
}
_DATES = {"date", "dateTime", "instant"}
_INTEGERS = {"integer": (-(2**31), 2**31 - 1), "unsignedInt": (0, 2**31 - 1), "positiveInt": (1, 2**31 - 1)}
_REMEMBERED = 4096  # values known to be right, per type

# HTML of the narrative: FHIR allows basic formatting, no scripts, forms, frames or objects
_ALLOWED = frozenset(
    "a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol p pre q"
    " samp small span strong sub sup table tbody td tfoot th thead tr tt ul var".split()
)


def test(type_name: str) -> Test | None:
    """Return the test of a primitive type, or None where the type is none."""
    if type_name in ("string", "markdown"):
        return _text
    if type_name in _INTEGERS:
        return _whole(*_INTEGERS[type_name])
    if type_name in _FORMS:
        return _written(type_name)
    return {"boolean": _boolean, "decimal": _decimal, "base64Binary": _base64, "xhtml": _xhtml}.get(type_name)


def _text(value: Any) -> str | None:
    if type(value) is not str:
        return "text is expected"
    if not value or value.isspace():
        return "the text is empty"
    if not value.isprintable() and _CONTROL.search(value):
        return "the text has a control character"
    return None


def _written(name: str) -> Test:
    form = lazy(_FORMS[name]).fullmatch
    known: set[str] = set()
    dated = name in _DATES

    def check(value: Any) -> str | None:
        if type(value) is not str:
            return f"a {name} is written as text"
        if value in known:
            return None
        if not form(value) or (dated and not _calendar(value)):
            return f"not a {name}"
        if len(known) < _REMEMBERED and len(value) < 200:
            known.add(value)
        return None

    return check


def _calendar(value: str) -> bool:
    try:
        year, month, day = int(value[:4]), int(value[5:7] or 1), int(value[8:10] or 1)
        date(year, month, day)
    except ValueError:
        return False
    return True


def _whole(low: int, high: int) -> Test:
    def check(value: Any) -> str | None:
        if type(value) is not int:
            return "a whole number is expected"
        return None if low <= value <= high else "the number is out of range"

    return check


def _boolean(value: Any) -> str | None:
    return None if type(value) is bool else "true or false is expected"


def _decimal(value: Any) -> str | None:
    if type(value) in (int, float, Decimal):
        return None
    return "a number is expected"


def _base64(value: Any) -> str | None:
    if type(value) is not str:
        return "base64 text is expected"
    try:
        binascii.a2b_base64(
            lazy(r"\s").sub("", value) if value[:80].isspace() or "\n" in value else value, strict_mode=True
        )
    except ValueError:
        return "not base64"
    return None


_PLAIN_DIV = lazy(r'<div xmlns="http://www\.w3\.org/1999/xhtml"><p><b>[A-Za-z]+</b>[^<>&]*</p></div>')


class _Xhtml:
    """What expat meets in a narrative: the first thing that FHIR forbids, and whether there is content."""

    def __init__(self) -> None:
        self.wrong: str | None = None
        self.depth = 0
        self.content = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1 and name != "div":
            self.wrong = self.wrong or "the narrative is no XHTML div"
        if self.depth == 1 and attributes.get("xmlns") != "http://www.w3.org/1999/xhtml":
            self.wrong = self.wrong or "the div is not in the namespace of XHTML"
        forbidden = any(a[:2] == "on" or v.lstrip()[:11].lower() == "javascript:" for a, v in attributes.items())
        if name not in _ALLOWED or forbidden:
            self.wrong = self.wrong or "the narrative has markup that FHIR forbids"
        self.content = self.content or name == "img"

    def end(self, _name: str) -> None:
        self.depth -= 1

    def text(self, text: str) -> None:
        self.content = self.content or not text.isspace()

    def named(self, _name: str, _parameter: bool) -> None:
        self.content = True  # an entity of HTML: &nbsp;

    def doctype(self, *_given: object) -> None:
        self.wrong = self.wrong or "the narrative has markup that FHIR forbids"


def _xhtml(value: Any) -> str | None:
    if type(value) is not str:
        return "XHTML is expected"
    if _PLAIN_DIV.fullmatch(value) and value.isprintable():
        return None  # one paragraph, no entities: nothing for a parser to find
    parser = expat.ParserCreate()
    found = _Xhtml()
    parser.StartElementHandler = found.start
    parser.EndElementHandler = found.end
    parser.CharacterDataHandler = found.text
    parser.SkippedEntityHandler = found.named
    parser.StartDoctypeDeclHandler = found.doctype
    parser.UseForeignDTD(True)  # without it HTML's entities would be errors
    try:
        parser.Parse(value, True)
    except (expat.ExpatError, ValueError):
        return found.wrong or "the narrative is not well-formed XHTML"
    return found.wrong or (None if found.content else "the narrative has no content")
