"""Disease status over time: stable, progressive, partial and complete response, resistance.

Value: {"response": SD | PD | PR | CR | MR | NED | resistance | mixed, "until": bool}.
"""

from __future__ import annotations

import re

from epicrisis.facts import phrase
from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
from epicrisis.facts.rechallenge import GIVEN_AGAIN
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_RECEPTOR = lazy(
    r"-[L1]|(?!\s\(?[-–−+]\s?\d)\s*(?:[:=]?\s*\d+(?:[.,]\d+)?\s*%|[+-](?![a-z])|[\s:(]*(?:positive|negative|receptor|pos\b|neg\b))",
    re.I,
)
_UNTIL = lazy(r"\s*(?:\([^)]*\)\s*)?(?:\w+\s+){0,3}?(?:until|till|up\s+to)\b", re.I)
_RESISTANCE = lazy(
    r"\b(?:drug[\s-]resistan(?:ce|t)|acquired\s+resistance|(?:became|was|were|been|proved)\s+(?:refractory|resistant)|chemo-?resistan\w+|platinum[\s-]resistan\w+)\b",
    re.I,
)
_CHANGE = lazy(
    r"\b(?:(?P<more>increas(?:e|ed|es|ing)|enlarg(?:ed(?!\s+[a-z])|ement)|grown|grew|growth|progress(?:ed|ion)|larger|worsen(?:ed|ing)|new\s+(?:lesions?|metastas[ei]s|nodules?))"
    r"|(?P<less>decreas(?:e|ed|es|ing)|reduc(?:ed|tion)|shr[aiu]nk\w*|shrinkage|regress(?:ed|ion)|smaller|disappear(?:ed|ance)|resol(?:ved|ution)))\b",
    re.I,
)
_LESION = lazy(r"\b(?:metasta\w+|lesions?|tumou?rs?|mass(?:es)?|nodules?|lymph\s+nodes?|disease)\b", re.I)
_LATER = lazy(
    r"\b(?:follow-?up|followed|re-?evaluation|restaging|re-?staging|repeat(?:ed)?|subsequent(?:ly)?|later|compared|previous|interim|after\s+(?:the\s+|a\s+)?(?:\w+\s+){0,2}(?:months?|cycles?|weeks?|courses?|treatment|therapy|chemotherapy))\b",
    re.I,
)
# "partial response (PR), a decrease of 30%": what a word means, and not how the patient did
_DEFINED = lazy(
    r"\s*(?:\([A-Z]{2,4}\)\s*|\)\s*)?(?:,\s*(?:an?\s+)?(?:decrease|increase|disappearance|reduction|not\s+fit|defined|at\s+least)|(?:was|is)\s+defined)\b",
    re.I,
)
_MEASURED_BY = lazy(
    r"\b(?:not\s+fit\s+for|defined\s+as|criteria\s+for|definition\s+of|(?:hop(?:e|ing)|order|attempt)\s+(?:of|to)\s+\w+\s+(?:the\s+)?)\s*(?:(?:[\w-]+\s+){0,2}[\w-]+\s*,\s*(?:or\s+|and\s+)?){0,3}\Z",
    re.I,
)
_OF_GERMS = lazy(
    r"\b(?:cultures?|organisms?|bacteri\w*|strains?|isolates?|fung\w*|antibiotics?|infections?|antimicrobial\w*|susceptib\w*|coli|aureus|pneumoniae|aeruginosa|Candida|virus)\b",
    re.I,
)
_OF_TUMOUR = lazy(
    r"\b(?:disease|tumou?rs?|cancers?|lymphoma|leuk\w+|patient|she|he|lesions?|metasta\w+|\w+oma|malignancy|which)\b",
    re.I,
)
_STABLE = lazy(r"\bstable\Z", re.I)
_OF_VALUES = lazy(
    r"\b(?:levels?|values?|markers?|CA[\s-]?\d+(?:[-.]\d+)?|CEA|AFP|PSA|LDH|creatinine|h(?:a)?emoglobin|platelets?|counts?|function|weight|vital\s+signs|pressure|h(?:a)?emodynamic\w*|condition)\b"
    r"(?:(?!\b(?:tumou?rs?|disease|lesions?|metasta\w+|mass|nodules?|cancer|patient|she|he)\b)[^.;])*\Z",
    re.I,
)
_DEVIATION = lazy(r"\d\s*\Z")
_COMPLAINT = lazy(
    r"\b(?:pain|headaches?|symptoms?|dyspn\w+|cough|condition|function|fatigue|appetite|fever|jaundice|weakness|neutropenia|anemia|renal|liver\s+function|creatinine|bilirubin|weight|shortness|vision|nausea)\b",
    re.I,
)

