"""Say whether a unit is written in UCUM (case sensitive), by its grammar and the atoms
of `mappings/schema/ucum.toml`.

Atoms are those that laboratory and dosing units use; annotations in braces and "arbitrary"
units in brackets are part of the grammar. A unit with an unknown atom is refused.
"""

from __future__ import annotations

from functools import cache

from epicrisis import resources
from epicrisis.kept import lazy

_TOKEN = lazy(r"[./()]|\{[^{}]*\}|(?:\[[^\]]*\]|10[*^]|[^\s./(){}+\-\d\[\]]+(?:\[[^\]]*\])?|\d+)")
_EXPONENT = lazy(r"[+-]?\d+")


@cache
def is_ucum(unit: str) -> bool:
    """Return True when *unit* follows UCUM's grammar and every atom is known."""
    if not unit or any(c.isspace() for c in unit):
        return False
    end = _term(unit, 0)
    return end == len(unit)


def _term(text: str, at: int) -> int:
    """Read `component { ("." | "/") component }`; return where it ends, -1 if it does not parse."""
    if text[at : at + 1] == "/":
        at += 1
    while True:
        at = _component(text, at)
        if at < 0:
            return -1
        if text[at : at + 1] not in (".", "/") or at >= len(text):
            return at
        at += 1


def _component(text: str, at: int) -> int:
    if text[at : at + 1] == "(":
        at = _term(text, at + 1)
        return at + 1 if at > 0 and text[at : at + 1] == ")" else -1
    token = _TOKEN.match(text, at)
    if not token or token.group() in "./()":
        return -1
    word = token.group()
    end = token.end()
    if word.startswith("{"):
        return end
    if word.isdigit() and word != "10":
        return _annotated(text, end)
    if word != "10" and not _atom(word):
        return -1
    exponent = _EXPONENT.match(text, end)
    return _annotated(text, exponent.end() if exponent else end)


def _annotated(text: str, at: int) -> int:
    note = lazy(r"\{[^{}]*\}").match(text, at)
    return note.end() if note else at


def _atom(word: str) -> bool:
    prefixes, metric, plain = _atoms()
    if word in metric or word in plain:
        return True
    return any(word.startswith(p) and word[len(p) :] in metric for p in prefixes)


@cache
def _atoms() -> tuple[tuple[str, ...], frozenset[str], frozenset[str]]:
    data = resources.toml("schema", "ucum.toml")
    return tuple(data["prefixes"]), frozenset(data["metric"]), frozenset(data["plain"])
