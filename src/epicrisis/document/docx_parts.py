"""The parts of a Word file: its document, styles and page headers, of any kind of Word file.

Documents, templates and files with macros differ in a content type only, "strict" files in their names.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass
from typing import Any

from epicrisis.document.docx_words import W
from epicrisis.errors import UnreadableDocument

_UNPACKED = 100_000_000
_ENTRIES = 5_000
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What is read of a Word file, as XML elements."""

    document: Any
    styles: Any
    headers: tuple[Any, ...]
    title: str


def opened(data: bytes) -> Parts:
    """Return the parts of a Word file.

    Raises:
        UnreadableDocument: an archive of something else, too large, or locked.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        raise UnreadableDocument("docx: not a Word document (damaged archive)") from None
    with archive:
        names = _checked(archive)
        main = next(iter(_related(archive, "", "officeDocument")), "word/document.xml")
        if main not in names:
            raise UnreadableDocument("a ZIP archive that is not a Word document")
        document = _xml(archive, main)
        if document.tag != W + "document":
            raise UnreadableDocument("an Office file that is not a Word document")
        styles = next((n for n in _related(archive, main, "styles") if n in names), None)
        core = next((n for n in _related(archive, "", "core-properties") if n in names), None)
        title = _xml(archive, core).findtext(_TITLE) if core else None
        return Parts(
            document,
            _xml(archive, styles) if styles else None,
            tuple(_xml(archive, n) for n in _related(archive, main, "header") if n in names),
            (title or "").strip(),
        )


def _checked(archive: zipfile.ZipFile) -> frozenset[str]:
    """Refuse an archive that unpacks to more than a letter can be; return its names."""
    entries = archive.infolist()
    if len(entries) > _ENTRIES or sum(e.file_size for e in entries) > _UNPACKED:
        raise UnreadableDocument("docx: unpacks to more than 100 MB")
    if any(e.flag_bits & 1 for e in entries):
        raise UnreadableDocument("docx: protected by a password")
    return frozenset(e.filename for e in entries)


def _related(archive: zipfile.ZipFile, part: str, kind: str) -> list[str]:
    """Return the names of the parts of one kind that *part* (or the whole file) refers to, in their order."""
    folder, name = posixpath.split(part)
    listed = posixpath.join(folder, "_rels", f"{name}.rels")
    if listed not in archive.namelist():
        return []
    found = [r for r in _xml(archive, listed).iter(_RELATION) if r.get("Type", "").endswith(f"/{kind}")]
    targets = [r.get("Target", "") for r in found if r.get("TargetMode") != "External"]
    return [posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") for target in targets]


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    from lxml import etree

    content = archive.read(name)
    for strict, usual in _STRICT:
        content = content.replace(strict, usual)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableDocument("docx: XML with a document type is refused")
    return root
