"""Doses of a drug: those told with it, and those told later in a sentence of their own.

"The dose was reduced to 280 mg daily." changes the drug told before.
"""

from __future__ import annotations

import re
from typing import Any

from epicrisis.case.model import Item
from epicrisis.case.story import Story
from epicrisis.facts import Fact
from epicrisis.facts.unit_codes import unit_code
from epicrisis.kept import lazy

_CHANGE = lazy(
    r"\b(?:dos(?:e|es|age|ing)\b|drug\b|treatment\b|therapy\b|it\b)[^.;]{0,60}?\b(?:increas|reduc|escalat|de-?escalat|lower|decreas|adjust|titrat|chang|rais|resum|re-?start|re-?introduc|re-?initiat)\w*[^.;]{0,50}\b(?:to|at|of|with)\s+(?:a\s+(?:reduced\s+|lower\s+|higher\s+)?dose\s+of\s+)?\Z"
    r"|\A\W*(?:dos(?:e|age))\s+(?:reduction|escalation|increase|adjustment)\s+to\s+\Z",
    re.I,
)
_NOT_DONE = lazy(
    r"\b(?:not|never|plan\w*|consider\w*|recommend\w*|propos\w*|will|should|could|would|(?-i:may)|might)\b", re.I
)  # "may" is no month
_REACH = 2  # sentences


def add_dose(story: Story, item: Item, dose: dict[str, Any]) -> None:
    """Add a dose as it was read to a drug, once."""
    clean = _dosage(story, dose)
    if clean and clean not in item.detail.get("dosages", ()):
        item.detail.setdefault("dosages", []).append(clean)


def change_doses(story: Story) -> None:
    """Add the doses that are told without their drug to the drug that they change."""
    given = [f for f in story.of("medication") if not f.negated and f.status == "done"]
    for fact in story.of("dosage"):
        if fact.value.get("owned") or not fact.value.get("dose") or not story.main(fact):
            continue
        before = story.context.text[story.context.sentences[fact.sentence].start : fact.start]
        if not _CHANGE.search(before) or _NOT_DONE.search(before):
            continue
        item = _changed(story, fact, given)
        if item:
            add_dose(story, item, fact.value)


def _changed(story: Story, fact: Fact, given: list[Fact]) -> Item | None:
    """Return the one drug of the sentences before that has doses of the same kind."""
    sentences = story.context.sentences
    near = [
        f
        for f in given
        if f.start < fact.start
        and fact.sentence - f.sentence <= _REACH
        and sentences[f.sentence].paragraph == sentences[fact.sentence].paragraph
    ]
    if not near:
        return None
    last = max(f.sentence for f in near)
    items = {id(i): i for f in near if f.sentence == last and (i := story.item(f)) and i.type == "medication"}
    unit = _plain(fact.value["dose"].get("unit"))
    fitting = [i for i in items.values() if unit in {_plain(d["dose"].get("unit")) for d in _doses(i)}]
    if len(items) == 1 and not any(_doses(i) for i in items.values()):
        fitting = list(items.values())  # "She took sunitinib. The dose was reduced to 37.5 mg."
    return fitting[0] if len(fitting) == 1 else None


def _doses(item: Item) -> list[dict[str, dict[str, str]]]:
    return [d for d in item.detail.get("dosages", ()) if d.get("dose")]


def _plain(unit: str | None) -> str:
    """Return a unit without the day: 80 mg/d and 160 mg daily are doses of one kind."""
    return (unit or "").lower().removesuffix("/d")


def _dosage(story: Story, dose: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in dose.items():
        if key in ("owned", "span", "text", "also"):
            continue
        out[key] = value["days"] if key == "days" and isinstance(value, dict) else value
    out["text"] = " ".join(dose["text"].split()) if dose.get("text") else story.words(*dose["span"])
    out["spans"] = [list(dose["span"])]
    for a, b in dose.get("also", ()):  # told apart from the dose, perhaps with another drug's
        out["text"] += f", {' '.join(story.words(a, b).split())}"
        out["spans"].append([a, b])
    for key in ("dose", "doseHigh"):
        amount = out.get(key)
        if isinstance(amount, dict) and "ucum" not in amount:
            ucum = unit_code(story.context.terms, amount.get("unit"))
            if ucum:
                out[key] = {**amount, "ucum": ucum}
    return out
