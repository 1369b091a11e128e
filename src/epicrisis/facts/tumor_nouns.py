"""The nouns beside a size or a grade that say whether it is the tumour's, from the cues of staging."""

from __future__ import annotations

import re
from functools import cache

from epicrisis import resources
from epicrisis.facts.patterns import any_of, rx


@cache
def tumor_or(other: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the nouns of tumours, and those of another table of `cues/staging.toml` ("organ", "harm")."""
    data = resources.toml("cues", "staging.toml")
    nots = any_of(data["tumor"]["not"])
    return (
        rx(rf"\b(?!(?:{nots})\b)(?:{any_of(data['tumor']['words'])})\b", re.I),
        rx(rf"\b(?:{any_of(data[other]['words'])})\b", re.I),
    )
