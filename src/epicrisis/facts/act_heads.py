"""Words that name an act by themselves ("biopsy") or by their ending ("-ectomy")."""

from __future__ import annotations

from functools import cache, lru_cache

from epicrisis import resources
from epicrisis.facts.context import Context
from epicrisis.terminology import fold


def act_heads(context: Context) -> dict[int, list[tuple[int, int]]]:
    """Return by sentence where words stand that name an act by themselves or by their ending."""
    folded = context.folded
    found: dict[int, list[tuple[int, int]]] = {}
    heads = {word for word in set(folded.words) if _is_head(word)}
    for i, word in enumerate(folded.words):
        if word in heads:
            found.setdefault(context.sentence_at(folded.starts[i]), []).append((folded.starts[i], folded.ends[i]))
    return found


@lru_cache(maxsize=16384)
def _is_head(word: str) -> bool:
    known, endings, nots = head_words()
    return (word in known or word.endswith(endings)) and word not in nots and not word.startswith("post")


@cache
def head_words() -> tuple[frozenset[str], tuple[str, ...], frozenset[str]]:
    """Return the words that name an act, the endings that do, and the words with such an ending that do not."""
    data = resources.toml("cues", "procedures.toml")["heads"]
    return (
        frozenset(fold(w) for w in data["words"] if " " not in w),
        tuple(fold(e) for e in data["endings"]),
        frozenset(fold(w) for w in data["not"]),
    )
