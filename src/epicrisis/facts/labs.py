"""Results of laboratory tests: numbers with unit and reference range, or words ("normal",
"positive").

Fact kinds: lab; marker where the test is a serum tumour marker (method "serum").
Value: {"value", "value2", "comparator", "unit", "ucum", "refLow", "refHigh", "refUnit", "refText",
"interpretation": high | low | normal | abnormal | positive | negative, "resultText", "valueSpan",
"wordSpan"};
numbers are decimal strings. A test named without a result is no fact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from epicrisis.facts import resultwords
from epicrisis.facts.context import Context
from epicrisis.facts.ihc_panel import stains
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx
from epicrisis.facts.quantity import (
    Quantity,
    find_values,
    read_reference,
    read_value,
    unit_code,
    writes_comma,
)
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_DOMAINS = ("labs", "markers", "measurements")
_OWN = rx(r"\s*[(\[]\s*(?P<abbr>[A-Za-z][\w./ -]{0,24})[)\]]")
_OPEN = rx(r"\s*[(\[=:]\s*")
_SIGNED = rx(r"[-‐‑–](?P<w>negative|positive)\b", re.I)  # "an MRD-negative remission"
_METHOD = rx(r"\s+(?:by|via|using)\s+(?:(?:multi\w+|quantitative|real-time|next-generation)\s+)?")
_SEPARATED = rx(r"[,;]\s*\Z")
_NOT_A_RESULT = rx(
    r"\s?-?(?:years?|yrs?|months?|weeks?|days?|times|fold|cycles?|courses?"
    r"|doses?|tablets?|patients?|cases?|st\b|nd\b|rd\b|th\b|,\s?X[XY]?\b)"
    r"|\s?(?:/\s?\d{1,2}\s?/\s?\d)|\s+(?:and|or)\s+\d+\s+(?:years|months"
    r"|weeks|days)|-(?:\d{2}-\d)|\s?[x×]\s?\d+(?:\.\d+)?\s?(?:cm|mm)|\s?"
    r"(?:mg|g)\s+(?:daily|od|bid|once|twice|per\s+day|orally|po|iv)\b",
    re.I,
)
_FROM_TO = rx(
    r"\s*,?\s*(?:(?:in|on|at)\s+[\w\s]{1,25}?)?\s*(?:and\s+then\s+)?(?:up\s+"
    r"|down\s+)?to\s+(?:a\s+(?:peak|nadir|maximum|level|value)\s+of\s+)?",
    re.I,
)
_MEASURED = rx(
    r"\b(?:serum|plasma|urin(?:e|ary)|blood|24[\s-]?h(?:ours?)?|levels?\s+of"
    r"|values\s+of|(?:elevated|increased|normal|low|high))\s(?:[\w-]+,?\s){0,2}\Z",
    re.I,
)
_UNKNOWN_ITEM = rx(r"\s*,\s*(?!and\b|was\b|were\b|which\b|with\b)(?:[^\W\d][\w-]*\s?){1,3},\s*(?:and\s+)?")
_SHARED = rx(r"\b(?P<w>[A-Za-z][\w-]+)\s+(?:and|or)\s+(?:the\s+)?\Z")
_THEN = rx(
    r"[^.;()\d]{0,30}(?:\d{4}|\d{1,2})?[^.;()\d]{0,20}\b(?:and|then|,)\s+"
    r"(?:then\s+|again\s+)?(?:was|were|to|is|at|rose\s+to|fell\s+to|decreased\s+to"
    r"|increased\s+to|reached)\s+(?=\d)",
    re.I,
)
_FROM = rx(r"\bfrom\s+(?:a\s+(?:peak|level|value|baseline)\s+of\s+)?\Z", re.I)
_FIRST = rx(
    r"\s*,\s*(?:initially|which\s+(?:was|were)|previously|at\s+(?:diagnosis|baseline|presentation)|originally)\b", re.I
)
_RESPECTIVELY = rx(r"\brespectively\b", re.I)
_BRACKET = rx(r"\s*\([^()]{2,60}\)")
_SLASH_VALUE = rx(r"\s*(?:/|,|and|,\s*and)\s*")


@dataclass(slots=True)
class _Test:
    """A test named in the text, and what is known of its result so far."""

    hit: Hit
    end: int  # where its own name ends, an abbreviation in parentheses included
    value: dict[str, Any] = field(default_factory=dict)
    more: list[dict[str, Any]] = field(default_factory=list)  # further results: "rose from 35 to 400"
    after: int = 0  # where its result ends


def extract(context: Context) -> list[Fact]:
    """Return lab facts (and marker facts of serum markers) that have a result."""
    facts: list[Fact] = []
    comma = writes_comma(context.text)
    for index, s in context.patient_sentences():
        hits = [h for h in _named(context, s.start, s.end) if _is_test(context, h, index)]
        if not hits:
            continue
        tests = _tests(context, hits, s.end)
        for i, test in enumerate(tests):
            stop = tests[i + 1].hit.start if i + 1 < len(tests) else s.end
            _read(context, test, stop, comma)
        for group in _groups(context, tests):
            _respectively(context, group, s.end, comma)
            _words(context, group, s.start, s.end)
        for test in tests:
            if context.terms.attr(test.hit.concepts[0], "vital") == "1":
                test.value.pop("value", None)  # numbers of vital signs are read by `vitals`
                test.more.clear()
            facts += _facts(context, test)
    return facts


def _named(context: Context, low: int, high: int) -> list[Hit]:
    """Return the tests named in a sentence, those inside a finding's name ("elevated C-reactive
    protein") too.
    """
    found = []
    for hit in context.hits_in(low, high):
        concepts = tuple(c for c in hit.concepts if c.partition("/")[0] in _DOMAINS)
        if concepts:
            found += _elliptic(context, hit, low)
            gene = any(c.startswith("genes/") for c in hit.concepts)
            if not (gene and concepts[0].startswith("labs/") and context.text[hit.start : hit.end].isupper()):
                found.append(Hit(hit.start, hit.end, concepts))  # EGFR is a gene, eGFR a test
        elif hit.concepts[0].partition("/")[0] in ("imaging", "drugs"):
            found += _under_another_name(context, hit, low)
        elif hit.concepts[0].partition("/")[0] in ("symptoms", "diseases", "adverse_events"):
            first = rx(r"[\w-]+\s+").match(context.text, hit.start, hit.end)
            if first and resultwords.find(first.group().strip()):
                inner = tuple(
                    c
                    for c in context.terms.lexicon.lookup(context.text[first.end() : hit.end])
                    if c.partition("/")[0] in _DOMAINS
                )
                if inner:
                    found.append(Hit(first.end(), hit.end, inner))
    return found


def _elliptic(context: Context, hit: Hit, low: int) -> list[Hit]:
    """Return the test that shares the last word of *hit*: "prothrombin and partial
    thromboplastin time".
    """
    text = context.text
    m = _SHARED.search(text, max(low, hit.start - 45), hit.start)
    last = text[hit.start : hit.end].rsplit(None, 1)
    if m is None or len(last) < 2:
        return []
    known = tuple(
        c
        for c in context.terms.lexicon.lookup(f"{m['w']} {last[1]}")
        if c.startswith("labs/") and c not in hit.concepts
    )
    taken = any(h.end > m.start("w") for h in context.hits_in(m.start("w"), hit.start, *_DOMAINS))
    return [Hit(m.start("w"), m.end("w"), known)] if known and not taken else []


def _under_another_name(context: Context, hit: Hit, low: int) -> list[Hit]:
    """Return the test that a drug's or an examination's name stands for, with the words of it
    ("serum cortisol").
    """
    domain, _, term = hit.concepts[0].partition("/")
    if domain == "imaging":
        known = f"labs/{term}"
        return [Hit(hit.start, hit.end, (known if context.terms.concept(known) else hit.concepts[0],))]
    if not _MEASURED.search(context.text, max(low, hit.start - 45), hit.start):
        return []
    known = next((k for k in (f"labs/{term} level", f"labs/{term}") if context.terms.concept(k)), "")
    return [Hit(hit.start, hit.end, (known,))] if known else []


def _is_test(context: Context, hit: Hit, index: int) -> bool:
    words = resultwords.load()
    following = rx(r"[\s-]+([A-Za-z]+)").match(context.text, hit.end)
    if following and following.group(1).lower() in words.not_after:
        return False
    if hit.concepts[0].startswith("measurements/"):
        return True
    if any(c.startswith("labs/") for c in hit.concepts):
        return not (any(c.startswith("markers/") for c in hit.concepts) and stains(context, hit, index))
    serum = any(context.terms.attr(c, "serum") == "1" for c in hit.concepts)
    return serum and not stains(context, hit, index)


def _tests(context: Context, hits: list[Hit], limit: int) -> list[_Test]:
    """Join a name with its abbreviation: "lactate dehydrogenase (LDH)" is one test."""
    tests: list[_Test] = []
    for hit in hits:
        if tests and (
            hit.start < tests[-1].end
            or (hit.concepts[0] == tests[-1].hit.concepts[0] and hit.start - tests[-1].end < 25)
        ):
            continue  # "the mitotic index was 50 mitoses per 50 HPF" is one test
        if tests and _METHOD.fullmatch(context.text, tests[-1].end, hit.start):
            tests[-1].end = hit.end  # "residual disease by flow cytometry"
            continue
        end = hit.end
        own = _OWN.match(context.text, hit.end, limit)
        if own and not lazy(r"\d\s*[A-Za-zµ]*/|^(?:normal|positive|negative|high|low|elevated|nl|ref)", re.I).search(
            own["abbr"]
        ):
            end = own.end()
        tests.append(_Test(hit, end))
    return tests


def _read(context: Context, test: _Test, stop: int, comma: bool) -> None:
    """Read the value that follows a test, its reference range, and a second value of a course."""
    text = context.text
    limit = min(stop, test.end + 110)
    signed = _SIGNED.match(text, test.hit.end, stop)
    if signed and test.hit.concepts[0].startswith("labs/"):
        test.value = {"interpretation": signed["w"].lower(), "wordSpan": list(signed.span("w"))}
        test.after = signed.end()
        return
    found = next(iter(find_values(text, test.end, limit, comma=comma)), None)
    if found is None:
        return
    gap = text[test.end : found.start]
    if len(gap) > 80 or not _reaches(gap) or _NOT_A_RESULT.match(text, found.end, stop):
        return
    if found.unit is None and not _plausible(context, test, found, gap):
        return
    if found.unit is None:
        found = _with_unit_of_name(context, test, found)
    test.value = _result(context, test.hit, found)
    test.after = found.end
    word = resultwords.find(gap)
    if word:
        a, b, kind = word[-1]
        test.value["interpretation"] = kind
        test.value["wordSpan"] = [test.end + a, test.end + b]
    if _FROM.search(gap) and found.value2:
        # "from 35 to 400 U/ml" is a course, not a range
        first, last = (Quantity(found.start, found.end, v, None, None, found.unit) for v in (found.value, found.value2))
        test.value = _result(context, test.hit, first)
        test.more.append(_later(context, test, last, word, test.end))
    elif _FROM.search(gap):
        m = _FROM_TO.match(text, found.end, stop)
        second = read_value(text, m.end(), stop, comma=comma) if m else None
        if second:
            test.value.pop("interpretation", None), test.value.pop("wordSpan", None)
            later = _later(context, test, second, word, test.end)
            if found.unit is None and second.unit:
                test.value |= {k: later[k] for k in ("unit", "ucum") if k in later}
            test.more.append(later)
            test.after = second.end
    _course(context, test, stop, comma)
    reference = read_reference(text, test.after, min(stop, test.after + 90), comma=comma, bare=found.unit is not None)
    if reference:
        (test.more[-1] if test.more else test.value).update(reference[1])
        test.after = reference[0]
    else:
        tail = rx(
            r"\s*[,(]?\s*(?P<w>(?:mildly |slightly |markedly )?(?:elevated"
            r"|increased|raised|low|high|normal|decreased|H|L|↑|↓))\s*[),.;]"
        ).match(text, test.after, stop)
        if tail and "interpretation" not in test.value:
            sign = {"H": "high", "L": "low", "↑": "high", "↓": "low"}.get(tail["w"])
            named = resultwords.find(tail["w"])
            test.value["interpretation"] = sign or (named[-1][2] if named else None)
            test.value["wordSpan"] = [tail.start("w"), tail.end("w")]


def _with_unit_of_name(context: Context, test: _Test, found: Quantity) -> Quantity:
    """Take the unit from the name of a table's row: "AFP (IU/mL) | 1,120"."""
    own = _OWN.match(context.text, test.hit.end, test.end)
    if own is None or "/" not in own["abbr"] or not unit_code(context.terms, own["abbr"], _expected(context, test.hit)):
        return found
    return Quantity(found.start, found.end, found.value, found.value2, found.comparator, own["abbr"])


