"""The value behind a test: number, unit, reference range, and the further values of a course."""

from __future__ import annotations

import re
from typing import Any

from epicrisis.facts import cultures, resultwords
from epicrisis.facts.context import Context
from epicrisis.facts.lab_names import Test
from epicrisis.facts.patterns import rx
from epicrisis.facts.quantity import Quantity, decimal, first_value, read_reference, read_value, unflagged
from epicrisis.facts.unit_codes import unit_code
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_SIGNED = rx(r"[-‐‑–](?P<w>negative|positive)\b", re.I)  # "an MRD-negative remission"
_PLUSES = rx(r"\+(?!\s?\d)")
_OF_PANEL = rx(r"\b(?:show(?:ed|s|ing)|revealed|reveals|revealing|demonstrated|with|found|detected)\b", re.I)
_DAY_OF = rx(r"\b(?:days?|d|weeks?|months?|cycles?|visits?|time\s?points?)\s?\Z", re.I)
_DAY_ENDS = rx(r"\s*(?:[:=)]|(?:was|is|of)\b|[<>]|,?\s*\d)")
_VOLUME = rx(r"\b(?:output|volume|urine|drain\w*|intake)\b", re.I)
_YEAR_IN = rx(r"\s*[(\[][^)\]]{0,12}(?:19|20)\d\d")
_NOT_A_RESULT = rx(
    r"\s?-?(?:years?|yrs?|months?|weeks?|days?|times|fold|cycles?|courses?"
    r"|doses?|tablets?|patients?|cases?|st\b|nd\b|rd\b|th\b|,\s?X[XY]?\b)"
    r"|\s?%\s+(?:reduction|decrease|increase|drop|decline|rise|fall|regression|shrinkage)\b"
    r"|(?:\s?,\s?\d{1,3})*(?:,?\s+and\s+\d{1,3})?\s?(?:(?-i:h)|hrs?|hours?)\b"
    r"|\s?(?:/\s?\d{1,2}\s?/\s?\d)|\s+(?:and|or)\s+\d+\s+(?:years|months"
    r"|weeks|days)|-(?:\d{2}-\d)|\s?[x×]\s?\d+(?:\.\d+)?\s?(?:cm|mm)|\s?"
    r"(?:mg|g|I?U|IE|[µu]g|mcg)\s+(?:daily|od|bid|once|twice|per\s+day|orally|po|iv)\b",
    re.I,
)
_FROM_TO = rx(
    r"\s*,?\s*(?:\((?:[^()]{1,40})\)\s*)?(?:(?:in|on|at|before|after)\s+[\w\s]{1,25}?|(?:pre|post|intra)-?operatively|initially|previously)?"
    r"\s*(?:and\s+then\s+)?(?:up\s+"
    r"|down\s+)?to\s+(?:a\s+(?:peak|nadir|maximum|level|value)\s+of\s+)?",
    re.I,
)
_THEN = rx(
    r"[^.;()\d]{0,30}(?:\d{4}|\d{1,2})?[^.;()\d]{0,20}\b(?:and|then|,)\s+"
    r"(?:then\s+|again\s+)?(?:was|were|to|is|at|rose\s+to|fell\s+to|decreased\s+to"
    r"|increased\s+to|reached)\s+(?=\d)"
    # "56 ng/mL in May 2019 and 4 ng/mL in August 2019"
    r"|\s+(?:\(|(?:in|on)\s+)(?:[^\W\d]{3,9}\.?\s+)?\d{4}\)?\s*(?:,\s*(?:and\s+)?|\s+(?:and|then)\s+)(?:then\s+)?(?=\d)",
    re.I,
)
_FROM = rx(r"\bfrom\s+(?:a\s+(?:peak|level|value|baseline)\s+of\s+)?\Z", re.I)
_BY = rx(r"\bby\s+(?:(?:about|approximately|around|nearly|almost|over|more\s+than|at\s+least)\s+)?\Z", re.I)
_TAIL = rx(
    r"\s*[,(]?\s*(?P<w>(?:mildly |slightly |markedly )?(?:elevated|increased|raised|low|high|normal|decreased|H|L|↑|↓))(?:\s*[),.;|/]|(?<=[HL↑↓])(?=\s|$)(?!\s+pylori))"
)
_FIRST = rx(
    r"\s*,\s*(?:initially|which\s+(?:was|were)|previously|at\s+(?:diagnosis|baseline|presentation)|originally)\b", re.I
)


