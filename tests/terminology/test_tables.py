"""Drugs, regimens, tests, stains, genes, adverse events: size, references, words that are none."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from epicrisis.facts.unit_codes import unit_code
from epicrisis.terminology import Concept, load
from epicrisis.terminology.check import check, form_key
from epicrisis.terminology.table import COLUMNS
from epicrisis.terminology.ucum import is_ucum
from support import ROOT, shared_dir

TERMS = load()
TABLES = (
    "drugs",
    "regimens",
    "labs",
    "markers",
    "genes",
    "units",
    "adverse_events",
    "routes",
    "frequencies",
)


def concepts(table: str) -> list[Concept]:
    return list(TERMS.domain(table))


def forms(concept: Concept) -> Iterator[str]:
    yield concept.term
    yield from concept.synonyms


def meant(text: str, table: str) -> set[str]:
    return {c.partition("/")[2] for hit in TERMS.lexicon.find(text) for c in hit.concepts if c.startswith(table + "/")}


@pytest.mark.parametrize(
    ("table", "least"),
    [
        ("drugs", 450),
        ("regimens", 90),
        ("labs", 180),
        ("markers", 160),
        ("genes", 250),
        ("units", 150),
        ("routes", 25),
        ("frequencies", 30),
    ],
)
def test_a_table_is_broad(table: str, least: int) -> None:
    """Each table holds at least the number of concepts that the project promises."""
    assert len(concepts(table)) >= least


def test_named_drugs_outnumber_the_promise_without_class_words() -> None:
    """Class words such as "antibiotics" are not counted as drugs."""
    assert sum(c.attrs.get("generic") != "1" for c in concepts("drugs")) >= 450


def test_all_terms_of_ctcae_are_there() -> None:
    """CTCAE v5.0 has 837 terms; our own words of toxicity are marked ctcae=0."""
    assert sum(c.attrs.get("ctcae") != "0" for c in concepts("adverse_events")) == 837


def test_no_code_of_meddra_ships() -> None:
    """Adverse events carry no MedDRA code, whatever its address."""
    assert not [k for c in TERMS.concepts.values() for k in c.codings if "meddra" in k.system.lower()]


def test_the_tables_pass_the_check() -> None:
    """Schema, check digits, displays, synonyms, units, references and licences are sound."""
    assert [str(f) for f in check() if f.file[:-4] in TABLES] == []


def test_every_drug_has_a_class() -> None:
    """A drug's class is what a reader filters by."""
    assert [c.id for c in concepts("drugs") if not c.attrs.get("class")] == []


def test_every_regimen_names_drugs_of_the_table() -> None:
    """A regimen is a list of drugs, each of them a concept, or says in a note why its name names none."""
    known = {c.term for c in concepts("drugs")}
    for regimen in concepts("regimens"):
        drugs = regimen.attrs.get("drugs")
        assert set(drugs.split("+")) <= known if drugs is not None else regimen.attrs.get("note"), regimen.id


def test_every_unit_of_a_test_is_ucum_and_has_written_forms() -> None:
    """A unit that a test expects is a unit of the table of units."""
    units = {c.term for c in concepts("units")}
    assert all(map(is_ucum, units))
    named = {v for t in ("labs", "markers") for c in concepts(t) for k, v in c.attrs.items() if k.startswith("unit")}
    assert sorted(named - units) == []


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("g/dl", "g/dL"),
        ("gm/dL", "g/dL"),
        ("mg/dL", "mg/dL"),
        ("×10^9/L", "10*9/L"),
        ("x 10⁹/L", "10*9/L"),
        ("10*3/uL", "10*3/uL"),
        ("K/µL", "10*3/uL"),
        ("IU/L", "[IU]/L"),
        ("mmHg", "mm[Hg]"),
        ("cm", "cm"),
        ("mg/m2", "mg/m2"),
        ("mg/m²", "mg/m2"),
        ("cells/mm3", "/uL"),
        ("mcg/mL", "ug/mL"),
        ("mIU/mL", "m[IU]/mL"),
        ("mM", "mmol/L"),
        ("mm", "mm"),
        ("µm", "um"),
        ("µM", "umol/L"),
        ("mL", "mL"),
        ("/mL", "/mL"),
        ("mutations/Mb", "1/1000000{Base}"),
        ("mm/hr", "mm/h"),
        ("°C", "Cel"),
        ("mg/kg/day", "mg/kg/d"),
    ],
)
def test_a_written_unit_has_its_code(written: str, code: str) -> None:
    """Spaces, powers, micro signs and capitals do not hide a unit, nor mix up two."""
    assert unit_code(TERMS, written) == code


