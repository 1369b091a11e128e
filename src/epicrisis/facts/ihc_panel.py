"""Read a panel of stains: which marker is positive, which negative, how strongly and in how many
cells.

A result stands at the marker ("CD34-", "Ki-67 (10-20% positive)"), before a list ("negative for
S-100
and CD117") or after one ("CD31, CD34 and SMA were negative"). The phrases are data
(`mappings/cues/markers.toml`).
"""

from __future__ import annotations

import re
from typing import Any

from epicrisis.facts.context import Context
from epicrisis.facts.ihc_lists import govern, groups
from epicrisis.facts.ihc_phrases import RESULTS, Stain, phrases_of_panels, put
from epicrisis.facts.patterns import rx
from epicrisis.facts.quantity import decimal
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_N = r"\d{1,3}(?:[.,]\d{1,2})?"
_PERCENT = (
    rf"(?P<cmp><=|>=|[<>≤≥~]|less\s+than|more\s+than|greater\s+than|over"
    rf"|under|up\s+to|almost|nearly|at\s+least)?\s*"
    rf"(?P<low>{_N})\s*%?\s*(?:(?:[-–—~−]|to)\s*(?P<high>{_N})\s*)?%"
)
_INTENSITY = (
    r"(?:(?:strong|weak|focal|diffuse|partial|moderate|faint|dot-like|scattered|patchy|intense"
    r"|local|variab|mild|uniform|extensive)(?:ly|le)?|patchy|scattered"
    r"|few|rare|individual|small\s+amount|part|nuclear|membranous|cytoplasmic"
    r"|dim|bright|heterogeneous)"
)
_SIGN = r"(?:\+{1,4}/-|\+/[-−–]|[-−–]/\+|\+{1,4}|[±]|[1-4]\s?\+)"
_MINUS = r"[-−–—‐]"
SUFFIX = rx(
    r"\s*(?:"
    # CD34-  CD34 (-)
    rf"(?P<minus>\s?[(\[]\s?(?:{_INTENSITY}\s*)?(?P<m1>{_MINUS})\s?[)\]]"
    rf"|(?P<m2>{_MINUS})(?=\s*(?:[,;.)/\]]|and\b|or\b|$|\n|\s[a-zA-Z]))"
    rf"|(?P<m3>{_MINUS}{{2,3}}))"
    # VIM+  S-100 (weakly +)  HER2 (3+)  Des (focal +, 20%)
    rf"|(?P<plus>[(\[]?\s?(?:(?P<int1>{_INTENSITY}(?:[\s,]+(?:and\s+)?{_INTENSITY})?)[\s,]*)?"
    rf"(?:score\s*(?:of\s*)?|IHC\s*)?(?P<sign>{_SIGN}))(?!\w)"
    # CD117 negative  ER-positive  Ki-67: low
    rf"|(?P<word>[-–:=]?\s?[(\[]?\s?(?:(?P<int2>{_INTENSITY}(?:[\s,]+"
    rf"(?:and\s+)?{_INTENSITY})?)[\s,]+)?"
    rf"(?P<res>positive|negative|pos\b|neg\b|retained|lost|loss|equivocal"
    rf"|intact|absent|preserved|overexpressed|non-?reactive)(?!\s+(?:for"
    rf"|to|with|of|staining|expression|reaction|immuno|and\s+negative))\b)"
    r")",
    re.I,
)
_ZERO = rx(r"\s*(?:[:=(]\s*)?(?:IHC\s*)?(?:score\s*(?:of\s*)?)?(?P<s>0)\b(?![.,/]?\d|\s?%|\s?/)\)?")  # "HER2 0"
_SCORED = frozenset({"markers/her2", "markers/estrogen receptor", "markers/progesterone receptor"})
# "p53 abnormal", "p53: wild-type pattern": how its stain is read
_PATTERN = rx(
    r"(?:\s+(?:immuno\w+|IHC|staining|expression|was|is|showed|an?))*\s*[:=(-]?\s*(?P<r>(?:abnormal|aberrant|mutant|mutated|null|overexpression|wild[\s-]type|wt|normal)(?:[\s/-]type)?(?:\s+(?:pattern|staining|expression))|abnormal|aberrant|abn\b|null(?=\s*[,.;)]|[\s-]type))",
    re.I,
)
_SAID = rx(r"\s*[(,:=]\s*(?P<r>positive|negative|equivocal)\s*\)?(?!\s+for)", re.I)
_DETAIL = rx(
    rf"\s*[,:;]?\s*[(\[]?\s*(?:in\s+|of\s+|approximately\s+|about\s+|around\s+)*{_PERCENT}"
    rf"(?:\s*(?:positive|of\s+(?:the\s+)?(?:\w+\s+){{0,2}}(?:cells|nuclei)"
    rf"|cells))?\s*[)\]]?",
    re.I,
)
_INDEX = rx(
    r"\s*(?:\([^()]{0,30}\)\s*)?(?P<gap>(?:[-–:=(\[,|]|\b(?:proliferati"
    r"(?:on|ve|ng)|labell?ing|index|indices|rate|fraction|expression|LI"
    r"|PI|activity|score|staining|stain|immunostaining|immunoreactivity"
    r"|positivity|positive|reactivity|was|were|is|of|in|at|the|a|an|to"
    r"|by|with|showed|revealed|demonstrated|measured|"
    r"estimated|approximately|about|around|up|nuclear|nuclei|cell|cells"
    r"|tumou?r|low|high|very|be|found|nearly|almost|reached|exceeded|as"
    r"|had|having|and|hot|spots?|areas?|mitotic|increased|elevated|overall"
    r"|counted|status|hormone|receptors?|PR|ranged|ranging|from|between"
    r"|marker|focally|value|count|level|overexpressed|within|ki|calculated"
    r"|which|that|reported|indicated|percentage|estimate|strong|weak|moderate"
    r"|strongly|expressed|TPS|tumou?r\s+proportion\s+score|clone\s+\w+"
    r"|22C3|SP142|SP263|28-8)\b|\s){0,14})"
    rf"{_PERCENT}(?:\s*(?:positive|positivity|\+))?",
    re.I,
)
# "NUT (speckled nuclear staining in >50% of cells)"
_SEEN = rx(
    r"\s?\((?P<what>(?!(?:no|not|absen\w+|lack\w*|loss|lost|without|negative|equivocal|retained|reduced)\b)"
    r"(?:(?!\b(?:no|not|absen\w+|lack\w*|loss|lost|negative|reduced)\b)[^()]){3,40}?\b(?:staining|positivity|immunoreactivity|reactivity)\b"
    r"(?:(?!\b(?:no|not|absent|loss|lost|negative)\b)[^()]){0,40})\)",
    re.I,
)
_SHARE = rx(_PERCENT, re.I)
_LEFT_PERCENT = rx(
    rf"{_PERCENT}\s*(?:of\s+(?:the\s+)?(?:\w+\s+){{0,3}}(?:cells|nuclei"
    rf"|blasts)\s*)?(?:were\s+|was\s+|are\s+)?(?:positive(?:ly)?|staining"
    rf"|stained|positivity|expressed|expressing|expression|nuclear)?\s*"
    rf"(?:for|with|of|by|on)?\s*(?:the\s+)?\Z",
    re.I,
)
_OVER = {
    "less than": "<",
    "under": "<",
    "<": "<",
    "≤": "<=",
    "<=": "<=",
    "up to": "<=",
    "more than": ">",
    "greater than": ">",
    "over": ">",
    ">": ">",
    "≥": ">=",
    ">=": ">=",
    "at least": ">=",
}


