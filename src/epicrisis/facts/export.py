"""Facts as mentions for annotation tools and scorers: one flat object per mention."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from epicrisis.facts.model import Fact
from epicrisis.kept import lazy

# internal kind -> kinds of `extract --format facts`
KINDS: dict[str, tuple[str, ...]] = {
    "medication": ("medication",), "drug_class": ("medication",), "regimen": ("medication",),
    "dosage": ("dosage",), "procedure": ("procedure",), "radiotherapy": ("procedure",),
    "diagnosis": ("diagnosis",), "metastasis": ("diagnosis",), "recurrence": ("diagnosis",),
    "symptom": ("symptom",), "state": ("symptom",), "lab": ("lab", "diagnostic"), "marker": ("lab", "diagnostic"),
    "genomic": ("diagnostic",), "imaging": ("diagnostic",), "test": ("diagnostic",),
    "date": ("date",), "age": ("age",), "sex": ("sex",), "measure": ("measure",), "stage": ("stage",),
    "outcome": ("outcome",), "family_history": ("family_history",), "severity": ("severity",),
}  # fmt: skip


_GROWTH = lazy(r"(?:mass|tumou?r|lesion|nodule|neoplasm|growth)(?:e?s)?\Z", re.I)
# indices and scores: results of an examination, and no stage of the tumour
_SCORES = frozenset({"childpugh", "flipi", "mipi", "ipss", "ipi", "imdc", "deauville", "bosniak", "gleason", "isup"})
_RESULT = ("lab", "diagnostic")  # what was examined, with its result


def _kinds(fact: Fact) -> tuple[str, ...]:
    """Return the kinds under which a fact is told: by what it is, beside the module that found it."""
    if fact.kind in ("imaging", "test") and fact.value.get("interpretation"):
        return _RESULT  # "coronary angiography was normal"
    if fact.kind == "stage" and fact.value.get("kind") in _SCORES:
        return _RESULT
    if fact.kind == "diagnosis" and fact.value.get("generic") and _GROWTH.search(fact.text):
        return ("symptom",)  # "a rectal mass" is a finding: what it is, is not said
    if fact.kind == "procedure" and "biops" in fact.text.lower():
        return ("procedure", "diagnostic")
    return KINDS.get(fact.kind, ())


def mentions(facts: Iterable[Fact], doc: str) -> Iterator[dict[str, Any]]:
    """Yield {doc, kind, text, start, end, value, negated, subject}; offsets are code points."""
    seen: set[tuple[str, int, int]] = set()
    for fact in facts:
        if _unsaid(fact):
            continue
        named = [(fact.text, fact.start, fact.end)]
        if "short" in fact.value:
            named.append((fact.value["abbreviation"], *fact.value["short"]))
        for kind, (text, start, end) in product(_kinds(fact), named):
            if kind == "lab" and start != fact.start:
                continue  # one result, whose test is named twice
            if (kind, start, end) in seen:
                continue
            seen.add((kind, start, end))
            yield {
                "doc": doc, "kind": kind, "text": text, "start": start, "end": end,
                "value": _value(fact), "negated": fact.negated or fact.certainty == "refuted" or fact.status == "declined",
                "subject": fact.subject,
            }  # fmt: skip


def _unsaid(fact: Fact) -> bool:
    """Say whether the words alone name no disease: "the tumour", "metastatic", a place of a list."""
    if fact.value.get("pronoun"):
        return True  # "he" tells the sex, and is no mention of it
    if fact.value.get("social"):
        return True  # a smoker has a habit, and no complaint
    if fact.kind == "diagnosis":
        return bool(fact.value.get("generic")) and not fact.value.get("site") and not _GROWTH.search(fact.text)
    if fact.kind == "metastasis":
        words = fact.text.lower()
        return words == "metastatic" or not any(
            w in words
            for w in ("meta", "mets", "spread", "carcinomatosis", "implant", "deposit", "secondar", "dissemin")
        )
    return False


def _value(fact: Fact) -> Any:
    if fact.kind == "medication" and fact.value.get("dosages"):
        return [d["text"] for d in fact.value["dosages"] if d.get("text")]
    return fact.value.get("value")
