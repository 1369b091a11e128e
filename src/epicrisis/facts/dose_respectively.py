"""Doses that a sentence tells for several drugs at once: "cisplatin and gemcitabine at 75 and 1000 mg/m2, respectively"."""

from __future__ import annotations

import re
from typing import Any

from epicrisis.facts.dose_sharing import joined
from epicrisis.facts.in_order import within
from epicrisis.facts.model import Fact
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

_RESPECTIVELY = lazy(r"\brespectively\b", re.I)
# between the doses of such a list, and behind its last: days and how often
_GOES_ON = lazy(
    r"[\s,;()/]*(?:(?:on|in|of|for|by|and|or|&|plus|every|each|per|once|twice|daily|weekly|days?|d|weeks?|iv|intravenous(?:ly)?|oral(?:ly)?|po"
    r"|[\d–-]+)[\s,;()/]*)*",
    re.I,
)


def share_out(made: list[Fact], doses: list[dict[str, Any]], base: int, text: str) -> None:
    """Give each dose of a list that ends in "respectively" to its drug; where their numbers differ, to none.

    *made* are the drugs and *doses* the doses of the sentence *text*, which begins at *base*, both in order.
    """
    if "respectively" not in text.lower():
        return
    for m in _RESPECTIVELY.finditer(text):
        told = _run(doses, base + m.start(), base, text)
        if len(told) < 2:
            continue
        first = told[0]["span"][0]
        drugs = [f for f in within(made, first - REACH, first, lambda f: f.start) if f.kind == "medication"]
        listed = _listed(drugs, first, made, doses, base, text)
        for dose in told:
            dose["owned"] = True
        if len(listed) == len(told):
            for drug, dose in zip(listed, told, strict=True):
                drug.value.setdefault("dosages", []).append(dose)


def _run(doses: list[dict[str, Any]], at: int, base: int, text: str) -> list[dict[str, Any]]:
    """Return the doses that are listed right before *at*."""
    told: list[dict[str, Any]] = []
    for dose in reversed(within(doses, at - REACH, at, lambda d: d["span"][0])):
        a, b = dose["span"]
        if dose.get("owned") or "dose" not in dose or not _GOES_ON.fullmatch(text, b - base, at - base):
            if "dose" in dose or told:
                break
            continue  # "for 6 cycles, respectively"
        told.insert(0, dose)
        at = a
    return told


def _listed(
    drugs: list[Fact], at: int, made: list[Fact], doses: list[dict[str, Any]], base: int, text: str
) -> list[Fact]:
    """Return the last drugs before *at* that are joined in one list."""
    listed: list[Fact] = []
    for drug in reversed([f for f in drugs if f.end <= at]):
        if listed and not joined(text, base, drug, listed[0], made, doses):
            break
        listed.insert(0, drug)
    return listed
