"""Words that say a result without a number: "elevated", "within normal limits", "negative".

The words are data (`mappings/cues/labs.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from epicrisis import resources
from epicrisis.facts.patterns import rx
from epicrisis.kept import lazy

_LINK = rx(
    r"\)?(?:,\s(?:and\s)?[\w-]+(?:\s[\w-]+){0,2}(?:\s\([\w -]{1,12}\))?(?=,"
    r"|\sand\s|\swere\s)(?:\sand\s[\w-]+(?:\s[\w-]+)?(?=\swere))?){0,5}(?:\sand\s(?:[\w-]+\s){1,6}(?=were\b))?\s*"
    r"(?:\((?:[A-Za-z][\w ./-]{0,30})\)\s*)?,?\s*(?:levels?|counts?|values?"
    r"|tests?|results?|concentrations?|profile|titers?|activity|panel|function"
    r"|screen|studies|study|in\s+the\s+(?:blood|serum|urine))?\s*,?\s*"
    r"(?:(?:which|and|that|but|all|both|also|each|still|again|now|then"
    r"|further|had|has|have|been|was|were|is|are|came|come|back|be|remained"
    r"|remains|stayed|"
    r"became|returned|found|noted|to|showed|a|an|the|slight(?:ly)?|mild"
    r"(?:ly)?|moderate(?:ly)?|marked(?:ly)?|"
    r"severe(?:ly)?|significant(?:ly)?|very|extremely|grossly|borderline"
    r"|marginally|persistently|completely|"
    r"within|almost|nearly|otherwise|always|repeatedly|only|gradually|as"
    r"|well|strongly|weakly|on|at|admission|presentation|diagnosis|discharge"
    r"|tested)\s+){0,9}\Z",
    re.I,
)


_VERB = rx(
    r"\b(?:was|were|is|are|had|has|been|remained|remains|stayed|became|returned|all|both|be|which|came"
    r"|showed|found|tested)\b",
    re.I,
)
_GOES_ON = rx(r"\s+(?:at|to|and|with|in|on|apart|except|but|though|although)\b")


_WORD = lazy(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists, ready to use."""

    pattern: re.Pattern[str]
    kinds: dict[str, str]
    first: frozenset[str]  # the first words of `kinds`
    single: frozenset[str]  # single words of `kinds`
    filler: frozenset[str]
    listing: frozenset[str]
    before: frozenset[str]
    not_after: frozenset[str]
    unlisted: dict[str, frozenset[str]]


@cache
def load() -> Words:
    """Read the words that ship."""
    data = resources.toml("cues", "labs.toml")
    kinds: dict[str, str] = {}
    for kind, phrases in data["interpretation"].items():
        for phrase in phrases["phrases"] if kind == "not" else phrases:
            kinds[phrase.lower()] = kind
    listed = sorted(kinds, key=len, reverse=True)
    pattern = rx(
        r"(?<![\w-])(?:" + "|".join(re.escape(p).replace(r"\ ", r"\s+") for p in listed) + r")(?![\w-])",
        re.I,
    )
    single = frozenset(w for p in kinds for w in p.split())
    return Words(
        pattern,
        kinds,
        frozenset(_WORD.findall(p)[0] for p in kinds),
        single,
        frozenset(data["filler"]["words"]),
        frozenset(data["list"]["words"]),
        frozenset(data["before"]["words"]),
        frozenset(data["not_after"]["words"]),
        {key: frozenset(listed) for key, listed in data["unlisted"].items()},
    )


_NEXT_SUBJECT = lazy(r"\s*,?\s*(?:and|but|while|whereas)\b", re.I)
_PREDICATE = lazy(r"\b(?:was|were|is|are|remained|stayed)\s+(?:\w+\s+)?\Z", re.I)
_CELL = lazy(r"[ \t]{0,40}\|[ \t]{0,40}")  # "| HBsAg | negative |"
_CELL_ENDS = lazy(r"[ \t]{0,40}(?:\||\n|$)")


def find(text: str) -> list[tuple[int, int, str]]:
    """Return (start, end, kind) of the result words of *text*."""
    return list(_each(text))


def _each(text: str) -> Iterator[tuple[int, int, str]]:
    words, end = load(), 0
    if words.first.isdisjoint(_WORD.findall(text.lower())):
        return
    for word in _WORD.finditer(text):
        at = word.start()
        if at < end or word.group().lower() not in words.first or not (m := words.pattern.match(text, at)):
            continue
        end = m.end()
        kind = words.kinds[" ".join(m.group().lower().split())]
        if kind != "not":
            yield at, end, kind


def before(text: str, low: int, at: int) -> tuple[int, int, str] | None:
    """Return the result word that leads to a test at *at* ("markedly elevated serum CRP")."""
    begin = max(low, at - 60)
    found = find(text[begin:at])
    if not found:
        return None
    a, b, kind = found[-1]
    gap = text[begin + b : at]
    if lazy(r"[.;:()\[\]]").search(gap.rstrip(" (")):
        return None
    if "," in gap and not (kind in ("high", "low", "abnormal") and lazy(r"\s*,?\s*\w*\s*").fullmatch(gap)):
        return None  # "FLT3 negative, blasts 62%": the word belongs to what stands before it
    if gap.startswith("/"):
        return None  # "HBsAg neg/anti-HBc pos"
    if "(" in gap and kind in ("positive", "negative"):
        return None  # "coagulopathy was present (fibrinogen 0.8 g/L)"
    if _NEXT_SUBJECT.match(gap) and _PREDICATE.search(text, max(low, begin + a - 30), begin + a):
        return None  # "CEA was normal and CA 19-9 was 40": said of what stands before it
    tokens = lazy(r"[^\W_]+(?:-[^\W_]+)?").findall(gap.lower())
    if len(tokens) > 6 or not all(t in load().before for t in tokens):
        return None
    if kind in ("positive", "negative", "present") and "for" not in tokens and tokens:
        return None if any(t in ("of", "in") for t in tokens) else (begin + a, begin + b, kind)
    return begin + a, begin + b, kind


def after(text: str, at: int, high: int) -> tuple[int, int, str] | None:
    """Return the result word that a list of tests ending at *at* is the subject of."""
    end = min(high, at + 110)
    for a, b, kind in _each(text[at:end]):
        gap = text[at : at + a]
        if _CELL.fullmatch(gap):
            return (at + a, at + b, kind) if _CELL_ENDS.match(text, at + b) else None
        if not _LINK.match(gap + " " if gap and not gap.endswith(" ") else gap):
            return None
        if kind in ("positive", "negative") and lazy(r"\s+(?:for|to)\b").match(text[at + b : at + b + 6]):
            return None
        if lazy(r"\b(?:showed|revealed|found)\b", re.I).search(gap) and not lazy(
            r"\s*(?:[.,;()]|$|results?\b|values?\b|findings\b|levels?\b|range\b)"
        ).match(text[at + b : end]):
            return None  # "blood tests showed normal leukocytes": the leukocytes are normal
        rest = text[at + b : at + b + 2]
        if not (_VERB.search(gap) or not rest or rest[0] in ",.;)\n/" or "(" in rest or _GOES_ON.match(text, at + b)):
            return None  # without a verb the word must close its clause: "CRP elevated,"
        return at + a, at + b, kind
    return None
