"""Two patients with equal texts are two; equal inputs are one, whatever way they come."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import epicrisis
from epicrisis.case import codec
from epicrisis.errors import UsageError
from epicrisis.etl import convert_many, run

TEXT = "A 61-year-old man with gastric adenocarcinoma had no complaints."


def _ids(bundle: dict | None) -> set[str]:
    assert bundle is not None
    return {bundle["id"], *(entry["resource"]["id"] for entry in bundle["entry"])}


def test_equal_texts_of_two_ids_share_no_resource() -> None:
    """The id of a pair enters the ids of its resources; the same pair gives the same ids again."""
    one, other, again = (_ids(o.bundle) for o in convert_many([("a", TEXT), ("b", TEXT), ("a", TEXT)]))
    assert not one & other
    assert one == again
    assert one == _ids(epicrisis.convert(TEXT, identity="a").bundle)


def test_a_text_without_an_id_depends_on_itself_alone() -> None:
    """Neither its name nor its place in the stream is an id."""
    alone = _ids(epicrisis.convert(TEXT).bundle)
    assert alone == _ids(epicrisis.convert(TEXT, name="other").bundle)
    assert [_ids(o.bundle) for o in convert_many([TEXT, TEXT, (None, TEXT), ("", TEXT)])] == [alone] * 4


def test_an_identity_is_a_text() -> None:
    """The number 7 is no text; a pair of `convert_many` makes one of it."""
    with pytest.raises(UsageError, match="identity"):
        epicrisis.convert(TEXT, identity=7)  # type: ignore[arg-type]


def test_a_case_file_keeps_the_identity() -> None:
    """What is extracted of a row and converted later has the ids of the row."""
    made = epicrisis.convert(TEXT, identity="a")
    written = codec.to_json(made.case)
    assert _ids(epicrisis.convert(written).bundle) == _ids(made.bundle)
    assert not _ids(epicrisis.convert(written, identity="b").bundle) & _ids(made.bundle)
    assert "identity" not in codec.to_json(epicrisis.convert(TEXT).case)


def test_rows_of_a_table_stay_apart_in_bulk_data(tmp_path: Path) -> None:
    """Two rows of one text are two patients, with the ids that `convert_many` gives."""
    table = tmp_path / "t.csv"
    table.write_text(f'id,text\na/1,"{TEXT}"\nb,"{TEXT}"\n')
    run([table], tmp_path / "out", layout="ndjson", progress=False)
    patients = [json.loads(x)["id"] for x in (tmp_path / "out" / "Patient.ndjson").read_text().splitlines()]
    assert len(set(patients)) == 2
    for outcome, patient in zip(convert_many([("a/1", TEXT), ("b", TEXT)]), patients, strict=True):
        assert patient in _ids(outcome.bundle)
