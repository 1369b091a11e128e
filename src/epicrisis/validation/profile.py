"""Compile definitions into checkers: cardinality, types, fixed values, slices, bindings, targets.

A checker takes a value and the scope of the run and returns None where all is right (the fast
path builds no paths and no strings), else a list of problems: path below the value, severity,
rule, message. Members are compiled when data first has them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from epicrisis.validation import native, primitives
from epicrisis.validation.codes import Codes
from epicrisis.validation.invariants import Invariants
from epicrisis.validation.library import BASE, Expansion, Library
from epicrisis.validation.slicing import matcher, matches

Problem = tuple[str, str, str, str]
Found = list[Problem] | None
Check = Callable[[Any, "Scope"], Found]

_TYPED = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?$")
_CODED = {"code", "Coding", "CodeableConcept", "Quantity", "CodeableReference", "string", "uri", "Age", "Duration", "Count", "Distance"}
_HL7 = ("http://hl7.org/", "http://terminology.hl7.org/")
_NO_CHECK = "element of this name is not part of the type"


@dataclass(slots=True)
class Scope:
    """One run: the resources that references may lead to, and profiles already judged."""

    targets: dict[str, dict[str, Any]] = field(default_factory=dict)
    judged: dict[tuple[int, str], bool] = field(default_factory=dict)

    def resolve(self, reference: Any) -> dict[str, Any] | None:
        """Return the resource of the bundle that a Reference leads to."""
        if type(reference) is dict:
            name = reference.get("reference")
            if name is None and type(reference.get("reference")) is not str:
                return None
            return self.targets.get(name) if type(name) is str else None
        return None


class Profiles:
    """The checkers of one library, compiled once and kept."""

    def __init__(self, library: Library, codes: Codes) -> None:
        """Compile from *library*; codings are judged by *codes*."""
        self.library = library
        self.codes = codes
        self.invariants = Invariants(library)
        self._made: dict[str, Check | None] = {}

    def resource(self, value: Any, scope: Scope) -> Found:
        """Check a resource against the profiles that it claims, or its type's definition."""
        if type(value) is not dict:
            return [("", "error", "profile/type", "a resource is expected")]
        kind = value.get("resourceType")
        if type(kind) is not str:
            return [("", "error", "profile/type", "resourceType is missing")]
        meta = value.get("meta")
        claims = meta.get("profile") if type(meta) is dict else None
        found: Found = native.contained(value) if "contained" in value else None
        base = True
        for i, claim in enumerate(claims if type(claims) is list else ()):
            url = claim.partition("|")[0] if type(claim) is str else ""
            known = self.library.definition(url) if url.startswith("http") else None
            if known is None:
                found = _more(found, [(f".meta.profile[{i}]", "warning", "profile/unknown", "the profile is not known here (--package adds a guide)")])
            elif known["type"] != kind:
                found = _more(found, [(f".meta.profile[{i}]", "error", "profile/type", f"the profile is one of {known['type']}")])
            else:
                check = self.definition(url)
                if check is not None:
                    found = _more(found, check(value, scope))
                    base = False
        if not base:
            return found
        known = self.library.definition(BASE + kind)
        check = self.definition(BASE + kind) if known and known["kind"] == "resource" and "abstract" not in known else None
        if check is None:
            return _more(found, [(".resourceType", "error", "profile/type", "no such resource type")])
        return _more(found, check(value, scope))

    def definition(self, url: str) -> Check | None:
        """Return the checker of a definition, or None where it is not known."""
        if url not in self._made:
            known = self.library.definition(url)
            self._made[url] = None if known is None else self._root(known)
        return self._made[url]

    def conforms(self, resource: dict[str, Any], url: str, scope: Scope) -> bool:
        """Say whether *resource* claims or keeps the profile."""
        key = (id(resource), url)
        if key not in scope.judged:
            scope.judged[key] = True  # while it is being judged: circles of references end here
            scope.judged[key] = self._conforms(resource, url, scope)
        return scope.judged[key]

    def _conforms(self, resource: dict[str, Any], url: str, scope: Scope) -> bool:
        known = self.library.definition(url)
        if known is None:
            return False
        if known["type"] in ("Resource", "DomainResource"):
            return True
        if resource.get("resourceType") != known["type"]:
            return False
        if "base" not in known:
            return True
        meta = resource.get("meta")
        given = meta.get("profile") if type(meta) is dict else None
        claims = given if type(given) is list else ()
        if any(type(c) is str and self.library.derives(c.partition("|")[0], frozenset((url,))) for c in claims):
            return True
        check = self.definition(url)
        found = check(resource, scope) if check else None
        return not any(p[1] == "error" for p in found or ())

    # -- compiling -------------------------------------------------------------------------

    def _root(self, known: dict[str, Any]) -> Check:
        root = known["root"]
        parts: list[Check] = [_Members(self, root, known).check]
        parts += _values(root, known["type"])
        parts += self._typed(known["type"])
        return _chain(parts)

    def _typed(self, kind: str) -> list[Check]:
        """Return what a datatype is checked for beside its members."""
        if kind == "Coding":
            return [lambda value, _: self.codes.coding(value) if type(value) is dict else None]
        if kind in ("Quantity", "Age", "Duration", "Count", "Distance", "SimpleQuantity", "MoneyQuantity"):
            return [lambda value, _: self.codes.quantity(value) if type(value) is dict else None, *native.rules(kind)]
        return native.rules(kind)

    def field(self, node: dict[str, Any], root: dict[str, Any], kind: dict[str, Any] | None = None) -> Check:
        """Return the checker of a member: one item, or the array of them."""
        if "ref" in node:
            target = _at(root, node["ref"])
            node = {**{k: v for k, v in target.items() if k in ("kids", "types", "slices", "by")}, **node}
        item = self.item(node, root, kind)
        if "slices" in node and kind is None:
            return self._sliced(node, root, item)
        if not node.get("list"):
            return item
        return _array(item, node.get("min", 0), node.get("max"))

    def item(self, node: dict[str, Any], root: dict[str, Any], kind: dict[str, Any] | None = None) -> Check:
        """Return the checker of one item of a member (*kind* is the type that its name chose)."""
        types = [kind] if kind else node.get("types", [])
        if not types:
            return _anything
        code = types[0]["c"]
        parts: list[Check] = []
        primitive = primitives.test(code)
        if primitive is not None:
            parts.append(_primitive(primitive))
        elif code in ("Resource", "DomainResource") or self._is_resource(code):
            parts.append(self.resource)
        elif code == "Extension":
            return self._extension(node, types[0])
        elif "kids" in node:
            parts.append(_Members(self, node, {"root": root, "type": code}).check)
            parts += self._typed(code)
        elif not any(self.library.definition(p) for p in types[0].get("p", ())):
            parts.append(self._later(BASE + code))
        profiles = types[0].get("p")  # a profile of the datatype says all that the datatype says
        if profiles and code != "Extension":
            parts.append(self._one_of(profiles))
        parts += _values(node, code)
        if "bind" in node and code in _CODED:
            settled = "pattern" in node or "fixed" in node  # the profile itself names the code
            parts += self._bindings(node["bind"], code, settled)
        targets = [t for given in types for t in given.get("t", ())]
        if targets and code in ("Reference", "CodeableReference", "canonical"):
            if code != "canonical":
                parts.append(self._target(frozenset(targets), code))
        return _chain(parts)

    def _is_resource(self, code: str) -> bool:
        known = self.library.definition(code)
        return known is not None and known["kind"] == "resource"

    def _later(self, url: str) -> Check:
        """Return a checker that is compiled when it is first used (types hold themselves)."""
        if self._made.get(url):
            return self._made[url] or _anything
        made: list[Check] = []

        def check(value: Any, scope: Scope) -> Found:
            if not made:
                made.append(self.definition(url) or _anything)
            return made[0](value, scope)

        return check

    def _one_of(self, profiles: list[str]) -> Check:
        def check(value: Any, scope: Scope) -> Found:
            first: Found = None
            for url in profiles:
                made = self.definition(url)
                if made is None:
                    continue
                if type(value) is dict and "resourceType" in value and self.conforms(value, url, scope):
                    return None
                found = made(value, scope)
                if not any(p[1] == "error" for p in found or ()):
                    return None
                first = first or found
            return first

        return check

    def _bindings(self, bind: list[str], code: str, settled: bool) -> list[Check]:
        strength, url, largest = bind
        parts: list[Check] = []
        if url and (strength == "required" or (strength == "extensible" and not settled)):
            expansion = self.library.expansion(url)
            if "*" not in expansion.open:
                parts.append(_binding(expansion, strength, code, url))
        if largest:
            expansion = self.library.expansion(largest)
            if "*" not in expansion.open:
                parts.append(_binding(expansion, "largest" if strength == "extensible" else "within", code, largest))
        return parts

    def _target(self, targets: frozenset[str], code: str) -> Check:
        library = self.library
        known = [library.definition(t) for t in targets]
        names = frozenset(k["type"] for k in known if k)
        if not all(known) or names & {"Resource", "DomainResource"}:
            return _anything
        plain = all(k and "base" not in k for k in known)
        allowed = ", ".join(sorted(names)) + (" is" if len(names) == 1 else " are")

        def check(value: Any, scope: Scope) -> Found:
            if type(value) is not dict:
                return None
            if code == "CodeableReference":
                value = value.get("reference")
                if type(value) is not dict:
                    return None
            reference = value.get("reference")
            if type(reference) is not str or reference[:1] == "#":
                return None
            resource = scope.targets.get(reference)
            if resource is not None:
                kind = resource.get("resourceType")
            else:
                typed = _TYPED.search(reference)
                kind = typed.group(1) if typed else value.get("type")
            if type(kind) is not str or "?" in reference:
                return None
            if kind not in names:
                return [(".reference", "error", "profile/target", f"a reference to {kind} is not allowed here; {allowed}")]
            if resource is not None and not plain and not any(self.conforms(resource, t, scope) for t in targets):
                return [(".reference", "error", "profile/target", "the resource keeps none of the profiles asked for")]
            return None

        return check

    def _extension(self, node: dict[str, Any], kind: dict[str, Any]) -> Check:
        own: dict[str, Check] = {}
        if kind.get("p"):
            own = {url: self._later(url) for url in kind["p"]}

        def check(value: Any, scope: Scope) -> Found:
            if type(value) is not dict:
                return [("", "error", "profile/type", "an extension is an object")]
            url = value.get("url")
            if type(url) is not str:
                return [("", "error", "profile/cardinality", "the extension has no url")]
            made = own.get(url)
            if made is None:
                made = own[url] = self._named(url)
            found = made(value, scope)
            # ext-1; beside url, id and extension an Extension has only its value
            nested = "extension" in value
            if (len(value) - 1 - nested - ("id" in value) > 0) == nested:
                found = _more(found, [("", "error", "profile/ext-1", "an extension has either a value or extensions")])
            return found

        if "kids" in node:  # an extension inside an extension: its members are said here
            return _Members(self, node, {"root": node, "type": "Extension"}).check
        return check

    def _named(self, url: str) -> Check:
        known = self.library.definition(url) if "/" in url else None  # `code` inside another is no type
        made = self.definition(url) if known and known["type"] == "Extension" else None
        return made or self._strange(url)

    def _strange(self, url: str) -> Check:
        base = self.definition(BASE + "Extension") or _anything
        if not url.startswith("http://hl7.org/fhir/StructureDefinition/"):
            return base
        problem = [("", "warning", "profile/extension", "HL7 defines no such extension")]
        return lambda value, scope: _more(base(value, scope), list(problem))

    def _sliced(self, node: dict[str, Any], root: dict[str, Any], item: Check) -> Check:
        closed = node.get("rules") == "closed"
        if [k for k, _ in node.get("by", [])] == ["value"] and node["by"][0][1] == "url":
            return self._by_url(node, root, item, closed)
        slices = []
        for name, inner in node["slices"].items():
            if "/" in name:
                continue
            test = matcher(inner, node.get("by", []), self.library, self.conforms)
            if test is not None:
                whole = {**inner, "types": inner.get("types", node.get("types", []))}
                made = self.item(whole, root)
                if "kids" in node and "kids" not in inner:
                    made = _chain([item, made])
                slices.append((name, test, made, inner.get("min", 0), inner.get("max")))
        return _slices(slices, item, closed, node)

    def _by_url(self, node: dict[str, Any], root: dict[str, Any], item: Check, closed: bool) -> Check:
        made: dict[str, tuple[str, Check, int, int | None]] = {}
        for name, inner in node["slices"].items():
            kind = inner.get("types", [{"c": "Extension"}])[0]
            url = inner.get("kids", {}).get("url", {}).get("fixed") or next(iter(kind.get("p", ())), None)
            if url:
                made[url] = (name, self.item({**inner, "types": [kind]}, root), inner.get("min", 0), inner.get("max"))
        needed = {url: given for url, given in made.items() if given[2] or given[3] is not None}
        low, high = node.get("min", 0), node.get("max")

        def check(value: Any, scope: Scope) -> Found:
            if type(value) is not list:
                return [("", "error", "profile/type", "an array is expected")]
            found = _size(value, low, high)
            urls = []
            for i, extension in enumerate(value):
                url = extension.get("url") if type(extension) is dict else None
                urls.append(url)
                given = made.get(url) if type(url) is str else None
                if given is None and closed:
                    found = _more(found, [(f"[{i}]", "error", "profile/slice", "no other extensions are allowed here")])
                wrong = (given[1] if given else item)(extension, scope)
                if wrong is not None:
                    found = _under(found, f"[{i}]", wrong)
            for url, (name, _, least, most) in needed.items():
                count = urls.count(url)
                if count < least or (most is not None and count > most):
                    found = _more(found, [("", "error", "profile/slice", f"extension {name}: {count} found, {least}..{'*' if most is None else most} allowed")])
            return found

        check.least = [(n, c[2]) for n, c in made.items() if c[2]]  # type: ignore[attr-defined]
        return check


