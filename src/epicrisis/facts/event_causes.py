"""Whether harm is told as the consequence of a treatment."""

from __future__ import annotations

import re

from epicrisis.facts.because import DUE_TO, NOT_RELATED
from epicrisis.facts.context import Context
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_INDUCED = lazy(r"\b(?P<drug>[\w-]+?)[\s-](?:induced|related|associated)\s+(?=\w)", re.I)
_ANSWERED = lazy(r"(?<!due )(?<!secondary )(?<!owing )\bto\s+\Z", re.I)  # "cortisol to insulin-induced hypoglycaemia"
_DOSES = r"(?:cycles?|doses?|infusions?|courses?|chemotherapy|induction|consolidation)"
_GOT = r"(?:developed|experienced|suffered(?:\s+from)?)"
# "after the second cycle, she developed"
_AFTER_DOSE = lazy(
    rf"\b(?:after|following|during)\s+(?:the\s+|her\s+|his\s+)?(?:[\w-]+\s+){{0,3}}?{_DOSES}\b[^.;]{{0,60}}?\b{_GOT}\s+(?:an?\s+)?(?:(?:[\w-]+\s+){{0,2}}(?:and|,)\s+)?(?:[\w-]+\s+){{0,2}}\Z",
    re.I,
)
# "developed hearing loss after the fifth cycle"
_DEVELOPED = lazy(rf"\b{_GOT}\s+(?:an?\s+)?(?:[\w-]+\s+){{0,3}}\Z", re.I)
_THEN_DOSE = lazy(
    rf"\s+(?:\([^()]*\)\s+)?(?:after|following|during|with)\s+(?:the\s+|her\s+|his\s+)?(?:[\w-]+\s+){{0,2}}?{_DOSES}\b",
    re.I,
)
_RADIATION = lazy(r"radiation\b(?!\s+(?:therapy|oncolog))", re.I)
_ON = lazy(
    r"\b(?:on|under|while\s+(?:on|receiving|taking)|during|with)\s+(?:(?:treatment|therapy|maintenance|adjuvant)\s+(?:with\s+)?)?(?:[\w-]+(?:/|\s+and\s+|\s*\+\s*))?\Z",
    re.I,
)
_CAME = lazy(
    r"(?:\s+(?:therapy|treatment|monotherapy|and|[\d.,]+\s?mg(?:/d(?:ay)?)?|daily|maintenance)|/[\w-]+)*,?\s+(?:(?:the\s+patient|he|she)\s+)?(?:had|developed|experienced|suffered(?:\s+from)?|presented\s+with)\s+(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,3}",
    re.I,
)
# "developed after pelvic radiotherapy"
_AFTER_BEAMS = lazy(
    r"(?:\s+(?:of|in)\s+(?:the\s+)?[\w\s]{1,24}?)?(?:,?\s?[(]?(?:grade|gr\.?|G)\s?[1-5][)]?,?)?\s+(?:occurred|developed|appeared|(?:was|were)\s+(?:seen|noted|observed))\s+(?:after|following|during)\s+(?:the\s+)?(?:[\w-]+\s+){0,3}?(?:radiotherapy|irradiation|chemoradi\w+|radiochemo\w+|brachytherapy|RT)\b"
    # "mucositis due to radiotherapy"
    rf"|\s+(?:{DUE_TO}|caused\s+by)\s+(?:the\s+)?(?:[\w-]+\s+){{0,2}}?(?:radiotherapy|irradiation|chemoradi\w+|radiochemo\w+|brachytherapy|RT)\b",
    re.I,
)
_ONCE_GIVEN = lazy(
    r"\b(?:after|following)\s+(?:(?:the\s+)?(?:treatment|therapy)\s+with\s+|(?:\w+\s+)?(?:cycles?|doses?|courses?)\s+of\s+)?\Z",
    re.I,
)
_DID_DEVELOP = lazy(r"\b(?:developed|experienced|suffered)\b", re.I)
_AFTER = lazy(
    r"(?:\s+(?:occurred|developed|appeared))?\s+(?:after|following)\s+(?:the\s+)?(?:(?:first|second|third|initial|intrathecal|intravenous|oral|high-dose|adjuvant|neoadjuvant|treatment|therapy|administration|infusion|cycles?|doses?|courses?|of|with)\s+){0,4}",
    re.I,
)
_WHILE_ON = lazy(
    r"(?:\s+(?:up\s+)?(?:to|of)\s+\d[\d./]*\s?(?:ms(?:ec)?|mm\s?Hg|%)?)?\s+(?:on|under)\s+(?:(?:treatment|therapy)\s+with\s+)?",
    re.I,
)
_SUDDEN = lazy(r"\bacute\b|itis\b|prolong|penia\b|neutropeni|toxic|failure|injury|syndrome|reaction|pathy\b", re.I)
_OCCURRED = r"(?:\s+(?:(?:was|were)\s+(?:seen|noted|noticed|observed|diagnosed|found|reported|documented)|occurred|developed|appeared|emerged|arose)(?:\s+(?:in|on)\s+[\w ./]{3,20}?)?)"
_SINCE = lazy(
    rf"(?:\s?\([^()]{{1,40}}\))?{_OCCURRED}?\s*,?\s*(?:(?:since|after)\s+(?:the\s+)?(?:start|initiation|beginning|first\s+dose|starting|commencing|initiating)\b|while\s+(?:on|receiving|taking)\b|(?:(?:which|that)\s+)?(?:(?:was|were|is|and|most|probably|possibly|likely|presumably|considered|thought|judged|deemed|felt|to\s+be|as)\s+){{0,5}}(?:(?:attribut(?:ed|able)|ascribed|related)\s+to\b|{DUE_TO})|(?:caused|induced)\s+by\b|from\b|under\b)",
    re.I,
)
# "zoledronate was given, followed by symptomatic hypocalcaemia"
_CAUSED = lazy(
    r"(?:\s+(?:therapy|treatment))?(?:\s+(?:was|were)\s+(?:given|administered|started|begun|initiated|infused))?,?\s+(?:and\s+)?(?:caused|induced|led\s+to|resulted\s+in|provoked|triggered|(?:was\s+)?complicated\s+by|(?:was\s+)?followed\s+by)\s+(?:an?\s+)?(?:(?!(?:by|with|and|for|of|after)\b)[\w-]+\s+){0,3}",
    re.I,
)
_REACTED = lazy(r"\s+(?:reactions?\s+)?to\s+(?:the\s+)?", re.I)
_REACTION = lazy(r"reaction|anaphyla", re.I)
# "asparaginase-associated pancreatitis", "immune-related hepatitis"
_OF_DRUG = lazy(
    r"(?:drug|medication|treatment|therapy|immune|inhibitor|asparaginase|steroid|ICI)[\s-](?:induced|associated|related|mediated)\b",
    re.I,
)
_ARROW = lazy(r"(?:\s+[\d.,]+\s?mg(?:/\w+)?(?:\s+\w+)?)?\s*(?:[-=]+>|→)\s*(?:an?\s+)?")  # "ibrutinib 420 mg -> AF"
# "known colitis", "nivolumab was not given", "before nivolumab"
_HAD_BEFORE = lazy(
    r"\b(?:histor(?:y|ies)|known|pre-?existing|PMH|antecedents?|comorbidit\w+|long-?standing|years\s+(?:ago|before|earlier))\b",
    re.I,
)
_NOT_GIVEN = lazy(
    r"\b(?:not\s+(?:given|started|offered|eligible|a\s+candidate)|contraindicat\w+|inadvisable|avoid\w*|unsuitable|ineligible|instead\s+of)\b",
    re.I,
)
_NOT_YET = lazy(
    r"\b(?:before|prior\s+to|plan\w*|consider\w*|recommend\w*|propos\w*|discuss\w*|eligible\s+for|candidate\s+for|declin\w*|refus\w*|without|no)\s(?:[\w-]+\s){0,3}\Z",
    re.I,
)

