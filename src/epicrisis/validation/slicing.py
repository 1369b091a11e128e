"""Tell which slice an item of a sliced element belongs to.

`matcher(slice, discriminators, library)` gives a test of one item, or None where the
discriminator is of a kind that is not judged here (the slice is then left alone).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from epicrisis.validation.library import Library

Matcher = Callable[[Any, Any], bool]
Profiled = Callable[[Any, str, Any], bool]


def matcher(node: dict[str, Any], by: list[list[str]], library: Library, conforms: Profiled) -> Matcher | None:
    """Return the test that all discriminators of a slice make together."""
    tests = [_test(node, kind, path, library, conforms) for kind, path in by]
    wanted = [t for t in tests if t is not None]
    if not wanted or len(wanted) < len(tests):
        return None
    if len(wanted) == 1:
        return wanted[0]
    return lambda item, scope: all(t(item, scope) for t in wanted)


def matches(value: Any, pattern: Any) -> bool:
    """Say whether *value* has all that *pattern* has (arrays: each member somewhere)."""
    if isinstance(pattern, dict):
        if type(value) is not dict:
            return False
        return all(k in value and matches(value[k], p) for k, p in pattern.items())
    if isinstance(pattern, list):
        if type(value) is not list:
            return False
        return all(any(matches(v, p) for v in value) for p in pattern)
    return bool(value == pattern)


def _test(node: dict[str, Any], kind: str, path: str, library: Library, conforms: Profiled) -> Matcher | None:
    resolved = "resolve()" in path
    path = path.replace("$this.", "").replace("resolve()", "").strip(".")
    steps = [s for s in path.split(".") if s and s != "$this"]
    if any("(" in s for s in steps):
        return None
    if kind in ("value", "pattern"):
        return None if resolved else _valued(node, steps, library)
    target = _descend(node, steps, library)
    types = target.get("types", []) if target else []
    if kind == "exists" and target is not None:
        there = target.get("max") != 0 and bool(target.get("min"))
        return lambda item, _: bool(_values(item, steps)) is there
    if kind == "type" and not resolved and types:
        return ByType(steps, frozenset(t["c"] for t in types))
    if kind in ("type", "profile"):
        profiles = [p for t in types for p in (t.get("t") if resolved else t.get("p")) or ()]
        if not profiles:
            return None
        return _profiled(steps, profiles, resolved, conforms)
    return None


class ByType:
    """The test whether a resource at *steps* is of one of some types."""

    def __init__(self, steps: list[str], names: frozenset[str]) -> None:
        """Remember where to look and what for."""
        self.steps = steps
        self.names = names

    def __call__(self, item: Any, _: Any) -> bool:
        """Say whether there is such a resource in *item*."""
        return any(_type_of(value) in self.names for value in _values(item, self.steps))


def chooser(tests: Sequence[Matcher]) -> Callable[[Any, Any], int | None]:
    """Return what tells the first of *tests* that an item passes."""

    def first(item: Any, scope: Any) -> int | None:
        return next((n for n, test in enumerate(tests) if test(item, scope)), None)

    kinds: dict[str, int] = {}
    steps: list[str] = []
    for n, test in enumerate(tests):
        if not isinstance(test, ByType) or len(test.steps) != 1:
            return first
        steps += test.steps
        for name in test.names:
            kinds.setdefault(name, n)
    if len(set(steps)) != 1:
        return first
    step = steps[0]

    def told(item: Any, scope: Any) -> int | None:
        value = item.get(step) if type(item) is dict else None
        return kinds.get(_type_of(value)) if type(value) is dict else first(item, scope)

    return told  # every entry of a bundle is tried against every slice: its type tells which


def _type_of(value: Any) -> str:
    kind = value.get("resourceType") if type(value) is dict else None
    return kind if type(kind) is str else ""


def _profiled(steps: list[str], profiles: list[str], resolved: bool, conforms: Profiled) -> Matcher:
    def test(item: Any, scope: Any) -> bool:
        for value in _values(item, steps):
            resource = scope.resolve(value) if resolved else value
            if resource is not None and any(conforms(resource, p, scope) for p in profiles):
                return True
        return False

    return test


def _valued(node: dict[str, Any], steps: list[str], library: Library) -> Matcher | None:
    expected = list(_expected(node, steps, library))
    if not expected:
        return None

    def test(item: Any, _: Any) -> bool:
        return all(any(good(v) for v in _values(item, path)) for path, good in expected)

    return test


def _expected(
    node: dict[str, Any], steps: list[str], library: Library, done: tuple[str, ...] = ()
) -> Iterator[tuple[list[str], Callable[[Any], bool]]]:
    """Yield what the slice says of the value at *steps*: fixed, pattern or a required binding."""
    for kind in ("fixed", "pattern"):
        if kind in node:
            wanted = _inside(node[kind], steps)
            if wanted is not None:
                yield [*done, *steps], lambda v, w=wanted: matches(v, w)  # type: ignore[misc]
                return
    if steps:
        below = _descend(node, steps[:1], library)
        if below is not None:
            yield from _expected(below, steps[1:], library, (*done, steps[0]))
        return
    bind = node.get("bind")
    if bind and bind[0] == "required":
        expansion = library.expansion(bind[1])
        yield list(done), lambda v: _bound(v, expansion)
        return
    for name, kid in node.get("kids", {}).items():
        if "fixed" in kid or "pattern" in kid or "kids" in kid:
            yield from _expected(kid, [], library, (*done, name))


def _bound(value: Any, expansion: Any) -> bool:
    if type(value) is str:
        return expansion.has(None, value) is not False
    if type(value) is not dict:
        return False
    codings = value.get("coding", [value])
    return type(codings) is list and any(
        type(c) is dict and c.get("code") and expansion.has(c.get("system", ""), c["code"]) is not False
        for c in codings
    )


def _inside(value: Any, steps: list[str]) -> Any:
    for step in steps:
        if isinstance(value, list):
            value = value[0] if value else None
        value = value.get(step) if isinstance(value, dict) else None
    return value[0] if steps and isinstance(value, list) and value else value


def _descend(node: dict[str, Any], steps: list[str], library: Library) -> dict[str, Any] | None:
    here: dict[str, Any] | None = node
    for step in steps:
        if here is None:
            return None
        kids = here.get("kids", {})
        profiles = next((t["p"] for t in here.get("types", ()) if t.get("p")), None)
        if not kids and profiles:  # the slice is said by a profile of its datatype
            kids = (library.definition(profiles[0]) or {}).get("root", {}).get("kids", {})
        below = kids.get(step) or kids.get(f"{step}[x]")
        if below is not None and len(below.get("slices", ())) == 1 and not ("fixed" in below or "pattern" in below):
            # the one slice of the member says what the member does not
            only = next(iter(below["slices"].values()))
            below = {**below, **{k: v for k, v in only.items() if k != "min"}}
        here = below
    return here


def _values(item: Any, steps: list[str]) -> list[Any]:
    found = [item]
    for step in steps:
        below: list[Any] = []
        for each in found:
            if type(each) is not dict:
                continue
            value = each.get(step)
            if value is None:
                value = next(
                    (v for k, v in each.items() if k.startswith(step) and k[len(step) : len(step) + 1].isupper()), None
                )
            if type(value) is list:
                below += value
            elif value is not None:
                below.append(value)
        found = below
    return [v for v in found if v is not None]
