"""Whatever a case file says, the resources are ones that FHIR can hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from epicrisis import resources as data
from epicrisis.bundle import to_json
from epicrisis.case import codec
from epicrisis.mapping import map_case

TEXT = "A narrative of some words, long enough to point into it."
SCHEMA = json.loads(data.read_text("schema", "case-1.schema.json"))["$defs"]
WORDS = st.one_of(
    st.sampled_from(["12", "4.650", "-1", "grade II", "mg", "negative", "2+", "Gy", "1-2", "pos"]),
    st.text(max_size=8),
)
DATES = st.sampled_from(["2018", "2018-09", "2018-09-20", "2019-07-27"])
CONTROL = re.compile(r"\\u00[01][0-9a-f]|\\u007f")


def _member(rule: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in rule:
        rule = SCHEMA[rule["$ref"].rpartition("/")[2]]
    if "enum" in rule:
        return st.sampled_from([v for v in rule["enum"] if v is not None])
    if "anyOf" in rule:
        return _member(rule["anyOf"][0])
    kind = rule.get("type", "string")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "boolean":
        return st.booleans()
    if kind == "array":
        if "prefixItems" in rule:
            return st.integers(0, 40).map(lambda n: [n, n + 5])
        return st.lists(_member(rule.get("items", {})), max_size=3)
    if kind == "object":
        members = {k: _member(v) for k, v in rule.get("properties", {}).items()}
        return st.fixed_dictionaries({}, optional=members)
    return WORDS


def _empty(value: Any) -> Iterator[Any]:
    """Yield what FHIR forbids: empty strings, lists and objects."""
    if value in ("", [], {}):
        yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _empty(member)


@st.composite
def _item(draw: st.DrawFn, kind: str, n: int) -> dict[str, Any]:
    item: dict[str, Any] = {"key": f"{kind}-{n}", "type": kind, "text": draw(WORDS)}
    item["spans"] = [[2, 11]]
    item["detail"] = draw(_member(SCHEMA[kind]))
    for name in ("when", "start", "end"):
        if draw(st.booleans()):
            item[name] = {"value": draw(DATES)}
    item["negated"] = draw(st.booleans())
    item["status"] = draw(_member(SCHEMA["item"]["properties"]["status"]))
    return item


@pytest.mark.parametrize("kind", SCHEMA["item"]["properties"]["type"]["enum"])
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(drawn=st.data())
def test_any_item_is_valid_fhir(kind: str, drawn: st.DataObject) -> None:
    """Any item that the schema allows gives resources that the base models accept, R4 and R5."""
    from fhir.resources import get_fhir_model_class as model5
    from fhir.resources.R4B import get_fhir_model_class as model4

    document = {"name": "any", "text": TEXT}
    items = [drawn.draw(_item(kind, n)) for n in range(2)]
    case = codec.from_dict({"schema": "epicrisis-case/1", "document": document, "items": items})
    for fhir, model in (("r4", model4), ("r5", model5)):
        for resource in map_case(case, fhir=fhir):
            written = to_json(resource)
            assert not CONTROL.search(json.dumps(json.loads(written)))
            assert not list(_empty(resource))
            assert model(resource["resourceType"]).model_validate_json(written)
