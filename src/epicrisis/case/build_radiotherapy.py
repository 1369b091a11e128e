"""Courses of radiotherapy; a course told again becomes evidence of the first."""

from __future__ import annotations

from typing import Any

from epicrisis.case.model import Item
from epicrisis.case.story import Story
from epicrisis.facts import Fact

_DETAILS = (
    "dose", "fractions", "fractionDose", "boost", "boostTo", "modality", "technique", "site", "siteText", "laterality", "intent",
)  # fmt: skip


def build(story: Story) -> None:
    """Add one item per course."""
    for fact in sorted(story.of("radiotherapy"), key=lambda f: (not story.main(f), f.start)):
        if _same(story, fact):
            continue
        if not story.main(fact) and not (fact.value.get("dose") or fact.value.get("site")):
            if story.typed("radiotherapy") or fact.status != "done" or fact.negated:
                continue
        _add(story, fact)


def _add(story: Story, fact: Fact) -> None:
    start, end = story.period(fact)
    _a, _b = fact.value.get("phrase", (fact.start, fact.end))
    item = story.add("radiotherapy", fact, text=story.words(fact.start, fact.end))
    if fact.negated:
        item.status = "not-done"
    item.when = start if start is not None and end is None else None
    if end is not None:
        item.start, item.end = start, end
    if item.when is None and item.start is None and item.end is None:
        item.when = story.when(fact, carry=False)
    _detail(item, fact)
    primary = story.primary(fact)
    if primary:
        item.links["reason"] = [primary.key]


def _detail(item: Item, fact: Fact) -> None:
    detail: dict[str, Any] = item.detail
    for key in _DETAILS:
        value = fact.value.get(key)
        if not value:
            continue
        name = {"site": "siteConcept", "siteText": "site"}.get(key, key)
        if name not in detail:
            detail[name] = " ".join(value.split()) if isinstance(value, str) else value
    if fact.value.get("doseSpan"):
        detail.setdefault("doseSpans", [list(fact.value["doseSpan"])])


def _other_course(value: dict[str, Any], known: dict[str, Any]) -> bool:
    """Say whether the fractions told do not fit those of a course told before ("50 Gy in 25", then "5 × 6 Gy")."""
    for key in ("fractions", "fractionDose", "modality"):
        if value.get(key) and known.get(key) and value[key] != known[key]:
            return True
    single, dose, count = value.get("fractionDose"), known.get("dose"), known.get("fractions")
    if not (single and dose and count) or single["unit"] != dose["unit"]:
        return False
    return abs(float(single["value"]) * float(count) - float(dose["value"])) > 0.02 * float(dose["value"])


def _after_relapse(story: Story, item: Item, fact: Fact) -> bool:
    """Say whether a course with a site or technique of its own is told after the disease came back: another course.

    "Salvage EBRT. ... Bone metastasis appeared ... EBRT to the femur (30 Gy)": metastases count behind a course of the primary.
    """
    told = item.spans[-1].end
    back = ("recurrence",) if item.detail.get("intent") in (None, "palliative") else ("recurrence", "metastasis")
    own = {"technique", "modality", "site", "fractions"} & fact.value.keys()
    return (
        bool(own)
        and story.main(fact)
        and any(f.status == "done" and not f.negated for f in story.told.between(told, fact.start, *back))
    )


def _same(story: Story, fact: Fact) -> bool:
    own = story.when(fact, carry=False)
    for item in reversed(story.typed("radiotherapy")):
        if item.negated != fact.negated or (item.status == "done") != (fact.status in ("done", "historical")):
            continue
        dose, known = fact.value.get("dose"), item.detail.get("dose")
        if dose and known and dose != known:
            continue
        primary = story.primary(fact)
        if _other_course(fact.value, item.detail) or (
            story.main(fact) and primary and item.links.get("reason") not in (None, [primary.key])
        ):
            continue
        date = item.when or item.start or item.end
        if own and date and not (date.value.startswith(own.value) or own.value.startswith(date.value)):
            continue
        site, place = fact.value.get("site"), item.detail.get("siteConcept")
        if story.main(fact) and site and place and site != place:
            continue
        if _after_relapse(story, item, fact):
            continue
        if len(item.spans) < 4:
            story.bind(fact, item)
        _detail(item, fact)
        start, end = story.period(fact) if date is None or date is item.when else (None, None)
        if end is not None:
            item.when, item.start, item.end = None, start, end
        elif own and date is None:
            item.when = own
        return True
    return False
