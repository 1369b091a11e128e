"""Write the text of a structured source (XML, HTML, Word, PDF) and keep where its headings are.

Every reader of such a source makes the same plain text: paragraphs apart by an empty line,
headings on their own lines, legends as "Figure 1. ...", table rows with " | " between cells.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from epicrisis.document.bibliography import bibliography
from epicrisis.document.headings import Heading, find, kind_of, tells
from epicrisis.document.model import Document
from epicrisis.document.plain import clean
from epicrisis.document.sections import assemble
from epicrisis.errors import UnreadableDocument
from epicrisis.kept import lazy

LIMIT = 5_000_000  # characters of text; the longest case report is below 0.3 million

_SPACE = lazy(r"[ \t\r\n\f\v\u2028\u2029]+")
_GAPS = lazy(r"\n{2,}")
_END = lazy(r"[.:;?!]$")


@dataclass(slots=True)
class Draft:
    """A text being written, with the headings that its source marks."""

    parts: list[str] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    length: int = 0
    bibliography: dict[str, str] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    def heading(self, title: str, level: int, kind: str | None = None) -> None:
        """Write a heading line; an unknown or telling title stays part of its section."""
        title = collapse(title)
        if not title:
            return
        start = self._next()
        said = kind_of(title)
        kind = kind or said or kind_of(title, marked=True)
        self._write(title)
        end = self.length if said and "(" not in title and not tells(title) else start
        self.headings.append(Heading(start, end, title, kind, level))

    def mark(self, kind: str, title: str, level: int) -> None:
        """Open a section that has no heading of its own in the text."""
        start = self.length + (2 if self.parts else 0)
        self.headings.append(Heading(start, start, title, kind, level))

    def paragraph(self, text: str) -> None:
        """Write a paragraph, white space collapsed."""
        if text := collapse(text):
            self._next()
            self._write(text)

    def lines(self, text: str, *, kept: bool = False) -> None:
        """Write a paragraph of several lines; *kept* leaves the columns in a line as they are."""
        tidy = [line.rstrip() if kept else collapse(line) for line in text.splitlines()]
        if text := _GAPS.sub("\n\n", "\n".join(tidy)).strip("\n"):
            self._next()
            self._write(text)

    def legend(self, kind: str, label: str, text: str) -> None:
        """Write the legend of a figure or table as one paragraph."""
        label, text = collapse(label), collapse(text)
        if not text:
            return
        start = self._next()
        label = label or kind.capitalize()
        lead = label if _END.search(label) else f"{label}."
        self._write(f"{lead} {text}")
        self.headings.append(Heading(start, start + len(lead) + 1, label.rstrip("."), kind, paragraph=True))

    def notes(self, lines: list[str]) -> None:
        """Write the notes below a table, of which only what is said of the patient counts.

        "PD, progressive disease" explains an abbreviation, and is nobody's course.
        """
        if lines := [line for line in map(collapse, lines) if line]:
            start = self._next()
            self._write("\n".join(lines))
            self.headings.append(Heading(start, start, "Notes", "discussion", paragraph=True))

    def rows(self, rows: list[list[str]], *, apart: bool = False) -> None:
        """Write a table's rows, one line each, directly under what stands before unless *apart*."""
        for row in rows:
            line = " | ".join(collapse(cell) for cell in row)
            if not line.strip(" |"):
                continue
            if apart:
                self._next()
            elif self.parts:
                self._write("\n")
            self._write(line)
            apart = False

    def document(self, *, name: str, media_type: str, sha256: str, standing: bool) -> Document:
        """Return the document; *standing* also looks for headings the source did not mark."""
        return finish(self.state(), name=name, media_type=media_type, sha256=sha256, standing=standing)

    def state(self) -> dict[str, Any]:
        """Return the draft as JSON-ready data, for the way out of the sandbox."""
        # a section marked at the very end holds nothing
        headings = [h for h in self.headings if h.start <= self.length]
        return {
            "text": "".join(self.parts),
            "headings": [[h.start, h.end, h.title, h.kind, h.level, h.inline, h.paragraph] for h in headings],
            "bibliography": self.bibliography,
            "findings": self.findings,
        }

    def _next(self) -> int:
        if self.parts:
            self._write("\n\n")
        return self.length

    def _write(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)
        if self.length > LIMIT:
            raise UnreadableDocument(f"more than {LIMIT // 1_000_000} million characters of text")


def finish(state: dict[str, Any], *, name: str, media_type: str, sha256: str, standing: bool) -> Document:
    """Return the document of a draft's state."""
    text, odd = clean(state["text"])
    if not text.strip():
        raise UnreadableDocument("holds no text (a scan needs optical character recognition first)")
    marked = sorted((Heading(*h) for h in state["headings"]), key=lambda h: (h.start, h.end))
    extra = [h for h in find(text) if standing or h.inline or h.paragraph]
    headings = _merge(marked, extra)
    stated = {k: v for k, v in state["bibliography"].items() if v}
    return Document(
        text=text,
        name=name,
        sections=assemble(text, headings),
        media_type=media_type,
        source_sha256=sha256,
        bibliography={**bibliography(text), **stated},
        findings=(*state["findings"], *odd),
    )


def collapse(text: str) -> str:
    """Return *text* with every run of white space as one space."""
    return _SPACE.sub(" ", text).strip()


def _merge(marked: list[Heading], extra: list[Heading]) -> list[Heading]:
    """Return both lists in order; what the source marks wins where they meet."""
    taken = {h.start for h in marked}
    spans = [(h.start, max(h.end, h.start + len(h.title))) for h in marked]
    legends = {h.start for h in marked if h.paragraph}
    kept = [
        h
        for h in extra
        if h.start not in taken and h.start not in legends and not any(a <= h.start < b for a, b in spans)
    ]
    return sorted([*marked, *kept], key=lambda h: h.start)
