"""Evaluate the FHIRPath rules of profiles, resources and datatypes.

Each element is judged by the rules that its definition names; a datatype's rules are said once in
the datatype. Expressions are parsed once. What equals a value that was judged before (thousands of
codings and extensions do) is not judged again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from epicrisis.kept import lazy
from epicrisis.validation.library import BASE, Library
from epicrisis.validation.native import NAMES
from epicrisis.validation.report import Finding
from epicrisis.validation.slicing import matcher

# best practice, not a rule: no narrative is no fault of the data
_ADVICE = {"dom-6"}
# functions that need a terminology server, other resources, or are checked natively (xhtml)
_BEYOND = ("resolve()", "memberOf(", "conformsTo(", "htmlChecks(", "subsumes(", "elementDefinition(")
_TRACE = lazy(r"\.trace\([^()]*\)")
_REMEMBERED = 20_000
_FAILED = "not evaluated"

# key, severity, evaluation, depends on its surroundings, in words
Rule = tuple[str, str, Callable[..., list[Any]], bool, str]


def missing() -> str | None:
    """Say why the layer cannot run, or None."""
    from importlib.util import find_spec

    return None if find_spec("fhirpathpy") else "fhirpathpy is not installed (pip install 'epicrisis[validation]')"


@dataclass(slots=True)
class Invariants:
    """The rules of one library, parsed when first needed."""

    library: Library
    model: Any = None
    failed: set[str] = field(default_factory=set)  # rules that the evaluator cannot evaluate
    _parsed: dict[str, Callable[..., list[Any]]] = field(default_factory=dict)
    _rules: dict[str, dict[str, list[Rule]]] = field(default_factory=dict)
    _judged: dict[tuple[str, str], list[tuple[str, str, str]]] = field(default_factory=dict)

    def check(self, resource: dict[str, Any], root: str) -> Iterator[Finding]:
        """Yield the rules that *resource* breaks, the resources inside it included."""
        self.failed.clear()
        for path, inner in _resources(resource, root):
            for url in self._definitions(inner):
                known = self.library.definition(url)
                if known is not None:
                    yield from self._element(inner, known["root"], known, known["type"], path, inner)
        if self.failed:
            named = ", ".join(sorted(self.failed))
            yield Finding(
                "information", "invariants/not-evaluated", root, f"rules that could not be evaluated: {named}"
            )

    def _definitions(self, resource: dict[str, Any]) -> list[str]:
        kind = resource.get("resourceType")
        meta = resource.get("meta")
        claims = meta.get("profile") if type(meta) is dict else None
        urls = [c.partition("|")[0] for c in claims if type(c) is str] if type(claims) is list else []
        known = [u for u in urls if (d := self.library.definition(u)) and d["type"] == kind]
        return known or [BASE + str(kind)]

    def _element(
        self, value: Any, node: dict[str, Any], known: dict[str, Any], path: str, place: str, resource: dict[str, Any]
    ) -> Iterator[Finding]:
        """Judge one element and those below it; *path* is its path in the definition."""
        yield from self._judge(value, known["url"], path, place, resource)
        if type(value) is not dict:
            return
        for name, kid in node.get("kids", {}).items():
            for member, kind in _named(name, kid, value):
                if member[0] == "_":
                    for where, extension in _of_primitives(value[member], f"{place}.{member}"):
                        yield from self._item(extension, {}, "Extension", known, "Element.extension", where, resource)
                    continue
                found = value[member]
                many = type(found) is list
                for i, each in enumerate(found if many else (found,)):
                    where = f"{place}.{member}[{i}]" if many else f"{place}.{member}"
                    yield from self._item(each, kid, kind, known, f"{path}.{name}", where, resource)
                    for sliced in self._slices(each, kid, known["url"], f"{path}.{name}"):
                        yield from self._judge(each, known["url"], sliced, where, resource)

    def _slices(self, value: Any, node: dict[str, Any], url: str, path: str) -> Iterator[str]:
        """Yield the paths of the slices that the item belongs to and that have rules of their own."""
        rules = self._of(url)
        for name, inner in node.get("slices", {}).items():
            if f"{path}:{name}" not in rules or type(value) is not dict:
                continue
            if node.get("by") == [["value", "url"]]:
                profiles = inner.get("types", [{}])[0].get("p", ())
                belongs = value.get("url") in (*profiles, inner.get("kids", {}).get("url", {}).get("fixed"))
            else:
                test = matcher(inner, node.get("by", []), self.library, lambda *_: False)
                belongs = test is not None and test(value, None)
            if belongs:
                yield f"{path}:{name}"

    def _item(
        self,
        value: Any,
        node: dict[str, Any],
        kind: str,
        known: dict[str, Any],
        path: str,
        place: str,
        resource: dict[str, Any],
    ) -> Iterator[Finding]:
        if value is None or kind in ("Resource", "DomainResource"):
            return
        if "ref" in node:
            path = node["ref"]
            node = _at(known["root"], path)
        if "kids" in node:
            yield from self._element(value, node, known, path, place, resource)
            if kind in ("BackboneElement", "Element"):
                return
        else:
            yield from self._judge(value, known["url"], path, place, resource)
        if type(value) is dict:
            url = value.get("url") if kind == "Extension" else None
            own = type(url) is str and "/" in url and bool(self._of(url))
            datatype = self.library.definition(url if own and url else BASE + kind)
            if datatype is not None and datatype["kind"] != "resource":
                yield from self._element(value, datatype["root"], datatype, datatype["type"], place, resource)

    def _judge(self, value: Any, url: str, path: str, place: str, resource: dict[str, Any]) -> Iterator[Finding]:
        rules = self._of(url).get(path)
        if not rules or type(value) is not dict:
            return
        shared = not any(rule[3] for rule in rules) and "resourceType" not in value
        key = (f"{url} {path}", json.dumps(value, default=str)) if shared else ("", "")
        broken = self._judged.get(key) if shared else None
        if broken is None:
            broken = [
                (k, how, words)
                for k, s, evaluate, _, words in rules
                if (how := self._broken(s, evaluate, value, path.partition(":")[0], resource))
            ]
            if shared and len(self._judged) < _REMEMBERED:
                self._judged[key] = broken
        for name, severity, words in broken:
            if severity == _FAILED:
                self.failed.add(name)
                continue
            yield Finding(severity, f"invariants/{name}", place, words.rstrip(".") or f"the rule {name} is broken")

    def _broken(
        self,
        severity: str,
        evaluate: Callable[..., list[Any]],
        value: dict[str, Any],
        path: str,
        resource: dict[str, Any],
    ) -> str:
        """Return the severity of a rule that is broken, or nothing."""
        from fhirpathpy.engine.nodes import ResourceNode

        try:
            node = ResourceNode.create_node(value, path)  # type: ignore[no-untyped-call]
            found = evaluate(node, {"resource": resource, "rootResource": resource})
        except Exception:
            # the evaluator does not know a function, or stumbles over data that other layers name
            return _FAILED
        return "" if found and found != [False] else severity  # nothing is not true

    def _of(self, url: str) -> dict[str, list[Rule]]:
        if url not in self._rules:
            rules: dict[str, list[Rule]] = {}
            definition = self.library.definition(url) or {}
            known_as = definition["type"] if definition.get("kind") == "resource" else "-"
            # `CodeSystem.content` within a CodeSystem is its content; the evaluator does not see that
            own_name = lazy(rf"(?<![\w.'/]){known_as}\.(?=[a-z])")
            for element, key, severity, expression, words in self.library.invariants(url):
                # a slice's own rules stand at the slice; below it those of the datatype are repeated
                if ":" in element.rpartition(".")[0] or key in _ADVICE | NAMES or any(b in expression for b in _BEYOND):
                    continue
                plain = own_name.sub("%resource.", expression)
                known = self._parsed.get(plain) or self._parse(plain)
                rules.setdefault(element, []).append((key, severity, known, "%" in plain, words))
            self._rules[url] = rules
        return self._rules[url]

    def _parse(self, expression: str) -> Callable[..., list[Any]]:
        import fhirpathpy

        if self.model is None:
            from fhirpathpy.models import models

            self.model = models[self.library.edition]
        try:
            # trace() would print what it sees, which may be a patient's
            with redirect_stdout(StringIO()), redirect_stderr(StringIO()):  # its parser prints what it cannot read
                made: Callable[..., list[Any]] = fhirpathpy.compile(_TRACE.sub("", expression), self.model)
        except Exception:
            made = _unreadable
        self._parsed[expression] = made
        return made


def _unreadable(*_given: Any) -> list[Any]:
    raise NotImplementedError


def _named(name: str, kid: dict[str, Any], value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the members of *value* that an element of the definition stands for, with their type."""
    types = kid.get("types", [{"c": ""}])
    if not name.endswith("[x]"):
        if name in value:
            yield name, types[0]["c"]
        if f"_{name}" in value:
            yield f"_{name}", "Element"
        return
    for kind in types:
        member = name[:-3] + kind["c"][:1].upper() + kind["c"][1:]
        if member in value:
            yield member, kind["c"]
        if f"_{member}" in value:
            yield f"_{member}", "Element"


def _of_primitives(siblings: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Yield the extensions of a primitive, or of an array of them."""
    many = type(siblings) is list
    for i, sibling in enumerate(siblings if many else (siblings,)):
        listed = sibling.get("extension") if type(sibling) is dict else None
        for j, extension in enumerate(listed if type(listed) is list else ()):
            yield f"{place}[{i}].extension[{j}]" if many else f"{place}.extension[{j}]", extension


def _resources(resource: dict[str, Any], place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield place, resource
    for member in ("entry", "contained", "parameter"):
        listed = resource.get(member)
        for i, each in enumerate(listed if type(listed) is list else ()):
            inner = each if member == "contained" else each.get("resource") if type(each) is dict else None
            if type(inner) is dict:
                where = f"{place}.{member}[{i}]" + ("" if member == "contained" else ".resource")
                yield from _resources(inner, where)


def _at(root: dict[str, Any], path: str) -> dict[str, Any]:
    here = root
    for step in path.split(".")[1:]:
        here = here.get("kids", {}).get(step, {})
    return here
