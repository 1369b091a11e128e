"""Operations, biopsies, ablations and other things done to the patient.

A term of the tables, or a word that names an operation (its ending tells: -ectomy, resection),
grows to its noun phrase. "Excision of the tumour, rectum and uterus" is three acts.
Value: {"head": word, "site": concept, "siteText", "laterality", "approach", "category", "object"}.
"""

from __future__ import annotations

import re
from functools import cache

from epicrisis import resources
from epicrisis.facts import acts_on_objects, phrase
from epicrisis.facts.act_heads import act_heads, head_words
from epicrisis.facts.acts_named import DONE_TO, no_act, points_back
from epicrisis.facts.acts_on_lesions import LESION
from epicrisis.facts.anchors import Anchors
from epicrisis.facts.chemoradiation import CHEMORADIATION
from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import stems, stems_of
from epicrisis.kept import lazy
from epicrisis.terminology import Hit, fold

_ENDS = lazy(
    r"\s*(?:[,.;:()\[]|\Z|(?:and|or|as|was|were|with|in|on|under|by|for|at|via|through|using|followed|after|before|due|to|had|has|is|are|which|that|because|followed)\b)",
    re.I,
)
_PLACING = lazy(r"\b(?:post|pre)-\Z", re.I)
_WHEN = lazy(r"(?:(?:post|pre)-?)?(?:chemo|radio|chemoradio)(?:therapy)?\s+", re.I)  # of "post-chemotherapy resection"
_STATE = lazy(r"(?<=transfusion)[\s-]+(?:in)?depend", re.I)
_WAS = lazy(
    r"\s*(?:\([^)]{0,40}\)\s*)?(?:was|were|had\s+been|has\s+been|have\s+been|is|are)\s+(?:[a-z]+ly\s+|then\s+|also\s+|subsequently\s+)*"
    r"|\s*(?:\([^)]{0,40}\)\s*)?(?:was|were)\s+(?:\w+\s+){0,2}",
    re.I,
)
_AND_HEAD = lazy(r"\s+and\s+(?P<head>[a-z]+)\b", re.I)


@cache
def _words() -> dict[str, re.Pattern[str]]:
    data = resources.toml("cues", "procedures.toml")
    heads = "|".join(sorted(data["heads"]["words"], key=len, reverse=True))
    endings = "|".join(data["heads"]["endings"])
    verbs = "|".join(data["verbs"]["words"])
    approaches = "|".join(sorted(data["approaches"]["words"], key=len, reverse=True))
    nots = "|".join(data["heads"]["not"])
    return {
        "head": lazy(rf"\b(?!(?:{nots})\b)(?:{heads}|\w{{2,}}(?:{endings}))\b", re.I),
        "verb": lazy(
            rf"\b(?:was|were|been|be|is|successfully|surgically|completely|partially|radically|endoscopically|totally|then)\s+(?:(?:then|also|successfully|surgically|completely|partially|radically|totally|laparoscopically|endoscopically|subsequently)\s+)?(?P<verb>{verbs})\b",
            re.I,
        ),
        "approach": lazy(rf"\b(?:{approaches})\b", re.I),
    }


@cache
def _verbs() -> frozenset[str]:
    return stems_of(resources.toml("cues", "procedures.toml")["verbs"]["words"])


# "the ileostomy was closed": the act is another one, told by its verb
_UNDONE_AGAIN = lazy(
    r"\s+(?:was|were)\s+(?:then\s+|later\s+|subsequently\s+|successfully\s+)?(?:closed|reversed|taken\s+down|removed)\b",
    re.I,
)
_DAY = lazy(r"(?<!\d)\d{1,2}[ .-]\s?\Z")  # 12 APR 2019: a month, no abdominoperineal resection

# "total abdominal hysterectomy": the way in, not the place
_WAY_IN = lazy(r"(?:abdominal|vaginal|perineal)\s+(?:[\w-]+\s+){0,2}?(?!lymph|lipectomy)\w{3,}ectomy\b", re.I)

_VERB_BEGINS = stems(
    "was were been be is successfully surgically completely partially radically endoscopically totally then"
)


