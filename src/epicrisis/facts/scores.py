"""Scores that grade or rank one disease: Gleason, ISUP, Breslow, Clark, Deauville, IPI, Child-Pugh,
risk groups.

Values are those of `staging`: {"kind", "category", "value", "unit"?}.
"""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.covered import Covered
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx, stems
from epicrisis.facts.quantity import decimal
from epicrisis.kept import lazy

_IS = (
    r"(?:\s|:|=|\(|\b(?:was|is|of|score|sum|grade|index|level|being|at"
    r"|total|scale|criteria|scoring|system|point|5-point|five-point)\b){0,8}"
)
_PATTERNS = (
    (
        "gleason",
        rx(
            rf"(?:\bGleason(?:['’]s)?{_IS}|(?-i:\bGS)\s?[:=]?\s?(?=[1-5]\s?\+))(?P<v>[1-5]\s?\+\s?[1-5](?:\s?=\s?\d{{1,2}})?"
            rf"|\b(?:[2-9]|10)\b(?:\s?\(\s?[1-5]\s?\+\s?[1-5]\s?\))?)|"
            rf"(?P<v2>\b[1-5]\s?\+\s?[1-5])\s+Gleason",
            re.I,
        ),
    ),
    (
        "isup",
        rx(
            r"\b(?:ISUP(?:\s+grade)?(?:\s+group)?|grade\s+group|WHO/ISUP"
            r"(?:\s+grade)?)\s*(?:of|:|=|was|is)?\s*(?P<v>[1-5])(?!\d|\.\d)",
            re.I,
        ),
    ),
    (
        "breslow",
        rx(
            rf"\bBreslow(?:['’]s)?\s*(?:(?:tumou?r\s+)?(?:thickness|depth"
            rf"|index)\b)?{_IS}(?:approximately\s+|about\s+)?(?P<v>\d+"
            rf"(?:[.,]\d+)?)\s?(?P<u>mm|cm)\b|(?P<v2>\d+(?:[.,]\d+)?)\s?"
            rf"(?P<u2>mm)\s+(?:Breslow|in\s+Breslow)",
            re.I,
        ),
    ),
    (
        "clark",
        rx(
            rf"\bClark(?:['’]s)?{_IS}(?:of\s+invasion\s*(?:of|was|:)?\s*)?"
            rf"(?P<v>IV|V|I{{1,3}}|[1-5])(?!\w|\.\d)",
            re.I,
        ),
    ),
    (
        "deauville",
        rx(
            rf"\bDeauville{_IS}(?P<v>[1-5](?:\s?[-–]\s?[1-5])?)(?!\w|\.\d)"
            rf"|\bDS\s?(?P<v2>[1-5])\b(?=[^.]{{0,40}}PET)",
            re.I,
        ),
    ),
    (
        "flipi",
        rx(rf"\bFLIPI2?{_IS}(?P<v>[0-5]|(?:low|intermediate|high)(?=[\s-]risk))(?!\d|\.\d)", re.I),
    ),
    (
        "mipi",
        rx(
            rf"\bs?MIPI(?:-c)?{_IS}(?P<v>\d{{1,2}}(?:[.,]\d+)?|(?:low|intermediate"
            rf"|high)(?=[\s-]risk))",
            re.I,
        ),
    ),
    (
        "ipss",
        rx(
            rf"\bIPSS(?:-[RM])?{_IS}(?P<v>\d(?:[.,]\d+)?|(?:very\s+)?(?:low"
            rf"|high)|int(?:ermediate)?(?:-[12])?)\b",
            re.I,
        ),
    ),
    (
        "cllipi",
        rx(
            rf"\bCLL[\s-]?(?-i:IPI){_IS}(?P<v>10|[0-9](?!\d|\.\d)|(?:very\s+)?(?:low|intermediate|high)(?=[\s-]risk))",
            re.I,
        ),
    ),
    (
        "ipi",
        rx(
            rf"(?<![\w-])(?:R-?|aa|NCCN-?|CNS-?)?(?:(?-i:IPI)|International\s+Prognostic\s+Index"
            rf"(?:\s*\(IPI\))?){_IS}(?P<v>[0-6]|(?:low|high)(?:-intermediate)?"
            rf"(?=[\s-]risk))(?!\d|\.\d)",
            re.I,
        ),
    ),
    (
        "childpugh",
        rx(
            rf"\bChild(?:[\s–-]+Turcotte)?(?:[\s–-]+Pugh)?(?:\s+class)?{_IS}"
            rf"(?:class\s+|grade\s+)?(?P<v>[ABC](?:\s?\(\d{{1,2}}(?:\s?points?)?\)"
            rf"|\s?\d{{1,2}}\b)?|\d{{1,2}})(?!\w|\.\d)",
            re.I,
        ),
    ),
    (
        "imdc",
        rx(
            r"\b(?:IMDC|MSKCC)\s*(?:risk)?\s*(?:score|category|group|criteria)?\s*"
            r"(?:of|:|=|was|is)?\s*(?P<v>favou?rable|good|intermediate"
            r"|poor|[0-6])\b",
            re.I,
        ),
    ),
    (
        "fab",
        rx(
            r"\b(?:FAB|French-American-British)\s*(?:classification|subtype"
            r"|type|class)?\s*[:(]?\s*(?P<v>M[0-7](?:Eo|v)?|L[1-3])\b|\bA"
            r"(?:ML|PL)[\s-]*\(?(?P<v2>M[0-7])\)?(?!\w)"
        ),
    ),
    (
        "eln",
        rx(
            r"\bELN(?:\s?(?:2010|2017|2022))?\s*(?:risk)?[\s:-]*(?P<v>favou?rable"
            r"|intermediate|adverse)\b",
            re.I,
        ),
    ),
    (
        "bosniak",
        rx(r"\bBosniak\s*(?:type|category|class)?\s*(?P<v>IV|IIF|I{1,3}|[1-4])\b", re.I),
    ),
)
# how terms/staging.tsv names such values
_NAMES = tuple(
    f"{kind} {word}{{}}{tail}"
    for kind in ("gleason", "isup", "clark", "deauville", "ipi")
    for word in ("", "score ", "grade group ", "level ")
    for tail in ("", " risk")
)
_CUES = rx(
    r"gleason|isup|grade\s+group|breslow|clark|deauville|ipi\b|prognostic index"
    r"|child|imdc|mskcc|\bfab\b|aml|apl|\beln|bosniak|\bds\s?\d|\bgs\s?[:=]?\s?\d|ipss",
    re.I,
)


