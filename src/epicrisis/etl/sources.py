"""From folders, patterns, files and tables to single documents, in an order that stays."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from epicrisis.document.tables import check_heading, count, is_table, records
from epicrisis.errors import InputError, UsageError
from epicrisis.etl.names import Ids, Taken, file_name
from epicrisis.etl.walk import Found, bare, expand


@dataclass(frozen=True, slots=True)
class Task:
    """One document: where it is, and the name of its outputs below the output folder."""

    input: str
    output: str
    text: str | None = None  # of a table's row; None: the file itself is read
    fault: str | None = None
    kind: str = "UnreadableRow"  # of the fault
    known: str | None = None  # hash of the input at its last conversion, when resuming
    written: str = ""  # hash of the outputs that this conversion gave
    identity: str | None = None  # the id of a row, which tells it from another with the same text


class Sources:
    """The documents that the inputs stand for."""

    def __init__(
        self,
        inputs: Iterable[str | os.PathLike[str]],
        *,
        skip: Path,
        text_column: str = "text",
        id_column: str = "id",
        encoding: str | None = None,
    ) -> None:
        self._columns = {"text_column": text_column, "id_column": id_column, "encoding": encoding}
        resolved = skip.resolve()
        found = [file for given in inputs for file in expand(os.fspath(given), resolved)]
        if not found:
            raise UsageError("no input: the folder or pattern holds no document")
        self._taken = Taken()
        self._ids = Ids()
        self._named = self._name(found)
        self.read = 0  # bytes of what was handed on so far
        for file, _ in self._named:
            if _is_table(file):
                check_heading(file.path, **self._columns)  # type: ignore[arg-type]

    def total(self) -> int | None:
        """Return how many documents there are, where that is cheap to know."""
        numbers = [count(file.path) if _is_table(file) else 1 for file, _ in self._named]
        return None if None in numbers else sum(n or 0 for n in numbers)

    def size(self) -> int:
        """Return the bytes of all files."""
        return sum(_size(file) for file, _ in self._named)

    def files(self) -> Iterator[tuple[Path, str]]:
        """Yield each file that is read, with the name of its outputs; "" for a table."""
        for file, name in self._named:
            if file.fault is None:
                yield file.path, "" if _is_table(file) else name

    def tasks(self) -> Iterator[Task]:
        """Yield the documents in a stable order."""
        alone = len(self._named) == 1
        whole = 0
        for file, name in self._named:
            if file.fault is not None:
                yield Task(str(file.path), name, fault=file.fault, kind="UnreadableFolder")
            elif _is_table(file):
                yield from self._rows(file.path, "" if alone else f"{name}/", whole)
            else:
                self.read = whole + _size(file)
                yield Task(str(file.path), name)
            whole += _size(file)

    def _name(self, found: list[Found]) -> list[tuple[Found, str]]:
        """Return each file with the name of its outputs, a table with that of their folder.

        Raises:
            UsageError: two inputs would write the same output.
        """
        stems = Counter(_output(file).casefold() for file in found if file.fault is None and not _is_table(file))
        tables = Counter(_output(file).casefold() for file in found if _is_table(file))
        folders = Taken()
        named: list[tuple[Found, str]] = []
        for file in found:
            name = _output(file)
            if _is_table(file):
                name = _output(file, whole=tables[name.casefold()] > 1)
                if not folders.add(name):
                    raise UsageError(f"{file.path}: another table gives the folder {name}/ too; use two output folders")
                named.append((file, name))
                continue
            if file.folder is None:
                named.append((file, self._taken.claim(name, str(file.path))))
                continue
            if file.fault is None and stems[name.casefold()] > 1:
                name = _output(file, whole=True)
            named.append((file, self._taken.distinct(name, str(file.path.relative_to(file.folder)))))
        return named

    def _rows(self, path: Path, below: str, before: int) -> Iterator[Task]:
        row = 0
        try:
            for record in records(path, **self._columns):  # type: ignore[arg-type]
                row, self.read = record.row, before + record.read
                name, fault = below + file_name(record.id), record.fault
                if self._ids.add(f"{below}\0{record.id}"):
                    name = self._taken.distinct(name, record.id)
                else:
                    fault = fault or "another row has this id"
                    name = self._taken.distinct(f"{name}~row-{row}", record.id)
                yield Task(f"{path}#{record.id}", name, record.text, fault, identity=record.id)
        except InputError as error:  # a table that is damaged from here on; the other inputs are none the worse
            name = self._taken.distinct(f"{below or _output(Found(path))}~row-{row + 1}", str(path))
            message = str(error).removeprefix(f"{path}: ")
            yield Task(str(path), name, fault=f"row {row + 1} and later: {message}")


def _is_table(file: Found) -> bool:
    return file.fault is None and is_table(file.path)


def _size(file: Found) -> int:
    try:
        return file.path.stat().st_size
    except OSError:
        return 0


def _output(file: Found, *, whole: bool = False) -> str:
    """Return the name of the outputs: the path below its folder, without suffix unless *whole*."""
    name = file.path.name
    parents = file.path.relative_to(file.folder).parts[:-1] if file.folder is not None else ()
    if file.fault is not None:  # a folder, beside which there may be a document of this name
        return "/".join(file_name(p) for p in (*parents, name)) + "/"
    return "/".join(file_name(p) for p in (*parents, name if whole else _stem(name)))


def _stem(name: str) -> str:
    plain = bare(name)
    if plain.lower().endswith(".case.json"):
        return plain[: -len(".case.json")]
    return Path(plain).stem
