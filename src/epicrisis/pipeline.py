"""From a source to a bundle: the one path that command line, batches and Spark share."""

from __future__ import annotations

import codecs
import inspect
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from epicrisis.bundle import assemble, operation_outcome, rows, to_json
from epicrisis.case import Case, build_case
from epicrisis.case.codec import from_json, is_case
from epicrisis.case.review import apply_review
from epicrisis.document import read
from epicrisis.document.model import Document
from epicrisis.errors import UsageError
from epicrisis.facts import extract
from epicrisis.mapping import map_case
from epicrisis.resources import overlays as found_overlays
from epicrisis.terminology import load
from epicrisis.validation import validate as validate_bundle

if TYPE_CHECKING:
    from epicrisis.document.reader import Source
    from epicrisis.validation import Report

Fhir = Literal["r4", "r5"]
Profile = Literal["mcode-stu4", "base"]
Kind = Literal["collection", "transaction", "document"]
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)")
_CHOICES = {
    "fhir": ("r4", "r5"),
    "profile": ("mcode-stu4", "base"),
    "bundle": ("collection", "transaction", "document"),
    "date_order": ("dmy", "mdy", "ymd", None),
}


@dataclass(slots=True, repr=False)
class Conversion:
    """What came of one narrative."""

    bundle: dict[str, Any]
    case: Case
    issues: dict[str, Any]  # OperationOutcome: contradictions, doubts and validation findings
    report: Report | None = None  # of the validation, where it ran
    resources: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self, *, indent: int | None = None) -> str:
        """Write the bundle as FHIR JSON, a resource per line or indented; decimals keep the text's precision."""
        return to_json(self.bundle, indent=indent)

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Return flat rows, one list per resource type."""
        return rows(self.bundle)

    def __repr__(self) -> str:
        """Say how much came of it: a log that names a conversion must not hold the patient's story."""
        resources, issues = len(self.bundle.get("entry", ())), len(self.issues.get("issue", ()))
        return f"<Conversion: {resources} resources, {issues} issues>"

    def _repr_html_(self) -> str:
        from epicrisis.case.summary import html_summary

        return html_summary(self.case)


def convert(
    source: Source | Document | Case,
    *,
    name: str | None = None,
    identity: str | None = None,
    encoding: str | None = None,
    fhir: Fhir = "r4",
    profile: Profile = "mcode-stu4",
    bundle: Kind = "collection",
    date_order: Literal["dmy", "mdy", "ymd"] | None = None,
    snomed: bool = True,
    mappings: Sequence[str] = (),
    validate: bool = True,
    recorded: str | None = None,
) -> Conversion:
    """Convert one narrative, or one case file, into a FHIR bundle.

    Args:
        source: the narrative as `str`, a path (`pathlib.Path`), bytes, an open file, a Document,
            or a Case. A path, bytes or file may also hold a case file.
        name: what the document is called where the source has no name.
        identity: what tells the document from another with the same text, such as the id of a row.
            It enters the ids of all resources; without it they depend on the text alone.
        encoding: of bytes, where it is not to be found out.
        fhir: `r4` or `r5`.
        profile: `mcode-stu4`, or `base` for plain FHIR.
        bundle: kind of bundle.
        date_order: settles dates such as 03/04/2020 that nothing in the text decides.
        snomed: False leaves out SNOMED CT codes that need a licence of the user's own.
        mappings: folders whose tables are read over the shipped ones.
        validate: check the bundle (profiles, references, codes); findings are in `issues`.
        recorded: the instant that a document must carry (`2026-01-31T12:00:00Z`). Without it a
            document says 1970: equal input gives equal bytes, so no clock is read.

    Raises:
        UnreadableDocument, InvalidCase: the source cannot be read.
        UsageError: an option has no such value.
    """
    _check_choices(fhir=fhir, profile=profile, bundle=bundle, date_order=date_order)
    _check_instant(recorded)
    _check_name(name)
    overlays = _folders(mappings)
    case = case_of(source, name=name, identity=identity, encoding=encoding, date_order=date_order, mappings=overlays)
    reviewed = apply_review(case)
    terms = load(overlays)
    resources = map_case(reviewed, fhir=fhir, profile=profile, snomed=snomed, terms=terms)
    made = assemble(resources, reviewed, kind=bundle, fhir=fhir, recorded=recorded)
    report = validate_bundle(made, layers="quick", terms=terms, fhir=fhir) if validate else None
    issues = operation_outcome(reviewed, fhir=fhir, findings=report.findings if report else ())
    return Conversion(made, case, issues, report, resources)


def check_options(options: Mapping[str, Any]) -> None:
    """Raise what `convert` would say of *options* for every document, before there is one.

    Raises:
        UsageError: no such option, or no such value.
        MappingDataError: a folder of `mappings` is missing, or a table in it breaks its grammar.
    """
    try:
        inspect.signature(convert).bind("", **options)
    except TypeError as error:
        raise UsageError(f"options: {error}") from None
    _check_choices(**{name: value for name, value in options.items() if name in _CHOICES})
    _check_instant(options.get("recorded"))
    _check_encoding(options.get("encoding"))
    _check_name(options.get("name"))
    folders = _folders(options.get("mappings", ()))
    if found_overlays(folders):  # the shipped tables are not what a caller can get wrong
        load(folders)


def case_of(
    source: Source | Document | Case,
    *,
    name: str | None = None,
    identity: str | None = None,
    encoding: str | None = None,
    date_order: str | None = None,
    mappings: Sequence[str] = (),
) -> Case:
    """Return the case that *source* tells: a narrative is read, a case file is taken as it is."""
    if isinstance(source, Case):
        return _identified(source, identity)
    document = source if isinstance(source, Document) else read(source, name=name, encoding=encoding)
    if is_case(document.text):
        return _identified(from_json(document.text), identity)
    facts = extract(document, load(tuple(mappings)), date_order=date_order)
    return _identified(build_case(document, facts), identity)


def _identified(case: Case, identity: str | None) -> Case:
    if identity is not None and not isinstance(identity, str):
        raise UsageError("identity: not a text")
    return replace(case, document=replace(case.document, identity=identity)) if identity else case


def _check_choices(**chosen: Any) -> None:
    for option, value in chosen.items():
        if value not in _CHOICES[option]:
            known = ", ".join(str(c) for c in _CHOICES[option] if c)
            raise UsageError(f"{option}: no such value; choose one of {known}")


def _check_instant(recorded: Any) -> None:
    if recorded is not None and not (isinstance(recorded, str) and _INSTANT.fullmatch(recorded)):
        raise UsageError("recorded: not an instant such as 2026-01-31T12:00:00Z")


def _check_name(name: Any) -> None:
    if not isinstance(name, str | None):
        raise UsageError("name: not a text")


def _check_encoding(encoding: Any) -> None:
    if not encoding:
        return
    try:
        known = codecs.lookup(encoding)
    except (LookupError, ValueError, TypeError):  # ValueError: a NUL in the name
        raise UsageError(f"encoding: no such encoding: {encoding!r}") from None
    if not getattr(known, "_is_text_encoding", True):  # "base64"
        raise UsageError(f"encoding: {encoding!r} is not a text encoding")


def _folders(mappings: Any) -> tuple[str, ...]:
    """Return the overlay folders; one alone would be taken letter by letter."""
    if isinstance(mappings, str | bytes | os.PathLike):
        raise UsageError("mappings: give a list of folders")
    try:
        return tuple(os.fsdecode(folder) for folder in mappings)
    except TypeError:
        raise UsageError("mappings: give a list of folders") from None
