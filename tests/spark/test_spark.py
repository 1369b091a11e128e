"""On Spark the same rows come out as from `convert_many`, on real local workers."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from epicrisis.errors import UsageError
from epicrisis.etl import convert_many
from epicrisis.etl.frame import outcome_row
from support import require_or_skip

pytestmark = pytest.mark.filterwarnings("ignore")  # of PySpark about its own dependencies

TEXT = (
    "Case {n}\n\nA {age}-year-old woman was diagnosed with gastric adenocarcinoma in March 2019. "
    "She received oxaliplatin {dose} mg/m2. CT showed liver metastases. CEA was {n}.5 ng/mL."
)
NOTES = [(f"note-{n}", TEXT.format(n=n, age=40 + n % 40, dose=100 + n)) for n in range(60)]
ROWS: list[tuple[str | None, str | None]] = [
    *NOTES,
    ("empty", ""),
    ("null", None),
    (None, "Fever."),
]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """Return a Spark session with two local workers, or skip."""
    if importlib.util.find_spec("pyspark") is None:
        require_or_skip("spark", "the extra spark is not installed")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        require_or_skip("spark", "there is no Java")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession

        os.environ["PYSPARK_PYTHON"] = sys.executable
        made = (
            SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "16")
            .getOrCreate()
        )
    yield made
    made.stop()


@pytest.fixture(scope="module")
def notes(session: Any) -> Any:
    """Return the notes as a data frame of four partitions."""
    return session.createDataFrame(ROWS, "note_id string, note string").repartition(4)


def test_bundles_are_those_of_convert_many(notes: Any) -> None:
    """Row for row the same as the library gives; what cannot be read is a row with its error."""
    from epicrisis.spark import convert

    got = {r["id"]: r.asDict() for r in convert(notes, "note", "note_id").collect()}
    expected = {o.id: outcome_row(o) for o in convert_many(NOTES)}
    assert {k: got[k] for k in expected} == expected
    assert got["null"]["error"] == "UnreadableRow"
    assert got["null"]["bundle"] is None
    assert got[None]["error"] is None
    assert len(got) == len(ROWS)


def test_resources_are_those_of_the_bundles(notes: Any) -> None:
    """Exploded, each resource is a row of FHIR JSON whose references are `Type/id`."""
    from epicrisis.spark import convert

    rows = convert(notes, "note", "note_id", output="resources").where("error is null").collect()
    for outcome in convert_many(NOTES[:3]):
        assert outcome.bundle is not None
        mine = [r for r in rows if r["id"] == outcome.id and r["resource_type"] != "OperationOutcome"]
        expected = [e["resource"]["id"] for e in outcome.bundle["entry"]]
        assert [r["resource_id"] for r in mine] == expected
        known = {f"{r['resource_type']}/{r['resource_id']}" for r in mine}
        for row in mine:
            resource = json.loads(row["resource"])
            assert resource["resourceType"] == row["resource_type"]
            subject = resource.get("subject", {}).get("reference")
            assert subject is None or subject in known


def test_written_lines_are_ndjson_per_type(notes: Any, tmp_path: Path) -> None:
    """The recipe of the how-to writes files that any reader of FHIR NDJSON takes."""
    from epicrisis.spark import convert

    resources = convert(notes, "note", "note_id", output="resources")
    target = tmp_path / "Condition.ndjson"
    resources.where("resource_type = 'Condition'").select("resource").write.text(str(target))
    lines = [x for part in target.glob("part-*") for x in part.read_text().splitlines()]
    assert lines
    assert all(json.loads(x)["resourceType"] == "Condition" for x in lines)


def test_the_tables_are_loaded_once_per_worker(session: Any) -> None:
    """Two jobs over twelve partitions are served by the same two worker processes."""
    from epicrisis.spark import convert

    many = session.createDataFrame(NOTES, "id string, text string").repartition(12)
    convert(many).count()

    def pids(batches: Any) -> Any:
        import pyarrow as pa

        for _ in batches:
            pass
        loaded = int("epicrisis.pipeline" in sys.modules)
        yield pa.RecordBatch.from_pylist([{"pid": os.getpid(), "loaded": loaded}])

    seen = many.mapInArrow(pids, "pid long, loaded long").collect()
    assert len({r["pid"] for r in seen}) <= 3
    assert any(r["loaded"] for r in seen)


def test_wrong_columns_and_options_are_told_before_the_job(notes: Any) -> None:
    """A column that is not there, an unknown option and a wrong value are errors of usage."""
    from epicrisis.spark import convert

    for given in (
        {"text_col": "no"},
        {"id_col": "no", "text_col": "note"},
        {"text_col": "note", "id_col": "note_id", "fhir": "dstu2"},
        {"text_col": "note", "id_col": "note_id", "no_such": 1},
        {"text_col": "note", "id_col": "note_id", "output": "csv"},
    ):
        with pytest.raises(UsageError):
            convert(notes, **given)


def test_ids_and_texts_of_other_types(session: Any) -> None:
    """Whole numbers are ids; a null or empty one stays so; equal texts of two ids stay apart."""
    from epicrisis.spark import convert

    rows = [(1, "Fever."), (2, "Fever."), (None, "Fever."), (3, None)]
    got = convert(session.createDataFrame(rows, "id int, text string")).collect()
    assert [(r["id"], r["error"]) for r in got] == [("1", None), ("2", None), (None, None), ("3", "UnreadableRow")]
    assert [r["bundle"] for r in got[:2]] == [outcome_row(o)["bundle"] for o in convert_many(rows[:2])]
    ids = [json.loads(r["bundle"])["id"] for r in got[:3]]
    assert len(set(ids)) == 3
    [empty] = convert(session.createDataFrame([("", "Fever.")], "id string, text string")).collect()
    assert (empty["id"], json.loads(empty["bundle"])["id"]) == ("", ids[2])
    for output in ("bundles", "resources"):
        binary = session.createDataFrame([(b"a", b"Fever."), (b"\xff", b"Fever.")], "id binary, text binary")
        first, *_, last = convert(binary, output=output).collect()
        assert (first["id"], first["error"]) == ("a", None)
        assert (last["id"], last["error"], last["message"]) == (None, "UnreadableRow", "the id is not UTF-8")


def test_columns_are_found_as_spark_finds_them(session: Any) -> None:
    """Whatever the case, in a struct, of an alias, and in backticks."""
    from epicrisis.spark import convert

    made = session.createDataFrame(
        [("a", ("Fever.",), "Fever.")], "Id string, d struct<text: string>, `odd.name` string"
    )
    for text in ("D.text", "`odd.name`", "n.d.Text"):
        assert [r["id"] for r in convert(made.alias("n"), text, "id").collect()] == ["a"]
    with pytest.raises(UsageError, match=r"no column 'odd\.name'"):
        convert(made, "odd.name", "id")
    with pytest.raises(UsageError, match="of the type struct"):
        convert(made, "d", "id")
    with pytest.raises(UsageError, match="of the type int"):
        convert(session.createDataFrame([("a", 1)], "id string, text int"))
    with pytest.raises(UsageError, match="of the type array"):
        convert(session.createDataFrame([("a", ["x"])], "id string, text array<string>"))
    with pytest.raises(UsageError, match="of the type struct"):
        convert(made, "`odd.name`", "d")
