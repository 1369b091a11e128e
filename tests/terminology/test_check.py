"""What `epicrisis mappings check` finds, and that the shipped tables have nothing to find."""

from __future__ import annotations

from pathlib import Path

import pytest

from epicrisis.terminology.check import check
from epicrisis.terminology.check_digits import mod10, verhoeff
from epicrisis.terminology.table import COLUMNS
from epicrisis.terminology.ucum import is_ucum

GOOD = (
    "fever",
    "pyrexia",
    "http://snomed.info/sct",
    "386661006",
    "Fever (finding)",
    "exact",
    "active",
    "hl7.terminology.r4",
    "CC-BY-4.0 (SNOMED GPS)",
    "",
)


def table(
    folder: Path,
    *rows: tuple[str, ...],
    name: str = "symptoms.tsv",
    header: tuple[str, ...] = COLUMNS,
) -> Path:
    lines = ["# a comment", "\t".join(header), *("\t".join(r) for r in rows)]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def changed(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(column, old) for column, old in zip(COLUMNS, GOOD, strict=True))


def rules(folder: Path) -> set[str]:
    return {finding.rule for finding in check(folder=folder)}


def test_a_good_table_has_no_findings(tmp_path: Path) -> None:
    """A row that keeps every rule is not reported."""
    assert check(folder=table(tmp_path, GOOD)) == []


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"code": "386661007"}, "check-digit"),
        (
            {"system": "http://loinc.org", "code": "97509-3", "display": "", "licence": "LOINC"},
            "check-digit",
        ),
        ({"relation": "same"}, "schema"),
        ({"status": ""}, "schema"),
        ({"source": ""}, "schema"),
        ({"licence": ""}, "schema"),
        ({"term": " fever"}, "schema"),
        ({"synonyms": "a||b"}, "schema"),
        ({"attrs": "unit"}, "schema"),
        ({"system": "", "licence": "Apache-2.0"}, "schema"),
        ({"synonyms": "fevers"}, "duplicate"),
        ({"attrs": "unit=mg per dl"}, "unit"),
        ({"licence": "CC-BY-NC-SA-4.0 (HemOnc)"}, "licence"),
        (
            {
                "system": "https://www.meddra.org",
                "code": "10016558",
                "display": "",
                "licence": "Public-Domain (US NCI CTCAE)",
            },
            "licence",
        ),
        (
            {
                "system": "http://terminology.hl7.org/CodeSystem/icd-o-3",
                "code": "8890/3",
                "display": "",
                "licence": "Apache-2.0",
            },
            "licence",
        ),
        ({"licence": "SNOMED-CT", "source": "a value set somewhere"}, "licence"),
    ],
)
def test_each_broken_rule_is_named(tmp_path: Path, cells: dict[str, str], rule: str) -> None:
    """A row that breaks one rule is reported under that rule's name."""
    assert rule in rules(table(tmp_path, changed(**cells)))


def test_a_finding_tells_file_and_row(tmp_path: Path) -> None:
    """The line of a finding begins with file:row: rule:."""
    line = str(check(folder=table(tmp_path, changed(code="386661007")))[0])
    assert line.startswith("symptoms.tsv:3: check-digit: ")


def test_two_displays_of_one_code_are_reported(tmp_path: Path) -> None:
    """One code has one display, over all tables."""
    table(tmp_path, GOOD)
    table(
        tmp_path,
        changed(term="pyrexia of unknown origin", synonyms="", display="Fever"),
        name="diseases.tsv",
    )
    assert rules(tmp_path) == {"display"}


def test_one_written_form_means_one_concept_of_a_table(tmp_path: Path) -> None:
    """A form that two terms of a table have is reported; in another table it may stand."""
    second = changed(
        term="chills",
        synonyms="pyrexias",
        system="",
        code="",
        display="",
        licence="Apache-2.0",
        source="epicrisis",
    )
    assert rules(table(tmp_path, GOOD, second)) == {"synonym"}
    table(tmp_path, GOOD)
    table(tmp_path, second, name="diseases.tsv")
    assert rules(tmp_path) == set()


def test_short_capitals_are_kept_apart_from_words(tmp_path: Path) -> None:
    """ALL the leukaemia and another term's "all" are no duplicates."""
    text = {"system": "", "code": "", "display": "", "licence": "Apache-2.0", "source": "epicrisis"}
    rows = (
        changed(term="acute lymphoblastic leukemia", synonyms="ALL", **text),
        changed(term="every", synonyms="all", **text),
    )
    assert rules(table(tmp_path, *rows)) == set()


def test_a_reference_to_a_missing_term_is_reported(tmp_path: Path) -> None:
    """site= must name a term of sites.tsv."""
    text = {"system": "", "code": "", "display": "", "licence": "Apache-2.0", "source": "epicrisis"}
    table(tmp_path, changed(term="liver", synonyms="", **text), name="sites.tsv")
    table(
        tmp_path,
        changed(term="hepatoma", synonyms="", attrs="site=livre", **text),
        name="cancers.tsv",
    )
    assert rules(tmp_path) == {"reference"}


def test_a_wrong_header_or_row_length_is_reported(tmp_path: Path) -> None:
    """A table with other columns is named, not read."""
    assert rules(table(tmp_path, GOOD, header=COLUMNS[:-1])) == {"schema"}
    assert rules(table(tmp_path, GOOD[:-1])) == {"schema"}


def test_the_shipped_tables_have_no_findings() -> None:
    """Every table that ships keeps every rule."""
    assert [str(f) for f in check()] == []


@pytest.mark.parametrize(
    ("code", "valid"),
    [("443719001", True), ("443719002", False), ("1228985004", False), ("12", False), ("x", False)],
)
def test_snomed_check_digit(code: str, valid: bool) -> None:
    """Verhoeff's scheme tells a mistyped SNOMED CT identifier."""
    assert verhoeff(code) is valid


@pytest.mark.parametrize(
    ("code", "valid"),
    [("97509-4", True), ("21889-1", True), ("97509-5", False), ("97509", False), ("a-1", False)],
)
def test_loinc_check_digit(code: str, valid: bool) -> None:
    """The last digit of a LOINC number checks the others."""
    assert mod10(code) is valid


@pytest.mark.parametrize(
    "unit",
    [
        "mg/dL",
        "10*3/uL",
        "mm[Hg]",
        "[IU]/L",
        "mL/min/{1.73_m2}",
        "g/m2",
        "umol/L",
        "%",
        "10*9/L",
        "mg/m2",
        "[AU]/mL",
        "ug{FEU}/mL",
        "/[HPF]",
        "Cel",
        "[degF]",
        "mL/(min.m2)",
        "Gy",
        "1/d",
        "meq/L",
    ],
)
def test_units_that_are_ucum(unit: str) -> None:
    """Units of laboratories and of dosing parse."""
    assert is_ucum(unit)


@pytest.mark.parametrize("unit", ["", "mg per dl", "IU/L", "mcg", "mmHg", "mg/", "x10^9/L", "(mg", "sec", "µg"])
def test_units_that_are_not_ucum(unit: str) -> None:
    """What clinicians write is told from UCUM."""
    assert not is_ucum(unit)