def test_a_unit_of_two_meanings_is_settled_by_the_test() -> None:
    """G/L counts cells for leukocytes and weighs grams elsewhere."""
    assert unit_code(TERMS, "G/L", ("10*3/uL", "10*9/L")) == "10*9/L"
    assert unit_code(TERMS, "g/L") == "g/L"


def test_frequencies_and_routes_are_complete() -> None:
    """A frequency says how often in which period, or what it hangs on."""
    for one in concepts("frequencies"):
        attrs = one.attrs
        timed = (
            attrs.get("periodUnit") in {"h", "d", "wk", "mo", "a"}
            and attrs["count"].isdigit()
            and attrs["period"].isdigit()
        )
        assert timed or {"asNeeded", "when", "continuous"} & set(attrs) or attrs.get("count") == "1", one.id
    assert meant("2 mg p.o. bid", "routes") == {"oral"}
    assert meant("2 mg p.o. bid", "frequencies") == {"twice daily"}
    assert meant("every 3 weeks", "frequencies") == meant("q3w", "frequencies") == {"every 3 weeks"}


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("STI-571", "drugs/imatinib"),
        ("ADM", "drugs/doxorubicin"),
        ("DTIC", "drugs/dacarbazine"),
        ("5-FU", "drugs/fluorouracil"),
        ("DDP", "drugs/cisplatin"),
        ("CTX", "drugs/cyclophosphamide"),
        ("MTX", "drugs/methotrexate"),
        ("Keytruda", "drugs/pembrolizumab"),
        ("T-DXd", "drugs/trastuzumab deruxtecan"),
        ("arotinib", "drugs/anlotinib"),
        ("systemic chemotherapy", "drugs/chemotherapy"),
        ("endocrine therapy", "drugs/hormone therapy"),
        ("WBC", "labs/white blood cell count"),
        ("haemoglobin", "labs/hemoglobin"),
        ("PLT", "labs/platelet count"),
        ("aPTT", "labs/activated partial thromboplastin time"),
        ("SGPT", "labs/alanine aminotransferase"),
        ("γ-GTP", "labs/gamma-glutamyl transferase"),
        ("MIB-1", "markers/ki-67"),
        ("c-kit", "markers/cd117"),
        ("S-100", "markers/s-100"),
        ("DOG1", "markers/dog-1"),
        ("AE1/AE3", "markers/pan-cytokeratin"),
        ("CA19-9", "markers/ca 19-9"),
        ("β-hCG", "markers/beta-hcg"),
        ("HER2", "genes/ERBB2"),
        ("KRAS", "genes/KRAS"),
        ("c-MET", "genes/MET"),
        ("thrombocytopenia", "adverse_events/platelet count decreased"),
        ("neutropenia", "adverse_events/neutrophil count decreased"),
        ("hand-foot syndrome", "adverse_events/palmar-plantar erythrodysesthesia syndrome"),
        ("mucosal ulcers", "adverse_events/mucositis oral"),
        ("diarrhoea", "adverse_events/diarrhea"),
    ],
)
def test_what_clinicians_write_is_found(text: str, concept: str) -> None:
    """Brand and code names, abbreviations, spellings and lay words reach their concept."""
    assert concept in TERMS.lexicon.lookup(text)


@pytest.mark.parametrize(
    "word",
    [
        "met",
        "kit",
        "ret",
        "max",
        "cold",
        "ma",
        "sr",
        "ice",
        "it",
        "map",
        "mine",
        "smile",
        "flag",
        "cap",
        "chop",
        "all",
        "as",
        "he",
        "or",
        "can",
        "was",
        "set",
        "rest",
        "fit",
        "span 1",
        "he 4 weeks",
        "ED",
        "nut",
        "race",
        "once",
        "criteria met",
    ],
)
def test_a_common_word_is_no_term(word: str) -> None:
    """Words of plain English are neither drugs, regimens, genes, stains nor tests."""
    found = {c for hit in TERMS.lexicon.find(word) for c in hit.concepts}
    assert not {c for c in found if c.partition("/")[0] in {"drugs", "regimens", "genes", "markers", "labs"}}


