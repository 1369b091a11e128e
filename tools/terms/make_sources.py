"""Write the sources of codes that come as packages as tables that add_codes.py reads.

    pip install simple-icd-10-cm==1.5.0
    python tools/terms/make_sources.py --out DIR --package hl7.fhir.r4.core/package

`icd10cm.tsv` has the codes of ICD-10-CM that have no members, by their titles; `loinc_reports.tsv` the
LOINC codes of documents that FHIR R4 lists (ValueSet c80-doc-typecodes), by the names of that time.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

HEAD = ("concept", "synonyms", "system", "code", "display")


def main() -> None:
    """Write both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--package", type=Path, required=True, help="folder of the unpacked hl7.fhir.r4.core 4.0.1")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    write(given.out / "icd10cm.tsv", "http://hl7.org/fhir/sid/icd-10-cm", icd())
    write(given.out / "loinc_reports.tsv", "http://loinc.org", reports(given.package))


def icd() -> Iterable[tuple[str, str]]:
    """Yield the codes that have no members, and their titles."""
    import simple_icd_10_cm as cm

    for code in cm.get_all_codes(True):
        if cm.is_leaf(code) and not cm.is_chapter_or_block(code):
            yield code, cm.get_description(code)


def reports(package: Path) -> Iterable[tuple[str, str]]:
    """Yield LOINC's codes of documents, and the names that R4 gives them."""
    listed = json.loads((package / "ValueSet-c80-doc-typecodes.json").read_text(encoding="utf-8"))
    for part in listed["compose"]["include"]:
        if part.get("system") == "http://loinc.org":
            for concept in part.get("concept", []):
                yield concept["code"], concept["display"]


def write(path: Path, system: str, named: Iterable[tuple[str, str]]) -> None:
    """Write one row per code, and say how many there are."""
    rows = [(name, "", system, code, name) for code, name in named]
    path.write_text("\n".join("\t".join(row) for row in (HEAD, *rows)) + "\n", encoding="utf-8")
    print(f"{path.name}: {len(rows)} codes")


if __name__ == "__main__":
    main()
