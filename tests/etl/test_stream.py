"""A pipeline takes outcomes one by one, as objects, flat rows or data frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import epicrisis
from epicrisis.errors import UsageError
from epicrisis.etl import convert_many, outcome_schema, row_schema, to_frame
from epicrisis.etl.frame import outcome_row
from etl.fakes import CANARY, converter

TEXTS = [
    "A 61-year-old man with gastric adenocarcinoma received oxaliplatin 130 mg/m2 in March 2019.",
    "A 45-year-old woman had breast cancer. CEA was 12.5 ng/mL.",
]


def test_sources_are_taken_one_at_a_time() -> None:
    """The iterable is never read ahead of the consumer with one job."""
    taken: list[int] = []

    def endless() -> Iterator[str]:
        number = 0
        while True:
            taken.append(number)
            yield f"text {number}"
            number += 1

    stream = convert_many(endless(), convert=converter)
    assert [next(stream).id for _ in range(3)] == ["document-1", "document-2", "document-3"]
    assert len(taken) == 3


def test_several_processes_give_the_same_in_the_same_order() -> None:
    """Two jobs and one job give equal outcomes, in the order of the sources."""
    sources = [(f"n{n}", f"text {n}") for n in range(40)]
    one = [(o.id, o.bundle) for o in convert_many(sources, convert=converter)]
    two = [(o.id, o.bundle) for o in convert_many(iter(sources), jobs=2, convert=converter)]
    assert one == two


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_bad_document_is_an_outcome(jobs: int, tmp_path: Path) -> None:
    """Errors come as outcomes with kind and message; nothing of the narrative is told."""
    sources = ["good", "BAD", f"BUG {CANARY}", ("named", "good"), tmp_path / "missing.txt"]
    outcomes = list(convert_many(sources, jobs=jobs, convert=converter))
    assert [o.error for o in outcomes] == [None, "UnreadableDocument", "Bug", None, "Bug"]
    assert [o.ok for o in outcomes] == [True, False, False, True, False]
    assert outcomes[3].id == "named"
    assert CANARY not in repr([o.message for o in outcomes])
    assert outcomes[1].rows() == []


def test_wrong_options_end_the_stream() -> None:
    """An option that is wrong for every document is raised, not counted a thousand times."""
    with pytest.raises(UsageError):
        list(convert_many(TEXTS, fhir="dstu2"))
    with pytest.raises(UsageError):
        list(convert_many(TEXTS, jobs=0))


def test_rows_are_flat_and_name_their_document() -> None:
    """Each resource is one row with the same columns; spans point into the narrative."""
    outcome = next(epicrisis.convert_many([("one", TEXTS[0])]))
    rows = outcome.rows()
    assert {r["document"] for r in rows} == {"one"}
    assert len({tuple(r) for r in rows}) == 1
    drug = next(r for r in rows if r["resource_type"] == "MedicationStatement")
    start, end = drug["spans"][0]
    assert "oxaliplatin" in TEXTS[0][start:end]


@pytest.mark.parametrize("engine", ["pandas", "polars", "arrow"])
def test_frames_hold_the_rows(engine: str) -> None:
    """Each engine gives a frame with a row per resource, the same as the flat rows."""
    pytest.importorskip("pyarrow", reason="the extra dataframe is not installed")
    if engine != "arrow":
        pytest.importorskip(engine, reason="the extra dataframe is not installed")
    outcomes = list(convert_many(TEXTS))
    expected = [row for o in outcomes for row in o.rows()]
    frame = to_frame(outcomes, engine=engine)  # type: ignore[arg-type]
    assert len(frame) == len(expected)
    column = frame["id"]
    ids = column.to_pylist() if engine == "arrow" else list(column)
    assert ids == [r["id"] for r in expected]
    from_conversions = to_frame([o.conversion for o in outcomes], engine="arrow")
    assert from_conversions.num_rows == to_frame([o.bundle for o in outcomes], engine="arrow").num_rows
    with pytest.raises(UsageError):
        to_frame(outcomes, engine="excel")  # type: ignore[arg-type]


def test_outcomes_fit_their_arrow_schema() -> None:
    """Rows of outcomes, with and without a bundle, make an Arrow table of the stated schema."""
    pa = pytest.importorskip("pyarrow", reason="the extra dataframe is not installed")
    rows = [outcome_row(o) for o in convert_many([*TEXTS, b"\x89PNG\r\n"])]
    table = pa.Table.from_pylist(rows, schema=outcome_schema())
    assert table.num_rows == 3
    assert table["error"].to_pylist() == [None, None, "UnreadableDocument"]
    assert row_schema().names[:2] == ["document", "resource_type"]


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_a_data_frame_is_not_taken_for_its_headings(frame: str) -> None:
    """Iterated, it gives the names of its columns: "id" and "text" are no narratives."""
    library = pytest.importorskip(frame, reason="the extra dataframe is not installed")
    notes = library.DataFrame({"id": ["1"], "text": TEXTS[:1]})
    with pytest.raises(UsageError, match="of a data frame give pairs"):
        convert_many(notes)
    (outcome,) = convert_many(zip(notes["id"], notes["text"], strict=True))
    assert outcome.id == "1"


@pytest.mark.parametrize("source", [None, 5, ["A man."], {"text": "A man."}])
def test_what_is_no_narrative_is_a_wrong_argument(source: object) -> None:
    """The message says what may be given."""
    with pytest.raises(UsageError, match="source: give a text, a path, bytes or an open file, not "):
        epicrisis.convert(source)  # type: ignore[arg-type]


def test_a_frame_is_made_of_outcomes() -> None:
    """A wrong engine is told before the first document is converted, and so are texts in place of outcomes."""
    with pytest.raises(UsageError, match="engine: choose"):
        to_frame(iter([pytest.fail]), engine="excel")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="outcomes: give what convert_many yields, Conversions or bundles, not str"):
        to_frame(TEXTS)  # type: ignore[arg-type]


def test_a_log_of_results_does_not_hold_the_narrative() -> None:
    """`repr` of a conversion, its case and its document, alone or in an outcome, counts and does not quote."""
    (outcome,) = convert_many([("note-1", TEXTS[0])])
    made = outcome.conversion
    assert made is not None
    for said in (repr(outcome), repr(made), repr(made.case), repr(made.case.document), str([made])):
        assert "oxaliplatin" not in said
        assert "61" not in said
        assert len(said) < 400
