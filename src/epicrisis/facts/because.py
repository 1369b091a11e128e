"""The words that lead to a cause: "due to", "d/t", "2/2"."""

from __future__ import annotations

import re

from epicrisis.kept import lazy

# "AKI 2/2 cisplatin": secondary to; "2/2 positive" is a count
DUE_TO = (
    r"(?:because\s+of|due\s+to|d/t|b/c\s+of|owing\s+to|on\s+account\s+of|as\s+a\s+result\s+of|secondary\s+to"
    r"|(?<!\d)2/2(?=\s)(?!\s+(?:positive|negative|nodes?|cores?|LNs?|cultures?)))"
)
# "lipase increased grade 3 on 27 May, asymptomatic, not related", "rash (20 May to 3 June, related to IP)"
NOT_RELATED = lazy(
    r"[^.;]{0,70}?[,(]\s?(?:considered\s+|judged\s+)?(?:unrelated|not\s+(?:drug[\s-]|treatment[\s-])?related)\s*(?:[.;,)]|\Z)"
    r"|[^.;]{0,70}?[,(]\s?related\s+to\s+(?:the\s+)?(?:IP|IMP|study\s+(?:drug|treatment)|investigational\s+product|underlying\s+\w+|disease\b|tumou?r\b)",
    re.I,
)
