"""What was found of a value is found of its equal: concepts, codings and claims recur without end.

Only a value that leads nowhere is remembered: what is found of a reference depends on where it
leads, and so on the bundle.
"""

from __future__ import annotations

from marshal import dumps
from typing import Any

from epicrisis.validation.checks import Check, Found, Scope

KINDS = frozenset({"CodeableConcept", "CodeableReference", "Coding", "Meta"})
_MOST = 1024  # values that one checker remembers before it begins anew
_LONGEST = 1000  # bytes of a value that is remembered
_REFERENCE = b"reference"  # a member's name; and part of the extensions' that lead to the text


def remembered(check: Check) -> Check:
    """Return *check* with a memory for values that recur, right or wrong."""
    known: dict[bytes, Found] = {}

    def look(value: Any, scope: Scope) -> Found:
        try:
            # as bytes, equal values are of equal types too: 1 is not true and no subclass is a str
            written = dumps(value, 2)
        except ValueError:  # a decimal, or something that is not JSON
            return check(value, scope)
        try:
            found = known[written]
        except KeyError:
            found = check(value, scope)
            if _REFERENCE in written or len(written) > _LONGEST:
                return found
            if len(known) == _MOST:
                known.clear()
            known[written] = None if found is None else list(found)
            scope.bare.add(id(value))
            return found
        scope.bare.add(id(value))
        return None if found is None else list(found)  # the caller's own

    return look


def recurring_text(check: Check) -> Check:
    """Return *check* of a code or an address with a memory for those that are right."""
    known: set[str] = set()

    def look(value: Any, scope: Scope) -> Found:
        if type(value) is not str:
            return check(value, scope)
        if value in known:
            return None
        found = check(value, scope)
        if found is None and len(value) < _LONGEST:
            if len(known) == _MOST:
                known.clear()
            known.add(value)
        return found

    return look


def recurring_reference(check: Check, alike: Check) -> Check:
    """Return *check* of references with a memory, for one run, for those that are right.

    Checkers with the same *alike* find the same, and share what they remember.

    What is found while a resource is judged may rest on a judgement that is still to be made,
    and is not remembered.
    """

    def look(value: Any, scope: Scope) -> Found:
        target = value.get("reference") if type(value) is dict and len(value) == 1 else None
        if type(target) is not str:
            return check(value, scope)
        place = (alike, target)
        if place in scope.led:
            return None
        found = check(value, scope)
        if found is None and not scope.judging:
            scope.led.add(place)
        return found

    return look
