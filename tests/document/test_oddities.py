"""Odd texts: no crash, the attached text is the input, and every span quotes its words."""

from __future__ import annotations

import json
import unicodedata

import pytest

from epicrisis.document import read
from epicrisis.facts import extract

TEXT = (
    "Case presentation\n\nA 61-year-old man with gastric adenocarcinoma received oxaliplatin "
    "130 mg/m2 on 3 March 2019. CT showed liver metastases. CEA was 12.5 ng/mL. "
    "He developed grade 2 fatigue."
)


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)


def _between(text: str, mark: str) -> str:
    return mark.join(text)


ODDITIES = {
    "as it is": TEXT,
    "CR": TEXT.replace("\n", "\r"),
    "CRLF": TEXT.replace("\n", "\r\n"),
    "LF CR": TEXT.replace("\n", "\n\r"),
    "mixed line ends": TEXT.replace("\n\n", "\r\n\r").replace(". ", ".\n"),
    "form feed": TEXT.replace(". ", ".\f"),
    "vertical tab": TEXT.replace(". ", ".\v"),
    "next line U+0085": TEXT.replace("\n", "\x85"),
    "line separator": TEXT.replace("\n", "\u2028"),
    "paragraph separator": TEXT.replace("\n", "\u2029"),
    "BOM": "\ufeff" + TEXT,
    "BOM inside": TEXT.replace("CT", "\ufeffCT"),
    "two BOMs": "\ufeff\ufeff" + TEXT,
    "NUL": TEXT.replace("CT", "\0CT"),
    "NUL at the end": TEXT + "\0",
    "control characters": TEXT.replace("CT", "\x01\x02CT"),
    "escape": TEXT.replace("CT", "\x1b[31mCT"),
    "delete": TEXT.replace("CT", "\x7fCT"),
    "lone high surrogate": TEXT.replace("CT", "\ud83dCT"),
    "lone low surrogate": TEXT + "\udc00",
    "surrogates the wrong way": TEXT.replace("CT", "\udc00\ud800CT"),
    "noncharacter": TEXT.replace("CT", "\ufffeCT\uffff"),
    "private use": TEXT.replace("CT", "\ue000CT"),
    "left-to-right mark": TEXT.replace(" ", "\u200e "),
    "bidi override": "\u202e" + TEXT + "\u202c",
    "bidi isolate": TEXT.replace("oxaliplatin", "\u2067oxaliplatin\u2069"),
    "Arabic": TEXT + " مريض يعاني من السرطان.",
    "Hebrew": "חולה. " + TEXT,
    "soft hyphen": TEXT.replace("adenocarcinoma", "adeno\u00adcarcinoma"),
    "soft hyphens everywhere": _between(TEXT, "\u00ad"),
    "zero-width space": TEXT.replace(" ", "\u200b "),
    "zero-width joiner": TEXT.replace("liver", "li\u200dver"),
    "zero-width non-joiner": TEXT.replace("liver", "li\u200cver"),
    "word joiner": TEXT.replace("liver", "\u2060liver"),
    "no-break space": TEXT.replace(" ", "\xa0"),
    "narrow no-break space": TEXT.replace(" mg", "\u202fmg"),
    "thin space": TEXT.replace(" ", "\u2009"),
    "ideographic space": TEXT.replace(" ", "\u3000"),
    "tabs": TEXT.replace(" ", "\t"),
    "many blanks": TEXT.replace(" ", " " * 50),
    "ligatures": TEXT.replace("fatigue", "ﬁﬂ fatigue"),
    "ligature in a word": TEXT + " Diﬀuse ﬁbrosis.",
    "full-width digits": _wide(TEXT),
    "full-width letters": TEXT.replace("CT", "ＣＴ"),
    "superscript digits": TEXT.replace("m2", "m²"),
    "subscript digits": TEXT + " IC₅₀ and H₂O.",
    "Arabic-Indic digits": TEXT.replace("61", "٦١"),
    "Roman numeral sign": TEXT + " Stage Ⅳ disease.",
    "fraction": TEXT + " ½ tablet.",
    "emoji": TEXT.replace("man", "man 👨‍⚕️🎗"),
    "flags": "🇩🇪 " + TEXT,
    "emoji everywhere": _between(TEXT[:120], "🎗"),
    "NFC": unicodedata.normalize("NFC", TEXT + " Sjögren."),
    "NFD": unicodedata.normalize("NFD", TEXT + " Sjögren, Müller, Kaposi’s é."),
    "NFKD": unicodedata.normalize("NFKD", TEXT + " ½ Ⅳ."),
    "combining marks without end": TEXT + "a" + "\u0301" * 500,
    "decimal comma": TEXT.replace("12.5", "12,5"),
    "thousands": TEXT.replace("12.5", "1,000"),
    "middle dot": TEXT.replace("12.5", "12·5"),
    "Swiss thousands": TEXT.replace("12.5", "1’000"),
    "curly quotes": TEXT.replace("CT", "“CT”"),
    "primes": TEXT + " 50′ and 12″.",
    "minus sign": TEXT + " \u22125 °C",
    "multiplication sign": TEXT + " 6×8 cm, 6*8cm, 6 х 8 cm",
    "Greek": TEXT + " IFN-α, β-blocker, μg and µg.",
    "Cyrillic look-alikes": TEXT.replace("CEA", "СЕА"),
    "Chinese": TEXT + " 患者，女，45岁。",
    "dotless i": TEXT.replace("i", "ı"),
    "capital I with dot": TEXT.replace("i", "İ"),
    "sharp s": TEXT + " Größe 3 cm, GROẞ.",
    "upper case": TEXT.upper(),
    "one line without end": TEXT.replace("\n", " ") * 200,
    "only digits": "1234567890" * 400,
    "only brackets": "([{" * 2000,
    "only hyphens": "-" * 20_000,
    "only dots": "." * 20_000,
    "only percent signs": "%" * 5_000,
    "one letter": "a",
    "one space": " ",
    "a long word": "a" * 100_000,
    "a line of pipes": "|" * 5_000,
    "HTML inside": TEXT + " <b>&amp;</b><script>alert(1)</script>",
    "LaTeX inside": TEXT + r" $4.65 \times 10^9/L$",
    "JSON inside": '{"a": "' + TEXT + '"}',
    "FHIR marks": TEXT + " \\u0000decimal:1.0",
}


