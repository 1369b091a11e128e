"""Make the files that readers are tested with: PDF pages, Word documents, hostile things."""

from __future__ import annotations

import io
import re
import zlib
from typing import Any

import pytest

MARGIN = 56
HEADING = re.compile(r"(?:#+ |\d+(?:\.\d+)*\.? )?\S.{0,70}")


def pdf(
    text: str,
    *,
    columns: int = 1,
    hyphenate: bool = False,
    header: str = "",
    footer: bool = False,
    headings: frozenset[str] = frozenset(),
    size: float = 10,
) -> bytes:
    """Return a PDF of *text*: paragraphs apart by an empty line, columns filled one by one."""
    reportlab = pytest.importorskip("reportlab.pdfgen.canvas", reason="reportlab makes the PDFs")
    from reportlab.pdfbase.pdfmetrics import stringWidth

    out = io.BytesIO()
    canvas = reportlab.Canvas(out, pagesize=(595, 842), invariant=1)
    width = (595 - 2 * MARGIN - 18 * (columns - 1)) / columns
    pitch = size * 1.2
    state = {"page": 1, "column": 0, "y": 842.0 - 80}

    def furniture() -> None:
        canvas.setFont("Helvetica", 8)
        if header:
            canvas.drawString(MARGIN, 842 - 40, header)
        if footer:
            canvas.drawString(MARGIN, 30, "Copyright: the authors. Open access article.")
            canvas.drawCentredString(297, 18, str(state["page"]))

    def advance() -> None:
        state["y"] -= pitch
        if state["y"] > 70:
            return
        state["y"] = 842.0 - 80
        state["column"] += 1
        if state["column"] == columns:
            furniture()
            canvas.showPage()
            state["column"] = 0
            state["page"] += 1

    def put(line: str, font: str) -> None:
        canvas.setFont(font, size)
        canvas.drawString(MARGIN + state["column"] * (width + 18), state["y"], line)
        advance()

    for paragraph in re.split(r"\n\s*\n", text):
        words = paragraph.split()
        if not words:
            continue
        font = "Helvetica-Bold" if " ".join(words) in headings else "Helvetica"
        line = ""
        for word in words:
            longer = f"{line} {word}" if line else word
            if stringWidth(longer, font, size) <= width:
                line = longer
                continue
            if hyphenate and line and re.fullmatch(r"[a-z]{9,}[.,;]?", word):
                cut = len(word) // 2
                if stringWidth(f"{line} {word[:cut]}-", font, size) <= width:
                    put(f"{line} {word[:cut]}-", font)
                    line = word[cut:]
                    continue
            put(line, font)
            line = word
        if line:
            put(line, font)
        advance()
    furniture()
    canvas.save()
    return out.getvalue()


def drawn(
    *pages: list[tuple[float, float, str]], size: float = 10, turn: int = 0, rotate: int = 0, font: str = "Helvetica"
) -> bytes:
    """Return a PDF with words at places: (x, y, words) for each page, all turned against the clock."""
    reportlab = pytest.importorskip("reportlab.pdfgen.canvas", reason="reportlab makes the PDFs")
    out = io.BytesIO()
    canvas = reportlab.Canvas(out, pagesize=(842, 842), invariant=1)
    for page in pages:
        canvas.setFont(font, size)
        canvas.translate(421, 421)
        canvas.rotate(turn)
        canvas.translate(-421, -421)
        for x, y, words in page:
            canvas.drawString(x, y, words)
        canvas.setPageRotation(rotate)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def lines(*texts: str, x: float = 56, top: float = 780, pitch: float = 13) -> list[tuple[float, float, str]]:
    """Return the places of lines below each other."""
    return [(x, top - pitch * n, text) for n, text in enumerate(texts)]


def typeset(
    paragraphs: list[str], *, columns: int = 1, size: float = 10, tables: dict[int, list[list[str]]] | None = None
) -> bytes:
    """Return a PDF of justified paragraphs in Times, which may have markup, as a journal sets them.

    *tables* are put before the paragraph of their number.
    """
    platypus = pytest.importorskip("reportlab.platypus", reason="reportlab makes the PDFs")
    from reportlab.lib.styles import ParagraphStyle

    out = io.BytesIO()
    width = (595 - 2 * MARGIN - 20 * (columns - 1)) / columns
    frames = [
        platypus.Frame(MARGIN + n * (width + 20), 60, width, 700, leftPadding=0, rightPadding=0) for n in range(columns)
    ]
    document = platypus.BaseDocTemplate(out, pagesize=(595, 842), invariant=1)
    document.addPageTemplates([platypus.PageTemplate(frames=frames)])
    style = ParagraphStyle("text", fontName="Times-Roman", fontSize=size, leading=1.2 * size, alignment=4)
    story: list[Any] = []
    for number, paragraph in enumerate(paragraphs):
        if tables and number in tables:
            story.append(platypus.Table(tables[number], style=[("FONTSIZE", (0, 0), (-1, -1), 8)]))
        story += [platypus.Paragraph(paragraph, style), platypus.Spacer(1, 6)]
    document.build(story)
    return out.getvalue()


def raw_pdf(objects: list[bytes]) -> bytes:
    """Return a PDF of hand-written objects, numbered from 1; object 1 is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


def flate_bomb(megabytes: int, filters: int = 1) -> bytes:
    """Return a one-page PDF whose content unpacks to *megabytes* of text operators."""
    content = b"BT /F1 9 Tf 1 0 0 1 50 700 Tm\n" + b"(word of a bomb) Tj\n" * (megabytes * 50_000)
    packed = content
    for _ in range(filters):
        packed = zlib.compress(packed, 9)
    names = b"[" + b"/FlateDecode " * filters + b"]"
    return raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
            b"<</Length %d/Filter %s>>stream\n%s\nendstream" % (len(packed), names, packed),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]
    )


def docx(blocks: list[tuple[str, object]]) -> bytes:
    """Return a Word file of blocks: (a style, "p" or "bold"; text) or ("table", rows)."""
    library = pytest.importorskip("docx", reason="python-docx makes the Word files")
    document = library.Document()
    for kind, content in blocks:
        if kind == "table":
            rows: list[list[str]] = content  # type: ignore[assignment]
            table = document.add_table(rows=0, cols=len(rows[0]))
            for row in rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        elif kind == "bold":
            document.add_paragraph().add_run(str(content)).bold = True
        elif kind == "p":
            document.add_paragraph(str(content))
        elif kind == "xml":  # what Word writes and python-docx cannot
            for element in _word(str(content)):
                document.element.body.insert_element_before(element, "w:sectPr")
        else:
            document.add_paragraph(str(content), style=kind)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _word(content: str) -> list[Any]:
    from docx.oxml import parse_xml

    names = {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    }
    declared = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in names.items())
    return [*parse_xml(f"<w:body {declared}>{content}</w:body>")]
