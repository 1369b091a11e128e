r"""Patterns in parts, as CPython's engine takes them, so that they can be kept; and searched fast.

A search passes quickly over the characters with which a match cannot begin, but `re` works those out
only for patterns that begin with a letter or a set. Most of ours begin with `\b` or look around first;
for them it is worked out here, which changes how long a search takes, and nothing of what it finds.

All of this rests on the inside of `re`. Where that is another than we know, nothing is taken apart,
and `re` compiles.
"""

from __future__ import annotations

import re
from array import array
from functools import cache
from typing import Any

Kept = tuple[int, bytes, int, dict[str, int], tuple[str | None, ...]]  # flags, code, groups, their names
_KNOWN = (r"(?P<a>\bx|[^\W\d]{2,}?)(?i:y)(?=z)", re.MULTILINE)  # taken apart, it must be the same
_IGNORECASE = int(re.IGNORECASE)
_OF_CHARACTERS = int(re.IGNORECASE | re.DOTALL | re.ASCII | re.UNICODE)  # flags on which a character's match depends
_MOST = 64  # of 128: passing over what most characters are not saves nothing
_BYTE = 256
_ALL = (1 << _BYTE) - 1
_FOREIGN = (1 << _BYTE) - (1 << 128)  # of the first 256 characters those beyond ASCII


def compiled(pattern: str, flags: int) -> re.Pattern[str]:
    """Return *pattern* ready for use."""
    try:
        if _is_known():
            return _made(pattern, *_parts(pattern, flags, quick=True))
    except Exception:  # noqa: S110 - an error of the pattern, which `re` tells, or another Python than those we know
        pass
    return re.compile(pattern, flags)


def taken_apart(pattern: str, flags: int) -> Kept | None:
    """Return the parts of which the engine makes *pattern*, or None where they are not known for sure."""
    try:
        if not _is_known():
            return None
        flags, code, groups, names, order = _parts(pattern, flags, quick=True)
        return flags, array("I", map(int, code)).tobytes(), groups, names, order
    except Exception:  # another Python than those we know
        return None


def put_together(pattern: str, flags: int, code: bytes, *rest: Any) -> re.Pattern[str]:
    """Return *pattern* of its parts, without the compiler, which is written in Python."""
    return _made(pattern, flags, list(memoryview(code).cast("I")), *rest)


def _made(
    pattern: str, flags: int, code: list[int], groups: int, names: dict[str, int], order: tuple[str | None, ...]
) -> re.Pattern[str]:
    import _sre  # type: ignore[import-not-found]

    made: re.Pattern[str] = _sre.compile(pattern, flags, code, groups, names, order)
    return made


@cache
def _is_known() -> bool:
    pattern, flags = _KNOWN
    return _made(pattern, *_parts(pattern, flags, quick=False)) == re.compile(pattern, flags)


def _parts(
    pattern: str, flags: int, *, quick: bool
) -> tuple[int, list[int], int, dict[str, int], tuple[str | None, ...]]:
    from re import _compiler, _parser  # type: ignore[attr-defined]

    tree = _parser.parse(pattern, flags)
    flags = int(flags | tree.state.flags)
    code = _compiler._code(tree, flags)
    if quick:
        code = _with_beginnings(code, tree, flags)
    names = dict(tree.state.groupdict)
    order: list[str | None] = [None] * tree.state.groups
    for name, number in names.items():
        order[number] = name
    return flags, code, tree.state.groups - 1, names, tuple(order)


def _with_beginnings(code: list[int], tree: Any, flags: int) -> list[int]:
    """Return *code* with the set of characters with which a match can begin, where that helps."""
    from re import _constants as sre  # type: ignore[attr-defined]

    # a block of information: its operation, its length, flags, the least and the most length of a match, the set
    if code[0] != sre.INFO or code[2] & sre.SRE_INFO_PREFIX:
        return code
    found, may_be_empty = _beginnings(tree, flags)
    if may_be_empty or (found & ~_FOREIGN).bit_count() > _MOST:
        return code
    words = [found >> n & 0xFFFFFFFF for n in range(0, _BYTE, 32)]
    # what stands beyond the first 256 may always begin a match
    beginnings = [int(sre.CHARSET), *words, int(sre.RANGE), _BYTE, 0x10FFFF, int(sre.FAILURE)]
    head = [code[0], 4 + len(beginnings), code[2] | sre.SRE_INFO_CHARSET, *code[3:5]]
    return head + beginnings + code[1 + code[1] :]


def _beginnings(nodes: list[Any], flags: int) -> tuple[int, bool]:
    """Return with which of the first 256 characters *nodes* may begin, as bits, and whether they may be empty."""
    found = 0
    for n, (operation, told) in enumerate(nodes):
        kind = str(operation)
        if kind == "LITERAL" and told < 128:
            return found | (_letter(told) if flags & _IGNORECASE else 1 << told), False
        if kind in ("IN", "ANY", "LITERAL", "NOT_LITERAL"):
            key = tuple(told) if kind == "IN" else told
            return found | _tried(operation, key, flags & _OF_CHARACTERS), False
        if kind in ("AT", "ASSERT_NOT"):
            continue  # of no length
        if kind == "ASSERT":
            ahead, empty = _beginnings(told[1], flags) if told[0] > 0 else (0, True)
            rest, may_be_empty = _beginnings(nodes[n + 1 :], flags)
            return found | (rest if empty else rest & ahead), may_be_empty
        if kind == "BRANCH":
            ways = [_beginnings(way, flags) for way in told[1]]
        elif kind == "SUBPATTERN":
            ways = [_beginnings(told[3], (flags | told[1]) & ~told[2])]
        elif kind == "ATOMIC_GROUP":
            ways = [_beginnings(told, flags)]
        elif kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            ways = [_beginnings(told[2], flags)]
            if told[0] == 0:
                ways.append((0, True))
        else:  # what a group has matched: anything
            return _ALL, True
        for way, _ in ways:
            found |= way
        if not any(empty for _, empty in ways):
            return found, False
    return found, True


@cache
def _letter(told: int) -> int:
    """Return the same of a letter of ASCII of which the case does not matter."""
    return 1 << ord(chr(told).lower()) | 1 << ord(chr(told).upper()) | _FOREIGN


@cache
def _tried(operation: Any, told: Any, flags: int) -> int:
    """Return the same of what matches one character, by asking the engine itself about each."""
    import _sre
    from re import _compiler, _parser  # type: ignore[attr-defined]

    state = _parser.State()
    state.flags = flags
    part = (operation, list(told) if isinstance(told, tuple) else told)
    code = _compiler._code(_parser.SubPattern(state, [part]), flags)
    matches = _sre.compile("", flags, code, 0, {}, (None,)).match
    return sum(1 << n for n in range(_BYTE) if matches(chr(n)))
