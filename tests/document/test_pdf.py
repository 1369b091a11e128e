"""Pages of a PDF become the text that their writer meant."""

from __future__ import annotations

import io
import textwrap
import time

import pytest

from document.builders import drawn, lines, typeset
from epicrisis.document import read
from epicrisis.errors import UnreadableDocument
from support import shared_dir

pytest.importorskip("pypdfium2", reason="the extra pdf is not installed")

BODY = (
    "A 61-year-old man was diagnosed with gastric adenocarcinoma in March 2019. He received oxaliplatin 130 mg/m2 "
    "from April 2019. CEA was 12.5 ng/mL. CT showed liver metastases in July 2019. He developed grade 2 fatigue. "
    "Partial response was seen in October 2019. Paclitaxel was started in November 2019."
)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("oxaliplatin 130 mg/m<super size=6>2</super> daily", "oxaliplatin 130 mg/m2 daily"),
        ("a tumour of 3 cm<super size=6>3</super>, BMI 22 kg/m<super size=6>2</super>", "a tumour of 3 cm3, BMI 22 kg/m2"),
        ("WBC 4500/mm<super size=6>3</super>; 60 mL/min/1.73 m<super size=6>2</super>.", "WBC 4500/mm3; 60 mL/min/1.73 m2."),
        ("WBC 4.65 x 10<super size=6>9</super>/L", "WBC 4.65 x 10^9/L"),
        ("PET with <super size=6>18</super>F-FDG and (<super size=6>99m</super>Tc)", "PET with 18F-FDG and (99mTc)"),
        ("<super size=6>177</super>Lu-DOTATATE", "177Lu-DOTATATE"),
        ("of the sarcoma<super size=6>3,4</super> and more.<super size=6>12</super> In all", "of the sarcoma[3,4] and more.[12] In all"),
        ("in 2015<super size=6>12</super> and Ki-67<super size=6>3</super>", "in 2015[12] and Ki-67[3]"),
        ("pT<sub size=6>3</sub>N<sub size=6>1</sub>M<sub size=6>0</sub>, HbA<sub size=6>1c</sub> 6%", "pT3N1M0, HbA1c 6%"),
        ("Ca<super size=6>2+</super>, CD8<super size=6>+</super>", "Ca2+, CD8+"),
    ],
)  # fmt: skip
def test_raised_and_lowered_signs(markup: str, text: str) -> None:
    """A unit, a power, an isotope, a reference and an index are told apart."""
    assert read(typeset([f"He had {markup}"])).text == f"He had {text}"


def test_what_differs_from_page_to_page_stays() -> None:
    """Cycles, rows of a table and visits at the edges of pages are no running heads."""
    talk = [f"Sentence {sign} of the hospital course was dictated by the resident on call." for sign in "abcdefghij"]
    cycles = [f"Cycle {n}: oxaliplatin 130 mg/m2 on {n:02}.0{n}.2021" for n in range(1, 7)]
    text = read(drawn(lines(*talk, *cycles[:3]), lines(*cycles[3:], *talk))).text
    assert all(cycle in text.split("\n") for cycle in cycles)
    rows = [[(56.0 + 120 * k, 0.0, f"{n}.{k}") for k in range(4)] for n in range(1, 25)]
    pages = [
        [(x, 780 - 14.0 * n, cell) for n, row in enumerate(half) for x, _, cell in row]
        for half in (rows[:12], rows[12:])
    ]
    table = read(drawn(*pages)).text
    assert table.split("\n") == [" | ".join(cell for _, _, cell in row) for row in rows]
    visits = [["Visit 1", *talk[:4]], ["Visit 2", *talk[4:8]], ["Visit 3", *talk[:4]]]
    text = read(drawn(*([(56.0, 805.0, first), *lines(*rest, top=770)] for first, *rest in visits))).text
    assert all(f"Visit {n}" in text for n in (1, 2, 3))


@pytest.mark.parametrize("count", [2, 3, 6])
def test_the_number_of_a_page_goes_with_its_running_head(count: int) -> None:
    """Heads that differ only in the number of the page are left out; a day in them is told once."""
    pages = [
        [
            (56.0, 810.0, "Department of Oncology"), (500.0, 810.0, f"Page {n} of {count}"),
            (56.0, 800.0, "Admission of 12.03.2021"), *lines(*textwrap.wrap(BODY, 80), top=760), (297.0, 30.0, f"- {n} -"),
        ]
        for n in range(1, count + 1)
    ]  # fmt: skip
    document = read(drawn(*pages))
    assert document.text.count("Admission of 12.03.2021") == 1
    assert "Page" not in document.text
    assert "Oncology" not in document.text
    assert f"- {count} -" not in document.text
    assert document.text.count(BODY) == count