def _course(context: Context, test: _Test, stop: int, comma: bool) -> None:
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
    context: Context, test: _Test, second: Quantity, word: list[tuple[int, int, str]], base: int
) -> dict[str, Any]:
    """Return the second value of a course; a word of change ("rose from 35 to 400") says how it
    stands.
    """
    later = _result(context, test.hit, second)
    if word:
        a, b, kind = word[-1]
        later["interpretation"] = kind
        later["wordSpan"] = [base + a, base + b]
    return later


def _reaches(gap: str) -> bool:
    """Say whether only words that lead to a value stand between a test and a number."""
    words = resultwords.load()
    plain = lazy(r"\((?:[A-Za-z][\w ./-]{0,30})\)").sub(" ", gap)
    if ";" in plain or lazy(r"[.!?]\s").search(plain):
        return False
    plain = _FIRST.sub(" ", plain)
    if "," in plain.rstrip(" ,(") and not lazy(r"[^,]*,\s*(?:which|measured|measuring|with|at)\b[^,]*").fullmatch(
        plain
    ):
        return False
    tokens = lazy(r"[^\W\d_]+").findall(plain.lower())
    if len(tokens) > 12:
        return False
    return all(t in words.filler or t in words.single for t in tokens)


def _plausible(context: Context, test: _Test, found: Quantity, gap: str) -> bool:
    """Say whether a number without a unit is the result of the test."""
    text = context.text
    after = lazy(r"\s*(\S{0,12})").match(text[found.end : found.end + 14])
    following = after.group(1) if after else ""
    if lazy(r"[A-Za-z]").match(following) and not lazy(
        r"(?:and|at|on|with|in|to|or|but|while|from|which|before|after"
        r"|he|she|as|by|for|H\b|L\b|normal|ref)",
        re.I,
    ).match(following):
        return False
    if lazy(r"(?:19|20)\d\d").fullmatch(found.value) and lazy(r"\b(?:in|of|on|since)\s*\Z", re.I).search(gap):
        return False
    if lazy(r"\s*/\s*\d").match(text[found.end : found.end + 4]):
        return text[test.hit.start - 1 : test.hit.start] == "/"  # a pair: "AST/ALT 45/60 U/L"
    return bool(gap.strip()) or text[found.end : found.end + 1] in ",.;) \n" or found.end == len(text)


