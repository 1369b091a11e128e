"""Tables of narratives: CSV, TSV, NDJSON and Parquet with a text column and an id column.

Rows are read one at a time. A row without a text is handed on with its fault, so that a batch
can count it and go on.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from epicrisis.document.reader import LIMIT
from epicrisis.errors import UnreadableDocument, UsageError

SUFFIXES = frozenset({".csv", ".tsv", ".ndjson", ".jsonl", ".parquet"})
_PACKED = frozenset({".gz", ".gzip"})
_HEADING = re.compile(r"[A-Za-z_][\w.-]{0,40}")
_BATCH = 256  # rows of Parquet in memory at once


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its id, its text, and what is wrong with it."""

    id: str
    text: str
    row: int  # counts from 1
    fault: str | None = None


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
    try:
        rows: Iterator[dict[str, Any] | str]
        if suffix == ".parquet":
            rows = _parquet(path, text_column, id_column)
        elif suffix in (".csv", ".tsv"):
            rows = _csv(path, text_column, id_column, "\t" if suffix == ".tsv" else "", encoding)
        else:
            rows = _ndjson(path, encoding)
        for number, row in enumerate(rows, 1):
            yield _record(row, number, text_column, id_column)
    except FileNotFoundError:
        raise UnreadableDocument(f"{path}: no such file") from None
    except UnicodeDecodeError as error:
        raise UnreadableDocument(f"{path}: not {error.encoding}: name the encoding with --encoding") from None
    except (EOFError, gzip.BadGzipFile):
        raise UnreadableDocument(f"{path}: gzip: damaged or cut off") from None
    except OSError as error:
        raise UnreadableDocument(f"{path}: {error.strerror or 'cannot be read'}") from None


def count(path: Path) -> int | None:
    """Return the number of rows where that is cheap to know."""
    if _suffix(path) != ".parquet":
        return None
    with contextlib.suppress(Exception):
        from pyarrow import parquet

        return int(parquet.ParquetFile(path).metadata.num_rows)
    return None


def _record(row: dict[str, Any] | str, number: int, text_column: str, id_column: str) -> Record:
    if isinstance(row, str):
        return Record(f"row-{number}", "", number, row)
    named = row.get(id_column)
    known = str(named) if named not in (None, "") and not isinstance(named, dict | list) else ""
    label = known or f"row-{number}"
    text = row.get(text_column)
    if not isinstance(text, str):
        missing = text_column not in row
        return Record(label, "", number, "no such column" if missing else "the text is no string")
    if len(text) > LIMIT:
        return Record(label, "", number, f"larger than {LIMIT // 1_000_000} MB of text")
    return Record(label, text, number)


def _ndjson(path: Path, encoding: str | None) -> Iterator[dict[str, Any] | str]:
    with _open(path, encoding) as file:
        while line := file.readline(LIMIT * 2 + 1):
            if len(line) > LIMIT * 2:
                while line and not line.endswith("\n"):
                    line = file.readline(LIMIT)
                yield "the line is too long"
                continue
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                yield "not JSON"
                continue
            yield row if isinstance(row, dict) else "not a JSON object"


def _csv(
    path: Path, text_column: str, id_column: str, delimiter: str, encoding: str | None
) -> Iterator[dict[str, Any] | str]:
    csv.field_size_limit(LIMIT + 1)
    with _open(path, encoding) as file:
        head = "" if delimiter else file.readline(LIMIT)
        if head:
            file.seek(0)
        # where the comma is for decimals, spreadsheets part columns with semicolons
        reader = csv.DictReader(
            file, delimiter=delimiter or (";" if head.count(";") > head.count(",") else ","), restkey="", strict=True
        )
        _need(path, text_column, id_column, reader.fieldnames or ())
        while True:
            try:
                yield next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield "a row that is not CSV"


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
        for batch in file.iter_batches(batch_size=_BATCH, columns=columns):
            yield from batch.to_pylist()
    except pyarrow.ArrowException:
        raise UnreadableDocument(f"{path}: damaged, or not Parquet") from None


def _need(path: Path, text_column: str, id_column: str, names: Any) -> None:
    """Refuse a table without the text's column, or without an id's that was asked for by name."""
    for column in (text_column, *((id_column,) if id_column != "id" else ())):
        if column in names:
            continue
        # a first row that is no heading may be a patient's
        heading = bool(names) and all(_HEADING.fullmatch(str(name)) for name in names)
        known = f"columns: {', '.join(names[:20])}" if heading else "is its first row a heading?"
        raise UsageError(f"{path}: no column {column!r}; {known}")


def _open(path: Path, encoding: str | None) -> IO[str]:
    packed = path.suffix.lower() in _PACKED
    raw: Any = gzip.open(path, "rb") if packed else path.open("rb")  # noqa: SIM115
    try:
        return io.TextIOWrapper(raw, encoding=encoding or "utf-8-sig", newline="")
    except LookupError:
        raw.close()
        raise UsageError(f"unknown encoding {encoding!r}") from None


def _suffix(path: Path) -> str:
    inner = path.with_suffix("") if path.suffix.lower() in _PACKED else path
    return inner.suffix.lower()
