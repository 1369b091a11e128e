"""What tests share: where the development material lies, and skips that a full run forbids."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(os.environ.get("EPICRISIS_CACHE", Path.home() / ".cache" / "epicrisis"))


def required(name: str) -> bool:
    """Say whether EPICRISIS_REQUIRE (a comma list) makes *name* mandatory in this run."""
    return name in os.environ.get("EPICRISIS_REQUIRE", "").replace(" ", "").split(",")


def require_or_skip(name: str, reason: str) -> NoReturn:
    """Skip the test for *reason*, or fail it when this run requires *name*."""
    if required(name):
        pytest.fail(f"{name} is required in this run: {reason}")
    pytest.skip(reason)


def shared_dir() -> Path:
    """Return the folder of development material (corpora, gold annotations), or skip."""
    named = os.environ.get("EPICRISIS_SHARED")
    for path in ([Path(named)] if named else []) + [ROOT.parent / "shared"]:
        if path.is_dir():
            return path
    require_or_skip("shared", "the development corpora are not here (set EPICRISIS_SHARED)")
