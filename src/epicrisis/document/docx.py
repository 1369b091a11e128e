"""Word documents (extra `docx`): heading styles, bold lines, lists and tables in their order.

Runs inside the sandbox. Tracked changes are read as if accepted; what stands in content controls and text
boxes is read like the rest. Footers, footnotes, comments, deleted, struck and hidden text are not the narrative; of a
page header only who the letter is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from epicrisis.document.docx_accepted import accept
from epicrisis.document.docx_parts import Parts, opened
from epicrisis.document.docx_table import WRAPPERS, Place, cells, rows
from epicrisis.document.docx_words import W, is_on, is_unsaid, words
from epicrisis.document.headings import kind_of
from epicrisis.document.layout import OF_PATIENT, is_layout
from epicrisis.document.spans import SHORT, spread
from epicrisis.document.structure import Draft
from epicrisis.kept import lazy

_LEVEL = lazy(r"(?:heading|überschrift|titre)\s*(\d)", re.IGNORECASE)
_LEFT_OUT = {"footnotes": ("footnoteReference", "endnoteReference"), "embedded-documents": ("altChunk",)}


@dataclass(slots=True)
class _Reader:
    """A draft being written, and what the styles of the document mean."""

    written: Draft
    names: dict[str, str] = field(default_factory=dict)  # of paragraph styles, by their ids
    usual: str = ""  # the style of paragraphs that name none
    unsaid: frozenset[str] = frozenset()


def draft(data: bytes) -> dict[str, Any]:
    """Return the draft of a Word document."""
    parts = opened(data)
    for part in (parts.document, *parts.headers):
        accept(part)
    reader = _reader(parts)
    for what, names in _LEFT_OUT.items():
        if count := sum(1 for name in names for _found in parts.document.iter(W + name)):
            reader.written.findings.append(f"{what}-left-out: {count}")
    if len(parts.title) > 15:
        reader.written.bibliography["title"] = parts.title
    for line in _headed(reader, parts):
        reader.written.paragraph(line)
    body = parts.document.find(W + "body")
    if body is not None:
        _blocks(reader, body)
    return reader.written.state()


def _reader(parts: Parts) -> _Reader:
    reader = _Reader(Draft())
    unsaid = set()
    for style in parts.styles.iterfind(W + "style") if parts.styles is not None else ():
        identity, name = style.get(W + "styleId", ""), style.find(W + "name")
        reader.names[identity] = name.get(W + "val", "") if name is not None else ""
        if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true", "on"):
            reader.usual = reader.names[identity]
        if is_unsaid(style.find(W + "rPr")):
            unsaid.add(identity)
    reader.unsaid = frozenset(unsaid)
    return reader


def _headed(reader: _Reader, parts: Parts) -> list[str]:
    """Return the lines of the page headers that say who the letter is about, each once."""
    lines = [line for header in parts.headers for line in _lines(reader, header)]
    return list(dict.fromkeys(line for line in lines if OF_PATIENT.search(line)))


def _blocks(reader: _Reader, parent: Any) -> None:
    for block in _inner(parent):
        if block.tag == W + "tbl":
            _table(reader, block)
            continue
        _paragraph(reader, block)
        for boxed in _boxes(block):
            _blocks(reader, boxed)


def _inner(parent: Any) -> Iterator[Any]:
    """Yield the paragraphs and tables of *parent*, out of their wrappers."""
    for child in parent:
        if child.tag in (W + "p", W + "tbl"):
            yield child
        elif child.tag in WRAPPERS:
            yield from _inner(child)


def _boxes(paragraph: Any) -> Iterator[Any]:
    """Yield the text boxes that hang on *paragraph*, each once, without those in their own paragraphs."""
    for box in paragraph.iter(W + "txbxContent"):
        for above in box.iterancestors():
            if above is paragraph:
                yield box
                break
            if above.tag in (W + "txbxContent", W + "del") or above.tag.endswith("}Fallback"):
                break  # the same box for older programs


def _paragraph(reader: _Reader, paragraph: Any) -> None:
    text = words(paragraph, reader.unsaid)
    if not text.strip():
        return
    named = paragraph.find(f"{W}pPr/{W}pStyle")
    style = reader.usual if named is None else reader.names.get(named.get(W + "val", ""), reader.usual)
    level = _LEVEL.search(style)
    if style.lower() == "title":
        reader.written.paragraph(text)
    elif level:
        reader.written.heading(text, int(level.group(1)))
    elif len(text) <= 110 and _bold(paragraph) and kind_of(text, marked=True):
        reader.written.heading(text, 7)
    else:
        lead = "- " if "list" in style.lower() else ""
        for line in text.split("\n"):
            reader.written.paragraph(lead + line if line.strip() else "")


def _bold(paragraph: Any) -> bool:
    runs = [r for r in paragraph.iter(W + "r") if any((t.text or "").strip() for t in r.iterfind(W + "t"))]
    return bool(runs) and all(is_on(r.find(f"{W}rPr/{W}b")) for r in runs)


def _table(reader: _Reader, table: Any) -> None:
    """Write a table row by row; a cell of several paragraphs may be a part of the page, not a value."""
    kept: list[tuple[list[Place], list[str]]] = []
    heads, apart = 0, False

    def write() -> None:
        nonlocal heads
        made = cells([places for places, _words in kept], [words for _places, words in kept])
        if made:
            reader.written.rows(spread(made, heads), apart=apart)
        kept.clear()
        heads = 0

    for places, is_head in rows(table):
        nested = [p.cell is not None and p.cell.find(f".//{W}tbl") is not None for p in places]
        lines = [
            _lines(reader, p.cell) if p.cell is not None and not holds else []
            for p, holds in zip(places, nested, strict=True)
        ]
        # what is long and goes over several rows is told once
        lines = [[] if p.above and len(" ".join(said)) > SHORT else said for p, said in zip(places, lines, strict=True)]
        parts = any(holds and not p.above for p, holds in zip(places, nested, strict=True))
        if parts or is_layout(lines):
            write()
            for place, said in zip(places, lines, strict=True):
                if place.cell is not None and (said or not place.above):
                    _blocks(reader, place.cell)
            apart = True
        else:
            apart = apart and not kept
            heads += is_head and heads == len(kept)
            kept.append((places, [" ".join(said) for said in lines]))
    write()


def _lines(reader: _Reader, parent: Any) -> list[str]:
    """Return the lines that *parent* would be written as."""
    draft = Draft()
    _blocks(_Reader(draft, reader.names, reader.usual, reader.unsaid), parent)
    return [line for line in "".join(draft.parts).split("\n") if line]
