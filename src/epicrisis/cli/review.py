"""`epicrisis review`: a page on which a person checks the facts against the words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from epicrisis.cli import options
from epicrisis.errors import EpicrisisError, UsageError

_READABLE = {".txt", ".md", ".json", ".pdf", ".docx", ".html", ".htm", ".xml"}


@click.command("review", short_help="Write a page on which a person checks facts against words.")
@click.argument("source", metavar="INPUT")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    help="The page; for a folder as INPUT, the folder that the pages and index.html go into.",
)
@click.option(
    "--encoding",
    metavar="NAME",
    callback=options.known_encoding,
    help="Encoding of text input; found out when not given.",
)
@click.option(
    "--date-order",
    type=click.Choice(["dmy", "mdy", "ymd"]),
    help="How to read dates such as 03/04/2020 that the text leaves open.",
)
@click.option(
    "--mappings",
    multiple=True,
    type=click.Path(exists=True, file_okay=False),
    metavar="DIR",
    help="Folder with tables of your own, read over the shipped ones (repeatable).",
)
@click.pass_context
def command(ctx: click.Context, /, source: str, output: str, **given: Any) -> None:
    """Write one self-contained page of INPUT (a narrative, a case file, `-`, or a folder of them).

    The page needs no network and no server. Corrections are exported from it as a case file,
    which `epicrisis convert` takes as its INPUT.
    """
    if source != "-" and Path(source).is_dir():
        ctx.exit(_folder(Path(source), Path(output), given))
    options.check_targets(output)
    html, entry = _page(source, "", given)
    options.write(output, html)
    click.echo(f"{entry.facts} facts, {entry.conflicts} contradictions or doubts: open {output}", err=True)


def _page(source: str, href: str, given: dict[str, Any]) -> tuple[str, Any]:
    from epicrisis.pipeline import case_of
    from epicrisis.review import entry, review_page

    with options.about(source):
        case = case_of(
            options.narrative(source),
            encoding=given["encoding"],
            date_order=given["date_order"],
            mappings=given["mappings"],
            name="stdin" if source == "-" else None,
        )
    return review_page(case, mappings=tuple(given["mappings"])), entry(case, href)


def _folder(folder: Path, target: Path, given: dict[str, Any]) -> int:
    from epicrisis.review import Entry, index_page

    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix.lower() in _READABLE)
    if not files:
        raise UsageError(f"{folder}: no narratives or case files in this folder")
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target}: for a folder as INPUT, -o names a folder")
    entries, failed, used = [], 0, {"index.html"}
    for path in files:
        name = _free(path.relative_to(folder).with_suffix(""), used)
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            html, entry = _page(str(path), _href(name), given)
        except EpicrisisError as error:
            failed += 1
            click.echo(f"epicrisis: {path}: {error}", err=True)
            entries.append(Entry(str(path.relative_to(folder)), "", error=str(error)))
            continue
        options.write(str(target / name), html)
        entries.append(entry)
    options.write(str(target / "index.html"), index_page(entries))
    click.echo(f"{len(files) - failed} pages, {failed} unreadable: open {target / 'index.html'}", err=True)
    return 3 if failed else 0


def _free(stem: Path, used: set[str]) -> str:
    """Return a page's name that no other page of the folder has (a.txt beside a.json)."""
    name, number = f"{stem.as_posix()}.html", 1
    while name in used:
        number += 1
        name = f"{stem.as_posix()}-{number}.html"
    used.add(name)
    return name


def _href(name: str) -> str:
    from urllib.parse import quote

    return "./" + quote(name)
