"""Which laboratory tests a sentence names, inside other names and by symbols too."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from epicrisis.facts import resultwords
from epicrisis.facts.concept_tables import domains_of
from epicrisis.facts.context import Context
from epicrisis.facts.ihc_panel import stains
from epicrisis.facts.lab_symbols import symbol_stems, symbols
from epicrisis.facts.patterns import rx
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_DOMAINS = frozenset({"labs", "markers", "measurements"})
_FIRST_WORD = rx(r"[\w-]+\s+")
_FOLLOWING = rx(r"[\s-]+([A-Za-z]+)")
_OWN = rx(r"\s*[(\[]\s*(?P<abbr>[A-Za-z][\w./ -]{0,24})[)\]]")
_METHOD = rx(r"\s+(?:by|via|using)\s+(?:(?:multi\w+|quantitative|real-time|next-generation)\s+)?")
_MEASURED = rx(
    r"\b(?:serum|plasma|urin(?:e|ary)|blood|24[\s-]?h(?:ours?)?|levels?\s+of"
    r"|values\s+of|(?:elevated|increased|normal|low|high))\s(?:[\w-]+,?\s){0,2}\Z",
    re.I,
)
_MEASURES = ("serum", "plasma", "urin", "blood", "24", "of", "elevated", "increased", "normal", "low", "high")
# "a target trough level of 10-15 ng/mL" is what one aims at, and no result
_AIMED_AT = rx(
    r"\b(?:targets?|targeted|targeting|goal|aim(?:ing|ed)?\s+(?:for|at))\s(?:(?:an?|the|of|serum|plasma|whole|blood)\s)*\Z",
    re.I,
)
# "CTC grade 3", "CTCAE": the criteria of toxicity, and no tumour cells counted
_CRITERIA = rx(r"\s*[,(]?\s*(?:AE|grade|gr\.|°|G\s?\d|toxicity|criteria|v(?:ersion)?\.?\s?\d)", re.I)
_VALUED = rx(r"\s*[:=]?\s*[<>]?\s?\d")
_AIMS = ("target", "goal", "aim")
_SHARED = rx(r"\b(?P<w>[A-Za-z][\w-]+)\s+(?:and|or)\s+(?:the\s+)?\Z")


@dataclass(slots=True)
class Test:
    """A test named in the text, and what is known of its result so far."""

    hit: Hit
    end: int  # where its own name ends, an abbreviation in parentheses included
    own: str = ""  # what stands in these parentheses
    value: dict[str, Any] = field(default_factory=dict)
    more: list[dict[str, Any]] = field(default_factory=list)  # further results: "rose from 35 to 400"
    after: int = 0  # where its result ends


def tests_in(context: Context, index: int, *, comma: bool) -> list[Test]:
    """Return the tests that sentence *index* names, in order, without their results."""
    s = context.sentences[index]
    named = context.by_sentence().get(index)
    hits = [h for h in _named(context, named, s.start) if _is_test(context, h, index)] if named else []
    if context.may(index, symbol_stems(context.terms)) and (
        told := symbols(context, s.start, s.end, comma=comma, known=len(hits))
    ):
        taken = {h.start for h in hits}
        hits = sorted([*hits, *(h for h in told if h.start not in taken)], key=lambda h: h.start)
    return _joined(context, hits, s.end) if hits else []


def _named(context: Context, named: list[Hit], low: int) -> list[Hit]:
    """Return the tests named in a sentence, those inside a finding's name ("elevated C-reactive
    protein") too.
    """
    found: list[Hit] = []
    for hit in named:
        domain = hit.concepts[0].partition("/")[0]
        if not _DOMAINS.isdisjoint(domains_of(hit.concepts)):
            concepts = tuple([c for c in hit.concepts if c.partition("/")[0] in _DOMAINS])
            found += _elliptic(context, hit, low)
            if not (
                "genes" in domains_of(hit.concepts)
                and concepts[0].startswith("labs/")
                and context.text[hit.start : hit.end].isupper()
            ):
                of_time = _OF_TIME.match(context.text, hit.end) if "ratio" in concepts[0] else None
                if found and found[-1].end >= hit.end:
                    continue  # "INR of prothrombin time"
                found.append(
                    Hit(hit.start, of_time.end() if of_time else hit.end, concepts)
                )  # EGFR is a gene, eGFR a test
        elif domain in ("imaging", "drugs"):
            found += _under_another_name(context, hit, low)
        elif domain in ("symptoms", "diseases", "adverse_events"):
            first = _FIRST_WORD.match(context.text, hit.start, hit.end)
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
    last = text[hit.start : hit.end].rsplit(None, 1)
    m = _SHARED.search(text, max(low, hit.start - 45), hit.start) if len(last) > 1 else None
    if m is None:
        return []
    known = tuple(
        c
        for c in context.terms.lexicon.lookup(f"{m['w']} {last[1]}")
        if c.startswith("labs/") and c not in hit.concepts
    )
    taken = any(
        h.end > m.start("w") for h in context.hits_in(m.start("w"), hit.start, "labs", "markers", "measurements")
    )
    return [Hit(m.start("w"), m.end("w"), known)] if known and not taken else []


def _under_another_name(context: Context, hit: Hit, low: int) -> list[Hit]:
    """Return the test that a drug's or an examination's name stands for, with the words of it
    ("serum cortisol").
    """
    domain, _, term = hit.concepts[0].partition("/")
    if domain == "imaging":
        known = f"labs/{term}"
        if context.terms.concept(known):
            return [Hit(hit.start, hit.end, (known,))]
        serum = context.terms.attr(hit.concepts[0], "serum") == "1"
        return [Hit(hit.start, hit.end, hit.concepts[:1])] if serum else []  # no other examination is a test
    before = context.text[max(low, hit.start - 45) : hit.start].lower()
    if not any(word in before for word in _MEASURES) or not _MEASURED.search(
        context.text, max(low, hit.start - 45), hit.start
    ):
        return []
    known = next((k for k in (f"labs/{term} level", f"labs/{term}") if context.terms.concept(k)), "")
    return [Hit(hit.start, hit.end, (known,))] if known else []


_OF_TIME = lazy(r"\s*(?:\(\s?(?:PT-?)?INR\s?\)\s*)?(?:of|for)\s+(?:the\s+)?prothrombin\s+time\b", re.I)
_BY_METHOD = lazy(
    r"[\s-]+(?:(?:was|were|is|remained)\s+)?(?:negative|positive|undetectable|detectable|undetected|detected)\s+(?:by|using|with|on|in)\s+(?:(?:multiparameter|multicolou?r)\s+)?",
    re.I,
)


def _is_test(context: Context, hit: Hit, index: int) -> bool:
    words = resultwords.load()
    if context.text[max(0, hit.start - 12) : hit.start].rstrip().lower().endswith(("excess", "excess of")):
        return False  # "MDS with excess blasts-2"
    following = _FOLLOWING.match(context.text, hit.end)
    if _CRITERIA.match(context.text, hit.end) and context.text[hit.start : hit.end] in ("CTC", "CTCs"):
        return False
    if following and following.group(1).lower() in words.not_after:
        return False
    before = context.text[max(0, hit.start - 40) : hit.start].lower()
    if any(word in before for word in _AIMS) and _AIMED_AT.search(context.text, max(0, hit.start - 40), hit.start):
        return False
    if hit.concepts[0].startswith("measurements/"):
        return True
    domains = domains_of(hit.concepts)
    if "labs" in domains:
        return not ("markers" in domains and stains(context, hit, index))
    serum = any(context.terms.attr(c, "serum") == "1" for c in hit.concepts)
    return serum and not stains(context, hit, index)


def _joined(context: Context, hits: list[Hit], limit: int) -> list[Test]:
    """Join a name with its abbreviation: "lactate dehydrogenase (LDH)" is one test."""
    tests: list[Test] = []
    for hit in hits:
        if (
            tests
            and hit.concepts[0] == tests[-1].hit.concepts[0]
            and ":" in context.text[tests[-1].end : hit.start]
            and _VALUED.match(context.text, hit.end, limit)
        ):
            tests.pop()  # "PSA course: PSA 4.5": the first is a label
        if tests and (
            hit.start < tests[-1].end
            or (
                hit.concepts[0] == tests[-1].hit.concepts[0]
                and hit.start - tests[-1].end < 25
                and "," not in context.text[tests[-1].end : hit.start]
            )
        ):
            continue  # "the mitotic index was 50 mitoses per 50 HPF" is one test
        if tests and _METHOD.fullmatch(context.text, tests[-1].end, hit.start):
            tests[-1].end = hit.end  # "residual disease by flow cytometry"
            continue
        if tests and _BY_METHOD.fullmatch(context.text, tests[-1].end, hit.start):
            continue  # "MRD was negative by flow cytometry (<0.01%)": no value of the method
        end = hit.end
        own = _OWN.match(context.text, hit.end, limit)
        if own and not lazy(r"\d\s*[A-Za-zµ]*/|^(?:normal|positive|negative|high|low|elevated|nl|ref)", re.I).search(
            own["abbr"]
        ):
            end = own.end()
        tests.append(Test(hit, end, own["abbr"] if own and end == own.end() else ""))
    return tests
