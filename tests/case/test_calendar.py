"""Partial dates are compared as far as both tell."""

from __future__ import annotations

import pytest

from epicrisis.case.calendar import precedes


@pytest.mark.parametrize(
    ("one", "other", "before"),
    [
        ("2020-03", "2020-04", True),
        ("2019", "2020-04-01", True),
        ("2020-03-03", "2020-09", True),
        ("2020", "2020-04", False),
        ("2020-04", "2020", False),
        ("2020-03-03", "2020-03", False),
        ("2021", "2020-12-31", False),
    ],
)
def test_a_date_precedes_only_what_it_certainly_lies_before(one: str, other: str, before: bool) -> None:
    """A year is before the next one, and neither before nor behind its own months."""
    assert precedes(one, other) is before
