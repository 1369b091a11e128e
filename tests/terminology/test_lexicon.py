"""Terms are found leftmost and longest, the same way by a walk and by the automaton."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from epicrisis.terminology import fold_text, load
from epicrisis.terminology.lexicon import Lexicon, phrases
from support import ROOT

NAMES = ["a", "a b", "a b c", "b c d", "C", "c d e f", "d", "e f", "AB", "f a b"]
KNOWN = phrases((f"t/{n}", n) for n in NAMES)


def both(lexicon: Lexicon, text: str) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    folded = fold_text(text)
    return list(lexicon._walk(folded)), list(lexicon._search(folded))


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f", "C", "AB", "x"]), max_size=30),
    st.lists(st.sampled_from([" ", ", ", "-", ". ", "\n\n", "  ", "("]), min_size=30, max_size=30),
)
def test_walk_and_automaton_find_the_same(words: list[str], gaps: list[str]) -> None:
    """Whatever the words and what stands between them."""
    text = "".join(w + g for w, g in zip(words, gaps, strict=False))
    walked, searched = both(Lexicon(KNOWN), text)
    assert walked == searched


def test_walk_and_automaton_find_the_same_in_the_samples() -> None:
    """With all terms of the tables."""
    for file in [*(ROOT / "samples").glob("*.txt"), *(ROOT / "samples").glob("*.md")]:
        walked, searched = both(load().lexicon, file.read_text(encoding="utf-8"))
        assert walked == searched
        assert len(walked) > 20


def test_the_first_texts_and_the_following_ones_give_the_same_hits() -> None:
    """The change from one way to the other shows nowhere."""
    lexicon = Lexicon(KNOWN)
    found = [lexicon.find("a b c d e f AB, c C x") for _ in range(6)]
    assert all(hits == found[0] for hits in found)
    assert [(h.start, h.end) for h in found[0]][:2] == [(0, 5), (6, 7)]
