"""Recurrences, each linked to its primary."""

from __future__ import annotations

from epicrisis.case.model import Item, Span
from epicrisis.case.one_line import one_line
from epicrisis.case.story import Story
from epicrisis.facts import Fact


def build(story: Story) -> None:
    """Add a condition per recurrence of a tumour; one that is denied tells that there is no disease."""
    for fact in story.of("recurrence") if story.has_tumour() else ():
        if fact.certainty == "stated":
            _recurrence(story, fact)


def _recurrence(story: Story, fact: Fact) -> None:
    if fact.negated:
        if story.main(fact):
            item = story.add("status", fact, when=story.when(fact), concept=None, negated=False)
            item.detail.update(response="NED", responseText=item.text)
            primary = story.primary(fact)
            if primary:
                item.links["focus"] = [primary.key]
            _denied_words(story, item, fact)
        return
    known = [i for i in story.typed("condition") if i.detail.get("role") == "recurrence"]
    when = story.when(fact)
    for item in reversed(known):
        near = item.when and when and (item.when.value.startswith(when.value) or when.value.startswith(item.when.value))
        if (
            near
            and item.detail.get("siteConcept")
            and fact.value.get("site")
            and fact.sentence == story.context.sentence_at(item.spans[0].start)
        ):
            near = item.detail["siteConcept"] == fact.value["site"]  # "bone and liver relapse"
        same_site = fact.value.get("siteText") and _lower(fact.value["siteText"]) == _lower(item.detail.get("site"))
        if near or same_site or not story.main(fact):
            story.bind(fact, item)
            _site(item, fact)
            return
    if known and when is None and not fact.value.get("siteText"):
        return
    word = str(fact.value["word"])
    text = fact.text if word in fact.text.lower() else f"{fact.text} {word}"
    item = story.add("condition", fact, text=text, when=when)
    item.detail["role"] = "recurrence"
    item.detail["clinicalStatus"] = "recurrence"
    _site(item, fact)
    primary = story.primary(fact)
    if primary:
        item.links["primary"] = [primary.key]
        item.detail["morphology"] = primary.detail.get("morphology")


def _denied_words(story: Story, item: Item, fact: Fact) -> None:
    """Take the words of denial into the item: "no evidence of recurrence"."""
    low, _ = story.clause(fact)
    cue = [c for c in story.context.cues_in(low, fact.start, "negation") if fact.start - c.end < 60]
    if cue:
        start = cue[-1].start
        story.places.retell(item, [Span(start, fact.end)])
        item.text = story.words(start, fact.end)
        item.detail["responseText"] = item.text


def _site(item: Item, fact: Fact) -> None:
    if fact.value.get("siteText") and "site" not in item.detail:
        item.detail["site"] = one_line(fact.value["siteText"])
        if fact.value.get("site"):
            item.detail["siteConcept"] = fact.value["site"]


def _lower(words: str | None) -> str:
    return " ".join((words or "").lower().split())
