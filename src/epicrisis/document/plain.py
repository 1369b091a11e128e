"""Plain text in any common encoding.

The text equals the input, code point by code point: line ends, white space and a UTF-8 byte
order mark stay, so the attached bytes are the bytes of a UTF-8 file. A UTF-16 or UTF-32 mark is
part of the encoding and goes. Only what neither JSON nor FHIR can carry (NUL, other control
characters, lone surrogates) is replaced, one U+FFFD for one character, and reported.
"""

from __future__ import annotations

import codecs
import re

from epicrisis.document.bibliography import bibliography
from epicrisis.document.model import Document
from epicrisis.document.sections import divide
from epicrisis.errors import UnreadableDocument
from epicrisis.kept import lazy

_FORBIDDEN = lazy("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_ASCII = lazy("[\x00-\x08\x0e-\x1b\x7f]")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CP1252_HOLES = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_HAN = lazy(r"[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]")


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


def decode(data: bytes, encoding: str | None = None) -> tuple[str, tuple[str, ...]]:
    """Return the text of *data* and what there is to say about its encoding.

    A byte order mark decides, then strict UTF-8, then UTF-16 without mark, GB18030 where it gives
    Chinese, and Windows-1252; statistical detectors guess worse on short Western texts.
    """
    if encoding:
        return _named(data, encoding)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strict(data, name), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        cut = error.start
    if guess := _utf16_without_mark(data):
        return _strict(data, guess), (f"encoding-assumed: {guess}",)
    if b"\0" in data[:4096]:
        raise UnreadableDocument("not a text: NUL bytes and no known encoding (a binary file?)")
    if (text := _chinese(data)) is not None:
        return text, ("encoding-assumed: gb18030",)
    if _CP1252_HOLES.search(data):
        raise UnreadableDocument(f"the bytes at offset {cut} are neither UTF-8 nor Windows-1252: name the encoding")
    return data.decode("cp1252"), ("encoding-assumed: windows-1252",)


def _named(data: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    try:
        known = codecs.lookup(encoding)
    except LookupError:
        raise UnreadableDocument(f"unknown encoding {encoding!r}") from None
    if not getattr(known, "_is_text_encoding", True):
        raise UnreadableDocument(f"{encoding!r} is not a text encoding")
    return _strict(data, known.name), ()


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, UnicodeError) as error:
        at = getattr(error, "start", 0)
        raise UnreadableDocument(f"not valid {encoding} at byte {at}") from None


def _utf16_without_mark(data: bytes) -> str | None:
    """Name the byte order where every second byte of Latin text is zero."""
    head = data[:2000]
    if len(head) < 8 or len(data) % 2:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.7 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.7 and odd < half * 0.05:
        return "utf-16-be"
    return None


def _chinese(data: bytes) -> str | None:
    """Return the GB18030 reading if its double bytes come out as Chinese."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    wide = sum(1 for ch in text if ord(ch) > 127)
    return text if wide and len(_HAN.findall(text)) >= wide * 0.9 and wide >= 4 else None
