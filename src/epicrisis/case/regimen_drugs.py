"""The drugs behind the name of a regimen: by the tumour that it treats, and where the text spells them out."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.kept import lazy


def drugs_of(story: Story, fact: Fact) -> list[str]:
    """Return the drugs of a regimen, as terms of drugs.tsv; "EC" means one thing in the breast and another in the lung."""
    terms = story.context.terms
    meanings = terms.attr(fact.concept, "drugs_in")
    treated = story.primary(fact) if meanings else None
    if treated:
        morphology = str(treated.detail.get("morphology", ""))
        site = str(treated.detail.get("siteConcept", "")).removeprefix("sites/")
        names = (
            morphology.removeprefix("cancers/"), terms.attr(morphology, "group"), terms.attr(morphology, "site"), site,
        )  # fmt: skip
        for meaning in meanings.split(","):
            tumour, _, meant = meaning.partition(":")
            if tumour in names:
                return meant.split("+")
    drugs = [d for d in terms.attr(fact.concept, "drugs").split("+") if d]
    listed = _listed_behind(story, fact)
    return listed if len(listed) >= max(2, len(drugs)) else drugs


def _listed_behind(story: Story, fact: Fact) -> list[str]:
    """Return the drugs that the brackets behind the name list: "7+3 (cytarabine 100 mg/m2, idarubicin 12 mg/m2)"."""
    text = story.context.text
    if text[fact.end : fact.end + 2] != " (":
        return []
    close = text.find(")", fact.end, fact.end + 300)
    inside = [f for f in story.of("medication") if fact.end < f.start < close and not f.negated]
    return list(dict.fromkeys((f.concept or "").removeprefix("drugs/") for f in inside))


def spelled_out(story: Story, fact: Fact, concept: str) -> Item | None:
    """Return the drug that the same sentence names before the regimen's name, which sums up."""
    if fact.value.get("dosages") or story.context.text[fact.start - 1 : fact.start] != "(":
        return None
    low = story.context.sentences[fact.sentence].start
    return next(
        (
            i
            for i in story.places.beginning(low, fact.start, "medication")
            if i.concept == concept and not i.links.get("regimen")
        ),
        None,
    )


def named_parts(story: Story, fact: Fact) -> dict[str, tuple[int, int]]:
    """Return the drugs that a name like "ADM/DTIC" spells out."""
    found: dict[str, tuple[int, int]] = {}
    at = fact.start
    for part in lazy(r"([/+,&-]|\band\b)").split(fact.text):
        name = part.strip()
        if len(name) > 1:
            for concept in story.context.terms.lexicon.lookup(name):
                if concept.startswith("drugs/"):
                    begin = at + part.index(name)
                    found[concept] = (begin, begin + len(name))
        at += len(part)
    return found if len(found) > 1 else {}
