"""Grade of the tumour: "grade II", "G2", "high-grade", "poorly differentiated", "FNCLCC grade 3".

Value: {"value": "II" | "2" | "high" | "poorly differentiated", "high"?, "scheme"?}. Grades of
adverse events are not read here.
"""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.event_grades import OF_TUMOUR, grades_an_event
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import roman, rx, stems
from epicrisis.facts.tumor_nouns import tumor_or
from epicrisis.kept import lazy

_ROMAN = r"(?:IV|I{1,3}|[1-4Ⅰ-Ⅳ])(?:[ab](?![a-z]))?"
_SCHEME = (
    r"(?:FNCLCC|French\s+Federation(?:\s+of\s+Cancer\s+Cent(?:er|re)s)?"
    r"|Fuhrman|WHO|ISUP|WHO/ISUP|Nottingham|Elston(?:[-\s]Ellis)?|Bloom[\s-]Richardson"
    r"|Scarff[\s-]Bloom[\s-]Richardson|SBR|Edmondson(?:[\s-]Steiner)?"
    r"|NCI|POG|Broders['’]?|Tavassoli|histologic(?:al)?|tumou?r|nuclear"
    r"|pathologic(?:al)?|cytologic(?:al)?|combined)"
)
_GRADE = rx(
    rf"(?:\b(?P<scheme>{_SCHEME})(?:\s+(?:histologic(?:al)?|nuclear|tumou?r"
    rf"|system|classification|score))?[\s,(]*)?\b(?:grad(?:e|ing)s?)\s*"
    rf"(?:was\s+|is\s+|of\s+|[:=|]\s*|\(\s*)?(?P<v>{_ROMAN})(?P<to>\s?"
    rf"(?:[-–/]|to|or)\s?{_ROMAN})?(?:\s?/\s?[34])?(?![\w.]*\d)(?!\w)",
    re.I,
)
_GRADE_BEGINS = stems(
    "fnclcc french fuhrman who isup nottingham elston bloom scarff sbr edmondson nci pog broders tavassoli histologic "
    "tumor tumour nuclear pathologic cytologic combined grade"
)
# "Fuhrman 3", "FNCLCC II": the scheme alone says that it is a grade
_BY_NAME = rx(
    rf"\b(?P<scheme>Fuhrman|FNCLCC|WHO/ISUP|Nottingham|Edmondson(?:[-\s]Steiner)?|Elston(?:[-\s]Ellis)?|SBR)\s*[:,(]?\s*(?P<v>{_ROMAN})(?P<to>\s?[-–/]\s?{_ROMAN})?(?![\w.]*\d)(?!\w)"
)
_SCHEMES = stems("fuhrman fnclcc who nottingham edmondson elston sbr")
_G = rx(r"(?<![\w-])G(?:rade\s?)?(?P<v>[1-4])(?P<to>\s?[-–/]\s?G?[1-4])?(?![\w-]*[\w%])")
_OF_SCALE = rx(r"\s?/\s?[34]")
_GS = stems("g1 g2 g3 g4 grade")
_WORD = rx(
    r"\b(?P<v>high|low|intermediate)(?:[\s-]to[\s-](?P<to>high|intermediate))?[\s-]grade\b"
    r"(?!\s+(?:dysplasia|intraepithelial|squamous\s+intra|glandular|PIN\b|fever|stenosis|stricture|obstruction|pyrexia))",
    re.I,
)
_DIFFERENTIATED = rx(
    r"\b(?P<v>(?:well|moderately|poorly)(?:[\s-]*(?:to|and|-|/)[\s-]*(?:well"
    r"|moderately|poorly))?)[\s-]+differentiated\b|\bun-?differentiated\b",
    re.I,
)


_OF_FORMS = frozenset({"body", "pathology", "history", "case", "table"})
# how a tumour answered to treatment, or how bad a complication was: no grade of the tumour
_OF_RESPONSE = rx(
    r"\b(?:Huvos|Salzer-?Kuntschik|Mandard|Dworak|Becker|Miller[\s-]Payne|Rosen|regression|necrosis"
    r"|response|TRG|Clavien(?:[\s-]Dindo)?|ASA|toxicity|effect|encephalopathy|varices|esophagitis)"
    r"(?:\s+(?:was|of|score|as|classification|criteria))*\s*[,:(]?\s*\Z",
    re.I,
)


def extract(context: Context) -> list[Fact]:
    """Return grade facts of tumours."""
    facts: list[Fact] = []
    g, schemes = context.having(_GS), context.having(_SCHEMES)
    for i, s in context.patient_sentences():
        small, first = context.small(i), len(facts)
        graded = "grad" in small
        if not (graded or i in g or i in schemes or "differentiated" in small):
            continue
        for m in context.find(_GRADE, _GRADE_BEGINS, s.start, s.end) if graded else ():
            scheme = " ".join(m["scheme"].split()) if m["scheme"] else None
            if _OF_RESPONSE.search(context.text, max(s.start, m.start() - 40), m.start()):
                continue
            if _of_tumor(context, m.start(), m.end(), s.start, s.end, told=scheme is not None or _alone(context, m, i)):
                facts.append(_fact(context, m, scheme))
        for m in _BY_NAME.finditer(context.text, s.start, s.end) if i in schemes else ():
            facts.append(_fact(context, m, " ".join(m["scheme"].split())))
        for pattern, word in ((_WORD, "grade"), (_DIFFERENTIATED, "differentiated")):
            for m in pattern.finditer(context.text, s.start, s.end) if word in small else ():
                if _in_term(context, m.start(), m.end()) or _in_name(context, m):
                    continue
                if pattern is _DIFFERENTIATED or _of_tumor(context, m.start(), m.end(), s.start, s.end):
                    facts.append(_fact(context, m, "differentiation" if pattern is _DIFFERENTIATED else None))
        for m in _G.finditer(context.text, s.start, s.end) if i in g else ():
            if _g_is_grade(context, m, s.start, s.end) and not any(f.start <= m.start() < f.end for f in facts[first:]):
                facts.append(_fact(context, m, None))
    return facts


