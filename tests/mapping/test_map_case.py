"""From a case to resources: what is said, what is denied, what stays silent."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from epicrisis import resources as data
from epicrisis.bundle import to_json
from epicrisis.case import codec
from epicrisis.case.model import Case, Conflict, Item, Patient, Span, When
from epicrisis.document.model import Document
from epicrisis.errors import UsageError
from epicrisis.mapping import map_case
from epicrisis.mapping.spec import spec

ROOT = Path(__file__).parents[2]
FIXTURE = ROOT / "tests" / "fixtures" / "case_seedlike.json"
EVIDENCE = "http://hl7.org/fhir/StructureDefinition/derivation-reference"
UNSEEN = {"DocumentReference", "Device", "Provenance"}
Resource = dict[str, Any]


@pytest.fixture(scope="module")
def case() -> Case:
    return codec.from_json(FIXTURE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made(case: Case) -> list[Resource]:
    return map_case(case)


def _one(*items: Item, text: str = "Words of a narrative.", **options: Any) -> list[Resource]:
    case = Case(Document(text), patient=Patient(sex="female"), items=list(items))
    return [r for r in map_case(case, **options) if r["resourceType"] not in {*UNSEEN, "Patient"}]


def _spans(value: Any) -> list[tuple[int, int]]:
    found = []
    if isinstance(value, dict):
        if value.get("url") == EVIDENCE:
            parts = {p["url"]: p for p in value["extension"]}
            start = parts["offset"]["valueInteger"]
            return [(start, start + parts["length"]["valueInteger"])]
        for member in value.values():
            found += _spans(member)
    elif isinstance(value, list):
        for member in value:
            found += _spans(member)
    return found


def test_every_item_type_is_written(case: Case, made: list[Resource]) -> None:
    """Each item of the fixture, which uses every type, becomes at least one resource."""
    types = set(
        json.loads(data.read_text("schema", "case-1.schema.json"))["$defs"]["item"]["properties"]["type"]["enum"]
    )
    assert {i.type for i in case.items} == types
    assert len(made) > len(case.items)


def test_every_clinical_resource_has_evidence(case: Case, made: list[Resource]) -> None:
    """Each clinical resource points to words of the text, without white space at the edges."""
    text = case.document.text
    for resource in made:
        spans = _spans(resource)
        if resource["resourceType"] in UNSEEN:
            continue
        assert spans, resource["resourceType"]
        for start, end in spans:
            assert text[start:end]
            assert text[start:end] == text[start:end].strip()


def test_attached_text_is_the_text_that_is_counted_in(case: Case, made: list[Resource]) -> None:
    """The DocumentReference holds the document's text, code point by code point."""
    from base64 import b64decode

    document = next(r for r in made if r["resourceType"] == "DocumentReference")
    attachment = document["content"][0]["attachment"]
    assert b64decode(attachment["data"]).decode("utf-8") == case.document.text


def test_age_is_no_birth_date(made: list[Resource]) -> None:
    """An age gives an Observation, never a date of birth."""
    patient = next(r for r in made if r["resourceType"] == "Patient")
    assert "birthDate" not in patient
    assert patient["_birthDate"]["extension"][0]["valueCode"] == "unknown"
    ages = [r for r in made if r["resourceType"] == "Observation" and r["code"].get("text") == "Age as stated"]
    assert [a["valueQuantity"]["value"] for a in ages] == [Decimal(62)]


def test_a_name_is_never_written(made: list[Resource]) -> None:
    """The patient's name is masked."""
    patient = next(r for r in made if r["resourceType"] == "Patient")
    assert list(patient["name"][0]) == ["extension"]


def test_no_patient_is_invented() -> None:
    """A case without patient and items gives the document and the software only."""
    kinds = [r["resourceType"] for r in map_case(Case(Document("Nothing here.")))]
    assert "Patient" not in kinds
    assert kinds == ["DocumentReference", "Device", "Provenance"][: len(kinds)]


def test_decimals_keep_their_digits(made: list[Resource]) -> None:
    """4.650 stays 4.650 from the case to the JSON."""
    lab = next(
        r for r in made if r["resourceType"] == "Observation" and r.get("valueQuantity", {}).get("unit") == "x 10^9/L"
    )
    assert '"value":4.650' in to_json(lab)


def test_partial_dates_keep_their_precision() -> None:
    """A month stays a month, a year a year."""
    found = _one(Item("a", "condition", "Words", [Span(0, 5)], when=When("2012-11")))
    assert found[0]["onsetDateTime"] == "2012-11"