# "considered unrelated to treatment"
_UNRELATED = lazy(
    r"[^.;]{0,80}?\b(?:unrelated|not\s+(?:(?:thought|considered|felt|deemed|judged)\s+)?(?:to\s+be\s+)?(?:related|attribut\w+|due|secondary))\s+to\s+",
    re.I,
)
# "colitis due to Clostridium difficile": the thing named is what did it
_CAUSE = lazy(
    rf"(?:,?\s?\(?(?:grade|gr\.?|G)\s?[1-5]\)?|\s?\([^()]{{1,40}}\))?{_OCCURRED}?,?\s+(?:(?:which|that|was|were|and|most|likely|probably|presumably|thought|considered|felt|to|be)\s+){{0,5}}(?:{DUE_TO}|(?:caused|induced)\s+by|attributed\s+to)\s+(?P<thing>[^.,;()]{{3,60}})",
    re.I,
)
_TREATMENT = lazy(
    r"treat|therap|drug|chemo|medic|radiat|irradiat|toxic|immun|inhibitor|infus|inject|transplant|surg|operat|resect|ectomy|steroid|antibiotic|agent|contrast|cycle|dose|\bit\b|\bth(?:is|at|em|ese)\b",
    re.I,
)
_MAY_HARM = frozenset({"immunosuppressant", "steroid", "bone"})
# "thrombocytopenia (nadir 14 x 10^9/L on day 15) complicated the first cycle"
_SPOILED = lazy(
    r"(?:\s?\([^()]{1,60}\))?\s+complicated\s+(?:the|her|his|this)\s+(?:[\w-]+\s+)?(?:cycles?|courses?|chemotherapy|treatment|therapy|infusion|induction|consolidation)\b",
    re.I,
)
_ACTS = ("procedures", "radiotherapy")


