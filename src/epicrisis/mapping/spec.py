"""Read the data of a mapping module: profile URLs, fixed codes, value maps.

Each mapping module has one TOML file of the same name in `mappings/`. A code is written
[system, code, display, licence, source]; the systems have short names in `systems.toml`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from epicrisis import resources
from epicrisis.errors import MappingDataError

Coding = dict[str, str]


class Spec:
    """One mapping module's data, checked on load."""

    def __init__(self, name: str) -> None:
        """Read `mappings/<name>.toml`."""
        self.name = name
        self.data: dict[str, Any] = resources.toml(f"{name}.toml")
        self.codes: dict[str, tuple[Coding, str]] = {}
        short = systems()
        for key, row in self.data.get("codes", {}).items():
            if len(row) != 5 or row[0] not in short:
                raise MappingDataError(f"{name}.toml: codes.{key} must be [system, code, display, licence, source]")
            coding = {"system": short[row[0]], "code": row[1]}
            if row[2]:
                coding["display"] = row[2]
            self.codes[key] = (coding, row[3])

    def profile(self, name: str, edition: str) -> str | None:
        """Return the URL of a profile in an edition ("mcode-stu4"), if it has one."""
        url: str | None = self.data.get("profiles", {}).get(name, {}).get(edition)
        return url

    def url(self, name: str) -> str:
        """Return the URL of an extension, or of another fixed thing."""
        url: str = self.data["urls"][name]
        return url

    def words(self, table: str) -> dict[str, str]:
        """Return a table that maps written words to the names of codes."""
        found: dict[str, str] = self.data.get(table, {})
        return found


@cache
def spec(name: str) -> Spec:
    """Return the data of one mapping module (read once)."""
    return Spec(name)


@cache
def systems() -> dict[str, str]:
    """Return the short names of the code systems."""
    found: dict[str, str] = resources.toml("systems.toml")["systems"]
    return found
