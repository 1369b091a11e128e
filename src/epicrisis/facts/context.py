"""What every extractor sees: the text, its sentences, its terms, and who speaks of whom."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any

from epicrisis.document.model import MIXED, PATIENT, Document, Section
from epicrisis.facts.abbreviations import expand
from epicrisis.facts.acts_on_lesions import part
from epicrisis.facts.cues import Cue, Cues, load_cues
from epicrisis.facts.model import Fact
from epicrisis.facts.sentences import Sentence, split_sentences
from epicrisis.kept import lazy
from epicrisis.terminology import Hit, Terminology, fold_text

_YEARS = lazy(r"[12](?<!\w[12])(?:(?<=1)9|(?<=2)0)\d\d\b")


class Context:
    """A document prepared for extraction; build once, read by every extractor."""

    def __init__(self, document: Document, terminology: Terminology) -> None:
        """Split, fold and search the text of *document*."""
        self.document = document
        self.text = document.text
        self.terms = terminology
        self.sections = document.sections or (Section("body", "", 0, len(document.text)),)
        self.sentences: list[Sentence] = []
        self.section_of: list[Section] = []
        paragraph = 0
        for section in self.sections:
            found = split_sentences(self.text, section.start, section.end)
            for s in found:
                self.sentences.append(Sentence(s.start, s.end, s.paragraph + paragraph))
                self.section_of.append(section)
            paragraph = (self.sentences[-1].paragraph + 1) if self.sentences else 0
        self._starts = [s.start for s in self.sentences]
        self.folded = folded = fold_text(self.text)
        lexicon = terminology.lexicon
        self.hits: list[Hit] = part(self.text, expand(self.text, lexicon.find(self.text, folded)), lexicon)
        self._tables: dict[tuple[str, ...], tuple[list[int], list[Hit]]] = {}  # hits of some tables, made once
        self._domains: list[frozenset[str]] | None = None  # of each hit
        cues: Cues = load_cues()
        self.cue_hits: list[Cue] = cues.find(self.text, folded)
        self._cue_starts = [c.start for c in self.cue_hits]
        self._words: list[list[str]] | None = None
        self._by_stem: dict[str, list[int]] | None = None
        self._of_stems: dict[frozenset[str], set[int]] = {}
        self.speaks_of_patient: list[bool] = []  # by sentence; filled by patient.mark()
        self.of_others: set[int] = set()  # sentences of a case section that tell of a cohort or the literature
        self.date_order: str | None = None  # dmy, mdy or ymd, where the user settles it
        self.findings: list[str] = []  # codes of what a reader should know of the extraction
        self.years = {int(y) for y in _YEARS.findall(self.text)}

    def says(self, index: int, words: frozenset[str]) -> bool:
        """Say whether sentence *index* has one of *words* (folded): a cheap look before a pattern."""
        if self._words is None:
            self._words = self._by_sentence()
        return not words.isdisjoint(self._words[index])

    def may(self, index: int, stems: frozenset[str]) -> bool:
        """Say whether sentence *index* has a word with one of these beginnings (`patterns.stems`).

        A look into an index, so that a pattern runs only where it can match.
        """
        found = self._of_stems.get(stems)
        if found is None:
            known = self._sentences_of_stems()
            found = self._of_stems[stems] = set().union(*(known.get(stem, ()) for stem in stems))
        return index in found

    def _sentences_of_stems(self) -> dict[str, list[int]]:
        if self._by_stem is None:
            found: dict[str, list[int]] = {}
            text, starts, ends = self.text, self.folded.starts, self.folded.ends
            i = 0
            for index, s in enumerate(self.sentences):
                i = bisect_left(starts, s.start, i)
                j = bisect_left(starts, s.end, i)
                for stem in {
                    text[a : a + 4 if a + 4 < b else b].lower() for a, b in zip(starts[i:j], ends[i:j], strict=True)
                }:
                    found.setdefault(stem, []).append(index)
                i = j
            self._by_stem = found
        return self._by_stem

    def _by_sentence(self) -> list[list[str]]:
        starts, words = self.folded.starts, self.folded.words
        found, i = [], 0
        for s in self.sentences:
            i = bisect_left(starts, s.start, i)
            j = bisect_left(starts, s.end, i)
            found.append(words[i:j])
            i = j
        return found

    def sentence_at(self, offset: int) -> int:
        """Return the index of the sentence at *offset* (-1 before the first)."""
        return bisect_right(self._starts, offset) - 1

    def hits_in(self, start: int, end: int, *domains: str) -> list[Hit]:
        """Return the hits that lie in [start, end), optionally of the named tables only.

        A hit of several tables is returned with the concepts of the asked tables.
        """
        starts, hits = self._tables.get(domains) or self._of_tables(domains)
        i = bisect_left(starts, start)
        if i == len(starts) or starts[i] >= end:
            return []
        return [h for h in hits[i : bisect_left(starts, end, i)] if h.end <= end]

    def _of_tables(self, domains: tuple[str, ...]) -> tuple[list[int], list[Hit]]:
        if not domains:
            chosen = self.hits
        else:
            if self._domains is None:
                self._domains = [frozenset([c.partition("/")[0] for c in h.concepts]) for h in self.hits]
            asked = frozenset(domains)
            chosen = []
            for hit, own in zip(self.hits, self._domains, strict=True):
                if own <= asked:
                    chosen.append(hit)
                elif not asked.isdisjoint(own):
                    chosen.append(
                        Hit(hit.start, hit.end, tuple(c for c in hit.concepts if c.partition("/")[0] in asked))
                    )
        self._tables[domains] = found = ([h.start for h in chosen], chosen)
        return found

    def cues_in(self, start: int, end: int, *kinds: str) -> list[Cue]:
        """Return the context cues that begin in [start, end), optionally of some kinds."""
        found = self.cue_hits[bisect_left(self._cue_starts, start) : bisect_left(self._cue_starts, end)]
        return [c for c in found if c.kind in kinds] if kinds else found

    def patient_sentences(self) -> Iterator[tuple[int, Sentence]]:
        """Yield (index, sentence) for the sentences that speak of this patient."""
        for i, s in enumerate(self.sentences):
            if self.speaks_of_patient[i]:
                yield i, s

    def kind(self, index: int) -> str:
        """Return the kind of section that sentence *index* stands in."""
        return self.section_of[index].kind

    def is_mixed(self, index: int) -> bool:
        """Say whether sentence *index* stands where literature and patient alternate."""
        return self.kind(index) in MIXED

    def is_patient_section(self, index: int) -> bool:
        """Say whether sentence *index* stands in a section that is about the patient."""
        return self.kind(index) in PATIENT

    def fact(self, kind: str, start: int, end: int, **more: Any) -> Fact:
        """Make a fact of the words [start, end), with its sentence and section."""
        index = self.sentence_at(start)
        return Fact(
            kind,
            start,
            end,
            self.text[start:end],
            sentence=index,
            section=self.kind(index) if index >= 0 else "body",
            **more,
        )
