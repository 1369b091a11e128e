"""Compile definitions into checkers: cardinality, types, fixed values, slices, bindings, targets.

Members are compiled when data first has them.
"""

from __future__ import annotations

from typing import Any

from epicrisis.validation import native, primitives
from epicrisis.validation.bindings import CODED, bindings
from epicrisis.validation.checks import (
    Check,
    Found,
    Scope,
    anything,
    array,
    at,
    chain,
    more,
    primitive,
    values,
)
from epicrisis.validation.codes import Codes
from epicrisis.validation.contexts import PENDING
from epicrisis.validation.evidence import EVIDENCE, plain
from epicrisis.validation.invariants import Invariants
from epicrisis.validation.library import BASE, Library
from epicrisis.validation.members import Members
from epicrisis.validation.remembered import recurring_reference, recurring_text
from epicrisis.validation.slices import sliced
from epicrisis.validation.targets import target

# guides that the tables hold whole
GUIDES = tuple(f"http://hl7.org/fhir/{g}/" for g in ("us/core", "us/mcode", "uv/ips", "uv/genomics-reporting"))


class Profiles:
    """The checkers of one library, compiled once and kept."""

    def __init__(self, library: Library, codes: Codes) -> None:
        """Compile from *library*; codings are judged by *codes*."""
        self.library = library
        self.codes = codes
        self.invariants = Invariants(library)
        self._made: dict[str, Check | None] = {}
        self._claimed: dict[tuple[str, str], Check] = {}  # by type and claim, of resources
        self._alike: dict[str, Check] = {}  # the first checker of references that may lead to the same
        self._plain: dict[str, Check] = {}  # by type, of resources without a claim

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
            check = self._claimed.get((kind, claim)) if type(claim) is str else None
            if check is None:
                check, problem = self._claim(kind, claim, f".meta.profile[{i}]")
                found = more(found, problem)
            if check is not None:
                found = more(found, check(value, scope))
                base = False
        if not base:
            return found
        check = self._plain.get(kind) or self._base(kind)
        if check is None:
            return more(found, [(".resourceType", "error", "profile/type", "no such resource type")])
        return more(found, check(value, scope))

    def _claim(self, kind: str, claim: Any, path: str) -> tuple[Check | None, Found]:
        """Return the checker of the profile that a resource claims, or what is wrong with the claim."""
        url = claim.partition("|")[0] if type(claim) is str else ""
        known = self.library.definition(url) if url.startswith("http") else None
        if known is None:
            unknown = "the profile is not known here (--package adds a guide)"
            return None, [(path, "warning", "profile/unknown", unknown)]
        if known["type"] != kind:
            return None, [(path, "error", "profile/type", f"the profile is one of {known['type']}")]
        check = self.definition(url)
        if check is not None and url == claim:
            self._claimed[kind, claim] = check
        return check, None

    def _base(self, kind: str) -> Check | None:
        """Return the checker of a type of resource, or None where there is no such type."""
        known = self.library.definition(BASE + kind)
        if known is None or known["kind"] != "resource" or "abstract" in known:
            return None
        check = self.definition(BASE + kind)
        if check is not None:
            self._plain[kind] = check
        return check

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
            scope.judging += 1
            scope.judged[key] = self._conforms(resource, url, scope)
            scope.judging -= 1
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
        parts: list[Check] = [Members(self, root, known).check]
        parts += values(root, known["type"])
        parts += self._typed(known["type"])
        made = chain(parts)
        plain = native.PLAIN.get(known["type"]) if "base" not in known else None
        return made if plain is None else lambda value, scope: None if plain(value, scope) else made(value, scope)

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
            target = at(root, node["ref"])
            node = {**{k: v for k, v in target.items() if k in ("kids", "types", "slices", "by")}, **node}
        item = self.item(node, root, kind)
        if "slices" in node and kind is None:
            return sliced(self, node, root, item)
        if not node.get("list"):
            return item
        return array(item, node.get("min", 0), node.get("max"))

    def item(self, node: dict[str, Any], root: dict[str, Any], kind: dict[str, Any] | None = None) -> Check:
        """Return the checker of one item of a member (*kind* is the type that its name chose)."""
        types = [kind] if kind else node.get("types", [])
        if not types:
            return anything
        code = types[0]["c"]
        parts: list[Check] = []
        test = primitives.test(code)
        if test is not None:
            parts.append(primitive(test))
        elif code in ("Resource", "DomainResource") or self._is_resource(code):
            parts.append(self.resource)
        elif code == "Extension":
            return self._extension(node, types[0])
        elif "kids" in node:
            parts.append(Members(self, node, {"root": root, "type": code}).check)
            parts += self._typed(code)
        elif not any(self.library.definition(p) for p in types[0].get("p", ())):
            parts.append(self._later(BASE + code))
        profiles = types[0].get("p")  # a profile of the datatype says all that the datatype says
        if profiles and code != "Extension":
            parts.append(self._one_of(profiles))
        parts += values(node, code)
        if "bind" in node and code in CODED:
            settled = "pattern" in node or "fixed" in node  # the profile itself names the code
            parts += bindings(self.library, node["bind"], code, settled)
        targets = [t for given in types for t in given.get("t", ())]
        if targets and code in ("Reference", "CodeableReference"):
            parts.append(target(self, frozenset(targets), code))
        made = chain(parts)
        if code == "Reference":
            # where nothing is asked but where they lead, references are judged alike in whatever element
            only = len(parts) == 1 + bool(targets) and "kids" not in node and not profiles
            alike = self._alike.setdefault(str(sorted(targets)), made) if only else made
            return recurring_reference(made, alike)
        return recurring_text(made) if code == "code" else made

    def _is_resource(self, code: str) -> bool:
        known = self.library.definition(code)
        return known is not None and known["kind"] == "resource"

    def _later(self, url: str) -> Check:
        """Return a checker that is compiled when it is first used (types hold themselves)."""
        if self._made.get(url):
            return self._made[url] or anything
        made: list[Check] = []

        def check(value: Any, scope: Scope) -> Found:
            if not made:
                made.append(self.definition(url) or anything)
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
                    return found
                first = first or found
            return first

        return check

    def _extension(self, node: dict[str, Any], kind: dict[str, Any]) -> Check:
        if "kids" in node:  # an extension inside an extension: its members are said here
            return Members(self, node, {"root": node, "type": "Extension"}).check
        own: dict[str, Check] = {}

        def check(value: Any, scope: Scope) -> Found:
            if type(value) is not dict:
                return [("", "error", "profile/type", "an extension is an object")]
            url = value.get("url")
            if type(url) is not str:
                return [("", "error", "profile/cardinality", "the extension has no url")]
            # a bundle may have hundreds of these, which differ in numbers that plain() has judged
            evidence = plain(value) if url == EVIDENCE else None
            if evidence is not None:
                scope.evidence[id(value)] = evidence
                if evidence[0] in scope.passed:
                    return None
            made = own.get(url)
            if made is None:
                made = own[url] = self._named(url)
            found = made(value, scope)
            # ext-1; beside url, id and extension an Extension has only its value
            nested = "extension" in value
            if (len(value) - 1 - nested - ("id" in value) > 0) == nested:
                found = more(found, [("", "error", "profile/ext-1", "an extension has either a value or extensions")])
            if found is None and evidence is not None:
                scope.passed.add(evidence[0])
            return found

        return check

    def _named(self, url: str) -> Check:
        known = self.library.definition(url) if "/" in url else None  # `code` inside another is no type
        made = self.definition(url) if known and known["type"] == "Extension" else None
        if known is None or made is None:
            return self._strange(url)
        contexts = known.get("ctx", ["Element"])
        if "Element" in contexts:
            return made
        pending = [("", PENDING, "profile/context", " ".join(contexts))]
        return lambda value, scope: more(made(value, scope), list(pending))

    def _strange(self, url: str) -> Check:
        base = self.definition(BASE + "Extension") or anything
        if "/" not in url and ":" not in url:
            pending = [("", PENDING, "profile/extension", "Extension")]
            return lambda value, scope: more(base(value, scope), list(pending))
        if url.startswith((BASE, *(GUIDES if self.library.edition == "r4" else ()))):
            problem = [("", "error", "profile/extension", "its guide defines no such extension")]
        else:
            problem = [("", "information", "profile/extension", "the extension is not known here")]
        return lambda value, scope: more(base(value, scope), list(problem))
