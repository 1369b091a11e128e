"""Noun phrases around a term: its modifiers to the left, "of the ..." to the right, lists of sites."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from epicrisis.facts.context import Context
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy
from epicrisis.terminology import Hit, Terminology

# words at which a noun phrase begins anew
STOP = frozenset(
    "a an the this that these those his her its their our my and or but nor of in on at to from by with without for into "
    "under over after before during until while when who which whose where as than then also there it he she they we "
    "was were is are be been being has have had did do does may might can could will would should shall must not no "
    "declined refused rejected accepted chose elected opted offered "
    "underwent received undergo undergoes showed showing shows revealed reveals reveal suggested suggests indicated demonstrated "
    "performed conducted done given found noted noticed seen presented developed diagnosed confirmed included including includes followed "
    "perform performing initiating initiate denied denies receiving received currently induces induced undergoing planning plan plans decided deny require requires requiring including include obtain obtained using attempt attempted daily weekly monthly previous past prior "
    "causing caused causes detect detects detected disclose disclosed identify identified displayed displays exhibited exhibits contained contains consisted following confirmed confirms "
    "preceded prompted led allowed enabled necessitating prompting mg/kg mg/m2 x2 x3 x4 treated started stopped planned because since due via using through between per about approximately subsequent subsequently "
    "however therefore moreover furthermore initial repeat repeated another any some each both all such same other further additional "
    "patient patients she's he's if so despite following first second third fourth fifth only again later i.e e.g one two three four five six "
    "seven eight nine ten several many most few case report complete attempted scheduled required recommended considered "
    "cycle cycles course courses undergone status post plus excluded excludes excluding ruled rules rule out supported supports awaiting necessitated required failed suspected possible probable presumed versus vs s p sought seeks needing needs wants cm mm day days week weeks month months year years comprising prefers preferred preferring although though whereas since sized receive receives".split()
)
# "muscle-invasive bladder cancer": what a tumour grows into is not where it comes from
INVADED = lazy(r"[\s-]*(?:invasive|invading|infiltrating|involving|negative|positive|sparing)\b", re.I)
_GUIDED = lazy(r"(?:contrast|video|robot|image|ct|ultrasound|guided)")
_GAP = lazy(r"[ \t\-‐-―/]*\n?[ \t]*\Z")
_LATERALITY = lazy(
    r"\b(left|right|bilateral|bilaterally|both(?=\s+(?:the\s+)?(?:lungs?|kidneys?|breasts?|ovar|adrenal|eyes?|legs?|arms?|sides?|groins?|axill|adnex|lobes?|hips?|femur|testi|tonsil|parotid|thyroid|ureter|fallopian|tubes?|iliac|hemispheres?|pleura)))(?:[\s-]sided)?\b",
    re.I,
)
_LINK = lazy(
    r"\s*(?:,\s*and|,|and|or|as\s+well\s+as|&|\+|/)\s+(?:of\s+)?(?:the\s+|both\s+|a\s+|an\s+|her\s+|his\s+)?|/", re.I
)
_NOT_WITHIN = lazy(
    r"[,;:.()]|\b(?:and|or|was|were|with|the|showed|is|for|in|he|she|they|we|who|which|that|ha[ds]|have|developed|underwent|after|before|(?:19|20)\d\d)\b"
)
_LESION_IN = lazy(
    r"(?:mass|tumou?r|lesion|nodule|cancer|carcinoma|neoplasm|neoplasia|sarcoma|melanoma|lymphoma)(?:e?s)?\s+"
    r"(?:of|in|at|on|within|involving|arising\s+(?:from|in))\s+(?:(?:the|his|her|both|left|right|upper|lower)\s+)*\Z",
    re.I,
)
_OF = lazy(
    r"\s+(?:(?:originat|aris)ing\s+|located\s+)?(?:of|in|at|to|on|from|involving|within|into|over|near)\s+(?:the\s+|a\s+|an\s+|his\s+|her\s+|both\s+)?",
    re.I,
)


_PARTED = lazy(r"\s*(?:,|,?\s+(?:and|or)\b|&)", re.I)
_LEVEL = lazy(r"(?:the\s+)?([CTL](?:1[0-2]|[1-9])|S[1-5])(?![\w/.])")
_SPINE = {"C": "sites/cervical spine", "T": "sites/thoracic spine", "L": "sites/lumbar spine", "S": "sites/sacrum"}


def left(context: Context, start: int, limit: int, most: int = 6) -> int:
    """Return where the noun phrase that has its head at *start* begins, not before *limit*."""
    folded, text = context.folded, context.text
    i = bisect_left(folded.starts, start) - 1
    begin = start
    taken = 0
    while i >= 0 and folded.starts[i] >= limit and taken < most:
        a, b = folded.starts[i], folded.ends[i]
        word = text[a:b].lower()
        if word in STOP or (text[b:begin] != " " and not _GAP.match(text[b:begin])) or word.isdigit():
            break
        if taken == 0 and word.endswith("ly") and not _GUIDED.match(word):
            break
        begin = a
        taken += 1
        i -= 1
    return begin


def inner_site(context: Context, hit: Hit) -> tuple[int, int, str] | None:
    """Return (start, end, concept) of the site that a term names within itself ("pelvic" of "pelvic tumor")."""
    found = _site_within(context.terms, context.text[hit.start : hit.end])
    return (hit.start + found[0], hit.start + found[1], found[2]) if found else None


@lru_cache(maxsize=8192)
def _site_within(terms: Terminology, term: str) -> tuple[int, int, str] | None:
    words = list(lazy(r"\w+").finditer(term))[:12]
    for size in (3, 2, 1):  # "sigmoid colon" before "colon"
        for first, last in zip(words, words[size - 1 :], strict=False):
            begin, end = first.start(), last.end()
            concept = next((c for c in terms.lexicon.lookup(term[begin:end]) if c.startswith("sites/")), None)
            if concept and not INVADED.match(term, end):
                return begin, end, concept
    return None


def laterality(words: str) -> str | None:
    """Return left, right or bilateral, where the words say so once."""
    small = words.lower()
    if not ("left" in small or "right" in small or "bilateral" in small or "both" in small):
        return None
    found = {m.group(1).lower() for m in _LATERALITY.finditer(words)}
    found = {"bilateral" if f.startswith(("bi", "both")) else f for f in found}
    if found == {"left", "right"}:
        return "bilateral"
    return found.pop() if len(found) == 1 else None


def of_phrase(context: Context, at: int, limit: int, *domains: str) -> tuple[int, Hit] | None:
    """Return (end, site hit) of an "of the left breast" that begins at *at*."""
    m = _OF.match(context.text, at, limit)
    return site_phrase(context, m.end(), limit, *domains) if m else None


def site_phrase(context: Context, at: int, limit: int, *domains: str) -> tuple[int, Hit] | None:
    """Return (end, hit) of a noun phrase at *at* that names a body site."""
    words = 0
    for hit in context.hits_in(at, min(limit, at + 60), *(domains or ("sites",))):
        between = context.text[at : hit.start]
        words = len(between.split())
        if words > 4 or _NOT_WITHIN.search(between):
            return None
        return hit.end, hit
    return None


_BRACKETED = lazy(r"\s?\([^()\n]{1,40}\)(?=\s*(?:,|and\b|&|\+|/))")


def site_list(context: Context, at: int, limit: int) -> list[tuple[int, int, Hit]]:
    """Return (start, end, hit) of each site in a list that begins at *at* ("lungs, liver and left femur")."""
    found: list[tuple[int, int, Hit]] = []
    while True:
        one = site_phrase(context, at, limit) or _level(context, at, limit)
        if one is None:
            return found
        found.append((at, one[0], one[1]))
        aside = _BRACKETED.match(context.text, one[0], limit)  # "bone (T8, L3), brain and left adrenal"
        m = _LINK.match(context.text, aside.end() if aside else one[0], limit)
        if m is None or len(found) > 8:
            return found
        at = m.end()


def _level(context: Context, at: int, limit: int) -> tuple[int, Hit] | None:
    """Return (end, hit) of a level of the spine at *at*: "L3", "T10"."""
    m = _LEVEL.match(context.text, at, limit)
    return (m.end(), Hit(m.start(1), m.end(1), (_SPINE[m[1][0]],))) if m else None


_CHANGED = lazy(
    r"\b(?:dilated|enlarged|thickened|atrophic|swollen|distended|narrowed|obstructed|collapsed|cirrhotic|fatty|congested)\s+(?:(?:left|right|main|common|both)\s+)*\Z",
    re.I,
)


def sites_before(context: Context, start: int, limit: int) -> list[Hit]:
    """Return the sites coordinated right before *start* ("liver and lung" of "liver and lung metastasis")."""
    hits = context.hits_in(max(limit, start - 120), start, "sites")
    found: list[Hit] = []
    at, limit = start, max(limit, start - REACH // 2)
    for hit in reversed(hits):
        gap = context.text[hit.end : at]
        if not found and _PARTED.match(gap):
            break  # "invading the mediastinum, and metastases in the adrenal gland"
        if not lazy(
            r"[\s\-‐-―]*(?:/|,|,?\s*and|,?\s*or|&|\+)?[\s\-‐-―]*(?:(?:the|left|right|bilateral|multiple|distant|diffuse|regional|both|tumou?r|implantation|solitary|single|small|new|extensive)\s+)*",
            re.I,
        ).fullmatch(gap):
            break
        if found and lazy(r"[\s‐-―-]*").fullmatch(gap):
            at = hit.start  # "hepatic hilar lymph nodes": the place is told more closely, not twice
            continue
        if found and _CHANGED.search(context.text, max(limit, hit.start - 30), hit.start):
            break  # "a dilated main pancreatic duct, peritoneal dissemination": two findings
        if found and _LESION_IN.search(context.text, limit, hit.start):
            break  # "a mass in the body of the pancreas and liver metastases": the mass is there, no metastasis
        found.append(hit)
        at = hit.start
        # step over what stands between two sites of a list
        before = lazy(r"(?:\b(?:left|right|multiple|bilateral|lower|upper)\s+)+\Z", re.I).search(context.text[limit:at])
        if before:
            at = limit + before.start()
    return found[::-1]


_SAID_OF = lazy(
    r"[\s(,]*(?:(?:had|has|have|then|again|soon|later|was|were|is|are|been|went|came|showed|achieved|remained|remains|currently|now|in|into|a|an"
    r"|the|good|very|clinical|stable|with|initially)\s+)*",
    re.I,
)
_GENERAL = lazy(
    r"\b(?:reactions?|symptoms?|complaints?|events?|toxicit\w+)\s+(?:(?:had|has|have|then|again)\s+)*\Z", re.I
)
# named among symptoms, and yet the tumour
_GROWTH = lazy(r"lymphadenop|adenopath|mass|lesion|nodul|tumou?r|splenomegal|metasta|disease\b|progress", re.I)


def of_complaint(context: Context, start: int, end: int, low: int, high: int) -> bool:
    """Say whether what came back, got better or worse is no tumour: "hypoglycaemia recurred", "recurrence of effusion"."""
    tables = ("symptoms", "diseases", "cancers", "adverse_events")
    if _GENERAL.search(context.text, max(low, start - 40), start):
        return True
    before = context.hits_in(max(low, start - 60), start, *tables)
    if before and _SAID_OF.fullmatch(context.text, before[-1].end, start):
        return _no_tumour(context, before[-1])
    m = lazy(r"\s+of\s+(?:the\s+|his\s+|her\s+)?").match(context.text, end, high)
    if not m:
        return False
    named = [
        h
        for h in context.hits_in(m.end(), min(high, m.end() + 40), *tables)
        if len(context.text[m.end() : h.start].split()) <= 2
    ]
    return bool(named) and _no_tumour(context, named[0])


def _no_tumour(context: Context, hit: Hit) -> bool:
    if any(c.startswith("cancers/") for c in hit.concepts):
        return False
    return _GROWTH.search(context.text, hit.start, hit.end) is None
