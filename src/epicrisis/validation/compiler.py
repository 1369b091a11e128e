"""What the parts of a definition's checker ask of whatever compiles the whole of it."""

from __future__ import annotations

from typing import Any, Protocol

from epicrisis.validation.checks import Check, Scope
from epicrisis.validation.library import Library


class Compiler(Protocol):
    """Compiles the definitions of a library; members, slices and targets hold what it makes of theirs."""

    library: Library

    def field(self, node: dict[str, Any], root: dict[str, Any], kind: dict[str, Any] | None = None) -> Check:
        """Return the checker of a member: one item, or the array of them."""

    def item(self, node: dict[str, Any], root: dict[str, Any], kind: dict[str, Any] | None = None) -> Check:
        """Return the checker of one item of a member (*kind* is the type that its name chose)."""

    def conforms(self, resource: dict[str, Any], url: str, scope: Scope) -> bool:
        """Say whether *resource* claims or keeps the profile."""
