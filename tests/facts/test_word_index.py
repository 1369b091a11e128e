"""A pattern tried at its first words only finds what it finds everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from epicrisis.document import read
from epicrisis.facts import (
    demographics,
    genomic_signatures,
    grade,
    lab_symbols,
    metastases,
    prepare,
    procedures,
    recurrences,
    severity,
    stage_context,
    vitals,
)
from epicrisis.kept import lazy
from epicrisis.terminology import load

_SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.[tm][xd]*"))
_MADE = """Stage was FIGO IIIC (2018), R-ISS II, Ann Arbor IVB; Dukes' C. WHO/ISUP grade 3, Fuhrman grade II, nuclear grade 2.
Metastatic to the liver, micrometastases, carcinomatosis; tumour deposits, spread to bone. Recurrent relapse.
46,XY,t(9;22)(q34;q11)[20], del(17p), complex karyotype, monosomy 7. K 5.9 mmol/L, Ca 7.2 mg/dL, Plt 34 K/uL.
Body temperature 38.2 °C, heart rate 90/min, respiratory rate 18, BP 120/80 mm Hg, oxygen saturation 96 %, body weight 70 kg, height 170 cm, BMI 24.
A 58-year-old man, Mr. Doe, and a severely ill woman. The mass was then completely resected; the uterus was removed."""


def _pairs() -> dict[str, tuple[re.Pattern[str], frozenset[str]]]:
    terms = load()
    return {
        "spread": (metastases.METASTASIS, metastases.SPREADING_STEMS),
        "recurrence": (recurrences.RECURRENCE, recurrences.RECURRENCE_STEMS),
        "severity": (severity._SEVERITY, severity._MAY),
        "grade": (grade._GRADE, grade._GRADE_BEGINS),
        "sex": (demographics._SEX, demographics._SEX_STEMS),
        "verb": (procedures._words()["verb"], procedures._VERB_BEGINS),
        "karyotype": (genomic_signatures._KARYOTYPE, genomic_signatures._KARYOTYPE_BEGINS),
        "symbol": (lab_symbols._pattern(terms), lab_symbols.symbol_stems(terms)),
        "system": (stage_context.stage_words()["system"], stage_context.system_stems()),
        "pressure": (vitals._BP, vitals._PRESSURE_BEGINS),
        **{sign[0]: (sign[2], begins) for sign, begins in vitals._SIGNS_BEGIN},
    }


@pytest.mark.parametrize("name", sorted(_pairs()))
def test_a_pattern_is_found_at_its_first_words(name: str) -> None:
    pattern, begins = _pairs()[name]
    found = 0
    for text in (_MADE, *(p.read_text(encoding="utf-8") for p in _SAMPLES)):
        context = prepare(read(text))
        for s in context.sentences:
            expected = [m.span() for m in pattern.finditer(text, s.start, s.end)]
            assert [m.span() for m in context.find(pattern, begins, s.start, s.end)] == expected
            found += len(expected)
    assert found, "the texts say nothing of it"


@pytest.mark.parametrize("pattern", [r"\d\s?[./-]\s?\d", r"[A-Z]{2}", r"e", r"\s\d", r"\.\s+[A-Z]"])
def test_the_sentences_that_hold_a_pattern_are_named(pattern: str) -> None:
    for text in (_MADE, *(p.read_text(encoding="utf-8") for p in _SAMPLES)):
        context = prepare(read(text))
        holding = context.holding(lazy(pattern))
        for i, s in enumerate(context.sentences):
            if re.search(pattern, text[s.start : s.end]):
                assert i in holding
