"""Lymph nodes that were examined, and those with tumour: "3/18 lymph nodes positive", "two of 14 nodes", "LN 0/22".

Value: that of a laboratory result (`labs`): a number. Both counts are told, or none is read.
"""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx, stems

_WORDS = "none one two three four five six seven eight nine ten eleven twelve".split()
_N = rf"(?:\d{{1,3}}|{'|'.join(_WORDS)})"
_T = rf"(?:\d{{1,3}}|{'|'.join(_WORDS[2:])})"
_NODES = r"(?:(?:(?:[a-z-]+|level\s+[1-7IVX]{1,3}[abAB]?)\s+){0,3}?(?:lymph\s?nodes?|nodes?|LNs?)\b)"
_BEARING = (
    r"(?:\s*[,(]?\s*(?:(?:was|were|are|is|being|with|had|have|showed|contained|found|to|be|for|tested|the|a|by)\s+){0,4}"
    r"(?:positive|metasta\w+|involved|affected|infiltrated|tumou?r|carcinoma|disease|macrometa\w+)\b)"
)
_BEFORE = rx(
    rf"(?<![\w./,-])(?P<n>{_N})\s*(?:/|(?:out\s+)?of(?:\s+(?:the|a\s+total\s+of|all))?\s)\s*(?P<t>{_T})(?![\d/]|\.\d)\s+(?:resected\s+|removed\s+|examined\s+|dissected\s+|harvested\s+)?"
    rf"{_NODES}(?P<said>{_BEARING})?",
    re.I,
)
# "1 positive lymph node out of 9 removed"
_POSITIVE_OF = rx(
    rf"(?<![\w./,-])(?P<n>{_N})\s+(?P<said>positive|metastatic|involved|infiltrated|tumou?r-bearing)\s+{_NODES}\s+(?:out\s+)?of\s+(?:the\s+|a\s+total\s+of\s+)?(?P<t>{_T})(?![\d/]|\.\d)",
    re.I,
)
_AFTER = rx(
    r"\b(?:lymph\s?nodes?|nodes|sentinel\s+(?:lymph\s+)?nodes?|LNs?|SLNs?)\s*(?:status\s*)?(?:(?:were|was|positive|involved|metastatic)\s*)?[:=(]?\s*"
    rf"(?P<n>\d{{1,3}})\s?/\s?(?P<t>\d{{1,3}})(?![\d/]|\.\d|\s?(?:cm|mm|%))(?P<said>{_BEARING})?",
    re.I,
)
_NEGATIVE = rx(r"\s*(?:(?:was|were|are)\s+)?(?:negative|free|clear|uninvolved|benign|reactive)\b", re.I)
_MAY = stems("lymph node lymphnode sentinel", any_end="ln sln lns slns")
_SAMPLED = rx(r"\b(?:bx|biops\w+|FNAC?|aspirat\w+)\b[^.;,]*\Z", re.I)
_MOST = 150  # nodes that one takes out


def extract(context: Context) -> list[Fact]:
    """Return the counts of lymph nodes."""
    facts: list[Fact] = []
    told = context.having(_MAY)
    for index, s in context.patient_sentences():
        if index not in told:
            continue
        taken = s.start
        leading = [(m, False) for m in _BEFORE.finditer(context.text, s.start, s.end)]
        leading += [(m, False) for m in _POSITIVE_OF.finditer(context.text, s.start, s.end)]
        found = leading + [(m, True) for m in _AFTER.finditer(context.text, s.start, s.end)]
        for m, behind in sorted(found, key=lambda f: f[0].start("n")):
            n, t = _number(m["n"]), _number(m["t"])
            if m.start("n") < taken or n > t or not 0 < t <= _MOST:
                continue
            if n and not m["said"] and (not behind or _NEGATIVE.match(context.text, m.end(), s.end)):
                continue  # "two of 14 nodes were negative"
            if behind and not m["said"] and _SAMPLED.search(context.text, max(s.start, m.start() - 40), m.start()):
                continue  # "biopsy of the inguinal LN 3/11": a day
            taken = m.end()
            for name, group, count in (("positive", "n", n), ("examined", "t", t)):
                value = {"value": str(count), "valueSpan": list(m.span(group))}
                concept = f"measurements/lymph nodes {name}"
                start, end = (
                    (m.start(), m.end())
                    if name == "positive"
                    else (m.start("t"), max(m.end("t"), m.start("said") if m["said"] else m.end()))
                )
                facts.append(context.fact("lab", start, end, concept=concept, value=value))
    return facts


def _number(written: str) -> int:
    word = written.lower()
    return _WORDS.index(word) if word in _WORDS else int(word)
