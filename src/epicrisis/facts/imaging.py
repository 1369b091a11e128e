"""Imaging and other tests, with what they showed.

Value: {"kind": "imaging" | "diagnostic", "modality", "site", "siteText", "contrast", "phrase": [start, end],
"findings": [start, end], "interpretation", "wordSpan"} - the findings are the words after "showed" up to the end of
the clause; an examination that "was normal" has the word as `labs` have it.
"""

from __future__ import annotations

import re

from epicrisis.facts import phrase, resultwords
from epicrisis.facts.brackets import closed
from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy

_SHOWED = lazy(
    r"\b(?:showed|shows|showing|revealed|reveals|revealing|demonstrated|demonstrating|disclosed|detected|indicated|indicating|suggested|suggesting|confirmed|confirming|identified|found|displayed|depicted|visuali[sz]ed|was|were|remained|reported|diagnosed)\b",
    re.I,
)
_CONTRAST = lazy(r"\b(?:contrast|enhanced|gadolinium|Gd)\b", re.I)
_ADJECTIVE = lazy(r"(?:ic|ical)\Z", re.I)
_GUIDES = lazy(r"[\s‐-―-]*(?:fluoroscop\w+[\s-]*)?(?:guided|guidance|assisted|directed)\b", re.I)
_FINDS = lazy(r"\s+(?:showed|revealed|confirmed|demonstrated|diagnos\w+)\b", re.I)
_REPORT = lazy(
    r"\b(?:(?:post-?operative\s+|surgical\s+|final\s+|anatomic(?:al)?\s+)?(?:patholog(?:y|ic|ical)|histolog(?:y|ic|ical)|histopatholog(?:y|ic|ical)|microscop(?:y|ic|ical)|cytolog(?:y|ic|ical))(?:\s+(?:results?|examinations?|reports?|findings?|analys[ie]s|diagnosis|evaluation|study|studies|assessment|review))?)\b",
    re.I,
)

_ACT = r"(?:performed|conducted|done|given|started|administered|carried|taken|begun|changed|switched|stopped|discontinued|resumed|initiated|commenced|added|planned|scheduled|decided|treated|referred|admitted|transferred)\b"
# where what was found ends, and what was done begins
_NEXT = lazy(
    rf"(?:,\s+and\s+[\w -]{{0,80}}(?:,[\w -]{{0,60}}){{0,4}}\b(?:was|were)\s+(?:then\s+|therefore\s+)?{_ACT}"
    rf"|,\s*(?:and\s+|so\s+)?(?:(?:a|the)\s+)?[\w -]{{0,60}}?\b(?:was|were)\s+(?:then\s+|therefore\s+)?{_ACT}"
    rf"|\s+and\s+(?:(?:a|an|the)\s+)?(?:[\w/.-]+\s+){{1,9}}?(?:was|were)\s+(?:then\s+|therefore\s+)?{_ACT}"
    r"|,?\s+(?:and|so|but)\s+(?:he|she|the\s+patient|we)\s+(?:was|were|had|underwent|received|started|decided|began|proceeded|performed|continued|remained|developed|died|declined|refused|agreed|stopped)\b"
    r"|,?\s+and\s+(?:in|on)\s+(?:early\s+|late\s+)?(?:\d|[A-Z])[\w\s,./-]{2,24}?\s(?:s?he|the\s+patient|they|we)\b"
    # what another test showed, or a later one
    r"|,?\s+(?:and|but|while|whereas)\s+(?:(?:the|her|his|serum)\s+){0,2}(?:PSA|CEA|AFP|LDH|CA[\s-]?\d+(?:[-.]\d)?|tumou?r\s+markers?|[\w-]+\s+levels?)\s+(?:levels?\s+)?(?:\w+\s+)?(?:rose|fell|increased|decreased|declined|dropped|normali[sz]ed|remained|was|were)\b"
    r"|,?\s+but\s+(?:after|at|by|following)\s|[;]|\s*(?:→|⇒|->))"
)

# a word that each of these has, or the semicolon
_MAY_GO_ON = lazy(
    r";|→|⇒|->|\b(?:w(?:as|ere|e)|but|s?he|patient|rose|fell|increased|decreased|declined|dropped|normali[sz]ed|remained)\b"
)
# "on MRI (12 May), a mass was observed in the fossa": what it showed stands before the verb too
_LED_IN = lazy(r"\s*(?:\([^()\n]{1,40}\)\s*)?,\s+(?=\w)")
_OBSERVED = lazy(
    r"\s+(?:also\s+|then\s+|\w+ly\s+)?(?:observed|seen|noted|noticed|detected|identified|found|visuali[sz]ed|present|visible|evident)\b",
    re.I,
)
_OTHER_SUBJECT = lazy(r",?\s+and\s+(?:the|a|an|his|her|he|she|no|since|there|they|it|then)\s")
_DONE = lazy(rf"\s+(?:then\s+|also\s+)?(?:{_ACT}|(?:used|obtained|ordered|repeated|undertaken|requested)\b)", re.I)

# "Bone scan: multiple metastases", "CT chest (12.03.2019): no metastases"
_COLON = lazy(
    r"(?:\s+(?:of\s+the\s+)?[\w/-]+(?:\.\d+)*){0,3}\s*(?:\([^()]{1,24}\)\s*)?:(?=\s*[A-Za-z]|\s+\d[\d.,x× ]*\s?[cm]m\b|\s+\d{1,2}\s(?:[\w-]+\s){0,2}(?:lesions?|foci|nodules?|metastas\w+|nodes?|masses)\b)"
)
_REPORTS = stems("pathology histology microscopy cytology")
_COUNTRY = lazy(r"\b(?:in|to|from|across|within|of|throughout)\s+the\s\Z", re.I)  # "moved to the US"


