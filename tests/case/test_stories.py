"""The texts of tests/cases/stories: each says which items a narrative becomes, and which it must not become.

A story is a table of a TOML file that anybody can add:

    [[stories]]
    says = "A cancer of the past is not the one that is staged."
    text = '''...'''
    has = ["condition: lung adenocarcinoma | role=primary"]
    not = ["stage | focus=prostate cancer"]

`has` and `not` name a type of item, its words after a colon, and after bars what it must say: a
key of its detail (dosages.0.text), or concept, when, start, end, negated, certainty, status, or a link's role with the words of
the item that it points to. `count` says how many items there are of a type (and role). Texts with
a heading of their own keep it (`bare = true`); others stand under "Case presentation".
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from epicrisis import resources
from epicrisis.case import Case, Item, build_case
from epicrisis.document import read
from epicrisis.facts import extract

STORIES = Path(__file__).resolve().parents[1] / "cases" / "stories"
TYPES = frozenset(
    json.loads(resources.read_text("schema", "case-1.schema.json"))["$defs"]["item"]["properties"]["type"]["enum"]
)
OWN = ("concept", "negated", "certainty", "status", "text")


def _load() -> list[Any]:
    found = []
    for path in sorted(STORIES.glob("*.toml")):
        for story in tomllib.loads(path.read_text(encoding="utf-8"))["stories"]:
            found.append(pytest.param(story, id=f"{path.stem}: {story['says']}"))
    return found


def _case(story: dict[str, Any], folder: Path) -> Case:
    path = folder / "case.txt"
    text = story["text"].strip()
    headed = story.get("bare") or text.splitlines()[0] in (
        "Abstract",
        "Case 1",
        "Case report",
        "TUMOR BOARD NOTE",
        "To the Editor,",
    )
    path.write_text(text if headed else f"Case presentation\n\n{text}\n", encoding="utf-8")
    document = read(path)
    return build_case(document, extract(document))


def _matches(case: Case, item: Item, wanted: str) -> bool:
    head, *conditions = (part.strip() for part in wanted.split("|"))
    type_, _, words = (part.strip() for part in head.partition(":"))
    assert type_ in TYPES, f"{wanted}: no type of an item, so that nothing could match it"
    if item.type != type_ or (words and item.text.casefold() != words.casefold()):
        return False
    return all(_says(case, item, *(c.partition("=")[::2])) for c in conditions)


def _says(case: Case, item: Item, key: str, wanted: str) -> bool:
    if key in ("when", "start", "end"):
        date = getattr(item, key)
        return (date.value if date else "") == wanted
    if key in OWN:
        return str(getattr(item, key)).casefold() == wanted.casefold()
    if key in item.links or key in ("focus", "primary", "members", "reason"):
        told = {i.key: i.text for i in case.items}
        return [told[k].casefold() for k in item.links.get(key, [])] == [w.casefold() for w in wanted.split("+") if w]
    found: Any = item.detail
    for step in key.split("."):
        found = found[int(step)] if isinstance(found, list) and int(step) < len(found) else _member(found, step)
    return str(found) == wanted


def _member(found: Any, step: str) -> Any:
    return found.get(step, "") if isinstance(found, dict) else ""


@pytest.mark.parametrize("story", _load())
def test_a_narrative_becomes_the_items_that_it_tells(story: dict[str, Any], tmp_path: Path) -> None:
    """What a text tells of the patient becomes one item, and nothing else becomes any."""
    case = _case(story, tmp_path)
    made = "\n".join(
        f"{i.type}: {i.text} | {i.concept} {i.when and i.when.value} {i.negated} {i.certainty} {i.status} {i.links} {i.detail}"
        for i in case.items
    )
    for wanted in story.get("has", []):
        assert any(_matches(case, i, wanted) for i in case.items), f"missing {wanted}\n{made}"
    for unwanted in story.get("not", []):
        assert not any(_matches(case, i, unwanted) for i in case.items), f"unwanted {unwanted}\n{made}"
    for what, number in story.get("count", {}).items():
        assert sum(_matches(case, i, what) for i in case.items) == number, f"not {number} of {what}\n{made}"
