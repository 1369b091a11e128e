"""Tables of narratives: CSV, TSV, NDJSON and Parquet with a text column and an id column.

Rows are read one at a time. A row without a text is handed on with its fault, so that a batch
can count it and go on.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import itertools
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from epicrisis.document.files import check
from epicrisis.document.parquet_pages import largest_page
from epicrisis.document.reader import LIMIT
from epicrisis.document.table_lines import PACKED, UNREAD, Lines, LineTooLong, Place
from epicrisis.errors import UnreadableDocument, UsageError

SUFFIXES = frozenset({".csv", ".tsv", ".ndjson", ".jsonl", ".parquet"})
_HEADING = re.compile(r"[A-Za-z_][\w.-]{0,40}")
# a first row of single words may be a patient's: "Quux,sarcoma"; with one of these words it is a heading
_HEADS = frozenset(
    "id mrn text note notes report reports narrative document doc letter case content body title date"
    " befund bericht arztbrief datum".split()
)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")  # "PatientID", "note_text"
_SEP = re.compile(r"\"?sep=(?P<sign>[^\w\s\"]|\t)\"?", re.I)  # the first line of what Excel is to open
_SIGNS = ",;\t|^~"
_BATCH = 16  # rows of Parquet in memory at once: each may unpack to megabytes
_GROUP, _ROW = 256_000_000, 2_000_000  # bytes of a group, and of one of its rows
_SPOILT = 1000  # rows in succession that are none
_TOO_LONG = "the line is too long"
_TOO_MANY = "more cells than the heading has columns: is the text in quotation marks?"
_BEYOND = "\0"  # no heading's name


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its id, its text, and what is wrong with it."""

    id: str
    text: str
    row: int  # counts from 1
    fault: str | None = None
    read: int = 0  # bytes of the file so far, where that is known


def is_table(path: Path) -> bool:
    """Say whether the name of *path* is that of a table."""
    return _suffix(path) in SUFFIXES


def records(
    path: Path,
    *,
    text_column: str = "text",
    id_column: str = "id",
    encoding: str | None = None,
) -> Iterator[Record]:
    """Yield the rows of a table in their order.

    Raises:
        UnreadableDocument: the file cannot be read, or is damaged.
        UsageError: it has no column of that name.
    """
    suffix = _suffix(path)
    check(path)
    place = Place()
    try:
        rows: Iterator[dict[str, Any] | str]
        if suffix == ".parquet":
            rows = _parquet(path, text_column, id_column)
        elif suffix in (".csv", ".tsv"):
            rows = _csv(path, text_column, id_column, "\t" if suffix == ".tsv" else "", encoding, place)
        else:
            rows = _ndjson(path, encoding, place)
        spoilt = 0
        for number, row in enumerate(rows, 1):
            yield _record(row, number, text_column, id_column, place.bytes())
            short = suffix in (".csv", ".tsv") and not isinstance(row, str) and row.get(text_column) is None
            spoilt = spoilt + 1 if suffix != ".parquet" and (isinstance(row, str) or short) else 0
            if spoilt == _SPOILT:
                raise UnreadableDocument(f"{path}: {_SPOILT} lines in succession are no rows")
    except UnicodeDecodeError as error:
        raise UnreadableDocument(f"{path}: not {error.encoding}: name the encoding with --encoding") from None
    except (EOFError, gzip.BadGzipFile):
        raise UnreadableDocument(f"{path}: gzip: damaged or cut off") from None
    except OSError as error:
        raise UnreadableDocument(f"{path}: {error.strerror or 'cannot be read'}") from None


def check_heading(
    path: Path,
    *,
    text_column: str = "text",
    id_column: str = "id",
    encoding: str | None = None,
) -> None:
    """Refuse a table without these columns; one that cannot be read at all is told when its rows are.

    Raises:
        UsageError: it has no column of that name.
    """
    if _suffix(path) not in (".ndjson", ".jsonl"):
        with contextlib.suppress(UnreadableDocument):
            next(records(path, text_column=text_column, id_column=id_column, encoding=encoding), None)


def count(path: Path) -> int | None:
    """Return the number of rows where that is cheap to know."""
    if _suffix(path) != ".parquet":
        return None
    with contextlib.suppress(Exception):
        from pyarrow import parquet

        return int(parquet.ParquetFile(path).metadata.num_rows)
    return None


def _record(row: dict[str, Any] | str, number: int, text_column: str, id_column: str, read: int) -> Record:
    if isinstance(row, str):
        return Record(f"row-{number}", "", number, row, read)
    named = row.get(id_column)
    lost = isinstance(named, float) and math.isnan(named)  # by a data frame
    known = str(named) if named not in (None, "") and not isinstance(named, dict | list) and not lost else ""
    label = known or f"row-{number}"
    text = row.get(text_column)
    if not isinstance(text, str):
        missing = text_column not in row
        fault = "the text is null" if text is None else "the text is no string"
        return Record(label, "", number, "no such column" if missing else fault, read)
    if len(text) > LIMIT:
        return Record(label, "", number, f"larger than {LIMIT // 1_000_000} MB of text", read)
    return Record(label, text, number, read=read)


