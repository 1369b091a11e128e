"""The case as JSON: written, read back, and checked against its published schema."""

from __future__ import annotations

import json
from typing import Any

from epicrisis.case.check import check
from epicrisis.case.model import SCHEMA, Case, Conflict, Item, Patient, Span, When
from epicrisis.document.model import Document, Section
from epicrisis.errors import InvalidCase
from epicrisis.kept import lazy

_NAMED = lazy(r'"schema"\s*:\s*"epicrisis-case/')


def to_json(case: Case) -> str:
    """Return the case file of *case*: two spaces of indent, members in a fixed order."""
    return json.dumps(to_dict(case), ensure_ascii=False, indent=2) + "\n"


def from_json(text: str | bytes) -> Case:
    """Read a case file, perhaps edited by hand.

    Raises:
        InvalidCase: no JSON, or against the schema; its `pointer` says where.
    """
    try:
        if isinstance(text, str):
            text = text.removeprefix("\ufeff")  # an editor's byte order mark
        data = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
    except RecursionError as error:
        raise InvalidCase("nested too deeply") from error
    except UnicodeDecodeError as error:
        raise InvalidCase("not UTF-8") from error
    except json.JSONDecodeError as error:
        raise InvalidCase(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error
    except ValueError as error:  # a number that is longer than Python reads
        raise InvalidCase("a number of thousands of digits") from error
    return from_dict(data)


def is_case(text: str) -> bool:
    """Say whether *text* is meant to be a case file: a JSON object that names its schema."""
    # anywhere: where keys are sorted, the schema comes after the text
    return text[:64].lstrip("\ufeff \t\r\n").startswith("{") and _NAMED.search(text) is not None


def to_dict(case: Case) -> dict[str, Any]:
    """Return *case* as plain JSON values; what is empty is left out."""
    document = case.document
    found = _slim(
        {
            "name": document.name,
            "identity": document.identity,
            "text": document.text,
            "mediaType": document.media_type,
            "sourceSha256": document.source_sha256,
            "bibliography": dict(document.bibliography),
            "sections": [{"kind": s.kind, "title": s.title, "start": s.start, "end": s.end} for s in document.sections],
            "findings": list(document.findings),
        },
        keep=("name", "text"),
    )
    return {
        "schema": SCHEMA,
        "document": found,
        "patient": _patient(case.patient),
        "items": [_item(i) for i in case.items],
        "conflicts": [_conflict(c) for c in case.conflicts],
        "review": case.review,
    }


def from_dict(data: Any) -> Case:
    """Return the case of *data*, checked.

    Raises:
        InvalidCase: against the schema; its `pointer` says where.
    """
    check(data)
    document = data["document"]
    return Case(
        Document(
            text=document["text"],
            name=document["name"],
            sections=tuple(Section(s["kind"], s["title"], s["start"], s["end"]) for s in document.get("sections", ())),
            media_type=document.get("mediaType", "text/plain"),
            source_sha256=document.get("sourceSha256", ""),
            bibliography=dict(document.get("bibliography", {})),
            findings=tuple(document.get("findings", ())),
            identity=document.get("identity", ""),
        ),
        patient=_read_patient(data.get("patient")),
        items=[_read_item(i) for i in data["items"]],
        conflicts=[
            Conflict(
                c["code"],
                c["message"],
                _read_spans(c.get("statements")),
                list(c.get("items", ())),
                c.get("severity", "warning"),
            )
            for c in data.get("conflicts", ())
        ],
        review=data.get("review"),
    )


# -- writing -----------------------------------------------------------------------------------


def _patient(patient: Patient | None) -> dict[str, Any] | None:
    if patient is None:
        return None
    return _slim(
        {
            "sex": patient.sex,
            "age": patient.age,
            "ageUnit": patient.age_unit if patient.age else None,
            "birthDate": _when(patient.birth_date),
            "deceased": patient.deceased,
            "deathDate": _when(patient.death_date),
            "sexSpans": _spans(patient.sex_spans),
            "ageSpans": _spans(patient.age_spans),
            "deathSpans": _spans(patient.death_spans),
        },
    )


def _item(item: Item) -> dict[str, Any]:
    return _slim(
        {
            "key": item.key,
            "type": item.type,
            "text": item.text,
            "spans": _spans(item.spans),
            "concept": item.concept,
            "codings": item.codings,
            "when": _when(item.when),
            "start": _when(item.start),
            "end": _when(item.end),
            "negated": item.negated or None,
            "certainty": None if item.certainty == "stated" else item.certainty,
            "status": None if item.status == "done" else item.status,
            "inferred": item.inferred,
            "links": {role: list(keys) for role, keys in item.links.items()},
            "detail": _plain(item.detail),
            "notes": list(item.notes),
        },
        keep=("text", "codings"),
    )


def _conflict(conflict: Conflict) -> dict[str, Any]:
    severity = None if conflict.severity == "warning" else conflict.severity
    found = {
        "code": conflict.code,
        "message": conflict.message,
        "statements": _spans(conflict.statements),
        "items": list(conflict.items),
    }
    return _slim({**found, "severity": severity}, keep=("message",))


def _when(when: When | None) -> dict[str, Any] | None:
    return _slim({"value": when.value, "spans": _spans(when.spans), "inferred": when.inferred}) if when else None


def _spans(spans: list[Span]) -> list[list[int]]:
    return [[s.start, s.end] for s in spans]


def _plain(value: Any) -> Any:
    """Return a detail as JSON values: spans become pairs."""
    if isinstance(value, Span):
        return [value.start, value.end]
    if isinstance(value, When):
        return _when(value)
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def _slim(found: dict[str, Any], keep: tuple[str, ...] = ()) -> dict[str, Any]:
    return {k: v for k, v in found.items() if v is not None and (v not in ("", [], {}) or k in keep)}


# -- reading -----------------------------------------------------------------------------------


def _read_patient(data: dict[str, Any] | None) -> Patient | None:
    if data is None:
        return None
    return Patient(
        sex=data.get("sex"),
        age=data.get("age"),
        age_unit=data.get("ageUnit", "a"),
        birth_date=_read_when(data.get("birthDate")),
        deceased=data.get("deceased"),
        death_date=_read_when(data.get("deathDate")),
        sex_spans=_read_spans(data.get("sexSpans")),
        age_spans=_read_spans(data.get("ageSpans")),
        death_spans=_read_spans(data.get("deathSpans")),
    )


def _read_item(data: dict[str, Any]) -> Item:
    return Item(
        key=data["key"],
        type=data["type"],
        text=data.get("text", ""),
        spans=_read_spans(data.get("spans")),
        concept=data.get("concept"),
        codings=data.get("codings"),
        when=_read_when(data.get("when")),
        start=_read_when(data.get("start")),
        end=_read_when(data.get("end")),
        negated=data.get("negated", False),
        certainty=data.get("certainty", "stated"),
        status=data.get("status", "done"),
        inferred=data.get("inferred"),
        links={role: list(keys) for role, keys in data.get("links", {}).items()},
        detail=data.get("detail", {}),
        notes=list(data.get("notes", ())),
    )


def _read_when(data: dict[str, Any] | None) -> When | None:
    return When(data["value"], _read_spans(data.get("spans")), data.get("inferred")) if data else None


def _read_spans(data: list[list[int]] | None) -> list[Span]:
    return [Span(a, b) for a, b in data or ()]


def _no_constant(name: str) -> float:
    raise InvalidCase(f"{name} is no JSON number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [k for k, _ in pairs]
        twice = next(k for k in names if names.count(k) > 1)
        raise InvalidCase(f"member {twice} is given twice")
    return found