def test_denied_condition_is_refuted() -> None:
    """A denied disease is a refuted Condition without a clinical status and without a profile."""
    found = _one(Item("a", "condition", "Words", [Span(0, 5)], negated=True))
    assert found[0]["verificationStatus"]["coding"][0]["code"] == "refuted"
    assert "clinicalStatus" not in found[0]
    assert "meta" not in found[0]


def test_suspected_condition_is_provisional() -> None:
    """A suspected disease is provisional."""
    found = _one(Item("a", "condition", "Words", [Span(0, 5)], certainty="suspected"))
    assert found[0]["verificationStatus"]["coding"][0]["code"] == "provisional"


@pytest.mark.parametrize("type_", ["procedure", "radiotherapy", "regimen"])
def test_undone_act_is_not_done(type_: str) -> None:
    """An act that was not done says not-done."""
    found = _one(Item("a", type_, "Words", [Span(0, 5)], status="not-done"))
    assert [r["status"] for r in found] == ["not-done"]


def test_undone_drug_is_not_taken() -> None:
    """A drug that was not given says not-taken."""
    found = _one(Item("a", "medication", "Words", [Span(0, 5)], status="not-done"))
    assert found[0]["status"] == "not-taken"


def test_drug_on_hold_says_so() -> None:
    """A drug that is held at the time of the report says on-hold."""
    found = _one(Item("a", "medication", "Words", [Span(0, 5)], status="on-hold"))
    assert found[0]["status"] == "on-hold"


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("procedure", "ServiceRequest"),
        ("radiotherapy", "ServiceRequest"),
        ("imaging", "ServiceRequest"),
        ("regimen", "ServiceRequest"),
        ("medication", "MedicationRequest"),
    ],
)
def test_plans_are_requests(type_: str, kind: str) -> None:
    """What was only planned is a request with intent plan, never an act."""
    found = _one(Item("a", type_, "Words", [Span(0, 5)], status="planned"))
    assert [(r["resourceType"], r["intent"]) for r in found] == [(kind, "plan")]


def test_hypothetical_is_silent() -> None:
    """What is only possible is not written at all."""
    types = ["condition", "procedure", "medication", "adverse_event", "lab"]
    assert _one(*(Item(t, t, "Words", [Span(0, 5)], status="hypothetical") for t in types)) == []


def test_denied_family_history_is_an_observation() -> None:
    """A denied family history is an Observation with the value absent."""
    found = _one(Item("a", "family_history", "no family history", [Span(0, 5)], detail={"absent": True}))
    assert found[0]["resourceType"] == "Observation"
    assert found[0]["valueCodeableConcept"]["text"] == "no family history"


@pytest.mark.parametrize(
    ("detail", "concept", "codes"),
    [
        (
            {"role": "primary", "siteConcept": "sites/ovary"},
            "cancers/high-grade serous carcinoma",
            {"363443007", "C56.9"},
        ),
        ({"role": "primary"}, "cancers/high-grade serous carcinoma", set()),
        ({"role": "secondary"}, None, {"128462008", "C79.9"}),
        ({"role": "finding", "siteConcept": "sites/ovary"}, None, set()),
    ],
)
def test_a_cancer_without_a_code_has_the_wider_one(
    detail: dict[str, str], concept: str | None, codes: set[str]
) -> None:
    """A carcinoma is coded by its site where its form has no code, a metastasis without a site as one."""
    found = _one(Item("a", "condition", "Words", [Span(0, 5)], concept, detail=detail))[0]
    assert {c["code"] for c in found["code"].get("coding", ())} == codes


def test_denied_adverse_event_is_a_refuted_condition() -> None:
    """AdverseEvent has no negation: a denied one is a refuted Condition."""
    found = _one(Item("a", "adverse_event", "Words", [Span(0, 5)], negated=True))
    assert found[0]["resourceType"] == "Condition"
    assert found[0]["verificationStatus"]["coding"][0]["code"] == "refuted"


@pytest.mark.parametrize(
    ("grades", "severity", "text"),
    [
        (["1"], "mild", "grade 1"),
        (["2", "3"], "severe", "grade 2-3"),
        (["4"], None, "grade 4"),
        (["5"], None, "grade 5"),
    ],
)
def test_grades_of_harm(grades: list[str], severity: str | None, text: str) -> None:
    """The grade is kept as stated; R4's severity has no word above severe."""
    found = _one(Item("a", "adverse_event", "Words", [Span(0, 5)], detail={"grades": grades}))[0]
    assert found["extension"][0]["valueCodeableConcept"]["text"] == text
    assert found.get("severity", {}).get("coding", [{}])[0].get("code") == severity