def laid_to_treatment(context: Context, hit: Hit, index: int, drugs: list[Hit], *, induces: bool, got: bool) -> bool:
    """Say whether the words around an event, or what it is, lay it to one of *drugs* or to a treatment told before.

    *induces* and *got* say whether the sentence has "induced" or "developed" at all.
    """
    s = context.sentences[index]
    text = context.text[s.start : s.end]
    return (
        (induces and _induced(text, hit.start - s.start, drugs, s.start))
        or (got and _after_dose(context, hit, index))
        or _immune(context, hit, index)
        or _by_nature(context, hit, index)
        or (bool(drugs) and (_under(context, hit, drugs, text, s.start) or _attributed(context, hit, drugs, s.end)))
        or (_SPOILED.match(context.text, hit.end, s.end) is not None and drugs_before(context, index))
        or (_AFTER_BEAMS.match(context.text, hit.end, s.end) is not None and _harm(context, hit))
    )


def from_elsewhere(context: Context, hit: Hit, high: int) -> bool:
    """Say whether the text lays an event to something that is no treatment, or says that treatment is not the cause."""
    text = context.text
    if NOT_RELATED.match(text, hit.end, high):
        return True
    denied = _UNRELATED.match(text, hit.end, high)
    if denied and (
        _TREATMENT.search(text, denied.end(), min(high, denied.end() + 30))
        or context.hits_in(denied.end(), min(high, denied.end() + 20), "drugs", "regimens", *_ACTS)
    ):
        return True
    led = _CAUSE.match(text, hit.end, high)
    if led is None or _TREATMENT.search(led["thing"]):
        return False
    return not context.hits_in(*led.span("thing"), "drugs", "regimens", "adverse_events", *_ACTS)


def _attributed(context: Context, hit: Hit, drugs: list[Hit], high: int) -> bool:
    """Say whether the words behind an event lead to a drug: "occurred, attributed to cabozantinib"."""
    since = _SINCE.match(context.text, hit.end, high)
    return since is not None and any(
        h.start <= since.end() + 25 and h.end > since.end() and _may_harm(context, h, since) for h in drugs
    )


def _induced(text: str, at: int, drugs: list[Hit], base: int) -> bool:
    """Say whether one of *drugs* is told to have induced what follows at text[at:]: "cisplatin-induced neuropathy"."""
    m = _INDUCED.search(text, max(0, at - 40), at + 1)  # one more: the word that follows is the event
    if m is None or m.end() < at - 20 or _ANSWERED.search(text, 0, m.start()):
        return False
    return any(h.end - base <= m.end() and h.start >= base + m.start() - 1 for h in drugs)


