"""The tables of `mappings/terms`: terms, synonyms, codes, with source and licence.

Each file is one domain; a concept is named "domain/term". The columns are explained in
`mappings/README.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources.abc import Traversable
from typing import Any

from epicrisis import resources
from epicrisis.errors import MappingDataError
from epicrisis.terminology import store
from epicrisis.terminology.lexicon import Lexicon, by_first_word, phrases

COLUMNS = ("term", "synonyms", "system", "code", "display", "relation", "status", "source", "licence", "attrs")
SNOMED = "SNOMED-CT"  # licence value of rows that a user may have to leave out


@dataclass(frozen=True, slots=True)
class Coding:
    """One code of a concept, as its code system writes it."""

    system: str
    code: str
    display: str
    relation: str
    licence: str


class Concept:
    """A term with what the tables know of it; rows are read when they are asked for."""

    __slots__ = ("_read", "domain", "rows", "term")

    def __init__(self, domain: str, term: str) -> None:
        """Name the concept; `rows` takes its rows without their first cell."""
        self.domain = domain
        self.term = term
        self.rows: list[str] = []
        self._read: tuple[list[str], list[Coding], dict[str, str]] | None = None

    @property
    def id(self) -> str:
        """Return "domain/term"."""
        return f"{self.domain}/{self.term}"

    @property
    def synonyms(self) -> list[str]:
        """Return the other written forms."""
        return self._parse()[0]

    @property
    def codings(self) -> list[Coding]:
        """Return the codes, those of later rows last."""
        return self._parse()[1]

    @property
    def attrs(self) -> dict[str, str]:
        """Return the attributes of all rows."""
        return self._parse()[2]

    def _parse(self) -> tuple[list[str], list[Coding], dict[str, str]]:
        if self._read is None:
            names: dict[str, None] = {}
            codings: dict[tuple[str, str], Coding] = {}
            attrs: dict[str, str] = {}
            for row in self.rows:
                synonyms, system, code, display, relation, status, _, licence, more = row.split("\t")
                if synonyms:
                    names.update(dict.fromkeys(synonyms.split("|")))
                if more:
                    attrs.update((k, v) for k, _, v in (p.partition("=") for p in more.split(";") if "=" in p))
                if code and status != "retired":
                    codings.pop((system, code), None)
                    codings[system, code] = Coding(system, code, display, relation, licence)
            self._read = list(names), list(codings.values()), attrs
        return self._read


class Terminology:
    """All tables, overlays included."""

    def __init__(self, concepts: dict[str, Concept], digest: str = "") -> None:
        """Index *concepts* by id; *digest* names the content of their tables."""
        self.concepts = concepts
        self._digest = digest
        self._lexicon: Lexicon | None = None

    def concept(self, key: str | None) -> Concept | None:
        """Return the concept named "domain/term", or None."""
        return self.concepts.get(key) if key else None

    def attr(self, key: str | None, name: str, default: str = "") -> str:
        """Return one attribute of a concept, or *default*."""
        concept = self.concepts.get(key) if key else None
        return concept.attrs.get(name, default) if concept else default

    def domain(self, name: str) -> Iterator[Concept]:
        """Yield the concepts of one table."""
        prefix = name + "/"
        return (c for k, c in self.concepts.items() if k.startswith(prefix))

    @property
    def lexicon(self) -> Lexicon:
        """Return the automaton over all terms and synonyms (built once)."""
        if self._lexicon is None:
            kept = store.kept(self._digest, self._phrases)
            self._lexicon = Lexicon(kept["phrases"], kept["lengths"])
        return self._lexicon

    def _phrases(self) -> dict[str, Any]:
        found = phrases((c.id, s) for c in self.concepts.values() for s in (c.term, *c.synonyms))
        return {"phrases": found, "lengths": by_first_word(found)}


def load(overlays: tuple[str, ...] = ()) -> Terminology:
    """Read every table, packaged first, then the overlay folders; later rows win.

    Raises:
        MappingDataError: a table without the right header, or a row of another length.
    """
    return _load(tuple(overlays))


@cache
def _load(overlays: tuple[str, ...]) -> Terminology:
    concepts: dict[str, Concept] = {}
    digest = blake2b(digest_size=16)
    for folder in (resources.packaged(), *resources.overlays(overlays)):
        for table in sorted(_tables(folder), key=lambda t: t.name):
            content = table.read_bytes()
            digest.update(table.name.encode() + content)
            _read(table.name, content.decode("utf-8"), concepts)
    return Terminology(concepts, digest.hexdigest())


def _tables(folder: Traversable) -> Iterable[Traversable]:
    terms = folder / "terms"
    return [f for f in (terms if terms.is_dir() else folder).iterdir() if f.name.endswith(".tsv")]


def _read(name: str, content: str, concepts: dict[str, Concept]) -> None:
    domain = name[:-4]
    header = ""
    for number, line in enumerate(content.replace("\r\n", "\n").split("\n"), 1):
        if not line or line[0] == "#":
            continue
        if not header:
            header = line
            if tuple(header.split("\t")) != COLUMNS:
                raise MappingDataError(f"{name}:{number}: the header must be {' '.join(COLUMNS)}")
            continue
        if line.count("\t") != len(COLUMNS) - 1:
            raise MappingDataError(f"{name}:{number}: {line.count(chr(9)) + 1} columns, {len(COLUMNS)} expected")
        term, _, row = line.partition("\t")
        key = f"{domain}/{term}"
        concept = concepts.get(key)
        if concept is None:
            concept = concepts[key] = Concept(domain, term)
        concept.rows.append(row)
