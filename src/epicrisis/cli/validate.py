"""`epicrisis validate`: check FHIR JSON against profiles, references and codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from epicrisis.cli import options


@click.command("validate", short_help="Check FHIR JSON against profiles, references and codes.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: an OperationOutcome; for several resources, one per line.",
)
@click.option("-o", "--output", metavar="FILE", help="Where the report goes; stdout by default.")
@click.option("--fhir", type=click.Choice(["r4", "r5"]), help="Found out when not given.")
@click.option("--quick", is_flag=True, help="Leave out the two slow layers (models and FHIRPath invariants).")
@click.option("--all", "everything", is_flag=True, help="Show remarks too, not only what is wrong.")
@click.option(
    "--ignore",
    "ignored",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="TOML: findings that are accepted, each with its reason.",
)
@click.option(
    "--package",
    "packages",
    multiple=True,
    metavar="FILE.tgz|ID#VERSION",
    help="An implementation guide: a package file, or one of ~/.fhir/packages (repeatable).",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    show_default=True,
    help="Findings at this level or worse end with exit code 1.",
)
@click.pass_context
def command(ctx: click.Context, /, files: tuple[str, ...], **given: Any) -> None:
    """Check FILE (a bundle, a resource, NDJSON, or `-` for stdin) without a network.

    Exit codes: 0 nothing at the --fail-on level, 1 findings, 3 a file that cannot be read.
    """
    from epicrisis.validation.ignore import read, unused

    entries = read(Path(given["ignored"])) if given["ignored"] else []
    lines: list[str] = []
    worst = 0
    for name in files:
        worst = max(worst, _file(name, given, entries, lines))
    if lines:
        options.write(given["output"], "\n".join(lines) + "\n")
    for warning in unused(entries):
        click.echo(warning, err=True)
        worst = max(worst, int(given["fail_on"] == "warning"))
    ctx.exit(worst)


def _file(name: str, given: dict[str, Any], entries: list[Any], lines: list[str]) -> int:
    """Add the lines of one file; return its exit code."""
    from epicrisis.bundle import to_json
    from epicrisis.errors import InvalidResource
    from epicrisis.validation import validate
    from epicrisis.validation.ignore import apply
    from epicrisis.validation.reading import resources

    source = options.source(name)
    code = 0
    found = resources(None, source) if isinstance(source, bytes) else resources(source)
    for place, resource in found:
        if isinstance(resource, InvalidResource):
            click.echo(f"epicrisis: {resource}", err=True)
            code = resource.exit_code
            continue
        report = validate(
            resource,
            layers="quick" if given["quick"] else "full",
            packages=given["packages"],
            fhir=given["fhir"],
        )
        report = apply(report, entries, name)
        code = max(code, int(report.reaches(given["fail_on"])))
        where = f"{name}: {place}" if place else name
        if given["form"] == "json":
            lines.append(to_json(report.to_operation_outcome(where)).strip())
        else:
            lines += _text(where, report, given["everything"])
    return code


def _text(place: str, report: Any, everything: bool) -> list[str]:
    counted = [
        _count(sum(f.severity == severity for f in report.findings), word)
        for severity, word in (("error", "error"), ("warning", "warning"), ("information", "remark"))
    ]
    if report.ignored:
        counted.append(f"{report.ignored} ignored")
    states = "; ".join(f"{name} {how}" for name, how in report.layers.items())
    shown = report.lines(least="information" if everything else "warning")
    return [f"{place}: {', '.join(counted)} ({states})", *(f"  {line}" for line in shown)]


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
