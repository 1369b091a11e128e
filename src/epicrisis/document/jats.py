"""JATS, the XML of publishers and PubMed Central.

Sections come from `sec-type` and titles; legends and tables become text; references, footnotes
and everything about the article that is not the case stay out (title, DOI and journal go to the
bibliography). Entities are never expanded, elements nest at most 200 deep.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from epicrisis.document.jats_front import identity
from epicrisis.document.jats_words import INSIDE, SKIP, inline, tag
from epicrisis.document.model import Document
from epicrisis.document.spans import cell_of, spread
from epicrisis.document.structure import Draft
from epicrisis.errors import UnreadableDocument
from epicrisis.kept import lazy

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DEPTH = 200
_ELEMENTS = 500_000  # a long article has some ten thousand
_PIECE = 1 << 20
_ENCODING = lazy(r"\A(<\?xml\b[^>]{0,200}?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')")  # the text is decoded already
_TYPES = {
    "intro": "introduction",
    "cases": "case",
    "case": "case",
    "case-report": "case",
    "methods": "methods",
    "materials|methods": "methods",
    "materials": "methods",
    "discussion": "discussion",
    "conclusions": "conclusion",
    "conclusion": "conclusion",
    "supplementary-material": "declaration",
    "coi-statement": "declaration",
    "data-availability": "declaration",
    "ethics-statement": "declaration",
    "author-contributor": "declaration",
    "funding-information": "declaration",
}
_MARKS = ("", "label", "title")
_GROUP = frozenset({"fig-group", "table-wrap-group", "disp-quote", "list-item", "def"})


def jats(text: str, *, name: str, sha256: str = "", findings: tuple[str, ...] = ()) -> Document:
    """Return the document of a JATS article; *findings* are what its encoding gave to say."""
    root = _parse(_ENCODING.sub(r"\1", text.lstrip(" \t\r\n\ufeff"), count=1).encode("utf-8", "replace"))
    article = root if tag(root) == "article" else root.find(".//{*}article")
    if article is None:
        raise UnreadableDocument(f"XML of kind <{tag(root)[:40]}>: only JATS articles are read")
    draft = Draft(bibliography=identity(article), findings=[*findings])
    others = sum(1 for e in root.iter() if tag(e) == "article") - 1
    if others:
        draft.findings.append(f"articles-left-out: {others}")
    if title := draft.bibliography.get("title"):
        draft.paragraph(title)
    for abstract in article.findall("{*}front/{*}article-meta/{*}abstract"):
        if abstract.get("abstract-type") not in ("graphical", "teaser", "precis"):
            draft.heading("Abstract", 1, "abstract")
            _blocks(draft, abstract, 1)
    body = article.find("{*}body")
    if body is not None:
        draft.mark("body", "", 1)
        _blocks(draft, body, 1)
    for group in article.findall("{*}floats-group"):
        draft.mark("figure", "", 1)
        _blocks(draft, group, 1)
    for back in article.findall("{*}back"):
        for child in back:
            if tag(child) in ("sec", "app-group", "app"):
                write = _blocks if tag(child) == "app-group" else _section
                write(draft, child, 1)
    return draft.document(name=name, media_type="application/jats+xml", sha256=sha256, standing=False)


def _parse(data: bytes) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    depth = elements = 0
    root: Element | None = None
    try:
        for event, element in iterparse(_Pieces(data), events=("start", "end")):
            if event == "start":
                root = element if root is None else root
                depth += 1
                elements += 1
                if depth > _DEPTH or elements > _ELEMENTS:
                    what = f"nested deeper than {_DEPTH}" if depth > _DEPTH else f"of more than {_ELEMENTS:,}"
                    raise UnreadableDocument(f"XML {what} elements")
            else:
                depth -= 1
    except DefusedXmlException:
        raise UnreadableDocument("XML with entity declarations is refused") from None
    except ParseError as error:
        line, column = error.position
        raise UnreadableDocument(f"XML not well-formed at line {line}, column {column}") from None
    except (LookupError, ValueError):
        raise UnreadableDocument("XML with an unknown or unfit encoding") from None
    if root is None:
        raise UnreadableDocument("XML without an element")
    return root


class _Pieces(io.BytesIO):
    """A file that is read in large pieces: the parser begins a comment that does not end anew with each."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(max(size or -1, _PIECE))