_NONE_LEFT = lazy(r"\s*[:=]?\s*(?:\(\s*)?(?:0\b(?!\.\d)|zero\b|nil\b|none\b|R0\b)", re.I)
_VERSUS = lazy(r"\s*(?:vs\.?|versus|/\s?DD|or\s+rather)\s*(?:true\s+)?", re.I)
_RESISTS = stems("resistant refractory chemoresistant")
_LESIONS = stems("metastasis lesion tumor tumour mass nodule lymph disease")
_LATER_STEMS = stems(
    "follow reevaluation re restaging repeat repeated subsequent later compared previous interim after followup"
)


# "MRD-negative", "MRD at the end of induction was 0.05 %": a measurement, which is not residual disease
_MRD = lazy(r"MRD|(?:minimal|measurable)\s+residual", re.I)
_PRESENT = lazy(
    r"[\s(:-]*(?:status\s+|was\s+|were\s+|is\s+|remained\s+|still\s+)*(?:positiv\w*|persist\w*|detect\w*|present|\+)",
    re.I,
)
_PERSISTENT = lazy(r"\b(?:persist\w*|positive|detectable|remaining|presence\s+of)\s+\Z", re.I)
_FREE = lazy(r"[\s‐-―-]*free\b", re.I)
_TIME_TO = lazy(r"\btime\s+to\s+(?:the\s+)?(?:first\s+|next\s+|tumou?r\s+|disease\s+)*\Z", re.I)
_PERSON = lazy(r"(?:he|she|patient)\b", re.I)
_TO_WHAT = lazy(
    r"\s+(?:(?:rapidly|quickly|slowly|finally)\s+)?(?:with\s+(?:grade|severe|worsening|fever|ICANS|CRS|symptoms?|respiratory|neurolog\w+)|to(?!\s+(?:metasta|stage|bone|liver|lung|brain))|into|well|normally|satisfactor|uneventful|favou?rabl)",
    re.I,
)
_ON_IT = lazy(
    r"\b(?:at|upon|on|until|till|if|in\s+case\s+of|in\s+the\s+event\s+of|for)\s+(?:the\s+|disease\s+|tumou?r\s+|further\s+|any\s+)*\Z",
    re.I,
)
_MEANT = lazy(
    r"\b(?:consider|plan\w*|recommend\w*|suggest\w*|continue|would|will|should|(?-i:may)|could|option\w*|if)\b", re.I
)  # "may" is no month


