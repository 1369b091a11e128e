"""Cold start against bare Python: what the first document costs.

python benchmarks/cold.py [--rounds 7]
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

from common import ROOT, arguments, show


def main() -> None:
    """Run the benchmark."""
    given = arguments(__doc__ or "", rounds=7)
    sample = next(p for p in sorted(given.texts.iterdir()) if p.suffix in (".txt", ".md"))
    commands = {
        "python -c pass": ["-c", "pass"],
        "epicrisis --version": ["-m", "epicrisis", "--version"],
        "epicrisis convert --no-validate": _convert(sample, "--no-validate"),
        "epicrisis convert": _convert(sample),
    }
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(given.rounds + 1):
        for name, command in commands.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(
                [sys.executable, *command], env=environment, check=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent[name].append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000)
    spent = {name: values[1:] for name, values in spent.items()}  # the first run fills caches
    bare = spent["python -c pass"]
    figures = {
        name: {
            "ms_min": min(values),
            "ms_median": statistics.median(values),
            "ratio_min": min(values) / min(bare),
            "ratio_median": statistics.median(b / a for a, b in zip(bare, values, strict=True)),
        }
        for name, values in spent.items()
    }
    show("cold start, processor time", figures, given)


def _convert(sample: Path, *more: str) -> list[str]:
    return ["-m", "epicrisis", "convert", str(sample), "-o", os.devnull, *more]


if __name__ == "__main__":
    main()
