"""Measure extraction on the development material and print one table.

    python tools/evaluate.py [--shared DIR] [--split dev_oncology]

DIR holds `eval/` (scorers and gold), `seed/` and `corpora/`; it is not part of the repository.
Figures and what they do not show stand in docs/accuracy.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from epicrisis import convert
from epicrisis.bundle import to_json
from epicrisis.document import read
from epicrisis.facts import extract
from epicrisis.facts.export import mentions

TARGETS = {
    "medication": 0.88,
    "diagnosis": 0.72,
    "procedure": 0.70,
    "lab": 0.65,
    "dosage": 0.75,
    "date": 0.97,
    "age": 0.98,
    "sex": 1.0,
}


def main() -> None:
    """Run the scorers and print their figures beside the targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    beside = Path(__file__).resolve().parents[2] / "shared"
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("EPICRISIS_SHARED", beside)))
    parser.add_argument("--split", default="dev_oncology")
    given = parser.parse_args()
    if not (given.shared / "eval").is_dir():
        sys.exit(f"{given.shared}: the development material is not here (--shared DIR)")
    with tempfile.TemporaryDirectory() as folder:
        seed(given.shared, Path(folder))
        corpus(given.shared, Path(folder), given.split)
        others(given.shared)


def seed(shared: Path, folder: Path) -> None:
    """Score the bundle of the seed case against its gold facts."""
    text = next((shared / "seed").glob("*.txt"))
    done = convert(text, validate=False)
    (folder / "seed.json").write_text(done.to_json(), encoding="utf-8")
    (folder / "issues.json").write_text(to_json(done.issues), encoding="utf-8")
    result = _run(
        shared / "eval" / "score_facts.py",
        "--gold",
        shared / "eval" / "seed_gold.json",
        "--bundle",
        folder / "seed.json",
        "--text",
        text,
        "--conflicts",
        folder / "issues.json",
        "--json",
        folder / "score.json",
    )
    totals = json.loads((folder / "score.json").read_text(encoding="utf-8"))[0]["totals"] if result else {}
    print("seed case (bundle against 89 gold facts)")
    for name in (
        "core_recall",
        "core_strict_recall",
        "precision",
        "forbidden_hits",
        "invented_dates",
        "invented_numbers",
        "evidence_coverage",
        "evidence_exact",
        "conflicts_reported",
    ):
        print(f"  {name:20} {totals.get(name)}")


def corpus(shared: Path, folder: Path, split: str) -> None:
    """Score mentions against the annotated case reports."""
    pred = folder / "facts.ndjson"
    with pred.open("w", encoding="utf-8") as file:
        for path in sorted((shared / "corpora" / "maccrobat_dev").glob("*.txt")):
            for mention in mentions(extract(read(path)), path.stem):
                file.write(json.dumps(mention, ensure_ascii=False) + "\n")
    scores = folder / "corpus.json"
    _run(
        shared / "eval" / "score_maccrobat.py",
        "--gold",
        shared / "corpora" / "maccrobat_dev",
        "--pred",
        pred,
        "--split",
        f"{shared / 'corpora' / 'splits_dev.json'}:{split}",
        "--match",
        "overlap",
        "--level",
        "entity",
        "--json",
        scores,
    )
    data: Any = json.loads(scores.read_text(encoding="utf-8"))
    table = data[0] if isinstance(data, list) else data
    kinds = table.get("kinds") or table.get("by_kind") or {}
    print(f"MACCROBAT development half, {split}, entity level, overlap")
    print(f"  {'kind':16} {'P':>6} {'R':>6} {'F1':>6}  target  negation errors")
    positives = errors = 0
    for kind, row in kinds.items():
        values = {k.lower(): v for k, v in row.items()}
        p, r, f = (values.get(k) for k in ("precision", "recall", "f1"))
        positives += int(values.get("pred") or 0)
        errors += int(values.get("neg_err") or values.get("nege") or 0)
        print(
            f"  {kind:16} {_number(p):>6} {_number(r):>6} {_number(f):>6}  {TARGETS.get(kind, ''):<6}  {values.get('neg_err', values.get('nege', ''))}"
        )
    print(f"  negation errors of all positives: {errors}/{positives} = {errors / max(1, positives):.1%}")


def others(shared: Path) -> None:
    """Count the reports outside oncology for which a cancer is claimed."""
    splits = json.loads((shared / "corpora" / "splits_dev.json").read_text(encoding="utf-8"))
    oncology = set(splits["dev_oncology"])
    claimed = []
    rest = [p for p in sorted((shared / "corpora" / "maccrobat_dev").glob("*.txt")) if p.stem not in oncology]
    for path in rest:
        case = convert(path, validate=False).case
        if any(
            i.type == "condition"
            and i.detail.get("role") in ("primary", "secondary")
            and i.certainty == "stated"
            and not i.negated
            for i in case.items
        ):
            claimed.append(path.stem)
    print(f"reports outside oncology: {len(claimed)} of {len(rest)} claim a cancer: {', '.join(claimed)}")


def _number(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, int | float) else "-"


def _run(script: Path, *arguments: object) -> bool:
    done = subprocess.run(
        [sys.executable, str(script), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.stderr.write(done.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    main()