def _section(draft: Draft, sec: Element, level: int) -> None:
    if tag(sec) in SKIP:
        return
    title = sec.find("{*}title")
    if title is None:
        title = sec.find("{*}caption/{*}title")  # of a box
    label = sec.find("{*}label")
    kind = _TYPES.get((sec.get("sec-type") or "").lower())
    words = " ".join(inline(e) for e in (label, title) if e is not None)
    if words.strip():
        draft.heading(words, level, kind)
    elif kind:
        draft.mark(kind, "", level)
    _blocks(draft, sec, level)


def _blocks(draft: Draft, parent: Element, level: int) -> None:
    deeper = level + (1 if tag(parent) in ("sec", "app", "abstract") else 0)
    for child in parent:
        if tag(child) == "caption":  # of a box or a group; those of figures and tables are legends
            for said in child:
                if tag(said) != "title" or tag(parent) != "boxed-text":
                    draft.paragraph(inline(said))
        else:
            _block(draft, child, level, deeper)


def _block(draft: Draft, element: Element, level: int, deeper: int) -> None:
    name = tag(element)
    if not name or name in SKIP or name in ("title", "label"):
        return
    if name in ("sec", "app", "boxed-text", "statement"):
        _section(draft, element, deeper)
    elif name in ("fig", "table-wrap"):
        _float(draft, element)
    elif name == "table":
        _rows(draft, element, apart=True)
    elif name in _GROUP:
        _blocks(draft, element, level)
    elif name == "list":
        _list(draft, element, level)
    elif name == "def-list":
        _definitions(draft, element, level)
    else:
        draft.paragraph(inline(element, block=False))
        for inner in _inside(element):
            _block(draft, inner, level, deeper)


def _inside(element: Element) -> Iterator[Element]:
    """Yield the blocks that stand in a paragraph, the outermost, in their order."""
    for child in element:
        if tag(child) in INSIDE:
            yield child
        elif tag(child) not in SKIP:
            yield from _inside(child)


def _list(draft: Draft, element: Element, level: int) -> None:
    for item in element.findall("{*}list-item"):
        label = item.find("{*}label")
        words = " ".join(inline(p, block=False) for p in item if tag(p) not in INSIDE and tag(p) not in _MARKS)
        draft.paragraph(f"{inline(label) if label is not None else '-'} {words}")
        for inner in _inside(item):
            _block(draft, inner, level, level)


def _definitions(draft: Draft, element: Element, level: int) -> None:
    for item in element.findall("{*}def-item"):
        halves = (" ".join(inline(e, block=False) for e in item.findall(f"{{*}}{half}")) for half in ("term", "def"))
        draft.paragraph(": ".join(words for words in halves if words))
        for inner in _inside(item):
            _block(draft, inner, level, level)


def _float(draft: Draft, element: Element) -> None:
    kind = "figure" if tag(element) == "fig" else "table"
    label = element.find("{*}label")
    captions = element.findall("{*}caption")
    text = " ".join(inline(c) for c in captions)
    draft.legend(kind, inline(label) if label is not None else "", text or "-")
    for table in element.iter():
        if tag(table) == "table":
            _rows(draft, table)
    feet = element.findall("{*}table-wrap-foot")
    draft.notes([inline(p) for foot in feet for p in foot.iter() if tag(p) == "p"])


def _rows(draft: Draft, table: Element, *, apart: bool = False) -> None:
    head = {id(row) for part in table.iter() if tag(part) == "thead" for row in part}
    lines = [row for row in table.iter() if tag(row) == "tr"]
    rows = [[cell_of(c, inline(c)) for c in row if tag(c) in ("td", "th")] for row in lines]
    draft.rows(spread(rows, sum(id(row) in head for row in lines)), apart=apart)
