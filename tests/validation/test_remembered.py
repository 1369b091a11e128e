"""What a validator remembers of right values must never hide a wrong one."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest

from epicrisis.terminology import load
from epicrisis.validation import run
from epicrisis.validation.codes import Codes
from epicrisis.validation.library import library
from epicrisis.validation.profile import Profiles
from validation.support_fhir import Json, sample

_WRONG: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 1.0, 2**31, "", " ", "a b", "x\x00y", "unknown", "2020-13-01", "#x", "urn:uuid:none",
    "Patient/1", "http://example.org/StructureDefinition/x", [], {}, [None], [{}], {"text": "x"}, {"reference": "x"},
    {"coding": [{"system": "http://snomed.info/sct", "code": "254837001"}]}, {"extension": [{"url": "x"}]},
)  # fmt: skip


class _Text(str):
    __slots__ = ()


def _validator(edition: str) -> Profiles:
    known = library(edition)
    return Profiles(known, Codes(known, load()))


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every member and item: what holds it, and its name or index."""
    for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield node, key
        yield from _places(node[key])


def damage(bundle: Json, dice: random.Random) -> None:
    """Spoil one place of *bundle*."""
    places = list(_places(bundle))
    holder, key = dice.choice(places)
    if isinstance(holder, list) and dice.random() < 0.3:
        holder.insert(key, copy.deepcopy(holder[key]))
        return
    kind = dice.randrange(6)
    if kind == 0:
        del holder[key]
    elif kind == 1 and isinstance(holder, dict):
        holder[dice.choice((f"_{key}", f"{key}X", "extension", "id", "value", "resourceType"))] = holder[key]
    elif kind == 2:
        other, name = dice.choice(places)
        holder[key] = copy.deepcopy(other[name])
    elif kind == 3 and isinstance(holder[key], str):
        text = holder[key]
        holder[key] = dice.choice(
            (text[:-1], text + " ", text.upper(), text + "1", "".join(reversed(text)), _Text(text))
        )
    elif kind == 4 and type(holder[key]) is int:
        holder[key] += dice.choice((-(10**6), 10**6, 1, -1))
    else:
        holder[key] = copy.deepcopy(dice.choice(_WRONG))


def _one_of_each(bundle: Json) -> Json:
    """Leave one resource of each type and claim."""
    kinds = {str((e["resource"]["resourceType"], e["resource"].get("meta"))): e for e in bundle["entry"]}
    return {**bundle, "entry": list(kinds.values())}


@pytest.mark.parametrize(("name", "edition"), [("breast_letter.r4.json", "r4"), ("leiomyosarcoma.r5.json", "r5")])
def test_a_warm_validator_finds_what_a_new_one_finds(name: str, edition: str) -> None:
    """Each damage is met by a validator that has seen the right bundle many times, and by one that has seen nothing."""
    right, warm, dice = _one_of_each(sample(name)), _validator(edition), random.Random(11)  # noqa: S311
    for _ in range(3):
        run.report(right, "quick", warm)
    for number in range(80):
        spoilt = copy.deepcopy(right)
        for _ in range(4):
            damage(spoilt, dice)
        found = run.report(spoilt, "quick", warm)
        assert found == run.report(spoilt, "quick", _validator(edition)), f"damage {number}"
        assert found == run.report(spoilt, "quick", warm), f"damage {number}, seen before"