class _Members:
    """The checker of an object with named members."""

    __slots__ = ("_choices", "_chosen", "_fields", "_groups", "_node", "_plain", "_profiles", "_required", "_resource", "_root", "_slack", "_type")

    def __init__(self, profiles: Profiles, node: dict[str, Any], known: dict[str, Any]) -> None:
        self._profiles = profiles
        self._node = node
        self._root = known["root"]
        self._type = known["type"]
        kids = node.get("kids", {})
        self._fields: dict[str, Check] = {}
        self._resource = known.get("kind") == "resource"
        if self._resource:
            self._fields["resourceType"] = _anything
        # value[x] -> the members that it may be
        self._choices = {
            name: {name[:-3] + t["c"][0].upper() + t["c"][1:]: t for t in kid.get("types", ())}
            for name, kid in kids.items() if name.endswith("[x]") and kid.get("max") != 0
        }  # fmt: skip
        self._groups = [frozenset(members) for members in self._choices.values() if len(members) > 1]
        self._required = frozenset(
            name for name, kid in kids.items() if kid.get("min") or any(s.get("min") and "/" not in n for n, s in kid.get("slices", {}).items())
        )
        self._chosen = [frozenset(self._choices[n]) for n in sorted(self._required) if n in self._choices]
        self._plain = self._required - self._choices.keys()
        self._slack = len(self._required) + 1

    def check(self, value: Any, scope: Scope) -> Found:
        """Return the problems of an object."""
        if type(value) is not dict:
            return [("", "error", "profile/type", "an object is expected")]
        found: Found = None
        if not value:
            return [("", "error", "profile/empty", "the object is empty")]
        get = self._fields.get
        for key, item in value.items():
            check = get(key)
            if check is None:
                check = self._compile(key)
                if check is None:
                    found = _more(found, [(f".{key[:40]}" if key.isidentifier() else "", "error", "profile/unknown-element", _NO_CHECK)])
                    continue
            wrong = check(item, scope)
            if wrong is not None and f"_{key}" in value:
                wrong = _without_kept_places(wrong, item, value[f"_{key}"])
            if wrong is not None:
                found = _under(found, f".{key}", wrong)
        names = value.keys()
        if not self._plain <= names or any(names.isdisjoint(members) for members in self._chosen):
            found = self._missing(value, found)
        if len(value) > self._slack:
            for group in self._groups:
                if len(value.keys() & group) > 1:
                    found = _more(found, [("", "error", "profile/choice", "only one of the members of a choice may be given")])
        return found

    def _missing(self, value: dict[str, Any], found: Found) -> Found:
        kids = self._node["kids"]
        for name in sorted(self._required - value.keys()):
            if name in self._choices:
                given = [m for m in self._choices[name] if m in value or "_" + m in value]
                if given:
                    continue
            elif "_" + name in value:
                continue
            least = kids[name].get("min") or 1
            if not kids[name].get("min"):
                missing = [n for n, s in kids[name].get("slices", {}).items() if s.get("min") and "/" not in n]
                if kids[name].get("by") and not self._judged(kids[name], missing):
                    continue
            found = _more(found, [(f".{name.removesuffix('[x]')}", "error", "profile/cardinality", f"{name}: 0 found, at least {least} needed")])
        return found

    def _judged(self, node: dict[str, Any], names: list[str]) -> bool:
        """Say whether one of the slices that are needed is of a kind that is judged."""
        return any(
            node["by"][0][1] == "url" or matcher(node["slices"][n], node["by"], self._profiles.library, self._profiles.conforms) for n in names
        )

    def _compile(self, key: str) -> Check | None:
        kids = self._node.get("kids", {})
        made: Check | None = None
        if key[:1] == "_":
            made = self._sibling(key[1:])
        elif key in kids:
            if kids[key].get("max") == 0:
                return _forbidden
            node = kids[key]
            if key == "id":  # R4's snapshots call a resource's id a string, R5's those of some elements an id
                node = {**node, "types": [{"c": "id" if self._resource else "string"}]}
            made = self._profiles.field(node, self._root)
        else:
            made = self._choice(key)
        if made is not None:
            self._fields[key] = made
        return made

    def _choice(self, key: str) -> Check | None:
        kids = self._node.get("kids", {})
        for name, members in self._choices.items():
            if key in members:
                node = kids[name]
                for inner in node.get("slices", {}).values():
                    if [t["c"] for t in inner.get("types", ())] == [members[key]["c"]]:
                        node = {**inner, "types": inner["types"]}
                        return self._profiles.item(node, self._root, node["types"][0])
                return self._profiles.item(node, self._root, members[key])
        for name, kid in kids.items():
            if name.endswith("[x]") and key.startswith(name[:-3]) and key[len(name) - 3 : len(name) - 2].isupper():
                return _forbidden if kid.get("max") == 0 else _wrong_type
        return None

    def _sibling(self, name: str) -> Check | None:
        kids = self._node.get("kids", {})
        node = kids.get(name)
        if node is None:
            choice = next((c for c, members in self._choices.items() if name in members), None)
            if choice is None:
                return None
            node = {**kids[choice], "types": [self._choices[choice][name]]}
        code = node.get("types", [{"c": ""}])[0]["c"]
        if primitives.test(code) is None:
            return None
        element = _Members(self._profiles, {"kids": {
            "id": {"max": 1, "types": [{"c": "string"}]},
            **{k: v for k, v in node.get("kids", {}).items() if k == "extension"},
            **({} if "extension" in node.get("kids", {}) else {"extension": {"list": 1, "types": [{"c": "Extension"}]}}),
        }}, {"root": self._root, "type": "Element"}).check  # fmt: skip
        if not node.get("list"):
            return element
        return _array(lambda v, s: None if v is None else element(v, s), 0, None)


