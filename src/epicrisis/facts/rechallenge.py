"""A drug that is given again without its name: "Lorlatinib 100 mg ... grade 3. Rechallenged at 75 mg in July 2021."

It is the one drug against the tumour that was told last before.
"""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

# verbs of what is given once more
GIVEN_AGAIN = r"\b(?:re-?challeng|re-?introduc|resum|re-?start|re-?initiat|re-?administ|re-?expos)\w*\b"
_AGAIN = lazy(
    r"\W{0,4}(?:(?:was|then|later|subsequently|successfully)\s+){0,2}(?P<verb>re-?challenged|re-?started|resumed|re-?introduced|recommenced)\s+"
    r"(?:(?:at|on|with)\s+)?(?:(?:a\s+)?(?:reduced\s+|lower\s+)?dose\s+(?:of\s+)?)?(?=\d)",
    re.I,
)
_STEMS = stems("rechallenged re restarted resumed reintroduced recommenced was then later subsequently successfully")
_REACH = 3  # sentences: "lorlatinib since January; hyperlipidaemia G3, oedema G2. Rechallenged at 75 mg"


def _against(context: Context, index: int) -> dict[str, Hit]:
    """Return the drugs against the tumour that sentence *index* names."""
    hits = context.by_sentence("drugs").get(index, ())
    return {h.concepts[0]: h for h in hits if context.terms.attr(h.concepts[0], "class") in ANTITUMOUR}


def given_again(context: Context, index: int) -> list[Fact]:
    """Return the drug that sentence *index* tells to be given again, named before it."""
    s = context.sentences[index]
    if not context.may(index, _STEMS):
        return []
    m = _AGAIN.match(context.text, s.start, s.end)
    if m is None:
        return []
    named = next(
        (told for n in range(index - 1, max(-1, index - 1 - _REACH), -1) if (told := _against(context, n))), {}
    )
    if len(named) != 1:
        return []
    concept, hit = next(iter(named.items()))
    return [context.fact("medication", *m.span("verb"), concept=concept, value={"named": [hit.start, hit.end]})]
