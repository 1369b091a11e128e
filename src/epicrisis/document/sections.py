"""Divide a narrative into sections by its headings.

Sections never overlap and follow each other; a text without headings is one section `body`.
A sub-heading inherits from its parent what it may not claim itself: "3.2 Treatment" under
"3. Discussion" stays discussion, and a part of the abstract stays abstract.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from epicrisis.document.extents import (
    PARAGRAPH_END,
    PUBLISHED,
    aside_end,
    is_prose,
    line_end,
    list_end,
    of_literature,
    paragraph_end,
)
from epicrisis.document.genre import ARTICLE, board_title, complaints, genre, in_clinic
from epicrisis.document.headings import Heading, find, normalise
from epicrisis.document.model import PATIENT, Section
from epicrisis.kept import lazy

_SALUTATION = lazy(r"^[ \t]*(?:Dear\b|Re:|Ref:|Regarding:|(?:Patient|Name)\b.{0,20}:|To whom)", re.MULTILINE)
# A sub-section of one of these is not the patient's course, whatever its title says.
_KEEPS = frozenset(
    {
        "discussion",
        "introduction",
        "literature",
        "references",
        "methods",
        "declaration",
        "acknowledgement",
        "keywords",
        "conclusion",
    }
)
# What ends the article's own text, wherever it is put.
_END_MATTER = frozenset({"references", "declaration", "acknowledgement"})
_OF_ARTICLES = frozenset({"introduction", "methods", "conclusion"})
_PLANNED = frozenset({"treatment", "imaging", "laboratory", "pathology", "outcome"})
_LISTED = lazy(r"(?:^|\n)[ \t]*(?:[-*•+]|\d{1,2}[.)])[ \t]+[*_]{0,3}\Z")
# Run into a paragraph, these name that paragraph only.
_LABELS = (PATIENT - {"case", "figure", "table", "body"}) | {"front", "keywords"}
# In a letter or a note these are remarks, after which it goes on.
_ASIDE = frozenset({"front", "declaration", "acknowledgement", "methods", "literature", "references", "discussion"})
_TITLED_ALLERGY = lazy(r"(?:(?:known|drug|food|medication)\s+)*(?:allerg|intoleranc|ADRs?\b|NKDA)", re.I)
_NEXT_LABEL = lazy(r"\n(?=[ \t]*[A-Z][\w /()-]{1,40}:)")
_ENDS_ABSTRACT = frozenset(
    {
        "keywords",
        "declaration",
        "references",
        "acknowledgement",
        "front",
        "discussion",
        "literature",
    }
)


def divide(text: str) -> tuple[Section, ...]:
    """Return the sections of *text*, found by its headings."""
    return assemble(text, find(text))


def assemble(text: str, headings: list[Heading]) -> tuple[Section, ...]:
    """Return the sections that *headings* make of *text*."""
    known = next((n for n, h in enumerate(headings) if h.kind), len(headings))
    headings = headings[known:]  # a title above everything, marked up or not, opens no section
    if headings and board_title(text, headings[0]):
        headings = headings[1:]
    first = headings[0].start if headings else len(text)
    headings = complaints(text, headings)
    of = genre(text, headings)
    is_published = of == ARTICLE
    head = headings[0].kind if headings else None
    sections = _lead(text, first, is_published or head == "body", head is not None)
    state = _State(
        has_case=is_published and any(h.kind == "case" for h in headings),
        genre=of,
        lead="body" if not sections or sections[-1].kind == "body" else "front",
    )
    for n, heading in enumerate(headings):
        stop = headings[n + 1].start if n + 1 < len(headings) else len(text)
        state.listed = heading.inline and _LISTED.search(text[max(0, heading.start - 8) : heading.start]) is not None
        kind, title = state.enter(heading, text[heading.end : stop])
        end = stop
        if heading.paragraph or (heading.inline and not state.in_abstract and state.is_label(kind)):
            end = paragraph_end(text, heading.end, stop, heading.kind == "table")
            if not is_published and _TITLED_ALLERGY.match(heading.title):
                end = min(end, list_end(text, heading.end, end))
            if kind == "plan" and not is_published and _amid_line(text, heading.start):
                end = min(end, line_end(text, heading.end, end))
            if kind in _ASIDE and not is_published and (line := _NEXT_LABEL.search(text, heading.end, end)):
                end = line.start()
        elif kind in _ASIDE - {"discussion"} and not is_published:
            end = aside_end(text, heading.end, stop)
        if heading.kind == "table" and heading.paragraph and of_literature(text, heading.end, end):
            kind = "literature"
        _add(sections, text, kind, title, (heading.end, end))
        if end < stop:
            _add(sections, text, *state.resume(heading, text[end:stop]), (end, stop))
    return tuple(sections) or (Section("body", "", 0, len(text)),)


def _amid_line(text: str, at: int) -> bool:
    """Say whether a label stands within a line: "iPET: Deauville 2. Plan: AVD x4"."""
    return bool(text[text.rfind("\n", 0, at) + 1 : at].strip(" \t-*•"))


@dataclass(slots=True)
class _State:
    """Where the reader is: the section in force, its parents, and the abstract."""

    has_case: bool
    genre: str
    lead: str
    kind: str = ""
    title: str = ""
    base: tuple[str, str] = ("", "")  # the section around labels such as "Allergies: ..."
    parents: tuple[tuple[int, str], ...] = ()
    in_abstract: bool = False
    abstract_level: int | None = None
    parts: frozenset[str] = frozenset()
    labelled: bool = False  # the abstract's parts are labels run into their paragraphs
    structured: bool = False
    concluded: bool = False
    inline: bool = False  # the section in force is a label with its paragraph
    listed: bool = False  # the heading is a label behind a bullet or a number
    standing: str = ""  # the kind of the last section with a heading of its own
    case_told: bool = False
    introduced: bool = False

    def __post_init__(self) -> None:
        self.kind = self.lead
        self.base = (self.lead, "")

    def is_label(self, kind: str) -> bool:
        """Say whether a heading run into its paragraph names that paragraph only."""
        return kind in _LABELS or (kind in _ASIDE and not self.published)

    @property
    def published(self) -> bool:
        return self.genre == ARTICLE

    def enter(self, heading: Heading, under: str) -> tuple[str, str]:
        """Return kind and title of the section that *heading* opens."""
        if heading.paragraph:
            return heading.kind or "figure", heading.title
        kind = self._kind(heading)
        if self.in_abstract and self._still_abstract(heading, kind):
            kind = {
                "introduction": "introduction",
                "methods": "introduction",
                "conclusion": "conclusion",
            }.get(kind, "abstract")
            self.labelled = heading.inline if not self.parts else self.labelled
            self.parts |= {normalise(heading.title)}
            self.concluded = kind == "conclusion"
        else:
            self.in_abstract = kind == "abstract"
            self.abstract_level = heading.level
            self.parts = frozenset()
            self.concluded = False
            self.structured = not under.strip()
            if heading.level is not None:
                self.parents = (
                    *(p for p in self.parents if p[0] < heading.level),
                    (heading.level, kind),
                )
            elif not heading.inline:
                self.parents = ()
        self.kind, self.title, self.inline = kind, heading.title, heading.inline
        self.standing = self.standing if heading.inline else kind
        self.case_told |= kind == "case" and not heading.inline
        self.introduced |= kind == "introduction"
        if heading.level is None and self.is_label(kind) and not self.published:
            self.base = ("body", "")  # a letter's labels stand beside each other
        elif not heading.inline or not self.is_label(kind):
            self.base = (kind, heading.title)
        return kind, heading.title

    def resume(self, heading: Heading, rest: str) -> tuple[str, str]:
        """Return kind and title of what follows a legend, or a label's paragraph."""
        if heading.paragraph:
            return self.kind, self.title
        if self.base[0] in ("front", "keywords", ""):
            if heading.kind in PATIENT:
                self.base = ("body", "")
            elif any(is_prose(p) for p in PARAGRAPH_END.split(rest)):
                self.base = ("discussion" if self.has_case else "body", "")
            else:
                self.base = ("front", "")
        self.kind, self.title = self.base
        return self.base

    def _kind(self, heading: Heading) -> str:
        above = None
        if heading.level is not None:
            above = next((k for lvl, k in reversed(self.parents) if lvl < heading.level), None)
        elif (
            heading.inline
            and self.published
            and not self.in_abstract
            and not (self.inline and self.kind in _OF_ARTICLES)  # labels stand beside each other
            and heading.kind in PATIENT - {"case"}
            and self.kind in _KEEPS - {"keywords"}
        ):
            above = self.kind  # "Treatment: ..." inside the discussion
        behind = self.case_told and not self.introduced and heading.level is None
        of_case = above == "case" or (behind and heading.kind == "introduction")
        if self.listed and self.standing == "plan" and heading.kind in _PLANNED:
            return "plan"  # "Plan" and under it "1. Chemotherapy: ..."
        if above in _KEEPS and heading.kind not in _END_MATTER:
            return above
        if kind := in_clinic(heading, self.genre, of_case=of_case):
            return kind
        if heading.kind == "methods" and self.published and not self.has_case:
            return "abstract"  # "Methods: We describe a 60-year-old man ..."
        if heading.inline and not self.published and heading.kind in _OF_ARTICLES:
            return self.kind  # "Conclusion: ..." of an imaging report in a letter
        if heading.kind is not None:
            return heading.kind
        if above is not None:
            return above
        return "discussion" if self.has_case else "body"

    def _still_abstract(self, heading: Heading, kind: str) -> bool:
        if kind in _ENDS_ABSTRACT and not (heading.inline and kind == "discussion"):
            return False
        if heading.level is not None and heading.level <= (self.abstract_level or 0):
            return False
        if heading.level is not None and self.abstract_level is not None:
            return True
        if heading.inline:
            return True
        if normalise(heading.title) in self.parts or heading.level is not None:
            return False
        if self.parts and self.labelled:
            return False  # "Background: ..." and then "Introduction" on a line of its own
        return self.structured and not self.concluded


