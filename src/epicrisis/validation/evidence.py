"""The extension that says which words of the narrative an element was read from: most of a bundle is these."""

from __future__ import annotations

from typing import Any

EVIDENCE = "http://hl7.org/fhir/StructureDefinition/derivation-reference"
_LARGEST = 2**31 - 1


def plain(extension: dict[str, Any]) -> tuple[str, int, int] | None:
    """Return target, offset and length of an evidence that has these parts in this order and nothing else."""
    try:
        source, offset, length = extension["extension"]
        target, start, size = source["valueReference"], offset["valueInteger"], length["valueInteger"]
        first, second, third = source["url"], offset["url"], length["url"]
        leads = target["reference"]
        if (
            extension["url"] == EVIDENCE
            and first == "reference"
            and second == "offset"
            and third == "length"
            and type(first) is type(second) is type(third) is str
            and len(extension) == len(source) == len(offset) == len(length) == 2
            and len(target) == 1
            and type(start) is type(size) is int
            and type(leads) is str
            and 0 <= start <= _LARGEST
            and 0 < size <= _LARGEST
        ):
            return leads, start, size
    except (KeyError, TypeError, ValueError):
        pass
    return None
