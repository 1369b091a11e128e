"""What the benchmarks share: documents, paired timing, and how figures are printed."""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))


def arguments(description: str, **defaults: int) -> argparse.Namespace:
    """Parse --texts DIR, --json FILE and the numbers that a benchmark names."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--texts", type=Path, default=ROOT / "samples", help="folder of narratives")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    return parser.parse_args()


def documents(folder: Path, number: int) -> list[str]:
    """Return *number* narratives: those of *folder*, then variants with other figures and order."""
    return list(stream(folder, number))


def stream(folder: Path, number: int) -> Iterator[str]:
    """Yield what `documents` returns, one at a time."""
    texts = [p.read_text(encoding="utf-8") for p in sorted(folder.glob("*.[tm][xd]*"))]
    if not texts:
        sys.exit(f"{folder}: no narratives (*.txt, *.md)")
    dice = random.Random(7)  # noqa: S311
    for n in range(number):
        text = texts[n % len(texts)]
        if n >= len(texts):
            head, *rest = re.split(r"\n\n+", text)
            dice.shuffle(rest)
            text = "\n\n".join([head, *rest])
            text = re.sub(r"(?<=\d)[1-9](?=\D)", lambda _: str(dice.randint(1, 9)), text)
        yield text


def written_forms(number: int) -> list[str]:
    """Return at most *number* written forms of epicrisis' own tables of terms."""
    found: dict[str, None] = {}
    for table in sorted((ROOT / "mappings" / "terms").glob("*.tsv")):
        text = table.read_text(encoding="utf-8")
        lines = (line for line in text.split("\n") if not line.startswith("#"))
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            for form in [row["term"], *(row["synonyms"] or "").split("|")]:
                if len(form) > 2:
                    found[form.strip()] = None
    return list(found)[:number]


def paired(contestants: dict[str, Callable[[str], Any]], texts: list[str], rounds: int) -> dict[str, dict[str, float]]:
    """Time every contestant on every text in turns, so that a busy machine hits all alike.

    Returns processor milliseconds per document: minimum and median of the rounds, and the
    ratio to the first contestant: of the minima, and the median of the rounds' own ratios.
    """
    for contestant in contestants.values():
        contestant(texts[0])
    names = list(contestants)
    spent: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            function = contestants[name]
            began = time.process_time()
            for text in texts:
                function(text)
            spent[name].append((time.process_time() - began) / len(texts) * 1000)
    first = spent[names[0]]
    return {
        name: {
            "ms_min": min(values),
            "ms_median": statistics.median(values),
            "ratio_min": min(values) / min(first),
            "ratio_median": statistics.median(b / a for a, b in zip(first, values, strict=True)),
        }
        for name, values in spent.items()
    }


def show(title: str, figures: dict[str, dict[str, float]], given: argparse.Namespace) -> None:
    """Print a table, and append it to the JSON file if one is asked for."""
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    print(f"\n{title}\n{machine}, load {os.getloadavg()[0]:.1f}")
    columns = list(dict.fromkeys(c for row in figures.values() for c in row))
    width = max(len(name) for name in figures)
    print(" " * width, *(f"{c:>14}" for c in columns))
    for name, row in figures.items():
        cells = (f"{row[c]:14.3f}" if c in row else " " * 14 for c in columns)
        print(f"{name:{width}}", *cells)
    if given.json:
        held = json.loads(given.json.read_text()) if given.json.exists() else {}
        given.json.write_text(json.dumps({**held, title: figures}, indent=2) + "\n")


def rss_mib() -> float:
    """Return the resident memory of this process."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
