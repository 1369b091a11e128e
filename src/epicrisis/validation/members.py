"""Objects with named members: known ones, required ones, choices; compiled when data first has them."""

from __future__ import annotations

from typing import Any

from epicrisis.validation import primitives
from epicrisis.validation.checks import (
    Check,
    Found,
    Problem,
    Scope,
    anything,
    array,
    forbidden,
    more,
    under,
    wrong_type,
)
from epicrisis.validation.compiler import Compiler
from epicrisis.validation.remembered import KINDS, remembered
from epicrisis.validation.slicing import matcher

_NO_CHECK = "element of this name is not part of the type"
_MOST = 256  # sets of members that one checker remembers


class Members:
    """The checker of an object with named members."""

    __slots__ = (
        "_choices",
        "_chosen",
        "_complete",
        "_fields",
        "_groups",
        "_node",
        "_plain",
        "_profiles",
        "_required",
        "_resource",
        "_root",
        "_slack",
        "_type",
    )

    def __init__(self, profiles: Compiler, node: dict[str, Any], known: dict[str, Any]) -> None:
        """Prepare the members of *node*; *known* is the definition that it is a part of."""
        self._profiles = profiles
        self._node = node
        self._root = known["root"]
        self._type = known["type"]
        kids = node.get("kids", {})
        self._fields: dict[str, Check] = {}
        self._resource = known.get("kind") == "resource"
        if self._resource:
            self._fields["resourceType"] = anything
        # value[x] -> the members that it may be
        self._choices = {
            name: {name[:-3] + t["c"][0].upper() + t["c"][1:]: t for t in kid.get("types", ())}
            for name, kid in kids.items() if name.endswith("[x]") and kid.get("max") != 0
        }  # fmt: skip
        self._groups = [frozenset(members) for members in self._choices.values() if len(members) > 1]
        self._required = frozenset(
            name
            for name, kid in kids.items()
            if kid.get("min") or any(s.get("min") and "/" not in n for n, s in kid.get("slices", {}).items())
        )
        self._chosen = [frozenset(self._choices[n]) for n in sorted(self._required) if n in self._choices]
        self._plain = self._required - self._choices.keys()
        self._slack = len(self._required) + 1
        self._complete: set[tuple[str, ...]] = set()  # members that may stand together, as resources have them

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
                    found = more(
                        found,
                        [(f".{key[:40]}" if key.isidentifier() else "", "error", "profile/unknown-element", _NO_CHECK)],
                    )
                    continue
            wrong = check(item, scope)
            if wrong is not None and f"_{key}" in value:
                wrong = _without_kept_places(wrong, item, value[f"_{key}"])
            if wrong is not None:
                found = under(found, f".{key}", wrong)
        names = tuple(value)
        if names not in self._complete:
            wrong = self._together(value)
            if wrong is not None:
                found = more(found, wrong)
            elif len(self._complete) < _MOST:
                self._complete.add(names)
        return found

    def _together(self, value: dict[str, Any]) -> Found:
        """Return what is wrong with the names of the members: some are missing, or some exclude each other."""
        found: Found = None
        names = value.keys()
        if not self._plain <= names or (self._chosen and any(names.isdisjoint(members) for members in self._chosen)):
            found = self._missing(value, found)
        if len(value) > self._slack:
            for group in self._groups:
                if len(names & group) > 1:
                    found = more(
                        found, [("", "error", "profile/choice", "only one of the members of a choice may be given")]
                    )
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
            found = more(
                found,
                [
                    (
                        f".{name.removesuffix('[x]')}",
                        "error",
                        "profile/cardinality",
                        f"{name}: 0 found, at least {least} needed",
                    )
                ],
            )
        return found

    def _judged(self, node: dict[str, Any], names: list[str]) -> bool:
        """Say whether one of the slices that are needed is of a kind that is judged."""
        return any(
            node["by"][0][1] == "url"
            or matcher(node["slices"][n], node["by"], self._profiles.library, self._profiles.conforms)
            for n in names
        )

    def _compile(self, key: str) -> Check | None:
        kids = self._node.get("kids", {})
        made: Check | None = None
        if key[:1] == "_":
            made = self._sibling(key[1:])
            made = made and remembered(made)
        elif key in kids:
            if kids[key].get("max") == 0:
                return forbidden
            node = kids[key]
            if key == "id":  # R4's snapshots call a resource's id a string, R5's those of some elements an id
                node = {**node, "types": [{"c": "id" if self._resource else "string"}]}
            made = self._profiles.field(node, self._root)
            if node.get("types", ({"c": ""},))[0]["c"] in KINDS:
                made = remembered(made)
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
                        break
                kind = node["types"][0] if node is not kids[name] else members[key]
                made = self._profiles.item(node, self._root, kind)
                return remembered(made) if kind["c"] in KINDS else made
        for name, kid in kids.items():
            if name.endswith("[x]") and key.startswith(name[:-3]) and key[len(name) - 3 : len(name) - 2].isupper():
                return forbidden if kid.get("max") == 0 else wrong_type
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
        element = Members(self._profiles, {"kids": {
            "id": {"max": 1, "types": [{"c": "string"}]},
            **{k: v for k, v in node.get("kids", {}).items() if k == "extension"},
            **({} if "extension" in node.get("kids", {}) else {"extension": {"list": 1, "types": [{"c": "Extension"}]}}),
        }}, {"root": self._root, "type": "Element"}).check  # fmt: skip
        if not node.get("list"):
            return element
        return array(lambda v, s: None if v is None else element(v, s), 0, None)


def _without_kept_places(wrong: list[Problem], item: Any, siblings: Any) -> Found:
    """Leave out the nulls of an array of primitives that keep the place of an extension."""
    if type(item) is not list or type(siblings) is not list:
        return wrong
    kept = {
        f"[{i}]" for i, (v, s) in enumerate(zip(item, siblings, strict=False)) if v is None and type(s) is dict and s
    }
    return [p for p in wrong if p[0] not in kept] or None
