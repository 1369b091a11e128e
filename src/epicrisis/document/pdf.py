"""PDF (extra `pdf`): the text that the pages carry, in reading order. Runs inside the sandbox.

Signs become runs (`pdf_page`, `pdf_run`), runs become lines (`pdf_layout`) in columns
(`pdf_columns`), and lines become paragraphs (`pdf_flow`) without running heads and page numbers
(`pdf_furniture`) and line-end hyphens (`pdf_hyphens`). A page that is only a picture has no text:
it is named in the findings, and a file of such pages is refused.
"""

from __future__ import annotations

import re
from typing import Any

from epicrisis.document.pdf_flow import write
from epicrisis.document.pdf_form import form_runs
from epicrisis.document.pdf_layout import lines_of
from epicrisis.document.pdf_line import Line
from epicrisis.document.pdf_numbers import without_line_numbers
from epicrisis.document.pdf_page import Page, Rectangle
from epicrisis.document.pdf_run import Run
from epicrisis.document.sandbox import CPU_SECONDS, allow
from epicrisis.document.structure import Draft
from epicrisis.errors import UnreadableDocument
from epicrisis.kept import lazy

PAGES = 400
CHARACTERS = 3_000_000
_SECONDS_PER_PAGE = 0.075  # of processor time; a dense page takes half of it


def draft(data: bytes) -> dict[str, Any]:
    """Return the draft of a PDF."""
    import pypdfium2

    document = _open(pypdfium2, data)
    if len(document) > PAGES:
        raise UnreadableDocument(f"pdf: more than {PAGES} pages: split it into single narratives")
    allow(CPU_SECONDS + _SECONDS_PER_PAGE * len(document))
    written = Draft()
    pages: list[list[Line]] = []
    empty: list[int] = []
    characters = outside = filled = numbers = 0
    form = _form(document)
    for number in range(len(document)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            raise UnreadableDocument(f"pdf: page {number + 1} is damaged") from None
        reader = Page(page.get_textpage(), _shown(page))
        characters += reader.count
        if characters > CHARACTERS:
            raise UnreadableDocument(f"pdf: more than {CHARACTERS // 1_000_000} million characters")
        by_turn = reader.runs()
        by_turn[0], counted = without_line_numbers(by_turn.get(0, []))
        numbers += counted
        outside += reader.outside
        if form is not None:
            upright = by_turn.setdefault(0, [])
            values = form_runs(page, form, upright)
            upright += values
            filled += len(values)
        views = [lines_of(runs) for runs in sorted(by_turn.values(), key=_amount, reverse=True) if runs]
        pages += views  # what stands sideways is read after what stands upright
        if not views:
            empty.append(number + 1)
    if not pages and outside:
        raise UnreadableDocument("pdf: all of its text stands beyond the edges of its pages")
    if not pages:
        raise UnreadableDocument("pdf: holds no text, only pictures of pages: run optical character recognition first")
    if empty:
        written.findings.append(f"pages-without-text: {', '.join(map(str, empty[:20]))}")
    if outside:
        written.findings.append(f"text-beyond-the-page-left-out: {outside} characters")
    if numbers:
        written.findings.append(f"line-numbers-left-out: {numbers}")
    if filled:
        written.findings.append(f"form-fields-read: {filled} lines")
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


def _form(document: Any) -> Any:
    """Return the handle of the document's form, None where it has none."""
    if not document.get_formtype():
        return None
    document.init_forms()
    return document.formenv


def _shown(page: Any) -> Rectangle:
    """Return the part of a page that is shown: the crop box, within the sheet."""
    sheet: Rectangle = page.get_mediabox()
    crop: Rectangle = page.get_cropbox()
    left, bottom, right, top = (
        max(sheet[0], crop[0]), max(sheet[1], crop[1]), min(sheet[2], crop[2]), min(sheet[3], crop[3]),
    )  # fmt: skip
    return (left, bottom, right, top) if right - left > 20 and top - bottom > 20 else sheet


def _amount(runs: list[Run]) -> int:
    return sum(len(run.text) for run in runs)
