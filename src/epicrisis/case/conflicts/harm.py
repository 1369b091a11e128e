"""Harm: grades told differently, complaints that were there before, tolerance praised beside grade 3."""

from __future__ import annotations

import re

from epicrisis.case.model import Case, Conflict, Span
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy

_WORD_GRADE = {"mild": {"1"}, "moderate": {"2"}, "severe": {"3"}, "life-threatening": {"4"}}
_TOLERATED = lazy(
    r"\b(?:mild|minor|minimal|acceptable|tolerable|few|no\s+(?:serious|severe|significant|grade\s+3))\s+(?:adverse|side|toxic)\w*\s*(?:reactions?|effects?|events?)?|\b(?:good|excellent)\s+toleran\w+|\bwell[\s-]tolerated\b|\bno\s+severe\s+toxicit\w+",
    re.I,
)

_TELLS = stems("adverse side toxic tolerance tolerated")


def grades(story: Story, case: Case) -> list[Conflict]:
    """Report an adverse event that is graded in different ways."""
    out = []
    tellings = story.tellings("adverse_event", "diagnosis", "symptom")
    for item in case.items:
        if item.type != "adverse_event":
            continue
        facts = tellings.get(id(item), [])
        told: dict[frozenset[str], Span] = {}
        for f in facts:
            said = _grade(story, f)
            if said:
                told.setdefault(said, Span(min(f.value.get("gradeSpan", [f.start])[0], f.start), f.end))
        course = set(item.detail.get("grades", ()))  # of a course told day by day
        if len(told) > 1 and not all(said <= course for said in told):
            out.append(
                Conflict(
                    "event-grade-inconsistent",
                    "One adverse event is told with different grades.",
                    list(told.values()),
                    [item.key],
                )
            )
    return out


def _grade(story: Story, fact: Fact) -> frozenset[str] | None:
    if fact.value.get("grades"):
        return frozenset(fact.value["grades"])
    word = fact.value.get("severity")
    if not word:
        before = lazy(r"\b(mild|moderate|severe|life-threatening)\s+\Z", re.I).search(
            story.context.text[max(0, fact.start - 20) : fact.start]
        )
        word = before.group(1).lower() if before else None
    return frozenset(_WORD_GRADE[word]) if word in _WORD_GRADE else None


def before_treatment(story: Story, case: Case) -> list[Conflict]:
    """Report an adverse effect that the patient already had before."""
    out = []
    symptoms: dict[str, list[Fact]] = {}
    for f in story.of("symptom", "diagnosis"):
        if story.main(f) and not f.negated:
            symptoms.setdefault((f.concept or "").rpartition("/")[2], []).append(f)
    for item in case.items:
        if item.type != "adverse_event" or not item.concept or not item.links.get("suspects"):
            continue
        name = item.concept.rpartition("/")[2]
        begun = min((i.spans[0].start for i in story.places.keyed(item.links["suspects"])), default=0)
        own = [(s.start, s.end) for s in item.spans]  # "pancytopenia on temozolomide": its own words come first
        earlier = next(
            (
                f
                for f in symptoms.get(name, ())
                if f.start < begun and story.item(f) is not item and not any(a < f.end and f.start < b for a, b in own)
            ),
            None,
        )
        if earlier:
            out.append(
                Conflict(
                    "event-present-before",
                    "A complaint of before the treatment is also told as its adverse effect.",
                    [Span(earlier.start, earlier.end), *item.spans],
                    [item.key],
                )
            )
    return out


def tolerance(story: Story, case: Case) -> list[Conflict]:
    """Report a treatment that is called well tolerated beside an event of grade 3 or more."""
    severe = [
        i
        for i in case.items
        if i.type == "adverse_event"
        and (any(g >= "3" for g in i.detail.get("grades", [])) or i.detail.get("severity") == "severe")
    ]
    if not severe:
        return []
    context = story.context
    # a conclusion speaks of the drug in general words, and of this case all the same
    told = [
        s
        for i, s in enumerate(context.sentences)
        if context.may(i, _TELLS) and (context.speaks_of_patient[i] or context.kind(i) in ("abstract", "conclusion"))
    ]
    praised = [Span(*m.span()) for s in told for m in _TOLERATED.finditer(context.text, s.start, s.end)]
    if not praised:
        return []
    return [
        Conflict(
            "tolerance-inconsistent",
            "Good tolerance is stated beside an adverse event of grade 3 or more.",
            [*praised, *(s for i in severe for s in i.spans)],
            [i.key for i in severe],
        )
    ]


RULES = (grades, before_treatment, tolerance)