def extract(context: Context) -> list[Fact]:
    """Return response facts."""
    facts: list[Fact] = []
    told, resistant, lesions = context.by_sentence("responses"), context.having(_RESISTS), context.having(_LESIONS)
    lesions = lesions & context.having(_LATER_STEMS)
    for i, s in context.patient_sentences():
        if not (i in told or i in resistant or i in lesions):
            continue
        text = context.text[s.start : s.end]
        for hit in told.get(i, ()):
            status = context.terms.attr(hit.concepts[0], "status")
            if context.text[hit.start : hit.end] == "SD" and _DEVIATION.search(
                context.text, max(s.start, hit.start - 4), hit.start
            ):
                continue  # "-2.5 SD"
            if (
                not status
                or context.text[hit.start : hit.end] == "PCR"
                or _RECEPTOR.match(context.text, hit.end, s.end)
                or _of_markers(context, hit.start, hit.end, s.start, s.end)
            ):
                continue
            if _ON_IT.search(context.text, max(s.start, hit.start - 24), hit.start) and _MEANT.search(
                context.text, s.start, hit.start
            ):
                continue  # "consider docetaxel at progression"
            if _PERSON.match(context.text, hit.start, hit.end) and _TO_WHAT.match(context.text, hit.end, s.end):
                continue  # "she progressed to respiratory failure", "he progressed well"
            if _FREE.match(context.text, hit.end, s.end) or _TIME_TO.search(
                context.text, max(s.start, hit.start - 30), hit.start
            ):
                continue  # "progression-free survival"
            if (
                _MRD.match(context.text, hit.start, hit.end)
                and not _PRESENT.match(context.text, hit.end, s.end)
                and not _PERSISTENT.search(context.text, max(s.start, hit.start - 24), hit.start)
            ):
                continue
            if _STABLE.search(context.text, hit.start, hit.end) and _OF_VALUES.search(
                context.text, max(s.start, hit.start - 90), hit.start
            ):
                continue  # "her CA 19-9 decreased and remained stable"
            if _DEFINED.match(context.text, hit.end, s.end) or _MEASURED_BY.search(
                context.text, max(s.start, hit.start - 60), hit.start
            ):
                continue
            if lazy(r"\s+(?:grad(?:e|ing)|score|rate)\b", re.I).match(context.text, hit.end, s.end):
                continue  # "tumour regression grade 1b"
            if status == "residual" and _NONE_LEFT.match(context.text, hit.end, s.end):
                continue  # "residual tumour 0"
            if _another_word(context, hit, status, s.start, s.end) or _OF_ITS_COURSE.match(
                context.text, hit.end, s.end
            ):
                continue
            if phrase.of_complaint(context, hit.start, hit.end, s.start, s.end):
                continue
            value: dict[str, object] = {"response": status}
            if _UNTIL.match(context.text, hit.end, s.end):
                value["until"] = True
            facts.append(context.fact("response", hit.start, hit.end, concept=hit.concepts[0], value=value))
            if _either(context, hit, s.start, s.end):
                facts[-1].certainty = "suspected"
        for m in _RESISTANCE.finditer(text) if i in resistant else ():
            a, b = s.start + m.start(), s.start + m.end()
            if _OF_GERMS.search(text) or (
                m.group().split()[0].lower() in ("was", "were", "been") and not _OF_TUMOUR.search(text, 0, m.start())
            ):
                continue
            facts.append(context.fact("response", a, b, value={"response": "resistance"}))
        if i in lesions and _LESION.search(text) and not any(f.sentence == i for f in facts[-3:]):
            facts += _described(context, s.start, text)
    return facts


_OF_ITS_COURSE = lazy(
    r"(?<=\bdisease)\s+(?:progression|worsening|activity)\b", re.I
)  # "no evidence of disease progression"
_RECTAL = lazy(r"\s+(?:bleed|exam|daily|PRN|BID|TID|QID|QHS|q\d)", re.I)
_GIVEN_RECTALLY = lazy(r"(?:\b(?:supp\w*|enema)\b[^.;]{0,20}|\d\s?(?:mg|g|ml)\s+)\Z", re.I)
_DIALYSIS = lazy(r"\b(?:dialysis|renal|kidney|ESRD|ESKD|CKD)\b", re.I)
_SPREAD = lazy(r"\s*[=:]?\s*±?\s*\d")
_TO_SEE = lazy(
    r"\bto\s+(?:assess|evaluate|document|check|determine|exclude|confirm)\s+(?:for\s+)?(?:the\s+)?\Z|\btreatment[\s-]free\s+\Z",
    re.I,
)
_TRIED_AGAIN = lazy(GIVEN_AGAIN + r"[^.;]{0,80}?\Z", re.I)
_BEYOND = lazy(r"\bbeyond\s+(?:the\s+)?(?:first\s+|initial\s+|disease\s+|tumou?r\s+)*\Z", re.I)
_HAPPENED = lazy(r"\b(?:was|were|had|received|underwent|started|switched|developed)\b", re.I)