def extract(context: Context) -> list[Fact]:
    """Return procedure facts, one per act."""
    words = _words()
    facts: list[Fact] = []
    heads, named, told = act_heads(context), context.by_sentence("procedures"), context.having(_verbs())
    for i, s in context.patient_sentences():
        if not (i in heads or i in named or i in told):
            continue
        anchors = Anchors()
        for known in named.get(i, ()):
            if known.concepts[0] == CHEMORADIATION:
                continue  # is told as radiotherapy and as drugs
            if _PLACING.search(context.text, max(s.start, known.start - 6), known.start) or _STATE.match(
                context.text, known.end, s.end
            ):
                continue  # "post-chemotherapy lymph node dissection", "transfusion independent"
            if context.text[known.start : known.end] != "APR" or not _DAY.search(context.text, s.start, known.start):
                anchors[known.start] = (known.end, known)
        for at, stop in heads.get(i, ()):
            if (
                at < s.end
                and not anchors.cover(at)
                and not _of_disease(context, at, stop)
                and not _STATE.match(context.text, stop, s.end)
            ):
                anchors[at] = (stop, None)
        for m in context.find(words["verb"], _VERB_BEGINS, s.start, s.end) if i in told else ():
            a, b = m.span("verb")
            if not anchors.cover(a):
                anchors[a] = (b, None)
        taken = s.start
        for start in sorted(anchors):
            end, hit = anchors[start]
            if no_act(context.text, start, end, s.start, s.end):
                continue
            if points_back(context, start, end, s.start, s.end) or _UNDONE_AGAIN.match(context.text, end, s.end):
                continue
            if start < taken and facts and facts[-1].end >= end:
                continue
            made = _act(context, start, end, hit, max(taken, s.start), s.end, words)
            facts += made
            taken = max([taken, *(f.end for f in made)])
    return facts + acts_on_objects.extract(context, facts)


# what is put in and taken out again
_DEVICE = lazy(
    r"\b(?:drains?|catheters?|tubes?|sutures?|stitches|staples?|stents?|ports?|port-a-cath|lines?|devices?|packs?|packing|dressings?|cannulas?|needles?|electrodes?)\s+(?:was|were|had\s+been|could\s+be)\s+(?:\w+\s+)?\Z",
    re.I,
)


_SPREAD_OF = lazy(r"\b(?:metasta\w+|recurrences?|deposits?)\s+(?:from|of)\s+(?:the\s+|an?\s+|his\s+|her\s+)?\Z", re.I)


def _subject(context: Context, start: int, low: int) -> tuple[int, Hit] | None:
    """Return where "the left kidney was resected" begins, and what was operated on."""
    hits = context.hits_in(max(low, start - 90), start, "sites", "cancers", "symptoms")
    if not hits or not _WAS.fullmatch(context.text[hits[-1].end : start]):
        return None
    spread = _SPREAD_OF.search(context.text, low, hits[-1].start)
    if spread:  # "liver metastases of a colon cancer were resected"
        places = context.hits_in(max(low, spread.start() - 40), spread.start(), "sites")
        if not places or context.text[places[-1].end : spread.start()].strip():
            return None
        hits = places
    return phrase.left(context, hits[-1].start, max(low, start - 90)), hits[-1]


def _of_disease(context: Context, start: int, end: int) -> bool:
    """Say whether a word is part of a disease's name: "tumor lysis syndrome" is no lysis."""
    around = context.hits_in(max(0, start - 30), end + 30, "adverse_events", "diseases")
    return any(h.start < start and end <= h.end for h in around)


def _act(
    context: Context, start: int, end: int, hit: Hit | None, low: int, high: int, words: dict[str, re.Pattern[str]]
) -> list[Fact]:
    text = context.text
    head = text[start:end]
    begin = phrase.left(context, start, low)
    when = _WHEN.match(text, begin, start)
    begin = when.end() if when else begin
    concept = hit.concepts[0] if hit else _known(context, head)
    first_end = end
    if hit is None or DONE_TO.match(head):
        subject = _subject(context, start, low)
        if subject:
            return [_fact(context, subject[0], end, head, concept, subject[1], words)]
        if hit is None and _DEVICE.search(text, max(low, start - 60), start):
            return []  # "the chest drain was removed"
    more: list[tuple[int, int, Hit]] = []
    objects = _objects(context, end, high)
    if objects:
        first_end = objects[0][1]
        more = objects[1:]
    else:
        m = _AND_HEAD.match(text, end, high)
        if (
            m
            and words["head"].fullmatch(m["head"])
            and not head.isupper()
            and m["head"].islower()
            and not _stands_alone(context, head, m, high)
        ):
            first_end = m.end()  # "incision and suture" of one place
    facts = [_fact(context, begin, first_end, head, concept, objects[0][2] if objects else None, words)]
    for a, b, site in more:
        facts.append(_fact(context, a, b, head, concept, site, words, coordinated=True))
    return facts


_WHOLE_ACT = lazy(r"(?:therapy|chemo|treatment|surgery|surgeries|operation|transplantation|transplant)\Z", re.I)


