"""Rules of datatypes and resources that are written in Python.

They are here because the FHIRPath evaluator lacks a function that they use, or because they are
worth checking in a quick validation too. `invariants.py` leaves the rules of these names out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, cast

from epicrisis.validation import primitives
from epicrisis.validation.checks import Scope

Problem = tuple[str, str, str, str]
Rule = Callable[[Any, Any], list[Problem] | None]

UCUM = "http://unitsofmeasure.org"
_NUMBERS = (int, float, Decimal)
NAMES = frozenset({"per-1", "rng-2", "age-1", "bdl-10", "dom-3", "ref-1"})  # ref-1: see integrity.py


def rules(type_name: str) -> list[Rule]:
    """Return the rules of a type, in the form of the profile checkers."""
    known: dict[str, list[Rule]] = {
        "Period": [_period],
        "Range": [_range],
        "Age": [_age],
        "Bundle": [_dated],
        "Reference": [_reference],
        "Identifier": [_issuer],
    }
    return known.get(type_name, [])


def contained(value: dict[str, Any]) -> list[Problem] | None:
    """Check dom-3: every contained resource is referred to, or refers to its container."""
    inner = value.get("contained")
    if type(inner) is not list:
        return None
    named = set(_texts({k: v for k, v in value.items() if k not in ("text", "id")}))
    found = [
        (f".contained[{i}]", "error", "profile/dom-3", "nothing refers to the contained resource")
        for i, each in enumerate(inner)
        if type(each) is dict and f"#{each.get('id')}" not in named and "#" not in set(_texts(each))
    ]
    return found or None


def _period(value: Any, _scope: Any) -> list[Problem] | None:
    """Check per-1: the end is not before the start, as far as both are stated."""
    start, end = (value.get("start"), value.get("end")) if type(value) is dict else (None, None)
    if type(start) is not str or type(end) is not str:
        return None
    first, last = start[:10], end[:10]
    if len(start) > 10 and len(end) > 10 and first == last and start[19:] == end[19:]:
        first, last = start, end
    size = min(len(first), len(last))
    if last[:size] < first[:size]:
        return [("", "error", "profile/per-1", "the period ends before it starts")]
    return None


def _range(value: Any, _scope: Any) -> list[Problem] | None:
    """Check rng-2: low is not above high, where both have one unit."""
    low, high = (value.get("low"), value.get("high")) if type(value) is dict else (None, None)
    if type(low) is not dict or type(high) is not dict:
        return None
    if any(low.get(k) != high.get(k) for k in ("system", "code")) or (
        "code" not in low and low.get("unit") != high.get("unit")
    ):
        return None
    least, most = low.get("value"), high.get("value")
    if isinstance(least, _NUMBERS) and isinstance(most, _NUMBERS) and least > most:
        return [("", "error", "profile/rng-2", "the range's low is above its high")]
    return None


def _age(value: Any, _scope: Any) -> list[Problem] | None:
    """Check age-1: a value has a code of UCUM and is above zero."""
    if type(value) is not dict or "value" not in value:
        return None
    age = value["value"]
    if "code" not in value or value.get("system", UCUM) != UCUM or (isinstance(age, _NUMBERS) and age <= 0):
        return [("", "error", "profile/age-1", "an age has a code of UCUM and a value above zero")]
    return None


def _issuer(value: Any, _scope: Any) -> list[Problem] | None:
    """Check that the system of an identifier is an absolute address."""
    system = value.get("system") if type(value) is dict else None
    if type(system) is str and ":" not in system:
        return [(".system", "error", "profile/system", "a system is an absolute address")]
    return None


def _reference(value: Any, _scope: Any) -> list[Problem] | None:
    """Check that a reference is an address: without white space."""
    target = value.get("reference") if type(value) is dict else None
    if type(target) is str and target and target.split() != [target]:
        return [(".reference", "error", "profile/reference", "a reference has no white space")]
    return None


def _plain_reference(value: Any, _scope: Scope) -> bool:
    """Say whether a reference is one address and nothing else, and right in itself."""
    if type(value) is not dict or len(value) != 1:
        return False
    target = value.get("reference")
    return type(target) is str and target != "" and " " not in target and target.isprintable()


def _plain_narrative(value: Any, scope: Scope) -> bool:
    """Say whether a narrative is as programs write them, and right."""
    if type(value) is not dict or len(value) != 2 or "div" not in value:
        return False
    status = value.get("status")
    if type(status) is not str or status != "generated" or _XHTML(value["div"]) is not None:
        return False
    scope.bare.add(id(value))
    return True


_XHTML = cast("primitives.Test", primitives.test("xhtml"))
# types of which every resource has some, in the one form that is almost always theirs: where these say
# yes, the definition has nothing to object to
PLAIN: dict[str, Callable[[Any, Scope], bool]] = {"Reference": _plain_reference, "Narrative": _plain_narrative}


def _dated(value: Any, _scope: Any) -> list[Problem] | None:
    """Check bdl-10: a document has a date."""
    if type(value) is dict and value.get("type") == "document" and "timestamp" not in value:
        return [("", "error", "profile/bdl-10", "a document bundle needs a timestamp")]
    return None


def _texts(value: Any) -> Iterator[str]:
    level = [value]
    while level:
        node = level.pop()
        if type(node) is dict:
            level += node.values()
        elif type(node) is list:
            level += node
        elif type(node) is str and node[:1] == "#":
            yield node
