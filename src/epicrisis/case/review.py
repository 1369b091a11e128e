"""A person's corrections, kept in the case file beside what they correct.

`case.review` is {"reviewer", "recorded", "comment", "items": {key: decision}}; a decision is
{"decision", "changes", "comment"}.
The key `patient` stands for the patient. Decisions:

    accept   nothing changes; the reviewer vouches for the fact
    reject   the fact does not come out
    edit     `changes` are members of the item: each replaces the item's own, `detail` and `links`
             member by member; null takes a member away
    add      `changes` are a whole item, with its spans
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from epicrisis.case.codec import from_dict, to_dict
from epicrisis.case.model import Case
from epicrisis.errors import InvalidCase

PATIENT = "patient"
DECISIONS = ("accept", "reject", "edit", "add")
_MERGED = ("detail", "links")  # members that are changed member by member
_FIXED = ("key", "type")  # what makes an item the one that the decision speaks of


def apply_review(case: Case) -> Case:
    """Return *case* as its review leaves it; the review stays, so that Provenance can tell of it.

    Applying it again changes nothing.

    Raises:
        InvalidCase: a decision of no known kind, about no known fact, or one whose changes
            break the schema.
    """
    decisions = _decisions(case)
    if not decisions:
        return case
    data = to_dict(case)
    items = {item["key"]: item for item in data["items"]}
    for key, given in decisions.items():
        _decide(data, items, key, given)
    data["items"] = list(items.values())
    _tidy(data, set(items))
    try:
        return from_dict(data)
    except InvalidCase as error:
        raise InvalidCase(f"the review does not fit the case: {error}", "/review/items") from error


def review_lines(case: Case) -> list[str]:
    """Say what was decided, a line per kind of decision and per change, for Provenance.

    The lines name members and kinds of facts, never the narrative's words.
    """
    decisions = _decisions(case)
    types = {i.key: i.type for i in case.items}
    lines = []
    for decision, word in zip(DECISIONS, ("accepted", "rejected", "edited", "added"), strict=True):
        chosen = {k: d for k, d in decisions.items() if d.get("decision") == decision}
        if chosen:
            lines.append(f"{word}: {len(chosen)} {'fact' if len(chosen) == 1 else 'facts'}")
        if decision in ("edit", "add"):
            for key, given in chosen.items():
                changes = given.get("changes") or {}
                kind = PATIENT if key == PATIENT else changes.get("type") or types.get(key, "fact")
                members = ", ".join(_members(changes)) if decision == "edit" else ""
                lines.append(f"{word} {kind}{': ' + members if members else ''}")
    return lines


def _decisions(case: Case) -> dict[str, dict[str, Any]]:
    given = (case.review or {}).get("items") or {}
    if not isinstance(given, dict):
        raise InvalidCase("must be an object: key of a fact, then the decision", "/review/items")
    return given


def _decide(data: dict[str, Any], items: dict[str, Any], key: str, given: Any) -> None:
    pointer = f"/review/items/{key.replace('~', '~0').replace('/', '~1')}"
    if not isinstance(given, dict) or given.get("decision") not in DECISIONS:
        raise InvalidCase(f"decision must be one of {', '.join(DECISIONS)}", pointer)
    decision = given["decision"]
    changes = given.get("changes", {})
    if not isinstance(changes, dict):
        raise InvalidCase("changes must be an object", pointer)
    if decision == "reject":
        items.pop(key, None)
        if key == PATIENT:
            data["patient"] = None
    elif decision == "add":
        items[key] = {**deepcopy(changes), "key": key}
    elif decision == "edit" and key == PATIENT:
        data["patient"] = _merge(data["patient"] or {}, changes)
    elif decision == "edit":
        if key not in items:
            raise InvalidCase("no item of the case has this key", pointer)
        if any(changes.get(m, items[key][m]) != items[key][m] for m in _FIXED):
            raise InvalidCase("key and type cannot be edited: reject it and add another", pointer)
        items[key] = _merge(items[key], changes)


def _merge(item: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    made = deepcopy(item)
    for name, value in changes.items():
        if name in _MERGED and isinstance(value, dict):
            inner = {**made.get(name, {}), **value}
            made[name] = {k: v for k, v in inner.items() if v is not None}
        elif value is None:
            made.pop(name, None)
        else:
            made[name] = deepcopy(value)
    return made


def _members(changes: dict[str, Any]) -> list[str]:
    names = []
    for name, value in changes.items():
        inner = value if name in _MERGED and isinstance(value, dict) else None
        names += [name] if inner is None else [f"{name}.{m}" for m in inner]
    return names


def _tidy(data: dict[str, Any], known: set[str]) -> None:
    """Drop links to rejected facts, and contradictions that lost a side to a rejection."""
    for item in data["items"]:
        links = {r: [k for k in keys if k in known] for r, keys in item.get("links", {}).items()}
        if "links" in item:
            item["links"] = {r: keys for r, keys in links.items() if keys}
    kept = []
    for conflict in data.get("conflicts", ()):
        keys = conflict.get("items", [])
        left = [k for k in keys if k in known]
        if len(left) == len(keys) or len(left) > 1:
            kept.append({**conflict, "items": left} if keys else conflict)
    data["conflicts"] = kept
