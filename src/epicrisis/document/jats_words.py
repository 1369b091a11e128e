"""The words of a JATS element: superscripts, citations and formulas keep their meaning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from epicrisis.document.raised import power
from epicrisis.document.structure import collapse
from epicrisis.kept import lazy

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SKIP = frozenset(
    {
        "ref-list", "fn", "fn-group", "ack", "object-id", "graphic", "media", "permissions",
        "inline-graphic", "inline-supplementary-material", "supplementary-material",
        "private-char", "notes", "glossary", "mml:annotation", "annotation", "annotation-xml",
        "copyright-statement", "alt-text", "long-desc", "attrib", "related-object", "related-article",
        "bio", "contrib",
    }
)  # fmt: skip
# What may stand in a paragraph, and is written after it.
INSIDE = frozenset(
    {
        "fig", "fig-group", "table-wrap", "table-wrap-group", "table", "list", "def-list",
        "boxed-text", "disp-quote", "verse-group", "statement", "speech",
    }
)  # fmt: skip
_APART = INSIDE | {"p", "sec", "disp-formula", "title", "caption", "verse-line", "list-item", "speaker"}
_ENDS = frozenset({"label", "td", "th"})


def inline(element: Element, *, block: bool = True) -> str:
    """Return the words of an element ("10^9", "sarcoma[3]"), without what it holds of INSIDE unless *block*."""
    parts: list[str] = []
    _words(element, parts, block)
    return collapse("".join(parts))


def tag(element: Element) -> str:
    """Return the local name of an element; comments and instructions have none."""
    name = element.tag
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def _words(element: Element, parts: list[str], block: bool) -> None:
    parts.append(element.text or "")
    twice = {"math", "tex-math"} <= {tag(c) for c in element}  # alternatives: the same formula
    for child in element:
        name = tag(child)
        if name in SKIP or (twice and name == "tex-math"):
            pass
        elif not block and name in INSIDE:
            parts.append(" ")  # "Before<fig/>after"
        elif name == "tex-math":
            parts.append(_formula(child.text or ""))
        elif name == "sup":
            cited = tag(element) == "xref" or any(tag(c) == "xref" for c in child)
            parts.append(_superscript("".join(child.itertext()), parts, cited))
        elif name in ("msup", "msubsup", "mfrac"):
            _script(child, name, parts)
        elif name == "break":
            parts.append(" ")
        else:
            parts.append(" " if name in _APART else "")
            _words(child, parts, block)
            parts.append(" " if name in _APART or name in _ENDS else "")
        parts.append(child.tail or "")


def _superscript(words: str, parts: list[str], cited: bool) -> str:
    before = "".join(parts[-3:])[-1:]
    if cited and before not in "[(":
        return words if words.lstrip()[:1] in "[(" else f"[{words.strip()}]"
    return power(words, before)


def _script(element: Element, name: str, parts: list[str]) -> None:
    """Write the MathML of powers ("10^9") and of fractions ("1/2")."""
    said: list[str] = []
    for child in element:
        own: list[str] = []
        _words(child, own, True)
        said.append("".join(own).strip())
    if name == "mfrac":
        parts.append("/".join(said))
        return
    parts.append("".join(said[:-1]))
    parts.append(_superscript(said[-1], parts, False) if said else "")


def _formula(tex: str) -> str:
    inner = lazy(r"\\begin\{document\}(.*?)\\end\{document\}", re.DOTALL).search(tex)
    return inner.group(1) if inner else tex
