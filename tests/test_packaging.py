"""What is built works where it is installed: tables and pages travel in the wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from support import ROOT

CODE = "import epicrisis, epicrisis.resources as r; from epicrisis.terminology import load; print(len(load().concepts) > 3000, r.packaged())"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build sdist and, from it, the wheel."""
    if not (ROOT / "pyproject.toml").exists():
        pytest.skip("not a checkout")
    pytest.importorskip("build", reason="the package `build` is not installed")
    pytest.importorskip("hatchling", reason="hatchling is not installed")
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return out


def test_the_wheel_holds_the_mappings(built: Path) -> None:
    """Tables, cues, mapping files, schema and the typing marker are in the wheel built from the sdist."""
    names = zipfile.ZipFile(next(built.glob("*.whl"))).namelist()
    for part in (
        "epicrisis/mappings/terms/drugs.tsv",
        "epicrisis/mappings/cues/context.toml",
        "epicrisis/mappings/schema/case-1.schema.json",
        "epicrisis/py.typed",
    ):
        assert part in names


def test_the_wheel_runs_without_the_checkout(built: Path, tmp_path: Path) -> None:
    """Unpacked away from the sources, the package finds its tables."""
    target = tmp_path / "site"
    zipfile.ZipFile(next(built.glob("*.whl"))).extractall(target)
    environment = {**os.environ, "PYTHONPATH": str(target)}
    done = subprocess.run(
        [
            sys.executable,
            "-S",
            "-c",
            "import sys; sys.path[1:1] = " + repr([p for p in sys.path if "site-packages" in p]) + "; " + CODE,
        ],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        timeout=120,
    )
    assert done.stdout.startswith("True")
    assert str(target) in done.stdout


def test_the_sources_run_as_they_lie() -> None:
    """PYTHONPATH=src is enough."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", CODE], check=True, capture_output=True, text=True, env=environment, cwd="/", timeout=120
    )
    assert done.stdout.startswith("True")
