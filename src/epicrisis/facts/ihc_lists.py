"""What a list of stains shares: the result told before it, behind it, or at its last marker."""

from __future__ import annotations

import re
from bisect import bisect_left

from epicrisis.facts.ihc_phrases import RESULTS, Stain, phrases_of_panels, put
from epicrisis.facts.patterns import rx
from epicrisis.kept import lazy

_BEHIND = rx(
    r"\s+(?P<how>weakly|focally|strongly|diffusely|partially|patchily)\s*(?:[,.;)]|\Z)", re.I
)  # "INSM1 weakly;"
_PAREN = rx(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")
_IN_A_PATTERN = rx(r"\b(?:in|with)\s+an?\s+(?:[\w-]+\s+){0,3}?pattern\b", re.I)  # "CK20 in a dot-like pattern, INSM1"
_OF_GRADE = rx(r"\s+grade\b", re.I)
_UNSAID = rx(
    r"\s*(?:(?:was|were|is|are|has\s+been|have\s+been)\s+)(?:also\s+)?"
    r"(?:not\s+)?(?:tested|performed|done|assessed|requested|pending|available"
    r"|evaluated|examined|investigated|carried|used|ordered|planned)\b",
    re.I,
)
_BOUNDARY = rx(r"[;:]|\.\s|\b(?:while|whereas|although|however)\b", re.I)
_Found = tuple[int, int, str, str | None, bool]


def groups(text: str, panel: list[Stain]) -> list[list[Stain]]:
    """Return runs of markers between which only list words stand."""
    words = phrases_of_panels().listing
    found: list[list[Stain]] = []
    for stain in panel:
        if found:
            gap = text[found[-1][-1].end : stain.hit.start]
            plain = _IN_A_PATTERN.sub(" ", _PAREN.sub(" ", gap))
            tokens = lazy(r"[^\W_]+").findall(plain.lower())
            if (
                len(tokens) <= 6
                and ";" not in plain
                and not lazy(r"\.\s").search(plain)
                and all(t in words or t.isdigit() for t in tokens)
            ):
                found[-1].append(stain)
                continue
        found.append([stain])
    return found


def govern(text: str, group: list[Stain], low: int, high: int, panel: list[Stain]) -> None:
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
            aside = _IN_A_PATTERN.search(text, before.end, stain.hit.start)
            own = phrases_of_panels().intensity.search(text, aside.end() if aside else before.end, stain.hit.start)
            how = own.group() if own else how
        before = stain
        if "result" in stain.value or ("percentLow" in stain.value and chosen is not left):
            continue
        stain.value["result"] = chosen[2]
        stain.value.setdefault("resultSpan", [chosen[0], chosen[1]])
        behind = _BEHIND.match(text, stain.end, ceiling) if chosen is left else None
        put(stain.value, "intensity", behind["how"] if behind else how)


def _shared(text: str, group: list[Stain]) -> None:
    """Give a list the word at its last marker: "ER/PR positive", "CD13, CD33 positive, CD19, CD20 negative"."""
    word: str | None = None
    span: list[int] = []
    for stain, following in zip(group[::-1], [None, *group[::-1]], strict=False):
        if stain.value:
            told = lazy(r"[a-z-]+").findall(text[stain.hit.end : stain.end].lower().strip(" -:"))
            while told and phrases_of_panels().intensity.fullmatch(told[0]):
                told.pop(0)  # "S100 and mammaglobin diffusely positive (3+)"
            word = RESULTS.get(told[0]) if told else None
            span = stain.value.get("resultSpan", [])
        elif word and following and _PAIR.fullmatch(text, stain.end, following.hit.start):
            stain.value["result"] = word
            stain.value["resultSpan"] = span
        else:
            word = None


_PAIR = rx(r"\s*(?:,?\s*(?:and|or)|/|&|,)\s*", re.I)


def _left(text: str, floor: int, at: int) -> _Found | None:
    """Return the phrase before a list: (start, end, result, intensity, weak)."""
    phrases = phrases_of_panels()
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
    result = found.lastgroup or "positive"
    for m in phrases.intensity.finditer(text, max(floor, found.start() - 40), at) if result != "negative" else ():
        # "HLA-DR (dim), positive for CD34", "nuclear grade 2, positive for calretinin"
        if ")" not in text[m.end() : found.start()] and not _OF_GRADE.match(text, m.end()):
            how = m.group() if how is None else how
    if phrase == "showed":
        return None
    return found.start(), found.end(), result, how, weak


def _right(text: str, at: int, ceiling: int) -> _Found | None:
    """Return the phrase after a list: (start, end, result, intensity, weak)."""
    phrases = phrases_of_panels()
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
