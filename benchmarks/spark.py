"""What Spark adds to the conversion of a document, on two local workers.

    pip install 'epicrisis[spark]' && python benchmarks/spark.py [--count 2000] [--rounds 3]

The overhead is measured with the same rows through the same exchange and a function that hands
on ready bundles instead of converting.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Iterable
from typing import Any

from common import ROOT, arguments, documents, show


def main() -> None:
    """Run the benchmark."""
    given = arguments(__doc__ or "", count=2000, rounds=3)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = str(ROOT / "src")
    from pyspark.sql import SparkSession

    from epicrisis.etl import convert_many
    from epicrisis.spark import BUNDLES, convert

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "512")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    texts = documents(given.texts, given.count)
    rows = [(str(n), text) for n, text in enumerate(texts)]
    notes = session.createDataFrame(rows, "id string, text string").repartition(4).cache()
    notes.count()
    ready = next(iter(convert_many(texts[:1]))).to_json() or ""

    def hand_on(batches: Iterable[Any]) -> Iterable[Any]:
        import pyarrow as pa

        for batch in batches:
            size = batch.num_rows
            empty = pa.array([None] * size, pa.string())
            zero = pa.array([0] * size, pa.int32())
            bundles = pa.array([ready] * size, pa.string())
            names = [
                "id",
                "bundle",
                "issues",
                "resources",
                "facts",
                "conflicts",
                "error",
                "message",
            ]
            columns = [batch.column(0), bundles, empty, zero, zero, zero, empty, empty]
            yield pa.RecordBatch.from_arrays(columns, names)

    tenfold = notes.crossJoin(session.range(10).toDF("turn")).drop("turn").repartition(4).cache()
    tenfold.count()

    def seconds(frame: Any) -> float:
        began = time.perf_counter()
        frame.write.format("noop").mode("overwrite").save()
        return time.perf_counter() - began

    def marginal() -> float:
        """Return the cost of one more document, without that of starting a job."""
        few = seconds(notes.mapInArrow(hand_on, BUNDLES))
        many = seconds(tenfold.mapInArrow(hand_on, BUNDLES))
        return (many - few) / (9 * given.count) * 1000

    runs = {
        "2 processes of convert_many": lambda: _many(convert_many, rows),
        "Spark local[2]: convert": lambda: seconds(convert(notes)) / given.count * 1000,
        "Spark local[2]: one document more, ready bundles handed on": marginal,
    }
    spent: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(given.rounds):
        for name, function in runs.items():
            spent[name].append(function())
    first = next(iter(spent.values()))
    figures = {
        name: {
            "ms_min": min(values),
            "ms_median": statistics.median(values),
            "ratio_min": min(values) / min(first),
            "ratio_median": statistics.median(b / a for a, b in zip(first, values, strict=True)),
        }
        for name, values in spent.items()
    }
    show("Spark, wall milliseconds per document", figures, given)
    session.stop()


def _many(convert_many: Any, rows: list[tuple[str, str]]) -> float:
    outcomes = convert_many(rows, jobs=2)
    for _ in range(4):
        next(outcomes)
    began = time.perf_counter()
    number = sum(1 for _ in outcomes)
    return (time.perf_counter() - began) / number * 1000


if __name__ == "__main__":
    main()
