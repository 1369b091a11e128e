"""Turn a StructureDefinition's snapshot into the compact tree that checkers are compiled from.

A node is a dict; absent members mean "nothing to check":

    min, max      cardinality (`max` is an int, or absent for `*`)
    list          1 where the JSON member is an array
    types         [{c: type code, p: [profiles], t: [target profiles]}]
    fixed, pattern   the value itself
    bind          [strength, value set, maximum value set]
    kids          {member name: node}; a choice keeps its `[x]`
    by, rules     slicing: [[discriminator type, path]], "closed" where it is
    slices        {slice name: node}
    ctx           of an extension's root: the names of the elements it may be used on
    ref           the path of the node whose members this one has
"""

from __future__ import annotations

from typing import Any

_MAXIMUM = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"
_SYSTEM = "http://hl7.org/fhirpath/System."
# said once for every element: the checkers know these by heart
_EVERYWHERE = {"ele-1", "ext-1"}


def definition(profile: dict[str, Any]) -> dict[str, Any]:
    """Return the compact definition of a StructureDefinition that has a snapshot."""
    elements = profile["snapshot"]["element"]
    root = _node(elements[0])
    for element in elements[1:]:
        _place(root, element)
    made = {"url": profile["url"], "type": profile["type"], "kind": profile["kind"], "root": root}
    if profile.get("derivation") == "constraint":
        made["base"] = profile["baseDefinition"]
    if profile.get("abstract"):
        made["abstract"] = 1
    contexts = _contexts(profile) if profile["type"] == "Extension" else []
    if contexts:
        made["ctx"] = contexts
    return made


def _contexts(profile: dict[str, Any]) -> list[str]:
    """Return the elements and types that an extension belongs to; none where they cannot be told by name."""
    given = profile.get("context", ())
    plain = [
        c["expression"]
        for c in given
        if c["type"] == "extension" or (c["type"] == "element" and "/" not in c["expression"])
    ]
    return sorted(set(plain)) if len(plain) == len(given) else []


def invariants(profile: dict[str, Any]) -> list[list[str]]:
    """Return the constraints of a snapshot: [element id, key, severity, expression, in words]."""
    return [
        [element["id"], rule["key"], rule["severity"], rule["expression"], " ".join(rule.get("human", "").split())]
        for element in profile["snapshot"]["element"]
        for rule in element.get("constraint", ())
        if rule["key"] not in _EVERYWHERE and rule.get("expression")
    ]


def value_sets(node: dict[str, Any]) -> set[str]:
    """Return the value sets that *node* and its members are judged by."""
    found = {url for url in node.get("bind", ("",))[1:] if url}
    for below in (*node.get("kids", {}).values(), *node.get("slices", {}).values()):
        found |= value_sets(below)
    return found


def _place(root: dict[str, Any], element: dict[str, Any]) -> None:
    here = root
    parts = element["id"].split(".")[1:]
    for i, part in enumerate(parts):
        name, _, slice_name = part.partition(":")
        kids = here.setdefault("kids", {})
        if i == len(parts) - 1 and not slice_name:
            made = _node(element)
            made.update({k: v for k, v in kids.get(name, {}).items() if k in ("kids", "slices")})
            kids[name] = made
            return
        here = kids.setdefault(name, {})
        if slice_name:
            slices = here.setdefault("slices", {})
            if i == len(parts) - 1:
                slices[slice_name] = _node(element)
                return
            here = slices.setdefault(slice_name, {})


def _node(element: dict[str, Any]) -> dict[str, Any]:
    node: dict[str, Any] = {}
    if element.get("min"):
        node["min"] = element["min"]
    if element.get("max", "*") != "*":
        node["max"] = int(element["max"])
    if element.get("base", {}).get("max", element.get("max")) not in ("0", "1"):
        node["list"] = 1
    types = [_type(t) for t in element.get("type", ())]
    if types:
        node["types"] = types
    for name, value in element.items():
        for kind in ("fixed", "pattern"):
            if name.startswith(kind) and name[len(kind) : len(kind) + 1].isupper():
                node[kind] = value
    binding = element.get("binding", {})
    largest = next((_canonical(e) for e in binding.get("extension", ()) if e["url"] == _MAXIMUM), "")
    if binding.get("strength") in ("required", "extensible") or largest:
        node["bind"] = [binding["strength"], _plain(binding.get("valueSet", "")), largest]
    slicing = element.get("slicing")
    if slicing:
        node["by"] = [[d["type"], d["path"]] for d in slicing.get("discriminator", ())]
        if slicing.get("rules") == "closed":
            node["rules"] = "closed"
    if element.get("contentReference"):
        node["ref"] = element["contentReference"].rpartition("#")[2]
    return node


def _type(given: dict[str, Any]) -> dict[str, Any]:
    code = given.get("code", "")
    made: dict[str, Any] = {"c": _primitive(given) if code.startswith(_SYSTEM) else code}
    if given.get("profile"):
        made["p"] = [_plain(p) for p in given["profile"]]
    if given.get("targetProfile"):
        made["t"] = [_plain(p) for p in given["targetProfile"]]
    return made


def _primitive(given: dict[str, Any]) -> str:
    """Return the FHIR type behind `Element.id` and the value of a primitive."""
    for extension in given.get("extension", ()):
        if extension["url"].endswith("structuredefinition-fhir-type"):
            return str(extension.get("valueUrl") or extension.get("valueUri"))
    return "string"


def _canonical(extension: dict[str, Any]) -> str:
    return _plain(extension.get("valueCanonical") or extension.get("valueUri") or "")


def _plain(canonical: str) -> str:
    return canonical.partition("|")[0]
