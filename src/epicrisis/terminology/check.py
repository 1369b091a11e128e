"""Judge the tables of `mappings/terms`: a finding names file, row, rule and what to do.

Nothing here repairs. The rules: the row schema, check digits, one display per code, no
written form that means two concepts of one table, units in UCUM, references that resolve,
and no licence that may not ship.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from epicrisis import resources
from epicrisis.kept import lazy
from epicrisis.terminology.check_digits import mod10, verhoeff
from epicrisis.terminology.fold import fold_phrase
from epicrisis.terminology.table import COLUMNS, SNOMED
from epicrisis.terminology.ucum import is_ucum

_SCT = "http://snomed.info/sct"
_LOINC = "http://loinc.org"
_LOINC_PART = lazy(r"L[APL]\d+-\d")
# attribute -> table that must have the term it names (a list is joined with +)
_REFERENCES = {"site": "sites", "drugs": "drugs", "gene": "genes", "members": "drugs", "organs": "sites"}


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One rule that one row breaks."""

    file: str
    row: int
    rule: str
    message: str

    def __str__(self) -> str:
        """Return "file:row: rule: message"."""
        return f"{self.file}:{self.row}: {self.rule}: {self.message}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the place it stands in."""

    file: str
    number: int
    cells: dict[str, str]

    @property
    def attrs(self) -> dict[str, str]:
        """Return the attributes as a dict."""
        return dict(p.split("=", 1) for p in self.cells["attrs"].split(";") if "=" in p)

    def finding(self, rule: str, message: str) -> Finding:
        """Return a finding at this row."""
        return Finding(self.file, self.number, rule, message)


def check(overlays: tuple[str, ...] = (), *, folder: Traversable | None = None) -> list[Finding]:
    """Return every finding in the shipped tables and the overlay folders, or in *folder* alone.

    An overlay may override what ships, and under which licence its owner uses it is not ours to
    judge: only what holds within it is checked.

    Raises:
        MappingDataError: an overlay folder that does not exist.
    """
    findings: list[Finding] = []
    shipped = _folder(folder or resources.packaged(), findings)
    for rule in (*_RULES, _licences):
        findings += rule(shipped)
    for place in () if folder else resources.overlays(overlays):
        own = _folder(place, findings)
        for rule in _RULES:
            findings += rule(own) if rule is not _references else _references(own, shipped)
    return sorted(findings)


def _folder(place: Traversable, findings: list[Finding]) -> list[Row]:
    terms = place / "terms"
    rows: list[Row] = []
    for table in sorted((terms if terms.is_dir() else place).iterdir(), key=lambda f: f.name):
        if table.name.endswith(".tsv"):
            rows += _rows(table, findings)
    return rows


def _rows(table: Traversable, findings: list[Finding]) -> Iterator[Row]:
    try:
        text = table.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        findings.append(Finding(table.name, 0, "schema", "not UTF-8"))
        return
    header = False
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not line or line[0] == "#":
            continue
        cells = line.split("\t")
        if not header:
            header = True
            if tuple(cells) != COLUMNS:
                findings.append(Finding(table.name, number, "schema", f"the header must be: {' '.join(COLUMNS)}"))
                return
        elif len(cells) != len(COLUMNS):
            findings.append(Finding(table.name, number, "schema", f"{len(cells)} columns, {len(COLUMNS)} expected"))
        else:
            yield Row(table.name, number, dict(zip(COLUMNS, cells, strict=True)))


def _schema(rows: list[Row]) -> Iterator[Finding]:
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(json.loads(resources.read_text("schema", "terms.schema.json")))
    for row in rows:
        if validator.is_valid(row.cells):
            continue
        for error in validator.iter_errors(row.cells):
            column = str(error.path[0]) if error.path else "row"
            yield row.finding("schema", f"{column}: {_said(error)}")


def _said(error: Any) -> str:
    if error.validator in ("pattern", "minLength", "maxLength"):
        return "is empty or badly formed" if error.validator != "maxLength" else "must be empty or shorter"
    return str(error.message)


def _check_digits(rows: list[Row]) -> Iterator[Finding]:
    tests: dict[str, Callable[[str], bool]] = {_SCT: verhoeff, _LOINC: _loinc}
    for row in rows:
        code, test = row.cells["code"], tests.get(row.cells["system"])
        if test and code and not test(code):
            yield row.finding("check-digit", f"{code} fails the check digit of {row.cells['system']}")


def _loinc(code: str) -> bool:
    # answers, parts and lists (LA, LP, LL) are numbered in another way
    return mod10(code) if code[:1].isdigit() else bool(_LOINC_PART.fullmatch(code))