def stains(context: Context, hit: Hit, index: int) -> bool:
    """Say whether a marker that is also a blood test is a stain at this place."""
    s = context.sentences[index]
    text, phrases = context.text, phrases_of_panels()
    suffix = SUFFIX.match(text, hit.end, s.end)
    if suffix and (suffix["minus"] or suffix["plus"]):
        return True
    around = text[max(s.start, hit.start - 60) : min(s.end, hit.end + 60)]
    if phrases.serum.search(around):
        return False
    if not phrases.context.search(text, s.start, s.end) and not (
        suffix and suffix["word"] and _among_stains(context, hit, s.start, s.end)
    ):
        return False
    return not lazy(r"[^,;]{0,30}?\d[\d.,]*\s*(?:[nµmu]?g|[kmµ]?I?U)\s*/").match(text[hit.end : s.end])


def _among_stains(context: Context, hit: Hit, low: int, high: int) -> bool:
    """Say whether a marker is told beside one of tissue alone: "CEA positive, CK20 negative"."""
    return any(
        h.start != hit.start
        and not any(context.terms.attr(c, "serum") == "1" for c in h.concepts)
        and SUFFIX.match(context.text, h.end, high)
        for h in context.hits_in(low, high, "markers")
    )


def method(context: Context, index: int) -> str | None:
    """Return ihc, flow, fish or pcr, where the sentence or one of the two before it says so."""
    s = context.sentences[index]
    for i in range(index, max(-1, index - 3), -1):
        one = context.sentences[i]
        if one.paragraph != s.paragraph:
            break
        for name, pattern in phrases_of_panels().methods:
            # a panel of stains goes on over sentences, an in situ hybridisation does not
            if (i == index or name in ("ihc", "flow")) and pattern.search(context.text, one.start, one.end):
                return name
    return None


def tells(name: str, text: str, low: int, high: int) -> bool:
    """Say whether text[low:high] names the method *name*."""
    return any(k == name and p.search(text, low, high) for k, p in phrases_of_panels().methods)