@pytest.mark.parametrize("oddity", ODDITIES, ids=str)
def test_an_odd_text_is_read_and_quoted(oddity: str) -> None:
    """Code point by code point the text stays, but for what JSON cannot carry; spans quote it."""
    given = ODDITIES[oddity]
    document = read(given)
    assert len(document.text) == len(given)
    changed = [a for a, b in zip(given, document.text, strict=True) if a != b]
    assert not changed or any("replaced" in f for f in document.findings)
    assert all(b == "\ufffd" for a, b in zip(given, document.text, strict=True) if a != b)
    json.dumps(document.text, ensure_ascii=False).encode("utf-8")
    at = 0
    for section in document.sections:
        assert at <= section.start <= section.end <= len(document.text)
        at = section.end
    for fact in extract(document):
        assert document.text[fact.start : fact.end] == fact.text


@pytest.mark.parametrize("oddity", ["full-width digits", "no-break space", "soft hyphen", "CR", "NFD"])
def test_facts_survive_the_oddity(oddity: str) -> None:
    """The drug is still found where only white space, digits or marks differ."""
    concepts = {f.concept for f in extract(read(ODDITIES[oddity]))}
    assert "drugs/oxaliplatin" in concepts


def test_nothing_is_a_text_too() -> None:
    """An empty input is a document without facts."""
    for empty in ("", b"", "\ufeff", "\n\n"):
        assert extract(read(empty)) == []
