"""The texts of tests/cases: each says which facts a sentence holds, and which it must not hold.

A case is a line of a TOML file that anybody can add:

    { text = "Hemoglobin was 9.8 g/dL.", has = ["lab: Hemoglobin | value=9.8 | unit=g/dL"] },
    { text = "Stage 3 chronic kidney disease.", not = ["stage"] },

`has` and `not` name a kind of fact, its words after a colon, and after bars what it must say:
a key of its value, or concept, negated, certainty, status, subject. `not` speaks of facts that
are asserted of the patient. `heading` sets another section than the case presentation.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from epicrisis.document import read
from epicrisis.facts import Fact, extract

CASES = Path(__file__).resolve().parents[1] / "cases"
OWN = ("concept", "negated", "certainty", "status", "subject")


def _load() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.toml")):
        for number, case in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["cases"], 1):
            found.append(pytest.param(case, id=f"{path.stem}-{number}"))
    return found


def _facts(case: dict[str, Any], folder: Path) -> list[Fact]:
    path = folder / "case.txt"
    path.write_text(f"{case.get('heading', 'Case presentation')}\n\n{case['text']}\n", encoding="utf-8")
    return list(extract(read(path)))


def _matches(fact: Fact, wanted: str) -> bool:
    head, *conditions = (part.strip() for part in wanted.split("|"))
    kind, _, words = (part.strip() for part in head.partition(":"))
    if fact.kind != kind or (words and " ".join(fact.text.split()).casefold() != words.casefold()):
        return False
    for condition in conditions:
        key, _, value = condition.partition("=")
        found = getattr(fact, key) if key in OWN else _at(fact.value, key)
        if _plain(found) != value:
            return False
    return True


def _at(value: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _plain(found: Any) -> str:
    return str(found).lower() if isinstance(found, bool) else str(found)


def _asserted(fact: Fact) -> bool:
    return (
        fact.subject == "patient"
        and not fact.negated
        and fact.certainty != "refuted"
        and fact.status in ("done", "historical")
    )


@pytest.mark.parametrize("case", _load())
def test_the_text_holds_the_facts_that_its_case_names(case: dict[str, Any], tmp_path: Path) -> None:
    """A case's text yields every fact under `has` and none under `not`."""
    facts = _facts(case, tmp_path)
    told = [(f.kind, f.text, f.concept, f.value, f.negated, f.certainty, f.status, f.subject) for f in facts]
    for wanted in case.get("has", []):
        assert any(_matches(f, wanted) for f in facts), f"missing {wanted!r} in {told}"
    for unwanted in case.get("not", []):
        wrong = [f for f in facts if _matches(f, unwanted) and (_asserted(f) or "=" in unwanted)]
        assert not wrong, f"unwanted {unwanted!r}: {wrong}"


def test_there_are_enough_cases_and_half_of_them_say_what_must_not_be_read() -> None:
    """The collection keeps at least 400 cases, and as many of them guard against a false fact as
    not.
    """
    cases = [p.values[0] for p in _load()]
    guarding = [
        c
        for c in cases
        if "not" in c
        or any(
            "negated=true" in w or "status=" in w or "subject=" in w or "certainty=" in w or "result=negative" in w
            for w in c.get("has", [])
        )
    ]
    assert len(cases) >= 400
    assert len(guarding) * 2 >= len(cases)