def test_a_line_that_was_meant_to_end_ends() -> None:
    """Labels with their values, lists and addresses stay on lines of their own."""
    letter = [
        "Allergies: Penicillin",
        "Medication: Oxaliplatin 130 mg/m2",
        "Capecitabine 1000 mg/m2 twice daily",
        "Drugs at home:",
        "Bisoprolol 5 mg 1-0-1",
        "Family history: mother had breast cancer",
        "Smoking: never",
        "Diagnoses:",
        "\u2022 Gastric adenocarcinoma pT3 N1 M0",
        "\u2022 Diabetes mellitus type 2",
    ]
    assert [line for line in read(drawn(lines(*letter))).text.split("\n") if line] == letter


@pytest.mark.parametrize("width", [38, 60, 85])
def test_running_text_goes_on(width: int) -> None:
    """A line that begins with a name or a number does not begin a paragraph."""
    prose = (
        "He was treated at St. Mary Hospital. CT of the chest in March 2019 showed Hodgkin lymphoma. Prof. Smith of "
        "Berlin recommended ABVD: doxorubicin, bleomycin, vinblastine and dacarbazine. PET-CT in June 2019 showed CR. "
        "In August 2019 EBV was found. IgG was low. Follow-up of ten years was planned with Dr. Jones of "
        "Hamburg."
    )
    assert read(drawn(lines(*textwrap.wrap(prose, width)))).text == prose


def test_a_label_and_its_value_are_one() -> None:
    """A form set in two columns reads as lines of labels with values."""
    form = [("Age:", "61 years"), ("Diagnosis:", "Gastric adenocarcinoma"), ("Stage:", "pT3 N1 M0")]
    page = [
        part
        for n, (label, value) in enumerate(form)
        for part in ((56.0, 780.0 - 16 * n, label), (200.0, 780.0 - 16 * n, value))
    ]
    assert read(drawn(page)).text.split("\n") == [f"{label} {value}" for label, value in form]


def test_cells_parted_by_spaces_are_cells() -> None:
    """A table that is set with blanks in Courier keeps its cells, and its decimal points."""
    rows = ["Test           Result    Unit", "CEA              12.5    ng/mL", "Haemoglobin       9.1     g/dL"]
    text = read(drawn(lines(*rows), font="Courier")).text
    assert text.split("\n") == [" | ".join(row.split()) for row in rows]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_read_as_it_stands(turn: int) -> None:
    """Landscape and upside-down pages read like upright ones, with and without the page's own rotation."""
    page = lines(*textwrap.wrap(BODY, 80), x=100, top=700)
    assert read(drawn(page, turn=turn, rotate=(360 - turn) % 360)).text == BODY
    assert read(drawn(page, turn=turn)).text == BODY


def test_what_stands_sideways_is_read_after_the_page() -> None:
    """A table turned on an upright page stays a table."""
    canvas = pytest.importorskip("reportlab.pdfgen.canvas", reason="reportlab makes the PDFs")
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=(595, 842))
    page.setFont("Helvetica", 10)
    for x, y, text in lines(*textwrap.wrap(BODY, 80)):
        page.drawString(x, y, text)
    page.translate(500, 100)
    page.rotate(90)
    for n, row in enumerate([["Test", "March", "May"], ["CEA", "12.5", "3"]]):
        for k, cell in enumerate(row):
            page.drawString(100 * k, -14 * n, cell)
    page.save()
    assert read(out.getvalue()).text.split("\n") == [BODY, "Test | March | May", "CEA | 12.5 | 3"]


@pytest.mark.parametrize(("columns", "size"), [(1, 10), (2, 10), (2, 9), (3, 8)])
def test_justified_columns_tell_the_same(columns: int, size: float) -> None:
    """A published report set in justified columns of Times gives its words in their order."""
    source = next(iter(sorted((shared_dir() / "seed").glob("*.txt")))).read_text(encoding="utf-8")
    source = source.replace("\u2085\u2080", "50")  # signs that the font has not
    paragraphs = [" ".join(p.split()) for p in source.split("\n\n") if p.strip()]
    escaped = [p.replace("&", "&amp;").replace("<", "&lt;") for p in paragraphs]
    assert read(typeset(escaped, columns=columns, size=size)).text.split() == " ".join(paragraphs).split()


