"""Tumours, spread, stages and responses: what the tables find in text, and what they must not."""

from __future__ import annotations

import pytest

from epicrisis.terminology import SNOMED, load

TERMS = load()


def found(text: str, table: str) -> set[str]:
    return {c.partition("/")[2] for hit in TERMS.lexicon.find(text) for c in hit.concepts if c.startswith(table + "/")}


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("She had a leiomyosarcoma (LMS) of the pelvis", "leiomyosarcoma"),
        ("metastatic NSCLC", "non-small cell lung cancer"),
        ("non small-cell lung carcinoma", "non-small cell lung cancer"),
        ("the GISTs were resected", "gastrointestinal stromal tumor"),
        ("DLBCL of the tonsil", "diffuse large b-cell lymphoma"),
        ("relapsed AML", "acute myeloid leukemia"),
        ("non-Hodgkin's lymphoma", "non-hodgkin lymphoma"),
        ("Wilms' tumour", "wilms tumor"),
        ("oesophageal squamous cell carcinoma", "esophageal squamous cell carcinoma"),
        ("carcinoma of the breast", "breast cancer"),
        ("renal cell cancer", "renal cell carcinoma"),
        ("phaeochromocytoma", "pheochromocytoma"),
        ("multiple uterine fibroids", "uterine leiomyoma"),
        ("papillary thyroid microcarcinoma", "papillary thyroid microcarcinoma"),
        ("glioblastoma multiforme", "glioblastoma"),
        ("Waldenström's macroglobulinaemia", "waldenstrom macroglobulinemia"),
        ("hepatocellular carcinomas", "hepatocellular carcinoma"),
        ("malignant peripheral nerve sheath tumours", "malignant peripheral nerve sheath tumor"),
    ],
)
def test_names_abbreviations_and_british_spelling(text: str, term: str) -> None:
    """A tumour is found by its name, its abbreviation, and however it is spelt."""
    assert term in found(text, "cancers")


@pytest.mark.parametrize(
    "text",
    [
        "all patients were followed",
        "the gist of the matter",
        "he met his aunt",
        "a ups and downs course",
        "the team decided",
        "men aged 60",
        "lam was not seen",
        "an apl course",
    ],
)
def test_lower_case_words_are_no_abbreviations(text: str) -> None:
    """ALL, MEN, UPS, LAM and APL name tumours in capitals only."""
    assert not found(text, "cancers")


@pytest.mark.parametrize(
    ("term", "behaviour"),
    [
        ("leiomyosarcoma", "malignant"),
        ("leiomyoma", "benign"),
        ("ductal carcinoma in situ", "insitu"),
        ("desmoid tumor", "uncertain"),
        ("lipoma", "benign"),
        ("multiple myeloma", "malignant"),
    ],
)
def test_behaviour_is_told(term: str, behaviour: str) -> None:
    """Benign tumours are told from malignant ones."""
    assert TERMS.attr(f"cancers/{term}", "behaviour") == behaviour


@pytest.mark.parametrize("term", ["cancer", "tumor", "mass", "neoplasm", "carcinoma", "sarcoma", "solid tumor"])
def test_words_that_name_no_entity_are_generic(term: str) -> None:
    """A word such as "tumor" is marked, so that it is not taken for a diagnosis of its own."""
    assert TERMS.attr(f"cancers/{term}", "generic") == "1"


@pytest.mark.parametrize(
    ("term", "code"),
    [
        ("leiomyosarcoma", "443719001"),
        ("leiomyosarcoma", "C3158"),
        ("leiomyosarcoma", "8890/3"),
        ("breast cancer", "254837009"),
        ("gastric cancer", "C16.9"),
        ("lung adenocarcinoma", "254626006"),
        ("hepatocellular carcinoma", "C22.0"),
    ],
)
def test_codes_of_common_tumours(term: str, code: str) -> None:
    """Common tumours have the codes that the source tables give them."""
    concept = TERMS.concept(f"cancers/{term}")
    assert concept is not None
    assert code in {c.code for c in concept.codings}


def test_a_histology_of_a_site_has_the_code_of_the_site_as_a_wider_one() -> None:
    """Where no code says both, the cancer of the site is marked as broader."""
    concept = TERMS.concept("cancers/lung squamous cell carcinoma")
    assert concept is not None
    assert ("C34.90", "broad") in {(c.code, c.relation) for c in concept.codings}


