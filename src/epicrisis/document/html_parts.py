"""Parts of a web page: which of them are told to the reader, and what their words are.

What is hidden, struck out or for entering something is not told. On a page of a site, with its
navigation, the article is the narrative; a page without is the narrative as a whole.
"""

from __future__ import annotations

import re
from typing import Any

from epicrisis.document.raised import power
from epicrisis.kept import lazy

SKIP = frozenset(
    {
        "script", "style", "noscript", "template", "nav", "head", "iframe", "object", "svg", "textarea",
        "button", "select", "datalist", "footer", "math", "del", "s", "strike", "audio", "video", "canvas",
    }
)  # fmt: skip
BLOCK = frozenset(
    {
        "p", "div", "section", "article", "main", "aside", "header", "ul", "ol", "li", "dl", "dt",
        "dd", "table", "tr", "td", "th", "figure", "figcaption", "blockquote", "pre", "h1", "h2",
        "h3", "h4", "h5", "h6", "address", "body", "html", "hr", "tbody", "thead", "tfoot", "caption",
        "form", "fieldset", "legend", "details", "summary", "dialog", "center", "hgroup", "menu",
    }
)  # fmt: skip
_UNSEEN = lazy(r"display\s*:\s*none|visibility\s*:\s*hidden|line-through", re.IGNORECASE)
_SPACE = lazy(r"[ \t\r\n\f\v\u2028\u2029]+")
_CONTROLS = frozenset({"input", "textarea", "select", "button"})
_TELLS = frozenset({"p", "table", "article", "h1", "h2", "h3", "li", "pre"})
_FEW = 40  # words of a form that is there to search or to log in


def name_of(element: Any) -> str:
    """Return the tag of an element that is told to the reader; any other has none."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag in SKIP or not tag:
        return ""
    if "hidden" in element.attrib or (tag == "dialog" and "open" not in element.attrib):
        return ""
    style = element.get("style")
    if style and _UNSEEN.search(style):
        return ""
    return "" if tag == "form" and _is_control(element) else tag


def words(element: Any, before: list[str], *, kept: bool = False) -> str:
    """Return the words of an inline element: "10^9", "text[3]", a line end for each `br`; *kept* is preformatted."""
    parts: list[str] = []
    if element.tag == "sup":
        return _superscript(element, "".join(before[-2:])[-1:])
    parts.append(flow(element.text, kept=kept))
    for child in element:
        if tag := name_of(child):
            parts.append("\n" if tag == "br" else words(child, parts, kept=kept))
            if tag in BLOCK:
                parts.append(" ")
        parts.append(flow(child.tail, kept=kept))
    return "".join(parts)


def flow(text: str | None, *, kept: bool = False) -> str:
    """Return *text* as a page shows it: its line ends are blanks, unless it is preformatted."""
    return (text or "") if kept else _SPACE.sub(" ", text or "")


def narrative(root: Any) -> tuple[list[Any], int]:
    """Return the elements that hold the narrative, and how many words stand beside them on a page of a site."""
    body = root.find("body")
    body = root if body is None else body
    main = body.find(".//main")
    articles = [main] if main is not None else _articles(body)
    is_site = body.find(".//nav") is not None or root.find('.//meta[@name="citation_title"]') is not None
    if not articles or not is_site:
        return [body], 0
    return articles, _count(body) - sum(_count(article) for article in articles)


def _articles(body: Any) -> list[Any]:
    """Return the outermost articles, without the teasers of others."""
    aside = {"article", "aside", "nav", "footer", "header"}
    found = [a for a in body.iter("article") if not any(p.tag in aside for p in a.iterancestors())]
    most = max(map(_count, found), default=0)
    return [a for a in found if _count(a) * 10 >= most]


def _count(element: Any) -> int:
    """Count the words that an element tells."""
    told = len((element.text or "").split())
    for child in element:
        told += (_count(child) if name_of(child) else 0) + len((child.tail or "").split())
    return told


def _is_control(form: Any) -> bool:
    """Say whether a form is there for entering something, and not wrapped around the page."""
    if not any(e.tag in _CONTROLS and e.get("type") != "hidden" for e in form.iter()):
        return False
    if any(e.tag in _TELLS for e in form.iter()):
        return False
    return sum(len(t.split()) for t in form.itertext()) < _FEW


def _superscript(element: Any, left: str) -> str:
    said = " ".join("".join(element.itertext()).split())
    if element.find(".//a[@href]") is not None and said[:1] not in ("[", "("):
        return f"[{said}]" if said else ""
    return power(said, left)
