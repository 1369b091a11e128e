"""The case file: written, read back, and refused where it is wrong."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from epicrisis.case import build_case, codec
from epicrisis.case.model import Case, Item, Span
from epicrisis.document import read
from epicrisis.document.model import Document
from epicrisis.errors import InvalidCase
from epicrisis.facts import extract

FIXTURE = Path(__file__).parents[1] / "fixtures" / "case_seedlike.json"


def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(FIXTURE.read_text(encoding="utf-8"))
    return data


def _pointer(data: Any) -> str:
    with pytest.raises(InvalidCase) as caught:
        codec.from_dict(data)
    return caught.value.pointer


def test_round_trip_is_identical() -> None:
    """A case file read and written again is the same file, byte for byte."""
    text = FIXTURE.read_text(encoding="utf-8")
    assert codec.to_json(codec.from_json(text)) == text


def _texts(data: Any) -> Iterator[str]:
    """Yield every narrative of a file of test cases."""
    if isinstance(data, list):
        for value in data:
            yield from _texts(value)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)


def test_every_case_that_is_written_can_be_read() -> None:
    """Whatever a narrative becomes, the file of it keeps to the schema and is read back the same."""
    seen = 0
    for path in sorted((Path(__file__).parents[1] / "cases").rglob("*.toml")):
        for text in _texts(tomllib.loads(path.read_text(encoding="utf-8"))):
            document = read(text)
            case = build_case(document, extract(document))
            written = codec.to_json(case)
            assert codec.to_json(codec.from_json(written)) == written, path.name
            seen += 1
    assert seen > 500


def test_object_round_trip() -> None:
    """A case written and read again is an equal case."""
    case = codec.from_json(FIXTURE.read_bytes())
    assert codec.from_json(codec.to_json(case)) == case


def test_empty_case_round_trips() -> None:
    """A case without a patient and without items is written and read."""
    case = Case(Document("Nothing."))
    assert codec.from_json(codec.to_json(case)) == case


def test_spans_in_details_become_pairs() -> None:
    """A span object inside a detail is written as [start, end]."""
    detail = {"conclusion": "x", "conclusionSpans": [Span(0, 2)]}
    case = Case(Document("words"), items=[Item("a", "imaging", "w", [Span(0, 1)], detail=detail)])
    assert codec.to_dict(case)["items"][0]["detail"]["conclusionSpans"] == [[0, 2]]


def test_unknown_member_is_named_by_pointer() -> None:
    """A misspelt member is refused with the JSON pointer of its owner."""
    data = _data()
    data["items"][3]["statuss"] = "done"
    assert _pointer(data) == "/items/3"


def test_wrong_enum_is_named_by_pointer() -> None:
    """A status that does not exist is refused with its JSON pointer."""
    data = _data()
    data["items"][3]["status"] = "finished"
    assert _pointer(data) == "/items/3/status"


def test_wrong_detail_is_named_by_pointer() -> None:
    """A detail of the wrong kind is refused with its JSON pointer, by the item's type."""
    data = _data()
    at = next(n for n, i in enumerate(data["items"]) if i["type"] == "radiotherapy")
    data["items"][at]["detail"]["fractions"] = 28
    assert _pointer(data) == f"/items/{at}/detail/fractions"


@pytest.mark.parametrize("value", ["2018-13", "2018-9", "2018-02-30", "18", "2018-02-29"])
def test_impossible_dates_are_refused(value: str) -> None:
    """A date that is not in the calendar is refused with its JSON pointer."""
    data = _data()
    at = next(n for n, i in enumerate(data["items"]) if "when" in i)
    data["items"][at]["when"] = {"value": value}
    assert _pointer(data) == f"/items/{at}/when/value"


def test_dangling_link_is_refused() -> None:
    """A link to a key that no item has is refused with its JSON pointer."""
    data = _data()
    data["items"][0].setdefault("links", {})["reason"] = ["condition-cough", "nobody"]
    assert _pointer(data) == "/items/0/links/reason/1"


