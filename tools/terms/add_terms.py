"""Add terms to a table of mappings/terms from compact lines; text only, codes come later.

    python tools/terms/add_terms.py diseases < new.txt

A line is `term | synonym | synonym ; key=value;key=value`; a line `@ key=value;key=value` gives
the attributes of the lines below it; `#` starts a comment. Words that the lexicon folds anyway
(plurals, hyphens, British spelling) are dropped, and so is a form that the table already has: the
first owner keeps it. A known term gets the new synonyms.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

from epicrisis.terminology.fold import fold_phrase  # noqa: E402
from epicrisis.terminology.table import COLUMNS  # noqa: E402

TERMS = ROOT / "mappings" / "terms"
HEAD = "# one row per coding; columns are explained in mappings/README.md"
TEXT_ROW = ("", "", "", "exact", "active", "epicrisis", "Apache-2.0")


def main(table: str, lines: Iterable[str]) -> None:
    """Merge the compact *lines* into the table and say how many terms were added."""
    path = TERMS / f"{table}.tsv"
    head, rows = read(path)
    owner: dict[str, str] = {}
    first: dict[str, list[str]] = {}
    for row in rows:
        row[1] = "|".join(distinct(row[0], row[1].split("|")))
        first.setdefault(row[0], row)
        for form in (row[0], *row[1].split("|")):
            owner.setdefault(key(form), row[0])
    added = 0
    for forms, attrs in parse(lines):
        term = forms[0] if forms[0].isupper() else forms[0].lower()
        row = first.get(owner.get(key(term), ""))
        if row is None:
            row = [term, "", *TEXT_ROW, ";".join(f"{k}={v}" for k, v in attrs.items())]
            rows.append(row)
            first[term] = row
            owner[key(term)] = term
            added += 1
        fresh = []
        for form in forms[1:]:
            if form and key(form) not in owner:
                owner[key(form)] = row[0]
                fresh.append(form)
        row[1] = "|".join([*filter(None, row[1].split("|")), *fresh])
    write(path, head, rows)
    print(f"{path.name}: {added} terms added, {len(first)} in all")


def distinct(term: str, forms: list[str]) -> list[str]:
    """Return the forms without those that say what the term or an earlier form says."""
    seen = {key(term), ""}
    return [f for f in forms if not (key(f) in seen or seen.add(key(f)))]


def key(form: str) -> str:
    """Return what the lexicon compares: short capitals as written, everything else folded."""
    return form if form.isupper() and form.isalpha() and len(form) <= 5 else fold_phrase(form)


def parse(lines: Iterable[str]) -> Iterable[tuple[list[str], dict[str, str]]]:
    """Yield the written forms and the attributes of each compact line."""
    base: dict[str, str] = {}
    for raw in lines:
        line = raw.strip()
        if not line or line[0] == "#":
            continue
        if line[0] == "@":
            base = pairs(line[1:])
            continue
        body, _, tail = line.partition(" ; ")
        yield [f.strip() for f in body.split("|")], base | pairs(tail)


def pairs(text: str) -> dict[str, str]:
    """Return `k=v;k=v` as a dict."""
    return {k.strip(): v.strip() for k, _, v in (p.partition("=") for p in text.split(";")) if v}


def read(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the comment lines and the rows of a table; a missing table is empty."""
    if not path.exists():
        return [HEAD], []
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    return head, [line.split("\t") for line in lines if line and line[0] != "#"][1:]


def write(path: Path, head: list[str], rows: list[list[str]]) -> None:
    """Write the table, all rows of one term together, in the order of first appearance."""
    groups: dict[str, list[list[str]]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    body = ["\t".join(row) for group in groups.values() for row in group]
    path.write_text("\n".join([*head, "\t".join(COLUMNS), *body]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin)
