"""A search that passes over what a pattern cannot begin with finds what any other search does."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest

import epicrisis
from epicrisis import engine
from epicrisis.kept import _Later

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
TEXT = "K\u212a k \u017fs Ss \u0130i \u0131I \xb5\u03bcM \xc5\u212b \xdf\u1e9e 12 mg/m\xb2, x\nX; aab. _a-b \u4e2d\u6587 \u0663\uff12 T4N1 \U0001f600 zz\n"
PATTERNS = [
    (r"\b(?:was|is|zz)\b", 0),
    (r"\b(?:K|s|i|\xb5|\xe5|ss)\w*", re.I),
    (r"(?<![\w-])[xk]|(?<=\d)\s?m", re.I),
    (r"(?=[Tk])\w+|(?!x)[a-c]+", 0),
    (r"(?=x?)y|(?=(x)?)\1z", 0),
    (r"(a)?\1b|(?(1)c|d)", 0),
    (r"(?:a{0,2}|b)*?c|(?>a+)b|a*+b", 0),
    (r"\A\s*|\Z", 0),
    (r"[^\W\d_]+$|^.", re.M | re.S),
    (r"(?i:k)x?|(?-i:S)(?i:S)", re.I),
    (r"[^a-z]\d|\w{2}", re.A),
    (r"\d(?<!\w\d)\s?m|[\u4e00-\u9fff]", re.I),
    (r"(?!)|\Bb", 0),
    (r"\b[^\W\d_\x00-\x7f]|\W\d", 0),
    (r"\b[^\W\d_\x00-\x7f]|\W\d", re.A),
    (r"\s\S|(?<!x)\w\w", 0),
    (r"[^\w\s]|\D\b", 0),
]


def differs(pattern: str, flags: int, texts: list[str]) -> list[str]:
    """Return the texts in which the two do not find the same."""
    ours, plain = engine.compiled(pattern, flags), re.compile(pattern, flags)
    found = [[[(m.span(), m.groups()) for m in p.finditer(text)] for p in (ours, plain)] for text in texts]
    return [text for text, (one, two) in zip(texts, found, strict=True) if one != two]


@pytest.mark.parametrize(("pattern", "flags"), PATTERNS)
def test_the_same_is_found(pattern: str, flags: int) -> None:
    """Whatever the pattern begins with, whatever the case of letters and the script."""
    assert differs(pattern, int(flags), [TEXT, *TEXT, *map(chr, range(0x250))]) == []


def test_a_search_knows_what_a_pattern_begins_with() -> None:
    """Where `re` does not work it out, because a pattern looks around first."""
    assert engine.compiled(r"\bwas\b", 0) != re.compile(r"\bwas\b")
    assert engine.compiled(r"was\b", 0) == re.compile(r"was\b")  # the engine's own way is as good


def test_a_wrong_pattern_is_told_by_re() -> None:
    """As if nothing stood between."""
    with pytest.raises(re.error):
        engine.compiled("(", 0)


def test_another_engine_than_we_know_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a pattern cannot be taken apart, `re` makes it."""
    monkeypatch.setattr(engine, "_is_known", lambda: False)
    assert engine.compiled(r"\bwas\b", 0) == re.compile(r"\bwas\b")
    assert engine.taken_apart("a", 0) is None


def test_our_patterns_find_the_same_in_the_samples() -> None:
    """Every pattern of the package, in every sample."""
    patterns = set()
    for found in pkgutil.walk_packages(epicrisis.__path__, "epicrisis."):
        if "__main__" in found.name:
            continue
        try:
            module = import_module(found.name)
        except ImportError:  # an extra that is not installed
            continue
        patterns |= {(p.pattern, p._given) for p in vars(module).values() if isinstance(p, _Later)}
    texts = [p.read_text(encoding="utf-8")[:1000] for p in sorted(SAMPLES.glob("*.[tm][xd]*"))[:3]]
    assert len(patterns) > 500
    assert [p for p, flags in patterns if differs(p, flags, texts)] == []
