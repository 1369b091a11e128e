"""Allergies and intolerances that the patient is known to have.

Value: {"substance": concept, "substanceText", "absent": bool, "reaction": [start, end]}.
Told in a sentence ("allergic to penicillin") or under a heading of their own.
"""

from __future__ import annotations

import re

from epicrisis.document.model import Section
from epicrisis.facts.context import Context
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.facts.model import Fact
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_ALLERGY = lazy(
    r"\b(?:allerg(?:y|ies|ic)|hypersensitiv(?:e|ity)|anaphylaxis|intoleran(?:t|ce))\s*(?:reactions?\s*)?(?:to\b|against\b|:|[-–—]\s|for\b|from\b|of\b)",
    re.I,
)
# "a penicillin allergy", "penicillin and codeine allergies"
_BEHIND = lazy(
    r"[\s-]+(?:drug\s+)?(?:allerg(?:y|ies|ic)|hypersensitivity|intoleran(?:ce|t))\b(?!\s+(?:to|against)\b)", re.I
)
# "she developed a hypersensitivity reaction to carboplatin": the drug was given, and did harm
_GOT = lazy(r"\b(?:developed|experienced|suffered|had)\s+(?:from\s+)?(?:an?\s+)?(?:[\w-]+\s+){0,3}\Z", re.I)
_TO = lazy(
    r"\ballerg(?:ic|y|ies)\s+(?:reactions?\s+)?to\s+(?P<what>[a-z][\w-]{2,20}(?:\s[a-z][\w-]{2,20})?(?:(?:,\s*|\s+(?:and|or)\s+)(?!(?:has|had|is|was|were|no|takes?|took|received|underwent|given|started|treated|developed|denied|denies|presented|reported|therefore|then|she|he|they|we|the)\b)[a-z][\w-]{2,20}(?:\s[a-z][\w-]{2,20})?){0,4})(?=[.;,(]|\s+(?:and|but|with|which)\s|\Z)",
    re.I,
)
_GIVEN_INSTEAD = lazy(
    r"\s+(?:was|were)\s+(?:\w+ly\s+|then\s+|therefore\s+)?(?:given|started|administered|used|chosen|prescribed|initiated)\b",
    re.I,
)
_TAKES = lazy(r"\b(?:uses?|used|takes?|took|taking|using|is\s+on|tolerates?|tolerated|on)\s+(?:\w+\s+)?\Z", re.I)
_NOT_SUBSTANCE = lazy(r"\b(?:it|this|that|them|these|medications?|many|several|the|its|her|his)\b", re.I)
_LISTED = lazy(r"\s*(?:,|/|\band\b|\bor\b|&|,\s*and\b)\s*", re.I)
_JOINED = lazy(r"\s*(?:\([^)]{3,60}\))?\s*(?:,(?:\s*and\b)?|/|\band\b|&)\s*", re.I)
_NONE = lazy(
    r"\b(?:no\s+(?:known\s+)?(?:drug\s+|food\s+|medication\s+)*allerg(?:y|ies)|NKDA|NKA|allerg(?:y|ies)\s*:\s*(?:none|nil|no\b|NKDA))",
    re.I,
)
_REACTION = lazy(
    r"\s*(?:\(([^)]{3,60})\)|:\s+([a-z]{4,20})(?=[.,;]|\Z)|[:,–-]?\s*\b(?:with|causing|caused|resulting\s+in)\s+([a-z][\w ,-]{3,50}))",
    re.I,
)
# a line of its own, perhaps numbered or marked: never a sentence ("No known allergies.")
_HEADING = lazy(
    r"[\W\d]*(?:(?:known|drug|food|medication)\s+)*(?:allerg(?:y|ies)|intolerances?)\b(?:[\s/&,]+(?:and\s+)?\w+){0,2}\W*\Z",
    re.I,
)
_BULLET = lazy(r"\s*(?:[-*•·–]|\d{1,2}[.)])\s")
_LABEL = lazy(r"\W*(?!allerg)[A-Z][\w /-]{2,30}:", re.I)  # another heading's words on the same line
_PART = lazy(
    r"(?:allerg(?:y|ies)\s*:\s*)?(?P<what>[A-Za-z][\w /-]{2,40}?)\s*(?:\((?P<how>[^)\n]{3,160})\)|(?:[:–-]|->|→)\s+(?P<how2>[a-z][\w ]{3,40}))?\s*(?:[,;.\n]|\band\b|\Z)",
    re.I,
)
_AT_ALL = lazy(r"llerg|LLERG|NK(?:DA|A|FA)|ypersensitiv|naphyla|ntoleran")
_TITLE = lazy(r"(?:(?:known|drug|food|medication)\s+)*(?:allerg|intolerances\b|sensitivities\b)", re.I)
# these may name harm that a treatment did ("Adverse reactions: neutropenia"), or a leukaemia ("ALL: in remission")
_OPEN_TITLE = lazy(r"(?:adverse\s+(?:drug\s+)?reactions?|ADRs?|all)\Z", re.I)
# what hospital notes write that no table of drugs has
_SUBSTANCE = lazy(
    r"\W*(?:sulfa|sulph?a|sulfonamides?|sulphonamides?|PCN|latex|(?:iodinated\s+|iodine\s+|IV\s+)?(?:contrast|dye)|iodine|(?:shell)?fish|(?:pea)?nuts|eggs|pollen|bees?|tape|adhesives?)\b",
    re.I,
)
_NOTHING_ELSE = lazy(
    r"(?:otherwise|else|and|besides|apart\s+from\s+that)?\s*(?:none|nil|no(?:\s+(?:other|further|more))?(?:\s+(?:known\s+)?(?:drug\s+)?allergies)?|nothing\s+else|otherwise\s+none)\s*",
    re.I,
)
_NIL = lazy(r"\s*(?:none|nil|no(?:\s+known)?|not\s+known|NK[DFEA]?A|unknown)\b", re.I)
_BUT_FOR = lazy(
    r"(?:\s+(?:known|drug|allerg\w+|to|medications?))*\s*(?:,|;|\(?(?:except(?:\s+for|ing)?|apart\s+from|other\s+than|besides|but))\s+",
    re.I,
)
_SAYS_NO = lazy(r"\s*[:–-]\s*(?:no|none|nil|neg(?:ative)?)\Z", re.I)
_WORDS_OF_IT = lazy(r"\s+(?:sensitivity|allergy|intolerance)\Z", re.I)


