"""Values as written: decimals, units, comparators, reference ranges."""

from __future__ import annotations

import pytest

from epicrisis.facts.quantity import decimal, read_reference, read_value, writes_comma
from epicrisis.facts.unit_codes import unit_code
from epicrisis.terminology import load


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("9.8 g/dL", "9.8", "g/dL"),
        ("4.650 ng/mL", "4.650", "ng/mL"),
        ("1,020 U/L", "1020", "U/L"),
        ("7,8 g/dl", "7.8", "g/dl"),
        ("0,125 mg/l", "0.125", "mg/l"),
        ("11,900/mm3", "11900", "/mm3"),
        ("4.65 \\times 10^9/L$", "4.65", "× 10^9/L"),
        ("4.2 × 109/L", "4.2", "× 109/L"),
        ("36 mm Hg", "36", "mm Hg"),
        ("98/min", "98", "/min"),
        ("37.2 °C", "37.2", "°C"),
        ("1.2 and", "1.2", None),
        ("3 years", "3", None),
    ],
)
def test_a_value_keeps_its_decimals_and_its_unit_as_written(written: str, value: str, unit: str | None) -> None:
    """A number stays the decimal string of the text, with a point; its unit stays as written."""
    found = read_value(written, 0, len(written))
    assert found is not None
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (" (normal 12–16)", {"refLow": "12", "refHigh": "16"}),
        (" (normal range <10mg/dl)", {"refHigh": "10", "refUnit": "mg/dl"}),
        (" (normal range >40G/L)", {"refLow": "40", "refUnit": "G/L"}),
        (", normal range 43-116 IU/L)", {"refLow": "43", "refHigh": "116", "refUnit": "IU/L"}),
        (" (nl ≤34)", {"refHigh": "34"}),
        (" [135-225]", {"refLow": "135", "refHigh": "225"}),
        (" | 12-16 |", {"refLow": "12", "refHigh": "16"}),
    ],
)
def test_a_reference_range_is_read_in_the_forms_that_reports_use(written: str, expected: dict[str, str]) -> None:
    """Low end, high end and unit of a reference range are read as written."""
    found = read_reference(written, 0, len(written))
    assert found is not None
    assert {k: v for k, v in found[1].items() if k != "refText"} == expected


def test_what_is_no_range_is_no_reference() -> None:
    """A remark in parentheses is not taken for the normal range."""
    for written in (" (2019)", " (Figure 2)", " on day 3-5", " (n = 12)"):
        assert read_reference(written, 0, len(written)) is None


def test_a_comparator_is_kept_unless_a_degree_compares_with_the_normal() -> None:
    """ "Less than 7" is <7; "slightly lower than 33.3" is 33.3."""
    less = "less than 7 g/dL"
    assert read_value(less, 0, len(less)).comparator == "<"  # type: ignore[union-attr]
    lower = "slightly lower than 33.3 g/l"
    assert read_value(lower, 9, len(lower)).comparator is None  # type: ignore[union-attr]


def test_thousands_are_told_from_decimals_by_the_habit_of_the_text() -> None:
    """In a text with decimal commas 1.250 is a thousand and 1,250 is not."""
    assert writes_comma("Hb 9,8 g/dl, CRP 45,2 mg/l")
    assert not writes_comma("Hb 9.8 g/dl, platelets 214,000/mm3")
    assert decimal("1,250") == "1250"
    assert decimal("1,250", comma=True) == "1.250"
    assert decimal("1.250", comma=True) == "1250"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("mg/dl", "mg/dL"),
        ("x10^9/L", "10*9/L"),
        ("× 10⁹/L", "10*9/L"),
        ("mmHg", "mm[Hg]"),
        ("µmol/L", "umol/L"),
        ("parsecs", None),
    ],
)
def test_a_written_unit_has_the_ucum_code_of_the_table(written: str, code: str | None) -> None:
    """Units are coded from the table, whatever signs they are written with; unknown ones are
    not.
    """
    assert unit_code(load(), written) == code
