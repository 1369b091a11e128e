"""Cost per document and memory from few documents to many, and two workers against one.

python benchmarks/scale.py [--count 10000] [--pairs 3] [--size 400]
"""

from __future__ import annotations

import statistics
import time
from itertools import islice

from common import arguments, documents, rss_mib, show, stream


def main() -> None:
    """Run the benchmark."""
    given = arguments(__doc__ or "", count=10_000, pairs=3, size=400)
    from epicrisis.etl import convert_many

    figures: dict[str, dict[str, float]] = {}
    outcomes = convert_many(stream(given.texts, given.count))
    next(outcomes)  # loads the tables
    done, step = 1, 10
    while done < given.count:
        step = min(step, given.count - done)
        began, wall = time.process_time(), time.perf_counter()
        number = sum(1 for _ in islice(outcomes, step))
        done += number
        figures[f"to document {done}"] = {
            "cpu_ms_per_doc": (time.process_time() - began) / number * 1000,
            "wall_ms_per_doc": (time.perf_counter() - wall) / number * 1000,
            "rss_mib": rss_mib(),
        }
        step = done * 9
    show("cost per document", figures, given)
    if given.pairs:
        show("two workers against one, wall seconds", _workers(given), given)


def _workers(given: object) -> dict[str, dict[str, float]]:
    from epicrisis.etl import convert_many

    texts = documents(given.texts, given.size)  # type: ignore[attr-defined]
    seconds: dict[int, list[float]] = {1: [], 2: []}
    parent: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(given.pairs):  # type: ignore[attr-defined]
        for jobs in (1, 2) if turn % 2 else (2, 1):
            stream_of = convert_many(texts, jobs=jobs)
            for _ in range(2 * jobs):
                next(stream_of)  # workers have started and loaded the tables
            began, cpu = time.perf_counter(), time.process_time()
            rest = sum(1 for _ in stream_of)
            parent[jobs].append((time.process_time() - cpu) / rest * 1000)
            seconds[jobs].append((time.perf_counter() - began) / rest * 1000)
    ratios = [b / a for a, b in zip(seconds[1], seconds[2], strict=True)]
    return {
        "1 process": {
            "ms_min": min(seconds[1]),
            "ms_median": statistics.median(seconds[1]),
            "parent_cpu_ms_min": min(parent[1]),
        },
        "2 processes": {
            "ms_min": min(seconds[2]),
            "ms_median": statistics.median(seconds[2]),
            "parent_cpu_ms_min": min(parent[2]),
            "ratio_min": min(seconds[2]) / min(seconds[1]),
            "ratio_median": statistics.median(ratios),
        },
    }


if __name__ == "__main__":
    main()