def extract(context: Context) -> list[Fact]:
    """Return allergy facts."""
    facts: list[Fact] = []
    heading = listing = False
    paragraph = -1
    left: object = None  # the section whose own list another label has ended
    spoken = context.holding(_AT_ALL)
    for i, s in context.patient_sentences():
        text = context.text[s.start : s.end]
        labelled = ":" in text and _LABEL.match(text) is not None
        follows = s.paragraph <= paragraph + 1 and (heading or (listing and bool(_BULLET.match(text))))
        section = context.section_of[i]
        if labelled:
            left = section
        under = ((section is not left and _titled(context, section)) or follows) and not labelled
        listing = under
        heading = len(text) < 40 and not text.rstrip().endswith(".") and bool(_HEADING.match(text))
        paragraph = s.paragraph
        if heading:
            continue
        if under and _titled(context, section) and not follows and _later_on_line(context, i):
            under = listing = False  # "Allergies: latex, nuts. Peritoneal washings negative."
        if under:
            facts += _listed(context, s.start, s.end)
        elif i in spoken:
            facts += _told(context, s.start, s.end)
    return facts


def _later_on_line(context: Context, index: int) -> bool:
    """Say whether a sentence goes on in a line that began with the list of another sentence."""
    s, section = context.sentences[index], context.section_of[index]
    lead = context.text[section.start : s.start]
    if lead.rstrip().endswith(";"):
        return False  # "codeine - nausea; contrast - anaphylaxis"
    return bool(lead.strip()) and "\n" not in lead.lstrip()


def _titled(context: Context, section: Section) -> bool:
    """Say whether a section is a list of allergies."""
    title = section.title.strip()
    if _TITLE.match(title):
        return True
    if not _OPEN_TITLE.match(title):
        return False
    start, end = section.start, min(section.end, section.start + 80)
    if _NIL.match(context.text, start, end) or _SUBSTANCE.match(context.text, start, end):
        return True
    drug = next(iter(context.hits_in(start, end, "drugs")), None)
    first = drug is not None and not context.text[start : drug.start].strip(" \t\n-*•")
    return first and drug is not None and not _against_tumour(context, drug)


def _listed(context: Context, start: int, end: int) -> list[Fact]:
    """Return what stands under the heading."""
    if nil := _NIL.match(context.text, start, end):
        return _excepted(context, nil.end(), end) or [context.fact("allergy", start, end, value={"absent": True})]
    if _NONE.search(context.text, start, end):
        return _told(context, start, end)  # a sentence amid the list
    found = []
    for part in _PART.finditer(context.text, start, end):
        if _NOTHING_ELSE.fullmatch(part["what"]) or _NIL.fullmatch(part["what"]):
            continue
        denied = _SAYS_NO.search(part["what"])  # "morphine - NO"
        what = part["what"][: denied.start()] if denied else part["what"]
        drug = next(iter(context.hits_in(part.start("what"), part.end("what"), "drugs")), None)
        value: dict[str, object] = {
            "substance": drug.concepts[0] if drug else None,
            "substanceText": _WORDS_OF_IT.sub("", what.strip()),
            "absent": False,
        }
        if how := next((name for name in ("how", "how2") if part[name]), None):
            value["reaction"] = list(part.span(how))
        found.append(context.fact("allergy", part.start("what"), part.start("what") + len(what.rstrip()), value=value))
        found[-1].negated = denied is not None
    return found