# -- parts --------------------------------------------------------------------------------


def _anything(_value: Any, _scope: Scope) -> Found:
    return None


def _without_kept_places(wrong: list[Problem], item: Any, siblings: Any) -> Found:
    """Leave out the nulls of an array of primitives that keep the place of an extension."""
    if type(item) is not list or type(siblings) is not list:
        return wrong
    kept = {f"[{i}]" for i, (v, s) in enumerate(zip(item, siblings, strict=False)) if v is None and type(s) is dict and s}
    return [p for p in wrong if p[0] not in kept] or None


def _forbidden(_value: Any, _scope: Scope) -> Found:
    return [("", "error", "profile/cardinality", "the profile forbids this element")]


def _wrong_type(_value: Any, _scope: Scope) -> Found:
    return [("", "error", "profile/type", "this type is not allowed here")]


def _primitive(test: primitives.Test) -> Check:
    def check(value: Any, _scope: Scope) -> Found:
        wrong = test(value)
        return None if wrong is None else [("", "error", "profile/primitive", wrong)]

    return check


def _values(node: dict[str, Any], code: str) -> list[Check]:
    parts: list[Check] = []
    if "fixed" in node and code != "Extension":
        fixed = node["fixed"]
        parts.append(lambda v, _: None if v == fixed else [("", "error", "profile/fixed", f"{_shown(fixed)} is expected")])
    if "pattern" in node:
        pattern = node["pattern"]
        parts.append(lambda v, _: None if matches(v, pattern) else [("", "error", "profile/pattern", f"{_shown(pattern)} is expected")])
    return parts


