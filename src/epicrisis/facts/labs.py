"""Results of laboratory tests: numbers with unit and reference range, or words ("normal",
"positive").

Fact kinds: lab; marker where the test is a serum tumour marker (method "serum").
Value: {"value", "value2", "comparator", "unit", "ucum", "refLow", "refHigh", "refUnit", "refText",
"interpretation": high | low | normal | abnormal | positive | negative, "resultText", "valueSpan",
"wordSpan", "abbreviation" in brackets behind the name, and "short", its [start, end]};
numbers are decimal strings. A test named without a result is no fact.
"""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.lab_limits import drop_limit
from epicrisis.facts.lab_lists import share
from epicrisis.facts.lab_names import Test, tests_in
from epicrisis.facts.lab_steps import dated, headed, steps
from epicrisis.facts.lab_tables import read as read_tables
from epicrisis.facts.lab_unlisted import extract as unlisted
from epicrisis.facts.lab_values import read
from epicrisis.facts.model import Fact
from epicrisis.facts.quantity import writes_comma
from epicrisis.kept import lazy


def extract(context: Context) -> list[Fact]:
    """Return lab facts (and marker facts of serum markers) that have a result."""
    facts: list[Fact] = []
    comma = writes_comma(context.text)
    tabled, taken = read_tables(context, comma=comma)
    for test, values in tabled:
        test.value, test.more = values[0], values[1:]
        facts += _facts(context, test)
    for index, s in context.patient_sentences():
        tests = tests_in(context, index, comma=comma)
        if taken:
            tests = [t for t in tests if not any(a <= t.hit.start < b for a, b in taken)]
        if not tests:
            continue
        for i, test in enumerate(tests):
            stop = tests[i + 1].hit.start if i + 1 < len(tests) else s.end
            # "PSA 2018 6.7; 2019 9.1" goes on behind a semicolon
            line = context.text.find("\n", s.end) if i + 1 == len(tests) else stop
            line = line if line >= 0 else len(context.text)
            if not dated(context, test, line, comma=comma):
                if not headed(context, test, stop, comma=comma):
                    read(context, test, stop, comma=comma)
                    beyond = drop_limit(context.text, test, s.start)
                    if beyond is not None and beyond < stop and context.text[beyond - 1 : beyond] != ".":
                        test.end = beyond  # "CA 19-9 (reference range 0-37): 1234"
                        read(context, test, stop, comma=comma)
                # "610 on 01.06.2022; 455 on 01.07.2022" too
                steps(context, test, line if context.text[stop - 1 : stop] == ";" else stop, comma=comma)
        share(context, tests, s.start, s.end, comma=comma)
        for test in tests:
            if context.text[test.hit.start] == "u" and _UNDETECTABLE.match(context.text, test.hit.start, test.hit.end):
                test.value.setdefault("interpretation", "negative")
                test.value.setdefault("wordSpan", [test.hit.start, test.hit.end])
            if _is_threshold(context, test, s.start):
                continue
            if context.terms.attr(test.hit.concepts[0], "vital") == "1":
                test.value.pop("value", None)  # numbers of vital signs are read by `vitals`
                test.more.clear()
            facts += _facts(context, test)
    return facts + unlisted(context, facts, comma=comma)


_UNDETECTABLE = lazy(r"u-?MRD")  # the name itself tells the result
# "transfuse for Hgb <7", "held until glucose was < 250 mg/dL": what is to be done when, and no result
_THRESHOLD = lazy(
    r"\b(?:transfus\w+|hold|held|call|keep|maintain|goal|target|threshold|parameters?|if|when|unless|until|provided|once|as\s+long\s+as)\b[^.;]{0,40}\Z",
    re.I,
)
_ABBREVIATION = lazy(r"(?=(?:[^A-Z]*[A-Z]){2})[\w./-]{2,10}")
_BOUND = lazy(r"[\s:]*(?:was|is|of|>|<|≥|≤|above|below|over|under)\s*[<>≥≤]?\s*\d")


def _is_threshold(context: Context, test: Test, low: int) -> bool:
    """Say whether a value is a bound that something is done at."""
    value = test.value.get("comparator")
    if not value or not _BOUND.match(context.text, test.end):
        return False
    return _THRESHOLD.search(context.text, max(low, test.hit.start - 45), test.hit.start) is not None


def _facts(context: Context, test: Test) -> list[Fact]:
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
        if lab and told.get("ucum") == "%":  # "lymphocytes 6%" is no count
            share = lab.replace(" count", " percentage")
            lab = share if context.terms.concept(share) else lab
        concept = serum or lab or test.hit.concepts[0]
        kind = "marker" if serum else "lab"
        if serum:
            told["method"] = "serum"
        if _ABBREVIATION.fullmatch(test.own):  # "lactate dehydrogenase (LDH)": the same test, named twice
            at = context.text.find(test.own, test.hit.end, test.end)
            told["short"], told["abbreviation"] = [at, at + len(test.own)], test.own
        made.append(context.fact(kind, test.hit.start, test.hit.end, concept=concept, value=told))
    return made
