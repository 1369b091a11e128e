"""The tables of `mappings/terms`: terms, synonyms, codes, with source and licence.

Each file is one domain; a concept is named "domain/term". The columns are explained in
`mappings/README.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from epicrisis import kept, resources
from epicrisis.errors import MappingDataError
from epicrisis.terminology.lexicon import FOLDING, Lexicon, by_first_word, phrases

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

COLUMNS = ("term", "synonyms", "system", "code", "display", "relation", "status", "source", "licence", "attrs")
_FORM = f"{FOLDING}.4"  # of what is kept: the folding, and the members of `_worked_out`
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

    def __init__(self, domain: str, term: str, rows: list[str]) -> None:
        """Name the concept and give it its rows, each without its first cell."""
        self.domain = domain
        self.term = term
        self.rows = rows
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

    def __init__(self, kept: dict[str, Any]) -> None:
        """Take what `_worked_out` makes of the tables."""
        self._kept = kept
        self._concepts: dict[str, Concept] = {}  # made when they are asked for
        self._attrs: dict[str | None, dict[str, str]] = {None: {}}

    @cached_property
    def concepts(self) -> dict[str, Concept]:
        """Return every concept by its id."""
        return {key: self._made(key) for key in self._kept["rows"]}

    def concept(self, key: str | None) -> Concept | None:
        """Return the concept named "domain/term", or None."""
        if not key:
            return None
        return self._concepts.get(key) or (self._made(key) if key in self._kept["rows"] else None)

    def attr(self, key: str | None, name: str, default: str = "") -> str:
        """Return one attribute of a concept, or *default*."""
        attrs = self._attrs.get(key)
        if attrs is None:
            concept = self.concept(key)
            if concept is None:
                return default
            attrs = self._attrs[key] = concept.attrs
        return attrs.get(name, default)

    def listed(self, key: str | None, name: str) -> list[str]:
        """Return the members of an attribute of a concept that is a list ("a+b")."""
        return [one for one in self.attr(key, name).split("+") if one]

    def domain(self, name: str) -> Iterator[Concept]:
        """Yield the concepts of one table."""
        prefix = name + "/"
        return (self._made(key) for key in self._kept["rows"] if key.startswith(prefix))

    @cached_property
    def lexicon(self) -> Lexicon:
        """Return the automaton over all terms and synonyms (built once)."""
        return Lexicon(self._kept["phrases"], self._kept["lengths"])

    def displays(self, system: str, code: str) -> frozenset[str]:
        """Return the names that the tables have for a code; none for one that is not in them, or stands without a name."""
        found = self._kept["names"].get(f"{system}\t{code}")
        return frozenset(found.split("\n")) if found else frozenset()

    def _made(self, key: str) -> Concept:
        made = self._concepts.get(key)
        if made is None:
            domain, _, term = key.partition("/")
            made = self._concepts[key] = Concept(domain, term, self._kept["rows"][key].split("\n"))
        return made


def load(overlays: tuple[str, ...] = ()) -> Terminology:
    """Read every table, packaged first, then the overlay folders; later rows win.

    Raises:
        MappingDataError: a table without the right header, or a row of another length.
    """
    return _load(tuple(overlays))


@cache
def _load(overlays: tuple[str, ...]) -> Terminology:
    tables: list[tuple[str, bytes]] = []
    digest = blake2b(digest_size=16)
    for folder in (resources.packaged(), *resources.overlays(overlays)):
        for table in sorted(_tables(folder), key=lambda t: t.name):
            content = table.read_bytes()
            digest.update(table.name.encode() + content)
            tables.append((table.name, content))
    return Terminology(kept.file(f"terms-{digest.hexdigest()}-{_FORM}", lambda: _worked_out(tables)))


def _worked_out(tables: list[tuple[str, bytes]]) -> dict[str, Any]:
    """Return the rows by concept, the folded phrases, and the displays of each code."""
    rows: dict[str, list[str]] = {}
    for name, content in tables:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise MappingDataError(f"{name}:{line}: not UTF-8") from None
        _read(name, text, rows)
    concepts = [Concept(key.partition("/")[0], key.partition("/")[2], own) for key, own in rows.items()]
    # units are read beside their numbers, by a grammar of their own, and folded, "ºF" would be every "of":
    # only those that name a substance too ("mg/g creatinine") must not be taken for it
    found = phrases((c.id, s) for c in concepts for s in (c.term, *c.synonyms) if c.domain != "units" or " " in s)
    names: dict[str, dict[str, None]] = {}
    for own in rows.values():
        for row in own:
            _, system, code, display, _ = row.split("\t", 4)
            if code:
                given = names.setdefault(f"{system}\t{code}", {})
                if display:  # a row may leave the name out
                    given[display] = None
    return {  # in few pieces: a cold start reads them all
        "rows": {key: "\n".join(own) for key, own in rows.items()},
        "phrases": found,
        "lengths": by_first_word(found),
        "names": {key: "\n".join(found) for key, found in names.items()},
    }


def _tables(folder: Traversable) -> Iterable[Traversable]:
    terms = folder / "terms"
    return [f for f in (terms if terms.is_dir() else folder).iterdir() if f.name.endswith(".tsv")]


def _read(name: str, content: str, rows: dict[str, list[str]]) -> None:
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
        rows.setdefault(f"{domain}/{term}", []).append(row)
