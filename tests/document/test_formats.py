"""One narrative is the same, whatever kind of file brings it."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import itertools
from collections import Counter
from pathlib import Path

import pytest

from document import builders
from epicrisis.document import Document, read
from epicrisis.errors import UnreadableDocument
from epicrisis.facts import extract
from support import shared_dir

LETTER = (
    "Discharge letter\n\nHistory\n\nA 61-year-old man was diagnosed with gastric adenocarcinoma "
    "in March 2019. He received oxaliplatin 130 mg/m2 every three weeks.\n\nLaboratory\n\n"
    "CEA was 12.5 ng/mL. Haemoglobin was 9.1 g/dL.\n\nReferences\n\n"
    "[1] Patients with breast cancer received docetaxel. J Test 2001.\n"
)


def _told(document: Document) -> Counter[tuple[str, str | None, str, bool]]:
    """Count the facts of a document without their places; each must stand where it says."""
    facts = extract(document)
    for fact in facts:
        assert document.text[fact.start : fact.end] == fact.text
    return Counter((f.kind, f.concept, " ".join(f.text.split()).casefold(), f.negated) for f in facts)


def _file(data: bytes, name: str) -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = name
    return file


def _seed() -> tuple[bytes, bytes]:
    folder = shared_dir() / "seed"
    text = next(p for p in sorted(folder.glob("*.txt")))
    return text.read_bytes(), (folder / "seed.jats.xml").read_bytes()


@pytest.mark.parametrize("kind", ["markdown", "jats", "pdf", "pdf in two columns", "gzip"])
def test_a_published_report_gives_the_same_facts(kind: str) -> None:
    """Text, Markdown, JATS and PDF (also in columns, hyphenated) tell the same facts."""
    text, jats = _seed()
    if kind == "jats":
        document = read(jats)
    elif kind == "markdown":
        document = read(_file(text, "seed.md"))
    elif kind == "gzip":
        document = read(gzip.compress(text))
    else:
        pytest.importorskip("pypdfium2", reason="the extra pdf is not installed")
        whole = read(jats)
        headings = frozenset(s.title.strip() for s in whole.sections)
        two = kind.endswith("columns")
        document = read(
            builders.pdf(
                whole.text,
                headings=headings,
                columns=2 if two else 1,
                hyphenate=two,
                header="Journal of Reports 2022; 10(2): 25-30" if two else "",
                footer=two,
            )
        )
    assert _told(document) == _told(read(text))


def test_pages_lose_only_their_furniture() -> None:
    """Running heads, page numbers and hyphens go; every other word stays, in its order."""
    pytest.importorskip("pypdfium2", reason="the extra pdf is not installed")
    orders = ["".join(p) for p in itertools.permutations("abcde")]
    sentences = [
        f"The patient {word} underwent radiotherapy and chemotherapy for leiomyosarcoma "
        f"metastases of the retroperitoneum after multidisciplinary consultation in {word}."
        for word in orders
    ]
    text = "\n\n".join(" ".join(sentences[n : n + 8]) for n in range(0, len(sentences), 8))
    made = builders.pdf(text, columns=2, hyphenate=True, header="J Rep 2022; 1: 7", footer=True)
    document = read(made)
    assert document.text.split() == text.split()
    assert document.media_type == "application/pdf"
    assert document.source_sha256 == hashlib.sha256(made).hexdigest()
    assert any(f.startswith("page-furniture-left-out") for f in document.findings)


def test_who_a_letter_is_about_stays_once() -> None:
    """A running head that names the patient is kept on the first page."""
    pytest.importorskip("pypdfium2", reason="the extra pdf is not installed")
    body = "\n\n".join("The course was uneventful. The wound was dry and clean." for _ in range(90))
    document = read(builders.pdf(body, header="Patient: Doe, Jane, born 02/03/1960"))
    assert document.text.count("born 02/03/1960") == 1


def test_raised_digits_keep_their_meaning() -> None:
    """An exponent becomes ^9 and the number of a reference stands in brackets."""
    pytest.importorskip("pypdfium2", reason="the extra pdf is not installed")
    canvas = pytest.importorskip("reportlab.pdfgen.canvas", reason="reportlab makes the PDFs")
    out = io.BytesIO()
    page = canvas.Canvas(out)
    text = page.beginText(60, 700)
    low, high = ["Leukocytes 4.65 x 10", "/L as reported", " before."], ["9", "12", ""]
    pieces = [(words, n) for pair in zip(low, high, strict=True) for n, words in enumerate(pair)]
    for words, rise in pieces:
        text.setFont("Helvetica", 6 if rise else 10)
        text.setRise(4 * rise)
        text.textOut(words)
    page.drawText(text)
    page.save()
    assert read(out.getvalue()).text == "Leukocytes 4.65 x 10^9/L as reported[12] before."


def test_a_scan_says_what_to_do() -> None:
    """A PDF of pictures is refused with the advice to run character recognition."""
    pytest.importorskip("pypdfium2", reason="the extra pdf is not installed")
    with pytest.raises(UnreadableDocument, match="optical character recognition"):
        read(builders.pdf(""))


def test_a_word_letter_is_read_with_its_headings_and_tables() -> None:
    """Heading styles, bold lines and tables of a Word file become sections and rows."""
    pytest.importorskip("docx", reason="the extra docx is not installed")
    document = read(
        builders.docx(
            [
                ("Heading 1", "History"),
                ("p", "A 61-year-old man was diagnosed with gastric adenocarcinoma."),
                ("bold", "Laboratory"),
                ("table", [["Test", "Value"], ["CEA", "12.5 ng/mL"]]),
                ("Heading 1", "References"),
                ("p", "[1] Somebody else had breast cancer."),
            ]
        )
    )
    kinds = {s.kind: document.text[s.start : s.end] for s in document.sections}
    assert "CEA | 12.5 ng/mL" in kinds["laboratory"]
    assert "gastric adenocarcinoma" in kinds["history"]
    assert "breast cancer" in kinds["references"]
    assert ("diagnosis", "breast cancer") not in {(f.kind, f.text) for f in extract(document)}


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


@pytest.mark.parametrize(
    ("content", "read_as"),
    [
        (
            f"<w:p>{_run('He received ')}<w:del>{_run('cisplatin').replace('w:t', 'w:delText')}</w:del>"
            f"<w:ins>{_run('oxaliplatin')}</w:ins>{_run(' in May.')}</w:p>",
            "He received oxaliplatin in May.",
        ),
        (f"<w:p>{_run('A')}<w:moveFrom>{_run(' B')}</w:moveFrom><w:moveTo>{_run(' C')}</w:moveTo></w:p>", "A C"),
        (
            f"<w:sdt><w:sdtContent><w:p>{_run('Diagnosis: ')}<w:sdt><w:sdtContent>{_run('gastric cancer')}"
            "</w:sdtContent></w:sdt></w:p></w:sdtContent></w:sdt>",
            "Diagnosis: gastric cancer",
        ),
        (
            "<w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>cisplatin</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr>"
            "<w:t>note</w:t></w:r><w:r><w:rPr><w:strike w:val='0'/></w:rPr><w:t>oxaliplatin</w:t></w:r></w:p>",
            "oxaliplatin",
        ),
        (f"<w:p><w:fldSimple>{_run('May 2016')}</w:fldSimple></w:p>", "May 2016"),
        (
            "<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent><w:p>"
            f"{_run('In a box.')}</w:p></w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>"
            f"<w:p>{_run('In a box.')}</w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
            "In a box.",
        ),
    ],
    ids=["tracked changes", "moved text", "content controls", "struck and hidden", "fields", "text boxes"],
)
def test_a_word_letter_is_read_as_word_shows_it(content: str, read_as: str) -> None:
    """Tracked changes count as accepted, and what stands in controls, fields and boxes is not lost."""
    pytest.importorskip("docx", reason="the extra docx is not installed")
    assert read(builders.docx([("p", "Before."), ("xml", content)])).text.split("\n\n") == ["Before.", read_as]


def test_a_page_is_read_without_its_navigation() -> None:
    """HTML gives headings, paragraphs, lists and tables; scripts, menus and forms stay out."""
    pytest.importorskip("lxml", reason="the extra html is not installed")
    page = (
        "<!doctype html><html><head><title>x</title><meta charset='utf-8'>"
        "<meta name='citation_title' content='A report of one case'></head><body>"
        "<nav>Menu of the site</nav><script>var lung_cancer = 1</script><article><h2>Case</h2>"
        "<p>A 61-year-old man had gastric&nbsp;cancer<del> and lung cancer</del>; leukocytes 4 x 10<sup>9</sup>/L.</p>"
        "<ul><li>Fever</li><li>Cough</li></ul><table><tr><td>CEA</td><td>12.5</td></tr></table>"
        "</article><footer>Imprint</footer></body></html>"
    )
    document = read(page.encode())
    for lost in ("Menu", "lung_cancer", "lung cancer", "Imprint"):
        assert lost not in document.text
    for kept in ("gastric\xa0cancer", "10^9/L", "Fever", "CEA | 12.5"):
        assert kept in document.text
    assert [s.kind for s in document.sections] == ["case"]
    assert document.bibliography["title"] == "A report of one case"


@pytest.mark.parametrize(
    "content",
    ['{"note": "A man had colon cancer."}', ' [{"schema": "epicrisis"}]', "\ufeff[1, 2]", '{"resourceType": "Bundle"}'],
)
def test_json_that_is_no_case_file_is_no_narrative(content: str) -> None:
    """Records of several patients, or a result, are not read as the story of one."""
    with pytest.raises(UnreadableDocument, match="JSON"):
        read(content.encode())


def test_a_narrative_may_begin_with_a_bracket() -> None:
    """Only what is JSON throughout is taken for JSON."""
    assert read(b"[Case] A man had colon cancer.").text.startswith("[Case]")


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_any_encoding_gives_the_same_text(encoding: str) -> None:
    """A text with umlauts and a degree sign reads the same from each common encoding."""
    text = LETTER.replace("A 61-year-old", "Frau Müller: 38.5 °C. A 61-year-old")
    data = text.encode(encoding)
    assert read(data).text.lstrip("\ufeff") == text
    assert read(data, encoding=encoding).text.lstrip("\ufeff") == text


def test_chinese_text_is_read_from_gb18030() -> None:
    """GB18030 without a name is known by the Chinese it gives."""
    text = "患者，女，45岁，盆腔平滑肌肉瘤术后五年余，行放疗及化疗。WBC 4.65\n"
    assert read(text.encode("gb18030")).text == text


def test_utf16_with_its_mark_is_known() -> None:
    """Both byte orders of UTF-16 are told by the mark, which is not part of the text."""
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        assert read(mark + "Fever.".encode(name)).text == "Fever."


def test_plain_text_equals_its_input(tmp_path: Path) -> None:
    """The attached text of a plain file is the file, and its hash is recorded."""
    path = tmp_path / "letter.txt"
    data = LETTER.replace("\n", "\r\n").encode()
    path.write_bytes(data)
    document = read(path)
    assert document.text.encode() == data
    assert document.name == "letter"
    assert document.source_sha256 == hashlib.sha256(data).hexdigest()


def test_jats_keeps_what_is_the_case_and_leaves_the_rest() -> None:
    """Sections by type, legends and tables as text; references and footnotes out, identity read."""
    article = """<?xml version="1.0"?><!DOCTYPE article PUBLIC "-//NLM//DTD JATS 1.2//EN" "x.dtd">
    <article xmlns:xlink="http://www.w3.org/1999/xlink"><front><journal-meta><journal-title-group>
    <journal-title>J Rep</journal-title></journal-title-group></journal-meta><article-meta>
    <article-id pub-id-type="doi">10.1000/x.1</article-id><title-group><article-title>One case of
    <italic>rare</italic> sarcoma</article-title></title-group><contrib-group><contrib><name>
    <surname>Doe</surname><given-names>Ann</given-names></name></contrib></contrib-group>
    <pub-date pub-type="epub"><day>3</day><month>2</month><year>2020</year></pub-date>
    </article-meta></front><body><sec sec-type="intro"><title>Why</title>
    <p>Sarcoma is rare.</p></sec>
    <sec sec-type="cases"><title>A man of the sea</title><p>He had a leiomyosarcoma<sup><xref
    ref-type="bibr">3</xref></sup> and 10<sup>9</sup>/L cells.</p><fig><label>Figure 1</label>
    <caption><p>CT of the liver.</p></caption></fig><table-wrap>
    <label>Table 1</label><caption><p>Labs</p>
    </caption><table><tr><td>CEA</td><td>5</td></tr></table></table-wrap></sec></body>
    <back><fn-group><fn><p>A footnote.</p></fn></fn-group><ref-list><ref><mixed-citation>Roe. Breast
    cancer.</mixed-citation></ref></ref-list></back></article>"""
    document = read(article.encode())
    kinds = {s.kind: document.text[s.start : s.end] for s in document.sections}
    assert kinds["introduction"].endswith("Sarcoma is rare.")
    assert "leiomyosarcoma[3] and 10^9/L" in kinds["case"]
    assert kinds["figure"] == "CT of the liver."
    assert "CEA | 5" in kinds["table"]
    assert "Breast" not in document.text
    assert "footnote" not in document.text
    assert document.bibliography == {
        "title": "One case of rare sarcoma",
        "journal": "J Rep",
        "doi": "10.1000/x.1",
        "authors": "Ann Doe",
        "published": "2020-02-03",
    }