def _result(context: Context, hit: Hit, found: Quantity) -> dict[str, Any]:
    result: dict[str, Any] = {"value": found.value, "valueSpan": [found.start, found.end]}
    if found.value2:
        result["value2"] = found.value2
    if found.comparator:
        result["comparator"] = found.comparator
    if found.unit:
        result["unit"] = found.unit
        code = unit_code(context.terms, found.unit, _expected(context, hit))
        if code:
            result["ucum"] = code
    return result


def _expected(context: Context, hit: Hit) -> tuple[str, ...]:
    concept = context.terms.concept(hit.concepts[0])
    if concept is None:
        return ()
    return tuple(v for k, v in concept.attrs.items() if k.startswith("unit"))


def _groups(context: Context, tests: list[_Test]) -> list[list[_Test]]:
    """Return runs of tests that stand in one list."""
    groups: list[list[_Test]] = []
    for test in tests:
        if groups:
            last = groups[-1][-1]
            if _listed(context.text[max(last.end, last.after) : test.hit.start]):
                groups[-1].append(test)
                continue
        groups.append([test])
    return groups


def _listed(gap: str) -> bool:
    words = resultwords.load()
    plain = lazy(r"\([^()]{0,60}\)").sub(" ", gap)
    if not lazy(r"[\w\s,/&+()\[\]:.-]*").fullmatch(plain) or ";" in plain or lazy(r"\.\s").search(plain):
        return False
    tokens = lazy(r"[^\W_]+(?:-[^\W_]+)?").findall(plain.lower())
    return len(tokens) <= 6 and all(t in words.listing or t.isdigit() for t in tokens)


