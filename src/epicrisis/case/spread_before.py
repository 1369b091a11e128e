"""Metastases that were there before the day on which they are told of: what grew or shrank then came earlier."""

from __future__ import annotations

import re

from epicrisis.facts import Fact
from epicrisis.kept import lazy

_SIZE = r"(?:\s+in\s+(?:the\s+|both\s+)?(?:size|number|volume|extent)(?:\s+and\s+(?:the\s+)?(?:size|number|extent))?)?"
_OF = r"(?:\s+(?:of|in))?(?:\s+(?:the|his|her|its|known|all|both|multiple|several|these|pre-?existing|existing|previous(?:ly)?|described|treated))*\s+\Z"
# "progression of the known liver metastases", "growing lung metastases"
_BEFORE = lazy(
    r"\b(?:known|pre-?existing|previously\s+(?:known|described|treated|seen|diagnosed|detected)"
    r"|(?:progress(?:ion|ive|ing)|growth|growing|increas(?:e|ed|es|ing)|enlarg(?:ement|ing|ed)|worsen(?:ing|ed)|regress(?:ion|ing|ive)|shrink(?:age|ing)|reduction|decreas(?:e|ed|ing)"
    rf"|resolution|disappearance|stability|stable|persist(?:ent|ing|ence)|unchanged){_SIZE}){_OF}",
    re.I,
)
_BEHIND = lazy(
    r"\s*,?\s*(?:(?:which|that)\s+)?(?:(?:had|have|has|were|was)\s+)?(?:further\s+|clearly\s+|again\s+|also\s+|\w+ly\s+)?"
    r"(?:progressed|increased|grown|grew|enlarged|worsened|regressed|shrunk|shrank|decreased|resolved|disappeared|remained|responded|progressing|growing|stable|unchanged|larger|smaller|(?:already\s+)?known\b(?!\s+as)|present\s+since)\b",
    re.I,
)
_KNOWN = lazy(
    r"(?:known|pre-?existing|stable|progressive|growing|increasing|persistent|unchanged|decreas(?:ed|ing)|regress(?:ed|ing)|enlarg(?:ed|ing)|larger|smaller|shrinking|shrunken|worsening|improv(?:ed|ing)|reduced)\b",
    re.I,
)


def there_before(text: str, low: int, fact: Fact, high: int) -> bool:
    """Say whether the words of [low, high) around a metastasis tell that it was known: its day is not that of its finding."""
    return (
        _KNOWN.match(text, fact.start, fact.end) is not None
        or _BEFORE.search(text, max(low, fact.start - 90), fact.start) is not None
        or _BEHIND.match(text, fact.end, high) is not None
    )
