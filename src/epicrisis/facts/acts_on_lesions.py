"""Acts on a lesion in an organ, which the tables know as acts on the organ.

"Resection of liver" is a hepatectomy; "resection of liver metastases" is not, and the liver is
where the metastases are.
"""

from __future__ import annotations

import re

from epicrisis.kept import lazy
from epicrisis.terminology import Hit, Lexicon

_OF = lazy(r"\s(?:of|from)\s+(?:the\s+|an?\s+|his\s+|her\s+|both\s+)?", re.I)
LESION = lazy(
    r"[\s‐-―-]+(?:(?:metastatic|solitary|residual|recurrent|cystic|solid|primary|tumou?r)\s+)?(?:metasta\w+|lesions?|tumou?rs?|mass(?:es)?|nodules?|recurrences?|deposits?|implants?|cysts?|polyps?|abscess(?:es)?|cancers?|[a-z]{3,}omas?|bed)\b",
    re.I,
)


def part(text: str, hits: list[Hit], lexicon: Lexicon) -> list[Hit]:
    """Return *hits* with an act on an organ replaced by the organ, where a lesion of it follows."""
    made: list[Hit] = []
    for hit in hits:
        if made and hit.start < made[-1].end:
            continue
        start, end, concepts = hit
        of = _OF.search(text, start, end) if end - start > 9 else None  # "cut of a rib"
        if of is None or not any(c.startswith("procedures/") for c in concepts) or not LESION.match(text, hit.end):
            made.append(hit)
            continue
        if not lexicon.find_in_words(text[hit.start : of.start()]):  # "removal": no act by itself, as "resection" is
            made.append(Hit(hit.start, of.start(), ("procedures/excision",)))
        at = of.end()
        inner = (Hit(h.start + at, h.end + at, h.concepts) for h in lexicon.find_in_words(text[at : hit.end + 50]))
        made += [h for h in inner if h.start < hit.end]
    return made
