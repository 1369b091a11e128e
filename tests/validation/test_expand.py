"""Value sets are enumerated as far as code systems are at hand; what cannot be known stays open."""

from __future__ import annotations

from typing import Any

import pytest

from epicrisis.validation.expand import expand

FRUIT = "http://example.org/fruit"
SYSTEMS: dict[str, dict[str, Any]] = {
    FRUIT: {
        "content": "complete",
        "concept": [
            {"code": "stone", "concept": [{"code": "plum"}, {"code": "cherry", "concept": [{"code": "sour"}]}]},
            {"code": "berry", "property": [{"code": "soft", "valueBoolean": True}]},
            {"code": "peach", "property": [{"code": "parent", "valueCode": "stone"}]},
        ],
    },
    "http://example.org/part": {"content": "fragment", "concept": [{"code": "a"}]},
}
EVERY = ["berry", "cherry", "peach", "plum", "sour", "stone"]


def _filter(name: str, test: str, value: str) -> dict[str, Any]:
    return {"system": FRUIT, "filter": [{"property": name, "op": test, "value": value}]}


def _expanded(compose: dict[str, Any], **others: dict[str, Any]) -> dict[str, Any]:
    sets = {"main": {"compose": compose}, **{name: {"compose": c} for name, c in others.items()}}
    return expand("main", sets.get, SYSTEMS.get)


@pytest.mark.parametrize(
    ("include", "codes"),
    [
        ({"system": FRUIT}, EVERY),
        ({"system": f"{FRUIT}|1.0"}, EVERY),
        ({"system": FRUIT, "concept": [{"code": "plum"}]}, ["plum"]),
        (_filter("concept", "is-a", "stone"), ["cherry", "peach", "plum", "sour", "stone"]),
        (_filter("concept", "descendent-of", "stone"), ["cherry", "peach", "plum", "sour"]),
        (_filter("concept", "is-not-a", "stone"), ["berry"]),
        (_filter("soft", "=", "true"), ["berry"]),
    ],
)
def test_what_can_be_enumerated(include: dict[str, Any], codes: list[str]) -> None:
    """Whole systems, lists, hierarchies (nested or by property) and properties are followed."""
    assert _expanded({"include": [include]}) == {"codes": {FRUIT: codes}, "whole": [], "open": []}


def test_exclusions_are_taken_away() -> None:
    """What is excluded is no member."""
    made = _expanded({"include": [{"system": FRUIT}], "exclude": [_filter("concept", "is-a", "stone")]})
    assert made["codes"] == {FRUIT: ["berry"]}


@pytest.mark.parametrize(
    ("include", "whole", "opened"),
    [
        ({"system": "http://loinc.org"}, ["http://loinc.org"], []),
        ({"system": "http://example.org/part"}, ["http://example.org/part"], []),
        (
            {"system": "http://snomed.info/sct", "filter": [{"property": "concept", "op": "is-a", "value": "1"}]},
            [],
            ["http://snomed.info/sct"],
        ),
        (_filter("concept", "regex", "p.*"), [], [FRUIT]),
        ({"valueSet": ["nowhere"]}, [], ["*"]),
    ],
)
def test_what_cannot(include: dict[str, Any], whole: list[str], opened: list[str]) -> None:
    """A system without its codes is a member whole; filters that nobody here can follow leave it open."""
    made = _expanded({"include": [include]})
    assert (made["codes"], made["whole"], made["open"]) == ({}, whole, opened)


def test_value_sets_of_value_sets() -> None:
    """Value sets include others; several in one include are their common members; circles end."""
    stone = {"include": [_filter("concept", "is-a", "stone")]}
    small = {"include": [{"system": FRUIT, "concept": [{"code": "plum"}, {"code": "berry"}]}]}
    assert _expanded({"include": [{"valueSet": ["stone"]}]}, stone=stone)["codes"][FRUIT][0] == "cherry"
    both = _expanded({"include": [{"valueSet": ["stone", "small|2"]}]}, stone=stone, small=small)
    assert both["codes"] == {FRUIT: ["plum"]}
    assert _expanded({"include": [{"valueSet": ["main"]}]})["open"] == ["*"]


def test_an_exclusion_that_cannot_be_followed_leaves_the_system_open() -> None:
    """Of a whole system with an unknown exclusion nobody can say what belongs."""
    sct = "http://snomed.info/sct"
    made = _expanded(
        {
            "include": [{"system": sct}],
            "exclude": [{"system": sct, "filter": [{"property": "concept", "op": "is-a", "value": "1"}]}],
        }
    )
    assert made == {"codes": {}, "whole": [], "open": [sct]}
