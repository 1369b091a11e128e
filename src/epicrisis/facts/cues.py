"""Words that change what a statement means: negation, plans, relatives, literature.

The words are data (`mappings/cues/context.toml`); this module finds them, in the same
folded text as the terms.
"""

from __future__ import annotations

from functools import cache, partial
from typing import NamedTuple

from epicrisis import resources
from epicrisis.terminology import Folded, Lexicon
from epicrisis.terminology.lexicon import phrases as fold_phrases


class Cue(NamedTuple):
    """A cue of one kind at [start, end)."""

    kind: str
    start: int
    end: int


_cue = partial(tuple.__new__, Cue)  # half the time of its constructor: a text has hundreds


class Cues:
    """The cue phrases of one language."""

    def __init__(self, phrases: dict[str, list[str]]) -> None:
        """Build from kind -> phrases."""
        self._lexicon = Lexicon(fold_phrases((kind, phrase) for kind, listed in phrases.items() for phrase in listed))

    def find(self, text: str, folded: Folded) -> list[Cue]:
        """Return the cues in order; one phrase may be a cue of several kinds."""
        found = self._lexicon.find(text, folded)
        return [_cue((kind, start, end)) for start, end, kinds in found for kind in kinds]


@cache
def load_cues() -> Cues:
    """Read the cue phrases that ship."""
    data = resources.toml("cues", "context.toml")
    return Cues({kind: table["phrases"] for kind, table in data.items()})