def read(context: Context, test: Test, stop: int, *, comma: bool) -> None:
    """Read the value that follows a test, its reference range, and a second value of a course."""
    text = context.text
    signed = _SIGNED.match(text, test.hit.end, stop)
    if signed and test.hit.concepts[0].startswith("labs/"):
        test.value = {"interpretation": signed["w"].lower(), "wordSpan": list(signed.span("w"))}
        test.after = signed.end()
        return
    if test.hit.concepts[0].endswith(" culture") and (grew := cultures.grown(context, test.end, stop)):
        test.value = {"interpretation": "positive", "wordSpan": list(grew)}
        test.after = grew[1]
        return
    led = _led(context, test, comma)
    if led:
        test.value, test.after = result(context, test.hit, led), test.end
        return
    found = first_value(text, test.end, min(stop, test.end + 110), comma=comma)
    if found is None:
        return
    if _DAY_OF.search(text, test.end, found.start) and _DAY_ENDS.match(text, found.end, stop):
        # "MRD day 29: <0.01%": the day, and then the value
        found = first_value(text, found.end, min(stop, found.end + 40), comma=comma)
        if found is None:
            return
    if not _VOLUME.search(text, test.hit.start, test.end):
        found = unflagged(text, found, expected(context, test.hit))
    gap = text[test.end : found.start]
    if _PLUSES.match(text, found.end, stop) and found.unit is None:
        if gap.strip(" :=") == "":  # "urine protein 3+"
            test.value = {"interpretation": "positive", "wordSpan": [found.start, found.end + 1]}
            test.after = found.end + 1
        return
    if context.terms.attr(test.hit.concepts[0], "kind") == "qualitative" and _OF_PANEL.search(gap):
        return  # "CSF analysis showed protein 156 mg/dL": the value is of what was found
    if found.unit == "%" and _BY.search(gap):
        return  # "PSA fell by 60%": a change, and no value
    if len(gap) > 80 or not reaches(gap) or _NOT_A_RESULT.match(text, found.end, stop):
        return
    if found.unit is None and not _plausible(context, test, found, gap, stop):
        return
    if (
        found.unit
        and not set(found.unit) & set("/%")
        and context.hits_in(test.hit.start, test.hit.end, "drugs")
        and not read_reference(text, found.end, min(stop, found.end + 60), comma=comma)
    ):
        return  # "vitamin D 1000 IU": a dose
    if found.unit is None:
        found = _with_unit_of_name(context, test, found)
    test.value = result(context, test.hit, found)
    test.after = found.end
    word = resultwords.find(gap)
    if word:
        a, b, kind = word[-1]
        test.value["interpretation"] = kind
        test.value["wordSpan"] = [test.end + a, test.end + b]
    if _FROM.search(gap):
        _from_to(context, test, found, word, stop, comma)
    _course(context, test, stop, comma)
    _judged(context, test, found, stop, comma)


# "2% neutrophils, 94% lymphocytes and 2% monocytes": each share stands before its cells
_SHARE_OF = rx(
    r"(?<![\w.,/–-])(?P<n>\d{1,3}(?:[.,]\d+)?)\s?%\s+(?:of\s+)?(?:(?:suspected|segmented|mature|immature|band|atypical|reactive|abnormal|circulating|polymorphonuclear|small|large)\s+){0,2}\Z"
)
_CELLS = rx(
    r"neutrophil|lymphocyt|monocyt|eosinophil|basophil|blast|myelocyt|promyelocyt|segmented|granulocyt|reticulocyt|plasma cell",
    re.I,
)
_LIST_GOES_ON = rx(r"\s*(?:[,;.)]|and\b|with\b|or\b|\Z)")


def _led(context: Context, test: Test, comma: bool) -> Quantity | None:
    """Return the share told right before the name of cells, where no value of its own follows the name."""
    m = _SHARE_OF.search(context.text, max(0, test.hit.start - 40), test.hit.start)
    if m is None or not _CELLS.search(test.hit.concepts[0]) or not _LIST_GOES_ON.match(context.text, test.end):
        return None
    return Quantity(m.start("n"), m.end("n") + 1, decimal(m["n"], comma=comma), None, None, "%")


def _from_to(
    context: Context, test: Test, found: Quantity, word: list[tuple[int, int, str]], stop: int, comma: bool
) -> None:
    """Read the two ends of a course: "rose from 35 to 400 U/ml" is no range."""
    if found.value2:
        first, last = (Quantity(found.start, found.end, v, None, None, found.unit) for v in (found.value, found.value2))
        test.value = result(context, test.hit, first) | {"course": "left"}
        test.more.append(_later(context, test, last, word, test.end) | _reached(found))
        return
    m = _FROM_TO.match(context.text, found.end, stop)
    second = read_value(context.text, m.end(), stop, comma=comma) if m else None
    if second:
        test.value.pop("interpretation", None), test.value.pop("wordSpan", None)
        later = _later(context, test, second, word, test.end) | _reached(found)
        test.value["course"] = "from"
        if found.unit is None and second.unit:
            test.value |= {k: later[k] for k in ("unit", "ucum") if k in later}
        test.more.append(later)
        test.after = second.end


def _reached(before: Quantity) -> dict[str, Any]:
    return {"course": "to", "fromSpan": [before.start, before.end]}


