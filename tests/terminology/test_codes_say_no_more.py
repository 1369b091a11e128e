"""A code that stands as exact says no more than its term: "appendectomy" is not "Laparoscopic appendectomy"."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from epicrisis.terminology import fold_phrase, load

LISTED = tomllib.loads(Path(__file__).with_name("codes_say_more.toml").read_text(encoding="utf-8"))
TABLES = ("cancers", "diseases", "symptoms", "procedures", "radiotherapy", "imaging", "sites")
TAG = re.compile(r" \([a-z/ ]+\)$")


@pytest.mark.parametrize("table", TABLES)
def test_an_exact_code_has_no_word_that_narrows_its_term(table: str) -> None:
    """Its name may add words of the code system's own, or such as are listed with the term."""
    generic, known = set(LISTED["generic"]), LISTED.get(table, {})
    found = {}
    for concept in load().domain(table):
        own = _words(concept.term)
        for coding in concept.codings:
            more = _words(TAG.sub("", coding.display)) - own - generic
            if coding.relation == "exact" and more and own <= _words(coding.display) | generic:
                found[concept.term] = " ".join(sorted(more))
    assert found == known


def _words(name: str) -> set[str]:
    return set(fold_phrase(name).split())


def test_a_row_without_a_name_says_nothing_of_a_code_s_name() -> None:
    """A code that stands without its name, as those of examinations do, leaves every name open."""
    terms = load()
    nameless = [c for c in terms.concept("imaging/histopathology").codings if not c.display]  # type: ignore[union-attr]
    assert nameless
    assert all(terms.displays(c.system, c.code) == frozenset() for c in nameless)