def _one_display(rows: list[Row]) -> Iterator[Finding]:
    first: dict[tuple[str, str], Row] = {}
    for row in rows:
        cells = row.cells
        if not cells["code"] or not cells["display"]:
            continue
        other = first.setdefault((cells["system"], cells["code"]), row)
        if other.cells["display"] != cells["display"]:
            place = f"{other.file}:{other.number}"
            yield row.finding(
                "display",
                f"{cells['code']}: {cells['display']!r}, but {other.cells['display']!r} in {place}",
            )


def _one_meaning(rows: list[Row]) -> Iterator[Finding]:
    owners: dict[tuple[str, str], Row] = {}
    coded: set[tuple[str, ...]] = set()
    for row in rows:
        cells = row.cells
        own: set[str] = set()
        key = (row.file, cells["term"], cells["system"], cells["code"])
        if key in coded:
            yield row.finding(
                "duplicate",
                f"{cells['term']!r} has {cells['code'] or 'a row without a code'} twice",
            )
        coded.add(key)
        for form in (cells["term"], *filter(None, cells["synonyms"].split("|"))):
            # units are never looked up folded: "/mL" and "mL", "mM" and "mm" are different units
            folded = form.replace(" ", "") if row.file == "units.tsv" else form_key(form)
            if folded in own:
                yield row.finding(
                    "duplicate",
                    f"{form!r} folds to the same words as another form of {cells['term']!r}",
                )
            own.add(folded)
            other = owners.setdefault((row.file, folded), row)
            if other.cells["term"] != cells["term"]:
                yield row.finding(
                    "synonym",
                    f"{form!r} already means {other.cells['term']!r} (row {other.number})",
                )


def form_key(form: str) -> str:
    """Return what the lexicon compares: short capitals and symbols as written, words folded."""
    if form.isupper() and form.isalpha() and len(form) <= 5:
        return form
    folded = fold_phrase(form)
    # a sign that folding drops (CD34+ and CD34-, C5a and c5 a, µg) keeps two forms apart
    return (
        folded
        if folded.replace(" ", "") == form.lower().replace(" ", "")
        else f"{folded}\0{form.casefold()}"
        if not form[-1:].isalnum()
        else folded
    )


def _units(rows: list[Row]) -> Iterator[Finding]:
    for row in rows:
        units = [v for k, v in row.attrs.items() if k.startswith("unit")]
        if row.file == "units.tsv":
            units.append(row.cells["code"] or row.cells["term"])
        for unit in units:
            if not is_ucum(unit):
                yield row.finding("unit", f"{unit!r} is not UCUM")


def _references(rows: list[Row], known: Iterable[Row] = ()) -> Iterator[Finding]:
    terms: dict[str, set[str]] = defaultdict(set)
    for row in (*known, *rows):  # an overlay may name what ships
        terms[row.file[:-4]].add(row.cells["term"])
    for row in rows:
        for name, value in row.attrs.items():
            table = _REFERENCES.get(name)
            if not table or not terms.get(table):
                continue
            for one in value.split("+"):
                if one and one not in terms[table]:
                    yield row.finding("reference", f"{name}={one}: no such term in {table}.tsv")
        for meaning in row.attrs.get("drugs_in", "").split(","):
            for one in meaning.partition(":")[2].split("+"):
                if meaning and terms["drugs"] and one not in terms["drugs"]:
                    yield row.finding("reference", f"drugs_in={meaning}: no term {one!r} in drugs.tsv")


def _licences(rows: list[Row]) -> Iterator[Finding]:
    data = resources.toml("schema", "licences.toml")
    allowed: dict[str, list[str]] = data["licences"]
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        licence, system = row.cells["licence"], row.cells["system"]
        counts[licence] += bool(system)
        if licence not in allowed:
            yield row.finding(
                "licence",
                f"{licence!r} is not among the licences that may ship (schema/licences.toml)",
            )
        elif system and system not in allowed[licence]:
            yield row.finding("licence", f"{system} may not ship under {licence!r}")
        elif (
            licence == SNOMED and row.cells["display"] and not row.cells["source"].startswith(("hl7.", "mCODE", "FHIR"))
        ):
            yield row.finding(
                "licence",
                "a SNOMED CT description outside the GPS may not ship: leave the display empty",
            )
    for licence, limit in data["limits"].items():
        if counts[licence] > limit:
            yield Finding(
                "terms",
                0,
                "licence",
                f"{counts[licence]} codes under {licence!r}: more than {limit} are no small set",
            )


_RULES: tuple[Callable[[list[Row]], Iterable[Finding]], ...] = (
    _schema,
    _check_digits,
    _one_display,
    _one_meaning,
    _units,
    _references,
)
