"""Decide of each mention whether it is denied, thought, planned, refused, or somebody else's.

Scopes follow ConText (Harkema 2009): a cue reaches to the end of its clause, in the
direction of its kind; a terminator or the end of the sentence stops it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from epicrisis.facts.context import Context
from epicrisis.facts.cues import Cue
from epicrisis.facts.model import Fact
from epicrisis.kept import lazy

_CLAUSE = lazy(
    r"[;:]|,\s+(?:and|but)\s+(?:(?:the|a|an|his|her|she|he|it|they|we)\s+)?[a-z-]+(?:\s+[a-z-]+){0,9}\s+(?:was|were|is|had|has|showed|revealed|did)\b"
)
_NEW_SUBJECT = lazy(r"\b(?:was|were|is|showed|revealed|underwent|received|had|has|developed)\b")
_FORWARD = lazy(r"\s*(?:for|to|with|a|an|on)\b")  # "was scheduled / for surgery"
_WAS_DONE = lazy(
    r"[^.;]{0,80}?\b(?:was|were)\s+(?:then\s+|successfully\s+)?(?:performed|done|carried\s+out|given|completed|started|administered|undertaken)\b|(?:[^.;]|\.(?=\d)){0,80}?\bwhich\s+(?:the\s+patient|she|he)\s+(?:then\s+|successfully\s+)?(?:completed|received|underwent|tolerated)\b"
)
_PLAN = lazy(
    r"(?:[-*•]\s*)?(?:recommendations?|recs?|plan|beschluss|empfehlung|(?:therapie|behandlungs)empfehlung|pro[cz]edere|decision|proposal|proposed\s+treatment|next\s+steps?|procedure\s+planned|further\s+(?:procedure|management|treatment))\b[^:\n]{0,25}:",
    re.I,
)
_TOLD = lazy(
    r"\b(?:was|were|has|had|received|underwent|completed|started|given|continu\w+|ongoing|currently|since|status\s+post|s/p|after|following)\b",
    re.I,
)
_PASSIVE = lazy(r"(?:was|were|not)\b", re.I)  # "she declined docetaxel" and "docetaxel she declined"
_WITH = lazy(
    r"\s*(?:therapy\s+|treatment\s+)?(?:with|of|using|including|consisting\s+of|such\s+as|based\s+on|\(|,|and|plus|/|\+)\s*",
    re.I,
)
_ASSESSMENT = lazy(r"\b(?:assessment|impression|summary|evaluation|discussion)\b", re.I)
_INTENDS = lazy(
    r"(?:[-*•\d.)\s]*)(?:[\w /-]{1,30}:\s*)?(?:we\s+)?(?:will|plan|start|begin|initiate|consider|recommend|repeat|schedule|refer|obtain|proceed|order|arrange)\b",
    re.I,
)
_UNDONE = lazy(
    r"perform|done|given|administ|start|carr|undertak|recommend|requir|need|offer|pursu|attempt|omit|availab|eligib|cancel|postpon|abort|defer|feasib|possib|indicat|abandon|contraindic|used|consider|necess|permit|grant|allow|consent|occur|authori|denied|withheld|tolerat|amenable",
    re.I,
)
_AUXILIARY = lazy(
    r"[,\s]+(?:was|were|is|are|has\s+been|had\s+been|have\s+been|have|has|had|been|be)(?:\s+(?:considered|deemed|judged|regarded|thought|felt|found|advised|recommended|offered|suggested|proposed|discussed|planned|scheduled)(?:\s+(?:to\s+be|as))?)?(?:,?\s+but)?\s*\Z"
)
_MAIN_VERB = lazy(r",\s+(?:then\s+)?(?:underwent|received|was\s+(?:treated|given|started))\b", re.I)
_PATIENT_FIRST = lazy(
    r"(?:A|An|The|This|Our)\s+(?:[\w-]+\s+){0,6}(?:woman|man|female|male|girl|boy|patient|lady|gentleman|child|infant)\b"
)
_ONE_OF = lazy(r"\band\s+(?:[\w-]+\s+){1,4}(?:is|was|has)\s+(?:been\s+)?\Z", re.I)
_NOT = lazy(r"\bnot\b|\bnever\b", re.I)
_DENIES = lazy(r"(?:no|not|without|free|negative)\b", re.I)
_TEST_OF = lazy(
    r"\b(?:cytolog\w+|histolog\w+|analysis|examination|cultures?|biops\w+|aspirat\w+|smears?|test\w*|stud(?:y|ies)|tap|puncture)\s+(?:of|from|for)\s+(?:\w+\s+){0,2}\Z",
    re.I,
)
_DIFFERENTIAL = lazy(r"(?:\w+\s+)?differential", re.I)
_SETTLED = lazy(
    r"[;]|\b(?:but|however|confirmed|revealed|showed|established|proved|diagnosed|finally|excluded|ruled\s+out)\b", re.I
)
_AGAIN = lazy(
    r"\s+(?:temporarily|briefly|until|for\s+(?:\w+\s+)?(?:\d+|one|two|three|four|a|several)\b|[^.;]{0,60}\b(?:restarted|resumed|reintroduced|rechallenge\w*|reinitiated|re-started))\b",
    re.I,
)
# "she had been treated for cervical cancer 20 years earlier"; "hepatitis C had been cured"
_CURED = lazy(
    r"\s+(?:(?:had|has)\s+been\s+|which\s+(?:had|was)\s+(?:been\s+)?)(?:successfully\s+)?(?:cured|eradicated|treated\s+successfully)\b",
    re.I,
)
_YEARS_EARLIER = lazy(
    r"[^.,;]{0,30}?\b(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|several|many)\s+years\s+(?:earlier|before|previously|ago|prior)\b",
    re.I,
)
_HAD_BEEN = lazy(
    r"\bhad\s+(?:previously\s+|already\s+)?(?:been\s+(?:treated|operated|cured|diagnosed)|undergone|had|received)\b[^.;]*\Z",
    re.I,
)
# "ruled out metastases of the lung cancer": there is the lung cancer
_OF_THE = lazy(
    r"\b(?:metastas\w+|recurrences?|progression|relapses?|spread|dissemination|signs?)\s+(?:of|from)\s+(?:the|her|his|this|these|known)\s+(?:[\w-]+\s+){0,2}\Z",
    re.I,
)
_KNOWN = lazy(r"known|long-?\s?standing|comorbidit", re.I)
_DECLINED = lazy(
    r"\s+(?:declined|refused)\s*(?:[.;,)]|$|by\s+(?:the\s+)?(?:patient|her|him))", re.I
)  # "Interferon declined."
_LISTED = lazy(r"\b(?:or|nor)\b[^,]*,\s")  # "no cough or fever, mild ascites": the list of what is denied has ended
_MORE = lazy(r"[^;:.]*\b(?:or|nor)\b", re.I)
_ON_CONDITION = lazy(r"\s*(?:\([^)]{0,40}\)\s*)?(?:if|in\s+case\s+of|in\s+the\s+event\s+of)\b", re.I)
_PRESENTS = lazy(
    r"\b(?:present(?:ed|s|ing)|consult(?:ed|s)|admitted|complain\w+|noticed|referred|visited|seen)\b", re.I
)
_SEROLOGY = lazy(
    r"\s*(?:(?:infection|serolog\w+|status|test\w*|antibod\w+)\s+)?(?:was\s+|were\s+|[:=]\s*)?(?:negative|neg\b\.?|\(-\)|\(−\)|non-?reactive)(?!\s+(?:for|margin|cytolog|breast))",
    re.I,
)
_IF = lazy(r"\bif\b|\b(?:at|upon|on|after)\s+(?:progression|relapse|recurrence)\b", re.I)
_NONE_IN_FAMILY = lazy(r"\b(?:no|without|nil|negative|unremarkable)\s+(?:[\w-]+\s+){0,2}\Z", re.I)
_SO_THAT = lazy(r"\bso\s+that\b|,\s+(?:so|thus|therefore|thereby|hence|while|whereas|which)\b", re.I)
_NUMBERED = lazy(r"\.?\s?\d{1,3}[a-z]?\d?\b(?!\s+(?:lesions?|nodes?\s+were))")
_OWN_PREDICATE = lazy(
    r"[^,.;]{0,40}?\b(?:was|were)\s+(?:also\s+|both\s+)?(?:negative|positive|normal|unremarkable|performed|done|elevated|increased|decreased|enlarged)\b",
    re.I,
)
# "10 years earlier he had been treated for": over, whoever is named between
_ONCE = lazy(
    r"[\s,]*(?:he|she|the\s+patient)?\s*(?:had\s+been|was|has\s+been)\s+(?:successfully\s+|previously\s+)?(?:treated|operated|cured)\b",
    re.I,
)
_LASTING = lazy(r"\b(?:days?|weeks?|months?|years?|hours?|d|wk|mo|yr)(?:['’]s?|s['’])?[\s-]*(?:long\s+)?\Z", re.I)
_SUBORDINATE = lazy(r"(?:As|Because|Since|Although|Though|When|While|Despite|After|Given|Without)\b")
_FOUND_AFTER = lazy(r"[^.;]{0,80}?\b(?:was|were|had|developed|occurred|appeared)\b")
_PAST_HISTORY = lazy(
    r"(?:previous|past|prior)\s+(?:illness(?:es)?|diseases?|operations?|surger(?:y|ies))|(?:past|previous|background)\s+(?:medical\s+|surgical\s+)?history|pmhx?|(?:medical|surgical)\s+history|history\s+of\s+past\s+illness(?:es)?",
    re.I,
)
_PREVENTED = lazy(r"[\s-]+(?:prophyla\w+|prevention|screening|surveillance)\b", re.I)  # "GVHD prophylaxis": no GVHD
_ACTS = frozenset({"procedure", "radiotherapy", "medication", "regimen", "drug_class", "imaging"})
# a stage, a grade or a measured thing is told or not told: its own grammar reads its signs
_OWN_GRAMMAR = frozenset(
    {
        "age",
        "sex",
        "date",
        "date_relative",
        "stage",
        "grade",
        "measure",
        "performance",
        "dosage",
        "severity",
        "survival",
    }
)
_DISEASES = frozenset({"diagnosis", "metastasis"})
_BEFORE = {
    "negated_before": "negated",
    "suspected_before": "suspected",
    "planned_before": "planned",
    "declined_before": "declined",
    "reserve": "hypothetical",
}


def assert_all(context: Context, facts: list[Fact]) -> None:
    """Set negated, certainty, status and subject of every fact from the cues of its sentence."""
    by_sentence: dict[int, list[Fact]] = {}
    for fact in facts:
        by_sentence.setdefault(fact.sentence, []).append(fact)
    for index, mentioned in by_sentence.items():
        if index < 0:
            continue
        s = context.sentences[index]
        cues = context.cues_in(s.start, s.end)
        family_section = context.kind(index) == "family"
        intended = _is_plan(context, index)
        past = _is_past_history(context, index)
        conditional = (
            context.kind(index) == "plan"
            and bool(_IF.search(context.text, s.start, s.end))
            and not _TOLD.search(context.text, s.start, s.end)
        )
        for fact in mentioned:
            if intended and fact.kind in _ACTS and fact.status == "done":
                fact.status = "planned"
            if fact.kind in ("diagnosis", "symptom") and _PREVENTED.match(context.text, fact.end, s.end):
                fact.status = "hypothetical"
            if family_section and fact.kind in ("diagnosis", "symptom", "metastasis"):
                fact.subject = "family"
            if conditional and fact.kind in _ACTS and fact.status in ("done", "planned"):
                fact.status = "hypothetical"
            if past and fact.kind in ("diagnosis", "procedure") and fact.status == "done":
                fact.status = "historical"
            _apply(context, fact, cues, s.start, s.end)
            if index in context.of_others:
                fact.subject = "other"
        _inherit(context, mentioned)


def _inherit(context: Context, mentioned: list[Fact]) -> None:
    """Let "no chemotherapy with doxorubicin" deny the drug, and a plan of it plan the drug."""
    given = sorted((f for f in mentioned if f.kind in _ACTS), key=lambda f: f.start)
    for before, fact in pairwise(given):
        if fact.kind in ("medication", "regimen") and _WITH.fullmatch(context.text[before.end : fact.start]):
            fact.negated |= before.negated
            if fact.status == "done" and before.status in ("planned", "declined", "hypothetical"):
                fact.status = before.status


def _is_plan(context: Context, index: int) -> bool:
    """Say whether a sentence stands under "Plan" or "Recommendation" and does not tell of the past."""
    s = context.sentences[index]
    labelled = _PLAN.match(context.text, s.start, s.end)
    if context.kind(index) != "plan" and not labelled:
        return False
    if not labelled and _ASSESSMENT.search(context.section_of[index].title):
        return bool(_INTENDS.match(context.text, s.start, s.end))
    return not _TOLD.search(context.text, s.start, s.end)


def _is_past_history(context: Context, index: int) -> bool:
    """Say whether a sentence stands in the line labelled "PMH" or in the paragraph under such a heading."""
    section = context.section_of[index]
    if not _PAST_HISTORY.fullmatch(section.title.strip(" :")):
        return False
    return "\n" not in context.text[section.start : context.sentences[index].start]


def _apply(context: Context, fact: Fact, cues: list[Cue], start: int, end: int) -> None:
    text = context.text
    for cue in cues:
        if cue.start < fact.end and fact.start < cue.end:
            if (
                cue.kind == "negation"
                and (cue.start < fact.start or (fact.kind in _DISEASES and cue.start == fact.start))
                and fact.kind not in _OWN_GRAMMAR
                and not _DENIES.match(fact.text)
            ):
                fact.negated = True  # "no history of smoking"
            continue  # the cue is part of the mention itself
        if cue.kind == "negation" and cue.end - cue.start == 2 and _NUMBERED.match(text, cue.end):
            continue  # "No. 16 lymph node dissection"
        kind = cue.kind
        if cue.end <= fact.start:
            gap = text[cue.end : fact.start]
            if kind == "negation" and _reaches(context, cues, cue.end, fact.start, "terminator", cue):
                if fact.kind not in _OWN_GRAMMAR and not (fact.kind == "diagnosis" and _OF_THE.search(gap)):
                    fact.negated = True
            elif kind == "suspected" and _DIFFERENTIAL.match(text, cue.start, cue.end):
                if len(gap) < 250 and not _SETTLED.search(gap):
                    fact.certainty = "suspected"
            elif kind == "suspected" and _reaches(context, cues, cue.end, fact.start, "terminator", cue):
                fact.certainty = "suspected"
            elif (
                (kind == "planned" or (kind == "planned_before" and _FORWARD.match(gap)))
                and fact.kind in _ACTS
                and _near(context, cues, cue.end, fact.start)
            ):
                if fact.status == "done" and not _done_before(gap) and not _WAS_DONE.match(text, fact.end, end):
                    fact.status = "planned"
            elif (
                (kind == "declined" or (kind == "declined_before" and not _PASSIVE.match(text, cue.start)))
                and fact.kind in _ACTS
                and _near(context, cues, cue.end, fact.start)
            ):
                fact.status = "declined"
            elif kind == "hypothetical" and len(gap) < 100 and ";" not in gap:
                fact.status = "hypothetical"
            elif kind == "historical" and fact.kind not in _ACTS and _KNOWN.match(text, cue.start, cue.end):
                continue  # "known carcinoma", "long-standing diabetes": still there
            elif kind == "historical" and _LASTING.search(text, max(start, cue.start - 14), cue.start):
                continue  # "a 2-month history of cough" is now
            elif kind == "historical" and _ONCE.match(gap) and len(gap) < 80 and ";" not in gap:
                fact.status = "historical" if fact.status == "done" else fact.status
            elif kind == "historical" and _near(context, cues, cue.end, fact.start):
                if fact.status == "done" and not _NEW_SUBJECT.search(gap) and not _PRESENTS.search(gap):
                    fact.status = "historical"
            elif kind == "family" and _family_reaches(context, cues, cue, fact):
                fact.subject = "family"
        elif cue.start >= fact.end and kind in _BEFORE:
            _backward(context, fact, cue, start)
        elif cue.start >= fact.end and kind == "family":
            gap = text[fact.end : cue.start]
            if lazy(r"\bin\s+(?:\w+\s+){0,3}\Z|\bof\s+(?:the|her|his)\s+\Z").search(gap) and len(gap) < 60:
                fact.subject = "family"
    _beside(text, fact, start, end)


def _beside(text: str, fact: Fact, start: int, end: int) -> None:
    """Apply what stands right at a mention: "HBV negative", "non-tender", "if needed", "was not performed"."""
    if (
        fact.kind == "diagnosis"
        and fact.status == "done"
        and (
            _CURED.match(text, fact.end, end)
            or (_YEARS_EARLIER.match(text, fact.end, end) and _HAD_BEEN.search(text, start, fact.start))
        )
    ):
        fact.status = "historical"
    if fact.kind in _ACTS and fact.status == "done" and _DECLINED.match(text, fact.end, end):
        fact.status = "declined"
    if fact.kind == "diagnosis" and _SEROLOGY.match(text, fact.end, end):
        fact.negated = True  # "HBV negative"
    if fact.kind in ("symptom", "diagnosis") and text[max(start, fact.start - 4) : fact.start].lower() in (
        "non-",
        "non ",
    ):
        fact.negated = True  # "abdomen soft, non-tender"
    if fact.kind in _ACTS and fact.status == "done" and _ON_CONDITION.match(text, fact.end, end):
        fact.status = "hypothetical"
    # "was not performed", "had not been given": a plain "not" after the mention
    if fact.kind in _ACTS and not fact.negated:
        after = text[fact.end : min(end, fact.end + 40)]
        m = lazy(
            r"[^,;.]{0,20}?\b(?:was|were|is|are|has|had|could|be)\s+not\s+(?:been\s+|be\s+)?(?:performed|done|given|used|started|possible|carried)"
        ).match(after)
        fact.negated = bool(m)


def _backward(context: Context, fact: Fact, cue: Cue, start: int) -> None:
    """Apply a cue that stands after what it speaks of: "pembrolizumab was not recommended"."""
    text = context.text
    gap = text[fact.end : cue.start]
    # "pembrolizumab was / not recommended": the verb belongs to the cue
    if (
        len(gap) > 90
        or (_CLAUSE.search(gap) and gap.strip() != ":")
        or _SO_THAT.search(gap)
        or _NEW_SUBJECT.search(_AUXILIARY.sub("", gap))
    ):
        return
    if fact.kind in ("genomic", "marker") and "," in gap:
        return  # "IDH1 R132C mutation, FGFR2 fusion not detected": their own grammar reads lists
    effect = _BEFORE[cue.kind]
    if fact.kind in _ACTS and _ONE_OF.search(gap):
        return  # "she takes levothyroxine, and hydrocortisone is not required"
    if effect == "negated":
        if text[cue.start : cue.end].lower().endswith("negative") and _TEST_OF.search(
            text, max(start, fact.start - 60), fact.start
        ):
            return  # "cytology of the ascites was negative"
        if fact.kind in ("medication", "regimen") and _held(context, fact, cue):
            return
        # a scan that "was negative" was done; one that "was not performed" was not
        if fact.kind not in _ACTS or _UNDONE.search(text, cue.start, cue.end):
            fact.negated = True
    elif effect == "suspected":
        fact.certainty = "suspected" if fact.kind not in _ACTS else fact.certainty
    elif fact.kind in _ACTS:
        fact.status = effect


def _held(context: Context, fact: Fact, cue: Cue) -> bool:
    """Say whether a drug that "was withheld" had been given: told of before, or given again afterwards."""
    text = context.text
    if not text[cue.start : cue.end].lower().endswith("withheld"):
        return False
    if _AGAIN.match(text, cue.end):
        return True
    begin = context.sentences[fact.sentence].start
    return lazy(rf"\b{re.escape(fact.text)}\b", re.I).search(text, 0, begin) is not None


def _reaches(context: Context, cues: list[Cue], a: int, b: int, stop: str, source: Cue) -> bool:
    """Say whether a cue that ends at *a* still holds at *b*."""
    gap = context.text[a:b]
    if len(gap) > 160 or _CLAUSE.search(gap) or gap.count(")") > gap.count("("):
        return False  # "(no residual disease) and niraparib": the brackets close what they say
    if (
        source.kind == "negation"
        and _LISTED.search(gap)
        and not _MORE.match(context.text, b, min(b + 120, len(context.text)))
    ):
        return False
    if source.kind == "negation" and lazy(r"\band\b").search(gap) and _OWN_PREDICATE.match(context.text, b):
        return False  # "no dissemination, and lavage cytology was negative"
    if (
        "," in gap
        and _SUBORDINATE.match(context.text, context.sentences[context.sentence_at(a)].start)
        and _FOUND_AFTER.match(context.text, b)
    ):
        return False  # "as she denied a therapy, metastases were found"
    for c in cues:
        if c.kind == stop and a <= c.start < b:
            return False
        if c.kind in ("negated_before", "planned_before") and a <= c.start < b:
            return False
    return not (source.kind == "suspected" and len(gap) > 70)


def _near(context: Context, cues: list[Cue], a: int, b: int) -> bool:
    gap = context.text[a:b].removeprefix(":")
    if len(gap) > 120 or ";" in gap or ":" in gap:
        return False
    return not any(c.kind == "strong_terminator" and a <= c.start < b for c in cues)


def _done_before(gap: str) -> bool:
    """Say whether the words between plan and act tell that it was done after all."""
    return bool(lazy(r"\b(?:underwent|received|performed|was given|was started|commenced|carried out)\b").search(gap))


def _family_reaches(context: Context, cues: list[Cue], cue: Cue, fact: Fact) -> bool:
    gap = context.text[cue.end : fact.start]
    if (
        "," in gap
        and context.text[cue.start : cue.end].lower().startswith("famil")
        and _NONE_IN_FAMILY.search(context.text, max(0, cue.start - 24), cue.start)
    ):
        return False  # "with no family history, diagnosed in 2011 with a carcinoid"
    if any(c.kind == "strong_terminator" and cue.end <= c.start < fact.start for c in cues):
        return False
    if (
        fact.kind in _ACTS
        and _MAIN_VERB.search(gap)
        and _PATIENT_FIRST.match(context.text, context.sentences[fact.sentence].start, cue.start)
    ):
        return False  # "A woman, screened after her father had ..., underwent thyroidectomy"
    # "accompanied by his mother": a relative without a verb or a list says nothing of her
    return len(gap) < 140 and not lazy(r"\bthe patient\b").search(gap)
