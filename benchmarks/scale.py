"""Cost per document and memory from few documents to many, and two workers against one.

python benchmarks/scale.py [--count 10000] [--pairs 3] [--size 400]
"""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

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
    texts = documents(given.texts, given.size)  # type: ignore[attr-defined]
    seconds: dict[int, list[float]] = {1: [], 2: []}
    parent: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(given.pairs):  # type: ignore[attr-defined]
        for jobs in (1, 2) if turn % 2 else (2, 1):
            # each time in a new process, for one that has read many texts would have them warm
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
                wall, cpu = fresh.submit(_timed, texts, jobs).result()
            seconds[jobs].append(wall)
            parent[jobs].append(cpu)
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


def _timed(texts: list[str], jobs: int) -> tuple[float, float]:
    """Return the milliseconds per document, by the clock and of this process."""
    from epicrisis.etl import convert_many

    outcomes = convert_many(texts, jobs=jobs)
    for _ in range(2 * jobs):
        next(outcomes)  # workers have started and loaded the tables
    began, cpu = time.perf_counter(), time.process_time()
    rest = sum(1 for _ in outcomes)
    return (time.perf_counter() - began) / rest * 1000, (time.process_time() - cpu) / rest * 1000


if __name__ == "__main__":
    main()
