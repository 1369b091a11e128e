"""Numbers as doses write them: digits with points or commas, and the words up to twelve."""

from __future__ import annotations

from functools import lru_cache

from epicrisis.kept import lazy

_WORDS = {w: i for i, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())}
NUMBER = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"


@lru_cache(maxsize=4096)
def number(word: str) -> str:
    """Return a written number as a decimal string ("33,3" -> "33.3", "1,500" -> "1500", "six" -> "6")."""
    word = word.strip()
    if word.lower() in _WORDS:
        return str(_WORDS[word.lower()])
    if lazy(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?").fullmatch(word):
        return word.replace(",", "")
    return word.replace(",", ".")
