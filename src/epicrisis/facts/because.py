"""The words that lead to a cause: "due to", "d/t", "2/2"."""

from __future__ import annotations

# "AKI 2/2 cisplatin": secondary to; "2/2 positive" is a count
DUE_TO = (
    r"(?:because\s+of|due\s+to|d/t|b/c\s+of|owing\s+to|on\s+account\s+of|as\s+a\s+result\s+of|secondary\s+to"
    r"|(?<!\d)2/2(?=\s)(?!\s+(?:positive|negative|nodes?|cores?|LNs?|cultures?)))"
)
