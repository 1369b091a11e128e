"""Whatever the text, extraction ends, stays inside it, and says the same twice."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from epicrisis.case import build_case
from epicrisis.document import read
from epicrisis.facts import extract
from support import ROOT

WORDS = (
    "A 61-year-old woman had",
    "no",
    "adenocarcinoma",
    "of the left breast",
    "in March 2020",
    "pT2N1M0",
    "stage IIIc",
    "cisplatin 75 mg/m2",
    "q3w",
    "was planned",
    "two months later",
    "metastases to the liver and lung",
    "CD34-",
    "Ki67 (10-20%)",
    "CEA 33,3 ng/ml",
    "grade 2-3 mucositis",
    "her mother had",
    "SD",
    "died on July 27, 2019",
    "\n\n",
    ".",
    ",",
    ";",
    "(",
    ")",
    "Discussion",
    "1.",
    "é",
    "𝒳",
    "\u200a",
    "-",
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_every_fact_quotes_the_text(text: str) -> None:
    """Offsets are code points, never outside, and the quote is the slice."""
    document = read(text)
    for fact in extract(document):
        assert 0 <= fact.start < fact.end <= len(document.text)
        assert document.text[fact.start : fact.end] == fact.text


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_every_item_is_unique_linked_and_in_evidence(text: str) -> None:
    """Keys are unique, links lead to items, spans lie in the text; twice gives the same."""
    document = read(text)
    case = build_case(document, extract(document))
    keys = [i.key for i in case.items]
    assert len(keys) == len(set(keys))
    for item in case.items:
        assert item.spans
        assert all(0 <= s.start < s.end <= len(document.text) for s in item.spans)
        assert all(k in keys for linked in item.links.values() for k in linked)
    assert build_case(document, extract(document)) == case


def test_time_grows_with_the_text_only() -> None:
    """Four times the text takes at most about four times the time (no hidden square)."""
    text = (ROOT / "samples" / "leiomyosarcoma.txt").read_text(encoding="utf-8")

    def seconds(times: int) -> float:
        document = read("\n\n".join([text] * times))
        best = []
        for _ in range(3):
            started = time.perf_counter()
            build_case(document, extract(document))
            best.append(time.perf_counter() - started)
        return min(best)

    seconds(1)
    assert seconds(16) < 4 * 2.5 * seconds(4)
