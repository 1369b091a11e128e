"""From folders, patterns, files and tables to single documents, in an order that stays."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from epicrisis.document.tables import count, is_table, records
from epicrisis.errors import InputError, UsageError
from epicrisis.etl.names import Taken, file_name

# What is taken from a folder; files named one by one may have any suffix.
SUFFIXES = (
    ".txt", ".text", ".md", ".markdown", ".xml", ".nxml", ".html", ".htm", ".xhtml", ".pdf",
    ".docx", ".case.json",
)  # fmt: skip
_PACKED = (".gz", ".gzip")


@dataclass(frozen=True, slots=True)
class Task:
    """One document: where it is, and the name of its outputs below the output folder."""

    input: str
    output: str
    text: str | None = None  # of a table's row; None: the file itself is read
    fault: str | None = None
    known: str | None = None  # hash of the input at its last conversion, when resuming
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
        self._skip = skip.resolve()
        self._columns = {"text_column": text_column, "id_column": id_column, "encoding": encoding}
        found = [path for given in inputs for path in self._expand(os.fspath(given))]
        if not found:
            raise UsageError("no input: the folder or pattern holds no document")
        self._taken = Taken()
        self._paths = self._name(found)

    def total(self) -> int | None:
        """Return how many documents there are, where that is cheap to know."""
        numbers = [1 if name is not None else count(path) for path, name in self._paths]
        return None if None in numbers else sum(n or 0 for n in numbers)

    def tasks(self) -> Iterator[Task]:
        """Yield the documents in a stable order."""
        alone = len(self._paths) == 1
        for path, name in self._paths:
            if name is not None:
                yield Task(str(path), name)
            else:
                yield from self._rows(path, self._taken, "" if alone else f"{_safe(path)}/")

    def _name(self, found: list[tuple[Path, Path | None]]) -> list[tuple[Path, str | None]]:
        """Return each file with the name of its outputs, a table with None.

        Raises:
            UsageError: two inputs would write the same output.
        """
        stems = Counter(_output(path, folder).casefold() for path, folder in found)
        named: list[tuple[Path, str | None]] = []
        for path, folder in found:
            if is_table(path):
                named.append((path, None))
                continue
            name = _output(path, folder)
            if folder is not None and stems[name.casefold()] > 1:
                name = _output(path, folder, whole=True)
            named.append((path, self._taken.claim(name, str(path))))
        return named

    def _rows(self, path: Path, taken: Taken, below: str) -> Iterator[Task]:
        row = 0
        try:
            for record in records(path, **self._columns):  # type: ignore[arg-type]
                row = record.row
                label = f"{path}#{record.id}"
                name = below + file_name(record.id)
                fault = record.fault
                if not taken.add(name):
                    name, fault = f"{name}~row-{row}", fault or "another row has this id"
                yield Task(label, name, record.text, fault, identity=record.id)
        except InputError as error:  # a table that is damaged from here on; the other inputs are none the worse
            yield Task(
                str(path),
                f"{below or _safe(path)}~row-{row + 1}",
                fault=f"row {row + 1} and later: {_bare_message(error, path)}",
            )

    def _expand(self, given: str) -> Iterator[tuple[Path, Path | None]]:
        """Yield files, each with the folder it was found in, if the input is a folder."""
        path = Path(given)
        if given == "-":
            raise UsageError("-: give one narrative on stdin without an output folder")
        if path.is_dir():
            yield from ((file, path) for file in self._walk(path))
        elif any(c in given for c in "*?[") and not path.exists():
            hits = [Path(p) for p in sorted(glob.glob(given, recursive=True))]
            for hit in hits:
                if hit.is_file() and not self._own(hit):
                    yield hit, None
        elif path.exists():
            yield path, None
        else:
            raise UsageError(f"{given}: no such file or folder")

    def _walk(self, folder: Path) -> Iterator[Path]:
        for root, folders, names in os.walk(folder):
            folders[:] = sorted(f for f in folders if not f.startswith(".") and not self._own(Path(root) / f))
            for name in sorted(names):
                if not name.startswith(".") and _bare(name).lower().endswith(SUFFIXES):
                    yield Path(root) / name

    def _own(self, path: Path) -> bool:
        """Say whether *path* is the output folder or in it."""
        resolved = path.resolve()
        return resolved == self._skip or self._skip in resolved.parents


def _output(path: Path, folder: Path | None, *, whole: bool = False) -> str:
    """Return the name of the outputs: the path below its folder, without suffix unless *whole*."""
    bare = path.name if whole else _stem(path.name)
    parents = path.relative_to(folder).parts[:-1] if folder is not None else ()
    return "/".join(file_name(p) for p in (*parents, bare))


def _bare_message(error: InputError, path: Path) -> str:
    return str(error).removeprefix(f"{path}: ")


def _safe(path: Path) -> str:
    return file_name(_stem(path.name))


def _stem(name: str) -> str:
    bare = _bare(name)
    if bare.lower().endswith(".case.json"):
        return bare[: -len(".case.json")]
    return Path(bare).stem


def _bare(name: str) -> str:
    return name.rsplit(".", 1)[0] if name.lower().endswith(_PACKED) else name