def _judged(context: Context, test: Test, found: Quantity, stop: int, comma: bool) -> None:
    """Read the reference range behind a value, or the sign that says how it stands: "512 U/L (H)"."""
    bare = found.unit is not None or not _YEAR_IN.match(context.text, test.after, stop)
    reference = read_reference(context.text, test.after, min(stop, test.after + 90), comma=comma, bare=bare)
    if reference:
        (test.more[-1] if test.more else test.value).update(reference[1])
        test.after = reference[0]
        return
    tail = _TAIL.match(context.text, test.after, stop)
    if tail and "interpretation" not in test.value:
        sign = {"H": "high", "L": "low", "↑": "high", "↓": "low"}.get(tail["w"])
        named = resultwords.find(tail["w"])
        test.value["interpretation"] = sign or (named[-1][2] if named else None)
        test.value["wordSpan"] = [tail.start("w"), tail.end("w")]


def _with_unit_of_name(context: Context, test: Test, found: Quantity) -> Quantity:
    """Take the unit from the name of a table's row: "AFP (IU/mL) | 1,120"."""
    if "/" not in test.own or not unit_code(context.terms, test.own, expected(context, test.hit)):
        return found
    return Quantity(found.start, found.end, found.value, found.value2, found.comparator, test.own)


def _course(context: Context, test: Test, stop: int, comma: bool) -> None:
    """Read the further values of a course: "2.3 ng/ml by March and was 0.02 ng/ml in June"."""
    for _ in range(4):
        m = _THEN.match(context.text, test.after, stop)
        value = read_value(context.text, m.end(), stop, comma=comma) if m else None
        if m is None or value is None or value.unit is None or value.unit != test.value.get("unit"):
            return
        word = resultwords.find(m.group())
        test.more.append(_later(context, test, value, word, m.start()))
        test.after = value.end


def _later(
    context: Context, test: Test, second: Quantity, word: list[tuple[int, int, str]], base: int
) -> dict[str, Any]:
    """Return the second value of a course; a word of change ("rose from 35 to 400") says how it
    stands.
    """
    later = result(context, test.hit, second)
    if word:
        a, b, kind = word[-1]
        later["interpretation"] = kind
        later["wordSpan"] = [base + a, base + b]
    return later


def reaches(gap: str) -> bool:
    """Say whether only words that lead to a value stand between a test and a number."""
    words = resultwords.load()
    plain = lazy(r"\((?:[A-Za-z][\w ./-]{0,30})\)").sub(" ", gap)
    if ";" in plain or lazy(r"[.!?]\s|\bgrade\b").search(plain):
        return False  # "CK elevation grade 1" has no value
    plain = _FIRST.sub(" ", plain)
    if "," in plain.rstrip(" ,(") and not lazy(r"[^,]*,\s*(?:which|measured|measuring|with|at)\b[^,]*").fullmatch(
        plain
    ):
        return False
    tokens = lazy(r"[^\W\d_]+").findall(plain.lower())
    if len(tokens) > 12:
        return False
    return all(t in words.filler or t in words.single for t in tokens)


def _plausible(context: Context, test: Test, found: Quantity, gap: str, stop: int) -> bool:
    """Say whether a number without a unit is the result of the test; at *stop* the next one begins, or the sentence ends."""
    text = context.text
    after = lazy(r"\s*(\S{0,12})").match(text[found.end : found.end + 14])
    following = after.group(1) if after else ""
    last = found.end >= stop or text[found.end : stop].isspace()
    if (
        not last
        and lazy(r"[A-Za-z]").match(following)
        and not lazy(
            r"(?:and|at|on|with|in|to|or|but|while|from|which|before|after"
            r"|he|she|as|by|for|(?-i:[HL])\b|normal|ref)",
            re.I,
        ).match(following)
    ):
        return False
    if lazy(r"(?:19|20)\d\d").fullmatch(found.value) and lazy(r"\b(?:in|of|on|since)\s*\Z", re.I).search(gap):
        return False
    if lazy(r"(?:19|20)\d\d").fullmatch(found.value) and lazy(r"\s*:?\s*[<>]?\s?\d").match(text, found.end):
        return False  # "PSA 2018 6.7"
    if lazy(r"\s*/\s*\d").match(text[found.end : found.end + 4]):
        return text[test.hit.start - 1 : test.hit.start] == "/"  # a pair: "AST/ALT 45/60 U/L"
    return bool(gap.strip()) or text[found.end : found.end + 1] in ",.;) \n" or found.end == len(text)


def result(context: Context, hit: Hit, found: Quantity) -> dict[str, Any]:
    """Return a value as a fact says it: decimal string, unit as written, UCUM code where the unit has one."""
    result: dict[str, Any] = {"value": found.value, "valueSpan": [found.start, found.end]}
    if found.value2:
        result["value2"] = found.value2
    if found.comparator:
        result["comparator"] = found.comparator
    if found.unit:
        result["unit"] = found.unit
        code = unit_code(context.terms, found.unit, expected(context, hit))
        if code:
            result["ucum"] = code
    return result


def expected(context: Context, hit: Hit) -> tuple[str, ...]:
    """Return the units in which a test is written."""
    concept = context.terms.concept(hit.concepts[0])
    if concept is None:
        return ()
    return tuple(v for k, v in concept.attrs.items() if k.startswith("unit"))