SCORES = stems(
    "cll gleason gs gs3 gs4 gs5 isup group breslow clark deauville ipi ripi aaipi nccn cnsi prognostic child imdc mskcc fab french bosniak ipss flipi mipi smipi "
    "aml apl amlm aplm eln eln2 ds ds1 ds2 ds3 ds4 ds5"
)
_PROSTATE = rx(r"gleason|prostat", re.I)


_MARROW = lazy(r"myelodysplas|\bMDS\b|myelofibrosis|\bCMML\b|blasts", re.I)
_URINARY = lazy(r"prostat|urinary|nocturia|IIEF|\bBPH\b", re.I)


def read_scores(context: Context, low: int, high: int) -> list[Fact]:
    """Return the scores of a sentence that has one of the words of `SCORES` as stage facts."""
    text = context.text
    if not _CUES.search(text, low, high):
        return []
    facts: list[Fact] = []
    taken = Covered()
    prostate = bool(_PROSTATE.search(text, low, high))
    for kind, pattern in _PATTERNS:
        for m in pattern.finditer(text, low, high):
            groups = m.groupdict()
            if kind == "isup" and "group" not in m.group().lower() and not prostate:
                continue  # of a kidney tumour it is a nuclear grade, read by `grade`
            written = groups["v"] or groups.get("v2") or ""
            if kind == "childpugh" and lazy(r"\s*(?:year|month)").match(text[m.end() : m.end() + 8]):
                continue
            if taken.overlaps(m.start(), m.end()):
                continue
            if kind == "ipss" and "-" not in m.group()[:5] and not _MARROW.search(text) and _URINARY.search(text):
                continue  # the prostate symptom score
            taken.add(m.start(), m.end())
            category = " ".join(written.split()) if written[:1].isalpha() else lazy(r"\s").sub("", written)
            value: dict[str, object] = {"kind": kind, "category": category, "value": category}
            unit = groups.get("u") or groups.get("u2")
            if unit:
                value["category"] = value["value"] = decimal(category)
                value["unit"] = unit
            plain = category.partition("=")[0]
            concept = next(
                (
                    f"staging/{name}"
                    for name in (form.format(plain.lower()) for form in _NAMES)
                    if context.terms.concept(f"staging/{name}") and name.startswith(kind)
                ),
                None,
            )
            facts.append(context.fact("stage", m.start(), m.end(), concept=concept, value=value))
    return facts
