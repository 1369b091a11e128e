"""A Word document as it is once its tracked changes are accepted and its form is taken for filled in.

What is left afterwards is what a reader is told: no deleted cell or row, no prompt of a field that nobody
filled in ("Click or tap here to enter text."), and paragraphs joined whose break was deleted.
"""

from __future__ import annotations

from typing import Any

from epicrisis.document.docx_words import W, is_on

_NAMED = ("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "proofErr")
_BESIDE = frozenset(W + name for name in _NAMED)


def accept(document: Any) -> None:
    """Accept the changes of *document*, in place."""
    gone = [row for row in document.iter(W + "tr") if row.find(f"{W}trPr/{W}del") is not None]
    gone += [cell for cell in document.iter(W + "tc") if cell.find(f"{W}tcPr/{W}cellDel") is not None]
    for element in gone:
        element.getparent().remove(element)
    for field in document.iter(W + "sdt"):
        if is_on(field.find(f"{W}sdtPr/{W}showingPlcHdr")):
            for words in field.iter(W + "t"):
                words.text = ""
    for paragraph in [*document.iter(W + "p")]:
        _join(paragraph)


def _join(paragraph: Any) -> None:
    """Move the words of a paragraph whose end was deleted to the front of the next one."""
    marks = paragraph.find(f"{W}pPr/{W}rPr")
    if marks is None or (marks.find(W + "del") is None and marks.find(W + "moveFrom") is None):
        return
    following = paragraph.getnext()
    while following is not None and following.tag in _BESIDE:
        following = following.getnext()
    if following is None or following.tag != W + "p":
        return
    at = 1 if following.find(W + "pPr") is not None else 0
    for child in reversed([c for c in paragraph if c.tag != W + "pPr"]):
        following.insert(at, child)
