"""Read a source of any kind into a document."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import IO

from epicrisis.document.encodings import decode, decode_page
from epicrisis.document.files import load
from epicrisis.document.kinds import kind_of_file, unpacked
from epicrisis.document.markdown import markdown
from epicrisis.document.model import Document
from epicrisis.document.plain import plain
from epicrisis.errors import UnreadableDocument, UsageError

LIMIT = 20_000_000  # bytes of text; the longest case report is below 1 MB
LIMIT_PACKED = 100_000_000  # bytes of a PDF or Word file, which hold pictures too

Source = str | bytes | os.PathLike[str] | IO[bytes] | IO[str]

_MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
}
_DECLARED = re.compile(rb"\A\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]+)")
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)


def read(source: Source, *, name: str | None = None, encoding: str | None = None) -> Document:
    """Read *source* (a path, a text, bytes or an open file) into a Document.

    A `str` is the narrative itself; a path is a `pathlib.Path` (or any `os.PathLike`). Files are
    plain text, Markdown, JATS XML, HTML, PDF or Word, each perhaps gzipped, known by their content.

    Raises:
        UsageError: none of these.
        UnreadableDocument: no such file, not text, too large, damaged, or of an unknown kind.
    """
    if isinstance(source, str):
        return _text(source, name)
    if isinstance(source, os.PathLike):
        return from_bytes(load(Path(source), LIMIT_PACKED + 1), label=Path(source), name=name, encoding=encoding)
    if isinstance(source, bytes | bytearray | memoryview):
        return from_bytes(bytes(source), name=name, encoding=encoding)
    if not hasattr(source, "read"):
        raise UsageError(f"source: give a text, a path, bytes or an open file, not {type(source).__name__}")
    content = source.read(LIMIT_PACKED + 1)
    if isinstance(content, str):
        return _text(content, name)
    label = Path(str(getattr(source, "name", "document")))
    return from_bytes(content, label=label, name=name, encoding=encoding)


def from_bytes(
    data: bytes,
    *,
    label: Path = Path("document"),
    name: str | None = None,
    encoding: str | None = None,
) -> Document:
    """Return the document of a file's bytes; *label* is its path, of which the suffix may tell."""
    digest = hashlib.sha256(data).hexdigest()
    if data.startswith(b"\x1f\x8b"):
        data = unpacked(data, LIMIT_PACKED)
        label = label.with_suffix("") if label.suffix.lower() in (".gz", ".gzip") else label
    name = name or label.stem
    kind = kind_of_file(data, label.suffix.lower())
    if len(data) > (LIMIT_PACKED if kind in ("pdf", "docx") else LIMIT):
        raise _too_large()
    if kind == "jats":
        from epicrisis.document.jats import jats

        text, findings = _decoded(data, encoding, _DECLARED)
        return jats(text, name=name, sha256=digest, findings=findings)
    if kind in _MEDIA:
        return _sandboxed(kind, data, name, digest, encoding)
    text, findings = decode(data, encoding)
    build = markdown if kind == "markdown" else plain
    return build(text, name=name, sha256=digest, findings=findings)


def _sandboxed(kind: str, data: bytes, name: str, digest: str, encoding: str | None) -> Document:
    """Read a format with a rich parser in a process of its own."""
    from epicrisis.document.sandbox import run
    from epicrisis.document.structure import finish

    findings: tuple[str, ...] = ()
    if kind == "html":
        text, findings = _decoded(data, encoding, _CHARSET)
        data = text.encode("utf-8", "replace")
    state = run(kind, data)
    state["findings"] = [*findings, *state["findings"]]
    return finish(state, name=name, media_type=_MEDIA[kind], sha256=digest, standing=True)


def _decoded(data: bytes, encoding: str | None, says: re.Pattern[bytes]) -> tuple[str, tuple[str, ...]]:
    """Return the text of a page or an article, which *says* its own encoding."""
    stated = says.search(data[:4096])
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:3] == b"\xef\xbb\xbf"
    own = stated.group(1).decode("ascii") if stated and not marked else None
    return decode(data, encoding) if encoding else decode_page(data, own)


def _text(text: str, name: str | None) -> Document:
    if len(text) > LIMIT:
        raise _too_large()
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return plain(text, name=name or "document", sha256=digest)


def _too_large() -> UnreadableDocument:
    return UnreadableDocument(
        f"larger than {LIMIT // 1_000_000} MB of text (or {LIMIT_PACKED // 1_000_000} MB of PDF "
        "or Word): split it into single narratives"
    )