@pytest.mark.parametrize(
    ("words", "term", "codes"),
    [
        ("hypothyroidism", "hypothyroidism", {"40930008", "E03.9"}),
        ("AKI", "acute kidney injury", {"N17.9"}),
        ("CRS", "cytokine release syndrome", {"D89.83"}),
        ("neuropathy", "peripheral sensory neuropathy", {"386033004"}),
        ("Words", "peripheral sensory neuropathy", set()),
    ],
)
@pytest.mark.parametrize("negated", [False, True])
def test_harm_has_the_codes_of_its_words(words: str, term: str, codes: set[str], negated: bool) -> None:
    """CTCAE's codes may not ship: the words have theirs as a disease or symptom, never those of a narrower term."""
    item = Item("a", "adverse_event", words, [Span(0, 5)], f"adverse_events/{term}", negated=negated)
    found = _one(item)[0]
    code = found["code"] if negated else found["event"]
    assert {c["code"] for c in code.get("coding", ())} == codes


def test_nothing_is_guessed_of_harm() -> None:
    """Outcome, seriousness and causality are absent unless stated."""
    found = _one(Item("a", "adverse_event", "Words", [Span(0, 5)]))[0]
    assert not {"outcome", "seriousness", "severity", "suspectEntity"} & set(found)


def test_unstated_edition_is_words() -> None:
    """A staging edition that the text does not state is not coded."""
    found = _one(Item("a", "stage", "T2b", [Span(0, 5)], detail={"kind": "T", "category": "T2b"}))[0]
    assert found["method"] == {"text": "staging system and edition not stated"}


def test_stated_edition_is_coded() -> None:
    """A staging edition that the text states is coded."""
    detail = {"kind": "T", "category": "T2b", "prefix": "p", "edition": "7", "system": "AJCC"}
    found = _one(Item("a", "stage", "pT2b", [Span(0, 5)], detail=detail))[0]
    assert found["method"]["coding"][0]["code"] == spec("stage").codes["ajcc7"][0]["code"]
    assert found["code"]["coding"][0]["code"] == spec("stage").codes["pT"][0]["code"]


def test_stage_group_without_condition_claims_no_group_profile() -> None:
    """mCODE's stage group needs a focus: without one the general stage profile is claimed."""
    found = _one(Item("a", "stage", "stage IV", [Span(0, 5)], detail={"kind": "group", "category": "IV"}))[0]
    assert found["meta"]["profile"][0].endswith("mcode-cancer-stage")


def test_plain_ann_arbor_claims_no_lymphoma_profile() -> None:
    """mCODE's lymphoma stage requires a coded method that "Ann Arbor" alone does not name."""
    coding = [{"system": "http://snomed.info/sct", "code": "1"}]
    for kind, profile in (
        ("annarbor", "mcode-cancer-stage"),
        ("cotswolds", "mcode-lymphoma-stage"),
    ):
        item = Item("a", "stage", "stage II", [Span(0, 5)], codings=coding, detail={"kind": kind})
        assert _one(item)[0]["meta"]["profile"][0].endswith(profile)


def test_dose_is_centigray_exactly() -> None:
    """50.4 Gy is 5040 cGy, 0.5 Gy is 50 cGy: digits are moved, not made."""
    for written, centigray in (("50.4", "5040"), ("0.5", "50"), ("1.255", "125.5")):
        detail = {"dose": {"value": written, "unit": "Gy"}, "fractions": "28"}
        course = _one(Item("a", "radiotherapy", "Words", [Span(0, 5)], detail=detail))[1]
        dose = next(e for e in course["extension"] if e["url"].endswith("dose-delivered-to-volume"))
        parts = {p["url"]: p for p in dose["extension"]}
        assert str(parts["totalDoseDelivered"]["valueQuantity"]["value"]) == centigray


def test_other_dose_units_stay_words() -> None:
    """A dose in a unit that is no absorbed dose is not converted."""
    detail = {"dose": {"value": "60", "unit": "Gy(RBE)"}, "fractions": "30"}
    course = _one(Item("a", "radiotherapy", "Words", [Span(0, 5)], detail=detail))[1]
    assert "totalDoseDelivered" not in json.dumps(course, default=str)
    assert "60 Gy(RBE)" in course["note"][0]["text"]


