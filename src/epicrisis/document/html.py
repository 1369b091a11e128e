"""HTML (extra `html`): headings, paragraphs, lists and tables; scripts and navigation stay out.

Runs inside the sandbox.
"""

from __future__ import annotations

from typing import Any

from epicrisis.document.structure import Draft
from epicrisis.errors import UnreadableDocument
from epicrisis.kept import lazy

_SKIP = frozenset(
    {
        "script", "style", "noscript", "template", "nav", "head", "iframe", "object", "svg", "form",
        "button", "select", "footer", "math", "del", "s", "strike",
    }
)  # fmt: skip
_BLOCK = frozenset(
    {
        "p", "div", "section", "article", "main", "aside", "header", "ul", "ol", "li", "dl", "dt",
        "dd", "table", "tr", "td", "th", "figure", "figcaption", "blockquote", "pre", "h1", "h2",
        "h3", "h4", "h5", "h6", "address", "body", "html", "hr", "tbody", "thead", "caption",
    }
)  # fmt: skip
_DEPTH = 400


def draft(data: bytes) -> dict[str, Any]:
    """Return the draft of an HTML page."""
    from lxml import etree
    from lxml import html as parser

    try:
        root = parser.document_fromstring(data, parser=parser.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise UnreadableDocument("html: holds no readable page") from None
    written = Draft()
    _identity(written, root)
    body = root.find("body")
    article = root.find(".//article")
    main = root.find(".//main")
    _walk(written, next(e for e in (article, main, body, root) if e is not None), 0)
    return written.state()


def _walk(written: Draft, element: Any, depth: int) -> None:
    """Write the blocks of an element; text between blocks is a paragraph of its own."""
    if depth > _DEPTH:
        raise UnreadableDocument(f"html: nested deeper than {_DEPTH} elements")
    loose: list[str] = [element.text or ""]
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag in _SKIP or not tag:
            pass
        elif tag in _BLOCK:
            written.paragraph("".join(loose))
            loose = []
            _block(written, child, tag, depth)
        elif tag == "br":
            loose.append(" ")
        elif any(isinstance(d.tag, str) and d.tag in _BLOCK for d in child.iterdescendants()):
            written.paragraph("".join(loose))
            loose = []
            _walk(written, child, depth + 1)
        else:
            loose.append(_words(child, loose))
        loose.append(child.tail or "")
    written.paragraph("".join(loose))


def _block(written: Draft, element: Any, tag: str, depth: int) -> None:
    if lazy(r"h[1-6]").fullmatch(tag):
        words = _words(element, [])
        if tag == "h1" and not written.parts:
            written.paragraph(words)
        else:
            written.heading(words, int(tag[1]))
    elif tag == "table":
        caption = element.find("caption")
        if caption is not None:
            written.paragraph(_words(caption, []))
        rows = [[_words(c, []) for c in row if isinstance(c.tag, str)] for row in element.iter("tr")]
        written.rows(rows)
    elif tag == "li":
        before = len(written.parts)
        _walk(written, element, depth + 1)
        del before
    else:
        _walk(written, element, depth + 1)


def _words(element: Any, before: list[str]) -> str:
    """Return the words of an inline element; a superscript exponent stays one ("10^9")."""
    parts: list[str] = []
    if element.tag == "sup":
        words = "".join(element.itertext())
        left = "".join(before[-2:])[-1:]
        return f"^{words}" if left.isdigit() and lazy(r"[-+\u2212]?\d+").fullmatch(words) else words
    parts.append(element.text or "")
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _SKIP:
            parts.append(" " if child.tag == "br" else _words(child, parts))
            if child.tag in _BLOCK:
                parts.append(" ")
        parts.append(child.tail or "")
    return "".join(parts)


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
