"""Generate `mappings/profiles/` from the official packages.

    python tools/profiles/generate.py [--packages DIR]

DIR holds unpacked packages (`<id>#<version>/package/*.json`), as the installer of HL7's
validator makes them (tools/hl7_validator/install.py). The result is the same bytes for the
same packages. Codes of SNOMED CT and LOINC stand in the value sets of the guides and are
kept as codes only; displays ship only for HL7's own code systems (CC0).
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))
from epicrisis.validation import expand, snapshot  # noqa: E402

EDITIONS = {
    "r4": (
        "hl7.fhir.r4.core#4.0.1", "hl7.terminology.r4#7.0.1", "hl7.fhir.uv.extensions.r4#5.3.0-ballot-tc1",
        "hl7.fhir.us.core#6.1.0", "hl7.fhir.us.mcode#4.0.0", "hl7.fhir.uv.genomics-reporting#3.0.0",
        "hl7.fhir.uv.ips#2.0.0", "local.supplement#0.0.1",
    ),
    "r5": ("hl7.fhir.r5.core#5.0.0", "hl7.terminology.r5#7.0.1", "hl7.fhir.uv.extensions.r5#5.3.0-ballot-tc1", "local.supplement#0.0.1"),
}  # fmt: skip
# most profiles of base R4 and R5 are claimed by nobody
_SKIPPED = ("hl7.fhir.r4.core", "hl7.fhir.r5.core")
_OWN = ("http://hl7.org/", "http://terminology.hl7.org/")
_LARGEST = 2000  # codes of a value set or code system that is worth shipping


def main() -> None:
    """Write the tables of both editions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=Path, default=Path.home() / ".cache/epicrisis/hl7-validator/.fhir/packages")
    given = parser.parse_args()
    target = ROOT / "mappings" / "profiles"
    target.mkdir(exist_ok=True)
    for edition, names in EDITIONS.items():
        packages = [given.packages / name / "package" for name in names]
        missing = [str(p) for p in packages if not p.is_dir()]
        if missing:
            sys.exit("not unpacked: " + ", ".join(missing))
        write(edition, packages, target)


def write(edition: str, packages: list[Path], target: Path) -> None:
    """Write the tables of one edition, of *packages*, into the folder *target*."""
    profiles: dict[str, dict[str, Any]] = {}
    value_sets: dict[str, dict[str, Any]] = {}
    systems: dict[str, dict[str, Any]] = {}
    known: set[str] = set()
    for package in packages:
        for resource in _resources(package):
            kind, url = resource["resourceType"], resource.get("url", "")
            if kind in ("CodeSystem", "NamingSystem"):
                named = [url, *(i["value"] for i in resource.get("uniqueId", ()) if i.get("type", "uri") == "uri")]
                known.update(u for u in named if u.startswith(_OWN))
            if (
                kind == "StructureDefinition"
                and "snapshot" not in resource
                and package.parent.name.startswith("local.")
            ):
                resource = _whole(resource, profiles[resource["baseDefinition"]])  # noqa: PLW2901
            if kind == "StructureDefinition" and _wanted(resource, package.parent.name):
                profiles[url] = resource
            elif kind == "ValueSet":
                value_sets[url] = resource
            elif kind == "CodeSystem" and package.parent.name.startswith("local."):
                pass
            elif kind == "CodeSystem" and resource.get("content") in ("complete", "fragment", "example"):
                # THO renamed codes that R4 had: both spellings are in use
                systems[url] = _united(systems.get(url), resource)
    definitions = {url: snapshot.definition(p) for url, p in profiles.items()}
    rules = {url: snapshot.invariants(p) for url, p in profiles.items()}
    bound = sorted(set().union(*(snapshot.value_sets(d["root"]) for d in definitions.values())))
    expansions = {url: _small(expand.expand(url, value_sets.get, systems.get)) for url in bound}
    displays = {
        url: expand.concepts(s)
        for url, s in systems.items()
        # genomics reporting 3.0.0 has other codes than the 2.0.0 that mCODE 4.0.0 asks for
        if s.get("content") == "complete"
        and url.startswith(_OWN)
        and "genomics-reporting" not in url
        and len(expand.concepts(s)) <= _LARGEST
    }
    for url in known:
        displays.setdefault(url, {})  # a system of HL7's whose codes are not at hand
    _table(target / f"{edition}.definitions.gz", definitions)
    _table(target / f"{edition}.invariants.gz", rules)
    _table(target / f"{edition}.valuesets.gz", expansions)
    _table(target / f"{edition}.codes.gz", displays)


def _resources(package: Path) -> Iterator[dict[str, Any]]:
    for pattern in ("StructureDefinition-*.json", "ValueSet-*.json", "CodeSystem-*.json", "NamingSystem-*.json"):
        for path in sorted(package.glob(pattern)):
            yield json.loads(path.read_text(encoding="utf-8-sig"))


def _whole(profile: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """Return an extension of the supplement with the snapshot that its differences make."""
    changes = {e["id"]: e for e in profile["differential"]["element"]}
    elements = [{**e, **changes.get(e["id"], {})} for e in base["snapshot"]["element"]]
    return {**profile, "snapshot": {"element": elements}}


def _wanted(profile: dict[str, Any], package: str) -> bool:
    if not profile.get("snapshot") or profile["kind"] == "logical":
        return False
    if profile.get("derivation") == "constraint" and profile["type"] != "Extension":
        # of base FHIR's own profiles the vital signs and their like are in use
        return not package.startswith(_SKIPPED) or profile["kind"] != "resource" or profile["type"] == "Observation"
    return True


def _united(one: dict[str, Any] | None, other: dict[str, Any]) -> dict[str, Any]:
    if one is None or not other.get("concept"):
        return one or other
    known = expand.concepts(other)
    more = [c for c in _flat(one) if c["code"] not in known]
    return {**other, "concept": [*other["concept"], *more], "content": other["content"]}


def _flat(system: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"code": code, "display": display} for code, display in expand.concepts(system).items()]


def _small(expansion: dict[str, Any]) -> dict[str, Any]:
    for system, codes in list(expansion["codes"].items()):
        if len(codes) > _LARGEST:
            del expansion["codes"][system]
            expansion["open"] = sorted({*expansion["open"], system})
    return {k: v for k, v in expansion.items() if v}


def _table(path: Path, table: dict[str, Any]) -> None:
    lines = [
        f"{key}\t{json.dumps(value, ensure_ascii=False, separators=(',', ':'))}" for key, value in sorted(table.items())
    ]
    text = "\n".join(lines).encode()
    path.write_bytes(gzip.compress(text, 9, mtime=0))
    print(f"{path.name}: {len(table)} entries, {len(text):,} bytes, {path.stat().st_size:,} packed")


if __name__ == "__main__":
    main()
