"""`epicrisis push`: bundles to a FHIR server, once, all of it, resumable."""

from __future__ import annotations

import re
import sys
import time
from typing import Any

import click

from epicrisis.cli import options as shared
from epicrisis.errors import UsageError


@click.command("push", short_help="Send bundles to a FHIR server: once, all of it, resumable.")
@click.argument("source", metavar="BUNDLE|DIR")
@click.option("--server", required=True, metavar="URL", help="Base URL of the FHIR server.")
@click.option(
    "--mode",
    type=click.Choice(["put", "conditional", "each"]),
    default="put",
    show_default=True,
    help="put: transactions under our ids; conditional: ifNoneExist on our identifiers; each: one request per resource.",
)
@click.option("--dry-run", is_flag=True, help="Print method, URL, ids and sizes; send nothing.")
@click.option("--max-entries", type=click.IntRange(min=1), default=100, show_default=True)
@click.option("--max-bytes", type=click.IntRange(min=1), default=4_000_000, show_default=True)
@click.option("--resume", metavar="FILE", help="Journal of what is done; a killed or repeated run skips it.")
@click.option("--verify", is_flag=True, help="Read everything back and compare.")
@click.option("--report", metavar="FILE", help="Write a JSON report.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=120.0,
    show_default=True,
    help="Seconds for one request, all of it.",
)
@click.option("--retries", type=click.IntRange(min=0), default=5, show_default=True)
@click.option("--token-file", metavar="FILE", help="File with a bearer token.")
@click.option("--token-env", metavar="NAME", help="Environment variable with a bearer token.")
@click.option("--user", metavar="NAME", help="User of HTTP basic authentication.")
@click.option(
    "--password-file", metavar="FILE", help="Its password; asked for when neither file nor variable is given."
)
@click.option("--password-env", metavar="NAME")
@click.option("--smart-client", metavar="ID", help="Client id of SMART Backend Services.")
@click.option("--smart-key", metavar="FILE", help="Its private key (PEM; RSA or P-384).")
@click.option("--smart-kid", metavar="ID", help="Id of that key, where the server wants one.")
@click.option("--smart-scope", default="system/*.cruds", show_default=True)
@click.option("--token-url", metavar="URL", help="Token endpoint, where the server does not name it.")
@click.option("--header-file", metavar="FILE", help="File of more headers, `Name: value` a line (an API key, say).")
@click.option("--ca", type=click.Path(exists=True), help="Certificates to trust beside the system's.")
@click.option("--cert", type=click.Path(exists=True), help="Client certificate (PEM).")
@click.option("--key", type=click.Path(exists=True), help="Its private key.")
@click.option("--allow-http", is_flag=True, help="Allow http to a host that is not this machine.")
@click.option("--use-proxy", is_flag=True, help="Use proxy settings and .netrc of the environment.")
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Push a bundle file, an NDJSON file, a folder of them, or `-` (stdin) to a FHIR server.

    A push can be repeated: what is there already is not made twice. Secrets come from files, the
    environment or a prompt, never from the command line.
    """
    from epicrisis.push import Options, dry_run, push

    source: Any = shared.source(given["source"])
    options = Options(
        timeout=given["timeout"],
        retries=given["retries"],
        allow_http=given["allow_http"],
        ca=given["ca"],
        cert=given["cert"],
        key=given["key"],
        proxy_from_environment=given["use_proxy"],
        headers=_headers(given["header_file"]),
    )
    limits = {"mode": given["mode"], "max_entries": given["max_entries"], "max_bytes": given["max_bytes"]}
    if given["dry_run"]:
        for line in dry_run(source, given["server"], options=options, **limits):
            click.echo(line)
        return
    report = push(
        source,
        given["server"],
        options=options,
        token=_token(given, options),
        resume=given["resume"],
        verify=given["verify"],
        progress=progress(),
        **limits,
    )
    if given["report"]:
        shared.write(given["report"], report.to_json())
    ctx.exit(say(report))


def say(report: Any) -> int:
    """Print the outcome of a push on stderr; return the exit code."""
    click.echo(f"{report.server}: {report.summary()}", err=True)
    for name in report.left_out[:3]:
        click.echo(f"left out: {name}: of no document of the last run into this folder", err=True)
    if len(report.left_out) > 3:
        click.echo(f"left out: {len(report.left_out) - 3} more such files (give one by name to push it)", err=True)
    for failure in report.failed[:20]:
        click.echo(f"refused: {failure.target}: {failure.status} {'; '.join(failure.issues[:3])}".rstrip(), err=True)
    if len(report.failed) > 20:
        click.echo(f"and {len(report.failed) - 20} more (--report FILE lists all)", err=True)
    if not report.ok:
        click.echo(
            "not everything is on the server: correct what was refused and run again; what is done stays done", err=True
        )
    return 0 if report.ok else 4


def progress() -> Any:
    """Return what shows entries and rate on stderr: often on a terminal, else once a minute."""
    last = [0.0]
    started = time.monotonic()
    often = 0.5 if sys.stderr.isatty() else 60.0

    def show(done: int, total: int) -> None:
        now = time.monotonic()
        if now - last[0] >= often:
            last[0] = now
            click.echo(f"{done}/{total} resources, {done / max(now - started, 0.001):.0f}/s", err=True)

    return show


def _headers(file: str | None) -> dict[str, str]:
    from epicrisis.push import auth

    found = {}
    for line in (auth.secret(file=file) or "").splitlines():
        name, colon, value = line.partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z0-9-]{1,64}", name.strip()) or not value.strip().isprintable():
            raise UsageError(f"{file}: one header a line, `Name: value`")
        found[name.strip()] = value.strip()
    return found


def _token(given: dict[str, Any], options: Any) -> Any:
    from epicrisis.push import auth

    ways = [bool(given["token_file"] or given["token_env"]), bool(given["user"]), bool(given["smart_client"])]
    if sum(ways) > 1:
        raise UsageError("choose one of --token-file/--token-env, --user and --smart-client")
    if ways[0]:
        return auth.bearer(auth.secret(file=given["token_file"], env=given["token_env"]) or "")
    if ways[1]:
        password = auth.secret(file=given["password_file"], env=given["password_env"])
        if password is None:
            password = click.prompt("password", hide_input=True, err=True)
        return auth.basic(given["user"], password)
    if ways[2]:
        if not given["smart_key"]:
            raise UsageError("--smart-client needs --smart-key FILE")
        return auth.smart(
            given["server"],
            client_id=given["smart_client"],
            key_file=given["smart_key"],
            scope=given["smart_scope"],
            token_url=given["token_url"],
            key_id=given["smart_kid"],
            options=options,
        )
    return None
