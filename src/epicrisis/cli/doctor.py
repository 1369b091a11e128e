"""`epicrisis doctor`: what this installation has, and what is missing."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import sys

import click

# extra -> (module, what it is for)
_EXTRAS = {
    "pdf": ("pypdfium2", "reading PDF"),
    "docx": ("docx", "reading Word documents"),
    "html": ("lxml", "reading HTML and JATS"),
    "smart": ("jwt", "SMART Backend Services in `push`"),
    "dataframe": ("pandas", "data frames"),
    "spark": ("pyspark", "Spark"),
}


@click.command("doctor", short_help="Say what this installation has, and what is missing.")
def command() -> None:
    """Check the installation: versions, tables, extras."""
    from epicrisis import resources
    from epicrisis.terminology import load
    from epicrisis.version import __version__

    click.echo(f"epicrisis {__version__}, Python {platform.python_version()} on {sys.platform}")
    click.echo(f"mappings: {resources.packaged()}")
    terms = load()
    tables: dict[str, list[int]] = {}
    for key, concept in terms.concepts.items():
        counts = tables.setdefault(key.partition("/")[0], [0, 0])
        counts[0] += 1
        counts[1] += bool(concept.codings)
    for name, (count, coded) in sorted(tables.items()):
        click.echo(f"  {name}: {count} terms, {coded} with a code")
    for name in ("click", "fhir.resources", "jsonschema", "requests", "ahocorasick-rs"):
        try:
            click.echo(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            click.echo(f"{name}: MISSING; reinstall epicrisis", err=True)
            raise SystemExit(1) from None
    for extra, (module, purpose) in _EXTRAS.items():
        there = importlib.util.find_spec(module) is not None
        click.echo(f"{purpose}: {'yes' if there else f'no; pip install epicrisis[{extra}]'}")
