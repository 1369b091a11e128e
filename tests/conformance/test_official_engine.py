"""HL7's own validator finds no error in what we emit: every sample, every kind, R4 and R5."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from support import ROOT, require_or_skip

TOOLS = ROOT / "tools" / "hl7_validator"


@pytest.fixture(scope="module")
def engine() -> ModuleType:
    """Load the runner, or skip where Java or the engine is missing."""
    sys.path.insert(0, str(TOOLS))
    try:
        spec = importlib.util.spec_from_file_location("hl7_run", TOOLS / "run.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(TOOLS))
    reason = module.missing()
    if reason:
        require_or_skip("java", reason)
    if module.us_core() is None:
        require_or_skip("shared", "US Core 6.1.0 is not here (EPICRISIS_US_CORE names its package.tgz)")
    return module


@pytest.mark.parametrize("edition", ["r4", "r5"])
def test_the_official_validator_finds_no_error(engine: ModuleType, edition: str) -> None:
    """Every approved bundle passes with R4, US Core 6.1.0 and mCODE 4.0.0, or with R5."""
    files: list[Path] = sorted((ROOT / "samples").glob(f"*.{edition}.json"))
    assert files
    errors, output = engine.validate(files, r5=edition == "r5")
    assert set(errors) == {str(f) for f in files}, output[-3000:]
    assert not any(errors.values()), output[-6000:]