def extract(context: Context) -> list[Fact]:
    """Return imaging, test and pathology facts."""
    facts: list[Fact] = []
    named, reported = context.by_sentence("imaging"), context.having(_REPORTS)
    for i, s in context.patient_sentences():
        last = s.start
        for hit in named.get(i, ()):
            if context.text[hit.start : hit.end] == "CMR" and any(
                h.start == hit.start and any(c.startswith("responses/") for c in h.concepts)
                for h in context.hits_in(hit.start, hit.end)
            ):
                continue  # CMR: the metabolic response, rather than the heart's MRI
            if context.text[hit.start : hit.end] == "US" and _COUNTRY.search(context.text, s.start, hit.start):
                continue
            fact = _study(context, hit.start, hit.end, hit.concepts[0], max(last, s.start), s.end)
            if _GUIDES.match(context.text, hit.end, s.end):
                fact.value["guides"] = True  # "CT-guided biopsy" is the biopsy
            facts.append(fact)
            last = hit.end
        if i not in reported:
            continue
        text = context.text[s.start : s.end]
        for m in _REPORT.finditer(text):
            a, b = s.start + m.start(), s.start + m.end()
            if _ADJECTIVE.search(m.group()) and not _FINDS.match(text, m.end()):
                continue  # "microscopic fields", "pathological features"
            found = _findings(context, b, s.end)
            if found:
                facts.append(context.fact("pathology", a, b, value={"findings": found}))
    return facts


def _study(context: Context, start: int, end: int, concept: str, low: int, high: int) -> Fact:
    terms = context.terms
    begin = phrase.left(context, start, low)
    words = context.text[begin:end]
    value: dict[str, object] = {"kind": terms.attr(concept, "kind", "imaging"), "phrase": [begin, end]}
    modality = terms.attr(concept, "modality")
    if modality:
        value["modality"] = modality
    sites = context.hits_in(begin, start, "sites")
    after = phrase.of_phrase(context, end, high)
    site = sites[-1] if sites else after[1] if after else None
    if site:
        value["site"] = next(c for c in site.concepts if c.startswith("sites/"))
        value["siteText"] = context.text[site.start : site.end]
        if after and not sites:
            value["phrase"] = [begin, after[0]]
    if _CONTRAST.search(words):
        value["contrast"] = True
    found = _findings(context, end, high)
    if found:
        value["findings"] = found
    elif (said := _SHOWED.search(context.text, end, min(high, end + 90))) and _DONE.match(context.text, said.end()):
        value["performed"] = True
    told = resultwords.after(context.text, end, high) or _whole(context.text, found)
    if told:
        value["interpretation"], value["wordSpan"] = told[2], [told[0], told[1]]
    kind = "imaging" if value["kind"] == "imaging" else "test"
    return context.fact(kind, start, end, concept=concept, value=value)


def _findings(context: Context, at: int, high: int) -> list[int] | None:
    """Return the span of what a study showed: after its verb, before the next study or the clause's end."""
    m = _COLON.match(context.text, at, high) or _SHOWED.search(context.text, at, min(high, at + 90))
    if m and m.group().lower() in ("was", "were") and _DONE.match(context.text, m.end()):
        # "was performed and showed": what it showed comes later, if at all
        m = _SHOWED.search(context.text, m.end() + 8, min(high, m.end() + 90))
        m = None if m and m.group().lower() in ("was", "were") else m
    if m is None or (m.group().lower() in ("was", "were") and _OTHER_SUBJECT.search(context.text, at, m.start())):
        return None  # "on the CT of 12 January, and the drug was held"
    between = context.hits_in(at, m.start(), "imaging")
    if between and lazy(r",|\band\b").search(context.text[at : between[0].start]) is None:
        return None
    end = high
    following = [h for h in context.hits_in(m.end(), high, "imaging") if h.start > m.end() + 10]
    for h in following:
        a = phrase.left(context, h.start, m.end())
        cut = lazy(r"[,;]?\s*(?:(?:and|while|whereas|but)\s+)?(?:a\s+|an\s+|the\s+)?\Z").search(
            context.text[m.end() : a]
        )
        end = m.end() + cut.start() if cut else a
        break
    text = context.text[m.end() : end]
    stop = _NEXT.search(text) if _MAY_GO_ON.search(text) else None
    if stop:
        end = m.end() + stop.start()
    led = _LED_IN.match(context.text, at, m.start()) if _OBSERVED.match(context.text, m.end(), end) else None
    start = led.end() if led else m.end()
    while start < end and context.text[start] in " \n:,":
        start += 1
    words = context.text[start:end]
    if closed(context.text, start, end):
        end = start + _unbalanced(words)  # "(MRI: leukoencephalopathy)": the brackets in which all this stands
    while end > start and context.text[end - 1] in " \n.,;":
        end -= 1
    return [start, end] if end - start > 3 else None


def _whole(text: str, found: list[int] | None) -> tuple[int, int, str] | None:
    """Return the word of a result where it is all that was found: "the last colonoscopy 2 years before was normal"."""
    words = resultwords.find(text[found[0] : found[1]]) if found else []
    if not found or not words or (words[0][0], words[-1][1]) != (0, found[1] - found[0]) or len(words) > 1:
        return None
    return found[0], found[1], words[0][2]


def _unbalanced(words: str) -> int:
    """Return where a closing bracket stands that nothing opened."""
    depth = 0
    for i, c in enumerate(words):
        depth += (c == "(") - (c == ")")
        if depth < 0:
            return i
    return len(words)
