"""References against the types and profiles that they may lead to."""

from __future__ import annotations

from typing import Any

from epicrisis.kept import lazy
from epicrisis.validation.checks import Check, Found, Scope, anything
from epicrisis.validation.compiler import Compiler

_TYPED = lazy(r"(?:^|/)([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?$")


def target(profiles: Compiler, targets: frozenset[str], code: str) -> Check:
    """Return the checker of what a reference may lead to."""
    library = profiles.library
    known = [library.definition(t) for t in targets]
    names = frozenset(k["type"] for k in known if k)
    if not all(known) or names & {"Resource", "DomainResource"}:
        return anything
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
        if resource is not None and not plain and not any(profiles.conforms(resource, t, scope) for t in targets):
            return [(".reference", "error", "profile/target", "the resource keeps none of the profiles asked for")]
        return None

    return check
