"""HL7's engine for the tests of this folder: installed or skipped, and run few times for many files."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import epicrisis
from conformance.mutants import MUTANTS, MUTANTS_R5, broken
from epicrisis.bundle import to_json
from epicrisis.case.codec import to_dict
from support import CACHE, ROOT, require_or_skip

TOOLS = ROOT / "tools" / "hl7_validator"
SAMPLES = ROOT / "samples"
EXAMPLES = CACHE / "hl7-validator" / ".fhir" / "packages" / "hl7.fhir.us.mcode#4.0.0" / "package" / "example"
KINDS = ("collection", "transaction", "document")


class Engine:
    """HL7's validator: one run per edition judges all that the tests ask about."""

    def __init__(self, module: ModuleType, folder: Path) -> None:
        self._module = module
        self._folder = folder
        self._judged: dict[str, dict[str, int]] = {}
        self.output = ""

    def outputs(self, edition: str) -> dict[str, int]:
        """Return errors by name, of everything that we emit and of the mutants (`mutant/...`)."""
        if edition not in self._judged:
            files = dict(_written(self._folder / edition, edition))
            self._judged[edition] = self._run(files, r5=edition == "r5")
        return self._judged[edition]

    def examples(self) -> dict[str, int]:
        """Return errors by file name, of mCODE's own examples."""
        if "examples" not in self._judged:
            # single files refer to resources that lie in others
            self._judged["examples"] = self._run({p.name: p for p in examples()}, assume_refs=True)
        return self._judged["examples"]

    def _run(self, files: dict[str, Path], **options: Any) -> dict[str, int]:
        errors, self.output = self._module.validate(list(files.values()), **options)
        assert set(errors) == {str(p) for p in files.values()}, self.output[-3000:]
        return {name: errors[str(path)] for name, path in files.items()}


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Load the runner, or skip where Java, the engine or US Core is missing."""
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
    packages = module.home() / ".fhir" / "packages"
    if not (packages / "hl7.fhir.us.core#6.1.0").exists():
        subprocess.run(
            [sys.executable, str(TOOLS / "mkcache.py"), str(packages), str(module.us_core())],
            check=True,
            capture_output=True,
        )
    return Engine(module, tmp_path_factory.mktemp("engine"))


def examples() -> list[Path]:
    """Return mCODE's official example files, or skip where its package is not installed."""
    files = sorted(p for p in EXAMPLES.glob("*.json") if not p.name.startswith("."))
    if not files:
        require_or_skip("java", "mCODE's package is not installed: python tools/hl7_validator/install.py")
    return files


def mutants(edition: str) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Return (name, sound bundle, broken bundle) of every fault that can be planted."""
    return list(broken(sorted(SAMPLES.glob(f"*.{edition}.json")), MUTANTS if edition == "r4" else MUTANTS_R5))


def emitted(edition: str) -> Iterable[tuple[str, str]]:
    """Yield (name, JSON) of what we write: samples and seed in every kind, plain FHIR, and a reviewed case."""
    for path in sorted(SAMPLES.glob(f"*.{edition}.json")):
        yield path.name, path.read_text(encoding="utf-8")
    sources = [p for p in sorted(SAMPLES.iterdir()) if p.suffix in (".txt", ".md")]
    shared = Path(os.environ.get("EPICRISIS_SHARED") or ROOT.parent / "shared")
    seed = sorted((shared / "seed").glob("*.txt"))
    for source in [*sources, *seed]:
        for kind in KINDS:
            done = epicrisis.convert(source, fhir=edition, bundle=kind, validate=False)
            yield f"{source.stem}.{kind}", done.to_json()
    done = epicrisis.convert(sources[0], fhir=edition, profile="base", snomed=False, validate=False)
    yield "base", done.to_json()
    yield "issues", to_json(done.issues)
    yield "reviewed", epicrisis.convert(_reviewed(sources[1]), fhir=edition, validate=False).to_json()


def _reviewed(source: Path) -> str:
    """Return the case file of *source* after a review: one fact rejected, one edited, the rest accepted."""
    case = to_dict(epicrisis.convert(source, validate=False).case)
    drugs = [i for i in case["items"] if i["type"] == "medication"]
    decisions: dict[str, Any] = {i["key"]: {"decision": "accept"} for i in case["items"]}
    decisions[drugs[0]["key"]] = {"decision": "reject"}
    decisions[drugs[1]["key"]] = {"decision": "edit", "changes": {"status": "stopped"}}
    return json.dumps({**case, "review": {"reviewer": "Dr. Ada Fiction", "items": decisions}})


def _written(folder: Path, edition: str) -> Iterable[tuple[str, Path]]:
    folder.mkdir(parents=True)
    for i, (name, text) in enumerate(emitted(edition)):
        path = folder / f"{i}.json"
        path.write_text(text, encoding="utf-8")
        yield name, path
    for name, _, made in mutants(edition):
        path = folder / f"{name}.json"
        path.write_text(json.dumps(made), encoding="utf-8")
        yield f"mutant/{name}", path
