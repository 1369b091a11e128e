"""Stains and other tumour markers of tissue: immunohistochemistry, receptors, PD-L1, Ki-67.

Value: {"result": positive | negative | equivocal | loss | retained, "percentLow", "percentHigh",
"comparator",
"intensity", "score", "scoreType": TPS | CPS | TC | IC | Allred | H-score, "clone", "method": ihc |
flow | fish | pcr,
"resultSpan", "value"}; "value" repeats the result for export. Serum markers are read by `labs`.
"""

from __future__ import annotations

import re

from epicrisis.facts import ihc_panel
from epicrisis.facts.context import Context
from epicrisis.facts.ihc_denied import deny, untested
from epicrisis.facts.ihc_phrases import Stain
from epicrisis.facts.ihc_unknown import with_unknown
from epicrisis.facts.lab_limits import limits
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import DIGIT, rx
from epicrisis.facts.quantity import decimal
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_CLONE = rx(
    r"\b(?:(?:clone|antibody|assay)\s*:?\s*)?(?P<c>22C3|28-8|SP142|SP263"
    r"|73-10|E1L3N|D5F3|1A4|4B5|SP1|6F11|MIB-?1|ZR3|5A4)\b",
    re.I,
)
_SCORE = rx(
    r"\b(?P<type>TPS|CPS|TC|IC|TAP|tumou?r\s+proportion\s+score|combined\s+positive\s+score"
    r"|Allred(?:\s+score)?|H-?score)\s*(?:\((?:TPS|CPS)\)\s*)?,?\s*(?:of"
    r"|was|is|:|=)?\s*(?:was\s+|approximately\s+|about\s+)?"
    r"(?P<cmp>[<>≤≥])?\s*(?P<n>\d{1,3}(?:[.,]\d+)?)(?:\s*[-–]\s*(?P<n2>\d{1,3}))?\s*"
    r"(?P<pct>%)?",
    re.I,
)
_SCORE_WORD = rx(r"\b(?:TPS|CPS|tumou?r\s+proportion\s+score|combined\s+positive\s+score)\b", re.I)
_OF_EIGHT = rx(
    r"\s*[:(=]?\s*(?:(?:Allred|score|quick\s?score|was|of)\s+){0,3}(?P<n>[0-8]\s?/\s?8)(?![\d/])",
    re.I,
)
_HER2_SCORE = rx(
    r"\s*(?:/neu)?\s*[(:,]?\s*(?:(?:neg(?:ative)?|pos(?:itive)?|equivocal)\b\s*[(,]\s*)?(?:(?:IHC|immunohistochemistry|status|score"
    r"|was|of|is|by|:)\s*){0,4}(?P<s>[0-3])\s?\+?(?!\s*[\d.%])",
    re.I,
)
_AND_SCORE = rx(r"\s*(?:[,;/]\s*(?:and\s+)?|and\s+)", re.I)
_COMPARE = {"<": "<", ">": ">", "≤": "<=", "≥": ">="}
# abbreviations with other meanings are markers only with a result of their own, or in a list with
# another marker
_TOLD_OF_LAST = rx(
    r"\b(?:by|on|using|via)\s+(?:\w*FISH|\w*ISH|PCR|NGS|sequencing)\b[^,;]*[,;]"
)  # "no rearrangement by FISH, CD20 positive"
_SHORT = rx(r"[A-Z]{1,2}\Z")


_PD_L1 = lazy(r"pd-?l?1|sp142|sp263|22c3|28-8|tps|cps", re.I)
_SHRUNK = lazy(r"\s?[,;:(]?\s?[-–−]?\d{1,3}(?:\.\d+)?\s?%\s+(?:reduc|decreas|shrink|regress|tumou?r\s+reduc)", re.I)
_GERMLINE = lazy(r"\b[Gg]erm-?line\s+(?:\w+\s+)?\Z")  # "germline BAP1 testing was negative"
_CHANGE_OF = lazy(
    r"\b(?:mutations?|rearrangements?|amplification|fusion|variant|deletion)\s+(?:of|in|involving)\s+(?:the\s+)?\Z"
)
_NO_STAIN = lazy(
    r"[\s-]*(?:gene\s+)?(?:mutat|rearrang|fusion|translocat|amplif|delet|wild|exon|promoter|methyl|[A-Z]\d{2,4}[A-Z]\b|p\.|c\.)"
    # "4.2 x 10^6 CD34+ cells/kg" were given, not stained
    r"|(?i:\s?(?:\+|-?positive)?\s*(?:stem\s+|progenitor\s+|T\s+)*(?:cells?\s*)?(?:/|per)\s*kg\b)"
)
# "a confirmed PR (-54%)", "PR -41%", "PR by 45%"
_CHANGED = lazy(r"\s?\(\s?[-–−]\s?\d|\s[-–−]\s?\d{1,3}(?:[.,]\d+)?\s?%|\s(?:by|with\s+an?)\s+\d")
_RESPONSE = lazy(r"(?:→|[-=]>)\s*\Z|\b(?:RECIST|response|evaluat\w+|efficacy|achieved|best)\b[^.;]{0,20}\Z", re.I)