def _stands_alone(context: Context, head: str, m: re.Match[str], high: int) -> bool:
    """Say whether a second act after "and" is one of its own ("ablation and chemoembolization")."""
    word = m["head"]
    if _WHOLE_ACT.search(head) or _WHOLE_ACT.search(word) or word in ("resection", "excision"):
        return True  # "neoadjuvant chemotherapy and surgery"
    if fold(word).endswith(head_words()[1]) or lazy(r"\s+of\b").match(context.text, m.end(), high):
        return True  # "resection and tracheostomy", "splenectomy and resection of the vaginal stump"
    concept = _known(context, word)
    return context.terms.attr(concept, "category") in ("ablation", "embolization", "transplant", "biopsy", "drainage")


def _objects(context: Context, at: int, high: int) -> list[tuple[int, int, Hit]]:
    """Return what was operated on, of an "of ..." list after the head."""
    m = lazy(r"\s+(?:of|from)\s+(?:the\s+|a\s+|an\s+|his\s+|her\s+|both\s+)?", re.I).match(context.text, at, high)
    if not m:
        return []
    found: list[tuple[int, int, Hit]] = []
    at = m.end()
    while True:
        hits = context.hits_in(at, min(high, at + 70), "sites", "cancers", "symptoms", "metastases")
        head: Hit | None = None
        for hit in hits:
            between = context.text[at : hit.start] if head is None else context.text[head.end : hit.start]
            if len(between.split()) > (4 if head is None else 1) or lazy(
                r"[,;:.()]|\b(?:and|or|was|were|with|showed|which|that|revealed|confirmed|demonstrated|disclosed|suggested|identified|yielded|indicated|had|then|is|in|for|under|by)\b"
            ).search(between):
                break
            head = hit
        if head is None:
            return found
        if found and not _ENDS.match(context.text, head.end, high):
            return found  # "and terminal ileal stoma": the site belongs to another act
        lesion = LESION.match(context.text, head.end, high)
        found.append((at, lesion.end() if lesion else head.end, head))
        link = lazy(r"\s*(?:,\s*and|,|and|as\s+well\s+as|&)\s+(?:the\s+|a\s+|an\s+|his\s+|her\s+)?", re.I).match(
            context.text, found[-1][1], high
        )
        if not link or len(found) > 7:
            return found
        at = link.end()


def _known(context: Context, head: str) -> str | None:
    found = [c for c in context.terms.lexicon.lookup(head) if c.startswith("procedures/")]
    return found[0] if found else None


def _fact(
    context: Context,
    start: int,
    end: int,
    head: str,
    concept: str | None,
    site: Hit | None,
    words: dict[str, re.Pattern[str]],
    *,
    coordinated: bool = False,
) -> Fact:
    span = context.text[start:end]
    if site and _WAY_IN.match(context.text, site.start, end):
        site = None
    named = [h for h in context.hits_in(start, end, "sites") if not _WAY_IN.match(context.text, h.start, end)]
    place = next((h for h in ([site] if site else []) if any(c.startswith("sites/") for c in h.concepts)), None) or (
        named[-1] if named else None
    )
    value: dict[str, object] = {"head": head.lower()}
    if place:
        value["site"] = next((c for c in place.concepts if c.startswith("sites/")), None)
        value["siteText"] = context.text[place.start : place.end]
    else:
        for hit in context.hits_in(start, end):
            inner = phrase.inner_site(context, hit)
            if inner and not _WAY_IN.match(context.text, inner[0], end):
                value["site"], value["siteText"] = inner[2], context.text[inner[0] : inner[1]]
    side = phrase.laterality(span)
    if side:
        value["laterality"] = side
    approach = words["approach"].search(context.text, start, end)
    if approach:
        value["approach"] = approach.group()
    if coordinated:
        value["coordinated"] = True
    return context.fact(
        "procedure", start, end, concept=_composed(context, span, head, concept, coordinated), value=value
    )


_UP_TO_OBJECT = lazy(r"^.*?\b(?:of|from)\s+(?:the\s+|a\s+|an\s+|his\s+|her\s+|both\s+)?", re.I | re.S)


def _composed(context: Context, span: str, head: str, concept: str | None, coordinated: bool) -> str | None:
    """Return the act that head and object name together: the excision of a whole uterus is a hysterectomy."""
    if concept is not None and context.terms.attr(concept, "site"):
        return concept
    small = span.lower()
    object_ = _UP_TO_OBJECT.sub("", span) if not coordinated and ("of" in small or "from" in small) else span
    if head.lower().startswith("biops"):  # that of a lesion in the liver is one of the liver
        object_ = LESION.sub("", object_)
    for name in (span, f"{head} of {object_}", f"{object_} {head}"):
        known = _known(context, name)
        if known:
            return known
    return concept
