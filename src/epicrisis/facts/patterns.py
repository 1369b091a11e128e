"""Compile patterns that stay linear on any text.

Within a phrase no run of white space is long; bounding the runs keeps a pattern from trying
every way to share out a page of blanks.
"""

from __future__ import annotations

import re


def rx(pattern: str, flags: int | re.RegexFlag = 0) -> re.Pattern[str]:
    r"""Return *pattern* compiled, with `\s*` and `\s+` bounded to four characters."""
    return re.compile(pattern.replace(r"\s*", r"\s{0,4}").replace(r"\s+", r"\s{1,4}"), flags)
