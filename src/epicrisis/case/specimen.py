"""Where a specimen came from whose examination showed a tumour: "prostate biopsy showed adenocarcinoma"."""

from __future__ import annotations

import re
from typing import NamedTuple

from epicrisis.case.story import Story
from epicrisis.facts import phrase
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

_YIELDED = lazy(
    r"\b(?:showed|shows|revealed|confirmed|demonstrated|disclosed|diagnosed|indicated|suggested|consistent\s+with|identified|proved|yielded)\b",
    re.I,
)
_LABELLED = lazy(r"\s*(?:\([^()]{0,20}\)\s*)?:")  # "TURBT: high-grade urothelial carcinoma"
# where a specimen often holds a metastasis, or says nothing of the place of a blood disease
NOT_PRIMARY = frozenset(
    f"sites/{s}"
    for s in (
        "lymph node",
        "liver",
        "bone",
        "bone marrow",
        "brain",
        "pleura",
        "peritoneum",
        "omentum",
        "mesentery",
        "pericardium",
        "vertebra",
        "skin",
        "blood",
        "lung",
        "supraclavicular region",
        "axilla",
        "groin",
        "neck",
        "cervical lymph node",
        "supraclavicular lymph node",
        "axillary lymph node",
        "inguinal lymph node",
        "mediastinal lymph node",
    )
)
AGAIN = lazy(r"\b(?:recur\w*|relaps\w*|metasta\w*)\b", re.I)
_EXAMINED = lazy(
    r"\b(?:examination|analysis|sections?|specimens?|histology|histopathology|pathology|samples?)\s+(?:of|from)\s+(?:the\s+|both\s+)?",
    re.I,
)
# diseases of the blood stand in many places of which none is theirs
SYSTEMIC = frozenset({"leukemia", "myeloma", "hematologic", "myelodysplastic", "myeloproliferative"})


class Specimen(NamedTuple):
    """The place of a specimen: its words [start, end), the site as concept and as told, and its side."""

    start: int
    end: int
    site: str
    words: str
    side: str | None


_UNKNOWN = lazy(
    r"\s+(?:\([^()\n]{1,20}\)\s+)?of\s+(?:an?\s+)?(?:unknown|occult|undetermined)\s+(?:primary|origin)\b", re.I
)


def specimen(story: Story, concept: str | None, start: int, end: int) -> Specimen | None:
    """Return the specimen told before the tumour *concept* at [start, end), if that says where the tumour stands."""
    text = story.context.text
    index = story.context.sentence_at(start)
    low = max(story.context.sentences[index].start, start - REACH)
    if _UNKNOWN.match(text, end):
        return None  # "thyroidectomy showed a neuroendocrine tumour of unknown primary"
    if AGAIN.search(text, low, end) or story.context.terms.attr(concept, "group") in SYSTEMIC:
        return None
    acts = [
        Specimen(f.start, f.end, f.value["site"], f.value["siteText"], f.value.get("laterality"))
        for f in story.told.in_sentence(index, "procedure", "test")
        if f.end <= start and f.value.get("site")
    ]
    for f in story.told.in_sentence(index, "procedure"):  # "TURBT: urothelial carcinoma": the act implies its place
        implied = story.context.terms.attr(f.concept, "site")
        if f.end <= start and implied and not f.value.get("site"):
            acts.append(Specimen(f.start, f.end, f"sites/{implied}", implied, f.value.get("laterality")))
    for m in _EXAMINED.finditer(text, low, start):
        found = phrase.site_phrase(story.context, m.end(), start)
        if found:
            site = next(c for c in found[1].concepts if c.startswith("sites/"))
            acts.append(Specimen(m.start(), found[0], site, text[found[1].start : found[1].end], None))
    if not acts:
        return None
    last = max(acts, key=lambda x: x.end)
    told = _YIELDED.search(text, last.end, start) or _LABELLED.match(text, last.end, start)
    return last if told and last.site not in NOT_PRIMARY else None