def test_double_key_is_refused() -> None:
    """Two items with one key are refused."""
    data = _data()
    data["items"][1]["key"] = data["items"][0]["key"]
    assert _pointer(data) == "/items/1/key"


@pytest.mark.parametrize("span", [[5, 5], [7, 3], [0, 10**9]])
def test_spans_outside_the_text_are_refused(span: list[int]) -> None:
    """A span that is empty, backwards or outside the text is refused with its JSON pointer."""
    data = _data()
    data["items"][0]["spans"] = [span]
    assert _pointer(data).startswith("/items/0/spans/0")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"schema": "epicrisis-case/1", "schema": "epicrisis-case/1"}',
        '{"schema": NaN}',
        "[" * 100_000,
        '{"schema": ' + "1" * 5_000 + "}",
        '{"schema": "epicrisis-case/2", "document": {"name": "", "text": ""}, "items": []}',
    ],
)
def test_broken_files_are_refused(text: str) -> None:
    """What is no case file ends in InvalidCase, whatever is wrong with it."""
    with pytest.raises(InvalidCase):
        codec.from_json(text)


def test_not_utf8_is_refused() -> None:
    """Bytes that are not UTF-8 end in InvalidCase."""
    with pytest.raises(InvalidCase):
        codec.from_json(b'{"schema": "\xff\xfe"}')


def test_messages_do_not_quote_the_patient() -> None:
    """The message of a refused case holds no value of the case."""
    data = _data()
    data["items"][0]["status"] = "Mrs-Secret-Canary"
    data["patient"]["sex"] = "Secret-Canary"
    with pytest.raises(InvalidCase) as caught:
        codec.from_dict(data)
    assert "Canary" not in str(caught.value)


def test_is_case_tells_a_case_from_a_narrative() -> None:
    """A case file is known by its schema, a narrative about one is not a case file."""
    assert codec.is_case(FIXTURE.read_text(encoding="utf-8"))
    assert not codec.is_case('A man had "epicrisis-case/1" {')
    assert not codec.is_case('{"resourceType": "Bundle"}')


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_case_file_is_known_with_its_keys_in_any_order(encoding: str) -> None:
    """Sorted, the schema comes after a long text; written by other programs, in another encoding."""
    document = read("A 61-year-old man had gastric cancer. " * 300)
    written = json.loads(codec.to_json(build_case(document, extract(document))))
    text = read(json.dumps(written, sort_keys=True).encode(encoding)).text
    assert codec.is_case(text)
    assert codec.from_json(text).document.text == document.text


def test_reference_explains_every_member() -> None:
    """docs/reference/case.md names every type and every member that the schema knows."""
    root = Path(__file__).parents[2]
    text = (root / "docs" / "reference" / "case.md").read_text(encoding="utf-8")
    schema = json.loads((root / "mappings" / "schema" / "case-1.schema.json").read_text("utf-8"))
    defs = schema["$defs"]
    for kind in defs["item"]["properties"]["type"]["enum"]:
        part = text.partition(f"### `{kind}`")[2].partition("\n### ")[0]
        assert part, kind
        for member in defs[kind].get("properties", {}):
            assert f"`{member}`" in part, (kind, member)
    for owner in ("document", "patient", "item", "conflict", "dosage"):
        for member in defs[owner]["properties"]:
            assert f"`{member}`" in text, (owner, member)


def test_example_of_the_reference_is_a_case() -> None:
    """The example in docs/reference/case.md is read, and its spans are the words it names."""
    root = Path(__file__).parents[2]
    text = (root / "docs" / "reference" / "case.md").read_text(encoding="utf-8")
    case = codec.from_json(text.partition("```json\n")[2].partition("```")[0])
    item = case.items[0]
    assert case.document.text[item.spans[0].start : item.spans[0].end] == "cough"
    assert item.when
    span = item.when.spans[0]
    assert case.document.text[span.start : span.end] == "March 2020"