def _lead(text: str, first: int, headed: bool, any_heading: bool) -> list[Section]:
    """Return the sections above the first heading: front matter, a letter's head, or the case."""
    head = text[:first]
    if not head.strip(" \t\r\n\ufeff"):
        return []
    sections: list[Section] = []
    if salutation := _SALUTATION.search(head):
        _add(sections, text, "front", "", (0, salutation.start()))
        _add(sections, text, "body", "", (salutation.start(), first))
        return sections
    if not any_heading and not PUBLISHED.search(head[:3000]):
        _add(sections, text, "body", "", (0, first))
        return sections
    at = 0
    for end in [*(m.end() for m in PARAGRAPH_END.finditer(head)), first]:
        if is_prose(head[at:end].strip()):
            break
        at = end
    if not headed and not PUBLISHED.search(head):
        at = 0  # a note's first lines: who, when, where
    _add(sections, text, "front", "", (0, at))
    # Prose before "Introduction" without a heading is nearly always the abstract.
    _add(sections, text, "abstract" if headed and at else "body", "", (at, first))
    return sections


def _add(sections: list[Section], text: str, kind: str, title: str, span: tuple[int, int]) -> None:
    """Append the stretch without its outer white space, unless nothing is left."""
    start, end = span
    while start < end and (text[start].isspace() or text[start] == "\ufeff"):
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        sections.append(Section(kind, title, start, end))
