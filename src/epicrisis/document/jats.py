"""JATS, the XML of publishers and PubMed Central.

Sections come from `sec-type` and titles; legends and tables become text; references, footnotes
and everything about the article that is not the case stay out (title, DOI and journal go to the
bibliography). Entities are never expanded and elements nest at most 200 deep.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from epicrisis.document.model import Document
from epicrisis.document.structure import Draft, collapse
from epicrisis.errors import UnreadableDocument
from epicrisis.kept import lazy

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DEPTH = 200
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
_SKIP = frozenset(
    {
        "ref-list", "fn", "fn-group", "ack", "object-id", "graphic", "media", "permissions",
        "inline-graphic", "inline-supplementary-material", "supplementary-material",
        "private-char", "notes", "glossary", "mml:annotation", "annotation", "copyright-statement",
        "alt-text", "long-desc", "attrib", "related-object", "related-article", "bio", "contrib",
    }
)  # fmt: skip
_BLOCK = frozenset(
    {
        "p", "sec", "fig", "fig-group", "table-wrap", "table-wrap-group", "list", "disp-quote",
        "boxed-text", "def-list", "disp-formula", "verse-group", "statement", "speech", "table",
    }
)  # fmt: skip

_GROUP = frozenset({"fig-group", "table-wrap-group", "disp-quote", "statement", "list-item", "def"})


def jats(data: bytes, *, name: str, sha256: str = "") -> Document:
    """Return the document of a JATS article."""
    root = _parse(data)
    article = root if _tag(root) == "article" else root.find(".//{*}article")
    if article is None:
        raise UnreadableDocument(f"XML of kind <{_tag(root)[:40]}>: only JATS articles are read")
    draft = Draft(bibliography=_identity(article))
    if title := draft.bibliography.get("title"):
        draft.paragraph(title)
    for abstract in article.findall("{*}front/{*}article-meta/{*}abstract"):
        if abstract.get("abstract-type") not in ("graphical", "teaser", "precis"):
            _abstract(draft, abstract)
    body = article.find("{*}body")
    if body is not None:
        draft.mark("body", "", 1)
        _blocks(draft, body, 1)
    for group in article.findall("{*}floats-group"):
        draft.mark("figure", "", 1)
        _blocks(draft, group, 1)
    for back in article.findall("{*}back"):
        for child in back:
            if _tag(child) in ("sec", "app-group", "app"):
                write = _blocks if _tag(child) == "app-group" else _section
                write(draft, child, 1)
    return draft.document(name=name, media_type="application/jats+xml", sha256=sha256, standing=False)


def _parse(data: bytes) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    depth = 0
    root: Element | None = None
    try:
        for event, element in iterparse(io.BytesIO(data), events=("start", "end")):
            if event == "start":
                root = element if root is None else root
                depth += 1
                if depth > _DEPTH:
                    raise UnreadableDocument(f"XML nested deeper than {_DEPTH} elements")
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


def _abstract(draft: Draft, abstract: Element) -> None:
    draft.heading("Abstract", 1, "abstract")
    for child in abstract:
        if _tag(child) == "sec":
            _section(draft, child, 2)
        elif _tag(child) == "p":
            _paragraph(draft, child, 2)


def _section(draft: Draft, sec: Element, level: int) -> None:
    if _tag(sec) in _SKIP:
        return
    title = sec.find("{*}title")
    label = sec.find("{*}label")
    kind = _TYPES.get((sec.get("sec-type") or "").lower())
    words = " ".join(_inline(e) for e in (label, title) if e is not None)
    if words.strip():
        draft.heading(words, level, kind)
    elif kind:
        draft.mark(kind, "", level)
    _blocks(draft, sec, level)


def _blocks(draft: Draft, parent: Element, level: int) -> None:
    for child in parent:
        tag = _tag(child)
        if tag in _SKIP or tag in ("title", "label", "caption"):
            continue
        if tag in ("sec", "app", "boxed-text"):
            _section(draft, child, level + (1 if _tag(parent) in ("sec", "app") else 0))
        elif tag in ("fig", "table-wrap"):
            _float(draft, child)
        elif tag in _GROUP:
            _blocks(draft, child, level)
        elif tag == "list":
            _list(draft, child)
        else:
            _paragraph(draft, child, level)


def _paragraph(draft: Draft, element: Element, level: int) -> None:
    """Write a paragraph; the blocks that JATS allows inside one come after it."""
    draft.paragraph(_inline(element, block=False))
    for child in element.iter():
        if child is not element and _tag(child) in ("fig", "table-wrap"):
            _float(draft, child)
        elif child is not element and _tag(child) == "list":
            _list(draft, child)
    del level


def _list(draft: Draft, element: Element) -> None:
    for item in element.findall("{*}list-item"):
        label = item.find("{*}label")
        words = " ".join(_inline(p) for p in item if _tag(p) not in ("label", "list"))
        draft.paragraph(f"{_inline(label) if label is not None else '-'} {words}")
        for inner in item.findall("{*}list"):
            _list(draft, inner)


def _float(draft: Draft, element: Element) -> None:
    kind = "figure" if _tag(element) == "fig" else "table"
    label = element.find("{*}label")
    captions = element.findall("{*}caption")
    text = " ".join(_inline(c) for c in captions)
    draft.legend(kind, _inline(label) if label is not None else "", text or "-")
    for table in element.iter():
        if _tag(table) == "table":
            draft.rows([[_inline(c) for c in row] for row in table.iter() if _tag(row) == "tr"])


def _inline(element: Element, *, block: bool = True) -> str:
    """Return the words of an element; superscripts keep their meaning ("10^9", "sarcoma[3]")."""
    parts: list[str] = []
    _words(element, parts, block)
    return collapse("".join(parts))


def _words(element: Element, parts: list[str], block: bool) -> None:
    tag = _tag(element)
    parts.append(element.text or "")
    for child in element:
        name = _tag(child)
        if name in _SKIP or (not block and name in ("fig", "table-wrap", "list")):
            pass
        elif name in ("tex-math", "math") and any(_tag(c) == "tex-math" for c in element):
            if name == "tex-math":
                parts.append(_formula(child.text or ""))
        elif name == "sup":
            parts.append(_superscript("".join(child.itertext()), parts, child))
        elif name == "break":
            parts.append(" ")
        else:
            if name in _BLOCK or name == "title":
                parts.append(" ")
            _words(child, parts, block)
            if name in _BLOCK or name in ("title", "label", "td", "th"):
                parts.append(" ")
        parts.append(child.tail or "")
    del tag


def _superscript(words: str, parts: list[str], element: Element) -> str:
    before = "".join(parts[-3:])[-1:]
    if any(_tag(c) == "xref" for c in element) and before not in "[(":
        return words if words.lstrip()[:1] in "[(" else f"[{words}]"
    return f"^{words}" if before.isdigit() and lazy(r"[-+\u2212]?\d+").fullmatch(words) else words


def _formula(tex: str) -> str:
    inner = lazy(r"\\begin\{document\}(.*?)\\end\{document\}", re.DOTALL).search(tex)
    return inner.group(1) if inner else tex


def _identity(article: Element) -> dict[str, str]:
    """Return what front matter says of the article."""
    meta = article.find("{*}front/{*}article-meta")
    if meta is None:
        return {}
    title = meta.find("{*}title-group/{*}article-title")
    journal = article.find("{*}front/{*}journal-meta//{*}journal-title")
    ids = {e.get("pub-id-type"): e.text for e in meta.findall("{*}article-id")}
    names = [
        collapse(f"{n.findtext('{*}given-names') or ''} {n.findtext('{*}surname') or ''}")
        for n in meta.findall("{*}contrib-group/{*}contrib/{*}name")
    ]
    found = {
        "title": _inline(title) if title is not None else "",
        "journal": _inline(journal) if journal is not None else "",
        "doi": (ids.get("doi") or "").strip(),
        "pmid": (ids.get("pmid") or "").strip(),
        "authors": ", ".join(n for n in names if n),
        "published": _date(meta),
    }
    return {k: v for k, v in found.items() if v}


def _date(meta: Element) -> str:
    """Return the publication date as precisely as stated, electronic first."""
    dates = meta.findall("{*}pub-date")
    dates.sort(key=lambda d: (d.get("pub-type") or d.get("date-type") or "") not in ("epub", "pub"))
    for date in dates:
        year, month, day = (date.findtext(f"{{*}}{p}") or "" for p in ("year", "month", "day"))
        if not lazy(r"\d{4}").fullmatch(year.strip()):
            continue
        parts = [year.strip()]
        for part in (month.strip(), day.strip()):
            if not lazy(r"\d{1,2}").fullmatch(part):
                break
            parts.append(part.zfill(2))
        return "-".join(parts)
    return ""


def _tag(element: Element) -> str:
    """Return the local name of an element; comments and instructions have none."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
