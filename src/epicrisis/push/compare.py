"""Compare what a server has with what was sent."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any


def holds(there: Any, sent: Any) -> bool:
    """Say whether *there* has all that was sent; a server may add members, meta and text of its own."""
    if isinstance(sent, dict):
        return isinstance(there, dict) and all(
            k in ("meta", "text") or (k in there and holds(there[k], v)) for k, v in sent.items()
        )
    if isinstance(sent, list):
        return (
            isinstance(there, list)
            and len(there) >= len(sent)
            and all(holds(a, b) for a, b in zip(there, sent, strict=False))
        )
    if isinstance(sent, int | float | Decimal) and not isinstance(sent, bool):
        return isinstance(there, int | float | Decimal) and Decimal(str(there)) == Decimal(str(sent))
    if isinstance(sent, str) and isinstance(there, int) and not isinstance(there, bool):
        return sent == str(there)  # integer64 is a string in JSON; HAPI gives a number
    if isinstance(sent, str) and isinstance(there, str) and "/" in sent:
        # a reference may come back absolute, or with its version
        return there == sent or there.endswith("/" + sent) or there.rpartition("/_history/")[0].endswith(sent)
    return bool(there == sent)


def map_references(node: Any, change: Callable[[str], str]) -> Any:
    """Return *node* with every reference changed."""
    if isinstance(node, dict):
        return {
            k: change(v) if k == "reference" and isinstance(v, str) else map_references(v, change)
            for k, v in node.items()
        }
    if isinstance(node, list):
        return [map_references(v, change) for v in node]
    return node
