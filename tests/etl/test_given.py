"""What is given to `convert_many`: ids, open files, what is no narrative, and wrong options."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from epicrisis.document import read
from epicrisis.errors import MappingDataError, UsageError
from epicrisis.etl import convert_many
from etl.fakes import CANARY, converter

TEXT = "A 61-year-old man had gastric cancer."


@pytest.mark.parametrize("jobs", [1, 2])
def test_open_files_are_read_where_they_are_open(jobs: int, tmp_path: Path) -> None:
    """Of bytes and of text, with their name; one that cannot be read is an outcome."""
    path = tmp_path / "letter.md"
    path.write_text(f"# Case\n\n{TEXT}")
    with path.open("rb") as binary, path.open() as text, path.open("rb") as shut:
        shut.close()
        got = list(convert_many([("b", binary), ("t", text), shut, io.BytesIO(TEXT.encode())], jobs=jobs))
    assert [o.error for o in got] == [None, None, "UnreadableDocument", None]
    assert got[2].message == "the open file cannot be read: ValueError"
    names = [o.conversion.case.document.name for o in got if o.conversion]
    assert names == ["letter", "t", "document"]
    assert got[0].conversion is not None
    assert got[0].conversion.case.document.sections == read(path).sections


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_no_narrative_is_an_outcome_with_its_id(jobs: int) -> None:
    """It costs its row only, and says of which type it is; nothing is quoted."""
    sources = [(1, None), ("n", float("nan")), (7, TEXT), None, [CANARY], (1.5, TEXT), ("a", "b", "c"), (True, TEXT)]
    got = list(convert_many(sources, jobs=jobs))
    assert [(o.id, o.error) for o in got] == [
        ("1", "UnreadableRow"),
        ("n", "UnreadableRow"),
        ("7", None),
        *((f"document-{n}", "UnreadableRow") for n in (4, 5, 6, 7, 8)),
    ]
    assert got[0].message == "the text is null"
    assert got[1].message == "no narrative, but of the type float"
    assert got[5].message == "the id is of the type float: give a text or a whole number"
    assert CANARY not in repr(got[4])


def test_ids_are_texts_of_numbers_and_uuids() -> None:
    """A whole number and its text are one id."""
    number, text, unique = convert_many([(7, TEXT), ("7", TEXT), (UUID(int=7), memoryview(TEXT.encode()))])
    assert number == text
    assert unique.id == str(UUID(int=7))
    assert unique.ok


@pytest.mark.parametrize(
    "options",
    [
        {"no_such": 1},
        {"fhir": "r9"},
        {"encoding": "klingon"},
        {"encoding": "base64"},
        {"encoding": 8},
        {"mappings": "folder"},
        {"mappings": 8},
        {"mappings": ["/no/such/folder"]},
        {"recorded": "today"},
        {"recorded": 2026},
        {"identity": "the same for all"},
        {"jobs": 0},
        {"jobs": "2"},
        {"timeout": 0},
        {"timeout": "long"},
        {"convert": "no function"},
        {"convert": converter, "source": 1},
    ],
)
def test_wrong_options_are_told_by_the_call(options: dict[str, Any]) -> None:
    """Before a source is taken, and where there is none."""
    with pytest.raises((UsageError, MappingDataError)):
        convert_many([], **options)


def test_a_missing_folder_of_the_environment_is_told_by_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read over the shipped tables as those of the option are."""
    monkeypatch.setenv("EPICRISIS_MAPPINGS", "/no/such/folder")
    with pytest.raises(MappingDataError):
        convert_many([])


@pytest.mark.parametrize("sources", [TEXT, TEXT.encode(), {"a": TEXT}, 8])
def test_one_narrative_is_not_taken_by_letters(sources: Any) -> None:
    """A text is an iterable of letters, which nobody means."""
    with pytest.raises(UsageError, match="sources"):
        convert_many(sources)


def test_a_converter_of_ones_own_takes_what_it_knows() -> None:
    """It need not know of names and identities, and decides itself what a narrative is."""

    def plain(source: Any) -> Any:
        return converter(source["note"])

    def named(source: Any, *, name: str, identity: str | None = None) -> Any:
        return converter(source, name=f"{name}+{identity}")

    assert [o.ok for o in convert_many([{"note": "A"}, ("id", {"note": "B"})], convert=plain)] == [True, True]
    bundles = [o.bundle for o in convert_many(["A", ("id", "B")], convert=named)]
    assert [b and b["id"] for b in bundles] == ["document-1+None", "id+id"]


def test_checking_takes_no_source() -> None:
    """The call itself reads nothing."""

    def sources() -> Iterator[str]:
        raise AssertionError("taken")
        yield ""

    for jobs in (1, 2):
        convert_many(sources(), jobs=jobs)