def test_a_small_table_in_a_column_stays_in_it() -> None:
    """Rows of a table in one of two columns are not read across into the other."""
    talk = "Gastric cancer is a common malignancy, and several trials have shown a longer survival under nivolumab in "
    paragraphs = [
        f"{talk} {word} patients who were treated at {word} hospitals." for word in ("old", "young", "many", "few") * 8
    ]
    rows = [["Test", "March", "July"], ["CEA", "12.5", "3.1"], ["Hb", "9.1", "11.2"], ["Albumin", "33", "40"]]
    text = read(typeset(paragraphs, columns=2, tables={3: rows})).text
    assert "\n".join(" | ".join(row) for row in rows) in text
    rest = text.replace("\n".join(" | ".join(row) for row in rows), "")
    assert rest.split() == " ".join(paragraphs).split()


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_sidebar_is_read_apart(side: str) -> None:
    """The names beside a letter do not come between its lines."""
    names = [
        "University Hospital", "Department of Oncology", "Head: Prof. X. Smith", "Phone 0123 456789",
        "Fax 0123 456780", "Secretary", "Ward 12", "Station 3B",
    ]  # fmt: skip
    letter = lines(*textwrap.wrap(BODY, 60), x=200 if side == "left" else 56, top=700)
    text = read(drawn([*letter, *lines(*names, x=40 if side == "left" else 460, top=705, pitch=10)], size=9)).text
    assert BODY in text
    assert all(name in text for name in names)


def test_two_short_columns_are_two() -> None:
    """The last lines of an article in two columns are not read across; rows of two cells are."""
    words = textwrap.wrap(BODY, 48)
    half = (len(words) + 1) // 2
    page = [*lines(*words[:half], top=760), *lines(*words[half:], x=310, top=760)]
    assert read(drawn(page, size=9)).text == BODY
    before = [
        "Medication before admission of the patient",
        "Bisoprolol 5 mg once daily in the morning",
        "Ramipril 2.5 mg twice daily with some water",
    ]
    after = [
        "Medication at discharge of the patient",
        "Bisoprolol 2.5 mg once daily in the morning",
        "Ramipril stopped because of low pressure",
    ]
    table = read(drawn([*lines(*before * 3), *lines(*after * 3, x=310)])).text
    assert table.split("\n") == [f"{a} | {b}" for a, b in zip(before * 3, after * 3, strict=True)]


def test_a_wide_table_between_columns_stays_whole() -> None:
    """Rows that reach over both columns are read across."""
    words = textwrap.wrap(BODY * 2, 48)
    half = (len(words) + 1) // 2
    rows = [["Test", "March", "May", "July"], ["CEA", "12.5", "3", "2"], ["CA 19-9", "80", "20", "9"]]
    cells = [(56.0 + 130 * k, 585.0 - 12 * n, cell) for n, row in enumerate(rows) for k, cell in enumerate(row)]
    below = [*lines(*words[:half], top=530), *lines(*words[half:], x=310, top=530)]
    page = [*lines(*words[:half], top=760), *lines(*words[half:], x=310, top=760), *cells, *below]
    text = read(drawn(page, size=9)).text
    assert "\n".join(" | ".join(row) for row in rows) in text


@pytest.mark.parametrize(
    "compound",
    [
        "castration-resistant", "platinum-resistant", "hormone-refractory", "microsatellite-stable", "dose-dense",
        "estrogen-receptor", "nab-paclitaxel", "trastuzumab-deruxtecan", "alpha-fetoprotein", "beta-blocker",
        "treatment-naive", "en-bloc", "Non-Hodgkin", "PD-L1", "mid-2019",
    ],
)  # fmt: skip
def test_a_compound_keeps_its_hyphen(compound: str) -> None:
    """A hyphen at a line's end that belongs to the word stays."""
    first, second = compound.split("-")
    page = lines(
        f"The letter of the hospital speaks of this word: {first}-", f"{second} and goes on with the next line of it"
    )
    assert f": {compound} and" in read(drawn(page)).text