def test_every_place_of_spread_is_a_body_site_with_a_code() -> None:
    """metastases.tsv names sites of sites.tsv and codes each."""
    for concept in TERMS.domain("metastases"):
        assert concept.codings, concept.id
        assert concept.term == "unspecified site" or TERMS.concept(f"sites/{concept.term}"), concept.id


@pytest.mark.parametrize(
    ("term", "code"),
    [
        ("liver", "C78.7"),
        ("lung", "C78.00"),
        ("brain", "C79.31"),
        ("bone", "C79.51"),
        ("peritoneum", "94627008"),
        ("lymph node", "C77.9"),
    ],
)
def test_spread_has_the_codes_of_secondary_tumours(term: str, code: str) -> None:
    """A liver metastasis is coded as a secondary tumour of the liver."""
    concept = TERMS.concept(f"metastases/{term}")
    assert concept is not None
    assert code in {c.code for c in concept.codings}


@pytest.mark.parametrize(
    ("key", "attrs"),
    [
        ("staging/pt2b", {"kind": "T", "prefix": "p", "category": "T2b"}),
        ("staging/n1", {"kind": "N", "category": "N1"}),
        ("staging/stage iiic", {"kind": "group", "category": "IIIC"}),
        ("staging/figo stage ib1", {"kind": "figo"}),
        ("staging/ann arbor stage iveb", {"kind": "annarbor"}),
        ("staging/r-iss stage ii", {"kind": "riss", "category": "II"}),
        ("staging/gleason 4+3", {"kind": "gleason"}),
        ("performance/ecog 1", {"scale": "ECOG", "value": "1"}),
        ("performance/kps 70", {"scale": "KPS", "value": "70"}),
        ("responses/stable disease", {"status": "SD"}),
        ("responses/complete response", {"status": "CR"}),
        ("grades/poorly differentiated", {"value": "3"}),
    ],
)
def test_values_say_what_they_are(key: str, attrs: dict[str, str]) -> None:
    """Stages, performance and responses carry scheme and value as attributes."""
    concept = TERMS.concept(key)
    assert concept is not None
    assert attrs.items() <= concept.attrs.items()


@pytest.mark.parametrize(
    "text",
    ["the stage is unknown", "tumor-free margins", "the patient was unresponsive", "MR imaging"],
)
def test_no_stage_or_response_in_common_words(text: str) -> None:
    """ "stage is", "tumor-free" margins, coma and MR imaging are no stage and no response."""
    assert not found(text, "staging") | found(text, "responses")


def test_relatives_have_role_codes() -> None:
    """A maternal aunt is MAUNT."""
    concept = TERMS.concept("relatives/maternal aunt")
    assert concept is not None
    assert [c.code for c in concept.codings] == ["MAUNT"]


@pytest.mark.parametrize(
    ("table", "least"),
    [
        ("cancers", 900),
        ("diseases", 2000),
        ("symptoms", 900),
        ("procedures", 500),
        ("sites", 500),
        ("imaging", 400),
        ("metastases", 200),
    ],
)
def test_tables_are_broad(table: str, least: int) -> None:
    """The tables cover what unseen reports may tell."""
    assert sum(1 for _ in TERMS.domain(table)) >= least


def test_snomed_outside_the_gps_can_be_left_out() -> None:
    """Most tumours keep a code without the rows that need a licence of the user's own."""
    tumours = [c for c in TERMS.domain("cancers") if c.codings]
    without = [c for c in tumours if any(k.licence != SNOMED for k in c.codings)]
    assert len(without) > 0.95 * len(tumours)


@pytest.mark.parametrize(
    ("form", "term"),
    [
        ("significant weight loss", "weight loss"),
        ("SOB", "dyspnea"),
        ("pyrexia", "fever"),
        ("tarry stools", "melena"),
    ],
)
def test_a_symptom_is_not_mistaken_for_its_opposite(form: str, term: str) -> None:
    """A written form of a symptom leads to that symptom and to no other."""
    assert found(form, "symptoms") == {term}


@pytest.mark.parametrize("form", ["nonsmoker", "never smoker"])
def test_what_says_no_is_no_synonym(form: str) -> None:
    """A form that denies a finding is no form of the finding."""
    assert not {t for t in found(form, "symptoms") if t in {"smoker", "smoking history"}}