def _shown(expected: Any) -> str:
    text = json.dumps(expected, ensure_ascii=False)
    return text if len(text) <= 200 else text[:200] + "..."


def _array(item: Check, low: int, high: int | None) -> Check:
    def check(value: Any, scope: Scope) -> Found:
        if type(value) is not list:
            return [("", "error", "profile/type", "an array is expected")]
        found: Found = None
        if not value or len(value) < low or (high is not None and len(value) > high):
            found = _size(value, low, high)
        for i, each in enumerate(value):
            wrong = item(each, scope)
            if wrong is not None:
                found = _under(found, f"[{i}]", wrong)
        return found

    return check


def _size(value: list[Any], low: int, high: int | None) -> Found:
    if not value:
        return [("", "error", "profile/empty", "the array is empty")]
    if len(value) < low or (high is not None and len(value) > high):
        return [("", "error", "profile/cardinality", f"{len(value)} found, {low}..{'*' if high is None else high} allowed")]
    return None


def _slices(slices: list[tuple[str, Any, Check, int, int | None]], item: Check, closed: bool, node: dict[str, Any]) -> Check:
    low, high = node.get("min", 0), node.get("max")
    many = bool(node.get("list"))
    counted = [(i, name, least, most) for i, (name, _, _, least, most) in enumerate(slices) if least or most is not None]

    def check(value: Any, scope: Scope) -> Found:
        if not many:
            value = [value]
        elif type(value) is not list:
            return [("", "error", "profile/type", "an array is expected")]
        found = _size(value, low, high) if many else None
        counts = [0] * len(slices)
        for i, each in enumerate(value):
            made = item
            for n, (_, test, inner, _, _) in enumerate(slices):
                if test(each, scope):
                    counts[n] += 1
                    made = inner
                    break
            else:
                if closed:
                    found = _more(found, [(f"[{i}]", "error", "profile/slice", "belongs to no slice, and no others are allowed")])
            wrong = made(each, scope)
            if wrong is not None:
                found = _under(found, f"[{i}]" if many else "", wrong)
        for n, name, least, most in counted:
            if counts[n] < least or (most is not None and counts[n] > most):
                allowed = f"{least}..{'*' if most is None else most}"
                found = _more(found, [("", "error", "profile/slice", f"slice {name}: {counts[n]} found, {allowed} allowed")])
        return found

    return check


