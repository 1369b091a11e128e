"""What a cue says that stands before a mention: denied, thought, planned, refused, of the past, of a relative."""

from __future__ import annotations

import re

from epicrisis.facts.brackets import closed
from epicrisis.facts.context import Context
from epicrisis.facts.cues import Cue
from epicrisis.facts.genomic_finding import IS_FOUND, denies_another
from epicrisis.facts.model import Fact
from epicrisis.facts.scope import ACTS, NEW_SUBJECT, done_before, family_reaches, near, reaches
from epicrisis.facts.sentences import Sentence
from epicrisis.kept import lazy

_FORWARD = lazy(r"\s*(?:for|to|with|a|an|on)\b")  # "was scheduled / for surgery"
# "he was offered neoadjuvant chemotherapy", and not "surgery was offered after chemotherapy"
_OFFERED = lazy(r"(?:was|were)\s+(?:offered|advised)\Z", re.I)
_OF_OFFER = lazy(
    r"\s+(?:(?!(?:and|but|then|after|following|because|since|due|despite|as|by|in|on|before|while|during|under|when|or)\b)[\w-]+\s+){0,4}"
)
_GOES_ON_TO = lazy(r"\b(?:continu(?:es?|ed|ing)|went\s+on|goes\s+on)\s+\Z", re.I)
_REFERRED = lazy(r"referred", re.I)
_AFTER = lazy(r"\b(?:after|following|since|s/p|status\s+post)\s+(?:an?\s+|the\s+|her\s+|his\s+)?\Z", re.I)
_WAS_DONE = lazy(
    r"[^.;]{0,80}?\b(?:was|were)\s+(?:then\s+|successfully\s+)?(?:performed|done|carried\s+out|given|completed|started|administered|undertaken)\b|(?:[^.;]|\.(?=\d)){0,80}?\bwhich\s+(?:the\s+patient(?:\s+with\s+(?:[\w-]+\s){0,2}[\w-]+)?|she|he)\s+(?:then\s+|successfully\s+)?(?:completed|received|underwent|tolerated)\b"
)
# "was referred for radiotherapy and received 50 Gy"
_DOSE_RECEIVED = lazy(
    r"\s*,?\s+(?:and|where\s+(?:he|she))\s+(?:then\s+|subsequently\s+)?(?:received|completed|was\s+given)\s+(?:a\s+(?:total\s+)?(?:dose\s+)?(?:of\s+)?)?\d+(?:\.\d+)?\s*c?Gy",
    re.I,
)
_PASSIVE = lazy(r"(?:was|were|not)\b", re.I)  # "she declined docetaxel" and "docetaxel she declined"
_DIFFERENTIAL = lazy(r"(?:\w+\s+)?differential", re.I)
_SETTLED = lazy(
    r"[;]|\b(?:but|however|confirmed|revealed|showed|established|proved|diagnosed|finally|excluded|ruled\s+out)\b", re.I
)
# "ruled out metastases of the lung cancer": there is the lung cancer
_OF_THE = lazy(
    r"\b(?:metastas\w+|recurrences?|progression|relapses?|spread|dissemination|signs?)\s+(?:of|from)\s+(?:the|her|his|this|these|known)\s+(?:[\w-]+\s+){0,2}\Z",
    re.I,
)
_KNOWN = lazy(r"known|long-?\s?standing|comorbidit", re.I)
_PRESENTS = lazy(
    r"\b(?:present(?:ed|s|ing)|consult(?:ed|s)|admitted|complain\w+|noticed|referred|visited|seen)\b", re.I
)
_PRESENTING = lazy(
    r"\b(?:present(?:ed|s|ing)?|came|brought|reported|attended|consulted|complain\w*)\b(?:\s+to\s+[^.;,]{0,40})?\s+with\s+(?:an?\s+|the\s+|his\s+|her\s+)?(?:[\w-]+\s+){0,2}\Z",
    re.I,
)
_POST = lazy(r"s/p|status[\s-]post", re.I)
_FOR = lazy(r"\w\s+for\s+(?:(?:an?|the|his|her)\s+)?(?:[\w-]+\s+){0,4}\Z", re.I)
# "10 years earlier he had been treated for": over, whoever is named between
_ONCE = lazy(
    r"[\s,]*(?:he|she|the\s+patient)?\s*(?:had\s+been|was|has\s+been)\s+(?:successfully\s+|previously\s+)?(?:treated|operated|cured)\b",
    re.I,
)
_LASTING = lazy(r"\b(?:days?|weeks?|months?|years?|hours?|d|wk|mo|yr)(?:['’]s?|s['’])?[\s-]*(?:long\s+)?\Z", re.I)
# a stage, a grade or a measured thing is told or not told: its own grammar reads its signs
OWN_GRAMMAR = frozenset(
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


_BY = lazy(r"\s+by\b")
_FOLLOWED = lazy(r"\s+(?:which\s+was\s+|and\s+)?followed\s+by\b")
_INSTEAD = lazy(r"instead|rather", re.I)
# "received the planned six cycles", "8 of 12 planned cycles", "planned 6": of what was given, how much was intended
_PLANNED_NUMBER = lazy(
    r"\s+(?:(?:\w+\s+){0,2}(?:cycles?|doses?|courses?|fractions?|infusions?|sessions?|treatments?|injections?)\b|\d+\b)",
    re.I,
)
_OF_SO_MANY = lazy(
    r"(?:\b(?:(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|all|out)\s*(?:of|/)\s*(?:the\s+)?(?:\w+\s+)?"
    r"|(?:received|completed|finished|got|given|tolerated|underwent|had|after|of)\s+(?:all\s+)?(?:the\s+|his\s+|her\s+)?(?:\d+\s+)?)|[,;(]\s*)\Z",
    re.I,
)


def of_planned(text: str, cue: Cue) -> bool:
    """Say whether "planned" tells how many cycles were intended of a treatment that was given."""
    if text[cue.start : cue.end].lower() != "planned" or not _PLANNED_NUMBER.match(text, cue.end):
        return False
    return _OF_SO_MANY.search(text, max(0, cue.start - 30), cue.start) is not None


def forward(context: Context, fact: Fact, cue: Cue, cues: list[Cue], sentence: Sentence) -> None:
    """Apply a cue that stands before *fact*; *cues* are all of the sentence, some of which end its scope."""
    text, kind = context.text, cue.kind
    gap = text[cue.end : fact.start]
    if kind == "historical":
        _historical(context, fact, cue, cues, sentence.start)
    elif kind == "family":
        if family_reaches(context, cues, cue, fact):
            fact.subject = "family"
    elif kind in ("negation", "suspected") or (kind == "negated_before" and _ANY.match(text, cue.start)):
        _doubted(context, fact, cue, cues)
    elif kind == "hypothetical":
        after = gap.partition(",")[2]  # "would have caused harm, and he received", "to reduce the risk, followed by"
        done = fact.kind in ACTS and (done_before(after) or _FOLLOWED.match(after) is not None)
        if len(gap) < 100 and ";" not in gap and not (done or _given(fact, gap) or _beyond(text, fact, cue, gap)):
            fact.status = "hypothetical"
    elif fact.kind not in ACTS or (kind in ("planned", "planned_before") and of_planned(text, cue)):
        return
    elif kind == "planned" or (
        kind == "planned_before"
        and (_FORWARD.match(gap) or (_OFFERED.match(text, cue.start, cue.end) and _OF_OFFER.fullmatch(gap)))
    ):
        if _GOES_ON_TO.search(text, max(0, cue.start - 14), cue.start):
            return  # "continues to receive trastuzumab"
        if _REFERRED.match(text, cue.start, cue.end) and _AFTER.search(gap):
            return  # "referred for rising PSA after prostatectomy"
        if (
            fact.status == "done"
            and near(context, cues, cue.end, fact.start)
            and not done_before(gap)
            and not _WAS_DONE.match(text, fact.end, sentence.end)
            and not (fact.kind == "radiotherapy" and _DOSE_RECEIVED.match(text, fact.end, sentence.end))
        ):
            fact.status = "planned"
    elif kind == "declined" and _BY.match(text, cue.end):
        return  # "WBRT declined by the patient, SRS was given"
    elif kind == "declined" or (kind == "declined_before" and not _PASSIVE.match(text, cue.start)):
        if near(context, cues, cue.end, fact.start) and not done_before(gap):
            fact.status = "declined"  # "refused cystectomy and underwent a partial one"


# "has not demonstrated any impairment", "was denied a transplant": what these deny stands behind them too
_ANY = lazy(r"(?:not|never)\s+(?:been\s+)?\w+\s+any\b|(?:was|were)\s+denied\s+(?:an?|any)\b", re.I)
# "vaccinated against influenza and received nivolumab": these reach a disease, and no further than the next verb
_OF_A_DISEASE = lazy(r"vaccin|immuni|screened|warned|fear|worr", re.I)
_FEAR = lazy(r"fear|warned", re.I)


def _beyond(text: str, fact: Fact, cue: Cue, gap: str) -> bool:
    """Say whether a fact is nothing that one is vaccinated against, screened for, warned of or afraid of."""
    if not _OF_A_DISEASE.match(text, cue.start, cue.end):
        return False
    if fact.kind == "symptom" and text[cue.start : cue.start + 4].lower() == "worr":
        return True  # "worried about his weight loss": it is there
    if _FEAR.match(text, cue.start, cue.end) and fact.value.get("group") == "cancer":
        return True  # "for fear of a spread of the lung cancer"
    return fact.kind in ACTS or NEW_SUBJECT.search(gap) is not None


_TURNING = lazy(
    r"\b(?:transformation|evolution|conversion|progression)\s+(?:in)?to\s+(?:an?\s+)?(?:[\w-]+\s+){0,2}\Z", re.I
)


def _turning(gap: str, low: int, at: int) -> int:
    """Return where "transformation to X" begins that ends a gap, or *at*: what is said of it is said of X."""
    m = _TURNING.search(gap) if " to " in gap or " into " in gap else None
    return low + m.start() if m else at


def _doubted(context: Context, fact: Fact, cue: Cue, cues: list[Cue]) -> None:
    text = context.text
    gap = text[cue.end : fact.start]
    if cue.kind == "suspected" and _DIFFERENTIAL.match(text, cue.start, cue.end):
        if len(gap) < 250 and not _SETTLED.search(gap) and fact.kind not in ("lab", "marker"):
            fact.certainty = "suspected"
    elif cue.kind == "negation" and _NO_SIGN.match(gap) and fact.kind not in OWN_GRAMMAR:
        fact.negated = True
    elif cue.kind == "negation" and fact.kind in _COMPLAINTS and _CHANGED.match(text, fact.end):
        return
    elif cue.kind == "negation" and fact.kind == "genomic" and denies_another(gap):
        return  # "no regression, BRAF V600K"
    elif cue.kind == "negation" and fact.kind == "genomic" and "," in gap and IS_FOUND.match(text, fact.end):
        return  # "negative for MYC rearrangement, BCL2 rearrangement positive"
    elif cue.kind == "negation" and fact.kind not in ACTS and _WHY_NOT.match(gap) and _OF_ACT.match(text, cue.start):
        return  # "C4 not given - grade 3 colitis"
    elif (
        cue.kind == "negation"
        and fact.kind in ("medication", "regimen")
        and _CYCLE_WITH.search(text, max(0, cue.start - 60), cue.start)
    ):
        fact.status = "hypothetical"  # "C2 with carboplatin instead of cisplatin": the other cycles had it
        return
    elif cue.kind == "negation" and "," in gap and _INSTEAD.match(text, cue.start, cue.end):
        return  # "instead of cisplatin, carboplatin was given"
    elif _given(fact, gap) or not reaches(
        context, cues, cue.end, _turning(gap, cue.end, fact.start), "terminator", cue
    ):
        return
    elif cue.kind == "suspected" and fact.kind in ACTS and _VERSUS.match(text, cue.start):
        fact.status = "hypothetical" if fact.status == "done" else fact.status  # "surgery vs RT"
    elif cue.kind == "suspected":
        fact.certainty = "suspected"
    elif fact.kind not in OWN_GRAMMAR:
        fact.negated = True


# "no nodules to suggest a fungal infection"
_NO_SIGN = lazy(
    r"\s+(?:[\w-]+\s+){0,4}(?:to\s+(?:suggest|indicate|support)|(?:that\s+)?suggest(?:ed|ing)|(?:that\s+)?indicat(?:ed|ing)|(?:suggestive|indicative|suspicious)\s+(?:of|for))\s+(?:an?\s+)?(?:[\w-]+\s+){0,2}\Z",
    re.I,
)
_WHY_NOT = lazy(r"\s*(?:[-–—(:]|due\s+to|because|for|owing)\s*(?:of\s+)?")
_OF_ACT = lazy(r"(?:not|never)\s+(?:yet\s+)?(?:given|started|performed|done|administered|received|completed)\b", re.I)
_CYCLE_WITH = lazy(
    r"(?:\bC\d{1,2}|\bcycles?\s+\d{1,2})\s+(?:was\s+|were\s+)?(?:given\s+)?(?:with|using)\s+[\w-]+\s+\Z", re.I
)
_VERSUS = lazy(r"v(?:ersu)?s\b", re.I)
_CHANGED = lazy(r"\s+(?:worsening|progression|exacerbation|deterioration|improvement)\b", re.I)  # it was there
_COMPLAINTS = ("symptom", "adverse_event", "diagnosis")


def _given(fact: Fact, gap: str) -> bool:
    """Say whether a disease is taken for granted: "no metastases of the lung cancer"."""
    return fact.kind == "diagnosis" and _OF_THE.search(gap) is not None


def _historical(context: Context, fact: Fact, cue: Cue, cues: list[Cue], low: int) -> None:
    text = context.text
    gap = text[cue.end : fact.start]
    if closed(gap, 0, len(gap)):
        return  # "mass 2.3 cm (previously 3.1 cm), liver lesions"
    if fact.kind not in ACTS and _KNOWN.match(text, cue.start, cue.end):
        return  # "known carcinoma", "long-standing diabetes": still there
    if _LASTING.search(text, max(low, cue.start - 14), cue.start):
        return  # "a 2-month history of cough" is now
    if fact.kind == "symptom" and _PRESENTING.search(text, max(low, cue.start - 60), cue.start):
        return  # "presented with a history of fever": the complaint itself
    if fact.kind == "diagnosis" and _treated_for(text, cue, gap):
        return  # "s/p Whipple for pancreatic cancer": the act is of the past
    if fact.kind in ("recurrence", "response") and "," in gap:
        return  # "s/p Whipple 5/2018, gemcitabine, recurrence 3/2019"
    if fact.status != "done":
        return
    once = len(gap) < 80 and ";" not in gap and _ONCE.match(gap)
    if once or (near(context, cues, cue.end, fact.start) and not NEW_SUBJECT.search(gap) and not _PRESENTS.search(gap)):
        fact.status = "historical"


def _treated_for(text: str, cue: Cue, gap: str) -> bool:
    """Say whether a disease is what an act of the past was done for."""
    return _POST.match(text, cue.start, cue.end) is not None and _FOR.search(gap) is not None
