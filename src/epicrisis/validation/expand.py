"""Enumerate value sets from the code systems that are at hand; what cannot be enumerated stays open.

An expansion is `{"codes": {system: [codes]}, "whole": [systems], "open": [systems]}`:
every code of a `whole` system is a member, of an `open` one nobody here can say
(`"*"` stands for any system).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Lookup = Callable[[str], dict[str, Any] | None]


def expand(url: str, value_set: Lookup, code_system: Lookup, seen: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return the expansion of the value set *url*."""
    found = value_set(url)
    if found is None or url in seen or not found.get("compose"):
        return {"codes": {}, "whole": [], "open": ["*"]}
    codes: dict[str, set[str]] = {}
    whole: set[str] = set()
    opened: set[str] = set()
    for part in found["compose"].get("include", ()):
        made = _part(part, value_set, code_system, seen | {url})
        for system, members in made["codes"].items():
            codes.setdefault(system, set()).update(members)
        whole.update(made["whole"])
        opened.update(made["open"])
    for part in found["compose"].get("exclude", ()):
        made = _part(part, value_set, code_system, seen | {url})
        for system, members in made["codes"].items():
            codes.get(system, set()).difference_update(members)
        # what may be excluded is no longer sure to belong
        opened.update(s for s in (*made["open"], *made["codes"]) if s in whole or s == "*")
        whole.difference_update(opened)
    return {
        "codes": {s: sorted(c) for s, c in sorted(codes.items()) if c},
        "whole": sorted(whole),
        "open": sorted(opened),
    }


def concepts(system: dict[str, Any]) -> dict[str, str]:
    """Return code -> display of an enumerated code system."""
    return {c["code"]: c.get("display", "") for c, _ in _walk(system.get("concept", ()), ())}


def _part(part: dict[str, Any], value_set: Lookup, code_system: Lookup, seen: frozenset[str]) -> dict[str, Any]:
    system = part.get("system", "").partition("|")[0]
    made: dict[str, Any] = {"codes": {}, "whole": [], "open": []}
    if part.get("concept"):
        made["codes"] = {system: {c["code"] for c in part["concept"]}}
    elif part.get("filter"):
        members = _filtered(code_system(system), part["filter"])
        if members is None:
            made["open"] = [system]
        else:
            made["codes"] = {system: members}
    elif system:
        known = code_system(system)
        if known is None or known.get("content") != "complete":
            made["whole"] = [system]
        else:
            made["codes"] = {system: set(concepts(known))}
    for i, other in enumerate(part.get("valueSet", ())):
        inner = expand(other.partition("|")[0], value_set, code_system, seen)
        if i == 0 and not system:
            made = {
                "codes": {s: set(c) for s, c in inner["codes"].items()},
                "whole": inner["whole"],
                "open": inner["open"],
            }
        else:
            made = _both(made, inner)
    return made


def _both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return the members that both have; open where either is."""
    opened = sorted({*one["open"], *other["open"]})
    codes: dict[str, set[str]] = {}
    for system, members in one["codes"].items():
        kept = set(members) if system in other["whole"] else set(members) & set(other["codes"].get(system, ()))
        codes[system] = kept
    for system, members in other["codes"].items():
        if system in one["whole"]:
            codes[system] = set(members)
    return {"codes": codes, "whole": sorted(set(one["whole"]) & set(other["whole"])), "open": opened}


def _filtered(system: dict[str, Any] | None, filters: list[dict[str, Any]]) -> set[str] | None:
    if system is None or system.get("content") != "complete":
        return None
    every = list(_walk(system.get("concept", ()), ()))
    above = _ancestors(every)
    kept = {c["code"] for c, _ in every}
    for rule in filters:
        name, test, value = rule.get("property"), rule.get("op"), rule.get("value", "")
        if name == "concept" and test in ("is-a", "descendent-of", "is-not-a"):
            below = {code for code, parents in above.items() if value in parents}
            if test == "is-a":
                below.add(value)
            kept = kept - below - {value} if test == "is-not-a" else kept & below
        elif test == "=":
            kept &= {c["code"] for c, _ in every if _property(c, str(name)) == value}
        else:
            return None
    return kept


def _property(concept: dict[str, Any], name: str) -> str:
    for given in concept.get("property", ()):
        if given.get("code") == name:
            value = next((v for k, v in given.items() if k.startswith("value")), "")
            return str(value).lower() if isinstance(value, bool) else str(value)
    return ""


def _ancestors(every: list[tuple[dict[str, Any], tuple[str, ...]]]) -> dict[str, set[str]]:
    parents: dict[str, set[str]] = {}
    for concept, above in every:
        named = {
            str(next((v for k, v in p.items() if k.startswith("value")), ""))
            for p in concept.get("property", ())
            if p.get("code") in ("subsumedBy", "parent")
        }
        parents.setdefault(concept["code"], set()).update(above, named)
    changed = True
    while changed:
        changed = False
        for known in parents.values():
            more = set().union(*(parents.get(p, set()) for p in known)) - known
            if more:
                known.update(more)
                changed = True
    return parents


def _walk(listed: Any, above: tuple[str, ...]) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    for concept in listed:
        yield concept, above
        yield from _walk(concept.get("concept", ()), (*above, concept["code"]))