@pytest.mark.parametrize(
    "word", ["un-stable", "chemo-therapy", "gastro-intestinal", "plati-num", "pre-treated", "beta-methasone"]
)
def test_a_broken_word_is_made_whole(word: str) -> None:
    """A hyphen that only breaks a word at a line's end goes."""
    first, second = word.split("-")
    page = lines(
        f"The letter of the hospital speaks of this word: {first}-", f"{second} and goes on with the next line of it"
    )
    assert f": {first}{second} and" in read(drawn(page)).text


def test_the_document_itself_tells_whether_a_word_has_a_hyphen() -> None:
    """A compound that stands elsewhere in the text is written as it is there."""
    page = lines(
        "The carboplatin-paclitaxel regimen was given to this patient; this carboplatin-",
        "paclitaxel regimen was stopped.",
    )
    assert read(drawn(page)).text.count("carboplatin-paclitaxel") == 2


def test_what_is_filled_in_is_read_where_it_stands() -> None:
    """Values of a form stand beside their labels; boxes say whether they are ticked."""
    canvas = pytest.importorskip("reportlab.pdfgen.canvas", reason="reportlab makes the PDFs")
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=(595, 842))
    page.setFont("Helvetica", 10)
    page.drawString(56, 780, "Diagnosis:")
    page.acroForm.textfield(name="a", value="Gastric adenocarcinoma", x=120, y=773, width=200, height=20)
    page.drawString(76, 750, "Diabetes")
    page.acroForm.checkbox(name="b", checked=False, x=56, y=748, size=12)
    page.drawString(76, 730, "Hypertension")
    page.acroForm.checkbox(name="c", checked=True, x=56, y=728, size=12)
    page.save()
    document = read(out.getvalue())
    assert [line for line in document.text.split("\n") if line] == [
        "Diagnosis: Gastric adenocarcinoma", "[ ] Diabetes", "[x] Hypertension",
    ]  # fmt: skip
    assert "form-fields-read: 3 lines" in document.findings


def test_only_what_the_page_shows_is_read() -> None:
    """Text beyond the crop box is left out and reported; a page that shows nothing is refused."""
    canvas = pytest.importorskip("reportlab.pdfgen.canvas", reason="reportlab makes the PDFs")
    for shown in (True, False):
        out = io.BytesIO()
        page = canvas.Canvas(out, pagesize=(595, 842))
        page.setCropBox((0, 700, 595, 842))
        if shown:
            page.drawString(56, 780, "He had gastric cancer.")
        page.drawString(56, 100, "Melanoma")
        page.save()
        if shown:
            document = read(out.getvalue())
            assert document.text == "He had gastric cancer."
            assert "text-beyond-the-page-left-out: 8 characters" in document.findings
        else:
            with pytest.raises(UnreadableDocument, match="beyond the edges"):
                read(out.getvalue())


def test_two_hundred_dense_pages_are_read() -> None:
    """Long files have time for their pages."""
    line = "The patient {} {} was seen in the clinic and continued oxaliplatin treatment without any toxicity."
    pages = [lines(*(line.format(p, n) for n in range(55)), top=790) for p in range(200)]
    made = drawn(*pages)
    began = time.monotonic()
    text = read(made).text
    assert time.monotonic() - began < 60
    assert "The patient 199 54 was seen" in text


def _numbered(words: list[str], first: int, *head: tuple[float, float, str]) -> bytes:
    """Return a page of lines, each with a number in the margin."""
    text = lines(*words, x=90, top=760, pitch=20)
    return drawn([*head, *text, *((60, y, str(n)) for n, (_x, y, _w) in enumerate(text, first))])


def test_numbers_of_lines_are_no_text() -> None:
    """A manuscript has one beside each line: they part words, and would be doses."""
    words = ["He had an adenocarci-", "noma, for which he got oxaliplatin", "130 mg/m2 on the first day."] * 5
    document = read(_numbered(words, 101))
    assert document.findings == ("line-numbers-left-out: 15",)
    assert document.text.count("He had an adenocarcinoma, for which he got oxaliplatin 130 mg/m2") == 5


def test_a_column_of_numbers_with_a_head_is_one_of_a_table() -> None:
    """So is one that does not count on."""
    made = _numbered(["Cisplatin | given"] * 15, 1, (60, 790, "No."), (90, 790, "Drug"))
    assert "7 | Cisplatin" in read(made).text
