"""Looking up phrases, listing what has no code, and exporting the tables."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from click.testing import CliRunner

from epicrisis.cli.mappings import command
from epicrisis.terminology import load
from epicrisis.terminology.export import code_system, concept_map, tables, to_csv
from epicrisis.terminology.lookup import as_table, lookup, unmapped, without_code


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, list(args))
    return result.exit_code, result.output


def test_a_phrase_finds_its_concept() -> None:
    """An abbreviation leads to the concept and its codes."""
    found = lookup("LMS", load())
    assert [c.id for c in found] == ["cancers/leiomyosarcoma"]
    assert {c.code for c in found[0].codings} >= {"443719001"}


def test_a_longer_phrase_finds_the_terms_in_it() -> None:
    """A phrase that no term equals shows the terms it holds."""
    assert "cancers/leiomyosarcoma" in [c.id for c in lookup("a big leiomyosarcoma of unclear origin", load())]


def test_case_files_and_bundles_tell_what_has_no_code() -> None:
    """Items without a code are counted; a reviewer's coding settles it."""
    case = {
        "items": [
            {"type": "procedure", "text": "Frobnication  of the\nliver"},
            {"type": "procedure", "text": "frobnication of the liver"},
            {
                "type": "condition",
                "text": "leiomyosarcoma",
                "concept": "cancers/leiomyosarcoma",
                "detail": {"role": "primary"},
            },
            {"type": "condition", "text": "odd disease", "codings": [{"code": "x"}]},
            {"type": "condition", "text": "odd sign", "detail": {"role": "symptom"}},
        ]
    }
    bundle = {
        "resourceType": "Bundle",
        "entry": [
            {
                "resource": {
                    "resourceType": "Procedure",
                    "code": {"text": "frobnication of the liver"},
                }
            },
            {
                "resource": {
                    "resourceType": "Condition",
                    "code": {"text": "x", "coding": [{"code": "y"}]},
                }
            },
        ],
    }
    listed = unmapped([case, bundle], load())
    assert [(u.count, u.table, u.term) for u in listed] == [
        (3, "procedures", "frobnication of the liver"),
        (1, "symptoms", "odd sign"),
    ]


def test_harm_that_has_the_codes_of_its_words_is_not_listed() -> None:
    """An adverse event is coded as the disease or symptom that its words name; what has neither is listed."""
    events = ["neuropathy", "hand-foot syndrome"]
    concepts = ["peripheral sensory neuropathy", "palmar-plantar erythrodysesthesia syndrome"]
    items = [
        {"type": "adverse_event", "text": words, "concept": f"adverse_events/{term}"}
        for words, term in zip(events, concepts, strict=True)
    ]
    assert [u.term for u in unmapped([{"items": items}], load())] == [concepts[1]]


def test_the_list_is_an_overlay_at_once(tmp_path: Path) -> None:
    """The table of unmapped phrases, with a code filled in, is found by the lexicon."""
    listed = unmapped([{"items": [{"type": "procedure", "text": "frobnication of the liver"}]}], load())
    row = as_table(listed).replace("\t\t\t\t\texact", "\t\thttp://example.org/cs\tF1\tFrobnication\texact")
    (tmp_path / "procedures.tsv").write_text(row, encoding="utf-8")
    terms = load((str(tmp_path),))
    hit = next(
        h
        for h in terms.lexicon.find("after frobnication of the liver")
        if "procedures/frobnication of the liver" in h.concepts
    )
    assert [c.code for c in terms.concepts[hit.concepts[0]].codings] == ["F1"]


def test_without_code_are_the_text_only_terms() -> None:
    """A text-only concept has no coding and is listed."""
    assert all(not c.codings for c in without_code(load()))


def test_a_concept_map_holds_the_codes_of_a_table() -> None:
    """The relation becomes R4's equivalence; SNOMED CT can be left out."""
    made = concept_map(load(), "relatives")
    mother = next(e for g in made["group"] for e in g["element"] if e["code"] == "mother")
    assert mother["target"] == [{"code": "MTH", "equivalence": "equivalent", "display": "mother"}]
    free = json.dumps(concept_map(load(), "staging", snomed=False))
    assert "1222604002" not in free  # cTX: outside the Global Patient Set
    assert "258254000" in free  # R0: within it


def test_a_code_system_lists_the_written_forms() -> None:
    """Synonyms are designations."""
    made = code_system(load(), "cancers")
    one = next(c for c in made["concept"] if c["code"] == "leiomyosarcoma")
    assert {"value": "LMS"} in one["designation"]


def test_csv_has_a_line_per_coding() -> None:
    """Every coding of every table is in the CSV."""
    terms = load()
    lines = list(csv.DictReader(io.StringIO(to_csv(terms, tables(terms)))))
    codings = sum(len(c.codings) or 1 for c in terms.concepts.values())
    assert len(lines) == codings


def test_the_command_line(tmp_path: Path) -> None:
    """lookup, unmapped and export print what the library returns; a miss is exit code 1."""
    assert run("lookup", "LMS")[0] == 0
    assert run("lookup", "qqqzzz")[0] == 1
    assert json.loads(run("lookup", "LMS", "--json")[1])[0]["concept"] == "cancers/leiomyosarcoma"
    (tmp_path / "case.json").write_text(
        json.dumps({"items": [{"type": "lab", "text": "frob level"}]}), encoding="utf-8"
    )
    code, text = run("unmapped", str(tmp_path))
    assert (code, text.splitlines()) == (0, ["count\ttable\tterm", "1\tlabs\tfrob level"])
    code, text = run("unmapped", str(tmp_path), "--output-dir", str(tmp_path / "mine"))
    assert code == 0
    assert (tmp_path / "mine" / "labs.tsv").read_text(encoding="utf-8").count("frob level") == 1
    assert json.loads(run("export", "relatives", "-o", "-")[1])["resourceType"] == "ConceptMap"


def test_check_reports_an_overlay_of_ones_own(tmp_path: Path) -> None:
    """The tables of --mappings DIR are judged like the shipped ones: exit code 1 and a line."""
    (tmp_path / "drugs.tsv").write_text("term\tcode\nx\ty\n", encoding="utf-8")
    code, text = run("check", "--mappings", str(tmp_path))
    assert code == 1
    assert "drugs.tsv:1: schema:" in text


def test_a_filled_in_list_passes_the_check(tmp_path: Path) -> None:
    """The table of unmapped phrases keeps every rule, and its licence is its owner's business."""
    listed = unmapped([{"items": [{"type": "procedure", "text": "frobnication"}]}], load())
    (tmp_path / "procedures.tsv").write_text(as_table(listed), encoding="utf-8")
    assert run("check", "--mappings", str(tmp_path))[0] == 0


def test_a_drug_that_no_table_has_is_listed_by_the_stem_of_its_name() -> None:
    """A word that ends as drug names do is listed for the table of drugs; a known drug and other words are not."""
    text = "She received zenbrutamab and imatinib for six weeks; the platinum was stopped. Zenbrutamab went on."
    listed = unmapped([{"document": {"text": text}, "items": []}], load())
    assert [(u.table, u.term, u.count) for u in listed] == [("drugs", "zenbrutamab", 2)]
