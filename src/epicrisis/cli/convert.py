"""`epicrisis convert`: narratives or case files in, FHIR bundles out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from epicrisis.cli import options
from epicrisis.errors import UsageError


@click.command("convert", short_help="Convert narratives (or case files) into FHIR bundles.")
@options.inputs
@click.option("-o", "--output", metavar="FILE", help="Where the bundle goes; `-` (the default) is stdout.")
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False),
    help="One bundle per input: a/b.txt gives DIR/b.json and DIR/b.issues.json.",
)
@click.option("--fhir", type=click.Choice(["r4", "r5"]), default="r4", show_default=True)
@click.option("--profile", type=click.Choice(["mcode-stu4", "base"]), default="mcode-stu4", show_default=True)
@click.option(
    "--bundle", type=click.Choice(["collection", "transaction", "document"]), default="collection", show_default=True
)
@click.option(
    "--recorded",
    metavar="INSTANT",
    help="When a document bundle was made; without it 1970, so that equal input gives equal bytes.",
)
@click.option(
    "--layout",
    type=click.Choice(["bundle", "ndjson"]),
    default="bundle",
    show_default=True,
    help="ndjson: one <Type>.ndjson per resource type and a manifest, in --output-dir; files of others stay.",
)
@click.option("--issues", metavar="FILE", help="Write contradictions and findings as an OperationOutcome.")
@click.option("--case", "case_file", metavar="FILE", help="Write the case file too.")
@click.option("--no-snomed", is_flag=True, help="Leave out SNOMED CT codes that need a licence of your own.")
@click.option("--no-validate", is_flag=True, help="Do not check the bundle.")
@click.option("--fail-on", type=click.Choice(["error", "warning", "never"]), default="error", show_default=True)
@click.option("--pretty", is_flag=True, help="Indent the JSON; the default is one resource per line.")
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Worker processes, with --output-dir."
)
@click.option(
    "--resume",
    is_flag=True,
    help="With --output-dir: skip inputs that are done, with inputs, outputs, options and tables unchanged.",
)
@click.option(
    "--text-column",
    metavar="NAME",
    default="text",
    show_default=True,
    help="Column of CSV, Parquet or NDJSON input that holds the narrative.",
)
@click.option("--id-column", metavar="NAME", default="id", show_default=True, help="Column that names each narrative.")
@click.option(
    "--push",
    "server",
    metavar="URL",
    help="Push to this server too, once it is validated; `epicrisis push` has more options.",
)
@click.option("--token-file", metavar="FILE", help="With --push: file with a bearer token.")
@click.option("--ca", type=click.Path(exists=True), help="With --push: certificates to trust beside the system's.")
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Convert INPUT (text, Markdown, PDF, Word, HTML, JATS, a case file, `-` for stdin) to FHIR.

    Messages go to stderr; stdout carries the bundle only.
    """
    code = _batch(given) if _many(given) else _one(given)
    ctx.exit(code)


def _many(given: dict[str, Any]) -> bool:
    paths = given["inputs"]
    if given["output_dir"]:
        for key, flag in (("output", "-o"), ("issues", "--issues"), ("case_file", "--case")):
            if given[key]:
                raise UsageError(f"{flag} is for one input: with --output-dir each has its outputs there")
        return True
    if len(paths) > 1 or Path(paths[0]).is_dir() or (any(c in paths[0] for c in "*?") and not Path(paths[0]).exists()):
        raise UsageError("several inputs need --output-dir DIR")
    if given["layout"] == "ndjson":
        raise UsageError("--layout ndjson needs --output-dir DIR")
    if given["resume"] or given["jobs"] > 1:
        raise UsageError("--resume and --jobs go with --output-dir DIR")
    return False