_ESTROGEN = lazy(r"\b(?P<e>o?estrogen)\s*(?:\(ER\)\s*)?(?:/|,|and/or|and|or)\s*(?:the\s+)?\Z", re.I)


def _with_estrogen(text: str, hits: list[Hit], low: int) -> list[Hit]:
    """Return *hits* with the estrogen of "estrogen and progesterone receptors", which shares its last word."""
    made: list[Hit] = []
    for hit in hits:
        shared = hit.concepts[0] == "markers/progesterone receptor" and _ESTROGEN.search(
            text, max(low, hit.start - 24), hit.start
        )
        if shared:
            made.append(Hit(*shared.span("e"), ("markers/estrogen receptor",)))
        made.append(hit)
    return made


def extract(context: Context) -> list[Fact]:
    """Return marker facts that have a result."""
    facts: list[Fact] = []
    named = context.by_sentence("markers")
    for index, s in context.patient_sentences():
        hits = [h for h in named.get(index, ()) if _is_stain(context, h, index)]
        if not hits:
            continue
        hits = with_unknown(context, _with_estrogen(context.text, hits, s.start), s.start, s.end)
        panel = ihc_panel.read(context, hits, s.start, s.end)
        method = ihc_panel.method(context, index)
        for position, stain in enumerate(panel):
            stop = hits[position + 1].start if position + 1 < len(hits) else s.end
            _scores(context, stain, stop)
            value = stain.value
            if not value or ("result" not in value and "percentLow" not in value and "score" not in value):
                continue
            if limits(context.text, stain.hit.start, s.start):
                continue  # "the cutoff for PD-L1 positivity is 1%"
            if untested(context.text, stain.hit.end, s.end):
                continue  # "ER was positive and HER2 was not tested"
            deny(context.text, stain, s.start, s.end)
            word = context.text[stain.hit.start : stain.hit.end]
            if _SHORT.match(word) and not _sure(context, stain, panel):
                continue
            if word == "PR" and _CHANGED.match(context.text, stain.hit.end, s.end):
                continue
            if word == "PR" and _SHRUNK.match(context.text, stain.hit.end, s.end):
                continue  # "(PR, 46% reduction)"
            if word == "PR" and _RESPONSE.search(context.text, max(s.start, stain.hit.start - 30), stain.hit.start):
                continue  # "RECIST PR (-34%)"
            local = _method(context, stain, method, max(s.start, stain.hit.start - 30), stop)
            if local:
                value["method"] = local
            if (
                value.get("result") == "negative"
                and stain.hit.concepts[:1] == ("markers/ki-67",)
                and "percentLow" in value
            ):
                del value["result"]  # "negative for p40, and the Ki-67 index was 90%"
            if word.upper().endswith("ISH"):
                value.pop("method", None)  # "EBV-ISH": its name is its method, and not the table's
            value["value"] = value.get("result") or value.get("percentLow") or value.get("score")
            if "percentLow" in value:
                value["value"] = "-".join(v for v in (value["percentLow"], value.get("percentHigh")) if v) + "%"
            concept = stain.hit.concepts[0] if stain.hit.concepts else None
            start, end = _named_before(stain, panel[max(0, position - 4) : position])
            fact = context.fact("marker", start, end, concept=concept, value=value)
            facts.append(fact)
            facts += _second_score(context, fact, stop)
    return facts


def _method(context: Context, stain: Stain, told: str | None, low: int, stop: int) -> str | None:
    """Return the method of one stain: an in situ hybridisation is of the marker beside it ("HER2 2+ (FISH negative)" scores none)."""
    if told not in ("fish", "pcr"):
        return told
    told_of_last = _TOLD_OF_LAST.search(context.text, low, stain.hit.start)
    beside = ihc_panel.tells(told, context.text, told_of_last.end() if told_of_last else low, stop)
    return told if beside and "percentLow" not in stain.value and "score" not in stain.value else None


