"""How large the pages of a Parquet column are, which its reader unpacks whole.

The file's own index tells only what a column has in a group of rows together, so that one text of a
gigabyte hides among a thousand letters. Each page says in a header of its own (a struct of Thrift's compact
protocol) how large it is: these are read, and nothing is unpacked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

_HEADER = 1 << 16  # bytes of a header, but for statistics of long texts
_STRUCT, _BINARY, _DOUBLE, _BYTE = 12, 8, 7, 3
_VARINTS = frozenset((4, 5, 6))
_NOTHING = frozenset((1, 2))  # the two truth values
_LISTS = frozenset((9, 10))
_UNPACKED, _PACKED = 2, 3  # fields of the header


def largest_page(path: Path, column: Any) -> int:
    """Return the bytes of the largest page of a column in one group of rows, unpacked.

    *column* is its entry in the file's index. A header that cannot be read counts as all of the column.
    """
    starts = (column.dictionary_page_offset, column.data_page_offset)
    at = min(s for s in starts if s)
    end, most = at + column.total_compressed_size, 0
    with path.open("rb") as file:
        while at < end:
            file.seek(at)
            try:
                fields, length = _struct(file.read(_HEADER), 0)
                most = max(most, fields[_UNPACKED])
                at += length + max(fields[_PACKED], 1)
            except (IndexError, KeyError, ValueError, RecursionError):
                return int(column.total_uncompressed_size)
    return most


def _struct(data: bytes, at: int) -> tuple[dict[int, int], int]:
    """Return the whole numbers of a struct by their fields, and where it ends."""
    numbers: dict[int, int] = {}
    field = 0
    while kind := data[at]:
        at += 1
        if kind >> 4:
            field += kind >> 4
        else:
            field, at = _zigzag(data, at)
        kind &= 15
        if kind in _VARINTS:
            numbers[field], at = _zigzag(data, at)
        else:
            at = _past(data, at, kind)
    return numbers, at + 1


def _past(data: bytes, at: int, kind: int) -> int:
    """Return where a value of some kind ends."""
    if kind in _NOTHING:
        return at
    if kind in _VARINTS:
        return _varint(data, at)[1]
    if kind == _BYTE:
        return at + 1
    if kind == _DOUBLE:
        return at + 8
    if kind == _BINARY:
        size, at = _varint(data, at)
        return at + size
    if kind == _STRUCT:
        return _struct(data, at)[1]
    if kind in _LISTS:
        size, of = data[at] >> 4, data[at] & 15
        at += 1
        if size == 15:
            size, at = _varint(data, at)
        for _ in range(size):
            at = at + 1 if of in _NOTHING else _past(data, at, of)
        return at
    raise ValueError("no kind of Thrift")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number, shift = 0, 0
    while True:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def _zigzag(data: bytes, at: int) -> tuple[int, int]:
    number, at = _varint(data, at)
    return (number >> 1) ^ -(number & 1), at
