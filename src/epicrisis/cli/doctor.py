"""`epicrisis doctor`: what this installation has, what is missing, and whether it works."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import sys

import click

_NEEDED = ("ahocorasick-rs", "click", "defusedxml", "fhir.resources", "jsonschema", "requests")
# extra -> (module, distribution, what it is for)
_EXTRAS = {
    "pdf": ("pypdfium2", "pypdfium2", "reading PDF"),
    "docx": ("lxml", "lxml", "reading Word documents"),
    "html": ("lxml", "lxml", "reading HTML"),
    "validation": ("fhirpathpy", "fhirpathpy", "FHIRPath rules in `validate`"),
    "smart": ("jwt", "PyJWT", "SMART Backend Services in `push`"),
    "parquet": ("pyarrow", "pyarrow", "reading Parquet"),
    "dataframe": ("pandas", "pandas", "data frames"),
    "spark": ("pyspark", "pyspark", "Spark"),
}
_SAMPLE = "A 61-year-old woman was diagnosed with leiomyosarcoma in March 2015. She received doxorubicin."


@click.command("doctor", short_help="Say what this installation has, and what is missing.")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Check the installation: versions, tables, extras, and a conversion.

    Exit codes: 0 everything that is needed works, 1 it does not.
    """
    from epicrisis.version import __version__

    click.echo(f"epicrisis {__version__}, Python {platform.python_version()} on {sys.platform}")
    whole = _needed()
    _extras()
    if whole:
        _tables()
        whole = _works()
    ctx.exit(0 if whole else 1)


def _needed() -> bool:
    whole = True
    click.echo("\nNeeded")
    for name in _NEEDED:
        version = _version(name)
        whole = whole and bool(version)
        click.echo(f"  {name:<16}{version or 'MISSING: install epicrisis again'}")
    return whole


def _extras() -> None:
    click.echo("\nExtras")
    for extra, (module, name, purpose) in _EXTRAS.items():
        there = importlib.util.find_spec(module) is not None
        state = f"{name} {_version(name)}" if there else f"no: pip install 'epicrisis[{extra}]'"
        click.echo(f"  {purpose:<34}{state}")


def _tables() -> None:
    from epicrisis import kept, resources
    from epicrisis.terminology import load

    tables: dict[str, list[int]] = {}
    for key, concept in load().concepts.items():
        counts = tables.setdefault(key.partition("/")[0], [0, 0])
        counts[0] += 1
        counts[1] += bool(concept.codings)
    click.echo(f"\nTables in {resources.packaged()}")
    for folder in resources.overlays():
        click.echo(f"  and over them {folder}")
    for name, (count, coded) in sorted(tables.items()):
        click.echo(f"  {name:<16}{count:>6} terms, {coded:>5} with a code")
    folder = kept.folder()
    size = sum(f.stat().st_size for f in folder.glob("*.bin")) if folder.is_dir() else 0
    state = f"{size / 1e6:.1f} MB" if size else "empty" if _may_write() else "cannot be written: every start is slower"
    click.echo(f"\nCache: {folder} ({state})")


def _may_write() -> bool:
    """Say whether the nearest folder of the cache that there is may be written."""
    from epicrisis import kept

    there = next((f for f in (kept.folder(), *kept.folder().parents) if f.exists()), None)
    return there is not None and there.is_dir() and os.access(there, os.W_OK)


def _works() -> bool:
    """Convert a narrative, and say whether what came of it is what it tells."""
    from epicrisis.pipeline import convert

    done = convert(_SAMPLE, name="doctor")
    types = {entry["resource"]["resourceType"] for entry in done.bundle["entry"]}
    works = {"Patient", "Condition", "MedicationStatement"} <= types and done.report is not None and done.report.ok
    click.echo(f"Conversion: {'works' if works else 'FAILS: install epicrisis again'}")
    return works


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
