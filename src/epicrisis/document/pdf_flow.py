"""From lines to paragraphs, headings and rows of tables."""

from __future__ import annotations

from collections import Counter

from epicrisis.document.headings import kind_of
from epicrisis.document.pdf_breaks import GOES_ON, NEW_PARAGRAPH, Breaks
from epicrisis.document.pdf_furniture import without_furniture
from epicrisis.document.pdf_hyphens import Joiner
from epicrisis.document.pdf_line import Line
from epicrisis.document.structure import Draft
from epicrisis.kept import lazy

_NUMBERED = lazy(r"(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+[A-Z]")


def write(draft: Draft, pages: list[list[Line]]) -> None:
    """Write the pages' lines as paragraphs, headings and table rows."""
    lines, dropped = without_furniture(pages)
    if dropped:
        draft.findings.append(f"page-furniture-left-out: {dropped} lines")
    if not lines:
        return
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    body = sizes.most_common(1)[0][0]
    joiner = Joiner(line.text for line in lines)
    breaks = Breaks(lines, body)
    paragraph: list[list[Line]] = [[lines[0]]]
    for line in lines[1:]:
        how = breaks.between(paragraph[-1][0], paragraph[-1][-1], line)
        if how == NEW_PARAGRAPH:
            _write(draft, paragraph, body, joiner)
            paragraph = [[line]]
        elif how == GOES_ON:
            paragraph[-1].append(line)
        else:
            paragraph.append([line])
    _write(draft, paragraph, body, joiner)


def _write(draft: Draft, paragraph: list[list[Line]], body: float, joiner: Joiner) -> None:
    """Write a paragraph; what was set on lines of its own stays on them."""
    _emit(draft, paragraph[0], body, joiner)
    for group in paragraph[1:]:
        draft.rows([[joiner.join([line.text for line in group])]])


def _emit(draft: Draft, group: list[Line], body: float, joiner: Joiner) -> None:
    """Write a group of lines as what it is."""
    if len(group[0].cells) > 1 and len(group) > 1:
        draft.rows([_labelled(line.cells) for line in group])
        return
    text = joiner.join([line.text for line in group])
    size = group[0].size
    number = _NUMBERED.match(text)
    if len(text) <= 160 and not text.endswith((".", ";", ",")):
        large = size > 1.12 * body
        known = kind_of(text.rstrip(": "), marked=True)
        if number and (large or group[0].bold) and (known or "." in number.group(1)):
            draft.heading(text, 1 + number.group(1).count("."))
            return
        if large and (known or size > 1.25 * body):
            draft.heading(text, 1 if size > 1.3 * body else 2)
            return
        if group[0].bold and known and len(text) <= 110:
            draft.heading(text, 3 if size < 1.05 * body else 2)
            return
    draft.paragraph(text)


def _labelled(cells: list[str]) -> list[str]:
    """Return the cells of a row, each label with what it names: "Age:" and "61 years" are one."""
    found: list[str] = []
    for cell in cells:
        if found and found[-1].endswith(":"):
            found[-1] += f" {cell}"
        else:
            found.append(cell)
    return found
