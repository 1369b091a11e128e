"""The drugs behind the name of a regimen: by the tumour that it treats, and where the text spells them out."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.kept import lazy

_CALLED = r"(?:\s(?:conditioning|chemotherapy|regimen|protocol|induction))?"  # behind a regimen's name
_OPENS = lazy(rf"{_CALLED}\s\(")
_SPELLS = lazy(_CALLED + r"(?:\s\(?[\d/.-]{6,10}\)?)?\s?(?:\((?:[^()]|\([^()]*\))*|:\s[^\n]*)")


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
    drugs = terms.listed(fact.concept, "drugs")
    listed = _listed_behind(story, fact.end) or _told_elsewhere(story, fact)
    return listed if len(listed) >= max(2, len(drugs)) else drugs


def _listed_behind(story: Story, end: int) -> list[str]:
    """Return the drugs that the brackets behind a name list: "7+3 (cytarabine 100 mg/m2, idarubicin 12 mg/m2)"."""
    text = story.context.text
    opening = _OPENS.match(text, end)
    if opening is None:
        return []
    close = text.find(")", opening.end(), end + 300)
    inside = [f for f in story.told.between(end, max(end, close), "medication") if not f.negated]
    return list(dict.fromkeys((f.concept or "").removeprefix("drugs/") for f in inside))


def _told_elsewhere(story: Story, fact: Fact) -> list[str]:
    """Return the drugs that the text itself gives the name, where it does so: "VAI (vincristine, doxorubicin, ifosfamide)"."""
    text = story.context.text
    at = text.find(f"{fact.text} (")
    return _listed_behind(story, at + len(fact.text)) if at >= 0 and not text[at - 1 : at].isalnum() else []


def spelled_member(story: Story, fact: Fact) -> tuple[Item, Item] | None:
    """Return the drug of a regimen, and the regimen, that *fact* spells out behind the name.

    "Flu/Bu4 conditioning (fludarabine 30 mg/m2, ...)", "Dara-VRd 9/20/22: daratumumab 1800 mg, ...".
    """
    low = story.context.sentences[fact.sentence].start
    for regimen in reversed(story.places.beginning(low, fact.start, "regimen")):
        ends = [s.end for s in regimen.spans if low <= s.start < fact.start]
        if ends and _SPELLS.fullmatch(story.context.text, max(ends), fact.start):
            members = story.places.keyed(regimen.links.get("members", ()))
            found = next((m for m in members if m.concept == fact.concept and m.inferred), None)
            return (found, regimen) if found else None
    return None


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
