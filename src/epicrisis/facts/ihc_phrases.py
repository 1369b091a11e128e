"""The words of panels of stains (`mappings/cues/markers.toml`), and one stain with what is said of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from epicrisis import resources
from epicrisis.facts.patterns import rx
from epicrisis.terminology import Hit


@dataclass(slots=True)
class Stain:
    """One marker of a panel; `value` holds what the text says of it."""

    hit: Hit
    end: int  # where its own words end, results included
    value: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Phrases:
    """The word lists of panels, ready to use."""

    context: re.Pattern[str]
    serum: re.Pattern[str]
    methods: tuple[tuple[str, re.Pattern[str]], ...]
    before: re.Pattern[str]
    after: re.Pattern[str]
    weak: re.Pattern[str]
    intensity: re.Pattern[str]
    listing: frozenset[str]
    link: frozenset[str]


@cache
def phrases_of_panels() -> Phrases:
    """Read the words that ship."""
    data = resources.toml("cues", "markers.toml")

    def any_of(words: list[str]) -> str:
        return "|".join(w.replace(" ", r"\s+") for w in sorted(words, key=len, reverse=True))

    def named(table: dict[str, list[str]]) -> re.Pattern[str]:
        return rx(
            "|".join(rf"(?P<{k}>(?<![\w-])(?:{any_of(v)})(?![\w-]))" for k, v in table.items()),
            re.I,
        )

    return Phrases(
        rx(rf"\b(?:{any_of(data['context']['words'])})\b", re.I),
        rx(rf"\b(?:{any_of(data['serum']['words'])})\b", re.I),
        tuple((k, rx(rf"\b(?:{any_of(v)})\b", re.I)) for k, v in data["method"].items()),
        named(data["before"]),
        named(data["after"]),
        rx(rf"(?:{any_of(data['weak']['words'])})\Z", re.I),
        rx(rf"\b(?:{any_of(data['intensity']['words'])})\b", re.I),
        frozenset(data["list"]["words"]),
        frozenset(data["link"]["words"]),
    )


RESULTS = {
    "positive": "positive",
    "pos": "positive",
    "overexpressed": "positive",
    "negative": "negative",
    "neg": "negative",
    "absent": "negative",
    "non-reactive": "negative",
    "nonreactive": "negative",
    "retained": "retained",
    "intact": "retained",
    "preserved": "retained",
    "lost": "loss",
    "loss": "loss",
    "equivocal": "equivocal",
}


def put(value: dict[str, Any], name: str, found: str | None) -> None:
    """Set value[name] to *found*, white space folded, where there is any."""
    if found:
        value[name] = " ".join(found.split())
