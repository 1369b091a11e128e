"""The tables of `mappings/terms`: terms, synonyms, codes, with source and licence.

Each file is one domain; a concept is named "domain/term". The columns are explained in
`mappings/README.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources.abc import Traversable

from epicrisis import resources
from epicrisis.errors import MappingDataError
from epicrisis.terminology.lexicon import Lexicon

COLUMNS = ("term", "synonyms", "system", "code", "display", "relation", "status", "source",
           "licence", "attrs")
SNOMED = "SNOMED-CT"  # licence value of rows that a user may have to leave out


@dataclass(frozen=True, slots=True)
class Coding:
    """One code of a concept, as its code system writes it."""

    system: str
    code: str
    display: str
    relation: str
    licence: str


@dataclass(slots=True)
class Concept:
    """A term with what the tables know of it."""

    domain: str
    term: str
    synonyms: list[str] = field(default_factory=list)
    codings: list[Coding] = field(default_factory=list)
    attrs: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Return "domain/term"."""
        return f"{self.domain}/{self.term}"


class Terminology:
    """All tables, overlays included."""

    def __init__(self, concepts: dict[str, Concept]) -> None:
        """Index *concepts* by id."""
        self.concepts = concepts
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
            self._lexicon = Lexicon((c.id, s) for c in self.concepts.values() for s in (c.term, *c.synonyms))
        return self._lexicon


@cache
def load(overlays: tuple[str, ...] = ()) -> Terminology:
    """Read every table, packaged first, then the overlay folders; later rows win.

    Raises:
        MappingDataError: a table without the right header, or a row of another length.
    """
    concepts: dict[str, Concept] = {}
    for folder in (resources.packaged(), *resources.overlays(overlays)):
        for table in sorted(_tables(folder), key=lambda t: t.name):
            _read(table, concepts)
    return Terminology(concepts)


def _tables(folder: Traversable) -> Iterable[Traversable]:
    terms = folder / "terms"
    return [f for f in (terms if terms.is_dir() else folder).iterdir() if f.name.endswith(".tsv")]


def _read(table: Traversable, concepts: dict[str, Concept]) -> None:
    domain = table.name[:-4]
    header: list[str] | None = None
    for number, line in enumerate(table.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line[0] == "#":
            continue
        cells = line.split("\t")
        if header is None:
            header = cells
            if tuple(header) != COLUMNS:
                raise MappingDataError(f"{table.name}:{number}: the header must be {' '.join(COLUMNS)}")
            continue
        if len(cells) != len(COLUMNS):
            raise MappingDataError(f"{table.name}:{number}: {len(cells)} columns, {len(COLUMNS)} expected")
        term, synonyms, system, code, display, relation, status, _, licence, attrs = cells
        key = f"{domain}/{term}"
        concept = concepts.get(key)
        if concept is None:
            concept = concepts[key] = Concept(domain, term)
        if synonyms:
            concept.synonyms += [s for s in synonyms.split("|") if s not in concept.synonyms]
        if attrs:
            concept.attrs.update(p.split("=", 1) for p in attrs.split(";") if "=" in p)
        if code and status != "retired":
            concept.codings = [c for c in concept.codings if c.system != system or c.code != code]
            concept.codings.append(Coding(system, code, display, relation, licence))
