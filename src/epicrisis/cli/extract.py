"""`epicrisis extract`: the case file, or the single facts, of narratives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from epicrisis.cli import options
from epicrisis.errors import UsageError


@click.command("extract", short_help="Write the case file, or the single facts, of narratives.")
@options.inputs
@click.option("-o", "--output", metavar="FILE", help="Where the result goes; `-` (the default) is stdout.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["case", "facts"]),
    default="case",
    show_default=True,
    help="case: a file to read, correct and convert; facts: NDJSON, one mention per line.",
)
def command(**given: Any) -> None:
    """Extract what INPUT says, without FHIR.

    The case file of one INPUT can be edited by hand and given to `epicrisis convert`.
    """
    from epicrisis.document import read
    from epicrisis.facts import extract
    from epicrisis.facts.export import mentions
    from epicrisis.terminology import load

    options.check_targets(given["output"])
    if given["form"] == "case":
        if len(given["inputs"]) > 1:
            raise UsageError("a case file tells one narrative: give one INPUT, or --format facts")
        from epicrisis.case.codec import to_json
        from epicrisis.pipeline import case_of

        source = given["inputs"][0]
        with options.about(source):
            case = case_of(
                options.narrative(source),
                encoding=given["encoding"],
                date_order=given["date_order"],
                mappings=given["mappings"],
                name="stdin" if source == "-" else None,
            )
        options.write(given["output"], to_json(case) + "\n")
        return
    lines: list[str] = []
    terms = load(tuple(given["mappings"]))
    for path in _files(given["inputs"]):
        with options.about(path):
            document = read(options.narrative(path), encoding=given["encoding"])
        facts = extract(document, terms, date_order=given["date_order"])
        stem = "stdin" if path == "-" else Path(path).stem
        lines += [json.dumps(m, ensure_ascii=False) for m in mentions(facts, stem)]
    options.write(given["output"], "".join(line + "\n" for line in lines))


def _files(given: tuple[str, ...]) -> list[str]:
    """Return the files of the inputs; a folder stands for the narratives in it."""
    found: list[str] = []
    for path in given:
        folder = Path(path)
        if path != "-" and folder.is_dir():
            found += [
                str(f)
                for f in sorted(folder.iterdir())
                if f.is_file() and f.suffix.lower() in (".txt", ".md", ".xml", ".html", ".htm", ".pdf", ".docx")
            ]
        else:
            found.append(path)
    return found
