"""Results of tests that no table lists: a name, words of measuring, a number with a unit of concentration.

"Fructosamine was 161 µmol/L", "beta-glucosidase activity (2 nmol/mL)": the unit says that something
was measured, and its name stays words. What a table lists was read, or passed over, by `labs`.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from epicrisis.facts import phrase, resultwords
from epicrisis.facts.context import Context
from epicrisis.facts.covered import Covered
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx
from epicrisis.facts.quantity import Quantity, find_values, read_reference
from epicrisis.facts.unit_codes import unit_code
from epicrisis.kept import lazy

# a quick look: a unit per volume
_PER_VOLUME = lazy(
    r"(?:/(?:(?<=[A-Za-z.]/)|(?<=[A-Za-z.]\s/))|per(?:(?<=\.per)|(?<=[A-Za-z.]\sper)))\s?(?:[dmµμun]?[lL](?:it(?:re|er))?|mg|kg)\b"
)
_CONCENTRATION = rx(
    r"(?:[munpfkµμ]?g|mcg|[munpfµμ]?mol|[mµμn]?Eq|[mkµμu]?I\.?U\.?|[mkµμ]?UI|[mkµμ]?U|[AEB]U|BAU|units?|[mµμn]?kat|mOsm(?:ol)?)"
    r"\s?(?:/|per)\s?(?:[dmµμun]?[lL]|dl|litre|liter|mg(?:\s+protein)?|kg)",
)
_KILO = rx(r"(?!mOsm).*kg\Z")  # a dose; osmolality alone is told per kilogram
_MEANINGS = frozenset({"sites", "symptoms", "diseases", "cancers", "adverse_events", "procedures"})
_LISTED = frozenset({"labs", "markers", "measurements", "imaging", "specimens", "frequencies", "routes"})
_NO_RESULT = rx(
    r"\b(?:normal|references?|range|ULN|limit|limits|cut-?off|threshold|targets?|goal|below|if|until|when|dilut\w+|dissolved|diluted|antibod(?:y|ies)\s+at|at\s+an?\s+(?:final\s+)?concentration)\b[^;]{0,30}\Z",
    re.I,
)
_ABBREVIATED = rx(r"\s?\(\s?(?P<abbr>[A-Za-z][\w-]{1,11})\s?\)\s*\Z")
_JOINED = rx(r"[\s:=(,–-]*")
_WORD = lazy(r"[A-Za-zα-ωΑ-Ω][\w'’α-ω-]*[A-Za-z0-9α-ω]")


def extract(context: Context, known: list[Fact], *, comma: bool) -> list[Fact]:
    """Return lab facts of unlisted tests; *known* are the results that were read already."""
    spans = [f.value[key] for f in known for key in ("valueSpan",) if f.value.get(key)]
    taken = Covered(known)
    for a, b in spans:
        taken.add(a, b)
    found: list[Fact] = []
    where = context.holding(_PER_VOLUME) & context.numbered
    for i, s in context.patient_sentences() if where else ():
        if i not in where or not any(
            not taken.overlaps(m.start(), m.end()) for m in _PER_VOLUME.finditer(context.text, s.start, s.end)
        ):
            continue
        for value in find_values(context.text, s.start, s.end, comma=comma):
            if not value.unit or not _CONCENTRATION.fullmatch(value.unit) or _KILO.match(value.unit):
                continue
            if taken.overlaps(value.start, value.end) or _NO_RESULT.search(
                context.text, max(s.start, value.start - 40), value.start
            ):
                continue
            named = _name(context, value.start, s.start)
            if named and not taken.overlaps(*named):
                found.append(context.fact("lab", *named, value=_told(context, named[1], value, s.end, comma=comma)))
                taken.add(*named)
    return found


def _name(context: Context, at: int, low: int) -> tuple[int, int] | None:
    """Return the span of the name to which the number at *at* belongs."""
    text, folded, words = context.text, context.folded, resultwords.load().unlisted
    right, levels = at, False
    short = _ABBREVIATED.search(text, max(low, at - 20), at)
    if short and text[short.start() - 1 : short.start()].isalnum():
        right = short.start()
    i = bisect_left(folded.starts, right) - 1
    for _ in range(6):
        if i < 0 or folded.starts[i] < low:
            return None
        a, b = folded.starts[i], folded.ends[i]
        if not _JOINED.fullmatch(text, b, right):
            return None
        word = text[a:b].lower()
        if word not in words["between"]:
            break
        levels |= word in words["level"]
        right, i = a, i - 1
    else:
        return None
    if text[a - 1 : a] in ("/", "^", "."):
        return None  # the end of a unit
    begin = max(phrase.left(context, a, low, 3), text.rfind("/", low, a) + 1)
    begin = _trimmed(text, begin, b)
    if begin >= b:
        return None
    head = text[begin:b].rsplit(None, 1)[-1]
    if (
        len(head) < 3
        or not _WORD.fullmatch(head)
        or head.lower() in words["no_name"]
        or head.lower() in phrase.STOP
        or text[begin:b].split(None, 1)[0].lower() in words["between"]
        or head.lower().endswith(("ing", "ed", "ly"))
    ):
        return None
    hits = context.hits_in(begin, at)
    tables = {c.partition("/")[0] for h in hits for c in h.concepts}
    if tables & _LISTED:
        return None
    if tables & {"drugs", "regimens"} and not levels:
        return None  # a dose
    if any(h.end == b for h in hits if tables & _MEANINGS):
        return None  # "anemia (7 g/dL)" names what the value means, and not the test
    return begin, b


def _trimmed(text: str, begin: int, end: int) -> int:
    """Return where the name begins behind the words that judge its value."""
    judged = resultwords.find(text[begin:end])
    begin = begin + judged[-1][1] if judged else begin
    while begin < end and not text[begin].isalnum():
        begin += 1
    return begin


def _told(context: Context, named: int, value: Quantity, high: int, *, comma: bool) -> dict[str, object]:
    told: dict[str, object] = {"value": value.value, "valueSpan": [value.start, value.end], "unit": value.unit}
    if value.value2:
        told["value2"] = value.value2
    if value.comparator:
        told["comparator"] = value.comparator
    code = unit_code(context.terms, value.unit)
    if code:
        told["ucum"] = code
    words = [w for w in resultwords.find(context.text[named : value.start]) if w[2] != "change"]
    if words:
        a, b, told["interpretation"] = words[-1]
        told["wordSpan"] = [named + a, named + b]
        told["resultText"] = " ".join(context.text[named + a : named + b].split())
    reference = read_reference(context.text, value.end, min(high, value.end + 90), comma=comma)
    if reference:
        told.update(reference[1])
    return told
