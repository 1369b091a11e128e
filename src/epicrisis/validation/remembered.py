"""What was found of a value is found of its equal: concepts, codings and claims recur without end.

Only a value that leads nowhere is remembered: what is found of a reference depends on where it
leads, and so on the bundle.
"""

from __future__ import annotations

from marshal import dumps
from typing import Any

from epicrisis.validation.checks import Check, Found, Scope

KINDS = frozenset({"CodeableConcept", "CodeableReference", "Coding", "Identifier", "Meta"})
_MOST = 4096  # values that one checker remembers
_LONGEST = 2000  # bytes of a value that is remembered
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
            if len(known) < _MOST:
                known[written] = None if found is None else list(found)
            scope.bare.add(id(value))
            return found
        scope.bare.add(id(value))
        return None if found is None else list(found)  # the caller's own

    return look