def _excepted(context: Context, at: int, end: int) -> list[Fact]:
    """Return what is excepted from "none": "NKDA, latex sensitivity", "none known except penicillin"."""
    but = _BUT_FOR.match(context.text, at, end)
    if but is None:
        return []
    named = _SUBSTANCE.match(context.text, but.end(), end) or context.hits_in(
        but.end(), min(end, but.end() + 24), "drugs"
    )
    return _listed(context, but.end(), end) if named else []


def _told(context: Context, start: int, end: int) -> list[Fact]:
    none = _NONE.search(context.text, start, end)
    if none:
        return _excepted(context, none.end(), end) or [
            context.fact("allergy", none.start(), none.end(), value={"absent": True})
        ]
    facts: list[Fact] = []
    for m in _ALLERGY.finditer(context.text, start, end):
        for hit in context.hits_in(m.end(), min(end, m.end() + 80), "drugs"):
            gap = context.text[m.end() : hit.start]
            if _TAKES.search(gap):
                break  # "allergic to contrast (rash) and uses penicillin V daily"
            if len(gap.split()) > 6 or lazy(r"[.;]|\b(?:was|treated|received|given)\b").search(gap):
                break
            if _GIVEN_INSTEAD.match(context.text, hit.end, end):
                break  # "allergic to penicillin, and ceftriaxone was given"
            if m.group().lower().startswith("intoleran") and _against_tumour(context, hit):
                break  # given, and not tolerated
            facts.append(_substance(context, hit, m.start(), end))
            facts += _and_more(context, hit.end, end)
            if _GOT.search(context.text, start, m.start()) and _against_tumour(context, hit):
                facts[-1].value["happened"] = True
    facts = facts or _behind(context, start, end)
    taken = [(f.start, f.end) for f in facts]
    return facts + [f for f in _unknown(context, start, end) if not any(a < f.end and f.start < b for a, b in taken)]


def _and_more(context: Context, at: int, end: int) -> list[Fact]:
    """Return what a list adds to a drug, and no table of drugs has: "... penicillin (rash) and latex"."""
    found: list[Fact] = []
    while (joint := _JOINED.match(context.text, at, end)) and (
        more := _SUBSTANCE.match(context.text, joint.end(), end)
    ):
        value = {"substance": None, "substanceText": more.group().strip(), "absent": False}
        found.append(context.fact("allergy", joint.end(), more.end(), value=value))
        at = more.end()
    return found


def _unknown(context: Context, start: int, end: int) -> list[Fact]:
    """Return substances that the tables do not know: "allergic to sulfa drugs and latex"."""
    found: list[Fact] = []
    for m in _TO.finditer(context.text, start, end):
        first, at = m.start(), m.start("what")
        for part in _LISTED.split(m["what"]) if not _NOT_SUBSTANCE.search(m["what"]) else ():
            begin = context.text.index(part, at)
            at = begin + len(part)
            if part.strip() and len(part.split()) < 4:
                value = {"substance": None, "substanceText": part.strip(), "absent": False}
                found.append(context.fact("allergy", min(first, begin), at, value=value))
                first = at
    return found


def _behind(context: Context, start: int, end: int) -> list[Fact]:
    """Return the substances that stand before the word: "penicillin and codeine allergies"."""
    hits = context.hits_in(start, end, "drugs")
    found: list[Fact] = []
    for n, hit in reversed(list(enumerate(hits))):
        word = _BEHIND.match(context.text, hit.end, end)
        listed = found and _LISTED.fullmatch(context.text, hit.end, hits[n + 1].start)
        if (word and not _against_tumour(context, hit)) or listed:
            fact = _substance(context, hit, hit.start, end)
            fact.end = word.end() if word else fact.end
            how = _REACTION.match(context.text, word.end(), end) if word else None
            if how:
                fact.value["reaction"] = list(how.span(how.lastindex or 1))
            found.append(fact)
    return found[::-1]


def _against_tumour(context: Context, hit: Hit) -> bool:
    return context.terms.attr(hit.concepts[0], "class") in ANTITUMOUR


def _substance(context: Context, hit: Hit, begin: int, end: int) -> Fact:
    value: dict[str, object] = {
        "substance": hit.concepts[0],
        "substanceText": context.text[hit.start : hit.end],
        "absent": False,
    }
    reaction = _REACTION.match(context.text, hit.end, end)
    if reaction:
        value["reaction"] = list(reaction.span(reaction.lastindex or 1))
    return context.fact("allergy", begin, hit.end, value=value)