def test_sizes_in_inches_claim_no_profile() -> None:
    """mCODE takes millimetres and centimetres only: other sizes are plain Observations."""
    detail = {"dimensions": [{"value": "3", "unit": "in", "ucum": "[in_i]"}]}
    size = _one(Item("a", "tumor_size", "3 in", [Span(0, 5)], detail=detail))[1]
    assert "meta" not in size


def test_longest_dimension_comes_first() -> None:
    """The longest dimension is found whatever the order and the unit."""
    dimensions = [{"value": "6", "unit": "cm"}, {"value": "80", "unit": "mm"}]
    size = _one(Item("a", "tumor_size", "6 cm x 80 mm", [Span(0, 5)], detail={"dimensions": dimensions}))[1]
    assert [c["valueQuantity"]["value"] for c in size["component"]] == [Decimal(80), Decimal(6)]


def test_marker_range_is_a_range() -> None:
    """Ki67 10-20 % is a Range, under US Core, as mCODE's marker profile has none."""
    detail = {"percentLow": "10", "percentHigh": "20", "result": "positive", "method": "ihc"}
    marker = _one(Item("a", "marker", "Ki67", [Span(0, 5)], detail=detail))[0]
    assert marker["valueRange"]["low"]["value"] == Decimal(10)
    assert marker["meta"]["profile"][0].endswith("us-core-observation-lab")


def test_end_before_start_is_a_remark() -> None:
    """An end that does not follow its start is kept in words, since a Period may not say it."""
    item = Item("a", "medication", "Words", [Span(0, 5)], start=When("2018-05"), end=When("2018-02"))
    statement = _one(item)[0]
    assert statement["effectivePeriod"] == {"start": "2018-05"}
    assert statement["note"] == [{"text": "End as stated: 2018-02."}]


def test_inferences_say_so() -> None:
    """An inferred date and an inferred item carry a note."""
    item = Item(
        "a",
        "medication",
        "Words",
        [Span(0, 5)],
        start=When("2018", inferred="year of the sentence before"),
        inferred="drug of the regimen",
    )
    notes = [n["text"] for n in _one(item)[0]["note"]]
    assert notes == [
        "Inferred: drug of the regimen.",
        "Start inferred: year of the sentence before.",
    ]


def test_blood_pressure_is_one_panel() -> None:
    """Systolic and diastolic pressure of the same words are one panel."""
    loinc = "http://loinc.org"
    pair = [
        Item(
            f"lab-{code}",
            "lab",
            "BP 120/80",
            [Span(0, 5)],
            codings=[{"system": loinc, "code": code}],
            detail={"vital": True, "value": value, "unit": "mmHg", "ucum": "mm[Hg]"},
        )
        for code, value in (("8480-6", "120"), ("8462-4", "80"))
    ]
    found = _one(*pair)
    assert len(found) == 1
    assert found[0]["code"]["coding"][0]["code"] == "85354-9"
    assert [c["valueQuantity"]["value"] for c in found[0]["component"]] == [
        Decimal(120),
        Decimal(80),
    ]


def test_vital_sign_out_of_its_units_loses_its_code() -> None:
    """A temperature without a unit keeps words and number, not the LOINC code that binds a unit."""
    item = Item(
        "a",
        "lab",
        "temperature",
        [Span(0, 5)],
        codings=[{"system": "http://loinc.org", "code": "8310-5"}],
        detail={"vital": True, "value": "38.5"},
    )
    found = _one(item)[0]
    assert "coding" not in found["code"]
    assert found["valueQuantity"] == {"value": Decimal("38.5")}


def test_person_set_codings_win() -> None:
    """Codings that a person set in the case file replace the table's."""
    coding = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C34.11"}
    found = _one(
        Item(
            "a",
            "condition",
            "Words",
            [Span(0, 5)],
            concept="diseases/hypertension",
            codings=[coding],
        )
    )
    assert found[0]["code"]["coding"] == [coding]


def test_base_claims_no_profile(case: Case) -> None:
    """--profile base claims nothing."""
    assert not any("meta" in r for r in map_case(case, profile="base"))


def test_snomed_switch_leaves_the_words(case: Case) -> None:
    """Without SNOMED's licence its codes and the profiles that fix them go, the words stay."""
    licensed = {c["code"] for name in _toml() for c, licence in spec(name).codes.values() if licence == "SNOMED-CT"}
    found = map_case(case, snomed=False)
    written = json.dumps(found, default=str)
    assert not [c for c in licensed if f'"code": "{c}"' in written]
    assert "mcode-radiotherapy-course-summary" not in written
    assert "stable disease" in written


