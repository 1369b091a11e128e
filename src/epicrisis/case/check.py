"""Say what is wrong with a case file that was written or edited by hand, and where.

First the published schema, then what a schema cannot say: keys, links, spans and the calendar.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import Any

from epicrisis import resources
from epicrisis.errors import InvalidCase


def check(data: Any) -> None:
    """Check a case file as plain JSON values.

    Raises:
        InvalidCase: the first fault; its `pointer` is the JSON pointer of the place.
    """
    _check_schema(data)
    _check_meaning(data)


@cache
def _validators() -> tuple[Any, dict[str, Any]]:
    """Return the validator of a case file, and those of the details by item type.

    The schema says for each item "if it is of this type, then its detail is so": twenty-two
    questions an item. Asked by type they are one, with the same answer.
    """
    from jsonschema import Draft202012Validator

    schema = json.loads(resources.read_text("schema", "case-1.schema.json"))
    rules = schema["$defs"]["item"].pop("allOf")
    details = {}
    for rule in rules:
        kind = rule["if"]["properties"]["type"]["const"]
        detail = {"$ref": rule["then"]["properties"]["detail"]["$ref"], "$defs": schema["$defs"]}
        details[kind] = Draft202012Validator(detail)
    return Draft202012Validator(schema), details


def _check_schema(data: Any) -> None:
    """Check *data* against the schema; the fault deepest in the file is the most telling."""
    from jsonschema.exceptions import best_match

    whole, details = _validators()
    error = best_match(whole.iter_errors(data))
    if error is not None:
        raise InvalidCase(_say(error), _pointer(error.absolute_path))
    for n, item in enumerate(data["items"]):
        if item.get("detail"):
            error = best_match(details[item["type"]].iter_errors(item["detail"]))
            if error is not None:
                raise InvalidCase(_say(error), f"/items/{n}/detail{_pointer(error.absolute_path)}")


def _say(error: Any) -> str:
    """Say what is wrong without quoting the value: it may be the patient's."""
    rule, wanted = error.validator, error.validator_value
    if rule == "required":
        missing = [name for name in wanted if name not in error.instance]
        return f"{', '.join(missing)} missing"
    if rule == "additionalProperties":
        extra = sorted(set(error.instance) - set(error.schema.get("properties", {})))
        return f"unknown member {', '.join(extra)}"
    if rule in ("enum", "const"):
        return f"must be {json.dumps(wanted)}"
    if rule == "type":
        return f"must be of type {wanted if isinstance(wanted, str) else ' or '.join(wanted)}"
    if rule == "pattern":
        return f"must match {wanted}"
    return f"breaks the rule {rule} {json.dumps(wanted)[:80]}"


def _check_meaning(data: dict[str, Any]) -> None:
    """Check what a schema cannot say: keys, links, spans and the calendar."""
    length = len(data["document"]["text"])
    keys: set[str] = set()
    for n, item in enumerate(data["items"]):
        if item["key"] in keys:
            raise InvalidCase("this key is used twice", f"/items/{n}/key")
        keys.add(item["key"])
    for n, item in enumerate(data["items"]):
        for role, linked in item.get("links", {}).items():
            for m, key in enumerate(linked):
                if key not in keys:
                    raise InvalidCase("no item has this key", f"/items/{n}/links/{_escape(role)}/{m}")
    for n, conflict in enumerate(data.get("conflicts", ())):
        for m, key in enumerate(conflict.get("items", ())):
            if key not in keys:
                raise InvalidCase("no item has this key", f"/conflicts/{n}/items/{m}")
    _check_spans(data, "", length)
    for n, section in enumerate(data["document"].get("sections", ())):
        if not 0 <= section["start"] <= section["end"] <= length:
            raise InvalidCase("reaches outside the text", f"/document/sections/{n}")


def _check_spans(value: Any, pointer: str, length: int) -> None:
    """Walk the case: every span lies in the text, every date is a day of the calendar."""
    if isinstance(value, list):
        for n, member in enumerate(value):
            _check_spans(member, f"{pointer}/{n}", length)
    elif isinstance(value, dict):
        for name, member in value.items():
            here = f"{pointer}/{_escape(name)}"
            if name in ("spans", "statements") or name.endswith("Spans"):
                for n, span in enumerate(member):
                    if not 0 <= span[0] < span[1] <= length:
                        raise InvalidCase("a span must be [start, end] inside the text", f"{here}/{n}")
            elif name in ("when", "start", "end", "birthDate", "deathDate") and isinstance(member, dict):
                _check_date(member["value"], f"{here}/value")
                _check_spans(member, here, length)
            else:
                _check_spans(member, here, length)


def _check_date(value: str, pointer: str) -> None:
    if len(value) == 10:
        try:
            date.fromisoformat(value)
        except ValueError as error:
            raise InvalidCase("no day of the calendar", pointer) from error


def _pointer(path: Any) -> str:
    return "".join(f"/{_escape(str(p))}" for p in path)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
