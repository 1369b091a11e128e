"""HTML (extra `html`): headings, paragraphs, lists and tables; scripts and navigation stay out.

Runs inside the sandbox. Where the page ends a line (`br`, `pre`), the text ends one.
"""

from __future__ import annotations

import sys
from typing import Any

from epicrisis.document.html_parts import BLOCK, flow, name_of, narrative, words
from epicrisis.document.layout import is_layout
from epicrisis.document.spans import Cell, cell_of, spread
from epicrisis.document.structure import Draft
from epicrisis.errors import UnreadableDocument
from epicrisis.kept import lazy

_HEADING = lazy(r"h[1-6]")
_PARTS = ("thead", "tbody", "tfoot")


def draft(data: bytes) -> dict[str, Any]:
    """Return the draft of an HTML page."""
    from lxml import etree
    from lxml import html as parser

    sys.setrecursionlimit(20_000)  # tags that nobody closes nest as deep as the page is long
    reader = parser.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        root = parser.document_fromstring(data, parser=reader)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise UnreadableDocument("html: holds no readable page") from None
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in reader.error_log):
        raise UnreadableDocument("html: nested too deeply to be read to its end")
    written = Draft()
    _identity(written, root)
    told, beside = narrative(root)
    if beside:
        written.findings.append(f"beside-the-article-left-out: {beside} words")
    for element in told:
        _walk(written, element)
    return written.state()


def _walk(written: Draft, element: Any) -> None:
    """Write the blocks of an element; text between blocks is a paragraph of its own."""
    kept = element.tag == "pre"
    loose: list[str] = [flow(element.text, kept=kept)]
    for child in element:
        tag = name_of(child)
        if tag in BLOCK or (tag and _holds_blocks(child)):
            _write(written, loose, kept)
            loose = []
            _block(written, child, tag)
        elif tag:
            loose.append("\n" if tag == "br" else words(child, loose, kept=kept))
        loose.append(flow(child.tail, kept=kept))
    _write(written, loose, kept)


def _write(written: Draft, loose: list[str], kept: bool) -> None:
    written.lines("".join(loose), kept=kept)


def _holds_blocks(element: Any) -> bool:
    return any(name_of(d) in BLOCK for d in element.iterdescendants())


def _block(written: Draft, element: Any, tag: str) -> None:
    if _HEADING.fullmatch(tag):
        said = words(element, [])
        if tag == "h1" and not written.parts:
            written.paragraph(said)
        else:
            written.heading(said, int(tag[1]))
    elif tag == "table":
        _table(written, element)
    else:
        _walk(written, element)


def _table(written: Draft, table: Any) -> None:
    """Write a table row by row; a cell of several paragraphs may be a part of the page, not a value."""
    apart, kept = False, _Kept(written)
    for row in _rows(table):
        cells = [c for c in row if name_of(c)]
        if row.tag == "caption":
            written.paragraph(words(row, []))
        elif any(map(_holds_parts, cells)) or is_layout([_lines(cell) for cell in cells]):
            kept.write(apart=apart)
            for cell in cells:
                _walk(written, cell)
            apart = True
        else:
            kept.add([cell_of(cell, words(cell, [])) for cell in cells], head=_is_head(row, cells))
    kept.write(apart=apart)


class _Kept:
    """The rows of values between two parts of a page, which are written together."""

    def __init__(self, written: Draft) -> None:
        self._written = written
        self._rows: list[list[Cell]] = []
        self._heads = 0

    def add(self, row: list[Cell], *, head: bool) -> None:
        self._heads += head and self._heads == len(self._rows)
        self._rows.append(row)

    def write(self, *, apart: bool) -> None:
        if self._rows:
            self._written.rows(spread(self._rows, self._heads), apart=apart)
        self._rows, self._heads = [], 0


def _is_head(row: Any, cells: list[Any]) -> bool:
    """Say whether a row is one of the table's head."""
    return name_of(row.getparent()) == "thead" or (bool(cells) and all(cell.tag == "th" for cell in cells))


def _rows(table: Any) -> list[Any]:
    """Return the caption and the rows of a table, without those of the tables in its cells."""
    found: list[Any] = []
    for child in table:
        if name_of(child) in _PARTS:
            found += [row for row in child if name_of(row) == "tr"]
        elif name_of(child) in ("tr", "caption"):
            found.append(child)
    return sorted(found, key=lambda e: e.tag != "caption")


def _holds_parts(cell: Any) -> bool:
    """Say whether a cell has a heading or another table in it."""
    return any(name_of(e) == "table" or _HEADING.fullmatch(name_of(e)) for e in cell.iterdescendants())


def _lines(cell: Any) -> list[str]:
    """Return the lines that a cell would be written as."""
    draft = Draft()
    _walk(draft, cell)
    return [line for line in "".join(draft.parts).split("\n") if line]


def _identity(written: Draft, root: Any) -> None:
    """Read the citation tags that publishers put into the head of a page."""
    names = {
        "citation_title": "title",
        "citation_doi": "doi",
        "citation_journal_title": "journal",
        "citation_publication_date": "published",
        "citation_pmid": "pmid",
    }
    authors: list[str] = []
    for meta in root.iter("meta"):
        name, content = (meta.get("name") or "").lower(), (meta.get("content") or "").strip()
        if name == "citation_author":
            authors.append(content)
        elif name in names and content:
            written.bibliography.setdefault(names[name], content.replace("/", "-") if "date" in name else content)
    if authors:
        written.bibliography["authors"] = ", ".join(authors)
