"""What stands between two drugs that are given together: their doses, and a word that joins them."""

from __future__ import annotations

import re

from epicrisis.kept import lazy

# "carboplatin (AUC 6, day 1) and paclitaxel"
TOGETHER = lazy(
    r"(?:\s|[\d.,²-]|\([^()]{0,160}\)|AUC|[mµ]?c?g|m2|kg|U\b|/|\b(?:on|days?|daily|weekly|biweekly|once|twice|every|weeks?|q\d\w*|iv|intravenous(?:ly)?|oral(?:ly)?|loading|then|followed)\b){0,30}?"
    r"(?<!then\s)(?:\s?/\s?|\s?\+\s?|,\s|\s(?:and|plus|with|(?:combined|together)\swith|in\scombination\swith)\s)(?:weekly\s|oral\s|intravenous\s|low-dose\s|high-dose\s)?",
    re.I,
)
