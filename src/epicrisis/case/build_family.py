"""What is known of relatives, and the patient's allergies."""

from __future__ import annotations

from epicrisis.case.story import Story


def build(story: Story) -> None:
    """Add family history and allergies, told or denied."""
    context = story.context
    for fact in (f for f in story.facts if f.kind == "family_history"):
        item = story.add("family_history", fact, concept=None, negated=False)
        if fact.value.get("absent"):
            item.detail["absent"] = True
            continue
        item.detail["absent"] = False
        for key in ("relation", "relationText", "ageAtOnset"):
            if fact.value.get(key):
                item.detail[key] = fact.value[key]
        conditions = [
            {"text": story.words(a, b), "concept": concept, "spans": [[a, b]]}
            for a, b, concept in fact.value.get("conditions", [])
        ]
        if conditions:
            item.detail["conditions"] = conditions
    for fact in story.of("allergy"):
        item = story.add("allergy", fact, concept=fact.value.get("substance"))
        if fact.value.get("absent"):
            item.detail["absent"] = True
        for key in ("substanceText",):
            if fact.value.get(key):
                item.detail[key] = fact.value[key]
        if fact.value.get("reaction"):
            a, b = fact.value["reaction"]
            item.detail["reaction"] = context.text[a:b]
