"""Where an extension may be used: on the elements and types that its definition names.

Checkers know no paths, so they hand on every extension that has a context of its own; here the
path of each is followed through the definitions of base FHIR, and misplaced ones stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import Any

from epicrisis.kept import lazy
from epicrisis.validation.checks import Problem, at
from epicrisis.validation.library import BASE, Library

PENDING = "context"  # in place of a severity: not yet judged; the message holds the contexts
_STEP = lazy(r"\.([A-Za-z_]\w*)|\[(\d+)\]")
_MOST, _LONGEST = 4096, 1000  # places that are remembered, and how long they may be written
_RESOURCES = {"Resource", "DomainResource", "CanonicalResource", "MetadataResource"}
_KIN = {
    "Age": "Quantity", "Duration": "Quantity", "Count": "Quantity", "Distance": "Quantity", "SimpleQuantity": "Quantity",
    "code": "string", "id": "string", "markdown": "string", "url": "uri", "canonical": "uri", "oid": "uri", "uuid": "uri",
    "unsignedInt": "integer", "positiveInt": "integer",
}  # fmt: skip


def settled(problems: Iterable[Problem], resource: dict[str, Any], library: Library) -> Iterator[Problem]:
    """Yield the problems, those of contexts judged: dropped, or made errors."""
    for path, severity, rule, message in problems:
        if severity != PENDING:
            yield path, severity, rule, message
        elif not _names(path, resource, library) & set(message.split(" ")):
            part = "a name that is no address is for the parts of an extension"
            yield (
                path,
                "error",
                rule,
                part if message == "Extension" else f"the extension belongs to {message.replace(' ', ', ')}, not here",
            )


def _names(path: str, resource: dict[str, Any], library: Library) -> Set[str]:
    """Return what the element that carries the extension at *path* may be called."""
    steps = _STEP.findall(path)
    while steps and not steps[-1][0]:
        steps.pop()
    trail = _trail(steps[:-1], resource)
    found = library.places.get(trail)
    if found is None:
        found = _called(trail, library)
        if len(library.places) < _MOST and len(str(trail)) < _LONGEST:
            library.places[trail] = found
    return found


def _trail(steps: list[tuple[str, str]], resource: dict[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    """Return the names of the members on the way (none for an item), each with the type and url of what is there."""
    here: Any = resource
    trail = [("", *_told(here))]
    for name, index in steps:
        if index:
            here = here[int(index)] if type(here) is list and int(index) < len(here) else None
        else:
            here = here.get(name) if type(here) is dict else None
        trail.append((name, *_told(here)))
    return tuple(trail)


def _told(here: Any) -> tuple[str | None, str | None]:
    """Return the type that a resource gives itself, and the url of an extension."""
    if type(here) is not dict:
        return None, None
    url = here.get("url")
    return str(here["resourceType"]) if "resourceType" in here else None, url if type(url) is str else None


def _called(trail: tuple[tuple[str, Any, Any], ...], library: Library) -> Set[str]:
    element = _enter(trail[0][1], library)
    for name, kind, url in trail[1:]:
        if not name:
            if kind is not None and element.types & (_RESOURCES | {""}):
                element = _enter(kind, library)
            elif url is not None and "Extension" in element.types:
                element.types.add(url)
            continue
        carried = {t for t in element.types if "/" in t}  # what an extension may carry, its value may
        element = element.step(name.removeprefix("_"), library)
        element.types |= carried
        if kind is not None:
            element = _enter(kind, library)
    return frozenset(element.types)


class _Element:
    """A place in a definition: its path there, its node, and the names it goes by."""

    def __init__(self, path: str, node: dict[str, Any], root: dict[str, Any], types: set[str]) -> None:
        self.path, self.node, self.root, self.types = path, node, root, types

    def step(self, name: str, library: Library) -> _Element:
        kids = self.node.get("kids", {})
        kid, code = kids.get(name), ""
        called = {f"{self.path}.{name}"}
        if kid is None:
            for choice, node in kids.items():
                chosen = next(
                    (
                        t["c"]
                        for t in node.get("types", ())
                        if choice == f"{name[: -len(t['c'])]}[x]" and name.lower().endswith(t["c"].lower())
                    ),
                    None,
                )
                if choice.endswith("[x]") and chosen:
                    kid, code = node, chosen
                    called |= {f"{self.path}.{choice}", f"{self.path}.{choice[:-3]}"}
                    break
        if kid is None:
            return _Element(f"{self.path}.{name}", {}, self.root, {"Element"})
        if "ref" in kid:
            return _Element(
                kid["ref"], at(self.root, kid["ref"]), self.root, {*called, kid["ref"], "Element", "BackboneElement"}
            )
        code = code or next((t["c"] for t in kid.get("types", ())), "")
        called |= {code, _KIN.get(code, code), "Element"}
        if "kids" in kid:
            return _Element(f"{self.path}.{name}", kid, self.root, called)
        known = library.definition(BASE + code)
        root = known["root"] if known else {}
        return _Element(code, root, root, called)


def _enter(kind: str | None, library: Library) -> _Element:
    known = library.definition(BASE + kind) if kind and kind.isalpha() else None
    root = known["root"] if known else {}
    return _Element(str(kind), root, root, {str(kind), "Element", *_RESOURCES})
