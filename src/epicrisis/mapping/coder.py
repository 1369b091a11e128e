"""Concepts and fixed codes as FHIR's CodeableConcept, within what the licence options allow."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from epicrisis.fhir import clean
from epicrisis.mapping.spec import Spec, spec
from epicrisis.terminology import SNOMED, Concept, Terminology

Resource = dict[str, Any]


class Coder:
    """Names things by the tables' codes and the text's words."""

    def __init__(self, terms: Terminology, *, snomed: bool) -> None:
        """Take codes from *terms*; without *snomed* none that needs a licence of the user's own."""
        self.terms = terms
        self.snomed = snomed

    def coded(self, data: Spec, *names: str, text: str | None = None) -> Resource:
        """Return a CodeableConcept of fixed codes; without a licence for them, of *text* only."""
        codings = [dict(data.codes[n][0]) for n in names if self.snomed or data.codes[n][1] != SNOMED]
        concept: Resource = {"coding": codings} if codings else {}
        if codings and not text:
            return concept
        words = clean(text or "") or next((data.codes[n][0].get("display", "") for n in names), "")
        if words:
            concept["text"] = words
        return concept

    def has(self, data: Spec, name: str) -> bool:
        """Say whether the licence options leave a fixed code in."""
        return self.snomed or data.codes[name][1] != SNOMED

    def codings(self, key: str | None) -> list[dict[str, str]]:
        """Return the codings of a concept that say no more than the words do."""
        concept = self.terms.concept(key)
        return [dict(c) for c in _codings(concept, self.snomed)] if concept is not None else []

    def concept(self, key: str | None, text: str, codings: list[dict[str, str]] | None = None) -> Resource:
        """Return a CodeableConcept: a person's codings, or the table's, and always the words."""
        found = [dict(c) for c in codings] if codings is not None else self.codings(key)
        concept: Resource = {"coding": found} if found else {}
        concept["text"] = self.named(key, text, found)
        return concept

    def named(self, key: str | None, text: str, codings: list[dict[str, str]]) -> str:
        """Return the words; with the term beside them where neither words nor codings name it."""
        words = clean(text)
        term = key.partition("/")[2] if key else ""
        if not term or term.casefold() in words.casefold():
            return words or "not stated"
        if any(term.casefold() in c.get("display", "").casefold() for c in codings):
            return words or term
        return f"{words} ({term})" if words else term

    def attr(self, key: str | None, name: str) -> str:
        """Return an attribute of a concept, or ""."""
        return self.terms.attr(key, name)

    def term(self, key: str | None) -> Concept | None:
        """Return the concept of a key."""
        return self.terms.concept(key)

    def site(self, detail: dict[str, Any], data: Spec | None = None) -> Resource | None:
        """Return the body site of an item's detail, with its side."""
        words, key = detail.get("site"), detail.get("siteConcept")
        if not words and not key:
            return None
        site = self.concept(key, words or "")
        side = detail.get("laterality")
        common = data or spec("common")
        if side in common.words("laterality"):
            qualifier = self.coded(common, common.words("laterality")[side], text=side)
            site["extension"] = [{"url": common.url("laterality"), "valueCodeableConcept": qualifier}]
        return site


@lru_cache(4096)
def _codings(concept: Concept, snomed: bool) -> list[dict[str, str]]:
    found = []
    for coding in concept.codings:
        if coding.relation in ("exact", "broad") and (snomed or coding.licence != SNOMED):
            made = {"system": coding.system, "code": coding.code}
            if coding.display:
                made["display"] = coding.display
            found.append(made)
    return found


def is_morphology(coding: dict[str, str]) -> bool:
    """Say whether a coding names a tissue's form, not a disease."""
    return "morphologic abnormality" in coding.get("display", "") or "icd-o" in coding["system"]
