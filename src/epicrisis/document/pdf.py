"""PDF (extra `pdf`): the text that the pages carry, in reading order. Runs inside the sandbox.

Characters become runs, runs become lines and columns (`pdf_layout`), and lines become paragraphs
without running heads, page numbers and line-end hyphens (`pdf_flow`). A page that is only a
picture has no text: it is named in the findings, and a file of such pages is refused.
"""

from __future__ import annotations

import ctypes
import re
from typing import Any

from epicrisis.document.pdf_flow import write
from epicrisis.document.pdf_layout import Line, Run, lines_of
from epicrisis.document.structure import Draft
from epicrisis.errors import UnreadableDocument
from epicrisis.kept import lazy

PAGES = 400
CHARACTERS = 3_000_000

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_BOLD = re.compile(rb"bold|black|heavy|semib|demi", re.IGNORECASE)
_FORCE_BOLD = 1 << 18  # a flag of the font descriptor


def draft(data: bytes) -> dict[str, Any]:
    """Return the draft of a PDF."""
    import pypdfium2

    document = _open(pypdfium2, data)
    if len(document) > PAGES:
        raise UnreadableDocument(f"pdf: more than {PAGES} pages: split it into single narratives")
    pages: list[list[Line]] = []
    empty: list[int] = []
    characters = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            raise UnreadableDocument(f"pdf: page {number + 1} is damaged") from None
        reader = _Page(page.get_textpage())
        characters += reader.count
        if characters > CHARACTERS:
            raise UnreadableDocument(f"pdf: more than {CHARACTERS // 1_000_000} million characters")
        lines = lines_of(reader.runs())
        pages.append(lines)
        if not lines:
            empty.append(number + 1)
    written = Draft()
    if len(empty) == len(pages):
        raise UnreadableDocument("pdf: holds no text, only pictures of pages: run optical character recognition first")
    if empty:
        written.findings.append(f"pages-without-text: {', '.join(map(str, empty[:20]))}")
    title = (document.get_metadata_value("Title") or "").strip()
    if len(title) > 15 and not lazy(r"\.(?:docx?|pdf|indd|tex)\b|untitled", re.I).search(title):
        written.bibliography["title"] = title
    write(written, pages)
    return written.state()


def _open(library: Any, data: bytes) -> Any:
    try:
        document = library.PdfDocument(data)
    except library.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableDocument("pdf: protected by a password") from None
        raise UnreadableDocument("pdf: damaged, or not a PDF") from None
    if not len(document):
        raise UnreadableDocument("pdf: has no pages")
    return document


class _Page:
    """One page's characters, with their places."""

    def __init__(self, textpage: Any) -> None:
        from pypdfium2 import raw

        self._raw: Any = raw
        self._page = textpage
        self.count: int = textpage.count_chars()

    def runs(self) -> list[Run]:
        """Return the page's text as runs of characters that stand in one line without a gap."""
        raw, page = self._raw, self._page
        left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
        found: list[Run] = []
        run: Run | None = None
        space = False
        for i in range(self.count):
            code = raw.FPDFText_GetUnicode(page, i)
            if code in (9, 10, 13, 32, 160):
                # a space that the library adds around raised digits is not one of the text
                space = not (run and run.raised) or not raw.FPDFText_IsGenerated(page, i)
                continue
            if code < 32 and code not in (0, 2):
                continue
            if not code or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF):
                code = 0xFFFD  # a glyph whose font does not say which character it is
            raw.FPDFText_GetCharBox(page, i, left, right, bottom, top)
            raw.FPDFText_GetCharOrigin(page, i, x, y)
            size = _size(raw.FPDFText_GetFontSize(page, i), top.value - bottom.value)
            letter = "-" if code == 2 else _LIGATURES.get(chr(code), chr(code))
            if run is None or not run.takes(left.value, y.value, size):
                if run is not None:
                    found.append(run)
                run = Run(left.value, right.value, y.value, size, self._is_bold(i))
                space = False
            run.add(letter, (left.value, right.value, y.value, size), space=space)
            space = False
        if run is not None:
            found.append(run)
        return [r for r in found if r.finish()]

    def _is_bold(self, index: int) -> bool:
        name = ctypes.create_string_buffer(128)
        flags = ctypes.c_int()
        self._raw.FPDFText_GetFontInfo(self._page, index, name, 128, flags)
        return bool(_BOLD.search(name.value)) or bool(flags.value & _FORCE_BOLD)


def _size(stated: float, height: float) -> float:
    """Return a usable size: some files set size 1 and scale the page instead."""
    return stated if stated > 2 else max(height * 1.3, 4.0)
