"""Bundles: ids, references, kinds, layouts and the bytes that are written."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import epicrisis
from epicrisis.bundle import assemble, ndjson_files, operation_outcome, rows, to_json
from epicrisis.case import codec
from epicrisis.case.model import Case, Patient
from epicrisis.document.model import Document
from epicrisis.errors import UsageError
from epicrisis.mapping import map_case

FIXTURE = Path(__file__).parents[1] / "fixtures" / "case_seedlike.json"
KINDS = ("collection", "transaction", "document")
Resource = dict[str, Any]


@pytest.fixture(scope="module")
def case() -> Case:
    return codec.from_json(FIXTURE.read_text(encoding="utf-8"))


def _references(value: Any) -> list[str]:
    found = []
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            found.append(value["reference"])
        for member in value.values():
            found += _references(member)
    elif isinstance(value, list):
        for member in value:
            found += _references(member)
    return found


@pytest.mark.parametrize("fhir", ["r4", "r5"])
@pytest.mark.parametrize("kind", KINDS)
def test_all_references_resolve(case: Case, kind: str, fhir: str) -> None:
    """Every reference of every kind of bundle, in both editions, names something in it."""
    bundle = assemble(map_case(case, fhir=fhir), case, kind=kind, fhir=fhir)
    urls = [e["fullUrl"] for e in bundle["entry"]]
    assert len(urls) == len(set(urls))
    for entry in bundle["entry"]:
        inside = {"#" + c["id"] for c in entry["resource"].get("contained", ())}
        # a transaction refers to what it puts by the ids that it puts it under
        names = {e["request"]["url"] for e in bundle["entry"]} if kind == "transaction" else set(urls)
        assert set(_references(entry["resource"])) <= names | inside


@pytest.mark.parametrize("kind", KINDS)
def test_references_resolve_without_a_patient(kind: str) -> None:
    """A narrative without a patient has no reference to one."""
    nobody = Case(Document("Nothing."))
    bundle = assemble(map_case(nobody), nobody, kind=kind)
    urls = {e["fullUrl"] for e in bundle["entry"]}
    assert set(_references(bundle)) <= urls


@pytest.mark.parametrize("fhir", ["r4", "r5"])
@pytest.mark.parametrize("kind", KINDS)
def test_models_accept_every_kind(case: Case, kind: str, fhir: str) -> None:
    """The base models of R4 and R5 accept every kind of bundle."""
    written = to_json(assemble(map_case(case, fhir=fhir), case, kind=kind, fhir=fhir))
    if fhir == "r4":
        from fhir.resources.R4B.bundle import Bundle
    else:
        from fhir.resources.bundle import Bundle
    assert Bundle.model_validate_json(written)


def test_collection_claims_the_patient_bundle(case: Case) -> None:
    """A collection claims mcode-patient-bundle, unless its patient claims no mCODE profile."""
    assert assemble(map_case(case), case)["meta"]["profile"]
    assert "meta" not in assemble(map_case(case, profile="base"), case)
    nobody = Case(Document("Nothing."))
    assert "meta" not in assemble(map_case(nobody), nobody)
    healthy = Case(Document("A man."), patient=Patient(sex="male"))
    assert "meta" not in assemble(map_case(healthy), healthy)


def test_transaction_puts_by_id(case: Case) -> None:
    """A transaction puts each resource under its own id and claims no profile of a collection."""
    bundle = assemble(map_case(case), case, kind="transaction")
    assert "meta" not in bundle
    for entry in bundle["entry"]:
        resource = entry["resource"]
        assert entry["request"] == {
            "method": "PUT",
            "url": f"{resource['resourceType']}/{resource['id']}",
        }


def test_document_starts_with_its_composition(case: Case) -> None:
    """A document's first entry is the Composition, with identifier and time beside it."""
    bundle = assemble(map_case(case), case, kind="document", recorded="2026-01-02T03:04:05Z")
    assert bundle["entry"][0]["resource"]["resourceType"] == "Composition"
    assert bundle["timestamp"] == "2026-01-02T03:04:05Z"
    assert bundle["identifier"]["value"].startswith("urn:uuid:")


