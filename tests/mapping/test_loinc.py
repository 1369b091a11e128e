"""The LOINC code of a result is the one of its specimen, its method and its kind of quantity."""

from __future__ import annotations

import pytest

from epicrisis import convert


def codes(text: str) -> list[str]:
    bundle = convert(text, validate=False).bundle
    return [
        coding["code"]
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "Observation"
        for coding in entry["resource"]["code"].get("coding", [])
        if coding["system"] == "http://loinc.org"
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CEA was 12.3 ng/mL.", "2039-6"),
        ("Immunohistochemistry: CEA (+), CK7 (+).", "10469-5"),
        ("Creatinine was 1.9 mg/dL.", "2160-0"),
        ("Creatinine was 180 µmol/L.", "14682-9"),
        ("Serum calcium was 2.9 mmol/L.", "2000-8"),
        ("Serum calcium was 11.2 mg/dL.", "17861-6"),
        ("Immunohistochemistry: ER 90%.", "14228-1"),
        ("Immunohistochemistry: ER positive.", "40556-3"),
    ],
)
def test_one_code_fits(text: str, code: str) -> None:
    """Mass and moles, serum and tissue, presence and share have codes of their own."""
    assert [c for c in codes(text) if c == code] == codes(text)[:1]


def test_a_code_of_another_quantity_is_left_out() -> None:
    """Where the table knows only the mass of a substance, moles get the words alone."""
    assert codes("Haptoglobin was 12 µmol/L.") == []


def test_a_hybridisation_is_no_stain() -> None:
    """HER2 by FISH must not carry the code of an immune stain."""
    assert "18474-7" not in codes("HER2 was positive by FISH.")


def test_a_share_of_cells_is_no_count() -> None:
    """Lymphocytes in per cent carry the code of a share."""
    assert codes("Lymphocytes 6%.") == ["26478-8"]
    assert codes("Lymphocytes 1.2 x 10^9/L.") == ["26474-7"]


def test_a_gene_tested_is_no_stain() -> None:
    """What is said as "EGFR/ALK negative" may be said of the genes; a stain is one where the text says so."""
    assert codes("EGFR/ALK negative.") == []
    assert "47303-3" in codes("Immunohistochemistry: ALK negative.")
