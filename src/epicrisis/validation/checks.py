"""What checkers are made of: each takes a value and the scope of the run.

A checker returns None where all is right (the fast path builds no paths and no strings), else a
list of problems: path below the value, severity, rule, message.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from epicrisis.validation import primitives
from epicrisis.validation.slicing import matches

Problem = tuple[str, str, str, str]
Found = list[Problem] | None
Check = Callable[[Any, "Scope"], Found]


@dataclass(slots=True)
class Scope:
    """One run: the resources that references may lead to, and profiles already judged."""

    targets: dict[str, dict[str, Any]] = field(default_factory=dict)
    judged: dict[tuple[int, str], bool] = field(default_factory=dict)
    judging: int = 0  # how many of these judgements are under way
    led: set[tuple[Check, str]] = field(default_factory=set)  # references that are right, by checker and address
    passed: set[str] = field(default_factory=set)  # where an evidence may lead
    # of parts of the resource, by id(): those that hold no reference, and the evidence that is plain
    bare: set[int] = field(default_factory=set)
    evidence: dict[int, tuple[str, int, int]] = field(default_factory=dict)

    def resolve(self, reference: Any) -> dict[str, Any] | None:
        """Return the resource of the bundle that a Reference leads to."""
        if type(reference) is dict:
            name = reference.get("reference")
            if name is None and type(reference.get("reference")) is not str:
                return None
            return self.targets.get(name) if type(name) is str else None
        return None


def anything(_value: Any, _scope: Scope) -> Found:
    """Let any value pass."""
    return None


def forbidden(_value: Any, _scope: Scope) -> Found:
    """Refuse any value: the profile allows none."""
    return [("", "error", "profile/cardinality", "the profile forbids this element")]


def wrong_type(_value: Any, _scope: Scope) -> Found:
    """Refuse a type that the choice does not have."""
    return [("", "error", "profile/type", "this type is not allowed here")]


def primitive(test: primitives.Test) -> Check:
    """Return the checker of a primitive."""

    def check(value: Any, _scope: Scope) -> Found:
        wrong = test(value)
        return None if wrong is None else [("", "error", "profile/primitive", wrong)]

    return check


def values(node: dict[str, Any], code: str) -> list[Check]:
    """Return the checkers of the value that a definition fixes or asks for."""
    parts: list[Check] = []
    if "fixed" in node and code != "Extension":
        fixed = node["fixed"]
        parts.append(
            lambda v, _: None if v == fixed else [("", "error", "profile/fixed", f"{_shown(fixed)} is expected")]
        )
    if "pattern" in node:
        pattern = node["pattern"]
        parts.append(
            lambda v, _: (
                None if matches(v, pattern) else [("", "error", "profile/pattern", f"{_shown(pattern)} is expected")]
            )
        )
    return parts


def _shown(expected: Any) -> str:
    text = json.dumps(expected, ensure_ascii=False)
    return text if len(text) <= 200 else text[:200] + "..."


def array(item: Check, low: int, high: int | None) -> Check:
    """Return the checker of an array of items."""

    def check(value: Any, scope: Scope) -> Found:
        if type(value) is not list:
            return [("", "error", "profile/type", "an array is expected")]
        found: Found = None
        if not value or len(value) < low or (high is not None and len(value) > high):
            found = size(value, low, high)
        for i, each in enumerate(value):
            wrong = item(each, scope)
            if wrong is not None:
                found = under(found, f"[{i}]", wrong)
        return found

    return check


def size(value: list[Any], low: int, high: int | None) -> Found:
    """Check the number of items."""
    if not value:
        return [("", "error", "profile/empty", "the array is empty")]
    if len(value) < low or (high is not None and len(value) > high):
        return [
            ("", "error", "profile/cardinality", f"{len(value)} found, {low}..{'*' if high is None else high} allowed")
        ]
    return None


def chain(parts: Sequence[Check]) -> Check:
    """Return one checker for all of *parts*."""
    if len(parts) == 1:
        return parts[0]
    if len(parts) == 2:
        first, second = parts

        def two(value: Any, scope: Scope) -> Found:
            found = first(value, scope)
            wrong = second(value, scope)
            return found if wrong is None else more(found, wrong)

        return two

    def every(value: Any, scope: Scope) -> Found:
        found: Found = None
        for part in parts:
            wrong = part(value, scope)
            if wrong is not None:
                found = more(found, wrong)
        return found

    return every if parts else anything


def more(found: Found, wrong: Found) -> Found:
    """Return both lists of problems as one."""
    if wrong is None:
        return found
    return wrong if found is None else [*found, *wrong]


def under(found: Found, step: str, wrong: list[Problem]) -> Found:
    """Add the problems of a member or item, its step before their paths, to *found*, which is the caller's own."""
    made = [(step + path, severity, rule, message) for path, severity, rule, message in wrong]
    if found is None:
        return made
    found += made  # in place: a bundle may have 100,000 wrong entries
    return found


def at(root: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the node of a definition at *path*."""
    here = root
    for step in path.split(".")[1:]:
        here = here.get("kids", {}).get(step, {})
    return here