def _ndjson(path: Path, encoding: str | None, place: Place) -> Iterator[dict[str, Any] | str]:
    with Lines(path, encoding, legacy=False, place=place) as lines:  # JSON is Unicode
        while True:
            try:
                line = next(lines)
            except StopIteration:
                return
            except LineTooLong:
                yield _TOO_LONG
                continue
            if not line.strip():
                continue
            if UNREAD.search(line):
                yield lines.unread
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                yield "not JSON"
                continue
            yield row if isinstance(row, dict) else "not a JSON object"


def _csv(
    path: Path, text_column: str, id_column: str, delimiter: str, encoding: str | None, place: Place
) -> Iterator[dict[str, Any] | str]:
    csv.field_size_limit(LIMIT + 1)
    with Lines(path, encoding, place=place) as lines:
        head = lines.first()
        named = _SEP.fullmatch(head.strip("\ufeff\r\n"))
        if named:
            next(lines)
        sign = named["sign"] if named else _sign(head, delimiter, text_column)
        reader = csv.DictReader(lines, delimiter=sign, restkey=_BEYOND, strict=True)
        try:
            names = reader.fieldnames or ()
        except (csv.Error, LineTooLong):
            raise UnreadableDocument(f"{path}: its first row is no heading of a table") from None
        _need(path, text_column, id_column, names)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except LineTooLong:
                yield _TOO_LONG
            except csv.Error as error:
                if "field limit" in str(error):
                    raise UnreadableDocument(
                        f"{path}: a text of more than {LIMIT // 1_000_000} MB, or a quotation mark that is not closed"
                    ) from None
                yield "a row that is not CSV"
            else:
                told = (row.get(column) for column in (text_column, id_column))
                if any(isinstance(t, str) and UNREAD.search(t) for t in told):
                    yield lines.unread
                elif isinstance(more := row.get(_BEYOND), list) and any(more):
                    yield _TOO_MANY  # a text with commas and without quotation marks would be cut off at the first
                else:
                    yield row


def _sign(head: str, usual: str, text_column: str) -> str:
    """Return what parts the columns of a heading: the *usual* sign, or one that the heading has more often.

    Where the comma is for decimals, spreadsheets write semicolons; databases write tabs whatever the name says, or
    bars. A sign between which the text's column stands goes before any other.
    """
    if usual and usual in head:
        return usual
    often = sorted(_SIGNS, key=head.count, reverse=True)
    parted = (s for s in often if text_column in (name.strip('" \r\n\ufeff') for name in head.split(s)) and s in head)
    return next(parted, often[0])


def _parquet(path: Path, text_column: str, id_column: str) -> Iterator[dict[str, Any] | str]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise UsageError("reading Parquet needs: pip install 'epicrisis[parquet]'") from None
    try:
        file = parquet.ParquetFile(path)
        _need(path, text_column, id_column, file.schema_arrow.names)
        columns = [c for c in (text_column, id_column) if c in file.schema_arrow.names]
        for number in range(file.num_row_groups):
            if fault := _bomb(path, group := file.metadata.row_group(number), columns):
                yield from itertools.repeat(fault, group.num_rows)
                continue
            for batch in file.iter_batches(batch_size=_BATCH, row_groups=[number], columns=columns):
                yield from batch.to_pylist()
    except pyarrow.ArrowException:
        raise UnreadableDocument(f"{path}: damaged, or not Parquet") from None


def _bomb(path: Path, group: Any, columns: list[str]) -> str:
    """Say why a group of rows is not unpacked: they, or one of them, are many megabytes, and no narratives."""
    size = group.total_byte_size
    if size > _GROUP and size > group.num_rows * _ROW:
        return "larger than any narrative"
    for column in (group.column(n) for n in range(group.num_columns)):
        wanted = column.path_in_schema.split(".")[0] in columns
        if wanted and column.total_uncompressed_size > _GROUP and largest_page(path, column) > _GROUP:
            return f"in a row group with a text of more than {_GROUP // 1_000_000} MB: write it without that row"
    return ""


def _need(path: Path, text_column: str, id_column: str, names: Any) -> None:
    """Refuse a table without the text's column, or without an id's that was asked for by name."""
    if twice := next((c for c in (text_column, id_column) if list(names).count(c) > 1), None):
        raise UsageError(f"{path}: two columns are called {twice!r}")
    for column in (text_column, *((id_column,) if id_column != "id" else ())):
        if column in names:
            continue
        # a first row that is no heading may be a patient's
        heading = bool(names) and all(_HEADING.fullmatch(str(name)) for name in names)
        heading = heading and any(w.lower() in _HEADS for name in names for w in _WORDS.findall(str(name)))
        known = f"columns: {', '.join(names[:20])}" if heading else "is its first row a heading?"
        raise UsageError(f"{path}: no column {column!r}; {known}")


def _suffix(path: Path) -> str:
    inner = path.with_suffix("") if path.suffix.lower() in PACKED else path
    return inner.suffix.lower()
