"""What every extractor sees: the text, its sentences, its terms, and who speaks of whom."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from epicrisis.document.grid import Table, tables
from epicrisis.document.markdown_marks import narrative
from epicrisis.document.model import MIXED, PATIENT, Document, Section
from epicrisis.facts import century_years, other_meanings
from epicrisis.facts.abbreviations import expand
from epicrisis.facts.acts_on_lesions import part
from epicrisis.facts.concept_tables import by_table, of_several
from epicrisis.facts.cues import Cue, Cues, load_cues
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import in_small_letters
from epicrisis.facts.sentences import Sentence, split_sentences
from epicrisis.facts.word_index import WordIndex, indexed
from epicrisis.terminology import Hit, Remembered, Terminology, fold_text

_NONE: set[int] = set()
_STEMS: Remembered[str, str] = Remembered(lambda word: word[:4].lower())


class Context:
    """A document prepared for extraction; build once, read by every extractor."""

    def __init__(self, document: Document, terminology: Terminology) -> None:
        """Split, fold and search the text of *document*."""
        self.document = document
        self.text = narrative(document)
        self.terms = terminology
        self.sections = document.sections or (Section("body", "", 0, len(document.text)),)
        self.sentences: list[Sentence] = []
        self.section_of: list[Section] = []
        for section in self.sections:
            paragraph = (self.sentences[-1].paragraph + 1) if self.sentences else 0
            found = split_sentences(self.text, section.start, section.end, paragraph=paragraph)
            self.sentences += found
            self.section_of += [section] * len(found)
        self._starts = [s.start for s in self.sentences]
        self.folded = folded = fold_text(self.text)
        lexicon = terminology.lexicon
        named = expand(self.text, lexicon.find(self.text, folded))
        self.hits: list[Hit] = other_meanings.without(self.text, part(self.text, named, lexicon))
        self._tables: dict[tuple[str, ...], tuple[list[int], list[Hit]]] = {}  # hits of some tables, made once
        self._by_sentence: dict[tuple[str, ...], dict[int, list[Hit]]] = {}  # the same by sentence
        self._of_domain: dict[str, list[Hit]] | None = None
        self._meant: dict[int, tuple[str, ...]] | None = None  # concepts by the start of their words
        self._within: dict[int, int] | None = None  # sentences of hits
        cues: Cues = load_cues()
        self.cue_hits: list[Cue] = cues.find(self.text, folded)
        self._cue_starts = [c.start for c in self.cue_hits]
        self._having_cue: dict[str, set[int]] | None = None
        self._owner: list[int] | None = None  # the sentence of each word
        self._numbers: list[int] | None = None  # words that are not of letters only
        self._numbered: set[int] = set()
        self._small: list[str] | None = None
        self._holding: dict[str, set[int]] = {}  # sentences by pattern
        self._of_patient: list[tuple[int, Sentence]] | None = None
        self.speaks_of_patient: list[bool] = []  # by sentence; filled by patient.mark()
        self.of_others: set[int] = set()  # sentences of a case section that tell of a cohort or the literature
        self.date_order: str | None = None  # dmy, mdy or ymd, where the user settles it
        self.findings: list[str] = []  # codes of what a reader should know of the extraction

    @cached_property
    def years(self) -> set[int]:
        """The years that the text names; those of two digits only where it has no others."""
        return century_years.named(self.text) or century_years.told(self.text)

    @cached_property
    def tables(self) -> list[Table]:
        """The tables set in the text."""
        return tables(self.text)

    def says(self, index: int, words: frozenset[str]) -> bool:
        """Say whether sentence *index* has one of *words* (folded): a cheap look before a pattern."""
        return index in self.saying(words)

    def saying(self, words: frozenset[str]) -> set[int]:
        """Return the sentences that have one of *words* (folded)."""
        return self._words.sentences[words]

    @cached_property
    def _words(self) -> WordIndex:
        return indexed(self.folded.words, self.folded.starts, self._owners())

    @cached_property
    def _stems(self) -> WordIndex:
        return indexed(list(map(_STEMS.__getitem__, self.folded.written)), self.folded.starts, self._owners())

    def may(self, index: int, stems: frozenset[str]) -> bool:
        """Say whether sentence *index* has a word with one of these beginnings (`patterns.stems`).

        A look into an index, so that a pattern runs only where it can match.
        """
        return index in self._stems.sentences[stems]

    def having(self, stems: frozenset[str]) -> set[int]:
        """Return the sentences that have a word with one of these beginnings (`patterns.stems`)."""
        return self._stems.sentences[stems]

    def _owners(self) -> list[int]:
        """Return the sentence of each word, -1 for none."""
        if self._owner is None:
            found: list[int] = []
            starts = self.folded.starts
            for index, s in enumerate(self.sentences):
                i = bisect_left(starts, s.start, len(found))
                found += [-1] * (i - len(found))
                found += [index] * (bisect_left(starts, s.end, i) - i)
            self._owner = found + [-1] * (len(starts) - len(found))
        return self._owner

    @property
    def numbered(self) -> set[int]:
        """The sentences that have a digit; most patterns of values need one."""
        if self._numbers is None:
            self._numbers = [n for n, word in enumerate(self.folded.written) if not word.isalpha()]
            owners = self._owners()
            self._numbered = {owners[n] for n in self._numbers}
        return self._numbered

    def with_number(self, pattern: re.Pattern[str]) -> set[int]:
        """Return the sentences with a word of digits in which *pattern* is found."""
        if not self.numbered:
            return _NONE
        owners, written = self._owners(), self.folded.written
        return {owners[n] for n in self._numbers or () if pattern.search(written[n])}

    def small(self, index: int) -> str:
        """Return sentence *index* in small letters."""
        if self._small is None:
            self._small = [in_small_letters(self.text[s.start : s.end]) for s in self.sentences]
        return self._small[index]

    def find(self, pattern: re.Pattern[str], stems: frozenset[str], low: int, high: int) -> Iterator[re.Match[str]]:
        """Yield the matches in [low, high) of a pattern that begins with a word with one of these beginnings.

        The same as `finditer`, but tried at these words only.
        """
        places, text = self._stems.starts[stems], self.text
        for n in range(bisect_left(places, low), len(places)):
            at = places[n]
            if at >= high:
                return
            if at >= low and (m := pattern.match(text, at, high)):
                yield m
                low = m.end()

    def first(self, pattern: re.Pattern[str], stems: frozenset[str], low: int, high: int) -> re.Match[str] | None:
        """Return the first match in [low, high), as `find` yields it: the same as `search`."""
        places, text = self._stems.starts[stems], self.text
        for n in range(bisect_left(places, low), len(places)):
            at = places[n]
            if at >= high:
                return None
            if m := pattern.match(text, at, high):
                return m
        return None

    def told(self, stems: frozenset[str], low: int, high: int) -> bool:
        """Say whether a word with one of these beginnings begins in [low, high)."""
        places = self._stems.starts[stems]
        n = bisect_left(places, low)
        return n < len(places) and places[n] < high

    def holding(self, pattern: re.Pattern[str]) -> set[int]:
        """Return the sentences in which a simple pattern is found, made once for all who ask."""
        found = self._holding.get(pattern.pattern)
        if found is None:
            found = self._holding[pattern.pattern] = set()
            search, text, starts, at = pattern.search, self.text, self._starts, 0
            while m := search(text, at):
                index = bisect_right(starts, m.start()) - 1
                at = m.end()
                if index >= 0:
                    found.add(index)
                    end = self.sentences[index].end
                    if at > end:
                        found.add(bisect_right(starts, at - 1) - 1)
                    elif m.start() < end:
                        at = end  # on to the next sentence
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

    def meant(self, hit: Hit) -> tuple[str, ...]:
        """Return all that the words of a hit may mean, of whatever table."""
        if self._meant is None:
            self._meant = {start: concepts for start, _, concepts in self.hits}
        return self._meant.get(hit.start, hit.concepts)

    def by_sentence(self, *domains: str) -> dict[int, list[Hit]]:
        """Return the hits of the named tables by the sentence in which they lie."""
        found = self._by_sentence.get(domains)
        if found is None:
            found = self._by_sentence[domains] = {}
            within = self._within = self._within or self._sentences_of_hits()
            for hit in (self._tables.get(domains) or self._of_tables(domains))[1]:
                index = within.get(hit[0])
                if index is not None:
                    found.setdefault(index, []).append(hit)
        return found

    def _sentences_of_hits(self) -> dict[int, int]:
        """Return the sentence of each hit that lies in one, by the hit's start."""
        found: dict[int, int] = {}
        starts, sentences = self._starts, self.sentences
        for start, end, _ in self.hits:
            index = bisect_right(starts, start) - 1
            if index >= 0 and end <= sentences[index].end:
                found[start] = index
        return found

    def _of_tables(self, domains: tuple[str, ...]) -> tuple[list[int], list[Hit]]:
        chosen = self.hits
        if domains:
            known = self._of_domain = self._of_domain or by_table(self.hits)
            chosen = known.get(domains[0], []) if len(domains) == 1 else of_several(known, frozenset(domains))
        self._tables[domains] = found = ([h[0] for h in chosen], chosen)
        return found

    def cues_in(self, start: int, end: int, *kinds: str) -> list[Cue]:
        """Return the context cues that begin in [start, end), optionally of some kinds."""
        starts = self._cue_starts
        i = bisect_left(starts, start)
        if i == len(starts) or starts[i] >= end:
            return []
        found = self.cue_hits[i : bisect_left(starts, end, i)]
        return [c for c in found if c.kind in kinds] if kinds else found

    def having_cue(self, kind: str) -> set[int]:
        """Return the sentences in which a context cue of that kind begins."""
        if self._having_cue is None:
            self._having_cue = {}
            starts, sentences = self._starts, self.sentences
            for told, start, _ in self.cue_hits:
                index = bisect_right(starts, start) - 1
                if index >= 0 and start < sentences[index].end:
                    self._having_cue.setdefault(told, set()).add(index)
        return self._having_cue.get(kind, _NONE)

    def patient_sentences(self) -> list[tuple[int, Sentence]]:
        """Return (index, sentence) for the sentences that speak of this patient."""
        if self._of_patient is None:
            self._of_patient = [(i, s) for i, s in enumerate(self.sentences) if self.speaks_of_patient[i]]
        return self._of_patient

    def kind(self, index: int) -> str:
        """Return the kind of section that sentence *index* stands in."""
        return self.section_of[index].kind

    def is_mixed(self, index: int) -> bool:
        """Say whether sentence *index* stands where literature and patient alternate."""
        return self.section_of[index].kind in MIXED

    def is_patient_section(self, index: int) -> bool:
        """Say whether sentence *index* stands in a section that is about the patient."""
        return self.section_of[index].kind in PATIENT

    def fact(
        self, kind: str, start: int, end: int, *, concept: str | None = None, value: dict[str, Any] | None = None
    ) -> Fact:
        """Make a fact of the words [start, end), with its sentence and section."""
        index = bisect_right(self._starts, start) - 1
        section = self.section_of[index].kind if index >= 0 else "body"
        told = {} if value is None else value
        return Fact(
            kind, start, end, self.text[start:end], concept, told, False, "stated", "done", "patient", section, index
        )