def _respectively(context: Context, group: list[_Test], limit: int, comma: bool) -> None:
    """Share out "CEA, AFP and CA 19-9 were 3.6 ng/mL, 26.7 ng/mL and 8.1 U/mL, respectively"."""
    pending: list[_Test] = []
    for test in group:
        pending.append(test)
        if not test.value:
            continue
        if len(pending) > 1:
            first = test.value["valueSpan"]
            values = find_values(context.text, first[0], min(limit, first[0] + 75 * len(pending)), comma=comma)
            span = context.text[first[0] : min(limit, first[0] + 90 * len(pending))]
            chain = _chain(context.text, values)
            if _RESPECTIVELY.search(span) and 1 < len(chain) < len(pending):
                pending = pending[-len(chain) :]
            slash = "/" in context.text[pending[0].end : pending[1].hit.start]
            if len(chain) >= len(pending) and (_RESPECTIVELY.search(span) or slash):
                unit = next((v.unit for v in reversed(chain[: len(pending)]) if v.unit), None)
                for one, value in zip(pending, chain, strict=False):
                    shared = (
                        value
                        if value.unit
                        else Quantity(
                            value.start,
                            value.end,
                            value.value,
                            value.value2,
                            value.comparator,
                            unit,
                        )
                    )
                    kept = {k: v for k, v in test.value.items() if k in ("interpretation", "wordSpan")}
                    one.value = _result(context, one.hit, shared) | kept
                    one.after = value.end
                    reference = read_reference(context.text, value.end, min(limit, value.end + 60), comma=comma)
                    if reference:
                        one.value.update(reference[1])
                        one.after = reference[0]
            elif _RESPECTIVELY.search(span):
                for one in pending:  # which value is whose cannot be said
                    one.value = {k: v for k, v in one.value.items() if k in ("interpretation", "wordSpan")}
        pending = []


