"""The tumour that only the title names, where the case speaks of "the tumor": "Colitis in gastric adenocarcinoma"."""

from __future__ import annotations

import re

from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.kept import lazy

_LONGEST = 260  # code points of a title
# what it is like, was taken for, or is at risk of is not what the patient has
_DOUBT = lazy(
    r"\b(?:mimic\w*|masquerad\w*|simulat\w*|mis-?diagnos\w*|mistaken|versus|vs|or|suspect\w*|suspicious|risk|screening|prevent\w*|differential|pseudo\w*|negative|without|no|not|after|following|survivors?|family|history|review|meta-analysis|trial|cohort|cases)\b|\?",
    re.I,
)


def named_in_title(story: Story, facts: list[Fact]) -> Fact | None:
    """Return the diagnosis of the title, where *facts*, the mentions of tumours in the case, name none.

    The case must speak of a tumour that it does not name, and the title of one kind only.
    """
    unnamed = [f for f in facts if story.main(f) and not f.negated and f.certainty == "stated"]
    if not unnamed or not all(f.value.get("generic") for f in facts):
        return None
    context = story.context
    section = next((s for s in context.sections if s.kind == "front"), None)
    if section is None:
        return None
    start = section.start
    while start < section.end and context.text[start].isspace():
        start += 1
    line = context.text.find("\n", start, section.end)
    end = line if line >= 0 else section.end
    if end - start > _LONGEST or _DOUBT.search(context.text, start, end):
        return None
    attr = context.terms.attr
    named = [h for h in context.hits_in(start, end, "cancers") if attr(h.concepts[0], "generic") != "1"]
    if len({h.concepts[0] for h in named}) != 1:
        return None
    hit = named[0]
    concept = hit.concepts[0]
    if (
        attr(concept, "behaviour") == "benign"
        or attr(concept, "group") == "syndrome"
        or attr(concept, "finding") == "1"
    ):
        return None
    sites = {f.value["site"] for f in unnamed if f.value.get("site")}
    own = attr(concept, "site")
    region = attr(f"sites/{own}", "group")
    if own and sites and not any(own in s or (region and attr(s, "group") == region) for s in sites):
        return None  # "a tumor of the stomach" is no lung cancer
    return context.fact(
        "diagnosis",
        hit.start,
        hit.end,
        concept=concept,
        value={"group": "cancer", "generic": False, "phrase": [hit.start, hit.end]},
    )
