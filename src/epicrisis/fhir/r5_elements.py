"""Elements that R5 has under another name, moved or told as notes: what the moves of all resources share."""

from __future__ import annotations

from typing import Any

Resource = dict[str, Any]
_NOTE = "http://hl7.org/fhir/StructureDefinition/note"


def rename(r: Resource, old: str, new: str) -> None:
    """Move an element, and its extensions, to another name."""
    for prefix in ("", "_"):
        if prefix + old in r:
            r[prefix + new] = r.pop(prefix + old)


def without(r: Resource, url: str) -> list[Resource]:
    """Take the extensions of one kind away and return them."""
    found = [e for e in r.get("extension", ()) if e["url"] == url]
    if found:
        r["extension"] = [e for e in r["extension"] if e["url"] != url]
        if not r["extension"]:
            del r["extension"]
    return found


def move_notes(r: Resource) -> None:
    """Move notes into the element that R5 has for them."""
    notes = [e["valueAnnotation"] for e in without(r, _NOTE)]
    if notes:
        r["note"] = [*r.get("note", ()), *notes]


def move_reasons(r: Resource) -> None:
    """Move references to reasons into the element that R5 has for them."""
    reasons = [{"reference": d} for d in r.pop("reasonReference", ())]
    if reasons:
        r["reason"] = reasons


def tell_intent(r: Resource, mcode: dict[str, Resource]) -> None:
    """Tell the intent, which mCODE had an extension for, as a note."""
    if "mcode-procedure-intent" in mcode:
        remark(r, f"Intent: {words(mcode['mcode-procedure-intent']['valueCodeableConcept'])}.")


def remark(r: Resource, text: str) -> None:
    """Add a note."""
    r["note"] = [*r.get("note", ()), {"text": text}]


def words(concept: Resource) -> str:
    """Return the words of a concept."""
    return str(concept.get("text") or concept["coding"][0].get("display") or concept["coding"][0]["code"])