def _chain(text: str, values: list[Quantity]) -> list[Quantity]:
    chain: list[Quantity] = []
    for value in values:
        if chain and not _SLASH_VALUE.fullmatch(text, chain[-1].end, value.start):
            gap = text[chain[-1].end : value.start]
            if gap.count("(") > gap.count(")"):
                continue  # a reference range
            if not _SLASH_VALUE.fullmatch(_BRACKET.sub("", gap)):
                break
        chain.append(value)
    return chain


def _words(context: Context, group: list[_Test], low: int, high: int) -> None:
    """Give a list the word before it ("elevated AST and ALT") or after it ("AST and ALT were
    normal").
    """
    text = context.text
    before = resultwords.before(text, low, group[0].hit.start)
    last = group[-1]
    after = resultwords.after(text, max(last.end, last.after), high)
    led = before
    for test in group:
        own = (
            resultwords.before(text, max(low, test.hit.start - 40), test.hit.start) if test is not group[0] else before
        )
        led = own or led
        if "interpretation" in test.value:
            led = None if test.value.get("value") else led
            continue
        chosen = led
        if chosen is None and (not test.value or test is last):
            chosen = after
        if chosen is None:
            continue
        test.value["interpretation"] = chosen[2]
        test.value["wordSpan"] = [chosen[0], chosen[1]]


def _facts(context: Context, test: _Test) -> list[Fact]:
    made = []
    for value in (test.value, *test.more):
        if not value.get("value") and not value.get("interpretation"):
            continue
        told = {k: v for k, v in value.items() if v is not None}
        if told.get("interpretation") == "change":
            del told["interpretation"]  # "rose to 12": the words stay, and say nothing of the normal
        if "wordSpan" in told:
            a, b = told["wordSpan"]
            told["resultText"] = " ".join(context.text[a:b].split())
        serum = next(
            (c for c in test.hit.concepts if c.startswith("markers/") and context.terms.attr(c, "serum") == "1"),
            None,
        )
        lab = next((c for c in test.hit.concepts if c.startswith("labs/")), None)
        concept = serum or lab or test.hit.concepts[0]
        kind = "marker" if serum else "lab"
        if serum:
            told["method"] = "serum"
        made.append(context.fact(kind, test.hit.start, test.hit.end, concept=concept, value=told))
    return made
