"""What publishers put into JATS is read in its place, and what is no narrative stays out."""

from __future__ import annotations

import pytest

from epicrisis.document import read
from epicrisis.facts import extract

CASE = '<sec sec-type="cases"><title>Case</title><p>A man had gastric cancer.</p></sec>'


def _article(body: str, meta: str = "", rest: str = "") -> bytes:
    names = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'
    front = f"<front><article-meta>{meta}</article-meta></front>"
    return f"<article {names}>{front}<body>{body}</body>{rest}</article>".encode()


@pytest.mark.parametrize(
    "article",
    [
        _article("", "<abstract><p>A man had gastric cancer.</p></abstract>"),
        _article(CASE, rest="<floats-group/>"),
        _article(CASE + '<sec sec-type="discussion"/>'),
        _article("<p>A man had gastric cancer.</p><sec sec-type='supplementary-material'><media/></sec>"),
        b"\n  " + _article(CASE).replace(b"<article", b"<?xml version='1.0'?><article", 1),
    ],
    ids=["no body", "no floats", "no discussion", "no supplement", "white space before"],
)
def test_parts_may_be_empty(article: bytes) -> None:
    """A section that holds nothing is none."""
    document = read(article)
    assert "gastric cancer" in {f.text for f in extract(document)} or document.sections[-1].kind == "abstract"
    assert all(s.start < s.end <= len(document.text) for s in document.sections)


WORDS = {
    "CEA 12<xref ref-type='bibr'><sup>6</sup></xref> rose": "CEA 12[6] rose",
    "CEA 12<sup><xref ref-type='bibr'>6</xref>,<xref ref-type='bibr'>7</xref></sup> rose": "CEA 12[6,7] rose",
    "4 <mml:math><mml:mo>×</mml:mo><mml:msup><mml:mn>10</mml:mn><mml:mn>9</mml:mn></mml:msup></mml:math>/L": "4 ×10^9/L",
    "<mml:math><mml:mfrac><mml:mn>1</mml:mn><mml:mn>2</mml:mn></mml:mfrac></mml:math> dose": "1/2 dose",
    "<alternatives><tex-math>$10^{9}$</tex-math><mml:math><mml:msup><mml:mn>10</mml:mn><mml:mn>9</mml:mn></mml:msup>"
    "</mml:math></alternatives>/L": "10^9/L",
}


@pytest.mark.parametrize("written", WORDS)
def test_raised_numbers_keep_their_meaning(written: str) -> None:
    """A citation is no exponent, an exponent no digit of the number."""
    assert read(_article(f"<p>{written}</p>")).text == WORDS[written]


BLOCKS = {
    "a figure inside": ("<p>Before<fig><label>Fig. 1</label><caption><p>CT.</p></caption></fig>after.</p>",
                        ["Before after.", "Fig. 1. CT."]),
    "a box": ("<boxed-text><label>Box 1</label><caption><title>Course</title><p>In May.</p></caption>"
              "<p>He died.</p></boxed-text>", ["Box 1 Course", "In May.", "He died."]),
    "a box inside": ("<p>Before <boxed-text><p>He died.</p></boxed-text> after.</p>", ["Before after.", "He died."]),
    "a table": ("<table><tr><td>CEA</td><td>12</td></tr></table>", ["CEA | 12"]),
    "a table in a list": ("<list><list-item><p>one</p><table><tr><td>CEA</td><td>12</td></tr></table></list-item></list>",
                          ["- one", "CEA | 12"]),
    "definitions": ("<def-list><def-item><term>CEA</term><def><p>12 ng/mL</p></def></def-item><def-item><term>Hb</term>"
                    "<def><p>9 g/dL</p></def></def-item></def-list>", ["CEA: 12 ng/mL", "Hb: 9 g/dL"]),
    "a group's caption": ("<fig-group><caption><title>Both scans</title></caption><fig><caption><p>CT.</p></caption></fig>"
                          "</fig-group>", ["Both scans", "Figure. CT."]),
}  # fmt: skip


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_stand_apart(name: str) -> None:
    """Nothing is lost, and no words run into each other."""
    written, paragraphs = BLOCKS[name]
    text = read(_article(f"<sec><title>Case</title>{written}</sec>")).text
    assert text.split("\n\n") == ["Case", *paragraphs]


def test_a_list_in_an_abstract_is_read() -> None:
    """Also one that stands in no paragraph."""
    document = read(_article(CASE, "<abstract><list><list-item><p>He had surgery.</p></list-item></list></abstract>"))
    assert [s.kind for s in document.sections] == ["abstract", "case"]
    assert "- He had surgery." in document.text


def test_notes_of_a_table_speak_of_the_patient_only_where_they_say_so() -> None:
    """Abbreviations that are explained are nobody's illness."""
    table = (
        "<table-wrap><label>Table 1</label><caption><p>Course</p></caption><table><tr><td>May</td><td>Surgery</td></tr>"
        "</table><table-wrap-foot><p>PD, progressive disease; HCC, hepatocellular carcinoma.</p>"
        "<fn><p>The patient also received cisplatin.</p></fn></table-wrap-foot></table-wrap><p>He was well.</p>"
    )
    document = read(_article(f"<sec sec-type='cases'><title>Case</title><p>A man.</p>{table}</sec>"))
    found = {f.text for f in extract(document)}
    assert "cisplatin" in found
    assert not found & {"PD", "progressive disease", "HCC", "hepatocellular carcinoma"}
    assert document.sections[-1].kind == "case"


def test_a_second_article_is_told() -> None:
    """Of a set the first article is read, and the number of the others is a finding."""
    document = read(b"<pmc-articleset>" + _article(CASE) + _article("<p>melanoma</p>") + b"</pmc-articleset>")
    assert "melanoma" not in document.text
    assert document.findings == ("articles-left-out: 1",)