def _binding(expansion: Expansion, strength: str, code: str, url: str) -> Check:
    """Return the check of a binding: required, extensible, `largest` (a maximum that a code is needed for) or `within`."""
    has = expansion.has
    severity = "error"
    if strength == "extensible":
        # whether another system's code says what the value set cannot is for a person to judge
        ours = all(s.startswith(_HL7) for s in (*expansion.codes, *expansion.whole, *expansion.open))
        severity = "warning" if ours else "information"
    outside = [("", severity, f"profile/binding-{'maximum' if strength in ('largest', 'within') else strength}", f"no code of the value set {url}")]
    uncoded = [("", "error", "profile/binding-required", f"a code of {url} is needed, text alone does not do")]
    if code in ("code", "string", "uri"):
        return lambda v, _: list(outside) if type(v) is str and has(None, v) is False else None

    def concept(value: Any, _scope: Scope) -> Found:
        if type(value) is not dict:
            return None
        if code == "CodeableReference":
            value = value.get("concept")
            if type(value) is not dict:
                return None
        codings = value.get("coding")
        if type(codings) is not list or not codings:
            return list(uncoded) if strength in ("required", "largest") and "extension" not in value else None
        for coding in codings:
            if type(coding) is not dict or has(coding.get("system", ""), coding.get("code")) is not False:
                return None
        return list(outside)

    def coding(value: Any, _scope: Scope) -> Found:
        if type(value) is not dict or "code" not in value:
            return None
        return list(outside) if has(value.get("system", ""), value["code"]) is False else None

    return concept if code in ("CodeableConcept", "CodeableReference") else coding


def _chain(parts: Sequence[Check]) -> Check:
    if len(parts) == 1:
        return parts[0]
    if len(parts) == 2:
        first, second = parts

        def two(value: Any, scope: Scope) -> Found:
            found = first(value, scope)
            more = second(value, scope)
            return found if more is None else _more(found, more)

        return two

    def every(value: Any, scope: Scope) -> Found:
        found: Found = None
        for part in parts:
            wrong = part(value, scope)
            if wrong is not None:
                found = _more(found, wrong)
        return found

    return every if parts else _anything


def _more(found: Found, wrong: Found) -> Found:
    if wrong is None:
        return found
    return wrong if found is None else [*found, *wrong]


def _under(found: Found, step: str, wrong: list[Problem]) -> Found:
    return _more(found, [(step + path, severity, rule, message) for path, severity, rule, message in wrong])


def _at(root: dict[str, Any], path: str) -> dict[str, Any]:
    here = root
    for step in path.split(".")[1:]:
        here = here.get("kids", {}).get(step, {})
    return here