def read(context: Context, hits: list[Hit], low: int, high: int) -> list[Stain]:
    """Return the stains of one sentence with their results; those without one have an empty
    value.
    """
    panel: list[Stain] = []
    for i, hit in enumerate(hits):
        stop = hits[i + 1].start if i + 1 < len(hits) else high
        stain = Stain(hit, hit.end)
        _attached(context.text, stain, low, stop)
        panel.append(stain)
    for group in groups(context.text, panel):
        govern(context.text, group, low, high, panel)
    return panel


def _attached(text: str, stain: Stain, low: int, stop: int) -> None:
    """Read what stands right at the marker."""
    # "langerin (CD207)+", "CK (AE1/AE3) (+)": behind the bracket
    at = stain.end + (text[stain.end : stain.end + 1] == ")" and text[stain.hit.start - 1 : stain.hit.start] == "(")
    zero = _ZERO.match(text, at, stop) if _SCORED & set(stain.hit.concepts) else None
    if zero:
        stain.value.update(result="negative", score="0", resultSpan=list(zero.span("s")))
        stain.end = zero.end()
        return
    pattern = _PATTERN.match(text, at, stop) if "markers/p53" in stain.hit.concepts else None
    if pattern:
        stain.value.update(result=" ".join(pattern["r"].lower().split()), resultSpan=list(pattern.span("r")))
        stain.end = pattern.end()
        return
    m = SUFFIX.match(text, at, stop if stop > at else at)
    if m and m["minus"] and m["m2"] and lazy(r"\s\s*[-−–—‐]\s").match(text[at - 1 : at + 3]):
        m = None  # a dash between words is punctuation
    if m:
        value = stain.value
        stain.end = m.end()
        if m["minus"]:
            value["result"] = "negative"
        elif m["plus"]:
            _sign(value, " ".join(m["sign"].split()))
            put(value, "intensity", m["int1"])
            said = _SAID.match(text, stain.end, stop)
            if said:
                value["result"] = RESULTS[said["r"].lower()]
                stain.end = said.end()
        else:
            value["result"] = RESULTS[m["res"].lower().rstrip(".")]
            put(value, "intensity", m["int2"])
        value["resultSpan"] = list(_trim(text, at, stain.end))
        more = _DETAIL.match(text, stain.end, stop)
        if more:
            _percent(value, more)
            stain.end = more.end()
        return
    if _seen(text, stain, at, stop):
        return
    m = _INDEX.match(text, at, min(stop, at + 110))
    if m:
        gap = m["gap"].lower()
        _percent(stain.value, m)
        stain.end = m.end()
        if lazy(r"\bpositiv").search(gap + m.group().lower()[-10:]) or m.group().endswith("+"):
            stain.value["result"] = "positive"
        span = _trim(text, m.start("cmp") if m["cmp"] else m.start("low"), m.end())
        stain.value["resultSpan"] = list(span)
        return
    left = _LEFT_PERCENT.search(text, max(low, stain.hit.start - 70), stain.hit.start)
    if left and not lazy(r"\s*[,;]").match(text[left.end("low") : left.end("low") + 2]):
        _percent(stain.value, left)
        stain.value["resultSpan"] = list(_trim(text, left.start("low"), left.end()))
        if "positiv" in left.group().lower():
            stain.value["result"] = "positive"


def _seen(text: str, stain: Stain, at: int, stop: int) -> bool:
    """Read brackets behind a marker that tell how its staining looks: they say that there is one."""
    m = _SEEN.match(text, at, stop)
    if m is None:
        return False
    stain.end = m.end()
    stain.value.update(result="positive", resultSpan=list(m.span("what")))
    share = _SHARE.search(m["what"])
    if share:
        _percent(stain.value, share)
    return True


def _sign(value: dict[str, Any], sign: str) -> None:
    if sign[0] in "±-−–" or "/" in sign:
        value["result"] = "equivocal" if sign == "±" or "/" in sign else "negative"
        value["score"] = sign
        return
    compact = sign.replace(" ", "")
    if compact[0].isdigit():
        value["score"] = compact
        if compact[0] in "34":
            value["result"] = "positive"
    else:
        value["result"] = "positive"
        if len(compact) > 1:
            value["score"] = compact


def _percent(value: dict[str, Any], m: re.Match[str]) -> None:
    sign = " ".join(m["cmp"].lower().split()) if m["cmp"] else None
    value["percentLow"] = decimal(m["low"])
    if m["high"]:
        value["percentHigh"] = decimal(m["high"])
    put(value, "comparator", _OVER.get(sign or ""))


def _trim(text: str, a: int, b: int) -> tuple[int, int]:
    while a < b and text[a] in " \n\t([:,":
        a += 1
    while b > a and text[b - 1] in " \n\t)],;:":
        b -= 1
    return a, b
