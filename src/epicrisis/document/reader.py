"""Read a source of any kind into a document."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import IO

from epicrisis.document.markdown import markdown
from epicrisis.document.model import Document
from epicrisis.document.plain import decode, plain
from epicrisis.errors import UnreadableDocument

LIMIT = 20_000_000  # bytes; the longest case report is below 1 MB

Source = str | bytes | os.PathLike[str] | IO[bytes] | IO[str]


def read(source: Source, *, name: str | None = None, encoding: str | None = None) -> Document:
    """Read *source* (a path, a text, bytes or an open file) into a Document.

    A `str` is the narrative itself; a path is a `pathlib.Path` (or any `os.PathLike`).
    """
    if isinstance(source, str):
        return _text(source, name)
    if isinstance(source, os.PathLike):
        path = Path(source)
        return _bytes(_load(path), name or path.stem, path.suffix.lower(), encoding)
    if isinstance(source, bytes | bytearray | memoryview):
        return _bytes(bytes(source), name or "document", "", encoding)
    content = source.read(LIMIT + 1)
    if isinstance(content, str):
        return _text(content, name)
    label = Path(str(getattr(source, "name", "document")))
    return _bytes(content, name or label.stem, label.suffix.lower(), encoding)


def _text(text: str, name: str | None) -> Document:
    if len(text) > LIMIT:
        raise _too_large()
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return plain(text, name=name or "document", sha256=digest)


def _bytes(data: bytes, name: str, suffix: str, encoding: str | None) -> Document:
    if len(data) > LIMIT:
        raise _too_large()
    digest = hashlib.sha256(data).hexdigest()
    text, findings = decode(data, encoding)
    build = markdown if suffix in (".md", ".markdown") else plain
    return build(text, name=name, sha256=digest, findings=findings)


def _load(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UnreadableDocument(f"{path}: is a folder")
        with path.open("rb") as file:
            return file.read(LIMIT + 1)
    except FileNotFoundError:
        raise UnreadableDocument(f"{path}: no such file") from None
    except OSError as error:
        raise UnreadableDocument(f"{path}: {error.strerror or 'cannot be read'}") from None


def _too_large() -> UnreadableDocument:
    return UnreadableDocument(
        f"larger than {LIMIT // 1_000_000} MB: split it into single narratives"
    )
