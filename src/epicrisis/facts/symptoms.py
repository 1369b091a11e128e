"""Signs, symptoms and findings that the tables know, with their site and severity word.

Value: {"site", "siteText", "severity", "phrase": [start, end]}; "social" marks what is a habit ("smoker").
A word that says that nothing ails the patient ("asymptomatic", `state=1` in the table) is a fact of the kind state.
"""

from __future__ import annotations

import re

from epicrisis.facts import organ_findings, phrase
from epicrisis.facts.acts_on_lesions import LESION
from epicrisis.facts.concept_tables import domains_of
from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
from epicrisis.facts.sentences import Sentence
from epicrisis.kept import lazy
from epicrisis.terminology import Hit

_SEVERITY = lazy(
    r"\b(mild|moderate|severe|slight|marked|massive|persistent|intermittent|progressive|acute|chronic|small amount of|large amount of|minimal|extensive|high|low[- ]grade)\b",
    re.I,
)
_SEVERITY_STEMS = stems(
    "mild moderate severe slight marked massive persistent intermittent progressive acute chronic small large minimal "
    "extensive high low"
)
_COMPLAINT = lazy(
    r"\b(?:pain|tenderness|mass|masses|lesions?|nodules?|swelling|discomfort|enlargement|invasion|infiltration|involvement|effusion|obstruction|stenosis|perforation|bleeding|thrombosis|edema|oedema|adhesions?|ulcers?|ulceration|necrosis|distension|distention|thickening|dilatation|dilation)\b",
    re.I,
)

# "as consolidation", "consolidation chemotherapy": a phase of treatment
_TREATMENT = lazy(
    r"\b(?:as|for|of|HiDAC|cytarabine|chemotherapy|durvalumab)\s+consolidation\b(?!\s+(?:in|of)\s+the)|\bconsolidation\s+(?:chemo|radio|thera|treat|phase|cycle|course|immuno)",
    re.I,
)
_SPECIMEN = lazy(
    r"\b(?:in|from|on|of|his|her|the)\s+(?:the\s+|his\s+|her\s+|an?\s+)?\Z|\A\Z", re.I
)  # "found in the sputum"
_LARGE = lazy(r"(?:enlarged|swollen)\b", re.I)
_CLOCKED = lazy(r"\s+(?:times?|cx|cultures?|swabs?|cytology)\b", re.I)  # "warm ischemia time", "sputum culture"
_LOST = lazy(
    r"\b(?:loss|gain|stenos[ie]s|narrowing|occlusion|obstruction)\b", re.I
)  # "14% weight loss", "a 90% stenosis"
_DISEASES = frozenset({"cancers", "diseases"})
_SHARE = lazy(r"\d\s?%\s+(?:tumou?r\s+)?\Z")  # "95% necrosis" tells how a tumour has responded

_EATEN = lazy(r"\s+(?:diets?|intake|foods?|formula)\b", re.I)  # "a low-phosphate diet"
# of a melanoma, whose stage it makes
_ULCERATED = lazy(
    r"\b(?:(?P<no>non|not|un|without)[\s-]?)?(?P<what>ulcerated)\b(?!\s+(?:mass|lesion|plaque|nodule))", re.I
)
_ULCERATED_STEMS = stems("ulcerated nonulcerated unulcerated notulcerated")
_MELANOMA = lazy(r"melanoma|breslow", re.I)
_LESION = lazy(r"\b(?:lesions?|mass(?:es)?|nodules?)\Z", re.I)


def extract(context: Context) -> list[Fact]:
    """Return symptom facts."""
    facts: list[Fact] = []
    named, severe = context.by_sentence("symptoms", "adverse_events"), context.having(_SEVERITY_STEMS)
    ulcerated = context.having(_ULCERATED_STEMS)
    for i, s in context.patient_sentences():
        for hit in named.get(i, ()):
            concepts = sorted(hit.concepts, key=lambda c: not c.startswith("symptoms/"))
            if not concepts[0].startswith("symptoms/") and not _DISEASES.isdisjoint(domains_of(context.meant(hit))):
                continue
            if _EATEN.match(context.text, hit.end, s.end):
                continue
            if _TREATMENT.search(context.text, max(s.start, hit.start - 14), min(s.end, hit.end + 14)):
                continue
            if hit.concepts[0] == "symptoms/consolidation" and not _of_lung(context, hit, s):
                continue
            if _LARGE.match(context.text, hit.start, hit.end) and LESION.match(context.text, hit.end, s.end):
                continue  # "an enlarged liver metastasis" is no large liver
            if hit.concepts[0] == "symptoms/sputum" and _SPECIMEN.search(
                context.text, max(s.start, hit.start - 24), hit.start
            ):
                continue
            if _CLOCKED.match(context.text, hit.end, s.end):
                continue
            if _SHARE.search(context.text, max(s.start, hit.start - 16), hit.start) and not _LOST.search(
                context.text, hit.start, hit.end
            ):
                continue
            value: dict[str, object] = {}
            begin = phrase.left(context, hit.start, s.start)
            before = context.hits_in(begin, hit.start, "sites")
            after = (
                phrase.of_phrase(context, hit.end, s.end)
                if _COMPLAINT.search(context.text, hit.start, hit.end)
                else None
            )
            site = before[-1] if before else after[1] if after else None
            end = after[0] if after and not before else hit.end
            if site:
                value["site"] = next(c for c in site.concepts if c.startswith("sites/"))
                value["siteText"] = context.text[site.start : site.end]
            elif _LESION.search(context.text, hit.start, hit.end) and (inner := phrase.inner_site(context, hit)):
                value["site"], value["siteText"] = inner[2], context.text[inner[0] : inner[1]]  # "liver lesions"
            severity = i in severe and _SEVERITY.search(context.text, max(s.start, hit.start - 30), hit.start)
            if severity and not lazy(r"[,.;]|\band\b").search(context.text[severity.end() : hit.start]):
                value["severity"] = severity.group(1).lower()
            value["phrase"] = [begin, end]
            if context.terms.attr(concepts[0], "social"):
                value["social"] = True
            kind = "state" if context.terms.attr(concepts[0], "state") else "symptom"
            facts.append(context.fact(kind, hit.start, hit.end, concept=concepts[0], value=value))
        for m in _ULCERATED.finditer(context.text, s.start, s.end) if i in ulcerated else ():
            if not _MELANOMA.search(context.text, s.start, s.end):
                break
            fact = context.fact("symptom", m.start("what"), m.end(), concept="symptoms/ulcer", value={})
            fact.negated = m["no"] is not None
            facts.append(fact)
    return facts + organ_findings.extract(context, facts)


def _of_lung(context: Context, hit: Hit, s: Sentence) -> bool:
    """Say whether a consolidation is one that an image shows, and not a phase of treatment."""
    if context.hits_in(s.start, s.end, "drugs", "regimens", "radiotherapy"):
        return False
    seen = context.hits_in(s.start, s.end, "imaging")
    return bool(seen) or any(
        "lung" in c or "lobe" in c for h in context.hits_in(s.start, s.end, "sites") for c in h.concepts
    )
