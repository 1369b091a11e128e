"""Add codings to a table of mappings/terms where a source file has exactly the same name.

    python tools/terms/add_codes.py --sources ../shared/terminology cancers diseases sites

A name matches when it folds to the same words as the term or one of its synonyms; the words that a
code system puts around a name ("structure of", "Malignant neoplasm of", ", unspecified") are taken
off first. A name that two codes of one system share gives nothing. Existing rows stay as they are:
the tables are the source of truth, this only proposes rows for review. Which files feed which
table, and with what licence, stands in sources.toml.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from add_terms import TERMS, fold_phrase, read, write

CONFIG = Path(__file__).with_name("sources.toml")
TAG = re.compile(
    r" \((disorder|finding|procedure|regime/therapy|body structure|cell structure|situation|event|"
    r"morphologic abnormality|qualifier value|observable entity|specimen|substance|physical object)"
    r"\)$"
)


@dataclass(frozen=True)
class Found:
    """One code of a source file, ready to become the middle columns of a row."""

    system: str
    code: str
    display: str
    status: str
    source: str
    licence: str


def main() -> None:
    """Add rows to the named tables and say how many terms have a coding now."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, required=True, help="folder of the source tables")
    parser.add_argument("tables", nargs="+")
    given = parser.parse_args()
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    for table in given.tables:
        code_table(table, given.sources, config)


def code_table(table: str, folder: Path, config: dict) -> None:
    """Add the rows of every source that feeds *table*, strongest source first."""
    path = TERMS / f"{table}.tsv"
    head, rows = read(path)
    groups: dict[str, list[list[str]]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row)
    plan = config["table"][table]
    for given in plan["feeds"]:
        feed = {**given, "exact": config["exact"][given["exact"]]} if "exact" in given else given
        source = config["source"][feed["source"]]
        names = index(folder / source["file"], source, feed, config)
        for term, group in groups.items():
            propose(term, group, names, feed, plan)
    if "inherit" in plan:
        inherit(groups, plan["inherit"])
        inherit_kind(groups, plan["inherit"])
    for group in groups.values():
        # a term that has a code needs no text-only row; its synonyms and attributes move on
        if len(group) > 1 and not group[0][3]:
            group[1][1], group[1][9] = group[0][1], group[0][9]
            del group[0]
    write(path, head, [row for group in groups.values() for row in group])
    coded = sum(1 for group in groups.values() if group[0][3])
    print(f"{path.name}: {coded} of {len(groups)} terms have a coding")


def propose(term: str, group: list[list[str]], names: dict[str, dict[Found, bool]], feed: dict, plan: dict) -> None:
    """Append the one coding that the names of a term agree on, the term's own name first."""
    by_name = feed.get("exact", plan.get("exact"))
    exact = (by_name or {}).get(term, ())
    forms = [] if "exact" in feed else [*plan.get("alias", {}).get(term, ())]
    if by_name is None:
        forms += [term, *group[0][1].split("|")]
    wrong = plan.get("skip", {}).get(term, ())
    attrs = attributes(group)
    if any(attrs.get(k) not in v for k, v in feed.get("only", {}).items()):
        return
    for form in (*exact, *forms):
        found = names.get(fold_phrase(form), {}) if form else {}
        one = agreed([f for f in found if f.code not in wrong])
        if one is None:
            continue
        if any(row[2] == one.system and (row[3] == one.code or form not in exact) for row in group):
            if form in exact:
                continue
            return
        relation = "exact" if found[one] or not feed.get("inclusion") else "broad"
        group.append(
            [
                term,
                "",
                one.system,
                one.code,
                one.display,
                relation,
                one.status,
                one.source,
                one.licence,
                "",
            ]
        )
        return


def inherit(groups: dict[str, list[list[str]]], rule: dict) -> None:
    """Give a term the wider codes of the concept that its site names, where it has none."""
    owner = owners(groups)
    for term, group in groups.items():
        attrs = attributes(group)
        if any(attrs.get(k) != v for k, v in rule["when"].items()) or "site" not in attrs:
            continue
        widen(term, group, owner.get(fold_phrase(rule["from"].format(**attrs))), rule["systems"])


def inherit_kind(groups: dict[str, list[list[str]]], rule: dict) -> None:
    """Give "pelvic leiomyosarcoma" the codes of "leiomyosarcoma", as wider ones."""
    owner = owners(groups)
    for term, group in groups.items():
        words = fold_phrase(term).split()
        for at in range(1, len(words)):
            wide = owner.get(" ".join(words[at:]))
            if wide is None:
                continue
            own, other = attributes(group), attributes(wide)
            if own.get("behaviour") == other.get("behaviour") and other.get("generic") != "1":
                widen(term, group, wide, rule["kind_systems"])
            break


def owners(groups: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """Return the rows of the term that each folded form belongs to."""
    return {fold_phrase(f): group for group in groups.values() for f in (group[0][0], *group[0][1].split("|"))}


def widen(term: str, group: list[list[str]], wide: list[list[str]] | None, systems: list[str]) -> None:
    """Append the codes of *wide* in the systems that the term has no code of."""
    for row in wide or ():
        if wide is not group and row[2] in systems and row[8] != "SNOMED-CT" and all(r[2] != row[2] for r in group):
            group.append([term, "", *row[2:5], "broad", *row[6:9], ""])


def attributes(group: list[list[str]]) -> dict[str, str]:
    """Return the attributes of a term's rows."""
    return dict(p.split("=", 1) for row in group for p in row[9].split(";") if "=" in p)


def agreed(found: list[Found]) -> Found | None:
    """Return the one code found; of a heading and its "unspecified" member, the member."""
    found.sort(key=lambda f: f.code)
    if len(found) == 2 and found[1].code.startswith(found[0].code):
        return found[1]
    return found[0] if len(found) == 1 else None


def index(path: Path, source: dict, feed: dict, config: dict) -> dict[str, dict[Found, bool]]:
    """Return the codes of a source file by folded name; True where the name is the code's title."""
    names: dict[str, dict[Found, bool]] = defaultdict(dict)
    for row in records(path, source):
        if row["system"] != feed["system"] or re.search(feed.get("not", r"\A\Z"), row["display"]):
            continue
        tag = TAG.search(row["display"])
        if feed.get("tags") and (not tag or tag[1] not in feed["tags"]):
            continue
        shown = row["display"] if feed.get("display", True) else ""
        found = Found(
            row["system"],
            row["code"],
            shown,
            feed.get("status", "active"),
            source["name"],
            config["licence"].get(feed["licence"], feed["licence"]),
        )
        listed = row["synonyms"].split("|") if feed.get("synonyms", True) else []
        for name in (row["display"], row["concept"], *listed):
            title = name not in listed
            for form in spoken(TAG.sub("", name), feed.get("strip", [])):
                at = names[fold_phrase(form)]
                at[found] = at.get(found, False) or title
    names.pop("", None)
    return names


def spoken(name: str, patterns: list[list[str]]) -> list[str]:
    """Return a name and what it is called without the code system's own wording."""
    forms = [name]
    for pattern, to in patterns:
        said = re.sub(pattern, to, name, flags=re.I)
        if said != name:
            forms.append(said)
    return forms


def records(path: Path, source: dict) -> list[dict[str, str]]:
    """Return the rows of a source table; `columns` and `system` stand in for missing ones."""
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))
    if "columns" in source:
        for row in rows:
            row |= {"system": source["system"], "concept": "", "synonyms": ""}
            row |= {ours: row[theirs] for ours, theirs in source["columns"].items()}
    return rows


if __name__ == "__main__":
    main()
