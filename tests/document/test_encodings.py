"""Bytes become the text that was meant; what cannot be read costs its own characters only."""

from __future__ import annotations

import io

import pytest

from epicrisis.document import read
from epicrisis.errors import UnreadableDocument

WESTERN = {
    "German": "Dear Dr Müller, the man with Sjögren syndrome had 39 °C and 38 °C; fentanyl 25 µg, then 500 µg.",
    "German pairs": "Größe, größer, Größe, größte, Größe, größer, Größe",
    "German quotes": "„Spaß“ ist gut",
    "French": "Une femme de 61 ans, opérée d'un adénocarcinome gastrique, a reçu de l'oxaliplatine.",
    "Spanish": "El paciente varón de 61 años con adenocarcinoma gástrico recibió quimioterapia.",
    "Portuguese": "NÃO à operação; São João, março",
    "typography": "CEA 10–20 ng/mL — “normal”, patient’s wish",
}


@pytest.mark.parametrize("language", WESTERN)
def test_western_letters_are_not_taken_for_chinese(language: str) -> None:
    """A letter above ASCII and the one behind it are no character of Han."""
    document = read(WESTERN[language].encode("cp1252"))
    assert document.text == WESTERN[language]
    assert document.findings == ("encoding-assumed: windows-1252",)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["A man with gastric cancer.\n", "Frau Müller, 38 °C, “ok”\n"])
def test_zero_bytes_tell_wide_encodings(encoding: str, text: str) -> None:
    """Text of ASCII in UTF-16 or UTF-32 would be valid UTF-8, full of zero bytes."""
    assert read(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Frau Müller 38 °C".encode() + b" \xff ok", "Frau Müller 38 °C \ufffd ok"),
        ("Dr Müller gave 5 µg".encode()[:-1] + b" \xe9t\xe9", None),
        ("Dr Müller µg 38 °".encode()[:-1], "Dr Müller µg 38 \ufffd"),
        ("plain until “".encode()[:-1], "plain until \ufffd"),
        ("患者，女，45岁".encode("gb18030")[:-1], "患者，女，45\ufffd"),
        ("患者，女，45岁，盆腔平滑肌肉瘤术后五年余".encode()[:-1], "患者，女，45岁，盆腔平滑肌肉瘤术后五年\ufffd"),
        ("A man, Müller.".encode("utf-16-le")[:-1], "A man, Müller\ufffd"),
        ("A man.".encode("utf-16")[:-1], "A man\ufffd"),
    ],
)
def test_damage_costs_its_own_characters(data: bytes, text: str | None) -> None:
    """One byte that does not fit, or an end that was cut off, does not change the rest, and is told."""
    document = read(data)
    if text is None:
        assert "Müller" in document.text
    else:
        assert document.text == text
    assert any(f.startswith("bytes-replaced: ") for f in document.findings)


def test_a_text_that_fits_nothing_is_refused() -> None:
    """Japanese in an encoding of its own is not made into something else."""
    with pytest.raises(UnreadableDocument, match="name the encoding"):
        read("患者、女性、45歳、胃癌の手術".encode("shift_jis"))


def _page(stated: str, words: str, encoding: str) -> io.BytesIO:
    page = f'<html><head><meta charset="{stated}"></head><body><p>{words}</p></body></html>'
    return io.BytesIO(page.encode(encoding))


@pytest.mark.parametrize(
    ("stated", "encoding", "wrong"),
    [
        ("iso-8859-1", "cp1252", False),
        ("us-ascii", "cp1252", False),
        ("utf-8", "cp1252", True),
        ("x-user-defined", "utf-8", True),
        ("utf-16", "utf-8", False),
        ("utf-8", "utf-16-le", False),
        ("rot13", "utf-8", True),
    ],
)
def test_a_page_may_be_wrong_about_its_encoding(stated: str, encoding: str, wrong: bool) -> None:
    """Labels mean what browsers take them for; one that does not fit is told, and the bytes decide."""
    pytest.importorskip("lxml", reason="the extra html is not installed")
    words = "Müller – “CEA 10–20 ng/mL” 38 °C"
    document = read(_page(stated, words, encoding))
    assert words in document.text
    assert any(f.startswith("encoding-stated-wrongly") for f in document.findings) == wrong


@pytest.mark.parametrize(
    ("declared", "encoding", "words", "findings"),
    [
        ("GB18030", "gb18030", "患者，男性，45岁", ()),
        ("gb2312", "gbk", "患者，男性，45岁", ()),
        ("Shift_JIS", "shift_jis", "患者、女性、45歳", ()),
        ("Big5", "big5", "患者，女性", ()),
        ("EUC-KR", "euc-kr", "환자", ()),
        ("ISO-8859-1", "cp1252", "Müller – 38 °C", ()),
        ("UTF-16", "utf-16", "Müller 患者", ()),
        ("", "cp1252", "Müller – 38 °C", ("encoding-assumed: windows-1252",)),
        ("UTF-8", "cp1252", "Müller – 38 °C", ("encoding-stated-wrongly: utf-8", "encoding-assumed: windows-1252")),
        ("no-such", "utf-8", "Müller 患者", ("encoding-stated-wrongly: no-such",)),
    ],
)
def test_an_article_is_read_in_the_encoding_that_it_declares(
    declared: str, encoding: str, words: str, findings: tuple[str, ...]
) -> None:
    """Also in those of several bytes, which the parser does not know; where it is wrong, that is told."""
    says = f' encoding="{declared}"' if declared else ""
    body = f"<article><body><sec><title>Case</title><p>{words}. A man had gastric cancer.</p></sec></body></article>"
    document = read(f'<?xml version="1.0"{says}?>\n{body}'.encode(encoding))
    assert words in document.text
    assert document.findings == findings


def test_an_article_is_read_in_the_encoding_that_is_named() -> None:
    """Whatever it declares."""
    page = '<?xml version="1.0" encoding="utf-8"?><article><body><p>Łódź: a man had cancer.</p></body></article>'
    assert "Łódź" in read(page.encode("cp1250"), encoding="cp1250").text