def _second_score(context: Context, fact: Fact, stop: int) -> list[Fact]:
    """Return the score told behind another of the same marker: "PD-L1 TPS 20%, CPS 25"."""
    kind, span = fact.value.get("scoreType"), fact.value.get("resultSpan")
    lead = _AND_SCORE.match(context.text, span[1], stop) if kind in ("TPS", "CPS") and span else None
    m = _SCORE.match(context.text, lead.end(), stop) if lead else None
    if m is None or m["type"].upper() not in ("TPS", "CPS") or m["type"].upper() == kind:
        return []
    name = "percentLow" if m["type"].upper() == "TPS" else "score"
    number = decimal(m["n"])
    value: dict[str, object] = {name: number, "scoreType": m["type"].upper(), "resultSpan": [m.start(), m.end()]}
    if m["cmp"]:
        value["comparator"] = _COMPARE[m["cmp"]]
    value["value"] = number + ("%" if name == "percentLow" else "")
    return [context.fact("marker", m.start("type"), m.end("type"), concept=fact.concept, value=value)]


def _is_stain(context: Context, hit: Hit, index: int) -> bool:
    if any(context.terms.attr(c, "serum") == "1" for c in hit.concepts):
        return ihc_panel.stains(context, hit, index)
    # a gene's name beside "mutation" or "rearrangement" is read by `genomics`
    if _NO_STAIN.match(context.text[hit.end : hit.end + 40]):
        return False
    before = context.text[max(0, hit.start - 35) : hit.start]
    led = before.rstrip().endswith(("of", "in", "involving", "the")) and _CHANGE_OF.search(before)
    return not (led or _GERMLINE.search(before))


def _named_before(stain: Stain, panel: list[Stain]) -> tuple[int, int]:
    """Return the words of the marker: of "Ki-67 staining revealed a proliferative index of 30%"
    the first.
    """
    for other in panel:
        if (
            other.hit.concepts
            and other.hit.concepts == stain.hit.concepts
            and not other.value
            and 0 < stain.hit.start - other.hit.end < 60
        ):
            return other.hit.start, other.hit.end
    return stain.hit.start, stain.hit.end


def _sure(context: Context, stain: Stain, panel: list[Stain]) -> bool:
    if len(panel) > 1 or "percentLow" in stain.value or "score" in stain.value:
        return True
    after = context.text[stain.hit.end : stain.hit.end + 40]
    return bool(lazy(r"[\s-]*(?:[:|=]\s*)?\(?\s?(?:positive|negative|[+−-])", re.I).match(after))


def _scores(context: Context, stain: Stain, stop: int) -> None:
    """Add a score, its kind and the antibody's clone where the text gives them after the marker."""
    text, value, hit = context.text, stain.value, stain.hit
    word = text[hit.start : hit.end].lower()
    limit = min(stop, hit.end + 110)
    numbered = DIGIT.search(text, hit.start, limit) is not None
    inside = _SCORE_WORD.search(text, hit.start, hit.end) if numbered else None
    begin = inside.start() if inside else hit.end
    m = _SCORE.search(text, begin, limit) if numbered else None
    if (
        m
        and not inside
        and not _PD_L1.search(word)
        and lazy(r"\b(?:TPS|CPS|proportion|combined)\b", re.I).search(m.group())
    ):
        m = None  # "HER2 was negative, the CPS was 10": of PD-L1
    if m and not lazy(r"\.\s|;").search(text[begin : m.start()]):
        kind = m["type"].upper()
        kind = {
            "TUMOR PROPORTION SCORE": "TPS",
            "TUMOUR PROPORTION SCORE": "TPS",
            "COMBINED POSITIVE SCORE": "CPS",
        }.get(" ".join(kind.split()), kind)
        value["scoreType"] = kind
        number = decimal(m["n"])
        if m["pct"] or kind in ("TPS", "TC", "IC"):
            value["percentLow"] = number
            if m["n2"]:
                value["percentHigh"] = m["n2"]
            value.pop("score", None)
        else:
            value["score"] = number
            for name in ("percentLow", "percentHigh") if kind == "CPS" else ():
                value.pop(name, None)
        if m["cmp"]:
            value["comparator"] = _COMPARE[m["cmp"]]
        value.setdefault("resultSpan", [m.start(), m.end()])
    if "her" in word and "score" not in value:
        m = _HER2_SCORE.match(text, hit.end, stop)
        if m and ("+" in m.group() or "score" in m.group().lower() or "IHC" in m.group()):
            value["score"] = m["s"] + "+" if "+" in m.group() else m["s"]
            value.setdefault("resultSpan", [m.start("s"), m.end()])
    if not numbered:
        return
    m = _OF_EIGHT.match(text, hit.end, limit)
    if m and "score" not in value:
        value["score"] = m["n"].replace(" ", "")
        value.setdefault("resultSpan", list(m.span("n")))
    m = _CLONE.search(text, hit.end, limit)
    if m and value and "," not in text[hit.end : m.start()]:
        value["clone"] = m["c"]
