"""Harm during treatment: what, how bad, what was done, how it ended.

An event is a symptom or disease that the text grades (CTCAE), calls an adverse effect, or tells as a
consequence of a drug. Value: {"grades": ["2", "3"], "severity", "gradeSpan", "cause": [start, end],
"action": [start, end], "outcome": [start, end], "immune": bool}.
"""

from __future__ import annotations

import re

from epicrisis.facts import cultures
from epicrisis.facts.concept_tables import domains_of
from epicrisis.facts.context import Context
from epicrisis.facts.drug_classes import ANTITUMOUR
from epicrisis.facts.event_grades import GRADE, grade, share_grade
from epicrisis.facts.event_outcomes import outcomes
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_GRADED = lazy(r"ctc|g(?:r(?:ade)?\.?)?\s*(?:[≥>1-5]|(?:i{1,3}|iv|v)\b)|°")  # in small letters
_SEVERITY = lazy(r"\b(mild|moderate|severe|life[\s-]threatening|fatal|slight|serious)\b", re.I)
_WORDS = lazy(
    r"\b(?:adverse\s+(?:drug\s+)?(?:events?|effects?|reactions?)|side[\s-]effects?|toxicit(?:y|ies)|drug[\s-]related|treatment[\s-]related|chemotherapy[\s-](?:induced|related)|radiation[\s-]induced|immune[\s-](?:related|mediated)|complicated\s+by|irAEs?|(?-i:AEs)|tolerated\s+(?:\w+\s+){0,2}(?:apart|except|aside|besides|with\s+only)|(?<!exercise\s)(?<!heat\s)(?<!cold\s)(?<!glucose\s)(?<!lactose\s)(?<!orthostatic\s)intoleran(?:t|ce)|toxic)\b",
    re.I,
)
_GENERAL = lazy(
    r"\b(?:no|without|mild|few|minor|tolerable|acceptable|manageable)\s+(?:\w+\s+)?(?:adverse|side|toxic)", re.I
)
_INDUCED = lazy(r"\b(?P<drug>[\w-]+?)[\s-](?:induced|related|associated)\s+(?=\w)", re.I)
_ANSWERED = lazy(r"(?<!due )(?<!secondary )(?<!owing )\bto\s+\Z", re.I)  # "cortisol to insulin-induced hypoglycaemia"
# the beginnings of these words
_WORD_STEMS = stems(
    "adverse side toxic toxicity drug treatment chemotherapy radiation immune complicated irae iraes ae aes tolerated intolerant"
)
_STOP_STEMS = stems(
    "discontinued stopped withdrawn withheld held interrupted suspended ceased paused reduced dose omitted delayed switched terminated"
)
_INDUCED_STEMS = stems("induced related associated")
_SEVERITY_STEMS = stems("mild moderate severe life fatal slight serious")
_GOT_STEMS = stems("developed experienced suffered")
_TREATMENT_STEMS = stems("during on under while after developed experienced suffered")
_BECAUSE = lazy(
    r"\b(?:because|due\s+to|owing\s+to|since|as\s+a\s+result\s+of|secondary\s+to|on\s+account\s+of|caused\s+by|after|following|for)\b",
    re.I,
)
_STOPPED = lazy(
    r"\b(?:discontinu\w+|stopped|withdrawn|withheld|held|interrupted|suspended|ceased|paused|reduced|reduction|dose[\s-]reduced|omitted|delayed(?!\s+(?:enhanc|phase|onset|contrast|gastric|healing|emptying|hypersens|puberty|images?|imaging))|switched|terminated)\b",
    re.I,
)
_ON_TREATMENT = lazy(
    r"\b(?:during\s+(?:\w+\s+){0,3}?(?:medication|treatment|therapy|chemotherapy|infusion|cycles?)|on\s+(?:treatment|therapy)|while\s+(?:on|receiving|taking)|after\s+(?:the\s+)?(?:\w+\s+){0,3}?(?:cycles?|doses?|infusions?|administration|courses?)|developed|experienced|suffered)\b",
    re.I,
)
_TREATED = lazy(
    r"\b(?:received|treated\s+with|managed\s+(?:with|by)?|under\s+control\s+with|controlled\s+(?:with|by)|relieved\s+(?:with|by|after)|improved\s+(?:with|by|after)|symptomatic\s+treatment|treated\s+(?:symptomatically|conservatively)|(?:can|could)\s+be\s+managed\s+symptomatically|managed\s+symptomatically|responded\s+to)\b[^,.;]{0,80}",
    re.I,
)
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
_AFTER = lazy(
    r"\s+(?:after|following)\s+(?:the\s+)?(?:(?:first|second|third|initial|intrathecal|intravenous|oral|high-dose|adjuvant|neoadjuvant|treatment|therapy|administration|infusion|cycles?|doses?|courses?|of|with)\s+){0,4}",
    re.I,
)
_SUDDEN = lazy(r"\bacute\b|itis\b|neutropeni|toxic|failure|injury|syndrome|reaction|pathy\b", re.I)
_BECAUSE_OF = lazy(
    r"\b(?:because\s+of|due\s+to|owing\s+to|on\s+account\s+of|as\s+a\s+result\s+of)\s+(?:(?:an?|the|severe|grade\s+\w+)\s+)*(?:[\w-]+\s+){0,3}\Z",
    re.I,
)
_UNNAMED = lazy(r"(?:drug\s+)?toxicit(?:y|ies)|complications?|side\s+effects?|adverse\s+\w+|discomfort|symptoms?", re.I)
_SINCE = lazy(
    r"(?:\s?\([^()]{1,40}\))?\s*,?\s*(?:(?:since|after)\s+(?:the\s+)?(?:start|initiation|beginning|first\s+dose|starting|commencing|initiating)\b|while\s+(?:on|receiving|taking)\b|(?:(?:which|that)\s+)?(?:(?:was|were|is|and|most|probably|possibly|likely|presumably|considered|thought|judged|deemed|felt|to\s+be|as)\s+){0,5}(?:due|attribut(?:ed|able)|secondary|related)\s+to\b|(?:caused|induced)\s+by\b|from\b|under\b)",
    re.I,
)
_LISTED = lazy(r"\s*(?:,\s*and|,|and|/)\s*(?:\w+\s+)?")
# graded by scales of their own, whatever treatment is going on
_OWN_SCALE = lazy(
    r"varices|(?:vesicoureter\w+|valv\w*|aortic|mitral|tricuspid)\s+(?:reflux|regurgitation|insufficiency|stenosis)|hernia|hydronephrosis|h(?:a)?emorrhoids|varicocele|(?:liver|hepatic)\s+(?:fibrosis|steatosis)|arthrosis|osteoarthritis|dysplasia",
    re.I,
)
_CAUSED = lazy(
    r"(?:\s+(?:therapy|treatment))?\s+(?:caused|induced|led\s+to|resulted\s+in|provoked|triggered)\s+(?:an?\s+)?(?:[\w-]+\s+){0,3}",
    re.I,
)
_REACTED = lazy(r"\s+(?:reactions?\s+)?to\s+(?:the\s+)?", re.I)
_REACTION = lazy(r"reaction|anaphyla", re.I)
_TESTED = lazy(
    r"[\s-]+(?:labs?|precautions|monitoring|screen\w*|panels?|PCR|cultures?|cx|serolog\w+|antigens?|antibod(?:y|ies))\b",
    re.I,
)
# "asparaginase-associated pancreatitis", "immune-related hepatitis"
_OF_DRUG = lazy(
    r"(?:drug|treatment|therapy|immune|inhibitor|asparaginase|steroid|ICI)[\s-](?:induced|associated|related|mediated)\b",
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
_ANTI = lazy(r"\banti[\s-]?\Z", re.I)
_OTHER = frozenset({"cancers", "sites", "responses"})
_TUMOUR = lazy(r"\b(?:tumou?r|carcinoma|metasta|cancer|mass|lesion|nodule)\w*", re.I)


def extract(context: Context) -> list[Fact]:
    """Return adverse-event facts."""
    facts: list[Fact] = []
    named = context.by_sentence("adverse_events", "symptoms", "diseases")
    treated_with = context.by_sentence("drugs", "regimens")
    harmed, halted = context.having(_WORD_STEMS), context.having(_STOP_STEMS)
    treating, got = context.having(_TREATMENT_STEMS), context.having(_GOT_STEMS)
    severe, induces = context.having(_SEVERITY_STEMS), context.having(_INDUCED_STEMS)
    for index, s in context.patient_sentences():
        first, events = len(facts), [h for h in named.get(index, ()) if _possible(context, h)]
        if not events:
            continue
        text = context.text[s.start : s.end]
        grades = list(GRADE.finditer(text)) if _GRADED.search(context.small(index)) else []
        said = _WORDS.search(text) if index in harmed else None
        if said and _GENERAL.search(text) and not grades:
            said = None
        stopped = _STOPPED.search(text) if index in halted else None
        drugs = treated_with.get(index, [])
        on = _ON_TREATMENT.search(text) if index in treating else None
        for hit in events:
            a, b = hit.start - s.start, hit.end - s.start
            value: dict[str, object] = {}
            reason = not _OWN_SCALE.search(text, a, b) and grade(
                text, a, b, grades, value, s.start, [h.start - s.start for h in events if h.start > hit.start]
            )
            # "grade 4 neutropenia and anemia": the grade is that of the list
            listed = (
                facts[-1]
                if facts
                and facts[-1].value.get("grades")
                and _LISTED.fullmatch(context.text[facts[-1].end : hit.start])
                else None
            )
            reason |= listed is not None
            reason |= bool(said and (said.start() < b))
            reason |= index in induces and _induced(text, a, drugs, s.start)
            severity = _SEVERITY.search(text, max(0, a - 25), a) if index in severe else None
            if severity and not lazy(r"[,.;]|\band\b").search(text[severity.end() : a]):
                value["severity"] = severity.group(1).lower()
                # a severity word tells of harm only where a treatment is going on
                reason |= bool(
                    on and on.group().lower().startswith(("during", "on ", "while", "after"))
                ) or _listed_event(facts[first:], index)
            if stopped and _because(text, stopped, a):
                reason = True
                value["action"] = [s.start + stopped.start(), s.start + stopped.end()]
            reason |= index in got and _after_dose(context, hit, index)
            reason |= _immune(context, hit, index)
            reason |= _by_nature(context, hit, index) or (bool(drugs) and _under(context, hit, drugs, text, s.start))
            since = _SINCE.match(text, b) if drugs else None
            if since and any(
                h.start - s.start <= since.end() + 25 and h.end - s.start > since.end() and _may_harm(context, h, since)
                for h in drugs
            ):
                reason = True
            if not reason:
                continue
            treated = _TREATED.search(text, b, b + 90)
            if treated and not any(b < h.start - s.start < treated.start() for h in events):
                value["treatment"] = [
                    s.start + treated.start(),
                    s.start + treated.start() + len(treated.group().rstrip()),
                ]
            if said:
                value["said"] = True
            facts.append(context.fact("adverse_event", hit.start, hit.end, concept=_concept(hit), value=value))
        told = [f for f in facts[first:] if f.sentence == index]
        if grades:
            share_grade(context, told)
        outcomes(context, told, s.end)
    return facts


def _induced(text: str, at: int, drugs: list[Hit], base: int) -> bool:
    """Say whether one of *drugs* is told to have induced what follows at text[at:]: "cisplatin-induced neuropathy"."""
    m = _INDUCED.search(text, max(0, at - 40), at + 1)  # one more: the word that follows is the event
    if m is None or m.end() < at - 20 or _ANSWERED.search(text, 0, m.start()):
        return False
    return any(h.end - base <= m.end() and h.start >= base + m.start() - 1 for h in drugs)


def _after_dose(context: Context, hit: Hit, index: int) -> bool:
    """Say whether harm is told to have come after a dose: "after the second cycle, she developed"."""
    text, low, high = context.text, context.sentences[index].start, context.sentences[index].end
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
    named = _of_treatment(context, hit) or _OF_DRUG.search(context.text, hit.start, hit.end) is not None
    return named and drugs_before(context, index)


def _immune(context: Context, hit: Hit, index: int) -> bool:
    """Say whether an event is one that checkpoint inhibitors are known for, and one of these is told before it."""
    if not any(context.terms.attr(c, "immune") == "1" for c in hit.concepts):
        return False
    s = context.sentences[index]
    if context.kind(index) in ("history", "family") or _HAD_BEFORE.search(context.text, s.start, hit.start):
        return False
    if _NOT_GIVEN.search(context.text, s.start, s.end):
        return False
    low = context.sentences[max(0, index - 3)].start
    given = next(
        (
            d
            for d in context.hits_in(low, hit.start, "drugs", "regimens")
            if any(_of_immunity(context, c) for c in d.concepts)
            and not _NOT_YET.search(context.text, max(low, d.start - 30), d.start)
            and not _NOT_GIVEN.search(context.text, d.end, context.sentences[context.sentence_at(d.start)].end)
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


def _of_treatment(context: Context, hit: Hit) -> bool:
    event = next((c for c in hit.concepts if c.startswith("adverse_events/")), None)
    return context.terms.attr(event, "treatment") == "1"


def _under(context: Context, hit: Hit, drugs: list[Hit], text: str, base: int) -> bool:
    """Say whether an event came under a drug against the tumour: "on ibrutinib developed", "hearing loss after cisplatin"."""
    if not _harm(context, hit):
        return False
    a, b = hit.start - base, hit.end - base
    for drug in drugs:
        kind = context.terms.attr(next((c for c in drug.concepts if c.startswith("drugs/")), None), "class")
        if kind and kind not in ANTITUMOUR:
            continue
        first, last = drug.start - base, drug.end - base
        if last <= a and _ON.search(text, 0, first) and _CAME.fullmatch(text[last:a]):
            return True
        if last <= a and (
            _CAUSED.fullmatch(text[last:a])
            or _ARROW.fullmatch(text[last:a])
            or (text[last:a] == " " and (kind or drug.concepts[0].startswith("regimens/")))
        ):
            return True  # "doxorubicin cardiomyopathy"
        if b <= first and _AFTER.fullmatch(text[b:first]):
            return True
        if b <= first and _REACTED.fullmatch(text[b:first]) and _REACTION.search(text, a, first):
            return True
    return False


def _may_harm(context: Context, drug: Hit, since: re.Match[str]) -> bool:
    """Say whether "under" and "from" lead to what does harm, rather than to a remedy: "COPD under bronchodilators"."""
    if not since.group().strip(" ,").lower().endswith(("under", "from")):
        return True
    kind = context.terms.attr(next((c for c in drug.concepts if c.startswith("drugs/")), None), "class")
    return not kind or kind in ANTITUMOUR or kind in ("immunosuppressant", "steroid", "bone")


def _harm(context: Context, hit: Hit) -> bool:
    """Say whether a word is one that harm is told with: an event of the tables, or a disease that comes at once."""
    return any(c.startswith("adverse_events/") for c in hit.concepts) or bool(
        _SUDDEN.search(context.text, hit.start, hit.end)
    )


def _listed_event(facts: list[Fact], sentence: int) -> bool:
    return any(f.sentence == sentence and f.value.get("grades") for f in facts)


def _possible(context: Context, hit: Hit) -> bool:
    if (
        _UNNAMED.fullmatch(context.text, hit.start, hit.end)
        or (_TUMOUR.search(context.text, hit.start, hit.end) and not _of_treatment(context, hit))
        or _TESTED.match(context.text, hit.end)
        or cultures.names_a_germ(context, hit, context.sentences[context.sentence_at(hit.start)].start)
        or _ANTI.search(context.text[max(0, hit.start - 6) : hit.start])
    ):
        return False
    return _OTHER.isdisjoint(domains_of(context.meant(hit)))


def _concept(hit: Hit) -> str:
    return sorted(
        hit.concepts, key=lambda c: ("adverse_events/", "symptoms/", "diseases/").index(c.partition("/")[0] + "/")
    )[0]


def _because(text: str, stopped: re.Match[str], at: int) -> bool:
    """Say whether the event at *at* is the reason why a treatment was stopped or reduced."""
    if stopped.end() <= at:
        m = _BECAUSE.search(text, stopped.end(), at)
        return bool(m) and at - stopped.end() < 110 and ";" not in text[stopped.end() : at]
    between = text[at : stopped.start()]
    if len(between) < 70 and ";" not in between and _BECAUSE_OF.search(text, max(0, at - 45), at):
        return True  # "because of a skin rash (grade 3), imatinib was interrupted"
    return len(between) < 90 and bool(
        lazy(
            r"\b(?:therefore|thus|so|leading\s+to|resulting\s+in|requir(?:ing|ed)|necessitat\w+|led\s+to|prompted|consequently|and\s+(?:the\s+)?(?:drug|treatment|therapy|dose))\b",
            re.I,
        ).search(between)
    )
