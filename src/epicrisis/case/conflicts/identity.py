"""Who the patient is: sex told both ways, survival counted differently, life after death."""

from __future__ import annotations

from itertools import pairwise

from epicrisis.case.calendar import precedes
from epicrisis.case.model import Case, Conflict, Item, Span
from epicrisis.case.story import Story


def sex(story: Story, _: Case) -> list[Conflict]:
    """Report a patient who is called male and female."""
    facts = story.of("sex")
    if len({f.value["value"] for f in facts}) < 2:
        return []
    return [
        Conflict(
            "sex-inconsistent",
            "The patient's sex is stated in different ways; none was taken.",
            [Span(f.start, f.end) for f in facts],
        )
    ]


def several_patients(story: Story, _: Case) -> list[Conflict]:
    """Report a narrative of several patients: the bundle holds the first."""
    context = story.context
    if "several-patients" not in context.findings:
        return []
    left_out = [
        s for i, s in enumerate(context.sentences) if not context.speaks_of_patient[i] and context.is_patient_section(i)
    ]
    return [
        Conflict(
            "several-patients",
            "The narrative tells of several patients; only the first was taken. Convert the others one by one.",
            [Span(left_out[0].start, left_out[0].end)] if left_out else [],
        )
    ]


def _of_several_lines(story: Story, items: list[Item]) -> bool:
    """Say whether another treatment against the tumour is told between two statements of how long there was no progression."""
    places = sorted(
        s.start for i in items for s in i.spans if story.context.is_patient_section(story.context.sentence_at(s.start))
    )
    return len(places) > 1 and all(bool(story.told.between(a, b, "medication", "regimen")) for a, b in pairwise(places))


def survival(story: Story, case: Case) -> list[Conflict]:
    """Report different lengths of survival of one kind."""
    out = []
    for kind in ("overall", "progression-free"):
        items = [i for i in case.items if i.type == "survival" and i.detail.get("kind") == kind]
        if kind == "progression-free" and _of_several_lines(story, items):
            continue  # each under its own treatment
        if len({(i.detail["value"], i.detail["unit"]) for i in items}) > 1:
            out.append(
                Conflict(
                    "survival-inconsistent",
                    "Survival is stated with different lengths; they may count from different days.",
                    [s for i in items for s in i.spans],
                    [i.key for i in items],
                )
            )
    return out


def after_death(story: Story, case: Case) -> list[Conflict]:
    """Report what is dated after the patient's death."""
    death = case.patient.death_date if case.patient else None
    if death is None or case.patient is None:
        return []
    late = [i for i in case.items for w in (i.when or i.start,) if w and precedes(death.value, w.value)]
    return [
        Conflict(
            "after-death",
            "An event is dated after the patient's death.",
            [*case.patient.death_spans, *i.spans],
            [i.key],
        )
        for i in late
    ]


RULES = (sex, several_patients, survival, after_death)
