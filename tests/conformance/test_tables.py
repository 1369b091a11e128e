"""The tables that ship are those that the generator makes of the official packages."""

from __future__ import annotations

import gzip
import importlib.util
from pathlib import Path

import pytest

from conformance.conftest import EXAMPLES, Engine
from support import ROOT


@pytest.mark.parametrize("edition", ["r4", "r5"])
def test_the_tables_are_generated(engine: Engine, edition: str, tmp_path: Path) -> None:
    """Nothing in the tables was written by hand: the generator makes the same lines again."""
    packages = EXAMPLES.parents[2]
    spec = importlib.util.spec_from_file_location("generate_profiles", ROOT / "tools" / "profiles" / "generate.py")
    assert spec
    assert spec.loader
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    generate.write(edition, [packages / name / "package" for name in generate.EDITIONS[edition]], tmp_path)
    made = sorted(tmp_path.glob("*.gz"))
    assert len(made) == 4
    for path in made:
        shipped = ROOT / "mappings" / "profiles" / path.name
        assert gzip.decompress(path.read_bytes()) == gzip.decompress(shipped.read_bytes()), path.name