def _after_dose(context: Context, hit: Hit, index: int) -> bool:
    """Say whether harm is told to have come after a dose: "after the second cycle, she developed"."""
    text, high = context.text, context.sentences[index].end
    low = max(context.sentences[index].start, hit.start - REACH // 2)
    led = _AFTER_DOSE.search(text, low, hit.start) or (
        _DEVELOPED.search(text, low, hit.start) and _THEN_DOSE.match(text, hit.end, high)
    )
    return bool(led and drugs_before(context, index) and _harm(context, hit))


def drugs_before(context: Context, index: int) -> bool:
    """Say whether this sentence or one of the three before it names a drug."""
    low = context.sentences[max(0, index - 3)].start
    return bool(context.hits_in(low, context.sentences[index].end, "drugs", "regimens"))


def _by_nature(context: Context, hit: Hit, index: int) -> bool:
    """Say whether an event is one of treatment by what it is (an infusion reaction), and a treatment is told before."""
    if _RADIATION.match(context.text, hit.start, hit.end):
        return True
    named = of_treatment(context, hit) or _OF_DRUG.search(context.text, hit.start, hit.end) is not None
    return named and drugs_before(context, index)


def _immune(context: Context, hit: Hit, index: int) -> bool:
    """Say whether an event is one that checkpoint inhibitors are known for, and one of these is told before it."""
    if not any(context.terms.attr(c, "immune") == "1" for c in hit.concepts):
        return False
    first, last = context.sentences[index].start, context.sentences[index].end
    first, last = max(first, hit.start - REACH), min(last, hit.end + REACH)
    if context.kind(index) in ("history", "family") or _HAD_BEFORE.search(context.text, first, hit.start):
        return False
    if _NOT_GIVEN.search(context.text, first, last):
        return False
    low = max(context.sentences[max(0, index - 3)].start, first - REACH)
    given = next(
        (
            d
            for d in context.hits_in(low, hit.start, "drugs", "regimens")
            if any(_of_immunity(context, c) for c in d.concepts)
            and not _NOT_YET.search(context.text, max(low, d.start - 30), d.start)
            and not _NOT_GIVEN.search(
                context.text, d.end, min(d.end + REACH, context.sentences[context.sentence_at(d.start)].end)
            )
        ),
        None,
    )
    return given is not None and not _had_it(context, hit, given)


def _had_it(context: Context, hit: Hit, given: Hit) -> bool:
    """Say whether the patient is told to have had an event before the treatment: "with type 1 diabetes and melanoma ..."."""
    return any(
        set(h.concepts) & set(hit.concepts) and context.is_patient_section(context.sentence_at(h.start))
        for h in context.hits_in(0, given.start, "adverse_events")
    )


def _of_immunity(context: Context, concept: str) -> bool:
    """Say whether a drug, or one of a regimen, acts on the immune system."""
    drugs = [concept] if concept.startswith("drugs/") else []
    if concept.startswith("regimens/"):
        drugs = [f"drugs/{d}" for d in (context.terms.attr(concept, "drugs") or "").split("+")]
    return any(context.terms.attr(d, "class") == "immuno" for d in drugs)


def of_treatment(context: Context, hit: Hit) -> bool:
    """Say whether an event of the tables is one of treatment by what it is."""
    event = next((c for c in hit.concepts if c.startswith("adverse_events/")), None)
    return context.terms.attr(event, "treatment") == "1"


def _under(context: Context, hit: Hit, drugs: list[Hit], text: str, base: int) -> bool:
    """Say whether an event came under a drug against the tumour: "on ibrutinib developed", "hearing loss after cisplatin"."""
    if not _harm(context, hit):
        return False
    a, b = hit.start - base, hit.end - base
    for drug in drugs:
        kind = _class(context, drug)
        first, last = drug.start - base, drug.end - base
        if kind in _MAY_HARM and last <= a and _CAUSED.fullmatch(text[last:a]):
            return True
        if kind and kind not in ANTITUMOUR:
            continue
        if last <= a and _CAME.fullmatch(text[last:a]) and _ON.search(text, max(0, first - REACH // 2), first):
            return True
        if (
            last <= a
            and _CAME.fullmatch(text[last:a])
            and _DID_DEVELOP.search(text, last, a)
            and _SUDDEN.search(text, a, b)
            and _ONCE_GIVEN.search(text, max(0, first - 40), first)
        ):
            return True  # "after gemcitabine he developed thrombotic microangiopathy"
        if last <= a and (
            _CAUSED.fullmatch(text[last:a])
            or _ARROW.fullmatch(text[last:a])
            or (text[last:a] == " " and (kind or drug.concepts[0].startswith("regimens/")))
        ):
            return True  # "doxorubicin cardiomyopathy"
        if b <= first and _AFTER.fullmatch(text[b:first]):
            return True
        if b <= first and _WHILE_ON.fullmatch(text[b:first]) and _SUDDEN.search(text, a, b):
            return True  # "the QTc was prolonged to 520 ms on vandetanib"
        if b <= first and _REACTED.fullmatch(text[b:first]) and _REACTION.search(text, a, first):
            return True
    return False


def _class(context: Context, drug: Hit) -> str:
    return context.terms.attr(next((c for c in drug.concepts if c.startswith("drugs/")), None), "class")


def _may_harm(context: Context, drug: Hit, since: re.Match[str]) -> bool:
    """Say whether "under" and "from" lead to what does harm, rather than to a remedy: "COPD under bronchodilators"."""
    if not since.group().strip(" ,").lower().endswith(("under", "from")):
        return True
    kind = _class(context, drug)
    return not kind or kind in ANTITUMOUR or kind in _MAY_HARM


def _harm(context: Context, hit: Hit) -> bool:
    """Say whether a word is one that harm is told with: an event of the tables, or a disease that comes at once."""
    return any(c.startswith("adverse_events/") for c in hit.concepts) or bool(
        _SUDDEN.search(context.text, hit.start, hit.end)
    )