def test_document_sections_follow_the_narrative(case: Case) -> None:
    """Sections stand in the order of the narrative; every resource stands in exactly one."""
    made = map_case(case)
    sections = assemble(made, case, kind="document")["entry"][0]["resource"]["section"]
    assert [s["title"] for s in sections] == [
        "CASE",
        "FINDINGS",
        "TREATMENT",
        "OUTCOME",
        "Other information",
    ]
    entries = [e["reference"] for s in sections for e in s.get("entry", ())]
    assert sorted(entries) == sorted(f"urn:uuid:{r['id']}" for r in made)
    assert "&lt;haemoptysis&gt; &amp; weight loss" in sections[0]["text"]["div"]


def test_an_unreviewed_document_is_preliminary(case: Case) -> None:
    """Nobody attests what a program wrote: only a reviewed case is final."""
    made = map_case(case)
    assert assemble(made, case, kind="document")["entry"][0]["resource"]["status"] == "preliminary"


def test_unknown_kind_is_a_usage_error(case: Case) -> None:
    """An unknown kind of bundle is a usage error."""
    with pytest.raises(UsageError):
        assemble([], case, kind="batch")


def test_ids_depend_on_the_text_only(case: Case) -> None:
    """The same text under another name has the same ids; another text has none of them."""
    renamed = codec.from_json(codec.to_json(case).replace('"name": "fictional-lung"', '"name": "other"'))
    changed = codec.from_json(codec.to_json(case))
    changed.document = Document(case.document.text + " ")
    ids = {r["id"] for r in map_case(case)}
    assert {r["id"] for r in map_case(renamed)} == ids
    assert not {r["id"] for r in map_case(changed)} & ids


def test_ndjson_files_and_manifest(case: Case) -> None:
    """One file per type, one resource a line, references that resolve; the manifest counts."""
    made = map_case(case)
    files = ndjson_files(made)
    manifest = json.loads(files["manifest.json"])
    known, wanted, count = set(), [], 0
    for output in manifest["output"]:
        lines = files[output["url"]].splitlines()
        assert len(lines) == output["count"]
        for line in lines:
            resource = json.loads(line)
            assert resource["resourceType"] == output["type"]
            known.add(f"{resource['resourceType']}/{resource['id']}")
            wanted += _references(resource)
            count += 1
    assert count == len(made)
    assert set(wanted) <= known


def test_contradictions_name_the_words_of_each_statement(case: Case) -> None:
    """Each contradiction is one issue with its kind and the words of each statement."""
    outcome = operation_outcome(case)
    first = outcome["issue"][0]
    assert first["details"]["coding"][0]["code"] == "stage-inconsistent"
    assert first["severity"] == "warning"
    spans = []
    for extension in first["extension"]:
        parts = {p["url"]: p for p in extension["extension"]}
        start = parts["offset"]["valueInteger"]
        spans.append(case.document.text[start : start + parts["length"]["valueInteger"]])
    assert spans == ["stage IIB", "Ann Arbor stage II"]
    assert len(outcome["issue"]) == len(case.conflicts)


def test_no_contradiction_is_said_so(case: Case) -> None:
    """A case without contradictions gives one informational issue."""
    outcome = operation_outcome(replace(case, conflicts=[]))
    assert [i["severity"] for i in outcome["issue"]] == ["information"]


@pytest.mark.parametrize(("text", "code"), [("", "no-text"), ("Nothing.", "no-facts")])
def test_nothing_found_is_a_warning(text: str, code: str) -> None:
    """A text without facts does not look like a patient without findings."""
    [issue] = operation_outcome(Case(Document(text)))["issue"]
    assert (issue["severity"], issue["details"]["coding"][0]["code"]) == ("warning", code)


def test_decimals_are_written_raw() -> None:
    """Decimals are numbers with all their digits; strings that look like them stay strings."""
    written = to_json({"resourceType": "X", "a": Decimal("4.650"), "b": "4.650", "c": [Decimal("-0.10")]})
    assert written == '{"resourceType":"X","a":4.650,"b":"4.650","c":[-0.10]}\n'


