"""A page is read as it is shown: its line ends, its layout, and only what a reader sees."""

from __future__ import annotations

import pytest

from epicrisis.document import Document, read
from epicrisis.facts import extract

pytest.importorskip("lxml", reason="the extra html is not installed")

LINES = "Diagnosis: Gastric cancer\nAllergies: Penicillin\nMedication: Oxaliplatin 130 mg/m2\nCEA 12.5 ng/mL"


def _page(body: str, head: str = "") -> Document:
    return read(f"<!doctype html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode())


SHOWN = {
    "ends of lines": ("<p>" + LINES.replace("\n", "<br/>\n") + "</p>", LINES),
    "preformatted": (f"<pre>{LINES}</pre>", LINES),
    "an empty line": ("<p>One.<br><br>Two.<br>\n Three.</p>", "One.\n\nTwo.\nThree."),
    "columns": ("<pre>Test    May\nCEA     5\n</pre>", "Test    May\nCEA     5"),
    "wrapped source": ("<p>A man had\n  gastric\tcancer.</p>", "A man had gastric cancer."),
    "a form around it all": ("<form><input type='hidden' value='x'><p>A man.</p><p>He died.</p></form>", "A man.\n\nHe died."),
    "a form with a button": ("<form><p>A man.</p><button>Print</button><input type='submit'></form>", "A man."),
    "a form to search": ("<form>Search <input name='q'></form><p>A man.</p>", "A man."),
    "what is hidden": (
        "<p>A man.</p><p style='display: none'>a</p><div hidden>b</div><p style='visibility:hidden'>c</p><dialog>d</dialog>"
        "<textarea>e</textarea><p>He <span style='text-decoration:line-through'>f</span> died.</p>",
        "A man.\n\nHe died.",
    ),
    "several articles": (
        "<header><p>Patient: a man</p></header><article><p>One.</p></article><article><p>Two.</p></article><p>Three.</p>",
        "Patient: a man\n\nOne.\n\nTwo.\n\nThree.",
    ),
    "a table within a table": (
        "<table><tr><td>Outer</td><td><table><tr><td>CEA</td><td>12.5</td></tr></table></td></tr></table>",
        "Outer\nCEA | 12.5",
    ),
    "a table for layout": (
        "<table><tr><td><p>Left.</p></td><td><h2>History</h2><p>A man.</p><p>He died.</p></td></tr>"
        "<tr><td>CEA</td><td>5</td></tr></table>",
        "Left.\n\nHistory\n\nA man.\n\nHe died.\n\nCEA | 5",
    ),
    "lines under labels in a cell": (
        "<table><tr><td>x</td><td>Allergies: Penicillin<br>Medication: Cisplatin</td></tr></table>",
        "x\n\nAllergies: Penicillin\nMedication: Cisplatin",
    ),
    "a broken line in a table of values": (
        "<table><tr><th>Test</th><th>May<br>2019</th></tr><tr><td>CEA<br>(ng/mL)</td><td><p>5</p></td></tr></table>",
        "Test | May 2019\nCEA (ng/mL) | 5",
    ),
    "citations": ("<p>Sarcoma<sup><a href='#r3'>3</a></sup> and 10<sup>9</sup>/L</p>", "Sarcoma[3] and 10^9/L"),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_is_read_as_it_is_shown(name: str) -> None:
    """Lines, paragraphs and cells stand apart as on the page."""
    body, text = SHOWN[name]
    assert _page(body).text == text


def test_an_allergy_ends_with_its_line() -> None:
    """What stands on the next line is no part of the label's paragraph."""
    told = {(f.kind, f.concept) for f in extract(_page("<p>" + LINES.replace("\n", "<br>") + "</p>"))}
    assert told == {(f.kind, f.concept) for f in extract(read(LINES))}


def test_a_site_is_read_without_what_stands_around_its_article() -> None:
    """Where there is navigation, teasers of other articles stay out, and that they do is told."""
    teaser = "<article><h3>A case of melanoma</h3></article>"
    case = "<article><p>" + "A man had gastric cancer. " * 20 + "</p></article>"
    document = _page(f"<nav>Menu</nav>{teaser}{case}<p>Related: lung cancer</p>")
    assert {f.text for f in extract(document) if f.kind == "diagnosis"} == {"gastric cancer"}
    assert document.findings == ("beside-the-article-left-out: 7 words",)
    whole = _page(f"<nav>Menu</nav><main>{case}<article><p>Visit 2: he died.</p></article></main>")
    assert "he died" in whole.text


@pytest.mark.parametrize("soup", ["<p><font>word", "<font><b>word ", "<div><span>word"])
def test_tags_that_nobody_closes_lose_no_words(soup: str) -> None:
    """Each of them is one level deeper for the parser, which ends at 255 unless it is told to go on."""
    assert read(f"<html><body>{soup * 600}</body></html>".encode()).text.count("word") == 600
