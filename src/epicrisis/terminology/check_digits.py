"""Check digits of codes: of SNOMED CT identifiers (Verhoeff) and of LOINC numbers (mod 10)."""

from __future__ import annotations

_D = (
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
_P = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)


def verhoeff(code: str) -> bool:
    """Say whether a SNOMED CT identifier has a valid check digit."""
    if not code.isdigit() or not 6 <= len(code) <= 18:
        return False
    state = 0
    for i, digit in enumerate(reversed(code)):
        state = int(_D[state][int(_P[i % 8][int(digit)])])
    return state == 0


def mod10(code: str) -> bool:
    """Say whether a LOINC number has a valid check digit (Luhn, mod 10)."""
    body, dash, digit = code.partition("-")
    if not dash or not body.isdigit() or len(digit) != 1 or not digit.isdigit():
        return False
    doubled = "".join(str(int(d) * 2) if i % 2 == 0 else d for i, d in enumerate(reversed(body)))
    return (10 - sum(map(int, doubled)) % 10) % 10 == int(digit)
