"""Findings that an adjective or a noun tells of an organ: "a dilated right atrium", "compression of the aqueduct".

No table can list them all: the organ is a site of the tables, and the finding keeps its words.
Facts are symptoms without a concept, with the value of `symptoms` and "organ": true.
"""

from __future__ import annotations

import re

from epicrisis.facts import phrase
from epicrisis.facts.context import Context
from epicrisis.facts.covered import Covered
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx, stems
from epicrisis.kept import lazy

_STATE = (
    r"(?:dilated|enlarged|thickened|hypertrophi(?:ed|c)|distended|engorged|swollen|atrophic|displaced|narrowed|compressed|congested"
    r"|collapsed|inflamed|(?:o)?edematous|obstructed|stenosed|perforated|ruptured|deformed|distorted|effaced|elongated|shrunken|plethoric)"
)
_SUBJECT = rf"(?:{_STATE}(?:\s+and\s+|,\s+))?{_STATE}"
# "a dilated and hypertrophied left ventricle"
_BEFORE = rx(rf"(?<![\w-]){_SUBJECT}\s+(?=[A-Za-z])", re.I)
_STATES = stems(
    "dilated enlarged thickened hypertrophied hypertrophic distended engorged swollen atrophic displaced narrowed compressed congested "
    "collapsed inflamed edematous oedematous obstructed stenosed perforated ruptured deformed distorted effaced elongated shrunken plethoric palpable"
)
# "the jugular veins were dilated": with "not" between it is no finding
_PREDICATE = rx(
    rf"(?:\([^()]{{1,30}}\)\s*)?(?:was|were|is|are|appeared|appears|looked|remained|became|seemed)\s+(?:(?:(?!surgically|endoscopically|manually|gently|successfully|subsequently|sequentially|serially|gradually|pneumatically)[a-z]+ly|also|both|still|very)\s+)*(?P<state>{_SUBJECT}|palpable)(?![\w-])(?!\s+(?:using|with\s+an?|by\s+an?\s+balloon|under)\b)",
    re.I,
)
# "enlargement of the gallbladder"
_UP_TO_VERB = lazy(
    r"(?:[\s-]+(?:lumen|wall|walls|ducts?|veins?|arter(?:y|ies)|nodes?|glands?|mucosa|chambers?|head|tail|tip))?[\s-]+(?=\w|\()",
    re.I,
)
_NOUN = rx(
    r"\b(?:enlargement|compression|displacement|expansion|distortion|effacement|encasement|deviation|indentation|collapse|deformity|elongation|opacification"
    r"|engorgement|obliteration)\s+of\s+(?:the\s+|his\s+|her\s+|both\s+|an?\s+)?",
    re.I,
)
_NOUNS = stems(
    "enlargement compression displacement expansion distortion effacement encasement deviation indentation collapse deformity elongation "
    "opacification engorgement obliteration"
)
_ACTED = lazy(r"\b(?:(?<!there\s)(?:was|were)|been|be|then|by|balloon|surgically|gently|manually)\s+\Z", re.I)
_TABLES = ("symptoms", "diseases", "cancers", "adverse_events", "procedures")


def extract(context: Context, known: list[Fact]) -> list[Fact]:
    """Return symptom facts of organs; *known* are those of the tables, which go before."""
    facts: list[Fact] = []
    told, nouns = context.having(_STATES), context.having(_NOUNS)
    if not told and not nouns:
        return facts
    taken = Covered(known)
    for i, s in context.patient_sentences():
        found: list[tuple[int, int]] = []
        if i in told:
            for m in context.find(_BEFORE, _STATES, s.start, s.end):
                named = None if _ACTED.search(context.text, s.start, m.start()) else _organ(context, m.end(), s.end)
                if named:
                    found.append((m.start(), named))
            found += _said(context, s.start, s.end)
        for m in context.find(_NOUN, _NOUNS, s.start, s.end) if i in nouns else ():
            named = _organ(context, m.end(), s.end)
            if named:
                found.append((m.start(), named))
        for start, end in found:
            if not taken.overlaps(start, end):
                facts.append(_fact(context, start, end))
                taken.add(start, end)
    return facts


def _organ(context: Context, at: int, high: int) -> int | None:
    """Return where the organ ends that a noun phrase at *at* names, and nothing that a table knows."""
    named = phrase.site_phrase(context, at, high)
    if named is None or len(context.text[at : named[1].start].split()) > 2:
        return None
    following = lazy(r"[\s-]+(?P<w>\w+)").match(context.text, named[0], high)
    if context.hits_in(at, named[0] + (len(following.group()) if following else 0), *_TABLES):
        return None  # "enlarged liver metastases", "thickened wall"
    if following and following["w"].lower() in _OTHER_HEADS:
        return None
    part = _PART.match(context.text, named[0], high)
    if part is None and _ADJECTIVE.search(context.text, named[1].start, named[0]):
        return None  # "thickened hypothalamic ...": of what, is not said
    return part.end() if part else named[0]


# "enlarged pelvic and para-aortic lymph nodes", "a thickened bowel wall"
_PART = rx(
    r"(?:(?:,\s+[\w-]+){0,3},?\s+(?:and|or)\s+[\w-]+)?[\s-]+(?:lymph\s+nodes?|nodes?|walls?|nucle(?:us|i)|veins?|arter(?:y|ies)|ducts?|glands?|vessels?"
    r"|cavit(?:y|ies)|chambers?|spaces?|valves?|muscles?|loops?|folds?|canals?|nerves?|roots?|tracts?|sinus(?:es)?|cords?|horns?|tips?|mucosa|margins?)\b",
    re.I,
)
_ADJECTIVE = lazy(r"(?:ic|al|ar|ary|ous|ine|oid)\Z", re.I)
# what follows an organ's name and is the thing that is told of
_OTHER_HEADS = frozenset(
    "tumor tumors tumour tumours mass masses lesion lesions nodule nodules cyst cysts metastasis metastases cancer carcinoma balloon stent "
    "graft cannula catheter surgery resection biopsy function disease".split()
)


def _said(context: Context, low: int, high: int) -> list[tuple[int, int]]:
    """Return the spans of states said of an organ: "the left kidney was markedly enlarged"."""
    found = []
    for hit in context.hits_in(low, high, "sites"):
        gap = _UP_TO_VERB.match(context.text, hit.end, high)
        m = _PREDICATE.match(context.text, gap.end(), high) if gap else None
        if m:
            found.append(m.span("state"))
    return found


def _fact(context: Context, start: int, end: int) -> Fact:
    low = context.sentences[context.sentence_at(start)].start
    inner = context.hits_in(start, end, "sites")
    site = inner[-1] if inner else context.hits_in(low, start, "sites")[-1]
    begin = start if inner else phrase.left(context, site.start, low, 3)
    value: dict[str, object] = {"phrase": [begin, end], "organ": True}  # seen or felt by another: no complaint
    if len(inner) < 2:  # of several organs the words alone say which
        value["site"] = next(c for c in site.concepts if c.startswith("sites/"))
        value["siteText"] = context.text[site.start : site.end]
    side = phrase.laterality(context.text[begin:end])
    if side:
        value["laterality"] = side
    return context.fact("symptom", start, end, value=value)
