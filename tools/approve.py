"""Write the approved outputs of samples/ anew: run it when a change alters them on purpose.

python tools/approve.py            write what changed, and name it
python tools/approve.py --check    only say what would change (exit 1)
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
# what each narrative is converted to: suffix -> options
EDITIONS: dict[str, dict[str, str]] = {
    ".r4.json": {},
    ".r5.json": {"fhir": "r5"},
    ".document.r4.json": {"bundle": "document"},
    ".transaction.r4.json": {"bundle": "transaction"},
    ".base.r4.json": {"profile": "base"},
}


def outputs() -> Iterator[tuple[Path, str]]:
    """Yield (path, content) of every approved output."""
    from epicrisis import convert
    from epicrisis.bundle import to_json

    for source in narratives():
        for suffix, options in EDITIONS.items():
            if suffix not in (".r4.json", ".r5.json") and source.stem != "leiomyosarcoma":
                continue  # one sample shows every kind of bundle
            done = convert(source, validate=False, **options)  # type: ignore[arg-type]
            yield source.with_name(source.stem + suffix), done.to_json(indent=1)
            if suffix == ".r4.json":
                yield source.with_name(source.stem + ".issues.json"), to_json(done.issues, indent=1)


def narratives() -> list[Path]:
    """Return the narratives of samples/."""
    return sorted(p for p in SAMPLES.iterdir() if p.suffix in (".txt", ".md") and p.stem != "README")


def main() -> None:
    """Compare, write, and say what changed."""
    changed = []
    for path, content in outputs():
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            changed.append(path.name)
            if "--check" not in sys.argv:
                path.write_text(content, encoding="utf-8")
    print("\n".join(changed) or "nothing changed")
    sys.exit(bool(changed) and "--check" in sys.argv)


if __name__ == "__main__":
    main()
