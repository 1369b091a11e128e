"""Split a text into sentences; offsets are code points.

Line ends count where lines are list items or headings, and not where prose is merely
wrapped or a page break fell into a sentence.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from epicrisis.facts.brackets import opened
from epicrisis.kept import lazy

_ABBREVIATION = lazy(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Fig|Figs|Tab|No|Nr|vs|approx|ca|cf|e\.g|i\.e|al|resp|incl|dept|resp|"
    r"mg|ml|tab|inj|max|min|op|po|sc|[A-Za-z])|\b(?:[A-Za-z]\.){1,3}[A-Za-z])\.\Z"
)
# "diarrhoea gr. 3"
_GR = lazy(r"\bgr\.\Z", re.I)
_GRADE = lazy(r"\s?(?:[1-5]|I{1,3}|IV|V)\b")
# a letter of a name ("hepatitis B.") may end a sentence where another begins; a unit ("412 U/L.") where a word follows
# "IHD: No." ends, "No. 16 lymph nodes" does not
_NO = lazy(r"\bNo\.\Z")
_FIGURE = lazy(r"\s*#?\d")
_MAY_END = lazy(r"\b[a-z]{4,}\s[A-Z]\.\Z")
_UNIT_ENDS = lazy(r"(?:[\d/]\s?(?:m[gl]|min|[A-Za-z])|[°º]\s?[CF])\.\Z")
_CAPITAL = lazy(r"\s+(?:[A-Z][a-z]+|[A-Z]{2,})\b")
_BEGINS = lazy(
    r"\s+(?:The|This|These|She|He|Her|His|It|They|We|A|An|In|On|At|After|Before|During|No|Two|Three|Four|Six|Ten|There|Based|Because|Due|Given|Since|Subsequent\w*|Adjuvant|Follow\w*|Further\w*|However|CT|MRI|PET|Laborator\w+|Physical|Patholog\w+|Histolog\w+|Treatment|Chemotherapy|Radio\w+|Surg\w+|Therefore|Thus|When|While|With)\b"
)
# begins with the set of what may end a sentence, so that the search runs from one to the next
_END = lazy(
    r"[.!?。;\n](?:"
    r"(?<=[.!?。])[.!?。]*[\"'”’)\]]*(?:\[\d[\d,\s–-]*\])?(?=\s|\Z)"  # full stop
    r"|(?<=\.)(?<!\d\.)[\d,–-]+(?=\s+[A-Z])(?=\s|\Z)"  # and citation
    r"|(?<=;)(?=\s)"
    r"|(?<=[a-z)\]]\.)(?=[A-Z][a-z])"  # a forgotten space
    r"|(?<=\n)"
    r")"
)
# a small letter that begins a sentence: "diagnosed 1/2020. s/p resection", "was seen. mFOLFOX was given"
_ASIDE = lazy(r"\s?\([a-z]")
_SHORT = lazy(r"\s+(?:(?:s/p|c/o|h/o|c/b|d/c)\b|(?:m|p|c|yp|e|ph|t|u)[A-Z])")
_DAY = lazy(r"(?<![\d.])\d{1,2}\.\d{1,2}\Z")
_DAY_GOES_ON = lazy(r"\s?(?:[-–—]|to|until|till|and)\s?\d{1,2}\.\s?\d{1,2}\.")
_ITEM = lazy(
    r"[ \t]*(?:[-*•‣▪●–+◦○»›►▶→➢❖✓■□·]\s|o\s(?=[A-Z\d])|\(?\d{1,2}[.)]\s|\(?(?:[ivx]{1,4}|[a-h])\)\s|[A-Z][\w /()-]{1,40}:|#{1,6}\s|\|)"
)


# "12.03.2019: ...", "04/2021 - 08/2021 ...", "May 2018 - ...": a line of a list that is led by its date
_DATED = lazy(
    r"[ \t]*(?:\d{1,2}[./]\d{1,2}[./](?:\d\d){1,2}\b|\d{1,2}[./](?:19|20)\d\d\b|(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+)?(?:19|20)\d\d(?:\s*[:–-]|[ \t]*\t|[ ]{2,}|\s*\|))"
)
_GOES_ON = lazy(
    r"(?:[,(/–-]|\b(?:on|in|since|until|till|from|and|or|of|the|an?|to|at|by|with|for|dated?|was|were|is|before|after|between|during|around))\Z",
    re.I,
)

REACH = 2_000  # code points: only a list is longer without a full stop, and what stands farther off is not meant


class Sentence(NamedTuple):
    """A sentence, trimmed of white space; `paragraph` numbers the paragraph it stands in."""

    start: int
    end: int
    paragraph: int


def split_sentences(text: str, start: int = 0, end: int | None = None, *, paragraph: int = 0) -> list[Sentence]:
    """Return the sentences of text[start:end] in order, their paragraphs numbered from *paragraph* on."""
    stop = len(text) if end is None else end
    found: list[Sentence] = []
    begin = start
    for m in _END.finditer(text, start, stop):
        last, at = m.span()
        sign = text[last]
        if sign == "\n":
            kind = _line_end(text, begin, last, at, stop)
            if not kind:
                continue
            _add(found, text, begin, last, paragraph)
            paragraph += kind == 2
            begin = at
            continue
        if sign == ";" and opened(text, begin, at) and ")" in text[at : at + 200]:
            continue  # "(cT4N3M1b, stage IVA; AJCC 8th edition)"
        if sign == "?" and _ASIDE.match(text, at):
            continue  # "mother: RCC? (unsure), sister: breast cancer"
        if sign == "." and _DAY_GOES_ON.match(text, at) and _DAY.search(text, max(begin, last - 7), last):
            continue  # "09.01. - 20.01.2023"
        if sign == ".":
            word = text[max(begin, last - 7) : last]
            if (
                word[-1:].isalpha()
                and not (len(word) == 7 and word.isalpha())  # longer than any abbreviation
                and _ABBREVIATION.search(text, max(begin, last - 12), last + 1)
                and not (_NO.search(text, max(begin, last - 3), last + 1) and not _FIGURE.match(text, at))
                and not (_MAY_END.search(text, max(begin, last - 24), last + 1) and _BEGINS.match(text, at))
                and not (_UNIT_ENDS.search(text, max(begin, last - 6), last + 1) and _CAPITAL.match(text, at))
            ):
                continue
            if _GR.search(text, max(begin, last - 3), last + 1) and _GRADE.match(text, at):
                continue
            if at == last + 1 and text[at : at + 12].lstrip()[:1].islower() and not _SHORT.match(text, at):
                continue
        _add(found, text, begin, at, paragraph)
        begin = at
    _add(found, text, begin, stop, paragraph)
    return found


def _line_end(text: str, begin: int, before: int, after: int, stop: int) -> int:
    """Return 0 for wrapped prose, 1 for the end of a line, 2 for the end of a paragraph."""
    line = text[max(begin, text.rfind("\n", 0, before) + 1) : before].rstrip()
    rest = after
    blank = False
    while rest < stop and text[rest] in " \t\r\n" and (line or not blank):  # one of many empty lines sees the next only
        blank |= text[rest] == "\n"
        rest += 1
    if rest >= stop:
        return 2
    if not line:
        return 2 if blank else 0
    continues = text[rest].islower() and line[-1] not in ".:!?"
    if blank:
        # a page break in the middle of a sentence leaves an unfinished line and a small letter
        unfinished = line[-1] not in ".:!?" and (text[rest].islower() or text[rest].isdigit()) and len(line) > 40
        return 0 if unfinished else 2
    if _ITEM.match(text, rest):
        return 1
    if continues:
        return 0
    if len(line) < 55 or line[-1] in ".:":
        return 1
    if _GOES_ON.search(line):
        return 0
    return 1 if _DATED.match(text, rest) or _listed(text, before, rest) or _would_fit(text, before, rest) else 0


def _listed(text: str, before: int, rest: int) -> bool:
    """Say whether the lines around a line end are indented below a line that ends with a colon."""
    indent = rest - (text.rfind("\n", 0, rest) + 1)
    if indent < 2:
        return False
    at = before
    while at > 0:
        start = text.rfind("\n", 0, at) + 1
        line = text[start:at]
        own = len(line) - len(line.lstrip())
        if own < indent:
            return line.rstrip().endswith(":")
        if own > indent or not line.strip():
            return False
        at = start - 1
    return False


def _would_fit(text: str, before: int, rest: int) -> bool:
    """Say whether the line was ended on purpose: the next word would have had room on it by far."""
    low = max(text.rfind("\n\n", 0, before), before - 2000, 0)
    high = text.find("\n\n", rest)
    high = min(len(text) if high < 0 else high, rest + 2000)
    width = max(len(line) for line in text[low:high].split("\n"))
    line = before - (text.rfind("\n", 0, before) + 1)
    word = len(text[rest : rest + 40].split(maxsplit=1)[0])
    return line + 1 + word <= 0.75 * width


def _add(found: list[Sentence], text: str, a: int, b: int, paragraph: int) -> None:
    while a < b and text[a].isspace():
        a += 1
    while b > a and (text[b - 1].isspace() or text[b - 1] == "|"):  # the edge of a table's row
        b -= 1
    if a < b:
        found.append(Sentence(a, b, paragraph))