def _one(given: dict[str, Any]) -> int:
    from epicrisis.bundle import to_json
    from epicrisis.pipeline import convert

    source = given["inputs"][0]
    options.check_targets(given["output"], given["issues"], given["case_file"])
    with options.about(source):
        done = convert(
            options.narrative(source),
            encoding=given["encoding"],
            fhir=given["fhir"],
            profile=given["profile"],
            bundle=given["bundle"],
            date_order=given["date_order"],
            snomed=not given["no_snomed"],
            mappings=given["mappings"],
            validate=not given["no_validate"],
            recorded=given["recorded"],
            name="stdin" if source == "-" else None,
        )
    indent = 2 if given["pretty"] else None
    options.write(given["output"], done.to_json(indent=indent))
    if given["issues"]:
        options.write(given["issues"], to_json(done.issues, indent=indent))
    if given["case_file"]:
        from epicrisis.case.codec import to_json as case_json

        options.write(given["case_file"], case_json(done.case) + "\n")
    _say(done)
    code = _exit(done, given["fail_on"])
    if given["server"] and code:
        click.echo("nothing was pushed: the validation found what --fail-on names", err=True)
    elif given["server"]:
        return _push(done.bundle, given)
    return code


def _push(source: Any, given: dict[str, Any]) -> int:
    from epicrisis.cli.push import progress, say
    from epicrisis.push import Options, push
    from epicrisis.push.auth import bearer, secret

    token = secret(file=given["token_file"])
    report = push(
        source,
        given["server"],
        options=Options(ca=given["ca"]),
        token=bearer(token) if token else None,
        progress=progress(),
    )
    return say(report)


def _say(done: Any) -> None:
    for line in _summary(done):
        click.echo(line, err=True)
    for issue in () if done.case.items else done.issues["issue"][:1]:
        click.echo(f"{issue['severity']}: {issue['details']['text']}", err=True)
    if done.report is not None:
        for line in done.report.lines(limit=20):
            click.echo(line, err=True)


def _summary(done: Any) -> list[str]:
    """Return the table of what came out: resources by type, codes found and missing, conflicts."""
    types = Counter(e["resource"]["resourceType"] for e in done.bundle.get("entry", []))
    coded = Counter(_has_code(e["resource"]) for e in done.bundle.get("entry", []))
    told = coded[True] + coded[False]
    lines = [f"{count:5}  {name}" for name, count in sorted(types.items(), key=lambda t: (-t[1], t[0]))]
    lines.append(
        f"{types.total():5}  resources in all; {coded[True]} of {told} facts have a code, {coded[False]} stay text"
    )
    conflicts = len(done.case.conflicts)
    noun = "contradiction or doubt" if conflicts == 1 else "contradictions or doubts"
    lines.append(f"{conflicts:5}  {noun}" + (" (see --issues FILE)" if conflicts else ""))
    return lines


def _has_code(resource: dict[str, Any]) -> bool | None:
    for key in ("code", "medicationCodeableConcept", "medication", "event"):
        concept = resource.get(key)
        if isinstance(concept, dict):
            return bool(concept.get("coding") or concept.get("concept", {}).get("coding"))
    return None


def _exit(done: Any, fail_on: str) -> int:
    if fail_on == "never" or done.report is None:
        return 0
    return int(done.report.reaches(fail_on))


def _batch(given: dict[str, Any]) -> int:
    from epicrisis.etl import run

    keys = ("encoding", "fhir", "profile", "bundle", "date_order", "mappings", "recorded")
    chosen = {k: given[k] for k in keys if given[k]}
    summary = run(
        given["inputs"],
        Path(given["output_dir"]),
        jobs=given["jobs"],
        resume=given["resume"],
        layout=given["layout"],
        text_column=given["text_column"],
        id_column=given["id_column"],
        options={**chosen, "snomed": not given["no_snomed"], "validate": not given["no_validate"]},
    )
    click.echo(summary.text(), err=True)
    code = int(summary.exit_code(given["fail_on"]))
    if given["server"] and not code:
        return _push(Path(given["output_dir"]), given)
    if given["server"]:
        click.echo(
            f"nothing was pushed: not every input was converted; `epicrisis push {given['output_dir']}` pushes the others",
            err=True,
        )
    return code
