"""Read a panel of stains: which marker is positive, which negative, how strongly and in how many
cells.

A result stands at the marker ("CD34-", "Ki-67 (10-20% positive)"), before a list ("negative for
S-100
and CD117") or after one ("CD31, CD34 and SMA were negative"). The phrases are data
(`mappings/cues/markers.toml`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from epicrisis import resources
from epicrisis.facts.context import Context
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
_SAID = rx(r"\s*[(,:=]\s*(?P<r>positive|negative|equivocal)\s*\)?(?!\s+for)", re.I)
_DETAIL = rx(
    rf"\s*[,:;]?\s*[(\[]?\s*(?:in\s+|of\s+|approximately\s+|about\s+|around\s+)*{_PERCENT}"
    rf"(?:\s*(?:positive|of\s+(?:the\s+)?(?:\w+\s+){{0,2}}(?:cells|nuclei)"
    rf"|cells))?\s*[)\]]?",
    re.I,
)
_INDEX = rx(
    r"\s*(?:\([^()]{0,30}\)\s*)?(?P<gap>(?:[-–:=(\[,]|\b(?:proliferati"
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
_BEHIND = rx(
    r"\s+(?P<how>weakly|focally|strongly|diffusely|partially|patchily)\s*(?:[,.;)]|\Z)", re.I
)  # "INSM1 weakly;"
_PAREN = rx(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")
_UNSAID = rx(
    r"\s*(?:(?:was|were|is|are|has\s+been|have\s+been)\s+)(?:also\s+)?"
    r"(?:not\s+)?(?:tested|performed|done|assessed|requested|pending|available"
    r"|evaluated|examined|investigated|carried|used|ordered|planned)\b",
    re.I,
)
_BOUNDARY = rx(r"[;:]|\.\s|\b(?:while|whereas|although|however)\b", re.I)


@dataclass(slots=True)
class Stain:
    """One marker of a panel; `value` holds what the text says of it."""

    hit: Hit
    end: int  # where its own words end, results included
    value: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Phrases:
    context: re.Pattern[str]
    serum: re.Pattern[str]
    methods: tuple[tuple[str, re.Pattern[str]], ...]
    before: re.Pattern[str]
    after: re.Pattern[str]
    weak: re.Pattern[str]
    intensity: re.Pattern[str]
    listing: frozenset[str]
    link: frozenset[str]


@cache
def _phrases() -> _Phrases:
    data = resources.toml("cues", "markers.toml")

    def any_of(words: list[str]) -> str:
        return "|".join(w.replace(" ", r"\s+") for w in sorted(words, key=len, reverse=True))

    def named(table: dict[str, list[str]]) -> re.Pattern[str]:
        return rx(
            "|".join(rf"(?P<{k}>(?<![\w-])(?:{any_of(v)})(?![\w-]))" for k, v in table.items()),
            re.I,
        )

    return _Phrases(
        rx(rf"\b(?:{any_of(data['context']['words'])})\b", re.I),
        rx(rf"\b(?:{any_of(data['serum']['words'])})\b", re.I),
        tuple((k, rx(rf"\b(?:{any_of(v)})\b", re.I)) for k, v in data["method"].items()),
        named(data["before"]),
        named(data["after"]),
        rx(rf"(?:{any_of(data['weak']['words'])})\Z", re.I),
        rx(rf"\b(?:{any_of(data['intensity']['words'])})\b", re.I),
        frozenset(data["list"]["words"]),
        frozenset(data["link"]["words"]),
    )


def stains(context: Context, hit: Hit, index: int) -> bool:
    """Say whether a marker that is also a blood test is a stain at this place."""
    s = context.sentences[index]
    text, phrases = context.text, _phrases()
    suffix = SUFFIX.match(text, hit.end, s.end)
    if suffix and (suffix["minus"] or suffix["plus"]):
        return True
    around = text[max(s.start, hit.start - 60) : min(s.end, hit.end + 60)]
    if phrases.serum.search(around):
        return False
    if not phrases.context.search(text, s.start, s.end):
        return False
    return not lazy(r"[^,;]{0,30}?\d[\d.,]*\s*(?:[nµmu]?g|[kmµ]?I?U)\s*/").match(text[hit.end : s.end])


def method(context: Context, index: int) -> str | None:
    """Return ihc, flow, fish or pcr, where the sentence or one of the two before it says so."""
    s = context.sentences[index]
    for i in range(index, max(-1, index - 3), -1):
        one = context.sentences[i]
        if one.paragraph != s.paragraph:
            break
        for name, pattern in _phrases().methods:
            # a panel of stains goes on over sentences, an in situ hybridisation does not
            if (i == index or name in ("ihc", "flow")) and pattern.search(context.text, one.start, one.end):
                return name
    return None


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
    for group in _groups(context.text, panel):
        _governed(context.text, group, low, high, panel)
    return panel


def _attached(text: str, stain: Stain, low: int, stop: int) -> None:
    """Read what stands right at the marker."""
    at = stain.end
    zero = _ZERO.match(text, at, stop) if _SCORED & set(stain.hit.concepts) else None
    if zero:
        stain.value.update(result="negative", score="0", resultSpan=list(zero.span("s")))
        stain.end = zero.end()
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
            _put(value, "intensity", m["int1"])
            said = _SAID.match(text, stain.end, stop)
            if said:
                value["result"] = _RESULT[said["r"].lower()]
                stain.end = said.end()
        else:
            value["result"] = _RESULT[m["res"].lower().rstrip(".")]
            _put(value, "intensity", m["int2"])
        value["resultSpan"] = list(_trim(text, at, stain.end))
        more = _DETAIL.match(text, stain.end, stop)
        if more:
            _percent(value, more)
            stain.end = more.end()
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


_RESULT = {
    "positive": "positive",
    "pos": "positive",
    "overexpressed": "positive",
    "negative": "negative",
    "neg": "negative",
    "absent": "negative",
    "non-reactive": "negative",
    "nonreactive": "negative",
    "retained": "retained",
    "intact": "retained",
    "preserved": "retained",
    "lost": "loss",
    "loss": "loss",
    "equivocal": "equivocal",
}


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
    _put(value, "comparator", _OVER.get(sign or ""))


def _put(value: dict[str, Any], name: str, found: str | None) -> None:
    if found:
        value[name] = " ".join(found.split())


def _trim(text: str, a: int, b: int) -> tuple[int, int]:
    while a < b and text[a] in " \n\t([:,":
        a += 1
    while b > a and text[b - 1] in " \n\t)],;:":
        b -= 1
    return a, b


def _groups(text: str, panel: list[Stain]) -> list[list[Stain]]:
    """Return runs of markers between which only list words stand."""
    words = _phrases().listing
    groups: list[list[Stain]] = []
    for stain in panel:
        if groups:
            gap = text[groups[-1][-1].end : stain.hit.start]
            plain = _PAREN.sub(" ", gap)
            tokens = lazy(r"[^\W_]+").findall(plain.lower())
            if (
                len(tokens) <= 6
                and ";" not in plain
                and not lazy(r"\.\s").search(plain)
                and all(t in words or t.isdigit() for t in tokens)
            ):
                groups[-1].append(stain)
                continue
        groups.append([stain])
    return groups


def _governed(text: str, group: list[Stain], low: int, high: int, panel: list[Stain]) -> None:
    """Give the markers of a list the result that stands before or after the list."""
    if all("result" in s.value for s in group):
        return
    first, last = group[0], group[-1]
    at = bisect_left(panel, first.hit.start, key=lambda s: s.hit.start)
    floor = panel[at - 1].end if at else low
    following = bisect_left(panel, last.hit.start, key=lambda s: s.hit.start) + 1
    ceiling = panel[following].hit.start if following < len(panel) else high
    left = _left(text, floor, first.hit.start)
    right = _right(text, last.end, ceiling)
    chosen = left
    if left and left[4] and _UNSAID.match(text, last.end, ceiling):
        left = chosen = None
    if right and (left is None or left[4]):
        chosen = right
    if chosen is None:
        _shared(text, group)
        return
    how, before = chosen[3], first
    for stain in group:
        if stain is not first and chosen is left:  # "diffusely positive for S100, focally for HMB45"
            own = _phrases().intensity.search(text, before.end, stain.hit.start)
            how = own.group() if own else how
        before = stain
        if "result" in stain.value or ("percentLow" in stain.value and chosen is not left):
            continue
        stain.value["result"] = chosen[2]
        stain.value.setdefault("resultSpan", [chosen[0], chosen[1]])
        behind = _BEHIND.match(text, stain.end, ceiling) if chosen is left else None
        _put(stain.value, "intensity", behind["how"] if behind else how)


def _shared(text: str, group: list[Stain]) -> None:
    """Give a list the word at its last marker: "ER/PR positive", "CD13, CD33 positive, CD19, CD20 negative"."""
    word: str | None = None
    span: list[int] = []
    for stain, following in zip(group[::-1], [None, *group[::-1]], strict=False):
        if stain.value:
            word = _RESULT.get(text[stain.hit.end : stain.end].strip(" -:()").lower())
            span = stain.value.get("resultSpan", [])
        elif word and following and _PAIR.fullmatch(text, stain.end, following.hit.start):
            stain.value["result"] = word
            stain.value["resultSpan"] = span
        else:
            word = None


_PAIR = rx(r"\s*(?:,?\s*(?:and|or)|/|&|,)\s*", re.I)
_Found = tuple[int, int, str, str | None, bool]


def _left(text: str, floor: int, at: int) -> _Found | None:
    """Return the phrase before a list: (start, end, result, intensity, weak)."""
    phrases = _phrases()
    begin = max(floor, at - 110)
    found: re.Match[str] | None = None
    for m in phrases.before.finditer(text, begin, at):
        found = m
    if found is None:
        return None
    gap = text[found.end() : at]
    words = lazy(r"[^\W_]+").findall(_PAREN.sub(" ", gap).lower())
    if (
        _BOUNDARY.search(gap.rstrip(" :"))
        or len(words) > 6
        or not all(w in phrases.listing or phrases.intensity.fullmatch(w) for w in words)
    ):
        return None
    phrase = found.group().lower()
    if lazy(r"(?:positive|negative|positivity|negativity|retained|preserved|intact|normal)").fullmatch(phrase) and lazy(
        r"\s*[,.]"
    ).match(gap):
        return None
    weak = bool(phrases.weak.search(found.group())) and not phrase.startswith(
        ("no ", "negativ", "positiv", "lack", "absen", "without")
    )
    how = None
    for m in phrases.intensity.finditer(text, max(floor, found.start() - 40), at):
        how = m.group() if how is None else how
    result = found.lastgroup or "positive"
    if phrase == "showed":
        return None
    return found.start(), found.end(), result, how, weak


def _right(text: str, at: int, ceiling: int) -> _Found | None:
    """Return the phrase after a list: (start, end, result, intensity, weak)."""
    phrases = _phrases()
    m = phrases.after.search(text, at, min(ceiling, at + 100))
    if m is None:
        return None
    gap = text[at : m.start()]
    words = lazy(r"[^\W_]+").findall(_PAREN.sub(" ", gap).lower())
    if _BOUNDARY.search(lazy(r"\A\s*:").sub("", gap)) or len(words) > 9:
        return None
    if not all(w in phrases.link or phrases.intensity.fullmatch(w) for w in words):
        return None
    if "," in lazy(r"\A\s*\)?,").sub("", gap).rstrip() and not phrases.intensity.search(gap):
        return None
    if m.lastgroup == "loss" and lazy(r"\s+of\b").match(text[m.end() : m.end() + 6]):
        return None  # "MSI-H (loss of MLH1)": of what comes
    if lazy(r"\s+(?:for|to)\b").match(text[m.end() : m.end() + 6]) and m.lastgroup in (
        "positive",
        "negative",
    ):
        return None
    how = phrases.intensity.search(text, at, m.start())
    return m.start(), m.end(), m.lastgroup or "positive", how.group() if how else None, False
