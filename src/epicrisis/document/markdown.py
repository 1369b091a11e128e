"""Markdown: the text stays as written, so that offsets count on the file itself.

Headings (`#`, underlined, bold lines) make sections; marks stay in the text, and those who read it
look through them (`markdown_marks`). Only a YAML block at the head is set apart as front matter.
"""

from __future__ import annotations

import re
from dataclasses import replace

from epicrisis.document.headings import Heading, find, kind_of
from epicrisis.document.markdown_marks import shown
from epicrisis.document.model import Document
from epicrisis.document.plain import plain
from epicrisis.document.sections import assemble
from epicrisis.kept import lazy

_YAML = lazy(r"\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_SETEXT = lazy(r"^(?P<title>[^\r\n]{2,110})\r?\n(?P<line>={3,}|-{3,})[ \t]*$", re.MULTILINE)
_FIELD = lazy(r"^(title|doi|journal|author|authors|date):[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE)
_NAMES = {"author": "authors", "date": "published"}


def markdown(text: str, *, name: str, sha256: str = "", findings: tuple[str, ...] = ()) -> Document:
    """Return the document of a Markdown text."""
    document = plain(text, name=name, sha256=sha256, findings=findings)
    text = shown(document.text)  # a comment of code may look like a heading
    yaml = _YAML.match(text)
    underlined = _underlined(text, yaml.end() if yaml else 0)
    sections = document.sections
    if underlined or yaml or text != document.text:
        taken = [(h.start, h.end) for h in underlined]
        others = [
            h
            for h in find(text)
            if not any(a <= h.start < b for a, b in taken) and h.start >= (yaml.end() if yaml else 0)
        ]
        front = [Heading(0, 0, "", "front", None)] if yaml else []
        sections = assemble(text, sorted([*front, *underlined, *others], key=lambda h: h.start))
    stated = {_NAMES.get(k, k): v for k, v in _FIELD.findall(yaml.group(1))} if yaml else {}
    return replace(
        document,
        media_type="text/markdown",
        sections=sections,
        bibliography={**document.bibliography, **stated},
    )


def _underlined(text: str, start: int) -> list[Heading]:
    found = []
    for match in _SETEXT.finditer(text, start):
        title = match.group("title").strip(" *_#")
        if "|" in title or not title:
            continue  # the first row of a table
        known = kind_of(title)
        kind = known or kind_of(title, marked=True)
        level = 1 if match.group("line")[0] == "=" else 2
        found.append(Heading(match.start(), match.end() if known else match.start(), title, kind, level))
    return found
