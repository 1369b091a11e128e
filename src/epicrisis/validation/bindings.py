"""Codes against the value sets that elements are bound to."""

from __future__ import annotations

from typing import Any

from epicrisis.validation.checks import Check, Found, Scope
from epicrisis.validation.library import Expansion, Library

CODED = {
    "code",
    "Coding",
    "CodeableConcept",
    "Quantity",
    "CodeableReference",
    "string",
    "uri",
    "Age",
    "Duration",
    "Count",
    "Distance",
}
_HL7 = ("http://hl7.org/", "http://terminology.hl7.org/")


def bindings(library: Library, bind: list[str], code: str, settled: bool) -> list[Check]:
    """Return the checkers of a binding and of its maximum value set.

    *settled*: the profile itself names the code, so that an extensible binding says nothing more.
    """
    strength, url, largest = bind
    parts: list[Check] = []
    if url and (strength == "required" or (strength == "extensible" and not settled)):
        expansion = library.expansion(url)
        if "*" not in expansion.open:
            parts.append(_binding(expansion, strength, code, url))
    if largest:
        expansion = library.expansion(largest)
        if "*" not in expansion.open:
            parts.append(_binding(expansion, "largest" if strength == "extensible" else "within", code, largest))
    return parts


def _binding(expansion: Expansion, strength: str, code: str, url: str) -> Check:
    """Return the check of a binding: required, extensible, `largest` (a maximum that a code is needed for) or `within`."""
    has = expansion.has
    severity = "error"
    if strength == "extensible":
        # whether another system's code says what the value set cannot is for a person to judge
        ours = all(s.startswith(_HL7) for s in (*expansion.codes, *expansion.whole, *expansion.open))
        severity = "warning" if ours else "information"
    outside = [
        (
            "",
            severity,
            f"profile/binding-{'maximum' if strength in ('largest', 'within') else strength}",
            f"no code of the value set {url}",
        )
    ]
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
            if type(coding) is dict and coding.get("code") is None:
                continue  # a system alone is no member
            if type(coding) is not dict or has(coding.get("system", ""), coding.get("code")) is not False:
                return None
        return list(outside)

    def coding(value: Any, _scope: Scope) -> Found:
        if type(value) is not dict or "code" not in value:
            return None
        return list(outside) if has(value.get("system", ""), value["code"]) is False else None

    return concept if code in ("CodeableConcept", "CodeableReference") else coding
