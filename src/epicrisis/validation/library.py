"""The definitions, value sets and code systems of one edition, each parsed when it is first needed.

The tables of `mappings/profiles/` come first; implementation guides (`package.tgz`) that a user
names are read over them.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Set
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from epicrisis import kept, resources

TABLES = ("definitions", "invariants", "codes", "valuesets")
BASE = "http://hl7.org/fhir/StructureDefinition/"


@dataclass(frozen=True, slots=True)
class Expansion:
    """The codes of a value set, as far as they can be enumerated."""

    codes: dict[str, frozenset[str]]
    whole: frozenset[str]
    open: frozenset[str]
    any_code: frozenset[str]  # whatever the system: for elements of type `code`

    def has(self, system: str | None, code: str | None) -> bool | None:
        """Say whether the code is a member; None where nobody here can say, or what is given is no text."""
        if type(code) is not str or not (system is None or type(system) is str):
            return None
        if system is None:
            if code in self.any_code:
                return True
            return None if self.open or self.whole else False
        if code in self.codes.get(system, ()) or system in self.whole:
            return True
        return None if system in self.open or "*" in self.open else False


@dataclass(slots=True)
class Library:
    """What is known of one edition (`r4`, `r5`) and of the guides added to it."""

    edition: str
    packages: tuple[str, ...] = ()
    places: dict[Any, Set[str]] = field(default_factory=dict)  # what elements may be called: see contexts.py
    _lines: dict[str, dict[str, bytes]] = field(default_factory=dict)
    _parsed: dict[tuple[str, str], Any] = field(default_factory=dict)
    _sets: dict[str, Expansion] = field(default_factory=dict)

    def definition(self, url: str) -> dict[str, Any] | None:
        """Return the compact definition of a profile, by its canonical or a type's name."""
        found: dict[str, Any] | None = self._get("definitions", url if "/" in url else BASE + url)
        return found

    def invariants(self, url: str) -> list[list[str]]:
        """Return the FHIRPath rules of a definition: [element id, key, severity, expression, in words]."""
        return self._get("invariants", url if "/" in url else BASE + url) or []

    def displays(self, system: str) -> dict[str, str] | None:
        """Return code -> display of an enumerated code system."""
        found: dict[str, str] | None = self._get("codes", system)
        return found

    def expansion(self, url: str) -> Expansion:
        """Return a value set; one that is not known is open."""
        made = self._sets.get(url)
        if made is None:
            given = self._get("valuesets", url) or {"open": ["*"]}
            codes = {s: frozenset(c) for s, c in given.get("codes", {}).items()}
            every = frozenset().union(*codes.values())
            made = self._sets[url] = Expansion(
                codes, frozenset(given.get("whole", ())), frozenset(given.get("open", ())), every
            )
        return made

    def derives(self, url: str, targets: frozenset[str]) -> bool:
        """Say whether the profile *url* is one of *targets* or built on one."""
        for _ in range(20):
            if url in targets:
                return True
            found = self.definition(url)
            if found is None or "base" not in found:
                return False
            url = found["base"]
        return False

    def _get(self, table: str, key: str) -> Any:
        if self.packages:
            self._add_guides()
        place = (table, key)
        if place not in self._parsed:
            line = self._table(table).get(key)
            self._parsed[place] = None if line is None else json.loads(line)
        return self._parsed[place]

    def _table(self, name: str) -> dict[str, bytes]:
        if name not in self._lines:
            packed = resources.read_bytes("profiles", f"{self.edition}.{name}.gz")
            lines: dict[str, bytes] = {}
            for line in gzip.decompress(packed).split(b"\n"):
                key, _, value = line.partition(b"\t")
                lines[key.decode()] = value
            self._lines[name] = lines
        return self._lines[name]

    def _add_guides(self) -> None:
        from epicrisis.validation.guides import read

        added, self.packages = self.packages, ()  # what the guides build on is looked up meanwhile
        try:
            self._parsed.update(read(added, self.edition, self._get))
        except BaseException:
            self.packages = added  # the next look meets the same error
            raise


@cache
def library(edition: str, packages: tuple[str, ...] = ()) -> Library:
    """Return the library of an edition; the same one each time."""
    if packages:
        return Library(edition, packages)
    content = b"".join(resources.read_bytes("profiles", f"{edition}.{table}.gz") for table in TABLES)
    return Library(edition, _parsed=kept.growing("library", content))
