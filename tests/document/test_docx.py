"""A Word file is read as Word shows it, in whatever kind of Word file it comes."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from document import builders
from epicrisis.document import read
from epicrisis.errors import UnreadableDocument

library = pytest.importorskip("docx", reason="python-docx makes the Word files")
pytest.importorskip("lxml", reason="the extra docx is not installed")

KIND = b"wordprocessingml.document.main+xml"


def _run(text: str, properties: str = "") -> str:
    marks = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{marks}<w:t xml:space="preserve">{text}</w:t></w:r>'


def _cell(*lines: str, more: str = "") -> str:
    return f"<w:tc><w:tcPr>{more}</w:tcPr>{''.join(f'<w:p>{_run(line)}</w:p>' for line in lines)}</w:tc>"


def _box(state: str) -> str:
    """Return a box of an old form: ticked, unless *state* says otherwise."""
    inner = f"<w:ffData><w:checkBox><w:default w:val='0'/>{state}</w:checkBox></w:ffData>".replace("@", "'")
    return f"<w:r><w:fldChar w:fldCharType='begin'>{inner}</w:fldChar></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>"


DOWN, ON, WIDE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'
STORY = "He had gastric cancer, which was resected in May 2020, and was well for three years after it."
RAISED = '<w:vertAlign w:val="superscript"/>'
BOX = f"<w:r><w:drawing><w:txbxContent><w:p>{_run('In a box.')}</w:p></w:txbxContent></w:drawing></w:r>"
SHOWN = {
    "a power": (f"<w:p>{_run('4.65 x 10')}{_run('9', RAISED)}{_run('/L')}</w:p>", "4.65 x 10^9/L"),
    "a unit": (f"<w:p>{_run('130 mg/m')}{_run('2', RAISED)}{_run(' daily')}</w:p>", "130 mg/m2 daily"),
    "a citation": (f"<w:p>{_run('sarcoma')}{_run('3,4', RAISED)}{_run('.')}</w:p>", "sarcoma[3,4]."),
    "a citation behind a number": (f"<w:p>{_run('CEA 12')}{_run('6', RAISED)}</w:p>", "CEA 12[6]"),
    "an isotope": (f"<w:p>{_run('18', RAISED)}{_run('F-FDG')}</w:p>", "18F-FDG"),
    "a formula": (
        f"<w:p>{_run('WBC ')}<m:oMath><m:r><m:t>4.65×</m:t></m:r><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r>"
        f"<m:t>9</m:t></m:r></m:sup></m:sSup></m:oMath>{_run('/L')}</w:p>",
        "WBC 4.65×10^9/L",
    ),
    "symbols": (
        '<w:p><w:r><w:t xml:space="preserve">CEA </w:t><w:sym w:font="Symbol" w:char="F0B3"/><w:t xml:space="preserve">5 '
        '</w:t><w:sym w:font="Symbol" w:char="F06D"/><w:t>g </w:t><w:sym w:font="Wingdings" w:char="F0FE"/></w:r></w:p>',
        "CEA ≥5 μg ☑",
    ),
    "symbols as text": (
        f"<w:p>{_run(chr(0xF0B1), '<w:rFonts w:ascii=&quot;Symbol&quot;/>'.replace('&quot;', chr(34)))}</w:p>",
        "±",
    ),
    "a deleted row": (
        f"<w:tbl><w:tr>{_cell('CEA')}{_cell('12')}</w:tr><w:tr><w:trPr><w:del w:id='1'/></w:trPr>{_cell('AFP')}"
        f"{_cell('7')}</w:tr></w:tbl>",
        "CEA | 12",
    ),
    "a box in a cell": (f"<w:tbl><w:tr>{_cell('CEA')}<w:tc><w:p>{BOX}</w:p></w:tc></w:tr></w:tbl>", "CEA | In a box."),
    "a table for layout": (
        f"<w:tbl><w:tr>{_cell('History', 'A man.', 'Allergies: Penicillin', 'Medication: Cisplatin')}</w:tr></w:tbl>",
        "History\n\nA man.\n\nAllergies: Penicillin\n\nMedication: Cisplatin",
    ),
    "a value on two lines": (
        f"<w:tbl><w:tr>{_cell('CEA', '(ng/mL)')}{_cell('12')}</w:tr></w:tbl>",
        "CEA (ng/mL) | 12",
    ),
    "cells over several rows": (
        f"<w:tbl><w:tr>{_cell('CEA', more='<w:vMerge w:val=@restart@/>'.replace('@', chr(34)))}{_cell('12')}</w:tr>"
        f"<w:tr>{_cell('', more='<w:vMerge/>')}{_cell('13')}</w:tr></w:tbl>",
        "CEA | 12\nCEA | 13",
    ),
    "heads over several columns": (
        f"<w:tbl><w:tr>{_cell('Test', more=DOWN)}{_cell('2020', more=WIDE)}{_cell('2021')}</w:tr><w:tr>{_cell('', more=ON)}"
        f"{_cell('May')}{_cell('June')}{_cell('July')}</w:tr><w:tr>{_cell('CEA')}{_cell('5')}{_cell('7')}{_cell('9')}</w:tr></w:tbl>",
        "Test | 2020 May | 2020 June | 2021 July\nCEA | 5 | 7 | 9",
    ),
    "heads over a line without a name": (
        f"<w:tbl><w:tr>{_cell('Test')}{_cell('2020', more=WIDE)}</w:tr><w:tr>{_cell('')}{_cell('May')}{_cell('June')}</w:tr>"
        f"<w:tr>{_cell('CEA')}{_cell('5')}{_cell('7')}</w:tr></w:tbl>",
        "Test | 2020 May | 2020 June\nCEA | 5 | 7",
    ),
    "a value over several columns": (
        f"<w:tbl><w:tr>{_cell('Test')}{_cell('May')}{_cell('June')}</w:tr><w:tr>{_cell('CEA')}{_cell('not done', more=WIDE)}"
        f"</w:tr><w:tr>{_cell('AFP')}{_cell('5')}{_cell('7')}</w:tr></w:tbl>",
        "Test | May | June\nCEA | not done |\nAFP | 5 | 7",
    ),
    "a row that begins further in": (
        f"<w:tbl><w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{_cell('May')}{_cell('June')}</w:tr><w:tr>{_cell('CEA')}"
        f"{_cell('5')}{_cell('7')}</w:tr></w:tbl>",
        "| May | June\nCEA | 5 | 7",
    ),
    "a story beside several rows": (
        f"<w:tbl><w:tr>{_cell(STORY, more=DOWN)}{_cell('CEA 5')}</w:tr><w:tr>{_cell('', more=ON)}{_cell('AFP 7')}</w:tr></w:tbl>",
        f"{STORY} | CEA 5\n| AFP 7",
    ),
    "a deleted cell": (
        f"<w:tbl><w:tr>{_cell('CEA')}{_cell('12', more='<w:cellDel w:id=@1@/>'.replace('@', chr(34)))}{_cell('13')}</w:tr></w:tbl>",
        "CEA | 13",
    ),
    "a deleted end of a paragraph": (
        f"<w:p><w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr>{_run('He got 5-')}</w:p><w:bookmarkStart w:id='2' w:name='b'/>"
        f"<w:p>{_run('fluorouracil.')}</w:p>",
        "He got 5-fluorouracil.",
    ),
    "a field nobody filled in": (
        f"<w:p>{_run('Grade: ')}<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{_run('Choose grade 3.')}"
        f"</w:sdtContent></w:sdt>{_run('2')}</w:p>",
        "Grade: 2",
    ),
    "boxes of a form": (
        f"<w:p>{_run('Spread: ')}{_box('<w:checked/>')}{_run(' liver ')}{_box('<w:checked w:val=@0@/>')}{_run(' lung')}</w:p>",
        "Spread: ☒ liver ☐ lung",
    ),
    "a choice of a form": (
        f"<w:p>{_run('ECOG ')}<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:ddList><w:result w:val='1'/><w:listEntry "
        "w:val='0'/><w:listEntry w:val='2'/></w:ddList></w:ffData></w:fldChar></w:r></w:p>",
        "ECOG 2",
    ),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_word_file_is_read_as_it_is_shown(name: str) -> None:
    """Raised numbers, formulas, symbols and tables keep their meaning."""
    content, text = SHOWN[name]
    made = builders.docx([("p", "Before."), ("xml", content)])
    told = read(made).text.removeprefix("Before.")
    assert "\n".join(line.strip() for line in told.split("\n")).lstrip("\n") == text


def _made(fill: Callable[[Any], object]) -> bytes:
    document = library.Document()
    fill(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _changed(data: bytes, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            made.writestr(name, given.read(name).replace(old, new))
    return out.getvalue()


def test_who_a_letter_is_about_may_stand_in_the_header() -> None:
    """Of the page header that line is kept, the rest is furniture."""

    def fill(document: Any) -> None:
        section = document.sections[0]
        section.header.paragraphs[0].text = "St. Elsewhere Hospital"
        section.header.add_paragraph("Patient: John Doe, 61-year-old man")
        section.footer.paragraphs[0].text = "Page 2 of 5"
        document.add_paragraph("He had gastric cancer.")

    assert read(_made(fill)).text == "Patient: John Doe, 61-year-old man\n\nHe had gastric cancer."


def test_words_of_a_struck_style_are_not_told() -> None:
    """A style may strike its words out, as a run may."""

    def fill(document: Any) -> None:
        document.styles.add_style("Gone", 2).font.strike = True
        paragraph = document.add_paragraph("He got ")
        paragraph.add_run("cisplatin ", style="Gone")
        paragraph.add_run("oxaliplatin")

    assert read(_made(fill)).text == "He got oxaliplatin"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        ),
        (b"vnd.openxmlformats-officedocument." + KIND, b"vnd.ms-word.document.macroEnabled.main+xml"),
        (KIND, b"wordprocessingml.template.main+xml"),
    ],
    ids=["strict", "with macros", "template"],
)
def test_any_kind_of_word_file_is_read(old: bytes, new: bytes) -> None:
    """They differ in names only."""
    made = _changed(builders.docx([("Heading 1", "History"), ("p", "A man.")]), old, new)
    document = read(made)
    assert [(s.kind, document.text[s.start : s.end]) for s in document.sections] == [("history", "A man.")]


def test_a_document_type_is_refused() -> None:
    """No Word file has one: it is there for entities."""
    made = builders.docx([("p", "A man.")])
    with pytest.raises(UnreadableDocument, match="document type"):
        read(_changed(made, b"<w:document", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document'))


def test_a_long_letter_is_read_in_time() -> None:
    """Styles are looked up once, not for every paragraph."""
    from epicrisis.document.docx import draft

    made = builders.docx([("p", "A man had gastric cancer.")] * 4000)
    began = time.process_time()
    assert len(draft(made)["text"]) > 100_000
    assert time.process_time() - began < 4


def test_what_of_a_word_file_is_not_read_is_told() -> None:
    """Footnotes and documents within the document are findings, so that nobody believes that they were read."""
    made = builders.docx(
        [
            ("p", "A man."),
            ("xml", f"<w:p>{_run('Cancer')}<w:r><w:footnoteReference w:id='2'/></w:r></w:p>"),
            ("xml", "<w:altChunk/>"),
        ]
    )
    assert read(made).findings == ("footnotes-left-out: 1", "embedded-documents-left-out: 1")
