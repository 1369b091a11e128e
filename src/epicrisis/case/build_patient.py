"""Who the narrative is about: sex, age, and whether the patient died."""

from __future__ import annotations

from epicrisis.case.model import Patient, Span, When
from epicrisis.case.story import Story
from epicrisis.facts import Fact


def build(story: Story) -> Patient:
    """Return the patient of *story*; an attribute that the text does not state stays None."""
    patient = Patient()
    sexes = story.of("sex")
    if sexes and len({f.value["value"] for f in sexes}) == 1:
        patient.sex = sexes[0].value["value"]
        patient.sex_spans = [_span(f) for f in _best(story, sexes)[:2]]
    ages = _best(story, story.of("age"))
    if ages:
        patient.age, patient.age_unit = ages[0].value["value"], ages[0].value["unit"]
        patient.age_spans = [_span(ages[0])]
    births = [f for f in story.of("date") if f.value.get("role") == "birth" and f.value.get("value")]
    if births and len({f.value["value"] for f in births}) == 1:
        patient.birth_date = When(births[0].value["value"], [_span(births[0])])
    _death(story, patient)
    return patient


def _death(story: Story, patient: Patient) -> None:
    deaths = [
        f
        for f in story.of("outcome")
        if f.value["value"] == "dead" and not f.negated and f.status == "done" and f.subject == "patient"
    ]
    if not deaths:
        return
    patient.deceased = True
    dated = [(f, w) for f in deaths if (w := story.when(f, carry=False))]
    # the most precise date is told where the death is told; others only repeat it
    dated.sort(key=lambda d: -len(d[1].value))
    chosen = dated[0] if dated else (deaths[0], None)
    patient.death_date = chosen[1]
    patient.death_spans = [_span(chosen[0])]


def _best(story: Story, facts: list[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda f: (not story.main(f), f.start))


def _span(fact: Fact) -> Span:
    return Span(fact.start, fact.end)