def _alone(context: Context, m: re.Match[str], index: int) -> bool:
    """Say whether a grade is a line of its own in a form: "Grade: 3"."""
    s = context.sentences[index]
    around = context.text[s.start : m.start()] + context.text[m.end() : s.end]
    return not lazy(r"[^\W\d]").search(around) and context.kind(index) in _OF_FORMS


def _fact(context: Context, m: re.Match[str], scheme: str | None) -> Fact:
    groups = m.groupdict()
    word = roman(" ".join((groups["v"] or m.group()).split()))
    value: dict[str, object] = {
        "value": word if not groups.get("v") else word.upper() if len(word) < 4 and word[0] in "iIvV" else word.lower()
    }
    if m.re.pattern == _DIFFERENTIATED.pattern:
        value["value"] = " ".join(m.group().lower().replace("-", " ").split())
    if groups.get("to") and not _OF_SCALE.fullmatch(groups["to"]):  # "grade 2/3" is the second of three
        value["high"] = lazy(r"\A(?:[\s/–-]|or|to)+").sub("", groups["to"]).strip()
    if scheme and scheme.lower() not in ("tumor", "tumour"):
        value["scheme"] = scheme
    concept = None
    names = [f"{scheme} grade {value['value']}"] if scheme else []
    for name in (
        *names,
        f"grade {value['value']}",
        f"g{value['value']}",
        f"{value['value']} grade",
        str(value["value"]),
    ):
        concept = next((c for c in context.terms.lexicon.lookup(name) if c.startswith("grades/")), None)
        if concept:
            break
    return context.fact("grade", m.start(), m.end(), concept=concept, value=value)


def _in_name(context: Context, m: re.Match[str]) -> bool:
    """Say whether "undifferentiated" is part of the name of a kind of tumour: "undifferentiated pleomorphic sarcoma"."""
    return m.group().lower() == "undifferentiated" and any(
        h.start <= m.start() < h.end for h in context.hits_in(max(0, m.start() - 30), m.end() + 60, "cancers")
    )


def _in_term(context: Context, start: int, end: int) -> bool:
    """Say whether the words belong to the name of something that has no grade of its own (a
    fever, a lymphoma).
    """
    around = context.hits_in(max(0, start - 60), end + 60, "cancers", "diseases", "symptoms", "adverse_events")
    for hit in around:
        if hit.start <= start and end < hit.end:
            concept = next((c for c in hit.concepts if c.startswith("cancers/")), None)
            return concept is None or context.terms.attr(concept, "group") == "lymphoma"
    return False


def _of_tumor(context: Context, start: int, end: int, low: int, high: int, *, told: bool = False) -> bool:
    """Say whether a grade belongs to a tumour rather than to a harm or a symptom."""
    tumor, harm = tumor_or("harm")
    text = context.text
    after = text[end : min(high, end + 60)]
    stop = lazy(r"[.;:]|,\s+(?:with|and|which)|\b(?:and|with|who|was|were)\b").search(after)
    after = after[: stop.start()] if stop else after
    near_event = context.hits_in(end, min(high, end + 60), "adverse_events")
    if harm.search(after[:40]) or (near_event and near_event[0].start - end <= 4 + len(after) // 2):
        return False
    before = text[max(low, start - 60) : start]
    if (harm.search(before[-30:]) and not OF_TUMOUR.match(text, end, high)) or lazy(
        r"\bCTCAE\b|\btoxicit|\badverse\b"
    ).search(text[max(low, start - 200) : min(high, end + 200)]):
        return False
    if told:
        return True
    if grades_an_event(context, start, end, low, high):
        return False
    near = after[:45]
    if any(h.start <= start and end < h.end for h in context.hits_in(max(low, start - 40), high, "cancers")):
        return True
    if tumor.search(near) or context.hits_in(end, min(high, end + len(near)), "cancers"):
        return True
    cut = max((m.start() for m in lazy(r"[.;](?!\d)").finditer(before)), default=-1)
    return bool(tumor.search(before[cut + 1 :]) or context.hits_in(max(low, start - 60 + cut + 1), start, "cancers"))


def _g_is_grade(context: Context, m: re.Match[str], low: int, high: int) -> bool:
    """Say whether "G2" is a grade: beside a TNM expression, or beside a tumour in a report."""
    text = context.text
    around = text[max(low, m.start() - 40) : min(high, m.end() + 40)]
    if lazy(
        r"\bG[0-9]P[0-9]|\bgravida|phase|cell\s+cycle|CSF|G\d\s?/\s?(?:S"
        r"|M)\b|checkpoint|arrest|toxicity|CTCAE|line\b",
        re.I,
    ).search(around):
        return False
    if grades_an_event(context, m.start(), m.end(), low, high):
        return False
    if lazy(
        r"[cp]?T[0-4xis]|\bN[0-3xX]\b|\bM[01xX]\b|\bL[01]\b|\bR[0-2]\b"
        r"|\bNET\b|\bNEN\b|\bKi[\s-]?67\b|\bgrad(?:e|ing)\b|differentiat"
    ).search(around):
        return True
    harm = tumor_or("harm")[1]
    if harm.search(around):
        return False
    return bool(context.hits_in(max(low, m.start() - 60), min(high, m.end() + 40), "cancers"))
