"""Tell by its first bytes, then by its name, what a file is."""

from __future__ import annotations

import re
import zlib

from epicrisis.document.encodings import by_zeros
from epicrisis.errors import UnreadableDocument

_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html\b)", re.I | re.S)
_XML = re.compile(rb"\s*<(?:\?xml\b|!DOCTYPE\s|article\b|pmc-articleset\b|[a-z-]+:?article\b)")
_CASE = re.compile(rb'"schema"\s*:\s*"epicrisis-case/')
_NO_ZERO = re.compile(rb"[^\0]")
_PIECE = 4096
_FHIR = re.compile(rb'\s*\{[^{}\[\]]{0,400}"resourceType"\s*:')
# What is not read, and what to do about it.
_REFUSED = (
    (b"\xd0\xcf\x11\xe0", "an old Word file (.doc): save it as DOCX or text"),
    (b"{\\rtf", "an RTF file: save it as DOCX or text"),
    (b"PAR1", "a table (Parquet): convert it with an output folder and a text column"),
    (b"\x89PNG", "a picture: run optical character recognition first"),
    (b"\xff\xd8\xff", "a picture: run optical character recognition first"),
    (b"II*\x00", "a picture: run optical character recognition first"),
    (b"MM\x00*", "a picture: run optical character recognition first"),
    (b"7z\xbc\xaf", "an archive: unpack it first"),
    (b"Rar!", "an archive: unpack it first"),
    (b"BZh", "an archive: unpack it first"),
    (b"\xfd7zXZ", "an archive: unpack it first"),
)


def kind_of_file(data: bytes, suffix: str) -> str:
    """Return pdf, docx, html, jats, markdown or text.

    Raises:
        UnreadableDocument: a kind of file that is known, and not read.
    """
    head = data[:4096]
    for magic, what in _REFUSED:
        if head.startswith(magic):
            raise UnreadableDocument(what)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "docx"
    bare = head.removeprefix(b"\xef\xbb\xbf")
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff") or by_zeros(data) is not None
    if wide:
        bare = head.replace(b"\0", b"").lstrip(b"\xff\xfe")
    if _HTML.match(bare):
        return "html"
    if _XML.match(bare) or (suffix in (".xml", ".nxml") and bare.lstrip().startswith(b"<")):
        return "jats"
    if suffix in (".html", ".htm", ".xhtml") and b"<" in bare:
        return "html"
    if _FHIR.match(bare):
        raise UnreadableDocument("FHIR JSON, which is a result: give a narrative or a case file")
    if not _is_case(data.replace(b"\0", b"") if wide else data) and (suffix == ".json" or _is_json(data)):
        raise UnreadableDocument("JSON that is no case file: give a narrative, or a table of them as NDJSON")
    return "markdown" if suffix in (".md", ".markdown") else "text"


def _is_case(data: bytes) -> bool:
    """Say whether *data* names the schema of case files, wherever in it: keys may be sorted."""
    return data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"{" and _CASE.search(data) is not None


def _is_json(data: bytes) -> bool:
    """Say whether *data* is one JSON object or array; a narrative that begins with a bracket is none."""
    if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return False
    import json

    try:
        json.loads(data)
    except ValueError:
        return False
    except RecursionError:
        return True
    return True


def unpacked(data: bytes, limit: int) -> bytes:
    """Return what a gzip file holds, at most *limit* bytes of it.

    Raises:
        UnreadableDocument: damaged, cut off, or larger than that.
    """
    parts: list[bytes] = []
    left, at = limit + 1, 0
    while at < len(data) and left > 0:
        member = zlib.decompressobj(wbits=31)
        while not member.eof and at < len(data) and left > 0:
            piece = data[at : at + _PIECE]  # not all that is left: a file may have a hundred thousand members
            try:
                part = member.decompress(piece, left)
            except zlib.error:
                raise UnreadableDocument("gzip: damaged") from None
            parts.append(part)
            left -= len(part)
            at += len(piece) - len(member.unused_data) - len(member.unconsumed_tail)
        if left > 0 and not member.eof:
            raise UnreadableDocument("gzip: cut off before its end")
        at = _behind_zeros(data, at)
    if left <= 0:
        raise UnreadableDocument(f"gzip: unpacks to more than {limit // 1_000_000} MB")
    return b"".join(parts)


def _behind_zeros(data: bytes, at: int) -> int:
    """Return where the zeros end that fill up a tape's block."""
    found = _NO_ZERO.search(data, at)
    return found.start() if found else len(data)
