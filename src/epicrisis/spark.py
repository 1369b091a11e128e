"""Convert a column of narratives on Apache Spark (extra `spark`).

    from epicrisis.spark import convert
    bundles = convert(notes, text_col="note", id_col="note_id")

Each Python worker loads the tables once and converts row by row, with the same function as for
one document; a row that cannot be converted becomes a row with its error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from epicrisis.errors import UsageError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

BUNDLES = (
    "id string, bundle string, issues string, resources int, facts int, conflicts int, error string, message string"
)
RESOURCES = "id string, resource_type string, resource_id string, resource string, error string, message string"
_OUT = 64  # rows per batch handed back: a bundle is some twenty times its narrative


def convert(
    df: DataFrame,
    text_col: str = "text",
    id_col: str = "id",
    *,
    output: Literal["bundles", "resources"] = "bundles",
    **options: Any,
) -> DataFrame:
    """Return what the narratives in *text_col* become, one narrative at a time.

    Args:
        df: narratives, with an id each.
        text_col: the column of the narrative, as `df.select` finds it (`note`, `d.text`, `` `odd.name` ``);
            a string, or binary for files as they are.
        id_col: the column that names it: a string, a number, or binary that is UTF-8. It becomes the
            document's name and its `identity`, so that equal texts of two ids have resources of their own.
        output: `bundles` for a row per narrative (columns `BUNDLES`), or `resources` for a row
            per FHIR resource (columns `RESOURCES`; references are `Type/id`, and the
            OperationOutcome of each narrative is a row too).
        options: options of `epicrisis.convert`.

    Raises:
        UsageError: no such column or option, or a column of another type. It is raised here, not
            on the executors.
    """
    if output not in ("bundles", "resources"):
        raise UsageError("output: choose bundles or resources")
    _check(options)
    chosen = _chosen(df, text_col, id_col)
    rows = _bundle_rows if output == "bundles" else _resource_rows
    schema = BUNDLES if output == "bundles" else RESOURCES
    return chosen.mapInArrow(_Mapper(rows, dict(options), schema), schema)


class _Mapper:
    """The function that Spark sends to its workers: batches in, batches out."""

    def __init__(self, rows: Callable[[Any], list[dict[str, Any]]], options: Mapping[str, Any], schema: str) -> None:
        self._rows = rows
        self._options = dict(options)
        self._columns = [part.strip().split() for part in schema.split(",")]

    def __call__(self, batches: Iterable[Any]) -> Iterable[Any]:
        """Convert the batches of one partition."""
        import pyarrow as pa

        types = {"string": pa.string(), "int": pa.int32()}
        schema = pa.schema([(name, types[kind]) for name, kind in self._columns])
        held: list[dict[str, Any]] = []
        for batch in batches:
            identities, texts = batch.column(0), batch.column(1)
            for n in range(batch.num_rows):
                held += self._one(identities[n].as_py(), texts[n].as_py())
                if len(held) >= _OUT:
                    yield pa.RecordBatch.from_pylist(held, schema=schema)
                    held = []
        if held:
            yield pa.RecordBatch.from_pylist(held, schema=schema)

    def _one(self, identity: str | bytes | None, text: Any) -> list[dict[str, Any]]:
        from epicrisis.etl.outcome import Outcome, attempt, default_convert

        known = identity or ""
        if isinstance(known, bytes):  # a binary that is no text; replaced characters would make two ids one
            try:
                known = known.decode("utf-8")
            except UnicodeDecodeError:
                return self._written(None, Outcome("", error="UnreadableRow", message="the id is not UTF-8"))
        if text is None:
            outcome = Outcome(known, error="UnreadableRow", message="the text is null")
        else:
            named = {**self._options, "identity": known} if known else self._options
            outcome = attempt(known, text, {"name": known or "document", **named}, default_convert())
        return self._written(identity if identity is None else known, outcome)

    def _written(self, identity: str | None, outcome: Any) -> list[dict[str, Any]]:
        """Return the rows of *outcome*; an id that is null or empty stays so."""
        return [{**row, "id": identity} for row in self._rows(outcome)]


def _bundle_rows(outcome: Any) -> list[dict[str, Any]]:
    from epicrisis.etl.frame import outcome_row

    return [outcome_row(outcome)]


def _resource_rows(outcome: Any) -> list[dict[str, Any]]:
    from epicrisis.bundle import ndjson_files
    from epicrisis.bundle.serialize import dumps

    if not outcome.ok:
        return [{"id": outcome.id, "error": outcome.error, "message": outcome.message}]
    resources = [entry["resource"] for entry in outcome.bundle.get("entry", ())]
    files = ndjson_files(resources)
    lines = {
        name.removesuffix(".ndjson"): iter(text.split("\n")) for name, text in files.items() if name.endswith(".ndjson")
    }
    rows = [
        {
            "id": outcome.id,
            "resource_type": resource["resourceType"],
            "resource_id": resource.get("id"),
            "resource": next(lines[resource["resourceType"]]),
        }
        for resource in resources
    ]
    issues = {"id": outcome.id, "resource_type": "OperationOutcome"}
    return [*rows, {**issues, "resource": dumps(outcome.issues)}]


def _chosen(df: DataFrame, text_col: str, id_col: str) -> DataFrame:
    """Return the two columns as `id` and `text`, found as Spark finds them."""
    from pyspark.errors import AnalysisException
    from pyspark.sql import functions, types

    found = []
    for column in (id_col, text_col):
        try:
            one = df.select(functions.col(column))
            kind = one.schema.fields[0].dataType if len(one.schema.fields) == 1 else None  # "*"
        except AnalysisException:
            kind = None
        if kind is None:
            raise UsageError(f"no column {column!r}, or several; columns: {', '.join(df.columns)}")
        found.append((column, kind))
    (_, of_id), (_, of_text) = found
    if not isinstance(of_text, types.StringType | types.BinaryType | types.VarcharType | types.CharType):
        raise UsageError(
            f"text_col {text_col!r}: of the type {of_text.simpleString()}; a narrative is string or binary"
        )
    if isinstance(of_id, types.ArrayType | types.MapType | types.StructType):
        raise UsageError(f"id_col {id_col!r}: of the type {of_id.simpleString()}; cast it to a string")
    identity = functions.col(id_col)
    if not isinstance(of_id, types.BinaryType):
        identity = identity.cast("string")
    return df.select(identity.alias("id"), functions.col(text_col).alias("text"))


def _check(options: Mapping[str, Any]) -> None:
    """Check the options on the driver: wrong ones are told before a job starts."""
    from epicrisis.pipeline import check_options

    if "identity" in options:
        raise UsageError("identity: it is of one document; the column of ids tells it")
    check_options(options)
