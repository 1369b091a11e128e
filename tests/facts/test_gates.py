"""A look at the words of a sentence before a pattern runs saves time, and changes nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from epicrisis.case import build_case
from epicrisis.document import read
from epicrisis.facts import extract
from epicrisis.facts.context import Context
from epicrisis.facts.patterns import stems, stems_of
from support import ROOT, shared_dir

SAMPLES = [*sorted((ROOT / "samples").glob("*.txt")), *sorted((ROOT / "samples").glob("*.md"))]


def _texts() -> list[str]:
    """Return the narratives of the samples and of all cases, and development reports where they are."""
    found = [p.read_text(encoding="utf-8") for p in SAMPLES]

    def collect(node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key == "text" and isinstance(value, str):
                    found.append(value)
                else:
                    collect(value)
        elif isinstance(node, list):
            for value in node:
                collect(value)

    for file in sorted((ROOT / "tests" / "cases").rglob("*.toml")):
        collect(tomllib.loads(file.read_text(encoding="utf-8")))
    return found


def _facts(text: str) -> list[str]:
    """Return what is found in a text: its facts, and the case that these make."""
    document = read(text)
    facts = extract(document)
    told = [repr(f) for f in facts]
    return [*told, repr(build_case(document, facts))]


def _open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every pattern run on every sentence, everywhere in it."""

    def all_of(context: Context, *_: object) -> set[int]:
        return set(range(len(context.sentences)))

    def everywhere(
        context: Context, pattern: re.Pattern[str], _: frozenset[str], low: int, high: int
    ) -> Iterator[re.Match[str]]:
        return pattern.finditer(context.text, low, high)

    def first(
        context: Context, pattern: re.Pattern[str], _: frozenset[str], low: int, high: int
    ) -> re.Match[str] | None:
        return pattern.search(context.text, low, high)

    monkeypatch.setattr(Context, "first", first)
    monkeypatch.setattr(Context, "may", lambda *_: True)
    monkeypatch.setattr(Context, "having", all_of)
    monkeypatch.setattr(Context, "holding", all_of)
    monkeypatch.setattr(Context, "numbered", property(all_of))
    monkeypatch.setattr(Context, "with_number", all_of)
    monkeypatch.setattr(Context, "find", everywhere)


def test_no_gate_hides_a_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    """With every pattern on every sentence the same facts and cases come out of every narrative and sample."""
    texts = _texts()
    assert len(texts) > 100
    gated = [_facts(t) for t in texts]
    _open(monkeypatch)
    for text, facts in zip(texts, gated, strict=True):
        assert _facts(text) == facts


def test_no_gate_hides_a_fact_of_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same holds for the development reports."""
    folder = shared_dir() / "corpora" / "maccrobat_dev"
    texts = [p.read_text(encoding="utf-8") for p in sorted(Path(folder).glob("*.txt"))]
    gated = [_facts(t) for t in texts]
    _open(monkeypatch)
    for text, facts in zip(texts, gated, strict=True):
        assert _facts(text) == facts


def test_stems_are_the_beginnings_of_words() -> None:
    """Four characters, small; short words as they are; optional letters both ways."""
    assert stems("Pressure BP") == {"pres", "bp"}
    assert {"msi", "msih"} <= stems("", any_end="MSI")
    assert stems_of(["R-?ISS", "IRSG?", "Ann[ -]Arbor"]) == {"r", "riss", "irsg", "irs", "ann"}
    with pytest.raises(ValueError, match="begin with letters"):
        stems_of([r"\d+ fold"])
