"""Word documents (extra `docx`): heading styles, bold lines, lists and tables in their order.

Runs inside the sandbox. Tracked changes are read as if accepted; what stands in content controls and text
boxes is read like the rest. Headers, footers, comments, deleted, struck and hidden text are not the narrative.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from epicrisis.document.headings import kind_of
from epicrisis.document.structure import Draft
from epicrisis.errors import UnreadableDocument
from epicrisis.kept import lazy

_UNPACKED = 100_000_000
_ENTRIES = 5_000
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# wrappers of text that has its place, which python-docx would pass over; `sdt` is a content control
_WRAPPERS = tuple(_WORD + name for name in ("ins", "moveTo", "smartTag", "customXml", "fldSimple", "sdt", "sdtContent"))
_UNSAID = tuple(_WORD + name for name in ("strike", "dstrike", "vanish"))
_LEVEL = lazy(r"(?:heading|überschrift|titre)\s*(\d)", re.IGNORECASE)


def draft(data: bytes) -> dict[str, Any]:
    """Return the draft of a Word document."""
    import docx
    from docx.table import Table

    _check(data)
    document = docx.Document(io.BytesIO(data))
    _unwrap(document.element.body)
    _silence(document.element.body)
    written = Draft()
    core = document.core_properties
    if core.title and len(core.title) > 15:
        written.bibliography["title"] = core.title
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            _table(written, block, 0)
        else:
            _paragraph(written, block)
            for boxed in _boxed(block):
                _paragraph(written, boxed)
    return written.state()


def _unwrap(body: Any) -> None:
    """Put what stands in a wrapper in the wrapper's place."""
    for wrapper in list(body.iter(*_WRAPPERS)):
        parent = wrapper.getparent()
        place = parent.index(wrapper)
        for child in list(wrapper):
            parent.insert(place, child)
            place += 1
        parent.remove(wrapper)


def _silence(body: Any) -> None:
    """Take out what is struck through or hidden."""
    for run in list(body.iter(_WORD + "r")):
        marks = run.find(_WORD + "rPr")
        set_ = marks is not None and [m for m in marks if m.tag in _UNSAID]
        if set_ and any(m.get(_WORD + "val", "1") not in ("0", "false", "off") for m in set_):
            run.getparent().remove(run)


def _boxed(paragraph: Any) -> list[Any]:
    """Return the paragraphs of the text boxes that hang on *paragraph*, each once."""
    from docx.text.paragraph import Paragraph

    return [
        Paragraph(p, paragraph._parent)
        for box in paragraph._p.iter(_WORD + "txbxContent")
        if not any(a.tag.endswith("}Fallback") for a in box.iterancestors())  # the same box for older programs
        for p in box.iterchildren(_WORD + "p")
    ]


def _paragraph(written: Draft, paragraph: Any) -> None:
    text = paragraph.text
    if not text.strip():
        return
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    level = _LEVEL.search(style)
    if style.lower() == "title":
        written.paragraph(text)
    elif level:
        written.heading(text, int(level.group(1)))
    elif len(text) <= 110 and _bold(paragraph) and kind_of(text, marked=True):
        written.heading(text, 7)
    else:
        lead = "- " if "list" in style.lower() else ""
        for line in text.split("\n"):
            written.paragraph(lead + line)


def _bold(paragraph: Any) -> bool:
    runs = [r for r in paragraph.runs if r.text.strip()]
    return bool(runs) and all(r.bold for r in runs)


def _table(written: Draft, table: Any, depth: int) -> None:
    """Write a table; merged cells are said once, tables in cells follow their row."""
    for row in table.rows:
        cells: list[Any] = []
        for cell in row.cells:
            if not any(cell._tc is c._tc for c in cells):
                cells.append(cell)
        written.rows([[cell.text for cell in cells]])
        if depth < 3:
            for cell in cells:
                for inner in cell.tables:
                    _table(written, inner, depth + 1)


def _check(data: bytes) -> None:
    """Refuse an archive that unpacks to more than a letter can be."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        raise UnreadableDocument("docx: not a Word document (damaged archive)") from None
    if len(entries) > _ENTRIES or sum(e.file_size for e in entries) > _UNPACKED:
        raise UnreadableDocument("docx: unpacks to more than 100 MB")
    names = {e.filename for e in entries}
    if "word/document.xml" not in names and "[Content_Types].xml" not in names:
        raise UnreadableDocument("a ZIP archive that is not a Word document")
    if any(e.flag_bits & 1 for e in entries):
        raise UnreadableDocument("docx: protected by a password")
