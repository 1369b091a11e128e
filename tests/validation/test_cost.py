"""What validation costs: a fraction of the models' time, and no more per reference as bundles grow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT

Figures = dict[str, dict[str, dict[str, float]]]


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """Run the benchmark, small, and in a process of its own: the measuring of coverage would slow one side only."""
    out: Path = tmp_path_factory.mktemp("cost") / "figures.json"
    env = {k: v for k, v in os.environ.items() if not k.startswith(("COV_", "COVERAGE_"))}
    script = ROOT / "benchmarks" / "validation.py"
    done = subprocess.run(
        [sys.executable, str(script), "--rounds", "3", "--bundles", "3", "--references", "30000", "--json", str(out)],
        capture_output=True, text=True, check=False, env=env,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made: Figures = json.loads(out.read_text(encoding="utf-8"))
    return made


def test_profiles_cost_at_most_a_third_of_the_models(figures: Figures) -> None:
    """The layers that `convert` runs take at most a third of the time of fhir.resources for the same bundles of 60 resources."""
    rows = next(table for title, table in figures.items() if title.startswith("One bundle"))
    quick = next(row for name, row in rows.items() if name.startswith("quick"))
    assert quick["ratio_min"] <= 1 / 3


def test_references_cost_the_same_each(figures: Figures) -> None:
    """A reference in a bundle of 30,000 costs at most twice what it costs in one of 3,000."""
    few, many = next(table for title, table in figures.items() if title.startswith("References")).values()
    assert many["references"] < 2 * few["references"]
    assert many["quick"] < 2 * few["quick"]