def test_narratives_are_escaped() -> None:
    """Markup in the narrative is text in the resource, not markup."""
    attack = '<script>alert("x")</script>&<img src=x onerror=y>'
    for type_ in ("condition", "procedure", "medication", "lab", "adverse_event", "observation"):
        for resource in _one(Item(type_, type_, attack, [Span(0, 5)], detail={"resultText": attack, "value": attack})):
            div = resource["text"]["div"]
            assert "<script" not in div
            assert "<img" not in div
            assert resource["text"]["status"] == "generated"


def test_control_characters_never_reach_fhir() -> None:
    """Strings hold no control characters, whatever the text held."""
    found = _one(Item("a", "condition", "pa\x00in\x1f of \ud800 words", [Span(0, 5)]))
    assert found[0]["code"]["text"] == "pa in of words"


def test_dangling_and_wrong_links_are_left_out() -> None:
    """A link to an item of another kind, or to a silent one, gives no reference."""
    found = _one(
        Item(
            "m",
            "medication",
            "Words",
            [Span(0, 5)],
            links={"reason": ["p", "h", "nobody"], "regimen": ["m2"]},
        ),
        Item("p", "procedure", "Words", [Span(0, 5)]),
        Item("h", "condition", "Words", [Span(0, 5)], status="hypothetical"),
        Item("m2", "medication", "Words", [Span(0, 5)]),
    )
    assert "reasonReference" not in found[0]
    assert "partOf" not in found[0]


@pytest.mark.parametrize("options", [{"fhir": "r6"}, {"profile": "mcode"}])
def test_unknown_options_are_usage_errors(options: dict[str, str]) -> None:
    """An unknown edition or profile is a usage error."""
    with pytest.raises(UsageError):
        map_case(Case(Document("x")), **options)


def test_same_bytes_in_any_environment() -> None:
    """Hash seed, time zone and locale change no byte."""
    code = (
        "import sys; from epicrisis.case import codec; from epicrisis.mapping import map_case;"
        "from epicrisis.bundle import assemble, to_json;"
        f"c = codec.from_json(open({str(FIXTURE)!r}, encoding='utf-8').read());"
        "sys.stdout.buffer.write(to_json(assemble(map_case(c), c)).encode())"
    )
    written = set()
    for seed, zone, locale in (("0", "UTC", "C"), ("4711", "Pacific/Kiritimati", "tr_TR.UTF-8")):
        env = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": locale,
            "PYTHONPATH": str(ROOT / "src"),
        }
        written.add(subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout)
    assert len(written) == 1


def test_mapping_modules_do_not_import_each_other() -> None:
    """A mapping module knows the chart and the shared parts, never another mapping module."""
    shared = {"chart", "coder", "spec", "narrative", "quantity", "dosage", "loinc", "harm"}
    for path in (ROOT / "src" / "epicrisis" / "mapping").glob("*.py"):
        if path.stem in {"registry", "__init__", "chart"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("epicrisis.mapping."):
                assert (node.module or "").rpartition(".")[2] in shared, path.name


def test_fixed_codes_name_source_and_licence() -> None:
    """Each fixed code of a mapping module names its licence and its source."""
    for name in _toml():
        for key, row in spec(name).data.get("codes", {}).items():
            assert row[1], (name, key)
            assert row[3], (name, key)
            assert row[4], (name, key)


def test_no_code_stands_in_python() -> None:
    """Codes of clinical code systems stand in the mappings, never in Python."""
    import re

    like = re.compile(r"[\"'](?:\d{6,18}|\d{4,5}-\d|C\d{4,6}|LA\d+-\d)[\"']")
    for path in (ROOT / "src" / "epicrisis").rglob("*.py"):
        if path.parent.name in {"mapping", "bundle", "fhir"}:
            assert not like.findall(path.read_text(encoding="utf-8")), path.name


def test_conflicts_do_not_change_resources(case: Case) -> None:
    """Contradictions are reported beside the resources: none of them changes one."""
    without = codec.from_json(codec.to_json(case))
    without.conflicts = [Conflict("x", "y")]
    assert map_case(without) == map_case(case)


def _toml() -> list[str]:
    named = (p.name for p in data.packaged().iterdir() if p.name.endswith(".toml"))
    return [n.removesuffix(".toml") for n in named if n != "systems.toml"]
