"""Plain text.

The text equals the input, code point by code point: line ends, white space and a UTF-8 byte
order mark stay, so the attached bytes are the bytes of a UTF-8 file. A UTF-16 or UTF-32 mark is
part of the encoding and goes. Only what neither JSON nor FHIR can carry (NUL, other control
characters, lone surrogates) is replaced, one U+FFFD for one character, and reported.
"""

from __future__ import annotations

from epicrisis.document.bibliography import bibliography
from epicrisis.document.model import Document
from epicrisis.document.sections import divide
from epicrisis.errors import UnreadableDocument
from epicrisis.kept import lazy

_FORBIDDEN = lazy("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_ASCII = lazy("[\x00-\x08\x0e-\x1b\x7f]")


def plain(text: str, *, name: str, sha256: str = "", findings: tuple[str, ...] = ()) -> Document:
    """Return the document of a plain text."""
    text, odd = clean(text)
    return Document(
        text=text,
        name=name,
        sections=divide(text),
        source_sha256=sha256,
        bibliography=bibliography(text),
        findings=(*findings, *odd),
    )


def clean(text: str) -> tuple[str, tuple[str, ...]]:
    """Replace what JSON and FHIR cannot carry, one character for one; say so in the findings."""
    if text.isascii() and not _FORBIDDEN_ASCII.search(text):
        return text, ()
    replaced, count = _FORBIDDEN.subn("\ufffd", text)
    if not count:
        return text, ()
    if count > 8 and count > len(text) * 0.02:
        raise UnreadableDocument("not a text: too many control characters (a binary file?)")
    return replaced, (f"control-characters-replaced: {count}",)