def test_a_symbol_of_capitals_is_matched_as_written() -> None:
    """MET is a gene and "met" a verb; EGFR is a gene and eGFR a laboratory test."""
    assert meant("MET amplification", "genes") == {"MET"}
    assert meant("the criteria were met", "genes") == set()
    assert meant("eGFR 45", "labs") == {"estimated glomerular filtration rate"}
    assert meant("eGFR 45", "genes") == meant("eGFR 45", "markers") == set()


def test_the_symbol_is_the_display_of_a_gene() -> None:
    """A gene's term, its symbol and the display of its code are one; a family of genes has no code."""
    families = {gene.term for gene in concepts("genes") if not gene.codings}
    assert families == {"BRCA", "FGFR", "IDH", "IGHV", "NTRK", "RAS"}
    for gene in (g for g in concepts("genes") if g.term not in families):
        (coding,) = gene.codings
        assert coding.display == gene.term
        assert re.fullmatch(r"HGNC:\d+", coding.code)


def test_a_name_that_holds_its_result_is_a_test_too() -> None:
    """The laboratory table has "creatinine increased": what follows is its value."""
    for event in concepts("adverse_events"):
        for form in forms(event):
            name, _, word = form.rpartition(" ")
            if word in {"increased", "decreased", "prolonged"} and any(
                c.startswith("labs/") for c in TERMS.lexicon.lookup(name)
            ):
                assert any(c.startswith("labs/") for c in TERMS.lexicon.lookup(form)), form


@pytest.mark.parametrize("table", TABLES)
def test_a_written_form_means_one_concept_of_its_table(table: str) -> None:
    """No form stands in two rows of a table unless the row is declared ambiguous."""
    owner: dict[str, str] = {}
    for concept in concepts(table):
        for form in forms(concept):
            key = form.replace(" ", "") if table == "units" else form_key(form)
            if concept.attrs.get("ambiguous") != "1":
                assert owner.setdefault(key, concept.id) == concept.id, form


def test_the_tables_find_the_drugs_and_examinations_of_the_corpus() -> None:
    """Nine of ten annotated drugs and seven of ten examinations touch a term."""
    shared = shared_dir()
    sys.path.insert(0, str(shared / "eval"))
    try:
        import maccrobat  # type: ignore[import-not-found]
    finally:
        sys.path.pop(0)
    wanted = {
        "Medication": {"drugs", "regimens"},
        "Diagnostic_procedure": {
            "labs",
            "markers",
            "genes",
            "measurements",
            "imaging",
            "procedures",
            "specimens",
        },
    }
    total = dict.fromkeys(wanted, 0)
    found = dict.fromkeys(wanted, 0)
    for path in sorted((shared / "corpora" / "maccrobat_dev").glob("*.txt")):
        document = maccrobat.load_doc(path)
        hits = TERMS.lexicon.find(document.text)
        for mention in document.T.values():
            label = mention["label"]
            if label in wanted:
                total[label] += 1
                found[label] += any(
                    h.start < mention["end"]
                    and h.end > mention["start"]
                    and wanted[label] & {c.partition("/")[0] for c in h.concepts}
                    for h in hits
                )
    assert found["Medication"] >= 0.9 * total["Medication"]
    assert found["Diagnostic_procedure"] >= 0.7 * total["Diagnostic_procedure"]


def test_the_rows_of_the_readme_work_at_once(tmp_path: Path) -> None:
    """A drug, a laboratory test and a regimen are one row each, without Python."""
    readme = (ROOT / "mappings" / "README.md").read_text(encoding="utf-8")
    rows = [line.strip() for line in readme.splitlines() if line.count("\t") == 9]
    for row in rows:
        table = "regimens" if "drugs=" in row else "labs" if "unit=" in row else "drugs"
        (tmp_path / f"{table}.tsv").write_text("\t".join(COLUMNS) + f"\n{row}\n", encoding="utf-8")
    assert len(rows) == 3
    assert check((str(tmp_path),)) == []
    terms = load((str(tmp_path),))
    assert terms.lexicon.lookup("Newbrand") == ("drugs/newmab",)
    assert terms.attr("regimens/NEW-X", "drugs") == "newmab+capecitabine"
    assert terms.lexicon.lookup("serum newase") == ("labs/newase",)
