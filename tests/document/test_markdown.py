"""Markdown is read through its marks, and its offsets count on the file as it is written."""

from __future__ import annotations

import io
import time

import pytest

from epicrisis.document import Document, read
from epicrisis.document.markdown_marks import unmarked
from epicrisis.facts import extract


def _read(text: str) -> Document:
    file = io.BytesIO(text.encode())
    file.name = "note.md"
    return read(file)


def _told(document: Document) -> set[tuple[str, str | None, str | None]]:
    return {(f.kind, f.concept, f.value.get("value")) for f in extract(document)}


PLAIN = (
    "Case report\n\nA 61-year-old man was diagnosed with gastric adenocarcinoma in March 2019. He received "
    "oxaliplatin 130 mg/m2 every three weeks. CEA was 12.5 ng/mL."
)
UNSEEN = {
    "a comment": "<!-- He had\n\n# melanoma\n -->",
    "code": '```python\n# Discussion\ndrug = "cisplatin"\n```',
    "a picture": "![CT of breast cancer](melanoma.png)",
    "a footnote": "[^1]: Smith had breast cancer,\n    and melanoma.",
    "the target of a reference": "[1]: https://example.org/lung-cancer",
    "an address": "<https://example.org/lung-cancer>",
    "struck words": "~~He received cisplatin.~~ <del>He had melanoma.</del>",
}
SHOWN = {
    "emphasis": PLAIN.replace("12.5", "**12.5**").replace("March", "*March*").replace("three weeks", "_three weeks_"),
    "tags": PLAIN.replace("130 mg/m2", "130&nbsp;mg/m<sup>2</sup>").replace("gastric", "<b>gastric</b>"),
    "code": PLAIN.replace("12.5 ng/mL", "`12.5 ng/mL`"),
    "links": PLAIN.replace("gastric adenocarcinoma", '[gastric adenocarcinoma](https://x.org/lung-cancer "melanoma")'),
    "a fence around prose": PLAIN.replace("CEA was 12.5 ng/mL.", "\n\n```\nCEA was 12.5 ng/mL.\n```"),
    "quoted": PLAIN.replace("A 61", "> A 61").replace("gastric ", "gastric\n> ").replace("every ", "every\n> "),
    "a hard end of line": PLAIN.replace("gastric ", "gastric\\\n"),
    "ends of lines": PLAIN.replace(". ", ".<br>"),
    "entities": PLAIN.replace("12.5 ng", "12.5&nbsp;ng"),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_is_not_shown_is_not_told(name: str) -> None:
    """Comments, code, targets, footnotes and struck words are no facts and no headings."""
    document = _read(f"# {PLAIN}\n\n{UNSEEN[name]}\n")
    assert UNSEEN[name] in document.text
    assert _told(document) == _told(read(PLAIN))
    assert [s.kind for s in document.sections] == ["case"]


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_set_in_another_way_is_told(name: str) -> None:
    """Marks cost no fact, and each fact stands where the file has it."""
    document = _read(f"# {SHOWN[name]}")
    assert document.text == f"# {SHOWN[name]}"
    assert _told(document) == _told(read(PLAIN))
    seen = unmarked(document.text)
    for fact in extract(document):
        assert seen[fact.start : fact.end] == fact.text
        assert fact.text.split()[0][:3] == document.text[fact.start : fact.end].split()[0][:3]


def test_a_dose_keeps_its_unit() -> None:
    """Milligrams per square metre are not milligrams."""
    for written in ("130 mg/m<sup>2</sup>", "130&nbsp;mg/m^2^", "**130** mg/m<sup>2</sup>"):
        (fact,) = [f for f in extract(_read(f"He received oxaliplatin {written}.")) if f.kind == "medication"]
        assert fact.value["dosages"][0]["dose"] == {"value": "130", "unit": "mg/m2"}


STAYS = {
    "CEA* was 5, AFP* 7": "CEA* was 5, AFP* 7",
    "HLA-A*02:01 and B*07:02": "HLA-A*02:01 and B*07:02",
    "a mass\n> 5 cm in size": "a mass\n> 5 cm in size",
    "CEA <5 and >3": "CEA <5 and >3",
    "as reported[3][4]": "as reported[3][4]",
    "12\\.5": "12\\.5",
    "* one\n* two": "* one\n* two",
    "a_b_c": "a_b_c",
    "x &lt;5": "x <   5",
    "*March*": " March ",
    "| Allergies: none<br>Medication: x |": "| Allergies: none;   Medication: x |",
    "| CEA<br>(ng/mL) | 5 |": "| CEA    (ng/mL) | 5 |",
}


@pytest.mark.parametrize("written", STAYS)
def test_signs_that_are_no_marks_stay(written: str) -> None:
    """Stars of alleles, comparisons and citations are part of what is said."""
    assert unmarked(written) == STAYS[written]


@pytest.mark.parametrize(
    "pump",
    [
        "*a ",
        "_a ",
        "[a](",
        "[a",
        "~~a",
        "<!--",
        "```\n",
        "<b ",
        "&lt",
        "`a",
        "> a\n",
        "[^1]: a\n",
        "![a](b",
        "<del>",
        "^2",
    ],
)
def test_marks_are_found_in_linear_time(pump: str) -> None:
    """Eight times the text takes about eight times as long."""

    def seconds(times: int) -> float:
        began = time.process_time()
        assert len(unmarked(pump * times)) == len(pump) * times
        return time.process_time() - began

    small = max(min(seconds(2_000) for _ in range(3)), 0.002)
    assert min(seconds(16_000) for _ in range(2)) < 24 * small