def _another_word(context: Context, hit: Hit, status: str, low: int, high: int) -> bool:
    """Say whether a word means something else here: PR by the rectum, PD dialysis, SD a deviation, remission as an aim."""
    text, word = context.text, context.text[hit.start : hit.end]
    low, high = max(low, hit.start - REACH), min(high, hit.end + REACH)
    if word == "PR":
        return bool(
            _RECTAL.match(text, hit.end, high) or _GIVEN_RECTALLY.search(text, max(low, hit.start - 40), hit.start)
        )
    if word == "PD" and _DIALYSIS.search(text, low, high):
        return True
    if word == "SD" and _SPREAD.match(text, hit.end, high):
        return True
    if not word.isupper() and _TO_SEE.search(text, max(low, hit.start - 40), hit.start):
        return True
    if status == "NED" and _TRIED_AGAIN.search(text, max(low, hit.start - 90), hit.start):
        return True  # "was rechallenged without recurrence": of what it had been stopped for
    if _BEYOND.search(text, max(low, hit.start - 24), hit.start):
        return True  # "was continued beyond progression until June": how long, not when
    led = _ON_IT.search(text, max(low, hit.start - 24), hit.start)
    return led is not None and bool(_MEANT.search(text, hit.end, high)) and not _HAPPENED.search(text, low, high)


def _either(context: Context, hit: Hit, low: int, high: int) -> bool:
    """Say whether a response is one of two that are weighed: "PD vs pseudoprogression"."""
    for other in context.hits_in(max(low, hit.start - 40), min(high, hit.end + 40), "responses"):
        a, b = (hit.end, other.start) if other.start >= hit.end else (other.end, hit.start)
        if a <= b and _VERSUS.fullmatch(context.text, a, b):
            return True
    return False


def _of_markers(context: Context, start: int, end: int, low: int, high: int) -> bool:
    """Say whether a short word such as PR stands among receptors and not among responses."""
    if end - start > 3:
        return False
    return bool(
        lazy(r"\b(?:ER|HER-?2(?:/neu)?|PgR|oestrogen|estrogen)\b").search(
            context.text[max(low, start - 60) : min(high, end + 30)]
        )
        or lazy(r"\b(?:positiv\w*|negativ\w*|staining|expression)\s+(?:for|of)\s+(?:\S+\s+){0,3}\Z", re.I).search(
            context.text[max(low, start - 50) : start]
        )
    )


def _described(context: Context, base: int, text: str) -> list[Fact]:
    """Return the change in lesions that a follow-up image describes in words."""
    if not _LATER.search(text):
        return []
    changes = list(_CHANGE.finditer(text))
    more = [m for m in changes if m["more"] and _LESION.search(text[max(0, m.start() - 90) : m.end() + 60])]
    less = [m for m in changes if m["less"] and _LESION.search(text[max(0, m.start() - 60) : m.end() + 60])]
    if more and less:
        first, last = min(more[0].start(), less[0].start()), max(more[-1].end(), less[-1].end())
        return [context.fact("response", base + first, base + last, value={"response": "mixed", "described": True})]
    one = more or less
    if not one or _COMPLAINT.search(text[max(0, one[0].start() - 40) : one[0].end() + 25]):
        return []  # "her headaches worsened" is no growth
    m = one[0]
    return [
        context.fact(
            "response",
            base + m.start(),
            base + m.end(),
            value={"response": "increase" if more else "decrease", "described": True},
        )
    ]