def test_a_forged_mark_is_refused() -> None:
    """A string that imitates the mark of a decimal cannot become a number."""
    with pytest.raises(ValueError, match="mark"):
        to_json({"resourceType": "X", "a": Decimal(1), "b": "\x00decimal:2"})


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), float("nan"), object()])
def test_what_is_no_json_is_refused(value: object) -> None:
    """Not-a-number, infinity and foreign objects are refused."""
    with pytest.raises(ValueError):  # noqa: PT011 - json words differ by version
        to_json({"resourceType": "X", "a": value})


def test_what_holds_itself_is_refused() -> None:
    """A circle ends with an error that says so."""
    inner: dict[str, Any] = {}
    inner["again"] = [inner]
    for indent in (None, 2):
        with pytest.raises(ValueError, match="Circular"):
            to_json({"resourceType": "X", "a": Decimal(1), "b": inner}, indent=indent)


def test_bundle_json_is_one_line_per_entry(case: Case) -> None:
    """A bundle has one line per resource, and the same content as with indent."""
    bundle = assemble(map_case(case), case)
    text = to_json(bundle)
    assert len(text.splitlines()) == len(bundle["entry"]) + 2
    assert json.loads(text) == json.loads(to_json(bundle, indent=2))


@pytest.mark.parametrize("fhir", ["r4", "r5"])
def test_rows_are_flat(case: Case, fhir: str) -> None:
    """Rows have the same columns for every type, with value, unit and spans."""
    found = rows(assemble(map_case(case, fhir=fhir), case, fhir=fhir))
    assert {tuple(r) for table in found.values() for r in table} == {tuple(found["Condition"][0])}
    lab = next(r for r in found["Observation"] if r["unit"] == "x 10^9/L")
    assert lab["value"] == Decimal("4.650")
    assert lab["spans"]


FACTS = """CASE PRESENTATION

A 52-year-old woman had cancer of the left breast, 2.3 cm in size. Her mother had breast cancer and ovarian cancer.
She received paclitaxel in March 2020. In April 2020 she developed grade 3 neutropenia due to paclitaxel.
"""


@pytest.mark.parametrize("fhir", ["r4", "r5"])
def test_rows_keep_the_fact(fhir: Any) -> None:
    """A relative's diseases, a tumour's place and an event's grade, status and date are in the rows of both editions."""
    found = epicrisis.convert(FACTS, fhir=fhir).rows()
    [relative] = found["FamilyMemberHistory"]
    assert relative["text"].lower() == "mother"
    assert relative["value"] == "breast cancer; ovarian cancer"
    place = next(r for r in found["BodyStructure"])
    assert "breast" in place["text"]
    assert place["code"] == "76752008"
    [event] = found["AdverseEvent"]
    assert event["text"].startswith("neutropenia")
    assert [event[k] for k in ("status", "date", "value")] == ["actual", "2020-04", "grade 3"]


def test_rows_of_places_and_events_without_codes() -> None:
    """What is only described is text; a morphology and a severity are values; a list of types counts."""
    resources = [
        {"resourceType": "BodyStructure", "id": "1", "description": "pelvic volume"},
        {"resourceType": "BodyStructure", "id": "2", "location": {"text": "lung"}, "morphology": {"text": "nodule"}},
        {"resourceType": "BodyStructure", "id": "3", "morphology": {"text": "nodule"}},
        {"resourceType": "AdverseEvent", "id": "4", "actuality": "actual", "severity": {"coding": [{"code": "mild"}]}},
        {"resourceType": "Encounter", "id": "5", "type": [{"text": "consultation"}]},
    ]
    found = rows({"entry": [{"resource": r} for r in resources]})
    told = [(r["text"], r["value"], r["status"]) for table in found.values() for r in table]
    assert told == [
        ("pelvic volume", None, None),
        ("lung", "nodule", None),
        ("nodule", "nodule", None),
        (None, "mild", "actual"),
        ("consultation", None, None),
    ]
