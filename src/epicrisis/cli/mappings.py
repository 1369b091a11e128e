"""`epicrisis mappings`: check, look up, list or export the tables of terms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from epicrisis.cli import options
from epicrisis.errors import UnreadableDocument, UsageError

_overlays = click.option(
    "--mappings",
    multiple=True,
    type=click.Path(exists=True, file_okay=False),
    metavar="DIR",
    help="Folder with tables of your own, read over the shipped ones (repeatable).",
)


@click.group("mappings", short_help="Check, look up, list or export the tables of terms.")
def command() -> None:
    """Work with the tables of terms and codes that a clinician may edit."""


@command.command("check")
@_overlays
@click.pass_context
def check(ctx: click.Context, mappings: tuple[str, ...]) -> None:
    """Check every table: one line `file:row: rule: message` per finding, exit code 1 if any."""
    from epicrisis.terminology.check import check as judge

    findings = judge(mappings)
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"{len(findings)} finding{'s' * (len(findings) > 1)}" if findings else "no findings", err=True)
    ctx.exit(1 if findings else 0)


@command.command("lookup")
@click.argument("phrase", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@_overlays
@click.pass_context
def lookup(ctx: click.Context, phrase: tuple[str, ...], as_json: bool, mappings: tuple[str, ...]) -> None:
    """Show the concepts and codes of a PHRASE; exit code 1 when the tables do not know it."""
    from epicrisis.terminology import load
    from epicrisis.terminology.lookup import lookup as look

    found = look(" ".join(phrase), load(mappings))
    if as_json:
        shown = [
            {
                "concept": c.id,
                "synonyms": c.synonyms,
                "attrs": c.attrs,
                "codings": [_coding(k) for k in c.codings],
            }
            for c in found
        ]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    for concept in () if as_json else found:
        click.echo(concept.id)
        if concept.synonyms:
            click.echo("  also: " + ", ".join(concept.synonyms))
        if concept.attrs:
            click.echo("  " + ", ".join(f"{k}={v}" for k, v in concept.attrs.items()))
        for coding in concept.codings:
            display = f" {coding.display}" if coding.display else ""
            click.echo(f"  {coding.relation:8} {coding.system} {coding.code}{display} ({coding.licence})")
    if not found:
        click.echo("not in the tables", err=True)
    ctx.exit(0 if found else 1)


@command.command("unmapped")
@click.argument("inputs", nargs=-1, metavar="[INPUT...]")
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Write one table per kind, to be filled in and used with --mappings DIR.",
)
@click.option(
    "--min-count",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Leave out what is rarer.",
)
@_overlays
def unmapped(inputs: tuple[str, ...], output_dir: str | None, min_count: int, mappings: tuple[str, ...]) -> None:
    """List the phrases of INPUT (narratives, case files, bundles, folders) that found no code.

    Sorted by frequency; a word that ends like a drug's name and is in no table is one of them.
    Without INPUT: the terms of the tables that have no code, per table.
    """
    from epicrisis.terminology import load
    from epicrisis.terminology.lookup import as_table, without_code
    from epicrisis.terminology.lookup import unmapped as missing

    terms = load(mappings)
    if not inputs:
        _text_only(without_code(terms), terms)
        return
    listed = [one for one in missing(_documents(inputs, mappings), terms) if one.count >= min_count]
    if output_dir:
        folder = Path(output_dir)
        folder.mkdir(parents=True, exist_ok=True)
        for table in sorted({one.table for one in listed}):
            options.write(str(folder / f"{table}.tsv"), as_table(one for one in listed if one.table == table))
        click.echo(f"{len(listed)} phrase{'s' * (len(listed) != 1)} in {output_dir}", err=True)
        return
    click.echo("count\ttable\tterm")
    for one in listed:
        click.echo(f"{one.count}\t{one.table}\t{one.term}")


@command.command("export")
@click.argument("names", nargs=-1, metavar="[TABLE...]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["conceptmap", "codesystem", "csv"]),
    default="conceptmap",
    show_default=True,
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="`-` (the default) is stdout; several FHIR resources become one bundle.",
)
@click.option("--no-snomed", is_flag=True, help="Leave out SNOMED CT codes that need a licence of your own.")
@_overlays
def export(
    names: tuple[str, ...],
    form: str,
    output: str | None,
    no_snomed: bool,
    mappings: tuple[str, ...],
) -> None:
    """Write tables as FHIR ConceptMap or CodeSystem (R4) or as CSV; all when none is named."""
    from epicrisis.terminology import load
    from epicrisis.terminology.export import code_system, concept_map, tables, to_csv

    terms = load(mappings)
    known = tables(terms)
    wrong = [name for name in names if name not in known]
    if wrong:
        raise UsageError(f"no such table: {', '.join(wrong)}; there are {', '.join(known)}")
    chosen = list(names) or known
    if form == "csv":
        options.write(output, to_csv(terms, chosen, snomed=not no_snomed))
        return
    made = [
        concept_map(terms, n, snomed=not no_snomed) if form == "conceptmap" else code_system(terms, n) for n in chosen
    ]
    whole = (
        made[0]
        if len(made) == 1
        else {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"fullUrl": r["url"], "resource": r} for r in made],
        }
    )
    options.write(output, json.dumps(whole, ensure_ascii=False, indent=2) + "\n")


def _coding(coding: Any) -> dict[str, str]:
    return {k: getattr(coding, k) for k in ("system", "code", "display", "relation", "licence")}


def _text_only(concepts: list[Any], terms: Any) -> None:
    counts: dict[str, list[int]] = {}
    for concept in terms.concepts.values():
        counts.setdefault(concept.domain, [0, 0])[1] += 1
    for concept in concepts:
        counts[concept.domain][0] += 1
    for table, (missing, total) in sorted(counts.items()):
        click.echo(f"{table}: {missing} of {total} terms have no code", err=True)
    for concept in concepts:
        click.echo(f"{concept.domain}\t{concept.term}")


def _documents(inputs: tuple[str, ...], mappings: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield case files and bundles as they are, narratives as their case."""
    for given in inputs:
        path = Path(given)
        if not path.exists():
            raise UnreadableDocument(f"{given}: no such file or folder")
        for file in (
            sorted(f for f in path.rglob("*") if f.is_file() and f.name[:1] != ".") if path.is_dir() else [path]
        ):
            if file.suffix != ".json":
                yield _case(file, mappings)
                continue
            try:
                data = json.loads(file.read_bytes())
            except ValueError as error:
                raise UnreadableDocument(f"{file}: not JSON") from error
            if isinstance(data, dict) and ("items" in data or "resourceType" in data):
                yield data


def _case(file: Path, mappings: tuple[str, ...]) -> dict[str, Any]:
    from epicrisis.case.codec import to_dict
    from epicrisis.pipeline import case_of

    with options.about(str(file)):
        return to_dict(case_of(file, mappings=mappings))
