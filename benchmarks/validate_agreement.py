"""Compare our validation with HL7's engine on official examples with one random change each.

    python tools/hl7_validator/install.py
    python benchmarks/validate_agreement.py [--count 400] [--seed 1]

Changes are of the kinds that people and programs make: an element lost, doubled, renamed, moved,
wrapped in an array or taken out of one, a code or text altered, an extension in the wrong place.
Printed are the four counts, and every case in which only one of both finds an error.
"""

from __future__ import annotations

import copy
import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common import ROOT, arguments

from epicrisis.validation import validate

sys.path.insert(0, str(ROOT / "tools" / "hl7_validator"))
import run as engine

# what the engine itself condemns offline: VSAC's value sets, genomics 2.0.0 against 3.0.0, images' MIME types
_UNFIT = ("Patient", "Bundle", "Media", "Observation-gx", "DiagnosticReport-chest")
_EXTENSIONS = tuple(
    f"http://hl7.org/fhir/{name}"
    for name in (
        "StructureDefinition/patient-religion",
        "us/mcode/StructureDefinition/mcode-histology-morphology-behavior",
        "StructureDefinition/nothing",
    )
)
_KINDS = ("lose", "lose", "alter", "wrap", "double", "rename", "extend", "number", "code", "move")


def main() -> None:
    """Make the mutants, judge them by both, and print how they differ."""
    given = arguments(__doc__ or "", count=400, seed=1)
    if engine.missing():
        sys.exit(engine.missing())
    with tempfile.TemporaryDirectory() as folder:
        mutants = dict(_mutants(given.count, random.Random(given.seed)))  # noqa: S311 - the same ones for a seed
        for name, made in mutants.items():
            (Path(folder) / name).write_text(json.dumps(made), encoding="utf-8")
        errors, output = engine.validate([Path(folder) / name for name in mutants], assume_refs=True)
        counts: Counter[str] = Counter()
        for name, made in mutants.items():
            ours = [f"{f.rule} at {f.path}" for f in validate(made, fhir="r4").findings if f.severity == "error"]
            theirs = _said(output, str(Path(folder) / name)) if errors[str(Path(folder) / name)] else []
            who = "both" if ours and theirs else "ours" if ours else "engine" if theirs else "neither"
            counts[who] += 1
            if who in ("ours", "engine"):
                print(f"{who:7}{name}\n       {(ours or theirs)[0][:160]}")
    print(", ".join(f"{who}: {counts[who]}" for who in ("both", "neither", "ours", "engine")))


def _mutants(count: int, dice: random.Random) -> Iterator[tuple[str, dict[str, Any]]]:
    packages = engine.home() / ".fhir" / "packages"
    examples = []
    for guide in ("hl7.fhir.us.mcode#4.0.0", "hl7.fhir.us.core#6.1.0"):
        for path in sorted((packages / guide / "package" / "example").glob("[A-Z]*.json")):
            made = json.loads(path.read_text(encoding="utf-8"))
            if not path.name.startswith(_UNFIT) and validate(made, fhir="r4").ok:
                examples.append((path.name, made))
    number = 0
    while number < count:
        name, whole = dice.choice(examples)
        made, kind = copy.deepcopy(whole), dice.choice(_KINDS)
        if _change(made, dice.choice(list(_places(made))), kind, dice):
            number += 1
            yield f"{number:04}-{kind}-{name}", made


def _places(node: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if above:
        yield above
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        if key != "text":
            yield from _places(value, (*above, key))


def _change(made: Any, place: tuple[Any, ...], kind: str, dice: random.Random) -> bool:
    """Change one thing, and say whether the kind of change fits the place."""
    *above, key = place
    for step in above:
        made = made[step]
    value = made[key]
    if kind == "lose":
        del made[key]
    elif kind == "alter" and isinstance(value, str):
        made[key] = dice.choice([value + "x", value.upper(), " " + value, value[:-1], "x"])
    elif kind == "wrap":
        made[key] = [value] if not isinstance(value, list) else value[0]
    elif kind == "double" and isinstance(made, list):
        made.append(copy.deepcopy(value))
    elif kind == "rename" and isinstance(made, dict):
        made[f"{key}x"] = made.pop(key)
    elif kind == "extend" and isinstance(value, dict):
        value.setdefault("extension", []).append(
            {"url": dice.choice(_EXTENSIONS), "valueCodeableConcept": {"text": "x"}}
        )
    elif kind == "number" and type(value) in (int, float):
        made[key] = dice.choice([-value, str(value), value + 0.5, 10**12])
    elif kind == "code" and key == "code" and isinstance(value, str):
        made[key] = dice.choice(["xyz", "22253000", "active"])
    elif kind == "move" and isinstance(made, dict) and isinstance(value, dict):
        others = [k for k, v in made.items() if isinstance(v, dict) and k != key]
        if not others:
            return False
        made[key] = copy.deepcopy(made[dice.choice(others)])
    else:
        return False
    return True


def _said(output: str, name: str) -> list[str]:
    after = output.partition(f"{name}: ")[2].splitlines()[1:]
    lines = []
    for line in after:
        if not re.match(r"  (fatal|error)", line):
            break
        lines.append(line.strip())
    return lines or ["an error"]


if __name__ == "__main__":
    main()
